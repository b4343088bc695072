#include "rackfit/report/table.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "table_pipelines.hpp"
#include "table_role.hpp"
#include "words.hpp"

namespace rackfit::report {
namespace {

void write_header(Canvas& canvas, const Plan& plan) {
  canvas.text(
      {{plan.workload + ":", Tone::strong}, {" " + verdict(plan), plan.feasible ? Tone::good : Tone::bad}}, 0,
      2);
  if (!plan.description.empty()) canvas.text(trimmed(plan.description), 0, 0, Tone::faint);
  if (!plan.aim.empty()) canvas.text({{"Chosen by ", Tone::strong}, {prose(plan.aim)}}, 0, 2);
}

void write_roles_at_a_glance(Canvas& canvas, const Plan& plan) {
  if (plan.roles.size() < 2) return;
  Grid grid;
  grid.columns = {{"role"}, {"nodes", true}, {"each", false, true}};
  for (const Role& role : plan.roles) {
    grid.rows.push_back(
        {{role.role, Tone::strong},
         {role.feasible ? fmt::format("{}", role.nodes) : "none", role.feasible ? Tone::plain : Tone::bad},
         {role.feasible && !role.shares_nodes_with.empty() ? prose("on the nodes of `" + role.shares_nodes_with + "`")
          : role.feasible ? bound(role.configuration.summary) : "nothing fits; see \"What was ruled out\""}});
  }
  canvas.blank();
  canvas.grid(grid, 2);
}

void write_prices(Canvas& canvas, const Plan& plan) {
  if (plan.totals.price_note.empty()) return;
  canvas.blank();
  canvas.text("Prices: " + trimmed(plan.totals.price_note), 0, 2, Tone::faint);
}

void write_advice(Canvas& canvas, const Plan& plan) {
  if (plan.advice.empty()) return;
  canvas.heading("Warnings and advice");
  for (const AdviceItem& item : plan.advice) {
    const Tone tone = item.level == "risk"      ? Tone::bad
                      : item.level == "warning" ? Tone::caution
                                                : Tone::strong;
    canvas.text({{item.level + ":", tone}, {" " + prose(item.message)}}, 2, 2);
    std::string origin = item.id;
    if (plan.roles.size() > 1 && !item.role.empty()) origin += ", " + item.role;
    if (!item.source.empty()) origin += "; " + item.source;
    canvas.text(origin, 4, 2, Tone::faint);
  }
}

void write_overrides(Canvas& canvas, const Plan& plan) {
  if (plan.overrides.empty()) return;
  canvas.heading("Changed by your files");
  for (const OverrideUsed& item : plan.overrides) {
    std::string text = " " + item.is;
    if (!item.was.empty()) text += " (built in: " + item.was + ")";
    if (!item.because.empty()) text += ", because: " + trimmed(item.because);
    canvas.text({{item.name + ":", Tone::strong}, {text}, {" " + item.where, Tone::faint}}, 2, 2);
  }
}

void write_defaults(Canvas& canvas, const Plan& plan) {
  if (plan.defaults.empty()) return;
  // Roles share some of them; once is enough here.
  std::vector<std::string> all;
  for (const DefaultUsed& item : plan.defaults) {
    std::string text = item.name + " = " + item.value;
    if (std::find(all.begin(), all.end(), text) == all.end()) all.push_back(std::move(text));
  }
  std::string list;
  for (const std::string& text : all) list += (list.empty() ? "" : " · ") + text;
  canvas.heading(fmt::format("Not given, so assumed ({})", all.size()));
  canvas.text(bound(list), 2);
  canvas.text("Sources: --format json; to change one: --set, or overrides: in the workload", 2, 0,
              Tone::faint);
}

bool infeasible(const Plan& plan, const std::string& role) {
  for (const Role& candidate : plan.roles) {
    if (candidate.role == role) return !candidate.feasible;
  }
  return !plan.feasible;
}

bool built_in(const Rejected& item) { return item.where.empty() || item.where.rfind("rules/", 0) == 0; }

void write_rejection(Canvas& canvas, const Plan& plan, const Rejected& item) {
  std::vector<Piece> line{{item.constraint, Tone::strong}};
  std::string what = fmt::format(" ruled out {}", counted(item.candidates, "candidate", "candidates"));
  if (!item.family.empty() && item.family != item.constraint) what += " (" + item.family + ")";
  if (plan.roles.size() > 1 && !item.role.empty()) what += " for " + item.role;
  line.push_back({what});
  if (!item.where.empty()) line.push_back({" [" + item.where + "]", Tone::faint});
  canvas.text(line, 2, 2);
  if (!item.because.empty()) canvas.text(prose(item.because), 4, 2);
  if (!item.relaxation.empty())
    canvas.text({{"would fit:", Tone::good}, {" " + prose(item.relaxation)}}, 4, 2);
}

/// At length where nothing fits, and for the user's own rules; of the others, in a role that has its answer,
/// only the count.
void write_rejected(Canvas& canvas, const Plan& plan) {
  if (plan.rejected.empty()) return;
  canvas.heading(fmt::format("What was ruled out ({} candidates looked at)", plan.candidates));
  std::vector<std::pair<std::string, std::string>> counts;  // role, list
  for (const Rejected& item : plan.rejected) {
    if (infeasible(plan, item.role) || !built_in(item)) {
      write_rejection(canvas, plan, item);
      continue;
    }
    if (counts.empty() || counts.back().first != item.role) counts.emplace_back(item.role, "");
    std::string& list = counts.back().second;
    list += (list.empty() ? "" : " · ") + fmt::format("{} {}", item.constraint, item.candidates);
  }
  for (const auto& [role, list] : counts) {
    canvas.text({{role.empty() ? "" : role + ":", Tone::strong}, {" " + bound(list)}}, 2, 2);
  }
}

/// A command is there to be copied, so it is broken the way a shell can read.
void write_command(Canvas& canvas, const std::string& command) {
  constexpr std::size_t indent = 2;
  constexpr std::string_view continued = " \\";
  const std::size_t width = canvas.options().width;
  std::string line;
  std::size_t at = 0;
  while (at < command.size()) {
    const std::size_t end = std::min(command.find(' ', at), command.size());
    const std::string word = command.substr(at, end - at);
    if (width > 0 && !line.empty() && cells(line) + cells(word) + 1 + continued.size() + indent > width) {
      canvas.text(line + std::string(continued), indent, 0, Tone::strong);
      line = "  ";
    }
    line += (line.empty() || line == "  " ? "" : " ") + word;
    at = end + 1;
  }
  canvas.text(line, indent, 0, Tone::strong);
}

void write_plan(Canvas& canvas, const Plan& plan) {
  write_header(canvas, plan);
  write_roles_at_a_glance(canvas, plan);
  for (const Role& role : plan.roles) {
    if (role.feasible) write_role(canvas, role);
  }
  for (const Pipeline& pipeline : plan.pipelines) write_pipeline(canvas, pipeline);
  write_prices(canvas, plan);
  write_advice(canvas, plan);
  write_overrides(canvas, plan);
  write_defaults(canvas, plan);
  write_rejected(canvas, plan);
  const std::string command = next_command(plan);
  if (command.empty()) return;
  canvas.blank();
  canvas.text("Where the tightest figure comes from:");
  write_command(canvas, command);
}

}  // namespace

std::string write_table(const std::vector<Plan>& plans, const TextOptions& options) {
  Canvas canvas(options);
  for (const Plan& plan : plans) {
    if (&plan != &plans.front()) canvas.text("════════", 0, 0, Tone::faint);
    write_plan(canvas, plan);
    if (&plan != &plans.back()) canvas.blank();
  }
  return canvas.take();
}

}  // namespace rackfit::report
