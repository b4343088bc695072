// A plan does not depend on the units in which its workload is written.
#include "support/planning.hpp"

using namespace rackfit;

namespace {

/// Everything about the chosen brokers that could move.
std::vector<double> figures(const std::string& text) {
  const auto planned = test::plan_of(text);
  std::vector<double> all{static_cast<double>(planned->chosen("kafka-broker").nodes)};
  all.push_back(planned->chosen("kafka-broker").price_usd.value_or(0));
  for (const char* name : {"kafka.ingress_peak", "kafka.stored", "kafka.brokers_needed", "kafka.cpu",
                           "kafka.nic_out", "kafka.storage", "kafka.memory", "kafka.partitions"})
    all.push_back(planned->value("kafka-broker", name));
  return all;
}

}  // namespace

TEST_CASE("other units, the same brokers") {
  const auto one = figures("kafka: {ingress: 40 MB/s, retention: 3 d, consumer_groups: 2, heap: 4 GiB}\n");
  for (const char* text :
       {"kafka: {ingress: 320 Mbit/s, retention: 72 h, consumer_groups: 2, heap: 4096 MiB}\n",
        "kafka: {ingress: 40000 kB/s, retention: 259200 s, consumer_groups: 2, heap: 4 GiB}\n",
        "kafka: {ingress: 2.4 GB/min, retention: 4320 min, consumer_groups: 2, heap: 4294967296 B}\n",
        "kafka: {messages: 40000 /s, message_size: 1 kB, retention: 3 d, consumer_groups: 2, heap: 4 "
        "GiB}\n"}) {
    INFO(text);
    const auto other = figures(text);
    REQUIRE(other.size() == one.size());
    for (std::size_t i = 0; i < one.size(); ++i) CHECK(other[i] == Approx(one[i]).epsilon(1e-12));
  }
}
