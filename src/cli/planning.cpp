#include "planning.hpp"

#include "rackfit/cli/codes.hpp"

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

std::vector<Job> load_jobs(Invocation& call) {
  std::vector<Job> jobs;
  for (const std::string& file : call.args.files) {
    if (auto job = load_job(call.session, file, settings_of(call.args), call.args.rules))
      jobs.push_back(std::move(*job));
  }
  call.session.catalog();
  return jobs;
}

search::PlanRequest plan_request(Invocation& call, const Job& job, int runners_up) {
  search::PlanRequest request;
  request.catalog = call.session.catalog();
  request.rules = job.rules;
  request.units = call.session.units();
  request.workload = &job.workload;
  request.top = runners_up;
  for (const search::Objective each : search::objectives()) {
    if (search::to_string(each) == call.args.objective_text) request.objective = each;
  }
  request.pareto = call.args.pareto;
  if (request.objective == search::Objective::cost) request.market = call.session.market();
  return request;
}

void check_as_of(Invocation& call) {
  const std::string& day = call.args.as_of;
  if (day.empty() || catalog::age_days(day, day)) return;
  call.session.diagnostics().error(code::usage, {},
                                   "`--as-of` wants a date such as 2026-11-22, not `" + day + "`");
}

}  // namespace rackfit::cli
