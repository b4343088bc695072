#include <fmt/format.h>

#include "audit_words.hpp"
#include "markdown_text.hpp"
#include "words.hpp"

namespace rackfit::report {

namespace {

using markdown::one_line;
using audit::Ruling;
using audit::Verdict;
using audit::VerdictKind;

void write_verdicts(std::string& out, const AuditReport& audit, VerdictKind kind) {
  const bool with_role = several_roles(audit);
  std::string rows;
  int minor = 0;
  for (const Verdict& verdict : audit.verdicts) {
    if (verdict.kind != kind) continue;
    if (verdict.minor) {
      ++minor;
      continue;
    }
    const std::string word(to_string(verdict.ruling));
    rows +=
        markdown::row({word, audit_subject(verdict, with_role), audit_figure(verdict.wanted, verdict.unit),
                       audit_found(verdict), audit_margin(verdict)});
  }
  if (rows.empty()) return;
  out += fmt::format("\n### {}\n\n", audit_heading(kind));
  out += markdown::table_head({"verdict", kind == VerdictKind::claim ? "claim" : "what",
                               kind == VerdictKind::target ? "wanted" : "claimed", "found", "by"},
                              {false, false, true, true, true});
  out += rows;
  if (minor > 0)
    out += fmt::format("\nand {}\n", counted(minor, "further check holds", "further checks hold"));
}

void write_details(std::string& out, const AuditReport& audit) {
  std::string items;
  for (const bool held : {false, true}) {
    for (const Verdict& verdict : audit.verdicts) {
      const bool holds = verdict.ruling == Ruling::holds;
      if (holds != held || (holds && (verdict.because.empty() || verdict.kind == VerdictKind::target)))
        continue;
      items += fmt::format("- **{}**: {} (`{}`): {}{}\n", to_string(verdict.ruling),
                           one_line(audit_subject(verdict, true)), verdict.id, one_line(verdict.because),
                           verdict.remedy.empty() ? "" : " → " + one_line(verdict.remedy));
    }
  }
  if (!items.empty()) out += "\n### Why, and what would help\n\n" + items;
}

void write_instead(std::string& out, const AuditReport& audit) {
  out += fmt::format("\n### What rackfit would buy instead\n\n{}\n\n", one_line(verdict(audit.instead)));
  for (const Role& role : audit.instead.roles) {
    if (role.feasible)
      out += fmt::format("- {}: {} × {}\n", one_line(role.role), role.nodes,
                         one_line(role.configuration.summary));
  }
  const std::string prices = audit_prices(audit);
  if (!prices.empty()) out += "\n" + one_line(prices) + "\n";
  if (!audit.instead.totals.price_note.empty())
    out += fmt::format("\n_Prices: {}_\n", one_line(audit.instead.totals.price_note));
}

void write_audit(std::string& out, const AuditReport& audit) {
  out += fmt::format("## {}: {}\n", one_line(audit.workload), one_line(audit_verdict(audit)));
  if (!audit.description.empty()) out += "\n" + one_line(audit.description) + "\n";
  if (!audit.boxes.empty())
    out += fmt::format("\nProposed{}:\n\n", audit.says.empty() ? "" : ", " + one_line(audit.says));
  for (const OfferedBox& box : audit.boxes) {
    out += fmt::format("- {:.0f} × {}: {}\n", box.count, one_line(box.name), one_line(box.summary));
  }
  for (const VerdictKind kind : {VerdictKind::target, VerdictKind::claim, VerdictKind::consistency}) {
    write_verdicts(out, audit, kind);
  }
  write_details(out, audit);
  if (!audit.boxes.empty()) write_instead(out, audit);
  out += fmt::format("\n<sub>rackfit {}</sub>\n", one_line(audit.rackfit_version));
}

}  // namespace

std::string write_audit_markdown(const std::vector<AuditReport>& audits) {
  std::string out;
  for (const AuditReport& audit : audits) {
    if (!out.empty()) out += "\n---\n\n";
    write_audit(out, audit);
  }
  return markdown::plain_spaces(std::move(out));
}

}  // namespace rackfit::report
