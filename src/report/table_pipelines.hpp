// One pipeline in the terminal: its two sizings, the day, and what consumers and topics must be set to.
#pragma once

#include "rackfit/report/layout.hpp"
#include "rackfit/report/report.hpp"

namespace rackfit::report {

void write_pipeline(Canvas& canvas, const Pipeline& pipeline);

}  // namespace rackfit::report
