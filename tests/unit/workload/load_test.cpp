// What a workload file may say, and what is said back when it says something else.
#include "reading.hpp"

using rackfit::test::Reading;

namespace {

const std::string chat = "llm:\n  chat:\n    model: Qwen2.5-7B\n";

}  // namespace

TEST_CASE("ten lines describe a chat service") {
  const Reading reading(
      "name: helpdesk\n"
      "llm:\n"
      "  chat:\n"
      "    model: Qwen2.5-7B\n"
      "    users: 200\n"
      "    prompt: 800\n"
      "    output: {mean: 200, p95: 450}\n"
      "    targets: {ttft_p95: 2 s}\n"
      "availability: n+1\n"
      "growth: {yearly: 30 %, horizon: 3 y}\n");
  INFO(reading.problems());
  REQUIRE(reading.workload);
  const auto& workload = *reading.workload;
  CHECK(workload.name == "helpdesk");
  REQUIRE(workload.llm.size() == 1);
  const auto& service = workload.llm.front().value;
  CHECK(workload.llm.front().name == "chat");
  CHECK(*service.model == "Qwen2.5-7B");
  CHECK(*service.load.users == 200);
  CHECK(*service.prompt.mean == 800);  // a bare length is a mean
  CHECK_FALSE(service.prompt.p95);
  CHECK(*service.output.p95 == 450);
  CHECK(*service.targets.ttft_p95 == 2);
  CHECK(*workload.availability == "n+1");
  CHECK(*workload.growth.yearly == Approx(0.3));
}

TEST_CASE("nothing is defaulted when a workload is read") {
  const Reading reading(chat + "    rate: 1 /s\nkafka: {ingress: 1 MB/s}\n");
  REQUIRE(reading.workload);
  CHECK_FALSE(reading.workload->availability);
  CHECK_FALSE(reading.workload->llm.front().value.context);
  CHECK_FALSE(reading.workload->kafka->all.replication);
  CHECK_FALSE(reading.workload->kafka->all.retention);
}

TEST_CASE("decimal and binary prefixes are different things") {
  const Reading reading("kafka: {ingress: 1 MB/s, heap: 1 GiB, retention_bytes: 1 GB}\n");
  REQUIRE(reading.workload);
  CHECK(*reading.workload->kafka->all.ingress == 1e6);
  CHECK(*reading.workload->kafka->heap == 1073741824.0);
  CHECK(*reading.workload->kafka->all.retention_bytes == 1e9);
}

TEST_CASE("a codec may stand alone or with its ratio") {
  const Reading bare("kafka: {ingress: 1 MB/s, compression: zstd}\n");
  REQUIRE(bare.workload);
  CHECK(*bare.workload->kafka->all.compression.codec == "zstd");
  CHECK_FALSE(bare.workload->kafka->all.compression.ratio);
  const Reading full("kafka: {ingress: 1 MB/s, compression: {codec: lz4, ratio: 3}}\n");
  REQUIRE(full.workload);
  CHECK(*full.workload->kafka->all.compression.ratio == 3);
}

TEST_CASE("RF0210 keys that exclude each other") {
  const auto [first, second] = GENERATE(table<std::string, std::string>({
      {"users: 5", "concurrency: 2"},
      {"users: 5", "rate: 1 /s"},
      {"concurrency: 2", "requests_per_day: 100"},
      {"rate: 1 /s", "requests_per_day: 100"},
      {"requests_per_day: 100", "tokens_per_second: 10 token/s"},
  }));
  const Reading reading(chat + "    " + first + "\n    " + second + "\n");
  INFO(reading.problems());
  CHECK(reading.codes() == "RF0210 5:5\n");
}

TEST_CASE("RF0210 a model is named or described, not both; documents are counted one way") {
  CHECK(Reading(chat + "    rate: 1 /s\n"
                       "    architecture: {parameters: 1e9, layers: 2, hidden: 8, vocab: 9, source: "
                       "{document: d, read: 2026-01-01, "
                       "confidence: measured}, attention: {type: mha, heads: 1, kv_heads: 1, head_dim: 8}, "
                       "ffn: {intermediate: 8}}\n")
            .codes() == "RF0210 5:5\n");
  CHECK(Reading("embedding:\n  e:\n    model: bge-m3\n    documents_per_second: 5 document/s\n    "
                "documents_per_day: 5\n")
            .codes() == "RF0210 5:5\n");
}

