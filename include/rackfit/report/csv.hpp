// The plan for spreadsheets and data frames: one value a row, `workload,role,section,name,field,value,unit`.
//
// A long table rather than a wide one, because requirements, targets, parts and advice have different fields;
// a pivot over `field` gives back any one of them. Unknown values have an empty `value`. Lines end in LF;
// texts with commas, quotes or line ends are quoted as RFC 4180 says.
#pragma once

#include <string>
#include <vector>

#include "rackfit/report/report.hpp"

namespace rackfit::report {

std::string write_csv(const std::vector<Plan>& plans);

}  // namespace rackfit::report
