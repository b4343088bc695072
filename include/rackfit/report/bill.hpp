// A bill of materials for terminals, Markdown, spreadsheets and programs.
//
// Pure functions of cost::Bill, so that no two formats disagree. Money is whole cents in decimal texts; what
// has no price is `n/a` or null, and a sum that it belongs to is marked as a lower bound.
#pragma once

#include <string>
#include <vector>

#include "rackfit/cost/bill.hpp"
#include "rackfit/report/layout.hpp"

namespace rackfit::report {

std::string write_table(const std::vector<cost::Bill>& bills, const TextOptions& options);
std::string write_markdown(const std::vector<cost::Bill>& bills);
/// One object, or several under `bills`.
std::string write_json(const std::vector<cost::Bill>& bills);
/// One row a line: parts of each kind of node, then those of the site, then options.
std::string write_csv(const std::vector<cost::Bill>& bills);

}  // namespace rackfit::report
