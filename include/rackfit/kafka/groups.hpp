// Consumer groups: the rules say what one group needs; here they are asked for each group of a workload in
// turn.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rackfit/rules/program.hpp"
#include "rackfit/workload/workload.hpp"

namespace rackfit::kafka {

struct GroupNeed {
  std::string name;
  std::optional<double> consumers;  // instances that keep up at peak; nothing when its speed is not known
};

/// One entry for each named group, in the order of the workload.
std::vector<GroupNeed> groups(const rules::TraceVm& chosen, const workload::KafkaCluster& kafka);

/// What the groups ask of the cluster together: the strictest of each. Only what was given.
struct GroupDemand {
  std::optional<double> count;       // readers of everything: shares added up
  std::optional<double> lag_window;  // longest that is read from memory, s
  std::optional<double> from_disk;   // shares of the groups that read what they are behind from disk
  std::optional<double>
      throughput;  // B/s a consumer would need to be as slow as the slowest, were it to read everything
  std::optional<double> concurrency;  // most consumers at work at once
};
GroupDemand demand(const workload::KafkaCluster& kafka);

}  // namespace rackfit::kafka
