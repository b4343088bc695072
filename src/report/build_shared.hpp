// Roles that stand on the same nodes, told once: brokers become one role with the model service whose box
// they share, and other services say whose nodes they are on.
#pragma once

#include "configuration.hpp"
#include "rackfit/report/report.hpp"

namespace rackfit::report {

/// What runs out first, from the binding row.
std::string breaks_first(const std::vector<Requirement>& rows);
/// A service on another's nodes: its parts, price and power are told there.
void stand_on(const std::string& host, Role& role);
/// Brokers on a service's own nodes and that service become one role, `shared`.
void merge_shared(Plan& report, const search::Plan& plan, const MoneyPrinter& money);

}  // namespace rackfit::report
