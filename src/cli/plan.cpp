// `rackfit plan` and `rackfit explain`: workloads in, reports out.
#include "rackfit/search/plan.hpp"

#include <algorithm>

#include "planning.hpp"
#include "rackfit/report/build.hpp"
#include "rackfit/report/explanation.hpp"

namespace rackfit::cli {

ExitCode run_plan(Invocation& call) {
  Diagnostics& diagnostics = call.session.diagnostics();
  const std::vector<Job> jobs = load_jobs(call);
  std::vector<report::Plan> plans;
  bool feasible = true;
  if (diagnostics.has_errors()) return ExitCode::bad_input;
  for (const Job& job : jobs) {
    const auto plan = search::plan(plan_request(call, job, call.args.top), diagnostics);
    if (!plan) continue;
    report::BuildOptions options;
    options.file = job.file;
    options.version = RACKFIT_VERSION;
    options.top = call.args.top;
    plans.push_back(report::build(*plan, options));
    feasible = feasible && plans.back().feasible;
  }
  if (diagnostics.has_errors()) return ExitCode::bad_input;
  return deliver(call, written(plans, call), feasible ? ExitCode::done : ExitCode::no);
}

ExitCode run_explain(Invocation& call) {
  Diagnostics& diagnostics = call.session.diagnostics();
  const std::vector<Job> jobs = load_jobs(call);
  if (diagnostics.has_errors() || jobs.empty()) return ExitCode::bad_input;
  const auto plan = search::plan(plan_request(call, jobs.front(), call.args.top), diagnostics);
  if (!plan || diagnostics.has_errors()) return ExitCode::bad_input;
  std::optional<std::string> role;
  if (!call.args.role.empty()) {
    role = call.args.role;
    std::vector<std::string> roles;
    for (const search::RolePlan& known : plan->roles) roles.push_back(known.problem.role);
    for (const search::PipelinePlan& known : plan->pipelines) roles.push_back(known.role.problem.role);
    if (std::find(roles.begin(), roles.end(), *role) == roles.end())
      return unknown_name(call, "role", *role, roles);
  }
  std::vector<std::string> known;
  const auto explanations = report::explain(*plan, call.args.quantity, role, call.args.depth, known);
  if (explanations.empty()) {
    return unknown_name(call, "quantity", call.args.quantity, known,
                        "`rackfit rules list` names what can be explained");
  }
  return deliver(call, call.args.format == Format::json
                           ? report::write_json(explanations)
                           : report::write_explanation(explanations, text_options(call.args, call.io)));
}

}  // namespace rackfit::cli
