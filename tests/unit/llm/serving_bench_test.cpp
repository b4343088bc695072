// What an evaluation costs; hidden, because a time is no truth. Run with `rackfit_llm_tests "[bench]"`.
#include <chrono>

#include "rackfit/llm/serving.hpp"
#include "support/catch.hpp"
#include "support/llm_fixtures.hpp"

using namespace rackfit::llm;

TEST_CASE("microseconds per evaluation", "[.][bench]") {
  auto device = fixtures::h100();
  device.memory_bytes = 141 * fixtures::gib;
  device.usable_memory_bytes.reset();
  const auto engine = fixtures::vllm();
  const auto calibration = fixtures::calibration();
  const auto format = fixtures::fp8();
  for (const auto& model : {fixtures::llama_8b(), fixtures::deepseek_v3()}) {
    Deployment d;
    d.model = &model;
    d.device = &device;
    d.engine = &engine;
    d.calibration = &calibration;
    d.quantization = &format;
    d.tensor_parallel = 8;
    Load load;
    load.prompt = {1200, 6000};
    load.output = {300, 500};
    Targets targets;
    targets.ttft_s.p95 = 1;
    targets.tpot_s.p95 = 0.05;
    const auto serving = serving_model(d);
    constexpr int rounds = 5000;
    double sum = 0;
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < rounds; ++i) {
      load.prompt.mean = 1200 + i % 7;
      sum += max_rate_at_targets(serving, load, targets).rate_per_s;
    }
    const std::chrono::duration<double, std::micro> spent = std::chrono::steady_clock::now() - start;
    WARN(model.row.name << ": max_rate_at_targets takes " << spent.count() / rounds << " µs");
    CHECK(sum > 0);
  }
}
