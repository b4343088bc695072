// An audit as people read it, and as programs do: verdicts on somebody's machines and promises, and what
// would be bought instead.
//
// The report is built once; the writers are pure functions of it. Verdicts keep the order in which they were
// found: targets by role, claims as written, then what contradicts what.
#pragma once

#include <string>
#include <vector>

#include "rackfit/audit/audit.hpp"
#include "rackfit/report/build.hpp"
#include "rackfit/report/layout.hpp"

namespace rackfit::report {

/// One kind of machine on offer.
struct OfferedBox {
  std::string name, summary;
  double count = 1;
};

struct AuditReport {
  std::string format_version = "1.0";
  std::string rackfit_version, workload, description, file;
  std::string says;  // whose proposal it is
  bool targets_hold = false;
  std::vector<OfferedBox> boxes;
  std::vector<audit::Verdict> verdicts;
  std::optional<Money> offered_low, offered_high;
  std::optional<double> power_w;    // of the proposed machines at full load
  bool market_is_floor = false;     // of some machines only the accelerators are priced
  std::optional<Money> market;      // machines like those offered, at reference prices
  std::optional<Money> difference;  // what would be bought less what is offered, else less the market's price
  std::optional<double> difference_share;  // of that price
  bool against_market = false;             // the difference is to the market's price
  std::optional<double> power_difference_w;
  Plan instead;
  std::string availability;   // that `instead` has
  std::optional<Plan> other;  // with a spare more or less
  std::string other_availability;
};

AuditReport build(const audit::Audit& audit, const workload::Workload& workload, const BuildOptions& options);

std::string write_audit_table(const std::vector<AuditReport>& audits, const TextOptions& options);
/// One audit is an object; several are `{"format_version", "audits": […]}` (docs/schema/audit.schema.json).
std::string write_audit_json(const std::vector<AuditReport>& audits);
std::string write_audit_markdown(const std::vector<AuditReport>& audits);
/// One line a verdict.
std::string write_audit_csv(const std::vector<AuditReport>& audits);

}  // namespace rackfit::report
