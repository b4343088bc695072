#include "shared_box.hpp"

#include <algorithm>

namespace rackfit::search {

namespace {

HostNeed need_of(const RolePlan& service) {
  const auto value = [&](const char* name) {
    const auto slot = service.program->find(name);
    const double found = slot ? service.chosen->trace->value(*slot) : rules::not_applicable();
    return rules::is_not_applicable(found) ? 0 : found;
  };
  return {value("host.cores"), value("host.memory"), value("host.disk"), value("host.disk_write"), value("host.nic"),
          value("host.racked") > 0};
}

bool same(const Node& a, const Node& b) {
  return a.platform == b.platform && a.cpu == b.cpu && a.cpu_count == b.cpu_count && a.dimm == b.dimm &&
         a.dimm_count == b.dimm_count && a.disk == b.disk && a.disk_count == b.disk_count && a.nic == b.nic;
}

/// Builds around the service's accelerators with ever more of everything, without repeats.
std::vector<Node> larger_builds(const Node& base, const HostNeed& need, const Composer& composer,
                                const catalog::Composition& habits) {
  std::vector<Node> builds;
  for (double memory : habits.broker_memory_bytes) {
    for (double disk : habits.shared_disk_bytes) {
      for (double cores : habits.shared_cores) {
        for (double nic : habits.shared_nic_bytes_per_s) {
          HostNeed larger = need;
          larger.memory_bytes += memory;
          larger.disk_bytes += disk;
          larger.cores += cores;
          larger.nic_bytes_per_s = std::max(need.nic_bytes_per_s, nic);
          auto node = composer.compose(base.device, base.device_count, larger);
          if (!node) continue;
          const bool known = std::any_of(builds.begin(), builds.end(), [&](const Node& other) { return same(other, *node); });
          if (!known) builds.push_back(std::move(*node));
        }
      }
    }
  }
  return builds;
}

}  // namespace

bool wants_shared_box(const workload::Workload& workload) {
  return workload.site.layout.value_or("separate") == "shared" && workload.kafka && !workload.llm.empty();
}

void share_nodes(RoleProblem& brokers, const RolePlan& service, const Composer& composer,
                 const catalog::Composition& habits) {
  const HostNeed need = need_of(service);
  brokers.nodes = larger_builds(service.chosen->node, need, composer, habits);
  brokers.like.clear();
  Axis cores{"node.cores", false, {}, {}}, memory{"node.memory", false, {}, {}}, disk{"node.disk_capacity", false, {}, {}};
  for (const Node& node : brokers.nodes) {
    const double disks = std::max(node.disk_count, 1);
    cores.numbers.push_back(std::max(0.0, node.cores - need.cores));
    memory.numbers.push_back(std::max(0.0, node.memory_bytes - need.memory_bytes));
    disk.numbers.push_back(node.disk ? std::max(0.0, node.disk->capacity_bytes - need.disk_bytes / disks)
                                     : rules::not_applicable());
  }
  brokers.axes = {std::move(cores), std::move(memory), std::move(disk)};
  brokers.shared_with = service.problem.role;
  brokers.family = [](std::size_t) { return std::string("shared box"); };
}

}  // namespace rackfit::search
