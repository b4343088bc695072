// Phrases that the writers of an audit share.
#pragma once

#include "rackfit/report/audit.hpp"

namespace rackfit::report {

/// "2 of 14 targets missed; 6 claims: 2 hold, 3 fail, 1 impossible".
std::string audit_verdict(const AuditReport& audit);
/// "5 s", "CNY 180,000", "–" when unknown.
std::string audit_figure(const std::optional<double>& value, const std::string& unit);
/// "7.6 s (6.1–9.9)".
std::string audit_found(const audit::Verdict& verdict);
/// "−52 %", "12 times over".
std::string audit_margin(const audit::Verdict& verdict);
/// What is judged: a claim's sentence, else the title with its role where there are several.
std::string audit_subject(const audit::Verdict& verdict, bool with_role);
/// "offered: CNY 180,000–220,000 · …": what was offered, what the market asks, and the difference; empty when
/// nothing is known.
std::string audit_prices(const AuditReport& audit);
std::string_view audit_heading(audit::VerdictKind kind);
bool several_roles(const AuditReport& audit);

}  // namespace rackfit::report
