#include "choice.hpp"

#include <fmt/format.h>

#include "rackfit/report/layout.hpp"
#include "reader.hpp"
#include "words.hpp"

namespace rackfit::report {

namespace {

using search::Candidate;
using search::Objective;

std::optional<double> value_of(const Candidate& candidate, const char* name) {
  const rules::Program& program = candidate.trace->program();
  const auto slot = program.find(name);
  if (!slot) return {};
  const double value = candidate.trace->value(*slot);
  if (rules::is_not_applicable(value) || !std::isfinite(value)) return {};
  return value;
}

std::string whole(const MoneyPrinter& money, double usd) {
  const auto amount = money.from_usd(usd);
  return amount ? amount->amount.substr(0, amount->amount.find('.')) + " " + amount->currency : "more";
}

std::string years_of(const Candidate& candidate) {
  constexpr double seconds_per_year = 365 * 86400.0;
  const auto years = value_of(candidate, "running.years");
  return years ? amount(*years / seconds_per_year, *years == seconds_per_year ? "year" : "years")
               : "the years";
}

std::string why_cost(const Candidate& chosen, const MoneyPrinter& money) {
  if (!chosen.cost_usd) {
    return "what it costs over the years is unknown (a price of the parts or of electricity is missing), so "
           "the "
           "purchase price decided";
  }
  const auto sum = [&](double usd) {
    const auto amount = money.from_usd(usd);
    return amount ? printed(*amount) : "n/a";
  };
  const auto part = [&](const char* name) { return sum(value_of(chosen, name).value_or(0)); };
  return fmt::format("least over {}: {}, of it {} to buy, {} for electricity, {} for space, {} for upkeep",
                     years_of(chosen), sum(*chosen.cost_usd), part("role.price"), part("role.energy_cost"),
                     part("role.space_cost"), part("role.upkeep_cost"));
}

std::string latency_title(const search::RolePlan& role) {
  const auto slot = role.program->find("role.latency");
  if (!slot) return {};
  std::string title(role.program->title(*slot));
  if (!title.empty()) title[0] = static_cast<char>(title[0] - 'A' + 'a');
  return title;
}

std::string dearer(const Candidate& runner, const Candidate& chosen, const MoneyPrinter& money) {
  const std::string extra = whole(money, *runner.price_usd - *chosen.price_usd);
  if (*chosen.price_usd <= 0) return fmt::format("costs {}; the existing machines cost nothing", extra);
  return fmt::format("costs {} more ({:.2f} times as much)", extra, *runner.price_usd / *chosen.price_usd);
}

/// By what the plan aims at; empty when that did not decide.
std::string lost_by_aim(const Candidate& runner, const Candidate& chosen, Objective objective,
                        const MoneyPrinter& money) {
  if (chosen.node.existing.empty() != runner.node.existing.empty() && objective != Objective::capex)
    return "would have to be bought; machines that are there go first";
  if (objective == Objective::cost && chosen.cost_usd) {
    if (!runner.cost_usd) return "what it costs over the years is unknown";
    if (*runner.cost_usd > *chosen.cost_usd)
      return fmt::format("costs {} more over {} ({:.2f} times as much)",
                         whole(money, *runner.cost_usd - *chosen.cost_usd), years_of(chosen),
                         *runner.cost_usd / *chosen.cost_usd);
  }
  if (objective == Objective::power && chosen.power_known && chosen.power_w) {
    if (!runner.power_known || !runner.power_w) return "what it draws is unknown";
    if (*runner.power_w > *chosen.power_w)
      return fmt::format("draws {:.0f} W instead of {:.0f} W", *runner.power_w, *chosen.power_w);
  }
  if (objective == Objective::nodes && runner.nodes > chosen.nodes)
    return fmt::format("needs {} nodes instead of {}", runner.nodes, chosen.nodes);
  if (objective == Objective::latency && chosen.latency_s) {
    if (!runner.latency_s) return "how long it takes is unknown";
    if (*runner.latency_s > *chosen.latency_s)
      return fmt::format("takes {} instead of {}", printed_time(*runner.latency_s),
                         printed_time(*chosen.latency_s));
  }
  return {};
}

/// "2 × L40S 48GB, FP8, tensor parallel 2": what sets the rows of a front apart.
std::string way(const Candidate& candidate, const Configuration& node) {
  if (!candidate.node.device || candidate.node.device_count == 0) return node.summary;
  std::string text = fmt::format("{} × {}", candidate.node.device_count, candidate.node.device->row.name);
  for (const search::Choice& choice : candidate.choices) {
    if (choice.key == "quantization") text += " · " + choice.value;
    if (choice.key == "tensor_parallel" || choice.key == "pools")
      text += " · " + choice.title + " " + choice.value;
  }
  return text;
}

}  // namespace

std::string shown_currency(const workload::Workload& workload) {
  const workload::Site& site = workload.site;
  return site.currency.value_or(site.budget ? site.budget->currency : "USD");
}

std::string aim(const search::Plan& plan) {
  switch (plan.objective) {
    case Objective::capex:
      break;
    case Objective::cost:
      return "cost: purchase, electricity, space and upkeep over the years; `rackfit compare` counts people, "
             "network and "
             "resale too";
    case Objective::power:
      return "power: the least peak power at the wall";
    case Objective::nodes:
      return "nodes: as few as will do";
    case Objective::latency:
      return "latency: the shortest predicted time, whatever it costs";
  }
  return {};
}

std::string why_lost(const Candidate& runner, const Candidate& chosen, Objective objective,
                     const MoneyPrinter& money) {
  const std::string by_aim = lost_by_aim(runner, chosen, objective, money);
  if (!by_aim.empty()) return by_aim;
  if (chosen.price_usd && !runner.price_usd) {
    return fmt::format("no price known for {}", fmt::join(runner.node.unpriced, ", "));
  }
  if (chosen.price_usd && runner.price_usd && *runner.price_usd > *chosen.price_usd)
    return dearer(runner, chosen, money);
  if (runner.nodes > chosen.nodes)
    return fmt::format("needs {} nodes instead of {}", runner.nodes, chosen.nodes);
  if (runner.power_w && chosen.power_w && *runner.power_w > *chosen.power_w) {
    return fmt::format("draws {:.0f} W instead of {:.0f} W", *runner.power_w, *chosen.power_w);
  }
  return "equal in price, nodes and power; later in the list";
}

std::string why_chosen(const search::RolePlan& role, const MoneyPrinter& money) {
  if (!role.chosen) return {};
  const Candidate& chosen = *role.chosen;
  if (role.objective == Objective::capex) return {};
  if (!chosen.node.existing.empty()) return "machines that are there go first";
  if (!role.problem.shared_with.empty()) return {};
  switch (role.objective) {
    case Objective::capex:
      break;
    case Objective::cost:
      return why_cost(chosen, money);
    case Objective::power:
      if (!chosen.power_known || !chosen.power_w)
        return "what it draws is unknown, so the purchase price decided";
      return "least power: " + printed_power(*chosen.power_w) + " at peak";
    case Objective::nodes:
      return "fewest nodes: " + counted(chosen.nodes, "node", "nodes");
    case Objective::latency:
      if (!chosen.latency_s) return "no time is predicted for it, so the purchase price decided";
      return "least " + latency_title(role) + ": " + printed_time(*chosen.latency_s);
  }
  return {};
}

void add_front(const search::RolePlan& role, const search::Plan& plan, const MoneyPrinter& money,
               Role& result) {
  result.front_left_out = role.front_left_out;
  result.front_margin = role.front_margin;
  result.latency_title = latency_title(role);
  result.front_counts_cost = role.objective == Objective::cost;
  for (const Candidate& candidate : role.front) {
    const Configuration node = configuration(candidate, *plan.catalog, *plan.units, money);
    Trade row;
    row.id = node.id;
    row.summary = node.summary;
    row.way = way(candidate, node);
    row.nodes = candidate.nodes;
    if (candidate.price_usd) row.price = money.from_usd(*candidate.price_usd);
    if (candidate.cost_usd) row.cost = money.from_usd(*candidate.cost_usd);
    row.latency_s = candidate.latency_s;
    if (candidate.power_known) row.power_w = candidate.power_w;
    row.chosen = role.chosen && role.chosen->index == candidate.index;
    result.front.push_back(std::move(row));
  }
}

std::string budget_note(const search::Plan& plan, double usd, const MoneyPrinter& money) {
  const auto& budget = plan.workload->site.budget;
  const auto spent = budget ? MoneyPrinter(*plan.catalog, budget->currency).from_usd(usd) : std::nullopt;
  if (!spent) return {};
  const std::string note =
      fmt::format("{} of a budget of {}", printed(*spent),
                  printed(Money{fmt::format("{:.2f}", budget->amount), budget->currency}));
  return budget->currency == money.currency()
             ? note
             : note + ", " + MoneyPrinter(*plan.catalog, budget->currency).rate_note();
}

void add_too_few(const search::RolePlan& role, std::vector<AdviceItem>& items) {
  if (!role.chosen || !role.chosen->node.existing.empty()) return;
  for (const search::Rejection& rejection : role.rejections) {
    const std::string& name = role.program->symbol(rejection.constraint).name;
    // Only what nothing else stands in the way of could have been part of the answer.
    if (name != "node.enough_existing" || rejection.relaxation.empty()) continue;
    items.push_back(
        {"existing_too_few", role.problem.role, "info",
         fmt::format(
             "{}: {}. The nodes of a role are planned alike, so all of them are bought and these stay "
             "free; with more of the same kind they would be used",
             rejection.example_family, rejection.because),
         cite(role.program->source(rejection.constraint))});
  }
}

}  // namespace rackfit::report
