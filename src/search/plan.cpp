#include "rackfit/search/plan.hpp"

#include <algorithm>
#include <cmath>

#include "boxes.hpp"
#include "day.hpp"
#include "kafka_settings.hpp"
#include "pipelines.hpp"
#include "solve.hpp"

namespace rackfit::search {

namespace {

/// Machines that are there already become candidates of their own, at no price, for the roles they may serve.
void add_existing(RoleProblem& problem, const RoleContext& context) {
  const bool broker = problem.role == "kafka-broker" || problem.role == "kafka-controller";
  const std::size_t catalog_rows = problem.nodes.size();
  for (const catalog::Device* device : existing_devices(context)) {
    if (!may_be_bought(*device, context)) problem.only_existing.push_back(device);
  }
  for (const auto& entry : context.workload.site.existing) {
    const workload::ExistingNode& given = entry.value;
    const std::string use = given.use.value_or("any");
    if (use != "any" && use != (broker ? "kafka" : "llm")) continue;
    const catalog::Device* device = given.device ? context.catalog.devices.find(*given.device) : nullptr;
    const auto add = [&](std::size_t like) {
      Node node;
      node.existing = entry.name;
      node.device = device;
      node.device_count = device ? static_cast<int>(given.devices.value_or(1)) : 0;
      node.cores = given.cores.value_or(0);
      node.given_threads = given.threads.value_or(0);
      node.memory_bytes = given.memory.value_or(0);
      node.given_disks = given.disks.value_or(given.disk_capacity ? 1 : 0);
      node.given_disk_bytes = given.disk_capacity.value_or(0);
      node.given_disk_write = given.disk_write.value_or(0);
      node.given_nic = given.nic.value_or(0);
      node.price_usd = 0;
      problem.nodes.push_back(std::move(node));
      for (Axis& axis : problem.axes) {
        if (axis.is_word) {
          axis.words.push_back(axis.words[like]);
        } else {
          axis.numbers.push_back(axis.numbers[like]);
        }
      }
      problem.like.push_back(like);
    };
    if (broker) {
      if (catalog_rows > 0) add(0);
      continue;
    }
    for (std::size_t i = 0; i < catalog_rows; ++i) {
      const Node& node = problem.nodes[i];
      if (device && node.device == device && node.device_count == static_cast<int>(given.devices.value_or(1)))
        add(i);
    }
  }
  if (problem.nodes.size() == catalog_rows) return;
  Axis available{
      "node.available", false, std::vector<double>(problem.nodes.size(), rules::not_applicable()), {}};
  for (std::size_t i = catalog_rows; i < problem.nodes.size(); ++i) {
    for (const auto& entry : context.workload.site.existing) {
      if (entry.name == problem.nodes[i].existing) available.numbers[i] = entry.value.count.value_or(1);
    }
  }
  problem.axes.push_back(std::move(available));
}

void add_role(std::vector<RoleProblem>& problems, RoleProblem problem, const RoleContext& context) {
  if (!context.workload.site.existing.empty()) add_existing(problem, context);
  problems.push_back(std::move(problem));
}

std::vector<RoleProblem> build_problems(const RoleContext& context) {
  std::vector<RoleProblem> problems;
  const workload::Workload& workload = context.workload;
  for (const auto& service : workload.llm) add_role(problems, llm_role(service, context), context);
  for (const auto& service : workload.embedding)
    add_role(problems, embedding_role(service, context), context);
  for (const auto& job : workload.training) add_role(problems, training_role(job, context), context);
  if (workload.kafka) {
    add_role(problems, kafka_broker_role(*workload.kafka, context), context);
    if (!workload.kafka->combined_mode.value_or(false)) {
      add_role(problems, kafka_controller_role(*workload.kafka, context), context);
    }
  }
  return problems;
}

/// Machines that another role has taken are not there any more.
void leave_taken(RoleProblem& problem, const SiteUse& used) {
  for (Axis& axis : problem.axes) {
    if (axis.name != "node.available") continue;
    for (std::size_t i = 0; i < problem.nodes.size(); ++i) {
      const auto taken = used.existing.find(problem.nodes[i].existing);
      if (taken != used.existing.end()) axis.numbers[i] -= static_cast<double>(taken->second);
    }
  }
}

/// Plans one role after another.
class Planner {
 public:
  Planner(const PlanRequest& request, const Composer& composer, const RoleContext& context,
          const Plan* cheapest, Plan& plan)
      : request_(request), composer_(composer), context_(context), cheapest_(cheapest), plan_(plan) {}

