// `rackfit bom`: a plan as a list that can be ordered.
#include "command.hpp"
#include "rackfit/cli/codes.hpp"
#include "rackfit/cost/bill.hpp"
#include "rackfit/report/bill.hpp"
#include "terminal.hpp"

namespace rackfit::cli {
namespace {

std::shared_ptr<const search::Plan> solve(Invocation& call, const Job& job) {
  search::PlanRequest request;
  request.catalog = call.session.catalog();
  request.rules = job.rules;
  request.units = call.session.units();
  request.workload = &job.workload;
  request.top = 0;
  return search::plan(request, call.session.diagnostics());
}

std::string written(const std::vector<cost::Bill>& bills, Invocation& call) {
  switch (call.args.format) {
    case Format::json:
      return report::write_json(bills);
    case Format::markdown:
      return report::write_markdown(bills);
    case Format::csv:
      return report::write_csv(bills);
    case Format::table:
      break;
  }
  return report::write_table(bills, text_options(call.args, call.io));
}

/// Reads the price book and the options; false with diagnostics.
bool prepare(Invocation& call, cost::BillRequest& request) {
  Diagnostics& diagnostics = call.session.diagnostics();
  if (!call.session.catalog() || !call.session.market()) return false;
  if (!call.args.prices.empty()) request.book = call.session.price_book(call.args.prices);
  request.market = call.session.market();
  request.currency = call.args.currency;
  request.as_of = call.args.as_of;
  check_as_of(call);
  return !diagnostics.has_errors();
}

}  // namespace

void check_as_of(Invocation& call) {
  const std::string& day = call.args.as_of;
  if (day.empty() || catalog::age_days(day, day)) return;
  call.session.diagnostics().error(code::usage, {},
                                   "`--as-of` wants a date such as 2026-11-22, not `" + day + "`");
}

ExitCode run_bom(Invocation& call) {
  Diagnostics& diagnostics = call.session.diagnostics();
  cost::BillRequest request;
  const bool ready = prepare(call, request);
  std::vector<Job> jobs;
  for (const std::string& file : call.args.files) {
    if (auto job = load_job(call.session, file, call.args.settings, call.args.rules))
      jobs.push_back(std::move(*job));
  }
  if (!ready || diagnostics.has_errors()) return ExitCode::bad_input;
  std::vector<cost::Bill> bills;
  bool feasible = true, priced = true;
  for (const Job& job : jobs) {
    const auto plan = solve(call, job);
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
