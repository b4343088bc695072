// The plan as a person reads it in a terminal: verdict, what to buy, how full it is, what breaks first, why
// not another.
//
// Made so that a stranger finds the answer in the first line of each part and can stop reading anywhere. The
// text may change with any version; scripts read the JSON.
#pragma once

#include <string>
#include <vector>

#include "rackfit/report/layout.hpp"
#include "rackfit/report/report.hpp"

namespace rackfit::report {

/// All plans, one below the other.
std::string write_table(const std::vector<Plan>& plans, const TextOptions& options);

}  // namespace rackfit::report
