#include "rackfit/search/proposed_plan.hpp"

#include "day.hpp"
#include "kafka_settings.hpp"
#include "proposed.hpp"
#include "rackfit/base/did_you_mean.hpp"
#include "solve.hpp"

namespace rackfit::search {

namespace {

using workload::Workload;

template <class Table>
void check_part(const schema::Given<std::string>& name, const Table& table, const char* what,
                Diagnostics& diagnostics) {
  if (!name || table.find(*name)) return;
  diagnostics.error("RF0601", name.span, std::string("unknown ") + what + " `" + *name + "`", "",
                    suggestion_help(*name, table.names()));
}

std::vector<RoleProblem> problems_of(const Workload& workload, const RoleContext& context) {
  std::vector<RoleProblem> problems;
  for (const auto& service : workload.llm) problems.push_back(llm_role(service, context));
  for (const auto& service : workload.embedding) problems.push_back(embedding_role(service, context));
  for (const auto& job : workload.training) problems.push_back(training_role(job, context));
  if (workload.kafka) problems.push_back(kafka_broker_role(*workload.kafka, context));
  return problems;
}

void add_settings(RolePlan& role, const Workload& workload) {
  if (role.problem.role != "kafka-broker") return;
  Diagnostics told;  // what is wrong with them the plan has reported
  auto& facts = role.problem.facts;
  for (Fact& fact : setting_facts(*workload.kafka, facts, *role.program, told))
    facts.push_back(std::move(fact));
}

}  // namespace

std::shared_ptr<const Plan> plan_on_proposal(const PlanRequest& request, Diagnostics& diagnostics) {
  const std::size_t errors = diagnostics.error_count();
  const catalog::Catalog& catalog = *request.catalog;
  const Workload& written = *request.workload;
  auto result = std::make_shared<Plan>();
  result->workload = &written;
  result->catalog = &catalog;
  result->units = request.units;
  result->rules = request.rules;
  if (!written.proposal) return result;
  const Boxes& boxes = written.proposal->nodes;
  for (const auto& box : boxes) {
    check_part(box.value.device, catalog.devices, "device", diagnostics);
    check_part(box.value.cpu, catalog.cpus, "processor", diagnostics);
  }
  if (diagnostics.error_count() > errors) return nullptr;
  const Composer composer(catalog);
  const RoleContext as_written{catalog, composer, written, *request.units, diagnostics};
  const auto there = std::make_shared<Workload>(on_boxes(completed(as_written), boxes));
  result->completed = there;
  const RoleContext context{catalog, composer, *there, *request.units, diagnostics, &written};
  for (RoleProblem& problem : problems_of(*there, context)) {
    const auto* box = box_for(boxes, use_of(problem.rule_role));
    if (!box) continue;
    RolePlan role;
    role.problem = restricted(problem, *box, *there, catalog);
    if (role.problem.nodes.empty()) continue;
    role.program = rules::Program::compile(request.rules, role.problem.rule_role, role.problem.natives,
                                           *request.units, diagnostics);
    if (!role.program) continue;
    add_settings(role, *there);
    judge(role, SiteUse{});
    if (!role.chosen) continue;
    const auto price = market_price(box->value, catalog, composer);
    role.chosen->node.price_usd.reset();
    if (price && !price->floor) role.chosen->node.price_usd = price->usd / box->value.count.value_or(1);
    result->roles.push_back(std::move(role));
  }
  return diagnostics.error_count() > errors ? nullptr : result;
}

bool misses_any(const RolePlan& role) {
  if (!role.chosen || !role.chosen->trace) return true;
  for (const rules::Slot slot : role.program->constraints()) {
    if (role.chosen->trace->value(slot) == 0) return true;
  }
  return false;
}

}  // namespace rackfit::search
