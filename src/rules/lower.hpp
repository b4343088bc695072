// Ast to Code: equal expressions are computed once, constants folded, scratch registers shared.
#pragma once

#include <memory>

#include "code.hpp"

namespace rackfit::rules {

std::shared_ptr<const Code> lower(const Program& program);

}  // namespace rackfit::rules
