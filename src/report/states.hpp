// What decided the number of nodes and what comes next, the states in which the rules are looked at again,
// and what services take of a box they share: the parts of a role that only some views ask for.
#pragma once

#include "rackfit/catalog/view.hpp"
#include "rackfit/report/report.hpp"
#include "rackfit/workload/workload.hpp"
#include "reader.hpp"

namespace rackfit::report {

/// Resources by the nodes they ask for, most first; of equals the fuller one, then the view's order.
std::vector<Limit> limits(const catalog::View& view, const Reader& reader);
/// "decided by disk space with 4 % slack; next network out with 89 % slack"; empty without limits.
std::string limits_text(const std::vector<Limit>& limits);

std::vector<State> states(const catalog::View& view, const rules::TraceVm& chosen,
                          const units::Registry& units);
std::vector<Share> shares(const catalog::View& view, const Reader& reader);
/// "consumers of group `audit`": for each named group whose speed is known.
std::vector<KeyFigure> group_figures(const rules::TraceVm& chosen, const workload::KafkaCluster& kafka);

}  // namespace rackfit::report
