#include "rackfit/kafka/groups.hpp"

#include <algorithm>

namespace rackfit::kafka {

std::vector<GroupNeed> groups(const rules::TraceVm& chosen, const workload::KafkaCluster& kafka) {
  std::vector<GroupNeed> needs;
  const rules::Program& program = chosen.program();
  const auto consumers = program.find("kafka.group.consumers");
  if (!consumers) return needs;
  for (const auto& group : kafka.groups) {
    rules::TraceVm values = chosen;
    const auto set = [&](const char* name, const schema::Given<double>& given) {
      const auto slot = program.find(name);
      if (slot && given) values.set(*slot, *given);
    };
    set("kafka.group.share", group.value.share);
    set("kafka.group.throughput", group.value.throughput);
    set("kafka.group.concurrency", group.value.concurrency);
    values.run(*consumers);
    const double need = values.value(*consumers);
    needs.push_back(
        {group.name, rules::is_not_applicable(need) ? std::nullopt : std::optional<double>(need)});
  }
  return needs;
}

GroupDemand demand(const workload::KafkaCluster& kafka) {
  GroupDemand all;
  const auto largest = [](std::optional<double>& most, double value) {
    most = std::max(most.value_or(value), value);
  };
  for (const auto& named : kafka.groups) {
    const workload::ConsumerGroup& group = named.value;
    const double share = group.share.value_or(1);
    const bool disk = group.reads.value_or("memory") == "disk";
    all.count = all.count.value_or(0) + share;
    if (disk) all.from_disk = all.from_disk.value_or(0) + share;
    if (!disk && group.lag_window) largest(all.lag_window, *group.lag_window);
    if (group.concurrency) largest(all.concurrency, *group.concurrency);
    if (group.throughput && share > 0) {
      const double whole = *group.throughput / share;
      all.throughput = std::min(all.throughput.value_or(whole), whole);
    }
  }
  return all;
}

}  // namespace rackfit::kafka
