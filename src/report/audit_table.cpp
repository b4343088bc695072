#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "audit_words.hpp"
#include "words.hpp"

namespace rackfit::report {

namespace {

using audit::Ruling;
using audit::Verdict;

constexpr std::size_t wide_table = 120;

std::string sign(Ruling ruling) {
  return ruling == Ruling::holds ? "✓" : ruling == Ruling::unknown ? "?" : "✗";
}

Tone tone(Ruling ruling) {
  return ruling == Ruling::holds ? Tone::good : ruling == Ruling::unknown ? Tone::caution : Tone::bad;
}

Piece word(const Verdict& verdict) {
  return {sign(verdict.ruling) + "\u00A0" + std::string(to_string(verdict.ruling)), tone(verdict.ruling)};
}

void write_header(Canvas& canvas, const AuditReport& audit) {
  canvas.text({{audit.workload + ":", Tone::strong},
               {" " + audit_verdict(audit), audit.targets_hold ? Tone::good : Tone::bad}},
              0, 2);
  if (!audit.description.empty()) canvas.text(trimmed(audit.description), 0, 0, Tone::faint);
  if (audit.boxes.empty()) return;
  canvas.blank();
  canvas.text("Proposed" + (audit.says.empty() ? std::string() : ", " + trimmed(audit.says)) + ":", 0, 2);
  for (const OfferedBox& box : audit.boxes) {
    canvas.text(
        {{fmt::format("{:.0f}\u00A0× {}:", box.count, box.name), Tone::strong}, {" " + bound(box.summary)}},
        2, 2);
  }
}

/// One row a verdict; what holds without a figure is only counted.
void write_verdicts(Canvas& canvas, const AuditReport& audit, AuditPart part) {
  const bool wide = canvas.options().width == 0 || canvas.options().width >= wide_table;
  const bool with_role = several_roles(audit);
  const AuditHeads heads = heads_of(part);
  Grid grid;
  grid.columns = {{"verdict"},
                  {std::string(heads.what), false, true},
                  {std::string(heads.wanted), true},
                  {std::string(heads.found), true},
                  {std::string(heads.by), true}};
  int minor = 0;
  for (const Verdict& verdict : audit.verdicts) {
    if (part_of(verdict) != part) continue;
    if (verdict.minor) {
      ++minor;
      continue;
    }
    if (told_before(audit, verdict)) continue;
    const bool beside = part == AuditPart::claims && verdict.id.find('.') != std::string::npos;
    grid.rows.push_back({word(verdict),
                         {(beside ? "\u00A0\u00A0" : "") + prose(audit_subject(verdict, with_role))},
                         {audit_wanted(verdict)},
                         {audit_found(verdict, wide)},
                         {audit_margin(verdict)}});
  }
  if (grid.rows.empty() && minor == 0) return;
  canvas.heading(heads.title);
  if (!grid.rows.empty()) canvas.grid(grid, 2);
  if (minor > 0)
    canvas.text("and " + counted(minor, "further check holds", "further checks hold"), 2, 0, Tone::faint);
}

/// With numbers kept at their units.
std::string sentence(const std::string& text) {
  static const std::string_view units[] = {
      "GiB", "TiB", "MiB", "GB", "TB",  "MB/s", "GB/s", "Gbit/s",    "s",       "ms",       "min",
      "h",   "W",   "kW",  "%",  "USD", "CNY",  "EUR",  "request/s", "token/s", "message/s"};
  std::string out = prose(text);
  for (std::size_t at = 0; (at = out.find(' ', at)) != std::string::npos; ++at) {
    if (at == 0 || out[at - 1] < '0' || out[at - 1] > '9') continue;
    const std::size_t end = std::min(out.find_first_of(" ,;:)", at + 1), out.size());
    const std::string_view unit = std::string_view(out).substr(at + 1, end - at - 1);
    if (std::find(std::begin(units), std::end(units), unit) != std::end(units)) out.replace(at, 1, "\u00A0");
  }
  return out;
}

void write_reason(Canvas& canvas, const Verdict& verdict, std::size_t indent) {
  canvas.text(sentence(verdict.because), indent, 0);
  // Narrow terminals have no room for names of rules, and models of serving are no formulas.
  const bool arithmetic = !verdict.formula.empty() && verdict.formula.find(").") == std::string::npos;
  const bool wide = canvas.options().width == 0 || canvas.options().width >= wide_table;
  if (wide && arithmetic && verdict.limit && verdict.wanted && verdict.ruling != Ruling::holds)
    canvas.text(sentence(verdict.formula), indent, 2, Tone::faint);
  if (!verdict.remedy.empty()) canvas.text({{"→", Tone::good}, {" " + sentence(verdict.remedy)}}, indent, 2);
}

void write_details(Canvas& canvas, const AuditReport& audit) {
  const std::vector<AuditGroup> groups = audit_groups(audit);
  if (groups.empty()) return;
  canvas.heading("Why, and what would help");
  for (const AuditGroup& group : groups) {
    for (const Verdict* verdict : group) {
      const bool first = verdict == group.front();
      canvas.text({word(*verdict),
                   {" " + prose(first ? audit_subject(*verdict, true) : verdict->title), Tone::strong},
                   {" [" + verdict->id + "]", Tone::faint}},
                  first ? 2 : 4, 2);
      write_reason(canvas, *verdict, first ? 4 : 6);
    }
  }
}

void write_instead(Canvas& canvas, const AuditReport& audit) {
  canvas.heading("What rackfit would buy instead");
  canvas.text(audit_plan(audit.instead, audit.availability), 2, 2);
  for (const Role& role : audit.instead.roles) {
    if (!role.feasible) continue;
    canvas.text({{role.role + ":", Tone::strong},
                 {" " + counted(role.nodes, "node", "nodes") + " of " + bound(role.configuration.summary)}},
                4, 2);
  }
  if (audit.other) canvas.text(audit_plan(*audit.other, audit.other_availability), 2, 2);
  for (const std::string& line : audit_prices(audit)) canvas.text(line, 2, 2);
  if (!audit.instead.totals.price_note.empty())
    canvas.text("Prices: " + trimmed(audit.instead.totals.price_note), 2, 2, Tone::faint);
}

}  // namespace

std::string write_audit_table(const std::vector<AuditReport>& audits, const TextOptions& options) {
  Canvas canvas(options);
  for (const AuditReport& audit : audits) {
    if (&audit != &audits.front()) {
      canvas.blank();
      canvas.text("════════", 0, 0, Tone::faint);
    }
    write_header(canvas, audit);
    for (const AuditPart part : audit_parts) write_verdicts(canvas, audit, part);
    write_details(canvas, audit);
    if (!audit.boxes.empty()) write_instead(canvas, audit);
  }
  return canvas.take();
}

}  // namespace rackfit::report
