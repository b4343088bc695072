#include "rackfit/report/build.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "build_pipelines.hpp"
#include "build_shared.hpp"
#include "choice.hpp"
#include "configuration.hpp"
#include "rackfit/kafka/capacity.hpp"
#include "rackfit/units/bytes.hpp"
#include "reader.hpp"
#include "states.hpp"

namespace rackfit::report {

namespace {

using rules::Slot;

// Of a figure; ends nearer than this would be printed alike.
constexpr double narrowest_interval = 0.01;

const catalog::View* view_of(const catalog::Catalog& catalog, const std::string& role) {
  for (const catalog::View& view : catalog.views) {
    if (view.role == role) return &view;
  }
  return nullptr;
}

std::vector<Requirement> requirements(const catalog::View& view, const Reader& reader) {
  std::vector<Requirement> rows;
  std::optional<std::size_t> fullest;  // of those that grow with the load
  for (const auto& entry : view.requirements) {
    const catalog::RequirementView& shown = entry.value;
    Requirement row;
    row.resource = entry.name;
    row.title = shown.title;
    row.unit = shown.unit;
    row.need = reader.in(shown.need, shown.unit);
    row.capacity = reader.in(shown.capacity, shown.unit);
    row.utilization = reader.base(shown.utilization);
    if (!row.utilization && row.need && row.capacity && *row.capacity > 0)
      row.utilization = *row.need / *row.capacity;
    row.breaks = shown.breaks;
    row.rule = shown.need;
    if (!row.need && !row.utilization) continue;
    const bool fuller = row.utilization && (!fullest || *row.utilization > *rows[*fullest].utilization);
    if (fuller && !shown.fixed) fullest = rows.size();
    rows.push_back(std::move(row));
  }
  if (fullest) rows[*fullest].binding = true;
  return rows;
}

std::vector<Target> targets(const catalog::View& view, const Reader& reader) {
  std::vector<Target> rows;
  for (const auto& entry : view.targets) {
    const catalog::TargetView& shown = entry.value;
    Target row;
    row.name = entry.name;
    row.title = shown.title;
    row.unit = shown.unit;
    row.wanted = reader.in(shown.wanted, shown.unit);
    if (!row.wanted) continue;
    row.predicted = reader.in(shown.predicted, shown.unit);
    row.low = reader.in(shown.low, shown.unit);
    row.high = reader.in(shown.high, shown.unit);
    if (row.predicted) {
      row.met = (shown.at_least ? *row.predicted >= *row.wanted : *row.predicted <= *row.wanted) ? Met::yes
                                                                                                 : Met::no;
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

/// What a figure is at the ends of the coefficients it rests on, with as many nodes as were chosen.
void add_interval(KeyFigure& row, const std::string& symbol, const search::Candidate& candidate,
                  const std::string& nodes_rule, double factor) {
  const rules::Program& program = candidate.trace->program();
  const auto slot = program.find(symbol), nodes = program.find(nodes_rule);
  if (!slot || row.low || row.high || kafka::open_inputs(program, *slot).empty()) return;
  std::vector<kafka::Setting> pins;
  if (nodes && *nodes != *slot) pins.push_back({*nodes, static_cast<double>(candidate.nodes)});
  const kafka::Interval found = kafka::interval(*candidate.trace, *slot, pins);
  const bool wide = found.high - found.low > narrowest_interval * std::abs(found.value);
  if (!wide || !std::isfinite(found.low) || !std::isfinite(found.high)) return;
  row.low = found.low / factor;
  row.high = found.high / factor;
}

std::vector<KeyFigure> figures(const catalog::View& view, const Reader& reader,
                               const search::Candidate& candidate, const std::string& nodes_rule) {
  std::vector<KeyFigure> rows;
  for (const auto& entry : view.figures) {
    const catalog::FigureView& shown = entry.value;
    KeyFigure row{entry.name,
                  shown.title,
                  reader.in(shown.value, shown.unit),
                  reader.in(shown.low, shown.unit),
                  reader.in(shown.high, shown.unit),
                  shown.unit};
    if (!row.value) continue;
    add_interval(row, shown.value, candidate, nodes_rule, reader.factor(shown.unit));
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string trust(const search::RolePlan& role) {
  for (const search::Choice& choice : role.chosen->choices) {
    if (choice.key == "trust") return choice.value;
  }
  return {};
}

Role build_role(const search::RolePlan& role, const search::Plan& plan, const MoneyPrinter& money, int top) {
  Role result;
  result.role = role.problem.role;
  result.title = role.problem.title;
  result.feasible = role.chosen.has_value();
  if (!role.chosen) return result;
  const search::Candidate& chosen = *role.chosen;
  result.nodes = chosen.nodes;
  result.configuration = configuration(chosen, *plan.catalog, *plan.units, money);
  auto& facts = result.configuration.facts;
  facts.erase(
      std::remove_if(facts.begin(), facts.end(), [](const Fact& fact) { return fact.key == "trust"; }),
      facts.end());
  if (chosen.own_devices > 0 && chosen.own_devices < chosen.node.device_count) {
    facts.push_back({"own_devices", "of a node's accelerators",
                     fmt::format("{} of {}", chosen.own_devices, chosen.node.device_count)});
  }
  result.price_usd = chosen.price_usd;
  if (chosen.price_usd) result.price = money.from_usd(*chosen.price_usd);
  if (const catalog::View* view = view_of(*plan.catalog, role.problem.rule_role)) {
    const Reader reader(*chosen.trace, *plan.units);
    result.requirements = requirements(*view, reader);
    result.targets = targets(*view, reader);
    result.figures = figures(*view, reader, chosen, role.problem.nodes_rule);
    result.nodes_why = reader.fill(view->nodes_why);
    result.limits = limits(*view, reader);
    result.limits_text = limits_text(result.limits);
    result.states = states(*view, *chosen.trace, *plan.units);
    if (plan.workload->site.layout.value_or("separate") == "shared" ||
        plan.workload->site.runtime.value_or("bare") != "bare") {
      result.shares = shares(*view, reader);
    }
    if (view->states && plan.workload->kafka) {
      for (KeyFigure& figure : group_figures(*chosen.trace, *plan.workload->kafka))
        result.figures.push_back(std::move(figure));
    }
  }
  result.breaks_first = breaks_first(result.requirements);
  result.trust = trust(role);
  for (const search::Candidate& runner : role.runners_up) {
    if (static_cast<int>(result.runners_up.size()) >= top) break;
    RunnerUp shown;
    shown.configuration = configuration(runner, *plan.catalog, *plan.units, money);
    shown.nodes = runner.nodes;
    if (runner.price_usd) shown.price = money.from_usd(*runner.price_usd);
    shown.lost_because = why_lost(runner, chosen, role.objective, money);
    result.runners_up.push_back(std::move(shown));
  }
  result.chosen_because = why_chosen(role, money);
  add_front(role, plan, money, result);
  if (!role.problem.shared_with.empty() && role.problem.rule_role != "kafka-broker")
    stand_on(role.problem.shared_with, result);
  return result;
}

void add_advice(const search::RolePlan& role, std::vector<AdviceItem>& items) {
  static constexpr const char* levels[] = {"info", "warning", "risk"};
  if (!role.chosen) return;
  const rules::TraceVm& vm = *role.chosen->trace;
  for (Slot slot : role.program->advice()) {
    if (vm.value(slot) != 1) continue;
    const auto& advice = role.program->rules().advice()[role.program->symbol(slot).index];
    AdviceItem item{advice.name, role.problem.role, levels[static_cast<int>(advice.level)],
                    rules::fill_in(advice.say, *role.program, vm.values()), cite(advice.source)};
    items.push_back(std::move(item));
  }
}

/// The form that was chosen, and what the other one would need of the same devices.
void add_form(const search::RolePlan& role, const MoneyPrinter& money, std::vector<AdviceItem>& items) {
  if (!role.chosen || !role.other_form) return;
  const search::Candidate& other = *role.other_form;
  // One instance has nothing to divide.
  if (static_cast<double>(role.chosen->nodes * role.chosen->node.device_count) < other.instances) return;
  std::string pools;
  for (const search::Candidate* each : {&*role.chosen, &other}) {
    for (const search::Choice& choice : each->choices) {
      if (choice.key == "pools") pools = choice.value;
    }
  }
  std::string price;
  if (other.price_usd) {
    if (const auto amount = money.from_usd(*other.price_usd))
      price = ", " + amount->amount.substr(0, amount->amount.find('.')) + " " + amount->currency;
  }
  const auto nodes = [](const search::Candidate& each) {
    return fmt::format("{} {} of {} {}", each.nodes, each.nodes == 1 ? "node" : "nodes",
                       each.node.device_count, each.node.device_count == 1 ? "device" : "devices");
  };
  std::string message = fmt::format("{}: {}; {} would need {}{}", role.chosen->form, nodes(*role.chosen),
                                    other.form, nodes(other), price);
  if (!pools.empty()) message += fmt::format(" ({} instances for prompts and for answers)", pools);
  items.push_back({"llm.serving_form", role.problem.role, "info", std::move(message),
                   "rackfit serving model; rate shares and transfer figures in profiles/serving.yaml"});
}

/// Inputs that the chosen candidate's figures rest on and that nobody gave.
void add_defaults(const search::RolePlan& role, const catalog::Catalog& catalog,
                  std::vector<DefaultUsed>& items) {
  if (!role.chosen) return;
  const rules::Program& program = *role.program;
  const rules::TraceVm& vm = *role.chosen->trace;
  std::set<std::string> given;
  for (const search::Fact& fact : role.problem.facts) given.insert(fact.name);
  for (const search::Axis& axis : role.problem.axes) given.insert(axis.name);
  for (const auto& [name, value] : search::node_inputs(role.chosen->node)) given.insert(name);
  for (const auto& view : catalog.views) {
    if (view.role == role.problem.rule_role && view.states) given.insert(view.states->input);
  }
  for (const char* name :
       {"site.used_power", "site.used_rack_units", "site.used_nodes", "site.used_price", "role.nodes"})
    given.insert(name);
  std::set<Slot> used;
  for (Slot slot = 0; slot < program.symbols().size(); ++slot) {
    if (program.symbol(slot).origin == rules::Symbol::Origin::advice ||
        rules::is_not_applicable(vm.value(slot)))
      continue;
    if (kafka::only_for_capacity(program.symbol(slot).name)) continue;
    for (Slot read : vm.trace(slot).reads) used.insert(read);
  }
  for (Slot slot : program.inputs()) {
    const rules::Symbol& symbol = program.symbol(slot);
    if (!symbol.default_value || given.count(symbol.name) > 0 || used.count(slot) == 0) continue;
    const rules::Input& input = program.rules().inputs()[symbol.index];
    const auto same = std::find_if(items.begin(), items.end(),
                                   [&](const DefaultUsed& other) { return other.name == symbol.name; });
    if (same != items.end()) {
      same->role += ", " + role.problem.role;
      continue;
    }
    items.push_back({symbol.name, role.problem.role, std::string(program.title(slot)),
                     input.default_text.value_or(program.print(slot, vm.value(slot))),
                     cite(program.source(slot))});
  }
}

/// Facts that the builder had to assume; rules declare no default for them.
void add_assumed(const search::RolePlan& role, std::vector<DefaultUsed>& items) {
  if (!role.chosen) return;
  const rules::Program& program = *role.program;
  for (const search::Fact& fact : role.problem.facts) {
    const auto slot = program.find(fact.name);
    if (fact.origin.kind != search::Origin::Kind::defaulted || !slot) continue;
    items.push_back({fact.name, role.problem.role, std::string(program.title(*slot)),
                     program.print(*slot, fact.number), cite(fact.origin.source)});
  }
}

void add_rejections(const search::RolePlan& role, std::vector<Rejected>& items) {
  for (const search::Rejection& rejection : role.rejections) {
    items.push_back(
        {role.problem.role, role.program->symbol(rejection.constraint).name, rejection.family,
         rejection.candidates,
         (rejection.example_family.empty() ? "" : rejection.example_family + ": ") + rejection.because,
         rejection.relaxation, file_line(role.program->span(rejection.constraint))});
  }
  if (role.looked_at == 0) {
    items.push_back({role.problem.role, "site", "site", 0,
                     "what the site allows leaves no device or machine to try",
                     "widen `site.devices`, `site.vendors` or `site.condition`", ""});
  }
  if (role.unsized > 0) {
    items.push_back({role.problem.role, role.problem.nodes_rule, "unknown figures", role.unsized,
                     "the number of nodes rests on a figure that the catalog does not know", "", ""});
  }
  if (role.without_platform > 0) {
    items.push_back({role.problem.role, "composition", "parts", role.without_platform,
                     "no platform in the catalog takes the devices with the host they need", "", ""});
  }
}

Totals totals(const Plan& plan, const search::Plan& from, const MoneyPrinter& money) {
  Totals sum;
  double power = 0, units = 0, usd = 0;
  bool power_known = true, units_known = true, price_known = true;
  std::set<std::string> unpriced;
  for (const Role& role : plan.roles) {
    if (!role.feasible || !role.shares_nodes_with.empty()) continue;
    const auto nodes = static_cast<double>(role.nodes);
    sum.nodes += role.nodes;
    power_known = power_known && role.configuration.power_w.has_value();
    units_known = units_known && role.configuration.rack_units.has_value();
    power += role.configuration.power_w.value_or(0) * nodes;
    units += role.configuration.rack_units.value_or(0) * nodes;
    const auto& price = role.price_usd;
    price_known = price_known && price.has_value();
    usd += price.value_or(0);
    unpriced.insert(role.configuration.unpriced.begin(), role.configuration.unpriced.end());
  }
  if (power_known) sum.power_w = power;
  if (units_known) sum.rack_units = units;
  if (price_known) sum.price = money.from_usd(usd);
  sum.price_note = "dated reference prices, no quotes; without tax, spares, switches, racks, power and staff";
  const std::string budget = plan.feasible && price_known ? budget_note(from, usd, money) : "";
  if (!budget.empty()) sum.price_note = budget + "; " + sum.price_note;
  if (!money.rate_note().empty()) sum.price_note += "; " + money.rate_note();
  if (!unpriced.empty()) sum.price_note = fmt::format("no price known for {}", fmt::join(unpriced, ", "));
  return sum;
}

}  // namespace

Plan build(const search::Plan& plan, const BuildOptions& options) {
  Plan report;
  report.rackfit_version = options.version;
  report.workload = plan.workload->name.empty() ? options.file : plan.workload->name;
  report.description = plan.workload->description;
  report.file = options.file;
  report.feasible = plan.feasible();
  const MoneyPrinter money(*plan.catalog, shown_currency(*plan.workload));
  report.objective = search::to_string(plan.objective);
  report.aim = aim(plan);
  for (const search::RolePlan& role : plan.roles) {
    report.candidates += role.looked_at;
    report.roles.push_back(build_role(role, plan, money, options.top));
    add_advice(role, report.advice);
    add_form(role, money, report.advice);
    add_too_few(role, report.advice);
    if (!role.note.empty())
      report.advice.push_back({"choice", role.problem.role, "info", role.note, ""});
    add_defaults(role, *plan.catalog, report.defaults);
    add_assumed(role, report.defaults);
    add_rejections(role, report.rejected);
  }
  for (const search::PipelinePlan& pipeline : plan.pipelines) {
    report.pipelines.push_back(build_pipeline(pipeline, plan, money));
    if (const catalog::View* view = view_of(*plan.catalog, pipeline.role.problem.rule_role)) {
      const Reader reader(*pipeline.role.chosen->trace, *plan.units);
      report.pipelines.back().targets = targets(*view, reader);
      report.pipelines.back().figures =
          figures(*view, reader, *pipeline.role.chosen, pipeline.role.problem.nodes_rule);
    }
    add_advice(pipeline.role, report.advice);
    add_defaults(pipeline.role, *plan.catalog, report.defaults);
  }
  merge_shared(report, plan, money);
  report.totals = totals(report, plan, money);
  for (const rules::Override& change : plan.rules->overrides()) {
    report.overrides.push_back({change.name, change.was, change.is, change.because, file_line(change.span)});
  }
  std::stable_sort(report.advice.begin(), report.advice.end(), [](const AdviceItem& a, const AdviceItem& b) {
    const auto weight = [](const std::string& level) {
      return level == "risk" ? 0 : level == "warning" ? 1 : 2;
    };
    return weight(a.level) < weight(b.level);
  });
  return report;
}

}  // namespace rackfit::report
