// Schemas of what commands write (docs/schema: plan, audit, bom, compare), taken into the binary when it is
// built.
#pragma once

#include <string_view>

namespace rackfit::cli {

std::string_view plan_schema();
std::string_view audit_schema();
std::string_view bom_schema();
std::string_view compare_schema();

}  // namespace rackfit::cli