TEST_CASE("RF0201 a misspelt key is refused with the word that was meant") {
  CHECK(Reading(chat + "    concurency: 4\n    rate: 1 /s\n").problems() ==
        R"(error[RF0201]: unknown key `concurency`
 --> w.yaml:4:5
  |
4 |     concurency: 4
  |     ^^^^^^^^^^ `llm_service` has no such key
  |
  = help: did you mean `concurrency`?
)");
}

TEST_CASE("RF0206 a quantity without its unit, or with another's") {
  const auto [text, place] = GENERATE(table<std::string, std::string>({
      {"kafka: {ingress: 50}\n", "RF0206 1:18\n"},
      {"kafka: {ingress: 1 MB/s, retention: 7}\n", "RF0206 1:37\n"},
      {"kafka: {ingress: 1 MB/s, retention: 7 GB}\n", "RF0206 1:37\n"},
      {"kafka: {ingress: 50 MB}\n", "RF0206 1:18\n"},
      {"kafka: {ingress: 1 MB/s}\nsite: {rack_power: 6}\n", "RF0206 2:20\n"},
      {"kafka: {ingress: 1 MB/s}\ngrowth: {horizon: 3}\n", "RF0206 2:19\n"},
  }));
  const Reading reading(text);
  INFO(text << reading.problems());
  CHECK(reading.codes() == place);
}

TEST_CASE("tokens, shares and counts may be bare numbers") {
  const Reading reading(chat +
                        "    context: 8192\n    rate: 1 /s\n    prefix_hit: 0.5\nheadroom: {vram: 20 %}\n");
  INFO(reading.problems());
  REQUIRE(reading.workload);
  CHECK(*reading.workload->llm.front().value.context == 8192);
  CHECK(*reading.workload->llm.front().value.prefix_hit == 0.5);
  CHECK(reading.workload->headroom.front().value == Approx(0.2));
}

TEST_CASE("values out of their range") {
  CHECK(Reading(chat + "    rate: 1 /s\n    prefix_hit: 140 %\n").codes() == "RF0207 5:17\n");
  CHECK(Reading("kafka: {ingress: 1 MB/s, replication: 0}\n").codes() == "RF0207 1:39\n");
  CHECK(Reading("kafka: {ingress: 1 MB/s}\navailability: n+2\n").codes() == "RF0209 2:15\n");
}

TEST_CASE("RF0501 a service without a model") {
  CHECK(Reading("llm:\n  chat: {rate: 1 /s}\n").codes() == "RF0501 2:9\n");
}

TEST_CASE("RF0502 a service that nobody asks and nothing feeds") {
  const Reading reading(chat);
  CHECK(reading.codes() == "RF0502 3:5\n");
  CHECK_THAT(reading.problems(), ContainsSubstring("a pipeline into `llm.chat`"));
}

TEST_CASE("a pipeline is load enough for the service it feeds, and only for that") {
  const std::string kafka =
      "kafka: {messages: 10 /s, message_size: 1 kB}\n"
      "pipelines:\n  p: {from: kafka, to: llm.chat}\n";
  CHECK(Reading(chat + kafka).codes() == "");
  CHECK(Reading(chat + "  other:\n    model: Qwen2.5-14B\n" + kafka).codes() == "RF0502 5:5\n");
}

TEST_CASE("RF0503 nothing to size") {
  CHECK(Reading("name: empty\n").codes() == "RF0503 1:1\n");
  CHECK(Reading("site: {country: DE}\n").codes() == "RF0503 1:1\n");
}

TEST_CASE("RF0505 and RF0506 pipelines lead from topics to services of the same file") {
  const std::string service = chat + "    rate: 1 /s\n";
  const std::string kafka = "kafka: {topics: {clicks: {ingress: 1 MB/s}}}\n";
  CHECK(Reading(service + kafka + "pipelines:\n  p: {from: kafka.clicks, to: llm.chat}\n").codes() == "");
  const Reading topic(service + kafka + "pipelines:\n  p: {from: kafka.click, to: llm.chat}\n");
  CHECK(topic.codes() == "RF0505 7:13\n");
  CHECK_THAT(topic.problems(), ContainsSubstring("did you mean `kafka.clicks`?"));
  CHECK(Reading(service + kafka + "pipelines:\n  p: {from: kafka, to: llm.chap}\n").codes() ==
        "RF0506 7:24\n");
  CHECK(Reading(service + "pipelines:\n  p: {from: kafka, to: llm.chat}\n").codes() == "RF0505 6:13\n");
  CHECK(Reading("training:\n  t: {model: Qwen2.5-7B, feed_from: kafka}\n").codes() == "RF0505 2:37\n");
}

