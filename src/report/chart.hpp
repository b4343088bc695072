// A pipeline's day as lines of text, and the words about its two sizings that more than one writer needs.
#pragma once

#include <string>
#include <vector>

#include "rackfit/report/report.hpp"

namespace rackfit::report {

/// Numbers from 0 to `top` as one character each; blanks are no-break spaces.
std::string sparkline(const std::vector<double>& values, double top, bool ascii);
/// Arrivals and backlog over the day with a scale, at most 78 cells wide, or 54 when `narrow`; empty when
/// nothing of the day is known.
std::vector<std::string> day_chart(const Pipeline& pipeline, bool ascii, bool narrow = false);

/// "the lag", "the peak".
std::string sized_to_text(const SizedService& service);
/// "17", or "none fits".
std::string counted_or_none(const SizedService& service);
/// "4 GPUs and USD 12,158 are saved by letting messages wait"; empty without a comparison.
std::string saved_text(const Pipeline& pipeline);

}  // namespace rackfit::report
