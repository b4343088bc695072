// The proposed machines as a plan: what a comparison of costs buys when a workload names them.
//
// Nothing is chosen but how the software is laid out on them, and nothing is refused: whether the machines do
// is `rackfit audit`'s to say.
#pragma once

#include "rackfit/search/plan.hpp"

namespace rackfit::search {

/// Every role that a proposed machine may serve, each as if alone there; a chosen node's `existing` is the
/// machine's name in the proposal, its price what machines like it cost put together, where that is known.
/// nullptr, with diagnostics, when a machine names what the catalog does not have.
std::shared_ptr<const Plan> plan_on_proposal(const PlanRequest& request, Diagnostics& diagnostics);

/// A target or limit is missed by the chosen candidate.
bool misses_any(const RolePlan& role);

}  // namespace rackfit::search
