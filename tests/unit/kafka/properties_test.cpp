// What must hold of any cluster: more of anything never asks for less. One machine is kept, the rules are
// asked again.
#include "support/planning.hpp"

using namespace rackfit;

namespace {

class Brokers {
 public:
  explicit Brokers(const std::string& more = "")
      : planned_(test::plan_of(
            "kafka: {ingress: 200 MB/s, retention: 1 d, consumer_groups: 2, racks: 3, combined_mode: true" +
            more + "}\navailability: rack-loss\n")),
        trace_(*planned_->chosen("kafka-broker").trace) {
    // A modest machine, so that every resource can decide.
    const std::pair<const char*, double> machine[] = {
        {"node.cores", 8},       {"node.threads_per_core", 2},  {"node.memory", 64.0 * (1 << 30)},
        {"node.disk_count", 2},  {"node.disk_capacity", 4e12},  {"node.disk_write", 1e9},
        {"node.disk_read", 2e9}, {"node.nic_bandwidth", 1.25e9}};
    for (const auto& [name, value] : machine) trace_.set(*slot(name), value);
  }
  Brokers& set(const char* name, double value) {
    trace_.set(*slot(name), value);
    return *this;
  }
  double value(const char* name) {
    trace_.run();
    const double found = trace_.value(*slot(name));
    INFO(name);
    CHECK_FALSE(rules::is_not_applicable(found));
    return found;
  }

 private:
  std::optional<rules::Slot> slot(const char* name) const {
    const auto found = trace_.program().find(name);
    INFO(name);
    REQUIRE(found);
    return found;
  }
  std::unique_ptr<test::Planned> planned_;
  rules::TraceVm trace_;
};

void never_falls(Brokers& brokers, const char* input, const std::vector<double>& values, const char* symbol) {
  double before = 0;
  for (const double value : values) {
    const double now = brokers.set(input, value).value(symbol);
    INFO(input << " " << value << ": " << symbol << " from " << before << " to " << now);
    CHECK(now >= before);
    before = now;
  }
}

std::vector<double> rising(double from, double factor, int steps) {
  std::vector<double> values;
  for (int i = 0; i < steps; ++i, from *= factor) values.push_back(from);
  return values;
}

}  // namespace

TEST_CASE("more load never needs fewer brokers, with every other input as it may be") {
  for (const char* more :
       {"", ", partitions: 90", ", tls: true, compression: {codec: zstd, ratio: 3}", ", hottest_partition: 4",
        ", tiered_local_retention: 2 h", ", lag_window: 2 min", ", replication: 2, min_insync: 1"}) {
    INFO(more);
    Brokers brokers(more);
    never_falls(brokers, "kafka.ingress", rising(1e6, 1.37, 30), "kafka.brokers_needed");
  }
}

TEST_CASE("more retention, replicas, readers, peaks, racks or heat never need fewer brokers") {
  Brokers brokers;
  never_falls(brokers, "kafka.retention", rising(60, 2.3, 16), "kafka.brokers_needed");
  Brokers replicated;
  never_falls(replicated, "kafka.replication", {2, 3, 4, 5, 6, 7}, "kafka.brokers_needed");
  Brokers read;
  never_falls(read, "kafka.consumer_groups", {0, 1, 2, 3, 5, 8, 13, 40}, "kafka.brokers_needed");
  Brokers peaking;
  never_falls(peaking, "kafka.peak_factor", {1, 1.5, 2, 4, 8}, "kafka.brokers_needed");
  Brokers hot;
  never_falls(hot, "kafka.partition_skew", {1, 1.2, 2, 4, 8}, "kafka.brokers_needed");
}

TEST_CASE(
    "more retention never takes less disk, more replicas never fewer bytes, a longer lag never less memory") {
  Brokers brokers;
  never_falls(brokers, "kafka.retention", rising(60, 2.3, 16), "kafka.stored");
  Brokers replicated;
  for (const char* symbol :
       {"kafka.bytes_in", "kafka.bytes_out", "kafka.stored", "kafka.bytes_written", "kafka.cpu_work"}) {
    never_falls(replicated, "kafka.replication", {1, 2, 3, 4, 5}, symbol);
  }
  Brokers lagging;
  never_falls(lagging, "kafka.lag_window", rising(1, 3, 9), "kafka.cache_bytes");
}

TEST_CASE("what the rules ask for is enough: with that many brokers no bound is over its limit") {
  for (const double ingress : rising(3e6, 1.7, 14)) {
    Brokers brokers;
    brokers.set("kafka.ingress", ingress);
    INFO(ingress);
    for (const char* symbol :
         {"kafka.utilization.nic_in", "kafka.utilization.nic_out", "kafka.utilization.disk_write",
          "kafka.utilization.storage", "kafka.utilization.cpu", "kafka.utilization.ram",
          "kafka.utilization.maps", "kafka.utilization.survivor"}) {
      INFO(symbol);
      CHECK(brokers.value(symbol) <= 1 + 1e-9);
    }
  }
}

TEST_CASE("units do not change a plan") {
  const auto plan = [](const char* text) {
    const auto planned = test::plan_of(std::string("kafka: {combined_mode: true, ") + text + "}\n");
    const auto& chosen = planned->chosen("kafka-broker");
    return std::make_tuple(chosen.index, chosen.nodes, planned->value("kafka-broker", "kafka.storage"));
  };
  const auto in_bytes = plan("ingress: 40 MB/s, retention: 2 d, lag_window: 2 min");
  CHECK(plan("ingress: 0.04 GB/s, retention: 48 h, lag_window: 120 s") == in_bytes);
  CHECK(plan("ingress: 320 Mbit/s, retention: 172800 s, lag_window: 120000 ms") == in_bytes);
  CHECK(plan("messages: 40000 /s, message_size: 1 kB, retention: 2880 min, lag_window: 2 min") == in_bytes);
}
