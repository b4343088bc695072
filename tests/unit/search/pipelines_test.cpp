// Topic and model sized together: what a day and a lag change, and what the brokers must hold.
#include <cmath>

#include "support/planning.hpp"

using namespace rackfit;
using test::plan_of;

namespace {

/// 100 messages a second on average, 300 at the peak, all of them to an 8B model on L40S or L4.
std::string flow_of(const std::string& topic, const std::string& pipeline, const std::string& more = {}) {
  return "kafka: {messages: 400 /s, message_size: 2 kB, retention: 1 d, compression: none" + topic + "}\n" +
         "llm:\n  c: {model: Llama-3.1-8B-Instruct, quantization: fp8, engine: vllm, context: 4096, prompt: "
         "900, output: 20, priority: batch}\n"
         "pipelines:\n  p: {from: kafka, to: llm.c, share: 25 %, prompt_tokens: 900, output_tokens: 20" +
         pipeline + "}\n" + "site: {devices: [l40s-48gb, l4-24gb]}\n" + more;
}

const std::string evening = ", day: evening, peak_factor: 3";

double value(const test::Planned& planned, const char* symbol, std::size_t index = 0) {
  INFO(render(planned.diagnostics));
  REQUIRE(planned.plan);
  REQUIRE(planned.plan->pipelines.size() > index);
  const search::RolePlan& role = planned.plan->pipelines[index].role;
  const auto slot = role.program->find(symbol);
  INFO(symbol);
  REQUIRE(slot);
  return role.chosen->trace->value(*slot);
}

double fact(const test::Planned& planned, const std::string& role, const std::string& name) {
  for (const search::Fact& each : planned.role(role).problem.facts) {
    if (each.name == name) return each.number;
  }
  return rules::not_applicable();
}

std::int64_t devices(const search::RolePlan& role) {
  REQUIRE(role.chosen);
  return role.chosen->nodes * role.chosen->node.device_count;
}

}  // namespace

TEST_CASE("without a day a service is sized to the peak") {
  const auto planned = plan_of(flow_of(", peak_factor: 3", ", lag_p95: 1 h"));
  CHECK(planned->value("llm:c", "llm.open_rate") == Approx(300));
  REQUIRE(planned->plan->pipelines.size() == 1);
  CHECK_FALSE(planned->plan->pipelines.front().peak_service);
  CHECK(value(*planned, "pipeline.max_backlog") == 0);
}

TEST_CASE("with a day and a lag, the topic is the buffer") {
  const auto planned = plan_of(flow_of(evening, ", lag_p95: 1 h"));
  const double rate = planned->value("llm:c", "llm.open_rate");
  CHECK(rate < 300 * 0.9);
  CHECK(rate > 100);
  const search::PipelinePlan& pipeline = planned->plan->pipelines.front();
  REQUIRE(pipeline.peak_service);
  CHECK(devices(planned->role("llm:c")) <= devices(*pipeline.peak_service));
  CHECK(*planned->chosen("llm:c").price_usd < *pipeline.peak_service->chosen->price_usd);
  CHECK(value(*planned, "pipeline.lag_p95") <= 3600);
  CHECK(value(*planned, "pipeline.max_backlog") > 0);
  CHECK(pipeline.waiting.size() == std::size_t{288});
}

TEST_CASE("messages that may be older never need more, and a day never needs more than its peak") {
  double before = 300 * (1 + 1e-9);
  for (const char* lag : {"2 s", "1 min", "10 min", "1 h", "6 h"}) {
    const auto planned = plan_of(flow_of(evening, std::string(", lag_p95: ") + lag));
    const double rate = planned->value("llm:c", "llm.open_rate");
    INFO(lag);
    CHECK(rate <= before * (1 + 1e-9));
    before = rate;
  }
}

TEST_CASE("drained by the morning needs little more than the mean") {
  const auto planned = plan_of(flow_of(evening, ", drained_by: \"12:00\""));
  const double rate = planned->value("llm:c", "llm.open_rate");
  CHECK(rate >= 100);
  CHECK(rate < 200);
}

