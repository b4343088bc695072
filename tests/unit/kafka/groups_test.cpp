// Consumer groups by name: what they ask together, and how many instances each needs.
#include "rackfit/kafka/groups.hpp"

#include "support/planning.hpp"

using namespace rackfit;

namespace {

const std::string cluster =
    "kafka:\n"
    "  ingress: 120 MB/s\n"
    "  compression: {codec: lz4, ratio: 2}\n"
    "  retention: 1 d\n"
    "  combined_mode: true\n"
    "  groups:\n"
    "    audit: {lag_window: 2 h, reads: disk}\n"
    "    search: {throughput: 5 MB/s, lag_window: 1 min}\n"
    "    fraud: {concurrency: 40, share: 25 %, throughput: 1 MB/s}\n";

}  // namespace

TEST_CASE("groups together: shares add up, the longest lag in memory and the slowest consumer count") {
  const auto planned = test::plan_of(cluster);
  const kafka::GroupDemand all = kafka::demand(*planned->workload->kafka);
  CHECK(*all.count == Approx(2.25));
  CHECK(*all.lag_window == 60);  // two hours are read from disk
  CHECK(*all.from_disk == 1);
  CHECK(*all.throughput == 4e6);  // 1 MB/s of a quarter
  CHECK(*all.concurrency == 40);
  const kafka::GroupDemand none = kafka::demand(workload::KafkaCluster{});
  CHECK_FALSE(none.count);
  CHECK_FALSE(none.throughput);
}

TEST_CASE("each group's instances keep up with its share before compression") {
  const auto planned = test::plan_of(cluster);
  const auto needs = kafka::groups(*planned->chosen("kafka-broker").trace, *planned->workload->kafka);
  REQUIRE(needs.size() == 3);
  CHECK_FALSE(needs[0].consumers);  // nobody says how fast an auditor is
  CHECK(*needs[1].consumers == 24);
  CHECK(*needs[2].consumers == 40);
}

TEST_CASE("groups reach the plan: partitions for the most consumers, readers, cache and disk reads") {
  const auto planned = test::plan_of(cluster);
  CHECK(planned->value("kafka-broker", "kafka.readers") == Approx(2.25));
  CHECK(planned->value("kafka-broker", "kafka.partitions_needed") == 40);
  CHECK(planned->value("kafka-broker", "kafka.cache_window") == 60);
  CHECK(planned->value("kafka-broker", "kafka.bytes_replayed") == Approx(60e6));
}
