// What a kind of node is beyond its parts: memory channels, RAID, wear, power. Shared between the files of
// bill_of().
#pragma once

#include "rackfit/cost/bill.hpp"
#include "rackfit/cost/served.hpp"

namespace rackfit::cost {

/// `served` knows how busy the nodes are.
NodeFigures figures_of(const search::SiteNodes& nodes, const search::Plan& plan,
                       const catalog::Market& market, const ServedPlan& served);

/// Heat of an electrical power.
double btu_per_hour(double power_w, const units::Registry& units);

}  // namespace rackfit::cost
