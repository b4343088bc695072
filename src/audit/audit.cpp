#include "rackfit/audit/audit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "auditor.hpp"
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

/// Rules of thumb are known by name: those that the rules of role `claim` speak of.
void check_statements(const Workload& workload, const rules::RuleSet& rules, Diagnostics& diagnostics) {
  for (const rules::Input& input : rules.inputs()) {
    if (input.name != "claim.statement") continue;
    for (const auto& claim : workload.claims) {
      const auto& statement = claim.value.statement;
      if (!statement || std::find(input.values.begin(), input.values.end(), *statement) != input.values.end())
        continue;
      diagnostics.error("RF0622", statement.span, "no rule of thumb is called `" + *statement + "`", "",
                        suggestion_help(*statement, input.values));
    }
  }
}

/// Roles that the proposal has no machine for.
void add_unserved(const Audit& audit, std::vector<Verdict>& verdicts) {
  for (const RolePlan& wanted : audit.instead->roles) {
    const std::string& role = wanted.problem.role;
    // Controllers may live in the brokers.
    if (role == "kafka-controller") continue;
    const bool served = std::any_of(audit.roles.begin(), audit.roles.end(), [&](const JudgedRole& judged) {
      return judged.plan.problem.role == role;
    });
    if (served) continue;
    Verdict verdict;
    verdict.id = role + "/machines";
    verdict.subject = role;
    verdict.title = "machines";
    verdict.because = "the proposal names no machine for it";
    verdict.remedy = "add one to `proposal.nodes`";
    verdicts.push_back(std::move(verdict));
  }
}

/// Services on the same machines are judged each by itself, which has to be said.
void add_shared(const Audit& audit, std::vector<Verdict>& verdicts) {
  std::map<std::string, std::vector<std::string>> roles;
  for (const JudgedRole& role : audit.roles) {
    if (role.plan.problem.rule_role != "training") roles[role.box].push_back(role.plan.problem.role);
  }
  for (const auto& [box, names] : roles) {
    if (names.size() < 2) continue;
    Verdict verdict;
    verdict.id = "proposal/" + box + ".shared";
    verdict.subject = box;
    verdict.title = "several roles on the same machines";
    verdict.kind = VerdictKind::consistency;
    verdict.because =
        fmt::format("{} are judged each as if alone on these machines", fmt::join(names, " and "));
    verdict.remedy = "give each machines of its own, or add their figures up";
    verdicts.push_back(std::move(verdict));
  }
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

std::shared_ptr<const Audit> audit(const PlanRequest& request, Diagnostics& diagnostics) {
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
  Auditor auditor(request, diagnostics);
  const Boxes boxes = workload.proposal ? workload.proposal->nodes : Boxes{};
  result->roles = auditor.judged(workload, boxes);
  for (const JudgedRole& role : result->roles) {
    std::vector<Verdict> verdicts = auditor.verdicts(role);
    find_remedies(auditor, role, boxes, verdicts);
    for (Verdict& verdict : verdicts) result->verdicts.push_back(std::move(verdict));
  }
  if (!boxes.empty()) add_unserved(*result, result->verdicts);
  for (Verdict& verdict : claim_verdicts(auditor, *result, boxes))
    result->verdicts.push_back(std::move(verdict));
  add_shared(*result, result->verdicts);
  if (workload.proposal) add_price(*workload.proposal, boxes, auditor, *result);
  result->kept = auditor.take();
  if (diagnostics.error_count() > errors) return nullptr;
  return result;
}

}  // namespace rackfit::audit
