// Services on nodes that they share, where the site asks for it (`layout: shared`).
//
// Model services are planned alone first. Then those with the same accelerators are put into one node as long
// as that is better by the plan's objective and every constraint of each still holds on what the others
// leave; an accelerator still belongs to one service. Brokers move in last, onto the box of the first model
// service, whose host is built larger until they fit beside it.
#pragma once

#include "rackfit/search/compose.hpp"
#include "rackfit/search/plan.hpp"
#include "solve.hpp"

namespace rackfit::search {

/// One kind of node with the services on it.
struct Box {
  std::vector<std::size_t> members;  // in the plan's roles; the host, which needs most nodes, first
  Node node;
  HostNeed need;  // of all members together
  std::int64_t nodes = 0;
};

/// True when the workload asks for one box and has both a model service and Kafka.
bool wants_shared_box(const workload::Workload& workload);
/// True when it asks for shared nodes and has several services that could share them.
bool wants_shared_services(const workload::Workload& workload);

/// Puts services together and moves them; every service that was planned is in one box, most alone.
std::vector<Box> pack(Plan& plan, const Composer& composer);

/// A service on nodes of its own, as a box.
Box alone(Plan& plan, std::size_t number);
/// Traces a box's services beside what others take of the site; false when a constraint of one does not hold.
bool stands_beside(Plan& plan, const Box& box, const SiteUse& others);

/// Replaces the brokers' candidates by larger builds of the box's node.
void share_nodes(RoleProblem& brokers, const Box& box, const RolePlan& host, const Composer& composer,
                 const catalog::Composition& habits);
/// Moves the members onto the node that the brokers chose, as many as either asks for. Stays as it was, and
/// is false, when brokers `apart` are better by the plan's objective.
bool move_in(Plan& plan, Box& box, const Candidate& brokers, const std::optional<Candidate>& apart);

/// What a role takes of the site; nothing when it stands on another's nodes.
SiteUse use_of(const RolePlan& role);

}  // namespace rackfit::search
