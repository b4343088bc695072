#include "rackfit/search/proposed_plan.hpp"

#include "day.hpp"
#include "rackfit/base/did_you_mean.hpp"
#include "rackfit/search/judging.hpp"

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
  PlanRequest there = request;
  const Composer composer(catalog);
  const auto filled = std::make_shared<Workload>(
      completed(RoleContext{catalog, composer, written, *request.units, diagnostics}));
  there.workload = filled.get();
  Judging judging(there, diagnostics);
  for (JudgedRole& judged : judging.judged(*filled, boxes)) {
    RolePlan& role = judged.plan;
    // Pipelines and controllers have no machines of their own here.
    if (!role.chosen || role.problem.rule_role == "pipeline" || role.problem.role == "kafka-controller")
      continue;
    const auto* box = box_for(boxes, use_of(role.problem.rule_role));
    const auto price = market_price(box->value, catalog, composer);
    role.chosen->node.price_usd.reset();
    if (price && !price->floor) role.chosen->node.price_usd = price->usd / box->value.count.value_or(1);
    result->roles.push_back(std::move(role));
  }
  result->completed = judging.take().back();
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
