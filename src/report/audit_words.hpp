// Phrases that the writers of an audit share.
#pragma once

#include "rackfit/report/audit.hpp"

namespace rackfit::report {

/// The parts of an audit that verdicts are listed in.
enum class AuditPart { targets, limits, claims, consistency };
inline constexpr AuditPart audit_parts[] = {AuditPart::targets, AuditPart::limits, AuditPart::claims,
                                            AuditPart::consistency};
AuditPart part_of(const audit::Verdict& verdict);

/// How a part's table is headed.
struct AuditHeads {
  std::string_view title, what, wanted, found, by;
};
AuditHeads heads_of(AuditPart part);

/// "would not do: misses the whole answer, p95 (12.2 s, wanted 5 s) and …; 6 claims: 2 hold, 3 fail".
std::string audit_verdict(const AuditReport& audit);
/// What was wanted, claimed or is there: "5 s", "CNY 180,000", "nvlink"; empty when there is nothing to say.
std::string audit_wanted(const audit::Verdict& verdict);
/// "7.6 s", with `band` "7.6 s (6.1–9.9)".
std::string audit_found(const audit::Verdict& verdict, bool band);
/// "−52 %", "12×", "−65 points", "equal".
std::string audit_margin(const audit::Verdict& verdict);
/// What is judged: a claim's sentence, else the title with its role where there are several.
std::string audit_subject(const audit::Verdict& verdict, bool with_role);
/// What was offered, what the market asks, and how what would be bought differs; a sentence a line.
std::vector<std::string> audit_prices(const AuditReport& audit);
/// "with a spare (n+1): feasible with …".
std::string audit_plan(const Plan& plan, const std::string& availability);
bool several_roles(const AuditReport& audit);
/// Another limit on the same resource with the same figures stands above it.
bool told_before(const AuditReport& audit, const audit::Verdict& verdict);

/// What belongs under one heading: a verdict and those beside it, as the saving in full beside the saving.
using AuditGroup = std::vector<const audit::Verdict*>;
/// What needs a reason, the worse first; a finding that repeats a claim's is left out.
std::vector<AuditGroup> audit_groups(const AuditReport& audit);

/// Text as people read it: digits of large numbers in groups, typographic minus and times signs. Code spans
/// stay as they are.
std::string readable(std::string_view text);

}  // namespace rackfit::report
