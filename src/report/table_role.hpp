// One role of a plan as text: what to buy, how full it gets, what it reaches, what it beat.
#pragma once

#include "rackfit/report/layout.hpp"
#include "rackfit/report/report.hpp"

namespace rackfit::report {

void write_role(Canvas& canvas, const Role& role);
void write_targets(Canvas& canvas, const std::vector<Target>& targets);
void write_figures(Canvas& canvas, const std::vector<KeyFigure>& figures);

}  // namespace rackfit::report
