// What the program's exit code says; scripts branch on these, so they change only with a major version.
#pragma once

#include <string_view>
#include <utility>

namespace rackfit::cli {

enum class ExitCode {
  done = 0,
  no = 1,  // the answer is no
  bad_input = 2,
  policy = 3,
  prices = 4,
  bug = 70,
};

/// Each code with its sentence, as `--help` prints them.
inline constexpr std::pair<ExitCode, std::string_view> exit_codes[] = {
    {ExitCode::done, "done"},
    {ExitCode::no, "the answer is no: no feasible plan, a missed target of an audit, a model that does not fit, or a rule's example failed"},
    {ExitCode::bad_input,
     "the command line or an input file is wrong, or a file could not be read or written"},
    {ExitCode::policy, "a policy was violated (reserved)"},
    {ExitCode::prices, "a needed price is missing or stale, under --strict-prices"},
    {ExitCode::bug, "a bug in rackfit"},
};

}  // namespace rackfit::cli
