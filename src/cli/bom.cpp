// `rackfit bom`: a plan as a list that can be ordered.
#include "planning.hpp"
#include "rackfit/cost/bill.hpp"

namespace rackfit::cli {

ExitCode run_bom(Invocation& call) {
  Diagnostics& diagnostics = call.session.diagnostics();
  cost::BillRequest request;
  const bool ready = read_prices(call, request);
  const std::vector<Job> jobs = load_jobs(call);
  if (!ready || diagnostics.has_errors()) return ExitCode::bad_input;
  std::vector<cost::Bill> bills;
  bool feasible = true, priced = true;
  for (const Job& job : jobs) {
    const auto plan = search::plan(plan_request(call, job, 0), diagnostics);
    if (!plan) continue;
    if (!plan->feasible()) {
      remark(call, "`" + job.workload.name + "` has no feasible plan to order; `rackfit plan` says why");
      feasible = false;
      continue;
    }
    request.plan = plan.get();
    bills.push_back(cost::bill_of(request));
    priced = priced && bills.back().prices_hold();
  }
  if (diagnostics.has_errors()) return ExitCode::bad_input;
  if (!feasible && bills.empty()) return ExitCode::no;
  const ExitCode strict = call.args.strict_prices && !priced ? ExitCode::prices : ExitCode::done;
  return deliver(call, written(bills, call), feasible ? strict : ExitCode::no);
}

}  // namespace rackfit::cli
