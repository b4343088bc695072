// Constraints that compare two names: by how much they are missed, and what would let a candidate pass.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "rackfit/rules/program.hpp"

namespace rackfit::search {

/// The two names that a constraint compares, left and right of `<=` or `>=`; nothing for other constraints.
std::optional<std::pair<rules::Slot, rules::Slot>> sides(const rules::Program& program,
                                                         const rules::Constraint& constraint);

/// The smallest change of an input that lets the traced candidate pass: "`x` would have to be 6.2 s instead
/// of 5 s"; empty when the constraint is no comparison with an input.
std::string relaxation(const rules::Program& program, const rules::Constraint& constraint,
                       const rules::TraceVm& vm);

}  // namespace rackfit::search