TEST_CASE("speculation and adapters are read in their long and short forms") {
  const std::string service = chat + "    rate: 1 /s\n";
  const Reading whole(service +
                      "    speculation: {method: draft, tokens: 3, acceptance: 70 %, draft: Qwen2.5-0.5B}\n"
                      "    lora: {adapters: 8, rank: 32}\n");
  INFO(whole.problems());
  REQUIRE(whole.workload);
  const auto& long_form = whole.workload->llm.front().value;
  REQUIRE(long_form.speculation);
  CHECK(*long_form.speculation->method == "draft");
  CHECK(*long_form.speculation->tokens == 3);
  CHECK(*long_form.speculation->acceptance == Approx(0.7));
  CHECK(*long_form.speculation->draft == "Qwen2.5-0.5B");
  CHECK(*long_form.lora.adapters == 8);
  CHECK(*long_form.lora.rank == 32);
  const Reading brief(service + "    speculation: mtp\n    lora: 4\n");
  INFO(brief.problems());
  REQUIRE(brief.workload);
  CHECK(*brief.workload->llm.front().value.speculation->method == "mtp");
  CHECK(*brief.workload->llm.front().value.lora.adapters == 4);
  CHECK_FALSE(brief.workload->llm.front().value.lora.rank);
}

TEST_CASE("RF0507 a draft without a model, and a model without a draft") {
  const std::string service = chat + "    rate: 1 /s\n    speculation: ";
  CHECK(Reading(service + "{method: draft}\n").codes() == "RF0507 5:18\n");
  CHECK(Reading(service + "draft\n").codes() == "RF0507 5:18\n");
  CHECK(Reading(service + "{method: ngram, draft: Qwen2.5-0.5B}\n").codes() == "RF0507 5:41\n");
}

TEST_CASE("speculation out of its range") {
  const std::string service = chat + "    rate: 1 /s\n    speculation: ";
  CHECK(Reading(service + "{method: ngram, acceptance: 120 %}\n").codes() == "RF0207 5:46\n");
  CHECK(Reading(service + "{method: ngram, acceptance: -0.1}\n").codes() == "RF0207 5:46\n");
  CHECK(Reading(service + "{method: medusa}\n").codes() == "RF0209 5:27\n");
  CHECK(Reading(service + "{method: ngram, tokens: 2.5}\n").codes() == "RF0204 5:42\n");
}

TEST_CASE("all problems of a file are reported together, in the order of their lines") {
  CHECK(Reading("llm:\n"
                "  chat:\n"
                "    modl: Qwen2.5-7B\n"
                "    rate: 5 GB\n"
                "kafka:\n"
                "  ingress: fast\n"
                "  tls: perhaps\n")
            .codes() == "RF0201 3:5\nRF0206 4:11\nRF0205 6:12\nRF0208 7:8\n");
}

TEST_CASE("a Kafka cluster says who reads and writes, and what its brokers are set to") {
  const Reading reading(
      "kafka:\n"
      "  ingress: 10 MB/s\n"
      "  groups:\n"
      "    audit: {lag_window: 2 h, reads: disk, share: 40 %}\n"
      "    search: {throughput: 5 MB/s, concurrency: 12}\n"
      "  quotas: {produce: 2 MB/s}\n"
      "  mirror: {sends: 1 MB/s}\n"
      "  follower_fetch: true\n"
      "  hottest_partition: 3\n"
      "  claims: kip_873\n"
      "  settings: {log.retention.hours: 72, process.roles: broker}\n");
  INFO(reading.problems());
  REQUIRE(reading.workload);
  const auto& kafka = *reading.workload->kafka;
  REQUIRE(kafka.groups.size() == 2);
  CHECK(*kafka.groups[0].value.lag_window == 7200);
  CHECK(*kafka.groups[0].value.reads == "disk");
  CHECK(*kafka.groups[0].value.share == Approx(0.4));
  CHECK(*kafka.groups[1].value.throughput == 5e6);
  CHECK(*kafka.quotas.produce == 2e6);
  CHECK_FALSE(kafka.quotas.consume);
  CHECK(*kafka.mirror.sends == 1e6);
  CHECK(*kafka.claims == std::vector<std::string>{"kip_873"});
  REQUIRE(kafka.settings.size() == 2);
  CHECK(kafka.settings[0].name == "log.retention.hours");
  CHECK(kafka.settings[0].value == "72");
}