TEST_CASE("a peak factor follows from a day, and must not contradict one") {
  const std::string ramp = ", day: [1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,5]";
  CHECK(plan_of(flow_of(ramp, ", lag_p95: 1 s"))->value("kafka-broker", "kafka.peak_factor") ==
        Approx(5 * 24 / 28.0));
  const auto wrong = plan_of(flow_of(ramp + ", peak_factor: 2", ", lag_p95: 1 s"));
  REQUIRE(wrong->diagnostics.error_count() == 1);
  CHECK(wrong->diagnostics.items().front().code == "RF0608");
  const auto impossible = plan_of(flow_of(", day: flat, peak_factor: 2", ", lag_p95: 1 s"));
  REQUIRE(impossible->diagnostics.error_count() == 1);
  CHECK(impossible->diagnostics.items().front().code == "RF0608");
}

TEST_CASE("a shape that nobody knows is reported once, with a suggestion") {
  const auto planned = plan_of(flow_of(", day: evning", ", lag_p95: 1 s"));
  REQUIRE(planned->diagnostics.error_count() == 1);
  CHECK(planned->diagnostics.items().front().code == "RF0607");
  CHECK(planned->diagnostics.items().front().help.find("evening") != std::string::npos);
}

TEST_CASE("a day of the whole workload reaches topics and services that have none") {
  const auto planned = plan_of(flow_of("", ", lag_p95: 10 min", "day: office\n"));
  CHECK(planned->value("llm:c", "llm.pipeline_peak_factor") > 1.5);
  CHECK(planned->value("kafka-broker", "kafka.peak_factor") ==
        Approx(planned->value("llm:c", "llm.pipeline_peak_factor")));
  CHECK(planned->value("llm:c", "llm.open_rate") < planned->value("llm:c", "llm.pipeline_peak"));
}

TEST_CASE("what people ask goes before the pipeline") {
  const std::string text = flow_of(evening, ", lag_p95: 1 h");
  const auto alone = plan_of(text);
  const auto busy = plan_of(text, {{"llm.c.rate=50 /s"}, nullptr, 3});
  const double before = alone->value("llm:c", "llm.open_rate"), now = busy->value("llm:c", "llm.open_rate");
  CHECK(now > before);
  CHECK(now <= before + 50 * (1 + 1e-6));
  CHECK(value(*busy, "pipeline.service_others") == Approx(50));
}

TEST_CASE("two pipelines share what the service has left for them") {
  const auto planned =
      plan_of(flow_of(evening, ", lag_p95: 1 h") + "x-note: none\n",
              {{"pipelines.q={from: kafka, to: llm.c, share: 5 %, lag_p95: 1 h}"}, nullptr, 3});
  const double one = value(*planned, "pipeline.service_share", 0),
               other = value(*planned, "pipeline.service_share", 1);
  CHECK(std::max(one, other) == Approx(25 / 30.0));
  CHECK(one + other == Approx(1));
  CHECK(value(*planned, "pipeline.wait_p95", 0) == Approx(value(*planned, "pipeline.wait_p95", 1)));
}

TEST_CASE("growth moves both sides alike") {
  const auto now = plan_of(flow_of(evening, ", lag_p95: 1 h"));
  const auto later = plan_of(flow_of(evening, ", lag_p95: 1 h", "growth: {yearly: 100 %, horizon: 1 y}\n"));
  CHECK(later->value("llm:c", "llm.open_rate") ==
        Approx(2 * now->value("llm:c", "llm.open_rate")).epsilon(1e-6));
}

TEST_CASE("an outage must fit into the retention") {
  const auto held = plan_of(flow_of(evening, ", lag_p95: 1 h, outage: 4 h"));
  CHECK(value(*held, "pipeline.retention_needed") >= 4 * 3600);
  CHECK(held->role("kafka-broker").chosen);
  // 300 requests a second are 1,200 messages a second of 2 kB, three times, for more than four hours.
  CHECK(value(*held, "pipeline.held_disk") > 3.5 * 3600 * 1000 * 2000 * 3);
  CHECK(held->value("kafka-broker", "kafka.backlog_disk") == Approx(value(*held, "pipeline.held_disk")));
  const auto lost =
      plan_of(flow_of(evening, ", lag_p95: 1 h, outage: 4 h"), {{"kafka.retention=3 h"}, nullptr, 3});
  CHECK_FALSE(lost->role("kafka-broker").chosen);
  bool said = false;
  for (const auto& rejection : lost->role("kafka-broker").rejections)
    said = said || rejection.family == "retention";
  CHECK(said);
}

