#include <fmt/format.h>

#include "audit_words.hpp"
#include "words.hpp"

namespace rackfit::report {

namespace {

using audit::Ruling;
using audit::Verdict;
using audit::VerdictKind;

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
void write_verdicts(Canvas& canvas, const AuditReport& audit, VerdictKind kind) {
  const bool wide = canvas.options().width == 0 || canvas.options().width >= wide_table;
  const bool with_role = several_roles(audit);
  Grid grid;
  grid.columns = {{"verdict"},
                  {kind == VerdictKind::claim ? "claim" : "what", false, true},
                  {kind == VerdictKind::target ? "wanted" : "claimed", true},
                  {"found", true},
                  {"by", true}};
  int minor = 0;
  for (const Verdict& verdict : audit.verdicts) {
    if (verdict.kind != kind) continue;
    if (verdict.minor) {
      ++minor;
      continue;
    }
    const std::string found = wide ? audit_found(verdict) : audit_figure(verdict.predicted, verdict.unit);
    grid.rows.push_back({word(verdict),
                         {prose(audit_subject(verdict, with_role))},
                         {audit_figure(verdict.wanted, verdict.unit)},
                         {found},
                         {audit_margin(verdict)}});
  }
  if (grid.rows.empty()) return;
  canvas.heading(audit_heading(kind));
  canvas.grid(grid, 2);
  if (minor > 0)
    canvas.text("and " + counted(minor, "further check holds", "further checks hold"), 2, 0, Tone::faint);
}

void write_detail(Canvas& canvas, const Verdict& verdict) {
  canvas.text({word(verdict),
               {" " + prose(audit_subject(verdict, true)), Tone::strong},
               {" [" + verdict.id + "]", Tone::faint}},
              2, 2);
  if (!verdict.because.empty()) canvas.text(prose(verdict.because), 4, 0);
  if (!verdict.remedy.empty()) canvas.text({{"→", Tone::good}, {" " + prose(verdict.remedy)}}, 4, 2);
}

void write_details(Canvas& canvas, const AuditReport& audit) {
  bool titled = false;
  for (const bool held : {false, true}) {
    for (const Verdict& verdict : audit.verdicts) {
      const bool holds = verdict.ruling == Ruling::holds;
      if (holds != held || (holds && (verdict.because.empty() || verdict.kind == VerdictKind::target)))
        continue;
      if (!titled) canvas.heading("Why, and what would help");
      titled = true;
      write_detail(canvas, verdict);
    }
  }
}

void write_instead(Canvas& canvas, const AuditReport& audit) {
  canvas.heading("What rackfit would buy instead");
  canvas.text(verdict(audit.instead), 2, 2);
  for (const Role& role : audit.instead.roles) {
    if (!role.feasible) continue;
    canvas.text({{role.role + ":", Tone::strong},
                 {fmt::format(" {} × ", role.nodes) + bound(role.configuration.summary)}},
                2, 2);
  }
  const std::string prices = audit_prices(audit);
  if (!prices.empty()) canvas.text(prices, 2, 2);
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
    for (const VerdictKind kind : {VerdictKind::target, VerdictKind::claim, VerdictKind::consistency}) {
      write_verdicts(canvas, audit, kind);
    }
    write_details(canvas, audit);
    if (!audit.boxes.empty()) write_instead(canvas, audit);
  }
  return canvas.take();
}

}  // namespace rackfit::report
