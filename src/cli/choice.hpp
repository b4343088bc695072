// How a plan is to choose, as the command line says it: the objective, the list of what nothing beats, and
// the caps, which are settings of the workload in other words.
#pragma once

#include "command.hpp"
#include "rackfit/search/plan.hpp"

namespace rackfit::cli {

OptionSpec objective_option();
OptionSpec budget_option();
OptionSpec max_power_option();

/// `--set` with what `--budget` and `--max-power` come to.
std::vector<std::string> settings_of(const Args& args);
/// Sets the objective, and the market where it needs one.
void choose_by(Invocation& call, search::PlanRequest& request);

}  // namespace rackfit::cli
