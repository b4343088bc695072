// Pipelines once their services are planned: the backlog in front of each, what it asks of the brokers, and
// the service sized to the peak for comparison.
#pragma once

#include <memory>
#include <vector>

#include "rackfit/search/plan.hpp"
#include "solve.hpp"

namespace rackfit::search {

class Composer;

/// A service that its pipelines' lag allows to be smaller than their peak, solved again for the peak; else
/// nothing.
std::shared_ptr<const RolePlan> sized_to_peak(const RolePlan& service, const Composer& composer,
                                              const SiteUse& used);

/// Works out the plan's pipelines; `peaks` are the services sized to the peak, one for each role.
void plan_pipelines(Plan& plan, const RoleContext& context,
                    const std::vector<std::shared_ptr<const RolePlan>>& peaks);

/// What brokers must know of the pipelines: consumers, and what waits for how long.
void add_pipeline_facts(RoleProblem& brokers, const Plan& plan);

/// What pipelines must know of the brokers: compression and copies.
void tell_brokers(Plan& plan, const RolePlan& brokers);

}  // namespace rackfit::search
