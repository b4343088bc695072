// What every command gets and may do: the parsed line, the session, the streams; a command returns the exit
// code.
#pragma once

#include <string>
#include <string_view>

#include "args.hpp"
#include "rackfit/cli/exit_code.hpp"
#include "rackfit/cli/io.hpp"
#include "rackfit/cli/session.hpp"

namespace rackfit::cli {

struct Invocation {
  const Args& args;
  Session& session;
  Io& io;
};

ExitCode run_audit(Invocation& call);
ExitCode run_estimate(Invocation& call);
ExitCode run_fits(Invocation& call);
ExitCode run_fits_kafka(Invocation& call);
ExitCode run_plan(Invocation& call);
ExitCode run_compare(Invocation& call);
ExitCode run_bom(Invocation& call);
ExitCode run_explain(Invocation& call);
ExitCode run_check(Invocation& call);
ExitCode run_init(Invocation& call);
ExitCode run_catalog(Invocation& call);
ExitCode run_rules(Invocation& call);
ExitCode run_schema(Invocation& call);
ExitCode run_calibrate(Invocation& call);
ExitCode run_completions(Invocation& call);

/// The result goes to `-o FILE` or to stdout; `code`, or bad_input when it could not be written.
ExitCode deliver(Invocation& call, std::string_view result, ExitCode code = ExitCode::done);
/// A line for people on stderr.
void remark(Invocation& call, std::string_view text);
/// Adds the error that nothing is called `word`, with a suggestion.
ExitCode unknown_name(Invocation& call, std::string_view what, std::string_view word,
                      const std::vector<std::string>& known, std::string_view otherwise = {});

}  // namespace rackfit::cli
