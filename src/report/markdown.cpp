#include "rackfit/report/markdown.hpp"

#include <fmt/format.h>

#include "chart.hpp"
#include "markdown_text.hpp"
#include "words.hpp"

namespace rackfit::report {

using markdown::fold;
using markdown::one_line;
using markdown::plain_spaces;
using markdown::row;
using markdown::table_head;

namespace {

std::string parts_table(const Role& role) {
  const Configuration& node = role.configuration;
  std::string out =
      table_head({"per node", "part", "each", "price", "as of"}, {true, false, true, true, false});
  for (const Part& part : node.parts) {
    const std::optional<Money> sum = part.unit_price ? times(*part.unit_price, part.count) : std::nullopt;
    out += row({fmt::format("{} ×", part.count), part.name.empty() ? part.id : part.name,
                part.unit_price ? printed(*part.unit_price) : "", sum ? printed(*sum) : "no price",
                part.price_note});
  }
  if (node.node_price) out += row({"", "one node, indicative", "", printed(*node.node_price), ""});
  return out;
}

std::string requirements_table(const Role& role) {
  std::string out =
      table_head({"resource", "need", "capacity", "used", ""}, {false, true, true, true, false});
  for (const Requirement& item : role.requirements) {
    out += row({item.title.empty() ? item.resource : item.title, printed(item.need, item.unit),
                item.capacity ? printed(item.capacity, item.unit) : "–",
                item.utilization ? percent(item.utilization) : "", item.binding ? "limit" : ""});
  }
  return out;
}

std::string states_table(const Role& role) {
  std::vector<std::string> titles{"state: bounds over what is planned there", "left"};
  std::vector<bool> right{false, true};
  for (const StateCell& item : role.states.front().cells) {
    if (item.brief.empty()) continue;
    titles.push_back(item.brief);
    right.push_back(true);
  }
  titles.push_back("");
  right.push_back(false);
  std::string out = table_head(titles, right);
  for (const State& state : role.states) {
    std::vector<std::string> cells{state.title, state.alive ? fmt::format("{:.0f}", *state.alive) : ""};
    for (const StateCell& item : state.cells) {
      if (!item.brief.empty()) cells.push_back(item.utilization ? percent(item.utilization) : "–");
    }
    cells.push_back(state.holds ? "holds" : "does not hold");
    out += row(cells);
  }
  out += "\n";
  for (const State& state : role.states) {
    for (const std::string& sentence : state.given_up)
      out += fmt::format("- **{}**: {}\n", one_line(state.title), one_line(sentence));
    for (const std::string& sentence : state.reduced)
      out += fmt::format("- {}: {}\n", one_line(state.title), one_line(sentence));
  }
  return out;
}

std::string shares_table(const Role& role) {
  std::string out =
      table_head({"share of a node", "takes", "container request", "limit"}, {false, true, true, true});
  const auto shown = [](const std::optional<double>& value, const Share& share) {
    return value ? printed(value, share.unit) : std::string("–");
  };
  for (const Share& item : role.shares) {
    out += row({item.service + ": " + item.title, shown(item.value, item), shown(item.request, item),
                shown(item.limit, item)});
  }
  return out;
}

std::string targets_table(const std::vector<Target>& targets) {
  std::string out = table_head({"target", "wanted", "predicted (P10–P90)", ""}, {false, true, true, false});
  for (const Target& item : targets) {
    out +=
        row({item.title.empty() ? item.name : item.title, item.wanted ? printed(item.wanted, item.unit) : "–",
             printed_range(item.predicted, item.low, item.high, item.unit), std::string(met_text(item.met))});
  }
  return out;
}

std::string runners_up(const Role& role) {
  std::string out =
      table_head({"nodes", "configuration", "price", "lost because"}, {true, false, true, false});
  for (const RunnerUp& item : role.runners_up) {
    out += row({fmt::format("{}", item.nodes), item.configuration.summary,
                item.price ? printed(*item.price) : "unknown", item.lost_because});
  }
  return out;
}

std::string front_table(const Role& role) {
  std::string out = one_line(front_text(role)) + "\n\n" +
                    table_head({"nodes", "each", "price", "with the years' costs", "time", "peak power", ""},
                               {true, false, true, true, true, true, false});
  for (const Trade& item : role.front) {
    out += row({fmt::format("{}", item.nodes), item.way, item.price ? printed(*item.price) : "n/a",
                item.cost ? printed(*item.cost) : "–", item.latency_s ? printed_time(*item.latency_s) : "–",
                item.power_w ? printed_power(*item.power_w) : "n/a", item.chosen ? "chosen" : ""});
  }
  return out;
}

void write_role(std::string& out, const Role& role) {
  out += fmt::format("\n### {}\n\n", one_line(role.title.empty() ? role.role : role.title));
  if (!role.feasible) {
    out += "**Nothing fits.** What ruled the candidates out stands below.\n";
    return;
  }
  out += fmt::format("**{}**{}: {}\n", counted(role.nodes, "node", "nodes"),
                     role.nodes_why.empty() ? "" : " (" + one_line(role.nodes_why) + ")",
                     one_line(role.configuration.summary));
  if (!role.shares_nodes_with.empty()) {
    out += fmt::format("- on the nodes of `{}`, where parts, price and power stand\n", one_line(role.shares_nodes_with));
  }
  if (!role.chosen_because.empty()) out += fmt::format("- {}\n", one_line(role.chosen_because));
  if (!role.limits_text.empty()) out += fmt::format("- {}\n", one_line(role.limits_text));
  for (const Fact& fact : role.configuration.facts)
    out += fmt::format("- {}: {}\n", one_line(fact.title), one_line(fact.value));
  if (!role.requirements.empty()) out += "\n" + requirements_table(role);
  if (!role.states.empty()) out += "\n" + states_table(role);
  if (!role.shares.empty()) out += "\n" + shares_table(role);
  if (!role.targets.empty()) out += "\n" + targets_table(role.targets);
  if (!role.figures.empty()) out += "\n";
  for (const KeyFigure& item : role.figures) {
    out += fmt::format("- {}: {}\n", one_line(item.title.empty() ? item.name : item.title),
                       one_line(printed_range(item.value, item.low, item.high, item.unit)));
  }
  if (!role.breaks_first.empty()) out += fmt::format("\n**Breaks first:** {}\n", one_line(role.breaks_first));
  if (!role.trust.empty()) out += fmt::format("\n**How far to trust it:** {}\n", one_line(role.trust));
  if (!role.configuration.parts.empty()) fold(out, "Parts of one node", parts_table(role));
  if (!role.front.empty()) out += "\n" + front_table(role);
  if (!role.runners_up.empty()) fold(out, "Looked at and not taken", runners_up(role));
}

std::string services_table(const Pipeline& pipeline) {
  std::string out = table_head({"sized to", "nodes", "GPUs", "takes", "busy", "age p95", "backlog", "price"},
                               {false, true, true, true, true, true, true, true});
  for (const SizedService& item : pipeline.services) {
    out += row({sized_to_text(item), counted_or_none(item), item.feasible ? fmt::format("{}", item.devices) : "",
                printed(item.rate, "request/s"), percent(item.utilization), printed(item.lag_p95_s, "s"),
                printed(item.max_backlog, "request"), item.price ? printed(*item.price) : "unknown"});
  }
  return out;
}

void write_pipeline(std::string& out, const Pipeline& pipeline) {
  out += fmt::format("\n### {}\n\n", one_line(pipeline.title));
  if (!pipeline.services.empty()) out += services_table(pipeline);
  const std::string saved = saved_text(pipeline);
  if (!saved.empty()) out += "\n" + one_line(saved) + "\n";
  const auto chart = day_chart(pipeline, false);
  if (!chart.empty()) out += "\n```text\n";
  for (const std::string& line : chart) out += line + "\n";
  if (!chart.empty()) out += "```\n";
  if (!pipeline.targets.empty()) out += "\n" + targets_table(pipeline.targets);
  out += "\n";
  for (const KeyFigure& item : pipeline.figures) {
    out += fmt::format("- {}: {}\n", one_line(item.title.empty() ? item.name : item.title),
                       one_line(printed_range(item.value, item.low, item.high, item.unit)));
  }
}

void write_footnotes(std::string& out, const Plan& plan) {
  if (!plan.totals.price_note.empty())
    out += fmt::format("\n_Prices: {}_\n", one_line(plan.totals.price_note));
  if (!plan.advice.empty()) out += "\n### Warnings and advice\n\n";
  for (const AdviceItem& item : plan.advice) {
    out += fmt::format("- **{}**: {}{} (`{}`)\n", one_line(item.level), one_line(item.message),
                       item.source.empty() ? "" : " — " + one_line(item.source), item.id);
  }
  if (!plan.overrides.empty()) out += "\n### Changed by your files\n\n";
  for (const OverrideUsed& item : plan.overrides) {
    out +=
        fmt::format("- `{}`: {}{}{} ({})\n", item.name, one_line(item.is),
                    item.was.empty() ? "" : ", built in: " + one_line(item.was),
                    item.because.empty() ? "" : ", because: " + one_line(item.because), one_line(item.where));
  }
  if (!plan.defaults.empty()) {
    std::string content = table_head({"value", "name", "source"}, {true, false, false});
    for (const DefaultUsed& item : plan.defaults) content += row({item.value, item.name, item.source});
    fold(out, fmt::format("Not given, so assumed ({})", plan.defaults.size()), content);
  }
  if (!plan.rejected.empty()) {
    std::string content = table_head({"candidates", "ruled out by", "because", "would fit", "rule"},
                                     {true, false, false, false, false});
    for (const Rejected& item : plan.rejected) {
      content += row(
          {fmt::format("{}", item.candidates), item.constraint, item.because, item.relaxation, item.where});
    }
    fold(out, fmt::format("What was ruled out ({} candidates looked at)", plan.candidates), content);
  }
}

void write_plan(std::string& out, const Plan& plan) {
  out += fmt::format("## {}: {}\n", one_line(plan.workload), one_line(verdict(plan)));
  if (!plan.description.empty()) out += "\n" + one_line(plan.description) + "\n";
  if (!plan.aim.empty()) out += "\n**Chosen by** " + one_line(plan.aim) + "\n";
  for (const Role& role : plan.roles) write_role(out, role);
  for (const Pipeline& pipeline : plan.pipelines) write_pipeline(out, pipeline);
  write_footnotes(out, plan);
  out += fmt::format("\n<sub>rackfit {}</sub>\n", one_line(plan.rackfit_version));
}

}  // namespace

std::string write_markdown(const std::vector<Plan>& plans) {
  std::string out;
  for (const Plan& plan : plans) {
    if (!out.empty()) out += "\n---\n\n";
    write_plan(out, plan);
  }
  return plain_spaces(std::move(out));
}

}  // namespace rackfit::report
