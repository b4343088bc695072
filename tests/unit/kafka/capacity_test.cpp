// Reverse mode: the ingress at which each limit is full, by hand from the formulas of kafka-broker.yaml.
#include <cmath>

#include "brokers.hpp"

using namespace rackfit;
using kafka::Basis;
using test::bound;
using test::usual_cluster;

TEST_CASE("each planned limit binds where its formula says") {
  const kafka::Capacity found = usual_cluster().capacity(Basis::planned);
  // 80 % of 1.25 GB/s each way; in: W·3/3, out: W·(2 + 1)/3.
  CHECK(bound(found, "nic_in").ingress.value == Approx(1000e6));
  CHECK(bound(found, "nic_out").ingress.value == Approx(1000e6));
  // W·3/3 written and one group replaying W/3, of two disks at 70 %.
  CHECK(bound(found, "disk").ingress.value == Approx(2 * 1e9 * 0.7 / (4.0 / 3)));
  // (3 + (1 + 2)/4)·W at 20 MB/s a core, three times 8 cores at 60 %.
  CHECK(bound(found, "cpu").ingress.value == Approx(20e6 * 24 * 0.6 / 3.75));
  // 30 s of W·3/3 beside a heap of 6 GiB and 2 GiB of system.
  CHECK(bound(found, "ram").ingress.value == Approx((64e9 - 8 * 1073741824.0) / 30));
  REQUIRE(found.tightest());
  CHECK(found.tightest()->limit == "cpu");
  CHECK(found.ingress.value == found.tightest()->ingress.value);
  CHECK(found.tightest()->utilization == Approx(1));
  for (std::size_t i = 1; i < found.bounds.size(); ++i)
    CHECK(found.bounds[i - 1].ingress.value <= found.bounds[i].ingress.value);
}

TEST_CASE("physical limits leave no room for targets") {
  const kafka::Capacity planned = usual_cluster().capacity(Basis::planned);
  const kafka::Capacity most = usual_cluster().capacity(Basis::physical);
  CHECK(bound(most, "nic_in").ingress.value == Approx(1.25e9 * 0.94));
  for (const kafka::Bound& each : most.bounds) {
    INFO(each.limit);
    CHECK(each.ingress.value >= bound(planned, each.limit).ingress.value);
  }
}

TEST_CASE("the interval holds the answer, and moves with the coefficients") {
  const kafka::Capacity found = usual_cluster().capacity(Basis::planned);
  for (const kafka::Bound& each : found.bounds) {
    INFO(each.limit);
    CHECK(each.ingress.low <= each.ingress.value);
    CHECK(each.ingress.value <= each.ingress.high);
  }
  // 10 and 31 MB/s a core; reads weigh 0.25 at the worst and 0.21 at the best.
  CHECK(bound(found, "cpu").ingress.low == Approx(10e6 * 24 * 0.6 / 3.75));
  CHECK(bound(found, "cpu").ingress.high == Approx(31e6 * 24 * 0.6 / (3 + 3 * 0.21)));
  kafka::Cluster known = usual_cluster();
  known.set("kafka.cpu_rate", 25e6);  // somebody measured it: only the reads are open
  const kafka::Interval cpu = bound(known.capacity(Basis::planned), "cpu").ingress;
  CHECK(cpu.low == Approx(25e6 * 24 * 0.6 / 3.75));
  CHECK(cpu.value == Approx(cpu.low));
}

TEST_CASE("a lost broker takes from what leaders do, not from what is written") {
  kafka::Cluster cluster = usual_cluster();
  const kafka::Capacity lost = cluster.capacity(Basis::broker_lost);
  // Two of three are left, filled to 95 % of the whole.
  CHECK(bound(lost, "nic_out").ingress.value == Approx(1.25e9 * 0.95)  /* (1 group + 1 follower left) / 2 brokers */);
  CHECK(bound(lost, "nic_in").ingress.value == Approx(1.25e9 * 0.95));
  cluster.set("kafka.brokers_fixed", 6);
  cluster.set("kafka.racks", 3);
  const double broker = bound(cluster.capacity(Basis::broker_lost), "nic_out").ingress.value;
  CHECK(broker == Approx(5 * 1.25e9 * 0.95 / 2.5)  /* 1 group + 1.5 followers left */);
  CHECK(bound(cluster.capacity(Basis::rack_lost), "nic_out").ingress.value == Approx(4 * 1.25e9 * 0.95 / 2));
  cluster.set("kafka.brokers_fixed", 1);
  cluster.set("kafka.replication", 1);
  cluster.set("kafka.racks", 1);
  CHECK(cluster.capacity(Basis::broker_lost).bounds.empty());
}

