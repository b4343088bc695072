#include "choice.hpp"

namespace rackfit::cli {

OptionSpec objective_option() {
  static const std::vector<std::string_view> words = [] {
    std::vector<std::string_view> all;
    for (const search::Objective each : search::objectives()) all.push_back(search::to_string(each));
    return all;
  }();
  return {"--objective", "AIM", &Args::objective_text,
          "what makes one plan better than another: the price of buying it (capex, the default), buying and "
          "running it "
          "over the years (cost), power, the number of nodes, or predicted time (latency)",
          words};
}

OptionSpec budget_option() {
  return {"--budget",
          "MONEY",
          &Args::budget,
          "most that everything together may cost, as in --budget 200000CNY",
          {}};
}

OptionSpec max_power_option() {
  return {"--max-power",
          "POWER",
          &Args::max_power,
          "most that everything together may draw, as in --max-power 3kW",
          {}};
}

std::vector<std::string> settings_of(const Args& args) {
  std::vector<std::string> settings = args.settings;
  if (!args.budget.empty()) settings.push_back("site.budget=" + args.budget);
  if (!args.max_power.empty()) settings.push_back("site.power=" + args.max_power);
  return settings;
}

void choose_by(Invocation& call, search::PlanRequest& request) {
  for (const search::Objective each : search::objectives()) {
    if (search::to_string(each) == call.args.objective_text) request.objective = each;
  }
  request.pareto = call.args.pareto;
  if (request.objective == search::Objective::cost) request.market = call.session.market();
}

}  // namespace rackfit::cli
