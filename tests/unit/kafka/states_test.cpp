// A cluster in other states: leaders and their readers move to the survivors, what followers write does not.
#include "rackfit/kafka/states.hpp"

#include "support/planning.hpp"

using namespace rackfit;

namespace {

const std::string three_racks =
    "availability: rack-loss\n"
    "kafka: {ingress: 300 MB/s, retention: 1 d, racks: 3, consumer_groups: 2, partitions: 720, combined_mode: "
    "true}\n";
const std::string one_rack =
    "availability: n+1\n"
    "kafka: {ingress: 300 MB/s, retention: 1 d, consumer_groups: 2, partitions: 720, combined_mode: true}\n";

const catalog::StatesView& view() {
  for (const catalog::View& each : test::built_in_catalog().views) {
    if (each.role == "kafka-broker") return *each.states;
  }
  throw std::runtime_error("no view of brokers");
}

struct Cluster {
  std::unique_ptr<test::Planned> planned;
  std::vector<kafka::State> states;

  explicit Cluster(const std::string& text) : planned(test::plan_of(text)) {
    states = kafka::states(*planned->chosen("kafka-broker").trace, view());
  }
  const kafka::State& state(const std::string& name) const {
    for (const kafka::State& each : states) {
      if (each.name == name) return each;
    }
    throw std::runtime_error("no state " + name);
  }
  double value(const std::string& state_name, const std::string& symbol) const {
    const kafka::State& found = state(state_name);
    const auto slot = found.values.program().find(symbol);
    INFO(symbol);
    REQUIRE(slot);
    return found.values.value(*slot);
  }
};

std::vector<std::string> names(const Cluster& cluster) {
  std::vector<std::string> found;
  for (const auto& state : cluster.states) found.push_back(state.name);
  return found;
}

}  // namespace

TEST_CASE("a rack can be lost where there are several, a broker where there are several") {
  CHECK(names(Cluster(three_racks)) ==
        std::vector<std::string>{"up", "broker-lost", "rack-lost", "rolling-restart"});
  CHECK(names(Cluster(one_rack)) == std::vector<std::string>{"up", "broker-lost", "rolling-restart"});
  const Cluster single(
      "kafka: {ingress: 1 MB/s, retention: 1 d, replication: 1, brokers: 1, combined_mode: true}\n");
  CHECK(names(single) == std::vector<std::string>{"up"});
}

TEST_CASE("with every broker up the state is the plan") {
  const Cluster cluster(three_racks);
  for (const char* symbol :
       {"kafka.nic_in", "kafka.nic_out", "kafka.cpu", "kafka.utilization.cpu", "kafka.brokers"}) {
    CHECK(cluster.value("up", symbol) == cluster.planned->value("kafka-broker", symbol));
  }
  CHECK(cluster.value("up", "kafka.nic_out") ==
        Approx(cluster.value("up", "kafka.bytes_out") / cluster.value("up", "kafka.brokers")));
}

TEST_CASE(
    "a lost rack of three: survivors write what they wrote, lead and serve half as much again, feed one "
    "replica less") {
  const Cluster cluster(three_racks);
  const double brokers = cluster.value("up", "kafka.brokers");
  const double ingress = cluster.value("up", "kafka.ingress_peak"),
               egress = cluster.value("up", "kafka.egress");
  CHECK(cluster.value("rack-lost", "kafka.live.brokers") == Approx(brokers * 2 / 3));
  for (const char* unchanged :
       {"kafka.nic_in", "kafka.disk_write", "kafka.storage", "kafka.memory", "kafka.replicas"}) {
    INFO(unchanged);
    CHECK(cluster.value("rack-lost", unchanged) == Approx(cluster.value("up", unchanged)));
  }
  CHECK(cluster.value("up", "kafka.nic_out") == Approx((egress + 2 * ingress) / brokers));
  CHECK(cluster.value("rack-lost", "kafka.nic_out") == Approx((egress + 1 * ingress) / brokers * 1.5));
  CHECK(cluster.value("rack-lost", "kafka.disk_read") ==
        Approx(cluster.value("up", "kafka.disk_read") * 1.5));
  CHECK(cluster.value("rack-lost", "kafka.brokers") == brokers);
}

TEST_CASE("the closed forms that choose a candidate say what the state says") {
  const Cluster racks(three_racks), brokers(one_rack);
  const auto agree = [](const Cluster& cluster, const char* state) {
    const double nic = cluster.value(state, "kafka.nic_out") / cluster.value(state, "node.nic_bandwidth");
    const double cpu = cluster.value(state, "kafka.cpu") / cluster.value(state, "kafka.broker_cores");
    CHECK(cluster.value("up", "kafka.degraded.nic_out") == Approx(nic));
    CHECK(cluster.value("up", "kafka.degraded.cpu") == Approx(cpu));
    CHECK(cluster.value("up", "kafka.degraded.disk") ==
          Approx(cluster.value(state, "kafka.utilization.disk_write") *
                 cluster.value(state, "kafka.degraded_target")));
  };
  agree(racks, "rack-lost");
  agree(brokers, "broker-lost");
}

TEST_CASE("what a plan promises to survive it survives") {
  for (const std::string& text : {three_racks, one_rack}) {
    const Cluster cluster(text);
    const char* planned_for = text == three_racks ? "rack-lost" : "broker-lost";
    CHECK(cluster.state(planned_for).given_up.empty());
    for (const char* symbol :
         {"kafka.utilization.nic_in", "kafka.utilization.nic_out", "kafka.utilization.cpu",
          "kafka.utilization.disk_write", "kafka.utilization.storage", "kafka.utilization.ram"}) {
      INFO(symbol);
      CHECK(cluster.value(planned_for, symbol) <= 1);
    }
  }
}

TEST_CASE("what does not hold is said: two racks, and three replicas of which two must be in sync") {
  const Cluster cluster(
      "kafka: {ingress: 10 MB/s, retention: 1 d, racks: 2, brokers: 4, min_insync: 2, combined_mode: "
      "true}\n");
  std::string said;
  for (const std::string& sentence : cluster.state("rack-lost").given_up) said += sentence + "\n";
  CHECK_THAT(said, ContainsSubstring("writes with acks=all"));
  CHECK_THAT(said, ContainsSubstring("controllers"));
  CHECK(cluster.state("broker-lost").given_up.empty());
  CHECK_FALSE(cluster.state("broker-lost").reduced.empty());
}

TEST_CASE("without replicas a lost broker takes its partitions with it, and the others carry no more") {
  const Cluster cluster(
      "kafka: {ingress: 10 MB/s, retention: 1 d, replication: 1, brokers: 4, partitions: 12, combined_mode: "
      "true}\n");
  CHECK(cluster.state("broker-lost").given_up.size() == 1);
  CHECK(cluster.value("broker-lost", "kafka.nic_out") == Approx(cluster.value("up", "kafka.nic_out")));
}
