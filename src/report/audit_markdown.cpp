#include <fmt/format.h>

#include "audit_words.hpp"
#include "markdown_text.hpp"
#include "words.hpp"

namespace rackfit::report {

namespace {

using audit::Ruling;
using audit::Verdict;
using markdown::one_line;

void write_verdicts(std::string& out, const AuditReport& audit, AuditPart part) {
  const bool with_role = several_roles(audit);
  std::string rows;
  int minor = 0;
  for (const Verdict& verdict : audit.verdicts) {
    if (part_of(verdict) != part) continue;
    if (verdict.minor) {
      ++minor;
      continue;
    }
    if (told_before(audit, verdict)) continue;
    rows += markdown::row({std::string(to_string(verdict.ruling)), audit_subject(verdict, with_role),
                           audit_wanted(verdict), audit_found(verdict, true), audit_margin(verdict)});
  }
  if (rows.empty() && minor == 0) return;
  const AuditHeads heads = heads_of(part);
  out += fmt::format("\n### {}\n\n", heads.title);
  if (!rows.empty()) {
    out += markdown::table_head({"verdict", std::string(heads.what), std::string(heads.wanted),
                                 std::string(heads.found), std::string(heads.by)},
                                {false, false, true, true, true});
    out += rows;
  }
  if (minor > 0)
    out += fmt::format("\nand {}\n", counted(minor, "further check holds", "further checks hold"));
}

void write_details(std::string& out, const AuditReport& audit) {
  const std::vector<AuditGroup> groups = audit_groups(audit);
  if (!groups.empty()) out += "\n### Why, and what would help\n\n";
  for (const AuditGroup& group : groups) {
    for (const Verdict* verdict : group) {
      const bool first = verdict == group.front();
      out += fmt::format("{}- **{}**: {} (`{}`): {}{}\n", first ? "" : "  ", to_string(verdict->ruling),
                         one_line(first ? audit_subject(*verdict, true) : verdict->title), verdict->id,
                         one_line(verdict->because),
                         verdict->remedy.empty() ? "" : " → " + one_line(verdict->remedy));
      if (!verdict->formula.empty() && verdict->ruling != Ruling::holds)
        out += fmt::format("{}  `{}`\n", first ? "" : "  ", one_line(verdict->formula));
    }
  }
}

void write_instead(std::string& out, const AuditReport& audit) {
  out += fmt::format("\n### What rackfit would buy instead\n\n{}\n\n",
                     one_line(audit_plan(audit.instead, audit.availability)));
  for (const Role& role : audit.instead.roles) {
    if (role.feasible)
      out += fmt::format("- {}: {} of {}\n", one_line(role.role), counted(role.nodes, "node", "nodes"),
                         one_line(role.configuration.summary));
  }
  if (audit.other) out += "\n" + one_line(audit_plan(*audit.other, audit.other_availability)) + "\n";
  for (const std::string& line : audit_prices(audit)) out += "\n" + one_line(line) + "\n";
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
  for (const AuditPart part : audit_parts) write_verdicts(out, audit, part);
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
