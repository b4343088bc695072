// Plans and explanations as JSON: the form that other programs rely on (docs/schema/plan.schema.json).
//
// One plan is an object; several are `{"format_version", "plans": […]}`. Keys stand in a fixed order, unknown
// is null, money is a decimal text with its currency, and equal plans give equal bytes.
#pragma once

#include <string>
#include <vector>

#include "rackfit/report/report.hpp"

namespace rackfit::report {

std::string write_json(const std::vector<Plan>& plans);
/// A flat map of values, because derivations share inputs: `explanations[] {role, root, values: {name: {…,
/// inputs[]}}}`.
std::string write_json(const std::vector<Explanation>& explanations);

}  // namespace rackfit::report
