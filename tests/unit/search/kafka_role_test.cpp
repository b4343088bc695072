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

namespace {

std::unique_ptr<test::Planned> quoted(const std::string& more) {
  return test::plan_of("kafka: {ingress: 5 MB/s, combined_mode: true, " + more + "}\n");
}

}  // namespace

TEST_CASE("quoted settings are read in Kafka's units, and stand for what the workload leaves out") {
  const auto planned = quoted(
      "settings: {log.retention.hours: 48, log.segment.bytes: 536870912, num.replica.fetchers: 4, "
      "unclean.leader.election.enable: true}");
  CHECK(planned->value("kafka-broker", "kafka.setting.log.retention.hours") == 48 * 3600);
  CHECK(planned->value("kafka-broker", "kafka.kept_time") == 48 * 3600);
  CHECK(planned->value("kafka-broker", "kafka.segment_bytes") == 536870912);
  CHECK(planned->value("kafka-broker", "kafka.replica_fetchers") == 4);
  CHECK(planned->value("kafka-broker", "kafka.unclean_election") == 1);
  const auto both = quoted("retention: 1 h, settings: {log.retention.hours: 48, log.retention.bytes: -1}");
  CHECK(both->value("kafka-broker", "kafka.kept_time") == 3600);
}

TEST_CASE("RF0607 a setting or a claim that nobody knows, RF0608 a value that cannot be read") {
  CHECK_THAT(render(quoted("settings: {num.io.thread: 8}")->diagnostics),
             ContainsSubstring("error[RF0607]: no broker setting called `num.io.thread`") &&
                 ContainsSubstring("did you mean `num.io.threads`?"));
  CHECK_THAT(render(quoted("claims: [kip_837]")->diagnostics),
             ContainsSubstring("RF0607") && ContainsSubstring("kip_873"));
  CHECK_THAT(render(quoted("settings: {log.retention.hours: long}")->diagnostics),
             ContainsSubstring("RF0608"));
}

TEST_CASE("claims of guides are answered") {
  const auto planned = quoted("retention: 1 d, claims: [kip_873, one_third_more_for_a_zone]");
  CHECK(planned->value("kafka-broker", "kafka.claim_kip_873") == 1);
  CHECK(planned->value("kafka-broker", "kafka.claim_zone") == 1);
  CHECK(planned->value("kafka-broker", "kafka.claim_raid") == 0);
}

TEST_CASE("mirrored traffic is one more reader where it leaves and one more producer where it arrives") {
  const auto alone = quoted("retention: 1 d"),
             mirrored = quoted("retention: 1 d, mirror: {sends: 2 MB/s, receives: 1 MB/s}");
  CHECK(mirrored->value("kafka-broker", "kafka.ingress_peak") == Approx(6e6));
  CHECK(mirrored->value("kafka-broker", "kafka.bytes_out") ==
        Approx(alone->value("kafka-broker", "kafka.bytes_out") / 5 * 6 + 2e6));
}

TEST_CASE("tiered topics keep on the brokers what stays local") {
  const Built built(
      "kafka: {tiered_local_retention: 6 h, compression: {codec: lz4, ratio: 2}, topics: {a: {ingress: 2 "
      "MB/s, retention: 7 d}}}\n");
  CHECK(built.fact("kafka.topic_bytes") == Approx(1e6 * 6 * 3600));
}

TEST_CASE("a core with two threads counts as two vCPUs, one without a word as one") {
  const std::string text =
      "kafka: {ingress: 50 MB/s, retention: 1 h, combined_mode: true}\n"
      "site: {existing: {old: {cores: 16 core, THREADS memory: 64 GiB, disks: 2, disk_capacity: 4 TB, "
      "disk_write: 1 GB/s,\n"
      "      nic: 10 Gbit/s, count: 9, use: kafka}}}\n";
  const auto with = [&](std::string threads) {
    std::string filled = text;
    return test::plan_of(filled.replace(filled.find("THREADS"), 7, threads))
        ->value("kafka-broker", "kafka.cpu");
  };
  CHECK(with("") == Approx(2 * with("threads: 32 core,")));
}
