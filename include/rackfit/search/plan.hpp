// The plan: for each role the chosen nodes, what was close, and what ruled the others out.
//
// `plan` builds a RoleProblem per role of the workload, solves them one after another (a later role sees what the earlier
// ones took of racks and power), and keeps for each chosen candidate a TraceVm, so that every figure of the report can
// be explained from the same evaluation that chose it.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rackfit/catalog/market.hpp"
#include "rackfit/search/role.hpp"

namespace rackfit::search {

/// What makes one candidate better than another that does the job as well. Machines that are there go first
/// under each of them; all end in the order of `capex`.
enum class Objective {
  capex,    // purchase price
  cost,     // purchase, electricity, space and upkeep over the years
  power,    // peak power at the wall
  nodes,    // number of nodes
  latency,  // predicted time, where the role has one
};
std::string_view to_string(Objective objective);
const std::vector<Objective>& objectives();

/// A candidate that passed every constraint.
struct Candidate {
  std::size_t index = 0;         // in the RoleProblem
  Node node;                     // complete
  std::int64_t nodes = 0;
  std::optional<double> price_usd;  // all nodes
  std::optional<double> power_w;    // all nodes, at the wall
  bool power_known = false;         // no large consumer is missing in it
  std::optional<double> cost_usd;   // all nodes over the years, where running costs were asked for
  std::optional<double> latency_s;  // of roles that have one
  int own_devices = 0;              // of a node that others share: the accelerators that are this role's; 0: all

  /// Accelerators of one node that work for this role.
  int devices() const { return own_devices > 0 ? own_devices : node.device_count; }
  double bits_per_weight = 0;       // of model roles
  std::string family;
  std::string form;                 // as RoleProblem::form says
  double instances = 1;             // in a replica: more where prompts and answers have instances of their own
  std::vector<Choice> choices;
  std::shared_ptr<rules::TraceVm> trace;
};

/// What one constraint ruled out.
struct Rejection {
  rules::Slot constraint = 0;
  std::string family;            // the constraint's
  std::int64_t candidates = 0;   // that it alone or first refused
  std::string example_family;    // of the nearest miss: "RTX 4090"
  std::string because;           // its sentence, with the numbers of the nearest miss
  std::string relaxation;        // the smallest change that lets one through, when only this constraint refused it
};

/// Rule inputs that describe a node, by name; unknown ones are left out.
std::vector<std::pair<std::string, double>> node_inputs(const Node& node);

struct RolePlan {
  RoleProblem problem;
  std::shared_ptr<const rules::Program> program;
  std::int64_t looked_at = 0;
  std::int64_t feasible = 0;
  std::optional<Candidate> chosen;
  std::vector<Candidate> runners_up;     // best of other families, then best of other node counts
  Objective objective = Objective::capex;
  bool wants_front = false;
  std::vector<Candidate> front;          // those that none beats in money, time and power at once; cheapest first
  std::int64_t front_left_out = 0;       // within `front_margin` of one of them in all three
  double front_margin = 0;
  bool wants_families = false;
  std::vector<Candidate> families;       // the best of each, where nodes are to be shared
  std::optional<Candidate> other_form;   // best of the chosen one's family that divides the work the other way
  std::vector<Rejection> rejections;     // most candidates first
  std::string note;                      // what a reader should know of how it was placed
  std::int64_t unsized = 0;              // candidates whose node count rests on something unknown
  std::int64_t without_platform = 0;     // candidates for which the parts catalog has no chassis, memory or disks
};

/// A consumer group that calls a model: what waits in its topic, and what sizing the model to the peak would have cost.
struct PipelinePlan {
  std::string from, to;                       // "kafka.logs", "llm.classify"
  RolePlan role;                              // its values, by the rules of `pipeline`; no nodes of its own
  std::size_t service = 0;                    // in Plan::roles
  Candidate planned;                          // what was chosen for it, before brokers may have moved in
  std::shared_ptr<const RolePlan> peak_service;  // the service sized to the peak; none where the lag allows no less
  std::shared_ptr<const RolePlan> peak_role;     // the pipeline in front of that
  bool day_known = false;
  std::vector<double> arrivals, waiting;      // request/s and requests, of each step of the day
};

struct Plan {
  const workload::Workload* workload = nullptr;
  std::shared_ptr<const workload::Workload> completed;  // with what days and pipelines imply
  const catalog::Catalog* catalog = nullptr;
  const units::Registry* units = nullptr;
  std::shared_ptr<const rules::RuleSet> rules;
  std::vector<RolePlan> roles;
  std::vector<PipelinePlan> pipelines;
  Objective objective = Objective::capex;

  bool feasible() const;
};

struct PlanRequest {
  const catalog::Catalog* catalog = nullptr;
  std::shared_ptr<const rules::RuleSet> rules;
  const units::Registry* units = nullptr;
  const workload::Workload* workload = nullptr;
  int top = 3;                   // runners-up per role
  Objective objective = Objective::capex;
  bool pareto = false;           // fill RolePlan::front
  const catalog::Market* market = nullptr;  // figures of running costs; needed for Objective::cost
};

/// Reports models, devices, formats and engines that the catalog does not know (RF0601). `plan` does so itself; this is for
/// workloads that have other errors and cannot be planned.
void check_names(const RoleContext& context);
void check_names(const catalog::Catalog& catalog, const workload::Workload& workload, const units::Registry& units,
                 Diagnostics& diagnostics);

/// Sizes a workload. Diagnostics (unknown ids, rules that do not compile) mean that there is no plan: nullptr.
std::shared_ptr<const Plan> plan(const PlanRequest& request, Diagnostics& diagnostics);

}  // namespace rackfit::search
