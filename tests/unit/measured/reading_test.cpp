#include "fixtures.hpp"

using namespace rackfit;
using namespace rackfit::measured;
using namespace fixtures;

TEST_CASE("a row becomes the question that somebody would ask", "[measured]") {
  const Reading reading = reading_of(serving());
  CHECK(reading.query.model == "Llama-3.1-70B");
  CHECK(reading.query.device == "H100-SXM-80GB");
  CHECK(reading.query.devices == 4);
  CHECK(reading.query.tp == 4);
  CHECK(reading.query.concurrency == 16.0);
  CHECK(reading.query.input_tokens == 1024.0);
  CHECK(reading.metric == Metric::tpot);
  CHECK(reading.setting == Setting::concurrency);
  CHECK(reading.measured == Approx(0.012));
}

TEST_CASE("words that are no version are not passed on as one", "[measured]") {
  Row row = serving();
  row.engine_version = "latest (Oct 2025)";
  CHECK(reading_of(row).query.engine_version.empty());
  row.engine_version = "0.20.2rc1.dev249 (fork)";
  CHECK(reading_of(row).query.engine_version == "0.20.2");
  row = bench();
  CHECK(reading_of(row).query.engine_version == "b6000");
}

TEST_CASE("numbers are found in notes right behind their key", "[measured]") {
  CHECK(noted_number("llama-bench; depth=4096; fa=1", "depth=") == 4096.0);
  CHECK(noted_number("target_qps=0.5; p50", "target_qps=") == 0.5);
  CHECK_FALSE(noted_number("depth=none", "depth="));
  CHECK_FALSE(noted_number("", "depth="));
  CHECK_FALSE(noted_number("depth=", "depth="));
}

TEST_CASE("rates are compared with the inverse of times, and their bands change ends", "[measured]") {
  Reading reading = reading_of(bench());
  estimate::Answer answer;
  CHECK_FALSE(predicted(reading, answer));
  answer.tpot_s = estimate::Range{0.01, 0.008, 0.0125};
  const auto figure = predicted(reading, answer);
  REQUIRE(figure);
  CHECK(figure->mid == Approx(100));
  CHECK(figure->low == Approx(80));
  CHECK(figure->high == Approx(125));
}

TEST_CASE("a prompt's rate counts the tokens that are not in the cache", "[measured]") {
  Row row = bench();
  row.metric = "prefill_tok_s";
  row.input_tokens = 2048;
  row.notes = "depth=4096";
  estimate::Answer answer;
  answer.ttft_s = estimate::Range{2, 1, 4};
  const auto figure = predicted(reading_of(row), answer);
  REQUIRE(figure);
  CHECK(figure->mid == Approx(1024));
  CHECK(figure->low == Approx(512));
}

TEST_CASE("the KV pool is what the others leave of the usable memory", "[measured]") {
  estimate::Answer answer;
  answer.memory.usable = 75;
  answer.memory.weights = 15;
  answer.memory.activation = 2;
  answer.memory.non_torch = 1;
  answer.memory.graphs = 0;
  answer.memory.kv_cache = 3;
  answer.memory.total = 21;
  const auto figure = predicted(reading_of(memory()), answer);
  REQUIRE(figure);
  CHECK(figure->mid == 57);
}

TEST_CASE("runs of one question by several back ends share a key", "[measured]") {
  Row a = bench(), b = bench();
  a.notes = "backend rocm; fa=1";
  b.notes = "backend vulkan; fa=0";
  b.engine_version = "b6001";
  CHECK(repeats(reading_of(a)));
  CHECK(repeat_key(a, reading_of(a)) == repeat_key(b, reading_of(b)));
  b.output_tokens = 512;
  CHECK(repeat_key(a, reading_of(a)) != repeat_key(b, reading_of(b)));
  CHECK_FALSE(repeats(reading_of(serving())));
}
