// How the words of `kafka:` become facts: an aggregate as given, topics summed.
#include "rackfit/search/compose.hpp"
#include "support/planning.hpp"

using namespace rackfit;

namespace {

struct Built {
  std::unique_ptr<test::Planned> read = std::make_unique<test::Planned>();
  search::RoleProblem problem;

  explicit Built(const std::string& text) {
    read->tree = yaml::parse(std::make_shared<const SourceFile>("w.yaml", text), read->diagnostics);
    REQUIRE(read->tree);
    read->workload = workload::load(read->tree, test::registry(), read->diagnostics);
    INFO(render(read->diagnostics));
    REQUIRE(read->workload);
    static const search::Composer composer(test::built_in_catalog());
    const search::RoleContext context{test::built_in_catalog(), composer, *read->workload, test::registry(),
                                      read->diagnostics};
    problem = search::kafka_broker_role(*read->workload->kafka, context);
  }
  std::optional<double> fact(const std::string& name) const {
    for (const search::Fact& each : problem.facts) {
      if (each.name == name) return each.number;
    }
    return {};
  }
  std::string word(const std::string& name) const {
    for (const search::Fact& each : problem.facts) {
      if (each.name == name) return each.word;
    }
    return {};
  }
};

}  // namespace

TEST_CASE("an aggregate is handed over as written, and nothing else") {
  const Built built(
      "kafka: {ingress: 50 MB/s, consumer_groups: 3, compression: lz4, tls: true, retention: 2 d}\n");
  CHECK(built.fact("kafka.ingress") == 50e6);
  CHECK(built.fact("kafka.consumer_groups") == 3);
  CHECK(built.fact("kafka.retention") == 172800);
  CHECK(built.fact("kafka.tls") == 1);
  CHECK(built.word("kafka.codec") == "lz4");
  for (const char* name : {"kafka.replication", "kafka.compression_ratio", "kafka.fan_out",
                           "kafka.topic_bytes", "kafka.peak_factor", "kafka.heap", "kafka.message_rate"}) {
    INFO(name);
    CHECK_FALSE(built.fact(name));
  }
}

TEST_CASE("topics are summed, each with its own groups, ratio and retention") {
  const Built built(
      "kafka:\n"
      "  topics:\n"
      "    clicks: {ingress: 30 MB/s, consumer_groups: 1, retention: 1 d, compression: {codec: lz4, ratio: "
      "3}, partitions: 12, replication: 2}\n"
      "    orders: {messages: 10000 /s, message_size: 1 kB, consumer_groups: 4, retention: 7 d, compression: "
      "{codec: zstd, ratio: 2},\n"
      "      partitions: 6, replication: 3, compaction: true}\n");
  CHECK(built.fact("kafka.ingress") == Approx(40e6));
  CHECK(built.fact("kafka.topics") == 2);
  CHECK(built.fact("kafka.fan_out") == Approx((30e6 * 1 + 10e6 * 4) / 40e6));
  CHECK(built.fact("kafka.compression_ratio") == Approx(40e6 / (30e6 / 3 + 10e6 / 2)));
  CHECK(built.fact("kafka.topic_bytes") == Approx(30e6 / 3 * 86400 + 10e6 / 2 * 7 * 86400));
  CHECK(built.fact("kafka.partitions_fixed") == 18);
  CHECK(built.fact("kafka.compacted_share") == Approx(0.25));
  CHECK(built.fact("kafka.replication") == 3);    // the strictest
  CHECK_FALSE(built.fact("kafka.message_rate"));  // nobody says how large a click is
}

TEST_CASE("what a topic leaves out, the cluster's own keys say") {
  const Built built(
      "kafka:\n"
      "  message_size: 1 kB\n"
      "  consumer_groups: 2\n"
      "  retention: 1 d\n"
      "  compression: {codec: lz4, ratio: 2}\n"
      "  topics:\n"
      "    a: {messages: 1000 /s}\n"
      "    b: {ingress: 4 MB/s, consumer_groups: 5}\n");
  CHECK(built.fact("kafka.ingress") == Approx(5e6));
  CHECK(built.fact("kafka.message_rate") == Approx(5000));
  CHECK(built.fact("kafka.fan_out") == Approx((1e6 * 2 + 4e6 * 5) / 5e6));
  CHECK(built.fact("kafka.topic_bytes") == Approx(5e6 / 2 * 86400));
}

TEST_CASE("a sum over topics is only claimed when every topic has its part") {
  const Built built(
      "kafka:\n"
      "  topics:\n"
      "    a: {ingress: 1 MB/s, consumer_groups: 2, partitions: 3, retention: 1 d}\n"
      "    b: {ingress: 1 MB/s}\n");
  CHECK(built.fact("kafka.ingress") == Approx(2e6));
  for (const char* name :
       {"kafka.fan_out", "kafka.partitions_fixed", "kafka.topic_bytes", "kafka.compression_ratio"}) {
    INFO(name);
    CHECK_FALSE(built.fact(name));
  }
}

TEST_CASE("RF0602 a cluster or a topic without a rate") {
  CHECK_THAT(render(Built("kafka: {retention: 1 d}\n").read->diagnostics),
             ContainsSubstring("error[RF0602]: the Kafka cluster has no rate"));
  CHECK_THAT(render(Built("kafka: {messages: 5 /s}\n").read->diagnostics), ContainsSubstring("RF0602"));
  const Built topics("kafka: {topics: {a: {ingress: 1 MB/s}, b: {messages: 5 /s}}}\n");
  CHECK_THAT(render(topics.read->diagnostics), ContainsSubstring("error[RF0602]: topic `b` has no rate"));
  CHECK(topics.read->diagnostics.error_count() == 1);
}

TEST_CASE("pipelines out of the cluster are counted") {
  const Built built(
      "llm: {chat: {model: Qwen2.5-7B}}\n"
      "kafka: {messages: 5 /s, message_size: 1 kB}\n"
      "pipelines: {p: {from: kafka, to: llm.chat}, q: {from: kafka, to: llm.chat}}\n");
  CHECK(built.fact("kafka.llm_pipelines") == 2);
}