  void run() {
    const std::size_t errors = context_.diagnostics.error_count();
    const std::vector<Fact> choice = choice_facts(context_, request_.market);
    for (RoleProblem& problem : build_problems(context_)) {
      RolePlan role;
      role.problem = std::move(problem);
      role.problem.facts.insert(role.problem.facts.end(), choice.begin(), choice.end());
      role.program = rules::Program::compile(request_.rules, role.problem.rule_role, role.problem.natives,
                                             *request_.units, context_.diagnostics);
      if (context_.diagnostics.error_count() > errors || !role.program) continue;
      role.objective = request_.objective;
      role.wants_front = request_.pareto;
      role.wants_families = wants_shared_services(context_.workload);
      if (role.problem.role == "kafka-broker" && !add_broker_facts(role)) continue;
      add(std::move(role));
    }
    if (!packed_) pack_services();
  }

 private:
  bool add_broker_facts(RolePlan& role) {
    pack_services();
    const std::size_t errors = context_.diagnostics.error_count();
    plan_pipelines(plan_, context_, peaks_);
    add_pipeline_facts(role.problem, plan_);
    auto& facts = role.problem.facts;
    std::vector<Fact> settings =
        setting_facts(*request_.workload->kafka, facts, *role.program, context_.diagnostics);
    facts.insert(facts.end(), settings.begin(), settings.end());
    return context_.diagnostics.error_count() == errors;
  }

  void add(RolePlan role) {
    const std::string& kind = role.problem.rule_role;
    if (kind != "llm" && kind != "embedding") pack_services();
    const bool brokers = role.problem.role == "kafka-broker";
    Box* box = brokers && wants_shared_box(*request_.workload) ? first_box() : nullptr;
    SiteUse used = used_beside(box);
    if (packs(kind)) {
      SiteUse only_machines;
      only_machines.existing = used.existing;
      only_machines.price_usd = kept_for_later(plan_.roles.size());
      used = only_machines;
    }
    if (box) {
      solve_on(*box, role, used);
    } else {
      leave_taken(role.problem, used);
      solve(role, composer_, used, request_.top);
    }
    peaks_.push_back(sized_to_peak(role, composer_, used));
    if (brokers) tell_brokers(plan_, role);
    plan_.roles.push_back(std::move(role));
  }

  /// On the box when that is better by the objective than on nodes of their own.
  void solve_on(Box& box, RolePlan& brokers, const SiteUse& beside) {
    RolePlan apart = brokers;
    const SiteUse used = used_beside(nullptr);
    leave_taken(apart.problem, used);
    solve(apart, composer_, used, request_.top);
    const RolePlan& host = plan_.roles[box.members.front()];
    share_nodes(brokers.problem, box, host, composer_, request_.catalog->composition);
    solve(brokers, composer_, beside, request_.top);
    if (brokers.chosen && move_in(plan_, box, *brokers.chosen, apart.chosen)) return;
    if (!apart.chosen && !brokers.chosen) return;
    apart.note = brokers.chosen
                     ? "`layout: shared` was asked for, but brokers on nodes of their own are better by what "
                       "the plan was chosen by than a larger node for them and " +
                           host.problem.role
                     : "`layout: shared` was asked for, but no node of " + host.problem.role +
                           " can be built large enough for the brokers";
    brokers = std::move(apart);
  }

  /// Services that may come to share nodes are first planned as if each had the site to itself, apart from
  /// machines that another has taken.
  bool packs(const std::string& kind) const {
    return wants_shared_services(context_.workload) && (kind == "llm" || kind == "embedding");
  }

  void pack_services() {
    if (packed_) return;
    packed_ = true;
    if (context_.workload.site.layout.value_or("separate") != "shared") return;
    boxes_ = pack(plan_, composer_);
    if (!wants_shared_services(context_.workload)) return;
    std::vector<Box> settled;
    SiteUse taken;
    for (Box& box : boxes_) {
      const auto beside = [&](std::size_t number) {
        SiteUse used = taken;
        used.price_usd += kept_for_later(number);
        return used;
      };
      const bool fits =
          stands_beside(plan_, box, beside(*std::max_element(box.members.begin(), box.members.end())));
      for (const std::size_t member : box.members) {
        if (!fits) plan_again(plan_.roles[member], beside(member));
        taken += use_of(plan_.roles[member]);
        if (!fits && plan_.roles[member].chosen) settled.push_back(alone(plan_, member));
      }
      if (fits) settled.push_back(std::move(box));
    }
    boxes_ = std::move(settled);
  }

