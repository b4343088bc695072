#include "rackfit/estimate/measured_start.hpp"

#include "asked.hpp"

using namespace rackfit;
using namespace rackfit::estimate;

namespace {

constexpr double gib = 1073741824.0;

importer::StartupLog vllm_log() {
  importer::StartupLog log;
  log.engine = "vllm";
  log.engine_version = "0.19.0";
  log.tensor_parallel = 2;
  log.max_context = 8192;
  log.gpu_memory_utilization = 0.95;
  log.weights_bytes = 10 * gib;
  log.kv_cache_bytes = 20 * gib;
  log.kv_cache_tokens = 123456;
  return log;
}

}  // namespace

TEST_CASE("settings of the log fill what the query leaves open, and nothing else") {
  Query q = ask("llama-3.1-8b", "2xh100");
  q.max_context = 4096;
  fill_from_log(vllm_log(), q);
  CHECK(q.engine == "vllm");
  CHECK(q.engine_version == "0.19.0");
  CHECK(q.tp == 2);
  CHECK(q.gpu_memory_utilization == 0.95);
  CHECK(q.max_context == 4096);
}

TEST_CASE("measured memory takes the place of the estimate, and the change is told") {
  Query q = ask("llama-3.1-8b", "2xh100");
  fill_from_log(vllm_log(), q);
  const Subject s = subject_of(q);
  const Answer estimated = answer(s);
  const MeasuredAnswer measured = answer_with_log(s, vllm_log());
  CHECK(measured.answer.memory.weights == Approx(10 * gib));
  CHECK(measured.answer.memory.kv_cache == Approx(20 * gib));
  CHECK(measured.answer.kv_cache_tokens == 123456);
  CHECK(measured.answer.max_concurrency < estimated.max_concurrency);
  REQUIRE(measured.changes.size() == 3);
  CHECK(measured.changes[0].what == "weights");
  CHECK(measured.changes[0].estimated == Approx(estimated.memory.weights));
}

TEST_CASE("a log that says nothing changes nothing") {
  const Subject s = subject_of(ask("llama-3.1-8b", "h100"));
  const MeasuredAnswer same = answer_with_log(s, importer::StartupLog());
  CHECK(same.changes.empty());
  CHECK(same.answer.memory.total == Approx(answer(s).memory.total));
}

TEST_CASE("an engine that started has room, whatever the estimate thought") {
  Query q = ask("llama-3.1-70b", "h100");
  q.tp = 1;
  q.engine = "vllm";
  CHECK_FALSE(answer(subject_of(q)).fits);
  importer::StartupLog log;
  log.weights_bytes = 60 * gib;
  log.kv_cache_bytes = 8 * gib;
  CHECK(answer_with_log(subject_of(q), log).answer.fits);
}
