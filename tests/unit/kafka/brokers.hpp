// The built-in brokers' rules, and clusters asked of them.
#pragma once

#include "rackfit/kafka/capacity.hpp"
#include "support/planning.hpp"

namespace rackfit::test {

inline const std::shared_ptr<const rules::Program>& brokers() {
  static const std::shared_ptr<const rules::Program> program = [] {
    Diagnostics diagnostics;
    auto compiled = kafka::broker_program(std::make_shared<const rules::RuleSet>(built_in_rules()),
                                          registry(), diagnostics);
    if (!compiled) throw std::runtime_error(render(diagnostics));
    return compiled;
  }();
  return program;
}

/// Three brokers with 8 cores, 64 GB, two fast disks of 2 TB and 10 GbE, replication 3.
inline kafka::Cluster usual_cluster() {
  kafka::Cluster cluster(brokers());
  cluster.set("kafka.brokers_fixed", 3);
  cluster.set("node.cores", 8);
  cluster.set("node.memory", 64e9);
  cluster.set("node.disk_count", 2);
  cluster.set("node.disk_capacity", 2e12);
  cluster.set("node.disk_write", 1e9);
  cluster.set("node.nic_bandwidth", 1.25e9);
  cluster.set("node.nic_ports", 2);
  return cluster;
}

inline const kafka::Bound& bound(const kafka::Capacity& capacity, const std::string& limit) {
  for (const kafka::Bound& each : capacity.bounds) {
    if (each.limit == limit) return each;
  }
  FAIL("no limit " << limit);
  return capacity.bounds.front();
}

}  // namespace rackfit::test
