// How a value came about, as a tree: value, formula, formula with numbers, where each input is from, and the
// source.
#pragma once

#include <string>
#include <vector>

#include "rackfit/report/layout.hpp"
#include "rackfit/report/report.hpp"

namespace rackfit::report {

std::string write_explanation(const std::vector<Explanation>& explanations, const TextOptions& options);

}  // namespace rackfit::report
