#include "asked.hpp"

using namespace rackfit;
using namespace rackfit::estimate;

namespace {

Query chat(const std::string& model, const std::string& device, double concurrency) {
  Query q = ask(model, device);
  q.concurrency = concurrency;
  q.input_tokens = 1024;
  q.output_tokens = 256;
  return q;
}

}  // namespace

TEST_CASE("an answer's parts add up") {
  const Answer a = answer(subject_of(chat("llama-3.1-8b", "h100", 16)));
  REQUIRE(a.fits);
  const auto& m = a.memory;
  CHECK(m.total == Approx(m.weights + m.kv_cache + m.activation + m.non_torch + m.graphs));
  CHECK(m.total <= m.usable * 1.0001);
  CHECK(a.kv_needed_bytes <= m.kv_cache);
  REQUIRE(a.ttft_s);
  REQUIRE(a.tpot_s);
  REQUIRE(a.output_tokens_per_s);
  CHECK(a.ttft_s->low <= a.ttft_s->mid);
  CHECK(a.tpot_s->mid <= a.tpot_s->high);
  CHECK(a.output_tokens_per_s->low <= a.output_tokens_per_s->mid);
  CHECK(*a.total_tokens_per_s == Approx(*a.requests_per_s * 1280));
  CHECK(a.output_tokens_per_s->mid == Approx(*a.requests_per_s * 256));
  CHECK(*a.decode_tokens_per_s == Approx(1 / a.tpot_s->mid));
  CHECK_FALSE(a.bound.empty());
}

TEST_CASE("vLLM takes all that is left for its cache, llama.cpp what the requests need") {
  const Answer pool = answer(subject_of(chat("llama-3.1-8b", "h100", 1)));
  CHECK(pool.memory.kv_cache > 10 * pool.kv_needed_bytes);
  Query q = chat("llama-3.1-8b", "rtx-4090", 1);
  q.weights = "q4_k_m";
  const Answer file = answer(subject_of(q));
  CHECK(file.memory.kv_cache == Approx(file.kv_needed_bytes));
}

TEST_CASE("copies side by side multiply what the system does, not what a request sees") {
  Query one = chat("llama-3.1-8b", "h100", 16);
  one.tp = 1;
  Query four = one;
  four.devices = 4;
  four.concurrency = 64;
  const Answer a = answer(subject_of(one));
  const Answer b = answer(subject_of(four));
  CHECK(b.output_tokens_per_s->mid == Approx(4 * a.output_tokens_per_s->mid));
  CHECK(b.tpot_s->mid == Approx(a.tpot_s->mid));
  CHECK(b.memory.weights == Approx(a.memory.weights));
  CHECK(b.max_concurrency == Approx(4 * a.max_concurrency));
}

TEST_CASE("copies without a request are idle") {
  Query q = chat("llama-3.1-8b", "h100", 1);
  q.devices = 4;
  q.tp = 1;
  const Answer four = answer(subject_of(q));
  q.devices = 1;
  CHECK(four.output_tokens_per_s->mid == Approx(answer(subject_of(q)).output_tokens_per_s->mid));
}

TEST_CASE("what does not fit says so, with the memory that would be needed and no times") {
  const Answer a = answer(subject_of(chat("llama-3.1-405b", "rtx-4090", 1)));
  CHECK_FALSE(a.fits);
  CHECK(a.memory.total > a.memory.usable);
  CHECK_FALSE(a.reasons.empty());
  CHECK(a.bound == llm::to_string(a.reasons.front().kind));
  CHECK(mentions(a.notes, "need"));
  CHECK_FALSE(a.tpot_s);
  CHECK_FALSE(a.output_tokens_per_s);
}

TEST_CASE("heads that cannot be divided are a misfit, not a problem") {
  Query q = chat("llama-3.1-8b", "h100", 1);
  q.tp = 3;
  const Answer a = answer(subject_of(q));
  CHECK_FALSE(a.fits);
  CHECK(a.bound == "heads-not-divisible");
}

TEST_CASE("a request longer than the context is a misfit") {
  Query q = chat("llama-3.1-8b", "h100", 1);
  q.max_context = 1000;
  const Answer a = answer(subject_of(q));
  CHECK_FALSE(a.fits);
  CHECK(a.bound == "context-exceeds-model");
}

TEST_CASE("a rate above what the replica takes is overloaded, and says how much it takes") {
  Query q = ask("llama-3.1-8b", "h100");
  q.input_tokens = 1024;
  q.output_tokens = 256;
  q.request_rate = 1;
  const Answer calm = answer(subject_of(q));
  CHECK(*calm.requests_per_s == Approx(1));
  q.request_rate = 1000;
  const Answer flooded = answer(subject_of(q));
  CHECK(mentions(flooded.notes, "overloaded"));
  CHECK(*flooded.requests_per_s < 1000);
  CHECK_FALSE(flooded.ttft_s);
}

TEST_CASE("offline throughput is not below that of any concurrency") {
  Query q = chat("llama-3.1-8b", "h100", 8);
  q.tp = 1;
  Query offline = q;
  offline.concurrency.reset();
  const double most = answer(subject_of(offline)).output_tokens_per_s->mid;
  for (const double concurrency : {1.0, 8.0, 64.0, 256.0}) {
    q.concurrency = concurrency;
    CHECK(answer(subject_of(q)).output_tokens_per_s->mid <= most * 1.02);
  }
}

TEST_CASE("a single stream on one card is limited by memory bandwidth") {
  Query q = chat("llama-3.1-70b", "h100", 1);
  q.device = "4xh100";
  CHECK(answer(subject_of(q)).bound == "memory-bandwidth");
}

TEST_CASE("a device of unknown compute rate still has a time per token") {
  const Answer a = answer(subject_of(chat("llama-3.1-8b", "epyc-9654", 1)));
  CHECK(a.fits);
  REQUIRE(a.tpot_s);
  CHECK(a.tpot_s->mid > 0);
}