TEST_CASE("disks hold the worst window even when retention is short") {
  // All of the day's messages in one evening: four hours of it are far more than four mean hours.
  const auto planned =
      plan_of(flow_of(evening, ", lag_p95: 1 h, outage: 4 h"), {{"kafka.retention=6 h"}, nullptr, 3});
  CHECK(planned->value("kafka-broker", "kafka.retained") >=
        value(*planned, "pipeline.held_bytes") * (1 - 1e-9));
}

TEST_CASE("consumers follow from what is in progress, not a partition for each request") {
  const auto planned = plan_of(flow_of(evening, ", lag_p95: 1 h"));
  const double in_flight = value(*planned, "pipeline.in_flight"),
               workers = value(*planned, "pipeline.workers");
  CHECK(in_flight > 0);
  CHECK(workers == std::ceil(in_flight / 32));
  CHECK(value(*planned, "pipeline.poll_records") == 128);  // 32 requests at one in four messages
  CHECK(fact(*planned, "kafka-broker", "kafka.consumer_concurrency") == workers);
  CHECK(value(*planned, "pipeline.share_partitions") == std::ceil(workers * 128 / 2000));
}

TEST_CASE("a log of requests and answers is a topic more") {
  const std::string text = flow_of(evening, ", lag_p95: 1 h");
  const auto without = plan_of(text);
  const auto with = plan_of(
      text, {{"pipelines.p.log={request_bytes: 4 kB, response_bytes: 1 kB, retention: 7 d}"}, nullptr, 3});
  // 100 requests a second of 5 kB beside 800 kB/s of messages.
  CHECK(with->value("kafka-broker", "kafka.produced") ==
        Approx(without->value("kafka-broker", "kafka.produced") + 500e3));
  CHECK(with->value("kafka-broker", "kafka.stored") >
        without->value("kafka-broker", "kafka.stored") + 3 * 500e3 * 6 * 86400);
  CHECK(with->value("llm:c", "llm.open_rate") == Approx(without->value("llm:c", "llm.open_rate")));
}

TEST_CASE("documents become chunks, and chunks load the embedding service and the topic") {
  const auto planned = plan_of(
      "kafka: {topics: {docs: {message_size: 20 kB, day: night-batch, retention: 2 d}}}\n"
      "embedding: {e: {model: bge-m3}}\n"
      "pipelines: {ingest: {from: kafka.docs, to: embedding.e, documents: 864000, chunks_per_document: 12, "
      "tokens_per_chunk: 400, drained_by: \"08:00\", outage: 2 h}}\n"
      "site: {devices: [l40s-48gb, l4-24gb]}\n");
  INFO(render(planned->diagnostics));
  CHECK(planned->value("kafka-broker", "kafka.produced") == Approx(10 * 20e3));
  CHECK(fact(*planned, "embedding:e", "embedding.pipeline_rate") == Approx(120));
  CHECK(planned->value("embedding:e", "embedding.tokens_mean") == Approx(400));
  const double rate = planned->value("embedding:e", "embedding.rate_peak");
  CHECK(rate >= 120);
  CHECK(rate < planned->value("embedding:e", "embedding.pipeline_peak"));
  CHECK(value(*planned, "pipeline.outage_backlog") > 0);
}

TEST_CASE("a trainer that reads less than the topic brings does not wait for it") {
  const std::string text =
      "kafka: {topics: {samples: {ingress: 15 MB/s}}, retention: 1 d}\n"
      "training: {t: {model: Qwen2.5-7B, method: qlora, tokens: 1e9, feed_from: kafka.samples}}\n";
  const auto planned = plan_of(text);
  CHECK(planned->value("training:t", "training.feed_rate") == 15e6);
  CHECK(planned->value("training:t", "training.feed_surplus") > 10);
  CHECK(planned->value("training:t", "training.duration_fed") ==
        Approx(planned->value("training:t", "training.duration")));
  CHECK(fact(*planned, "kafka-broker", "kafka.consumer_concurrency") ==
        planned->value("training:t", "training.feed_consumers"));
  const auto starved = plan_of(text, {{"kafka.topics.samples.ingress=1 kB/s"}, nullptr, 3});
  CHECK(starved->value("training:t", "training.fed") < 1);
  CHECK(starved->value("training:t", "training.duration_fed") >
        starved->value("training:t", "training.duration"));
}
