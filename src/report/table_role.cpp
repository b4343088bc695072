#include "table_role.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "words.hpp"

namespace rackfit::report {
namespace {

constexpr std::size_t bar_cells = 10;

void write_purchase(Canvas& canvas, const Role& role) {
  std::vector<Piece> head{{counted(role.nodes, "node", "nodes"), Tone::strong}};
  if (!role.nodes_why.empty()) head.push_back({" (" + trimmed(role.nodes_why) + ")"});
  if (!role.shares_nodes_with.empty())
    head.push_back({prose(" on those of `" + role.shares_nodes_with + "`")});
  head.push_back({role.nodes == 1 ? ":" : ", each:"});
  canvas.text(head, 2, 2);
  if (!role.chosen_because.empty()) canvas.text(prose(role.chosen_because), 4, 2);
  if (!role.limits_text.empty()) canvas.text(prose(role.limits_text), 4, 2);
  canvas.text(bound(role.configuration.summary), 4, 2);
  if (role.configuration.facts.empty()) return;
  std::string facts;
  for (const Fact& fact : role.configuration.facts) {
    facts += (facts.empty() ? "" : " · ") + fact.title + " " + fact.value;
  }
  canvas.text(bound(facts), 4, 2);
}

void write_parts(Canvas& canvas, const Role& role) {
  const Configuration& node = role.configuration;
  if (node.parts.empty()) {
    if (!role.shares_nodes_with.empty()) {
      canvas.text(prose("Parts, price and power stand with `" + role.shares_nodes_with + "`."), 4, 2,
                  Tone::faint);
    }
    return;
  }
  Grid grid;
  grid.columns = {{"", true},
                  {"parts of one node", false, true},
                  {"each", true},
                  {"price", true},
                  {"as of", false, true}};
  for (const Part& part : node.parts) {
    const std::optional<Money> sum = part.unit_price ? times(*part.unit_price, part.count) : std::nullopt;
    grid.rows.push_back({{fmt::format("{}\u00A0×", part.count)},
                         {part.name.empty() ? part.id : part.name},
                         {part.unit_price && part.count > 1 ? printed(*part.unit_price) : ""},
                         {sum ? printed(*sum) : "no price", sum ? Tone::plain : Tone::faint},
                         {part.price_note, Tone::faint}});
  }
  if (node.node_price)
    grid.rows.push_back(
        {{""}, {"one node, indicative"}, {""}, {printed(*node.node_price), Tone::strong}, {""}});
  if (role.price && role.nodes > 1) {
    grid.rows.push_back({{""},
                         {fmt::format("{} nodes, indicative", role.nodes)},
                         {""},
                         {printed(*role.price), Tone::strong},
                         {""}});
  }
  canvas.blank();
  canvas.grid(grid, 2);
  std::string physical;
  if (node.power_w) physical += "peak " + printed_power(*node.power_w) + " at the wall";
  if (node.rack_units) physical += (physical.empty() ? "" : ", ") + amount(*node.rack_units, "U");
  if (!physical.empty()) canvas.text("One node: " + physical, 2, 2);
  if (node.unpriced.empty()) return;
  std::string unpriced;
  for (const std::string& part : node.unpriced) unpriced += (unpriced.empty() ? "" : ", ") + part;
  canvas.text("No price known: " + unpriced + "; so the node has no total", 2, 2, Tone::caution);
}

Tone fullness(const Requirement& requirement) {
  if (!requirement.utilization) return Tone::plain;
  if (*requirement.utilization > 1) return Tone::bad;
  return *requirement.utilization >= 0.9 ? Tone::caution : Tone::plain;
}

void write_requirements(Canvas& canvas, const Role& role) {
  if (role.requirements.empty()) return;
  Grid grid;
  grid.columns = {{"resource", false, true}, {"need", true}, {"capacity", true}, {"used", true}, {""}, {""}};
  for (const Requirement& requirement : role.requirements) {
    const Tone tone = fullness(requirement);
    grid.rows.push_back({{requirement.title.empty() ? requirement.resource : requirement.title},
                         {printed(requirement.need, requirement.unit)},
                         {requirement.capacity ? amount(*requirement.capacity, requirement.unit) : "–"},
                         {requirement.utilization ? percent(requirement.utilization) : "", tone},
                         {requirement.utilization ? bar(*requirement.utilization, bar_cells) : "", tone},
                         {requirement.binding ? "←\u00A0limit" : "", Tone::strong}});
  }
  canvas.blank();
  canvas.grid(grid, 2);
}

void write_states(Canvas& canvas, const Role& role) {
  if (role.states.empty()) return;
  Grid grid;
  grid.columns = {{"state", false, true}, {"left", true}};
  for (const StateCell& cell : role.states.front().cells) {
    if (!cell.brief.empty()) grid.columns.push_back({cell.brief, true});
  }
  grid.columns.push_back({""});
  for (const State& state : role.states) {
    std::vector<Piece> row{{state.title}, {state.alive ? fmt::format("{:.0f}", *state.alive) : ""}};
    for (const StateCell& cell : state.cells) {
      if (cell.brief.empty()) continue;
      const double full = cell.utilization.value_or(0);
      row.push_back({cell.utilization ? percent(cell.utilization) : "–", full > 1      ? Tone::bad
                                                                         : full >= 0.9 ? Tone::caution
                                                                                       : Tone::plain});
    }
    row.push_back(state.holds ? Piece{"✓\u00A0holds", Tone::good} : Piece{"✗\u00A0not", Tone::bad});
    grid.rows.push_back(std::move(row));
  }
  canvas.blank();
  canvas.text("How full each bound is in each state, over what is planned for it there:", 2, 2);
  canvas.grid(grid, 2);
  for (const State& state : role.states) {
    for (const std::string& sentence : state.given_up) {
      canvas.text({{"- " + state.title + ": ", Tone::bad}, {prose(sentence)}}, 2, 2);
    }
    for (const std::string& sentence : state.reduced)
      canvas.text("- " + state.title + ": " + prose(sentence), 2, 2, Tone::faint);
  }
}

void write_shares(Canvas& canvas, const Role& role) {
  if (role.shares.empty()) return;
  Grid grid;
  grid.columns = {
      {"share of a node", false, true}, {"takes", true}, {"container request", true}, {"limit", true}};
  const auto shown = [](const std::optional<double>& value, const Share& share) {
    return value ? printed(value, share.unit) : std::string("–");
  };
  for (const Share& share : role.shares) {
    grid.rows.push_back({{share.service + ": " + share.title},
                         {shown(share.value, share)},
                         {shown(share.request, share)},
                         {shown(share.limit, share)}});
  }
  canvas.blank();
  canvas.grid(grid, 2);
}

void write_runners_up(Canvas& canvas, const Role& role) {
  if (role.runners_up.empty()) return;
  canvas.blank();
  canvas.text("Looked at and not taken", 2, 0, Tone::faint);
  for (const RunnerUp& other : role.runners_up) {
    std::string what = counted(other.nodes, "node", "nodes") + ": " + bound(other.configuration.summary);
    for (const Fact& fact : other.configuration.facts) {
      if (fact.key == "quantization" || fact.key == "engine") what += " · " + fact.value;
    }
    if (other.price) what += ", about " + printed(*other.price);
    canvas.text("- " + what, 2, 2);
    canvas.text({{"lost:", Tone::caution}, {" " + prose(other.lost_because)}}, 4, 2);
  }
}

void write_front(Canvas& canvas, const Role& role) {
  if (role.front.empty()) return;
  const bool timed = std::any_of(role.front.begin(), role.front.end(),
                                 [](const Trade& row) { return row.latency_s.has_value(); });
  Grid grid;
  grid.columns = {{"nodes", true}, {"each", false, true}, {"price", true}};
  if (role.front_counts_cost) grid.columns.push_back({"over years", true});
  if (timed) grid.columns.push_back({"time", true});
  grid.columns.push_back({"peak", true});
  grid.columns.push_back({""});
  const auto printed_or = [](const std::optional<Money>& money) {
    return money ? printed(*money) : std::string("n/a");
  };
  for (const Trade& row : role.front) {
    std::vector<Piece> cells{{fmt::format("{}", row.nodes)}, {row.way}, {printed_or(row.price)}};
    if (role.front_counts_cost) cells.push_back({printed_or(row.cost)});
    if (timed) cells.push_back({row.latency_s ? printed_time(*row.latency_s) : "n/a"});
    cells.push_back({row.power_w ? printed_power(*row.power_w) : "n/a"});
    cells.push_back(row.chosen ? Piece{"←", Tone::strong} : Piece{""});
    grid.rows.push_back(std::move(cells));
  }
  canvas.blank();
  canvas.text(front_text(role), 2, 0);
  canvas.grid(grid, 2);
}

}  // namespace

void write_targets(Canvas& canvas, const std::vector<Target>& targets) {
  if (targets.empty()) return;
  Grid grid;
  grid.columns = {{"target", false, true}, {"wanted", true}, {"predicted (P10–P90)", false, true}, {""}};
  for (const Target& target : targets) {
    const Piece mark = target.met == Met::yes  ? Piece{"✓\u00A0met", Tone::good}
                       : target.met == Met::no ? Piece{"✗\u00A0not\u00A0met", Tone::bad}
                                               : Piece{"?\u00A0unknown", Tone::caution};
    grid.rows.push_back({{target.title.empty() ? target.name : target.title},
                         {target.wanted ? amount(*target.wanted, target.unit) : "–"},
                         {printed_range(target.predicted, target.low, target.high, target.unit)},
                         mark});
  }
  canvas.blank();
  canvas.grid(grid, 2);
}

void write_figures(Canvas& canvas, const std::vector<KeyFigure>& figures) {
  if (figures.empty()) return;
  Grid grid;
  grid.columns = {{"also worth knowing", false, true}, {"", false, true}};
  for (const KeyFigure& figure : figures) {
    grid.rows.push_back({{figure.title.empty() ? figure.name : figure.title},
                         {printed_range(figure.value, figure.low, figure.high, figure.unit)}});
  }
  canvas.blank();
  canvas.grid(grid, 2);
}

void write_role(Canvas& canvas, const Role& role) {
  canvas.heading(role.title.empty() ? role.role : role.title);
  write_purchase(canvas, role);
  write_parts(canvas, role);
  write_requirements(canvas, role);
  write_states(canvas, role);
  write_shares(canvas, role);
  write_targets(canvas, role.targets);
  write_figures(canvas, role.figures);
  if (!role.breaks_first.empty() || !role.trust.empty()) canvas.blank();
  if (!role.breaks_first.empty()) {
    canvas.text({{"Breaks first:", Tone::strong}, {" " + prose(role.breaks_first)}}, 2, 2);
  }
  if (!role.trust.empty())
    canvas.text({{"How far to trust it:", Tone::strong}, {" " + prose(role.trust)}}, 2, 2);
  write_front(canvas, role);
  write_runners_up(canvas, role);
}

}  // namespace rackfit::report