  /// On nodes of its own, beside what is taken: what does not fit the site is then refused with a reason.
  void plan_again(RolePlan& role, const SiteUse& taken) {
    RolePlan again;
    again.problem = std::move(role.problem);
    again.problem.shared_with.clear();
    again.program = role.program;
    again.objective = role.objective;
    again.wants_front = role.wants_front;
    solve(again, composer_, taken, request_.top);
    role = std::move(again);
  }

  /// Machines that are there may be meant for models alone.
  bool may_hold_brokers(const Node& node) const {
    for (const auto& entry : request_.workload->site.existing) {
      if (entry.name == node.existing) return entry.value.use.value_or("any") != "llm";
    }
    return true;
  }

  Box* first_box() {
    for (Box& box : boxes_) {
      if (!may_hold_brokers(box.node)) continue;
      for (const std::size_t member : box.members) {
        if (plan_.roles[member].problem.rule_role == "llm") return &box;
      }
    }
    return nullptr;
  }

  /// What the roles planned so far take, a box's own left out; and of the money, what the later ones cannot
  /// do without.
  SiteUse used_beside(const Box* box) const {
    SiteUse used;
    for (std::size_t i = 0; i < plan_.roles.size(); ++i) {
      const bool own = box && std::find(box->members.begin(), box->members.end(), i) != box->members.end();
      if (!own) used += use_of(plan_.roles[i]);
    }
    used.price_usd += kept_for_later(plan_.roles.size());
    return used;
  }

  /// Money that the roles after this one cannot do without.
  double kept_for_later(std::size_t number) const {
    double usd = 0;
    for (std::size_t i = number + 1; cheapest_ && i < cheapest_->roles.size(); ++i) {
      usd += use_of(cheapest_->roles[i]).price_usd;
    }
    return usd;
  }

  const PlanRequest& request_;
  const Composer& composer_;
  const RoleContext& context_;
  const Plan* cheapest_;
  Plan& plan_;
  std::vector<Box> boxes_;
  bool packed_ = false;
  std::vector<std::shared_ptr<const RolePlan>> peaks_;  // of plan_.roles
};

/// The plan by purchase price, where another aim spends the budget before every role has its nodes.
std::shared_ptr<const Plan> within_budget(const PlanRequest& request, std::shared_ptr<const Plan> by_aim,
                                          Diagnostics& diagnostics) {
  PlanRequest least = request;
  least.objective = Objective::capex;
  const auto affordable = plan(least, diagnostics);
  if (!affordable || !affordable->feasible()) return by_aim;
  auto result = std::make_shared<Plan>(*affordable);
  result->roles.front().note =
      "`--objective " + std::string(to_string(request.objective)) +
      "` was asked for, but leaves some role no money; this plan is chosen by what it costs to buy";
  return result;
}

}  // namespace

bool Plan::feasible() const {
  for (const RolePlan& role : roles) {
    if (!role.chosen) return false;
  }
  return !roles.empty();
}

std::shared_ptr<const Plan> plan(const PlanRequest& request, Diagnostics& diagnostics) {
  const std::size_t errors = diagnostics.error_count();
  const Composer composer(*request.catalog);
  const RoleContext written{*request.catalog, composer, *request.workload, *request.units, diagnostics};
  check_names(written);
  check_site(written, *request.rules);
  // A service whose model nobody knows has no candidates; its other problems would be noise.
  if (diagnostics.error_count() > errors) return nullptr;
  auto result = std::make_shared<Plan>();
  const auto filled = std::make_shared<workload::Workload>(completed(written));
  result->completed = filled;
  const RoleContext context{*request.catalog, composer,    *filled,
                            *request.units,   diagnostics, request.workload};
  result->workload = request.workload;
  result->catalog = request.catalog;
  result->units = request.units;
  result->rules = request.rules;
  result->objective = request.objective;
  // With any other aim the first role would take the whole budget; so the least that each costs is known
  // before.
  // Each role's own: what it would cost on shared nodes is not known before they are shared.
  std::shared_ptr<const Plan> cheapest;
  workload::Workload apart;
  if (request.workload->site.budget && request.objective != Objective::capex) {
    PlanRequest least = request;
    least.objective = Objective::capex;
    least.pareto = false;
    apart = *request.workload;
    apart.site.layout.value.reset();
    least.workload = &apart;
    cheapest = plan(least, diagnostics);
    if (diagnostics.error_count() > errors) return nullptr;
  }
  Planner(request, composer, context, cheapest.get(), *result).run();
  if (diagnostics.error_count() > errors) return nullptr;
  return cheapest && !result->feasible() ? within_budget(request, result, diagnostics) : result;
}

}  // namespace rackfit::search
