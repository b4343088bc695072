// What a workload may say of a day and of pipelines, and what is said back to nonsense.
#include "reading.hpp"

using rackfit::test::Reading;

namespace {

const std::string base =
    "kafka: {messages: 10 /s, message_size: 1 kB}\n"
    "llm: {c: {model: Qwen2.5-7B}}\n"
    "embedding: {e: {model: bge-m3}}\n";

std::string codes(const std::string& keys) {
  return Reading(base + "pipelines:\n  p: {from: kafka, to: llm.c" + (keys.empty() ? "" : ", ") + keys +
                 "}\n")
      .codes();
}

std::string day_of(int numbers, const std::string& number) {
  std::string list;
  for (int i = 0; i < numbers; ++i) list += (i > 0 ? ", " : "") + number;
  return "[" + list + "]";
}

}  // namespace

TEST_CASE("a day is a name or 24 numbers, of the workload, a topic or a service") {
  const Reading reading(
      "day: office\n"
      "kafka: {topics: {t: {messages: 1 /s, message_size: 1 kB, day: " +
      day_of(24, "2") +
      "}}}\n"
      "llm: {c: {model: Qwen2.5-7B, rate: 1 /s, day: evening}}\n");
  INFO(reading.problems());
  REQUIRE(reading.workload);
  CHECK(reading.workload->day->shape == "office");
  CHECK(reading.workload->kafka->topics.front().value.day->hours.size() == 24);
  CHECK(reading.workload->llm.front().value.load.day->shape == "evening");
}

TEST_CASE("RF0507 a day that is none") {
  CHECK(Reading("kafka: {ingress: 1 MB/s}\nday: " + day_of(23, "1") + "\n").codes() == "RF0507 2:1\n");
  CHECK(Reading("kafka: {ingress: 1 MB/s}\nday: " + day_of(24, "0") + "\n").codes() == "RF0507 2:1\n");
  CHECK(Reading("kafka: {ingress: 1 MB/s}\nday: []\n").codes() == "RF0507 2:1\n");
  CHECK_FALSE(Reading("kafka: {ingress: 1 MB/s}\nday: " + day_of(24, "-1") + "\n").workload);
  CHECK_FALSE(Reading("kafka: {ingress: 1 MB/s}\nday: {office: 1}\n").workload);
}

TEST_CASE("a pipeline says how late, until when, and through which outage") {
  const Reading reading(
      base +
      "pipelines:\n"
      "  p: {from: kafka, to: llm.c, share: 10 %, lag_p95: 10 min, drained_by: \"06:00\", outage: 4 h,\n"
      "      log: {request_bytes: 3 kB, response_bytes: 1 kB, retention: 7 d}}\n"
      "  d: {from: kafka, to: embedding.e, documents: 100000, chunks_per_document: 8, tokens_per_chunk: "
      "400}\n");
  INFO(reading.problems());
  REQUIRE(reading.workload);
  const auto& p = reading.workload->pipelines[0].value;
  CHECK(*p.lag_p95 == 600);
  CHECK(*p.drained_by == 6 * 3600);
  CHECK(*p.outage == 4 * 3600);
  CHECK(*p.log->request_bytes == 3000);
  const auto& d = reading.workload->pipelines[1].value;
  CHECK(*d.documents == 100000);
  CHECK(*d.chunks_per_document == 8);
  CHECK(*d.tokens_per_chunk == 400);
}

TEST_CASE("RF0508 a time of day that is none") {
  CHECK(codes("drained_by: 06:00") == "");
  CHECK(codes("drained_by: \"24:00\"") == "");
  for (const char* wrong : {"six", "6", "\"6:00\"", "\"06:60\"", "\"25:00\"", "\"24:01\"", "\"06:00:00\"",
                            "\":\"", "\"-1:00\""}) {
    INFO(wrong);
    CHECK(codes(std::string("drained_by: ") + wrong).rfind("RF0508", 0) == 0);
  }
}

TEST_CASE("RF0510 a pipeline that asks for what cannot be") {
  CHECK(codes("lag_p95: 0 s").rfind("RF0510", 0) == 0);
  CHECK(codes("outage: 31 d").rfind("RF0510", 0) == 0);
  CHECK(codes("share: 0 %").rfind("RF0510", 0) == 0);
  CHECK(codes("chunks_per_document: 0").rfind("RF0510", 0) == 0);
  CHECK(codes("log: {retention: 1 d}").rfind("RF0510", 0) == 0);
  const Reading embeds(
      base +
      "pipelines:\n  p: {from: kafka, to: llm.c}\n  q: {from: kafka, to: embedding.e, output_tokens: 10}\n");
  CHECK(embeds.codes().rfind("RF0510 6:", 0) == 0);
}

TEST_CASE("two ways to say the same are one too many") {
  CHECK(codes("prompt_tokens: 10, tokens_per_chunk: 10") != "");
  CHECK(codes("share: 10 %, documents: 10") != "");
  CHECK(codes("lag_p95: 10").find("RF") == 0);  // seconds, minutes?
}
