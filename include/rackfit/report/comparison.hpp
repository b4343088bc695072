// A comparison of costs in words, tables, JSON and as billing rows.
//
// Pure functions of cost::Comparison, so that no two formats disagree. Money is whole cents in decimal texts;
// what is unknown is null or `n/a`, and an option that lacks a price says which.
#pragma once

#include <string>
#include <vector>

#include "rackfit/cost/comparison.hpp"
#include "rackfit/report/layout.hpp"

namespace rackfit::report {

std::string write_table(const std::vector<cost::Comparison>& comparisons, const TextOptions& options);
std::string write_markdown(const std::vector<cost::Comparison>& comparisons);
/// One object, or an array of them when there are several workloads.
std::string write_json(const std::vector<cost::Comparison>& comparisons);
/// Rows in the columns of FinOps FOCUS 1.2, one for each line of each option and year; what is bought is a
/// purchase whose effective cost is spread over the horizon.
std::string write_csv(const std::vector<cost::Comparison>& comparisons);

}  // namespace rackfit::report
