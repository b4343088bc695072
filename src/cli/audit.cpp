// `rackfit audit`: workloads with a proposal in, verdicts out.
#include "rackfit/report/audit.hpp"

#include "planning.hpp"

namespace rackfit::cli {
namespace {

std::string written(const std::vector<report::AuditReport>& audits, Invocation& call) {
  if (call.args.format == Format::json) return report::write_audit_json(audits);
  if (call.args.format == Format::csv) return report::write_audit_csv(audits);
  if (call.args.format == Format::markdown) return report::write_audit_markdown(audits);
  return report::write_audit_table(audits, text_options(call.args, call.io));
}

}  // namespace

ExitCode run_audit(Invocation& call) {
  Diagnostics& diagnostics = call.session.diagnostics();
  const std::vector<Job> jobs = load_jobs(call);
  const catalog::Catalog* catalog = call.session.catalog();
  const catalog::Market* market = call.session.market();
  if (!call.args.prices.empty() && catalog && market) call.session.price_book(call.args.prices);
  if (diagnostics.has_errors() || !catalog || !market) return ExitCode::bad_input;
  std::vector<report::AuditReport> audits;
  bool hold = true;
  for (const Job& job : jobs) {
    audit::AuditRequest request;
    request.catalog = catalog;
    request.rules = job.rules;
    request.units = call.session.units();
    request.workload = &job.workload;
    request.top = 0;
    request.market = market;
    const auto audit = audit::audit(request, diagnostics);
    if (!audit) continue;
    report::BuildOptions options;
    options.file = job.file;
    options.version = RACKFIT_VERSION;
    options.top = 0;
    audits.push_back(report::build(*audit, job.workload, options));
    hold = hold && audits.back().targets_hold;
  }
  if (diagnostics.has_errors()) return ExitCode::bad_input;
  return deliver(call, written(audits, call), hold ? ExitCode::done : ExitCode::no);
}

}  // namespace rackfit::cli
