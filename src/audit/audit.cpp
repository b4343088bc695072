#include "rackfit/audit/audit.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "auditor.hpp"
#include "claim_facts.hpp"
#include "rackfit/base/did_you_mean.hpp"
#include "verdicts.hpp"

namespace rackfit::audit {

namespace {

using schema::Given;
using workload::Workload;

template <class Table>
void check_id(const Given<std::string>& name, const Table& table, const char* what,
              Diagnostics& diagnostics) {
  if (!name || table.find(*name)) return;
  diagnostics.error("RF0601", name.span, std::string("unknown ") + what + " `" + *name + "`", "",
                    suggestion_help(*name, table.names()));
}

std::vector<std::string> subjects(const Workload& workload) {
  std::vector<std::string> names;
  if (workload.kafka) names.push_back("kafka");
  for (const auto& service : workload.llm) names.push_back("llm." + service.name);
  for (const auto& job : workload.training) names.push_back("training." + job.name);
  return names;
}

void check_claims(const Workload& workload, const catalog::Catalog& catalog, Diagnostics& diagnostics) {
  const std::vector<std::string> known = subjects(workload);
  for (const auto& claim : workload.claims) {
    const auto& at = claim.value.at;
    check_id(at.device, catalog.devices, "device", diagnostics);
    check_id(at.model, catalog.models, "model", diagnostics);
    check_id(at.format, catalog.quantizations, "model format", diagnostics);
    check_id(at.from_format, catalog.quantizations, "model format", diagnostics);
    const auto& about = claim.value.about;
    if (!about || std::find(known.begin(), known.end(), *about) != known.end()) continue;
    diagnostics.error("RF0620", about.span, "nothing in this workload is called `" + *about + "`", "",
                      suggestion_help(*about, known));
  }
}

void add_price(const workload::Proposal& proposal, const Boxes& boxes, const Auditor& auditor, Audit& audit) {
  const catalog::Catalog& catalog = *auditor.request().catalog;
  const search::PriceBook& prices = auditor.composer().prices();
  const auto usd = [&](double amount, const std::string& currency) {
    return prices.to_usd({amount, currency});
  };
  if (proposal.price) {
    audit.offered_low_usd = usd(proposal.price->low, proposal.price->currency);
    audit.offered_high_usd = usd(proposal.price->high, proposal.price->currency);
  } else {
    double low = 0, high = 0;
    bool known = !boxes.empty();
    for (const auto& box : boxes) {
      const auto& price = box.value.price;
      const auto from = price ? usd(price->low, price->currency) : std::nullopt;
      const auto to = price ? usd(price->high, price->currency) : std::nullopt;
      known = known && from && to;
      low += from.value_or(0) * box.value.count.value_or(1);
      high += to.value_or(0) * box.value.count.value_or(1);
    }
    if (known) audit.offered_low_usd = low, audit.offered_high_usd = high;
  }
  double market = 0;
  for (const auto& box : boxes) {
    const auto price = search::market_price(box.value, catalog, auditor.composer());
    if (!price) return;
    market += price->usd;
    audit.market_is_floor = audit.market_is_floor || price->floor;
  }
  if (!boxes.empty()) audit.market_usd = market;
}

/// Rules of thumb are known by name: those that the rules of role `claim` speak of, and those that guides
/// have of Kafka.
void check_statements(const Workload& workload, const rules::RuleSet& rules, Diagnostics& diagnostics) {
  std::vector<std::string> known;
  const std::string prefix = kafka_claim("");
  for (const rules::Input& input : rules.inputs()) {
    if (input.name == "claim.statement") known.insert(known.end(), input.values.begin(), input.values.end());
    if (input.name.rfind(prefix, 0) == 0) known.push_back(input.name.substr(prefix.size()));
  }
  for (const auto& claim : workload.claims) {
    const auto& statement = claim.value.statement;
    if (!statement || is_kafka_claim(*statement, rules) ||
        std::find(known.begin(), known.end(), *statement) != known.end())
      continue;
    diagnostics.error("RF0622", statement.span, "no rule of thumb is called `" + *statement + "`", "",
                      suggestion_help(*statement, known));
  }
}

/// Roles that the proposal has no machine for.
void add_unserved(const Audit& audit, std::vector<Verdict>& verdicts) {
  for (const RolePlan& wanted : audit.instead->roles) {
    const std::string& role = wanted.problem.role;
    const bool served = std::any_of(audit.roles.begin(), audit.roles.end(), [&](const JudgedRole& judged) {
      return judged.plan.problem.role == role;
    });
    if (served) continue;
    Verdict verdict;
    verdict.id = role + "/machines";
    verdict.subject = role;
    verdict.title = "machines";
    const bool controller = role == "kafka-controller";
    verdict.because = controller ? "not judged: the proposal names no machines for controllers"
                                 : "not judged: the proposal names no machine for it";
    verdict.remedy = controller ? "add some with `use: controller` to `proposal.nodes`, or say `kafka: "
                                  "{combined_mode: true}` when they live in the brokers"
                                : "add one to `proposal.nodes`";
    verdicts.push_back(std::move(verdict));
  }
}

/// Pipelines stand and fall with their services.
void add_unjudged_pipelines(const Audit& audit, std::vector<Verdict>& verdicts) {
  for (const search::PipelinePlan& pipeline : audit.instead->pipelines) {
    const std::string& role = pipeline.role.problem.role;
    if (std::any_of(audit.roles.begin(), audit.roles.end(),
                    [&](const JudgedRole& judged) { return judged.plan.problem.role == role; }))
      continue;
    Verdict verdict;
    verdict.id = role + "/machines";
    verdict.subject = role;
    verdict.title = "machines";
    verdict.because = "not judged: the proposal lacks the machines of its brokers or of its service";
    verdict.remedy = "add them to `proposal.nodes`";
    verdicts.push_back(std::move(verdict));
  }
}

/// The plan with one spare more, or one less.
void add_other(const AuditRequest& request, Audit& audit) {
  const Workload& workload = *request.workload;
  audit.availability = workload.availability.value_or("n");
  if (audit.availability != "n" && audit.availability != "n+1") return;
  audit.other_availability = audit.availability == "n" ? "n+1" : "n";
  auto changed = std::make_shared<Workload>(workload);
  changed->availability = {audit.other_availability, workload.availability.span};
  audit.kept.push_back(changed);
  PlanRequest other = request;
  other.workload = changed.get();
  Diagnostics told;  // by the first plan
  audit.other = plan(other, told);
}

}  // namespace

std::vector<Verdict> Auditor::verdicts(const JudgedRole& role) const {
  return role_verdicts(role.plan, view_of(*request().catalog, role.plan.problem.rule_role), *request().units);
}

void check_proposal_names(const Workload& workload, const catalog::Catalog& catalog,
                          Diagnostics& diagnostics) {
  if (workload.proposal) {
    for (const auto& box : workload.proposal->nodes) {
      check_id(box.value.device, catalog.devices, "device", diagnostics);
      check_id(box.value.cpu, catalog.cpus, "processor", diagnostics);
      check_id(box.value.engine, catalog.engines, "engine", diagnostics);
    }
  }
  check_claims(workload, catalog, diagnostics);
}

bool Audit::targets_hold() const {
  return std::none_of(verdicts.begin(), verdicts.end(), [](const Verdict& verdict) {
    return verdict.kind == VerdictKind::target &&
           (verdict.ruling == Ruling::fails || verdict.ruling == Ruling::impossible);
  });
}

std::shared_ptr<const Audit> audit(const AuditRequest& request, Diagnostics& diagnostics) {
  const std::size_t errors = diagnostics.error_count();
  const Workload& workload = *request.workload;
  if ((!workload.proposal || workload.proposal->nodes.empty()) && workload.claims.empty()) {
    diagnostics.error(
        "RF0621", workload.tree ? workload.tree->root().span() : Span{}, "nothing to audit", "",
        "name the machines on offer under `proposal: {nodes: …}` and what is promised under `claims:`");
  }
  check_proposal_names(workload, *request.catalog, diagnostics);
  check_statements(workload, *request.rules, diagnostics);
  auto result = std::make_shared<Audit>();
  result->instead = plan(request, diagnostics);
  if (diagnostics.error_count() > errors || !result->instead) return nullptr;
  // Days and pipelines imply loads, for proposed machines as for bought ones.
  PlanRequest judged = request;
  judged.workload = result->instead->completed.get();
  Auditor auditor(judged, diagnostics);
  const Boxes boxes = workload.proposal ? workload.proposal->nodes : Boxes{};
  result->roles = auditor.judged(*judged.workload, boxes);
  const auto add = [&](std::vector<Verdict> verdicts) {
    for (Verdict& verdict : verdicts) result->verdicts.push_back(std::move(verdict));
  };
  for (const JudgedRole& role : result->roles) {
    std::vector<Verdict> verdicts = auditor.verdicts(role);
    find_remedies(auditor, role, boxes, verdicts);
    add(std::move(verdicts));
  }
  add(shared_verdicts(auditor, result->roles, boxes));
  if (!boxes.empty()) {
    add_unserved(*result, result->verdicts);
    add_unjudged_pipelines(*result, result->verdicts);
    add_other(request, *result);
  }
  add(claim_verdicts(auditor, *result, boxes, request.market));
  if (workload.proposal) add_price(*workload.proposal, boxes, auditor, *result);
  result->power_w = proposed_power_w(auditor, result->roles, boxes);
  for (auto& kept : auditor.take()) result->kept.push_back(std::move(kept));
  if (diagnostics.error_count() > errors) return nullptr;
  return result;
}

}  // namespace rackfit::audit
