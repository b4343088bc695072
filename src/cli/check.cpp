#include <fmt/format.h>

#include "command.hpp"
#include "rackfit/audit/audit.hpp"

namespace rackfit::cli {

ExitCode run_check(Invocation& call) {
  Diagnostics& diagnostics = call.session.diagnostics();
  for (const std::string& file : call.args.files) {
    const std::size_t errors = diagnostics.error_count();
    const auto job = load_job(call.session, file, call.args.settings, call.args.rules);
    const catalog::Catalog* catalog = call.session.catalog();
    // Names of models and devices, and whether its rules compile, show only when the search is set up; what
    // fits does not matter here.
    if (job && catalog) {
      search::PlanRequest request;
      request.catalog = catalog;
      request.rules = job->rules;
      request.units = call.session.units();
      request.workload = &job->workload;
      search::plan(request, diagnostics);
      audit::check_proposal_names(job->workload, *catalog, diagnostics);
    }
    if (diagnostics.error_count() == errors) remark(call, fmt::format("{}: good", file));
  }
  return diagnostics.has_errors() ? ExitCode::bad_input : ExitCode::done;
}

}  // namespace rackfit::cli
