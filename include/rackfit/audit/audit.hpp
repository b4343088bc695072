// Somebody's machines and promises, judged: the verdicts of `rackfit audit`.
//
// `plan` asks which machines would do; `audit` asks whether these do. Each role of the workload is evaluated
// on the proposed machines by the same rules, and every target and constraint becomes a verdict, also when
// none of them holds. Claims are evaluated by the rules of role `claim` on facts of those same evaluations,
// each under its own conditions; then all claims about a service are held against each other. Money is
// counted by the cost engine. What `plan` would buy instead stands beside it, with one spare more or less.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rackfit/catalog/market.hpp"
#include "rackfit/search/judging.hpp"

namespace rackfit::audit {

enum class Ruling {
  holds,
  fails,       // the prediction misses
  impossible,  // no software and no setting helps
  unknown,     // a figure is missing
};
enum class VerdictKind { target, claim, consistency };

std::string_view to_string(Ruling ruling);
std::string_view to_string(VerdictKind kind);

/// Numbers are in `unit`; unknown ones are empty.
struct Verdict {
  std::string id;       // "llm:assistant/e2e_p95", "claim/peak-rate"
  std::string subject;  // role, or the claim's name
  std::string title;    // "whole answer, p95"
  std::string says;     // the sentence of a claim
  VerdictKind kind = VerdictKind::target;
  Ruling ruling = Ruling::unknown;
  std::optional<double> wanted, predicted, low, high;
  std::optional<double> wanted_low, wanted_high;  // of a claim that names a range
  std::string wanted_word, predicted_word;        // where the figure is none: "nvlink"
  std::optional<double> margin;                   // share by which it holds; negative: by which it is missed
  std::string unit;
  bool at_least = false;  // more than wanted is fine
  std::string because, remedy;
  std::string formula;  // of `predicted`, as written and with numbers
  bool limit = false;   // `wanted` is what there is, `predicted` what is needed
  bool minor = false;   // holds, and there is no figure to tell
};

using search::box_for;
using search::Boxes;
using search::JudgedRole;
using search::Plan;
using search::PlanRequest;
using search::RolePlan;
using search::use_of;

struct Audit {
  std::shared_ptr<const Plan> instead;  // what would be bought
  std::shared_ptr<const Plan>
      other;  // the same with a spare more or less; nullptr where that changes nothing
  std::string availability, other_availability;  // "n", "n+1"
  std::vector<JudgedRole> roles;
  std::vector<Verdict> verdicts;  // targets by role, then claims in the order written, then consistency
  std::optional<double> offered_low_usd, offered_high_usd;  // as the proposal says
  bool market_is_floor = false;      // of some machines only the accelerators are priced
  std::optional<double> market_usd;  // of machines like those proposed, at reference prices
  std::optional<double> power_w;     // of the proposed machines at full load
  std::vector<std::shared_ptr<const workload::Workload>> kept;  // roles point into them

  /// No target fails; claims do not count.
  bool targets_hold() const;
};

/// Reports ids in a proposal and its claims that the catalog does not know (RF0601), and claims about roles
/// that the workload does not have (RF0620). `audit` does so itself.
void check_proposal_names(const workload::Workload& workload, const catalog::Catalog& catalog,
                          Diagnostics& diagnostics);

struct AuditRequest : PlanRequest {
  const catalog::Market* market = nullptr;  // without it claims about money cannot be told
};

/// Diagnostics (unknown ids, nothing to audit) mean that there is no audit: nullptr.
std::shared_ptr<const Audit> audit(const AuditRequest& request, Diagnostics& diagnostics);

}  // namespace rackfit::audit
