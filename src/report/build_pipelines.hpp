// A planned pipeline as the report shows it.
#pragma once

#include "configuration.hpp"
#include "rackfit/report/report.hpp"
#include "rackfit/search/plan.hpp"

namespace rackfit::report {

/// Targets and figures are the view's and left empty here.
Pipeline build_pipeline(const search::PipelinePlan& pipeline, const search::Plan& plan,
                        const MoneyPrinter& money);

}  // namespace rackfit::report
