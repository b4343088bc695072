// What must hold of every cluster, whatever its figures: tried on a few hundred made-up ones.
#include <cmath>
#include <random>

#include "brokers.hpp"

using namespace rackfit;
using kafka::Basis;

namespace {

/// Draws that are the same on every machine.
class Draw {
 public:
  explicit Draw(unsigned seed) : engine_(seed) {}
  double between(double low, double high) {
    const double u = static_cast<double>(engine_()) / 4294967296.0;
    return low * std::pow(high / low, u);
  }
  double whole(double low, double high) { return std::floor(between(low, high + 1)); }
  bool coin() { return engine_() % 2 == 0; }

 private:
  std::mt19937 engine_;
};

kafka::Cluster drawn(unsigned seed) {
  Draw draw(seed);
  kafka::Cluster cluster(test::brokers());
  cluster.set("kafka.replication", draw.whole(1, 3));
  cluster.set("kafka.consumer_groups", draw.whole(1, 6) - 1);
  cluster.set("kafka.retention", draw.between(600, 3e6));
  if (draw.coin()) cluster.set("kafka.partitions_fixed", draw.whole(3, 3000));
  if (draw.coin()) cluster.set("kafka.tls", 1);
  if (draw.coin()) cluster.set("kafka.compression_ratio", draw.between(1.2, 5));
  if (draw.coin()) cluster.set("kafka.racks", 3);
  cluster.set("kafka.batch_size", draw.between(500, 1e6));
  cluster.set("node.cores", draw.whole(4, 64));
  cluster.set("node.memory", draw.between(16e9, 512e9));
  cluster.set("node.disk_count", draw.whole(1, 12));
  cluster.set("node.disk_capacity", draw.between(0.5e12, 20e12));
  cluster.set("node.disk_write", draw.between(100e6, 6e9));
  cluster.set("node.nic_bandwidth", draw.between(0.125e9, 12.5e9));
  cluster.set("node.nic_ports", 1);
  const double choice = draw.whole(1, 3);
  cluster.set_word("availability", choice == 1 ? "n" : choice == 2 ? "n+1" : "rack-loss");
  return cluster;
}

constexpr unsigned clusters = 200;
const double rates[] = {1e5, 1e6, 1e7, 5e7, 1e8, 1.1e8, 5e8, 1e9, 1e10};

}  // namespace

TEST_CASE("more load never needs fewer brokers") {
  for (unsigned seed = 0; seed < clusters; ++seed) {
    const kafka::Cluster cluster = drawn(seed);
    double before = 0;
    for (const double rate : rates) {
      const double brokers = cluster.value("kafka.brokers_needed", rate);
      INFO("cluster " << seed << " at " << rate);
      CHECK(brokers >= before);
      before = brokers;
    }
  }
}

TEST_CASE("longer retention never takes less disk, nor fewer brokers") {
  for (unsigned seed = 0; seed < clusters; ++seed) {
    kafka::Cluster cluster = drawn(seed);
    double stored = 0, brokers = 0;
    for (const double retention : {60.0, 3600.0, 86400.0, 604800.0, 3.1e7}) {
      cluster.set("kafka.retention", retention);
      INFO("cluster " << seed << " for " << retention);
      CHECK(cluster.value("kafka.stored", 5e7) >= stored);
      CHECK(cluster.value("kafka.brokers_needed", 5e7) >= brokers);
      stored = cluster.value("kafka.stored", 5e7);
      brokers = cluster.value("kafka.brokers_needed", 5e7);
    }
  }
}

TEST_CASE("a higher replication factor never means fewer bytes") {
  for (unsigned seed = 0; seed < clusters; ++seed) {
    kafka::Cluster cluster = drawn(seed);
    for (const char* bytes : {"kafka.bytes_in", "kafka.bytes_out", "kafka.bytes_written", "kafka.stored",
                              "kafka.write_equivalent"}) {
      double before = 0;
      for (const double replication : {1.0, 2.0, 3.0, 5.0}) {
        cluster.set("kafka.replication", replication);
        INFO("cluster " << seed << ", " << bytes);
        CHECK(cluster.value(bytes, 5e7) >= before);
        before = cluster.value(bytes, 5e7);
      }
    }
  }
}

TEST_CASE("better hardware never carries less, and more of it neither") {
  for (unsigned seed = 0; seed < clusters / 4; ++seed) {
    kafka::Cluster cluster = drawn(seed);
    cluster.set("kafka.brokers_fixed", 6);
    for (const Basis basis : {Basis::planned, Basis::physical, Basis::broker_lost}) {
      const double before = cluster.ingress(basis);
      for (const auto& [name, factor] :
           {std::pair("node.cores", 2.0), std::pair("node.memory", 1.5), std::pair("node.disk_count", 2.0),
            std::pair("node.disk_capacity", 1.3), std::pair("node.disk_write", 3.0),
            std::pair("node.nic_bandwidth", 2.5)}) {
        kafka::Cluster better = cluster;
        better.set(name, factor * cluster.value(name, 1));
        INFO("cluster " << seed << ", more " << name);
        CHECK(better.ingress(basis) >= before * (1 - 1e-6));
      }
    }
  }
}

TEST_CASE("what a cluster is planned to carry, a plan asks no more brokers for") {
  for (unsigned seed = 0; seed < clusters / 4; ++seed) {
    kafka::Cluster cluster = drawn(seed);
    kafka::Cluster free = cluster;
    cluster.set("kafka.brokers_fixed", 6);
    const double ingress = cluster.ingress(Basis::planned);
    if (!(ingress > 0) || std::isinf(ingress)) continue;
    INFO("cluster " << seed << " at " << ingress);
    for (const char* resource : {"nic_in", "nic_out", "disk_write", "storage", "cpu", "ram"}) {
      const double needed = free.value(std::string("kafka.brokers_for.") + resource, ingress * 0.999);
      INFO(resource);
      // With fixed partitions a plan may ask for as many brokers as spread them evenly.
      const bool fixed = !rules::is_not_applicable(free.value("kafka.partitions_fixed", 1));
      CHECK(needed <= (fixed ? 12 : 6));
    }
  }
}
