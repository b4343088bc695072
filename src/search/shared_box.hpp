// Brokers on the model servers' own nodes: one box that carries both.
//
// The model service is planned first; its host is then built larger until the brokers fit beside it. The brokers see what
// is left: memory, cores and disk less what the service's host needs.
#pragma once

#include "rackfit/search/compose.hpp"
#include "rackfit/search/plan.hpp"

namespace rackfit::search {

/// True when the workload asks for one box and has both a model service and Kafka.
bool wants_shared_box(const workload::Workload& workload);

/// Replaces the brokers' candidates by larger builds of the service's node.
void share_nodes(RoleProblem& brokers, const RolePlan& service, const Composer& composer,
                 const catalog::Composition& habits);

}  // namespace rackfit::search
