// From the plan to what is said of it.
//
// `build` reads the chosen candidates' traces through the views of profiles/views and makes the Report that every writer
// prints; `explain` walks a trace from one quantity down to the inputs and says where each came from.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rackfit/report/report.hpp"
#include "rackfit/search/plan.hpp"

namespace rackfit::report {

struct BuildOptions {
  std::string file;      // workload's file, as given
  std::string version;   // rackfit's
  int top = 3;           // runners-up per role
};

Plan build(const search::Plan& plan, const BuildOptions& options);

/// The derivation of `quantity` ("kafka.nic_out", or "llm.assistant.tpot_p50" for one service), once per role that has it.
/// Empty when no role knows the name; `known_names` then holds all there are.
std::vector<Explanation> explain(const search::Plan& plan, std::string_view quantity,
                                 const std::optional<std::string>& role, int depth,
                                 std::vector<std::string>& known_names);

}  // namespace rackfit::report
