// `rackfit compare`: a plan bought, rented, by the token or managed.
#include "planning.hpp"
#include "rackfit/cli/codes.hpp"
#include "rackfit/search/proposed_plan.hpp"

namespace rackfit::cli {
namespace {

// Runners-up are what other devices the clouds may rent out for the same work.
constexpr int ways_considered = 50;

/// Whole years and halves, from a month to thirty years; nothing, with a diagnostic, for anything else.
std::optional<double> years_of(Invocation& call) {
  const auto years = units::parse_number(call.args.years);
  constexpr double most = 30;
  if (years && *years >= 1.0 / 12 && *years <= most) return years;
  call.session.diagnostics().error(code::usage, {},
                                   "`--years` wants a number from 0.1 to 30, not `" + call.args.years + "`");
  return {};
}

/// What is bought and what may be rented instead.
struct Plans {
  std::shared_ptr<const search::Plan> plan, proposed;
  std::shared_ptr<const workload::Workload> free;  // without caps on what is bought
  std::shared_ptr<const search::Plan> uncapped;
};

/// Caps are for what is bought: what they rule out may still be rented.
void plan_uncapped(search::PlanRequest request, Plans& plans, Diagnostics& diagnostics) {
  if (!request.workload->site.budget && !request.workload->site.power) return;
  auto free = std::make_shared<workload::Workload>(*request.workload);
  free->site.budget = {};
  free->site.power = {};
  request.workload = free.get();
  plans.free = std::move(free);
  plans.uncapped = search::plan(request, diagnostics);
}

Plans solve(Invocation& call, const Job& job) {
  const search::PlanRequest request = plan_request(call, job, ways_considered);
  Diagnostics& diagnostics = call.session.diagnostics();
  Plans plans;
  plans.plan = search::plan(request, diagnostics);
  if (plans.plan) plan_uncapped(request, plans, diagnostics);
  if (call.args.buy == "plan") return plans;
  const bool offered = job.workload.proposal && !job.workload.proposal->nodes.empty();
  if (call.args.buy == "proposal" && !offered) {
    diagnostics.error(code::usage, {},
                      "`--buy proposal`, but `" + job.workload.name + "` proposes no machines", "",
                      "name them under `proposal: {nodes: …}`");
    return {};
  }
  if (call.args.buy == "proposal" || cost::has_priced_proposal(job.workload))
    plans.proposed = search::plan_on_proposal(request, diagnostics);
  return plans;
}

}  // namespace

ExitCode run_compare(Invocation& call) {
  Diagnostics& diagnostics = call.session.diagnostics();
  cost::ComparisonRequest request;
  const bool ready = read_prices(call, request);
  if (!call.args.years.empty()) request.years = years_of(call);
  const std::vector<Job> jobs = load_jobs(call);
  if (!ready || diagnostics.has_errors()) return ExitCode::bad_input;
  for (const Job& job : jobs) cost::check_costs(job.workload, *call.session.market(), diagnostics);
  if (diagnostics.has_errors()) return ExitCode::bad_input;
  std::vector<Plans> plans;
  std::vector<cost::Comparison> comparisons;
  bool feasible = true, priced = true;
  for (const Job& job : jobs) {
    plans.push_back(solve(call, job));
    const Plans& solved = plans.back();
    if (!solved.plan) continue;
    // Proposed machines are counted even where nothing that can be bought would do.
    if (!solved.plan->feasible() && !solved.proposed) {
      remark(call, "`" + job.workload.name + "` has no feasible plan to compare; `rackfit plan` says why");
      feasible = false;
      continue;
    }
    request.plan = solved.plan.get();
    request.proposed = solved.proposed.get();
    request.uncapped = solved.uncapped.get();
    comparisons.push_back(cost::compare(request));
    priced = priced && comparisons.back().prices_hold();
  }
  if (diagnostics.has_errors()) return ExitCode::bad_input;
  if (!feasible && comparisons.empty()) return ExitCode::no;
  const ExitCode strict = call.args.strict_prices && !priced ? ExitCode::prices : ExitCode::done;
  return deliver(call, written(comparisons, call), feasible ? strict : ExitCode::no);
}

}  // namespace rackfit::cli