TEST_CASE("without a retention the answer says how long the disks hold; with one, what they allow") {
  kafka::Cluster cluster = usual_cluster();
  const kafka::Capacity open = cluster.capacity(Basis::planned);
  CHECK(std::isinf(bound(open, "storage").ingress.value));
  REQUIRE(open.retention_s);
  cluster.set("kafka.retention", *open.retention_s);
  const kafka::Capacity given = cluster.capacity(Basis::planned);
  CHECK(bound(given, "storage").ingress.value == Approx(open.ingress.value).epsilon(1e-6));
  cluster.set("kafka.retention", 10 * *open.retention_s);
  const kafka::Capacity longer = cluster.capacity(Basis::planned);
  CHECK(longer.tightest()->limit == "storage");
  CHECK(longer.ingress.value < open.ingress.value / 5);
}

TEST_CASE("what is not said is not judged") {
  kafka::Cluster cluster(test::brokers());
  cluster.set("kafka.brokers_fixed", 3);
  cluster.set("node.cores", 8);
  const kafka::Capacity found = cluster.capacity(Basis::planned);
  CHECK(found.tightest()->limit == "cpu");
  for (const char* title : {"network in", "network out", "disk throughput", "disk space"}) {
    INFO(title);
    CHECK(std::find(found.unknown.begin(), found.unknown.end(), title) != found.unknown.end());
  }
}

TEST_CASE("compression multiplies what producers may send") {
  kafka::Cluster cluster = usual_cluster();
  const double plain = bound(cluster.capacity(Basis::planned), "nic_in").ingress.value;
  cluster.set_word("kafka.codec", "lz4");
  cluster.set("kafka.compression_ratio", 4);
  CHECK(bound(cluster.capacity(Basis::planned), "nic_in").ingress.value == Approx(4 * plain));
}

TEST_CASE("memory too small for the heap carries nothing as planned") {
  kafka::Cluster cluster = usual_cluster();
  cluster.set("node.memory", 4e9);
  const kafka::Capacity found = cluster.capacity(Basis::planned);
  CHECK(found.ingress.value == 0);
  CHECK(found.tightest()->limit == "ram");
  CHECK_FALSE(found.retention_s);
}

TEST_CASE("the plan at the answer uses the tightest limit fully") {
  const kafka::Cluster cluster = usual_cluster();
  for (const Basis basis : {Basis::planned, Basis::physical, Basis::broker_lost}) {
    const kafka::Capacity found = cluster.capacity(basis);
    const std::string name = cluster.program().symbol(found.tightest()->slot).name;
    CHECK(cluster.ingress(basis) == Approx(found.ingress.value));
    if (basis != Basis::broker_lost) CHECK(cluster.value(name, found.ingress.value) == Approx(1));
  }
}

TEST_CASE("defaults are those the answer rests on") {
  const kafka::Cluster cluster = usual_cluster();
  std::vector<std::string> names;
  for (const rules::Slot slot : cluster.defaults(cluster.capacity(Basis::planned)))
    names.push_back(cluster.program().symbol(slot).name);
  const auto has = [&](const char* name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  CHECK(has("kafka.cpu_rate"));
  CHECK(has("kafka.replication"));
  CHECK_FALSE(has("kafka.tls_factor"));  // no TLS
  CHECK_FALSE(has("node.cores"));
  CHECK_FALSE(has("kafka.max_brokers"));
}

TEST_CASE("the search finds the last x within 1, whatever the shape") {
  using kafka::largest_within;
  CHECK(largest_within([](double x) { return x / 7; }, 1) == Approx(7).epsilon(1e-8));
  CHECK(largest_within([](double x) { return x * x / 9; }, 1e8) == Approx(3).epsilon(1e-8));
  CHECK(largest_within([](double x) { return 0.5 + x / 100; }, 1) == Approx(50).epsilon(1e-8));
  CHECK(largest_within([](double x) { return std::ceil(x / 10) / 4; }, 3) == Approx(40).epsilon(1e-8));
  CHECK(largest_within([](double) { return 2.0; }, 1) == 0);
  CHECK(std::isinf(largest_within([](double) { return 0.5; }, 1)));
  CHECK(largest_within([](double) { return std::numeric_limits<double>::infinity(); }, 1) == 0);
  CHECK(std::isinf(largest_within([](double) { return 0.0; }, 1)));
}
