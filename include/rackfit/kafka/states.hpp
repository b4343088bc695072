// A chosen cluster in other states: with a broker lost, with a rack lost, while it is restarted broker by
// broker.
//
// The rules know what a state does to the load and to the limits (profiles/rules/kafka-broker-states.yaml);
// here they are only evaluated again for each state, with the number of brokers kept as chosen, so that no
// formula stands twice.
#pragma once

#include <string>
#include <vector>

#include "rackfit/catalog/view.hpp"
#include "rackfit/rules/program.hpp"

namespace rackfit::kafka {

struct State {
  std::string name, title;            // "rack-lost", "one rack lost"
  rules::TraceVm values;              // every figure of the cluster in this state
  std::vector<std::string> given_up;  // sentences: what is lost
  std::vector<std::string> reduced;   // sentences: what holds with less to spare
};

/// The states of the view that this cluster can be in, in the view's order; none when its rules know no
/// states.
std::vector<State> states(const rules::TraceVm& chosen, const catalog::StatesView& view);

}  // namespace rackfit::kafka
