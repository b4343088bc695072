#include "rackfit/search/plan.hpp"

#include <algorithm>
#include <cmath>

#include "day.hpp"
#include "kafka_settings.hpp"
#include "pipelines.hpp"
#include "shared_box.hpp"
#include "solve.hpp"

namespace rackfit::search {

namespace {

/// Machines that are there already become candidates of their own, at no price, for the roles they may serve.
void add_existing(RoleProblem& problem, const RoleContext& context) {
  const bool broker = problem.role == "kafka-broker" || problem.role == "kafka-controller";
  const std::size_t catalog_rows = problem.nodes.size();
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
      if (device && node.device == device && node.device_count == static_cast<int>(given.devices.value_or(1))) add(i);
    }
  }
  if (problem.nodes.size() == catalog_rows) return;
  Axis available{"node.available", false, std::vector<double>(problem.nodes.size(), rules::not_applicable()), {}};
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
  for (const auto& service : workload.embedding) add_role(problems, embedding_role(service, context), context);
  for (const auto& job : workload.training) add_role(problems, training_role(job, context), context);
  if (workload.kafka) {
    add_role(problems, kafka_broker_role(*workload.kafka, context), context);
    if (!workload.kafka->combined_mode.value_or(false)) {
      add_role(problems, kafka_controller_role(*workload.kafka, context), context);
    }
  }
  return problems;
}

RolePlan* first_service(Plan& plan) {
  for (RolePlan& role : plan.roles) {
    if (role.problem.rule_role == "llm" && role.chosen) return &role;
  }
  return nullptr;
}

void count_use(SiteUse& used, const RolePlan& role) {
  if (!role.chosen) return;
  const auto value = [&](const char* name) {
    const auto slot = role.program->find(name);
    const double found = slot ? role.chosen->trace->value(*slot) : rules::not_applicable();
    return rules::is_not_applicable(found) ? 0 : found;
  };
  used.power_w += value("role.power");
  used.rack_units += value("role.rack_units");
  used.nodes += static_cast<double>(role.chosen->nodes);
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
  const RoleContext context{*request.catalog, composer, *filled, *request.units, diagnostics, request.workload};
  result->workload = request.workload;
  result->catalog = request.catalog;
  result->units = request.units;
  result->rules = request.rules;
  SiteUse used;
  std::vector<std::shared_ptr<const RolePlan>> peaks;  // of result->roles
  for (RoleProblem& problem : build_problems(context)) {
    RolePlan role;
    role.problem = std::move(problem);
    role.program = rules::Program::compile(request.rules, role.problem.rule_role, role.problem.natives, *request.units,
                                           diagnostics);
    if (diagnostics.error_count() > errors || !role.program) continue;
    if (role.problem.role == "kafka-broker") {
      plan_pipelines(*result, context, peaks);
      add_pipeline_facts(role.problem, *result);
      auto& facts = role.problem.facts;
      std::vector<Fact> settings = setting_facts(*request.workload->kafka, facts, *role.program, diagnostics);
      facts.insert(facts.end(), settings.begin(), settings.end());
      if (diagnostics.error_count() > errors) continue;
    }
    const SiteUse before = used;
    RolePlan* host = role.problem.role == "kafka-broker" && wants_shared_box(*request.workload) ? first_service(*result) : nullptr;
    if (host) share_nodes(role.problem, *host, composer, request.catalog->composition);
    solve(role, composer, host ? SiteUse{} : used, request.top);
    if (host && role.chosen) move_to(*host, role.chosen->node, SiteUse{});
    if (!host) count_use(used, role);
    peaks.push_back(sized_to_peak(role, composer, before));
    if (role.problem.role == "kafka-broker") tell_brokers(*result, role);
    result->roles.push_back(std::move(role));
  }
  if (diagnostics.error_count() > errors) return nullptr;
  return result;
}

}  // namespace rackfit::search
