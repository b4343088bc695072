#include "rackfit/llm/serving.hpp"

#include <cmath>

#include "support/catch.hpp"
#include "support/llm_fixtures.hpp"

using namespace rackfit::llm;
using namespace rackfit;
using fixtures::gib;

namespace {

struct Box {
  catalog::Model model = fixtures::llama_8b();
  catalog::Device device = fixtures::h100();
  catalog::Engine engine = fixtures::vllm();
  catalog::Calibration calibration = fixtures::calibration();
  std::optional<catalog::Quantization> quantization;

  Deployment on(std::int64_t tensor_parallel = 1) const {
    Deployment d;
    d.model = &model;
    d.device = &device;
    d.engine = &engine;
    d.calibration = &calibration;
    d.quantization = quantization ? &*quantization : nullptr;
    d.tensor_parallel = tensor_parallel;
    return d;
  }
  ServingModel serving(std::int64_t tensor_parallel = 1) const { return serving_model(on(tensor_parallel)); }
};

Load chat(double rate = 0) {
  Load load;
  load.prompt = {1200, 6000};
  load.output = {300, 500};
  if (rate > 0) load.rate_per_s = rate;
  return load;
}

Targets ttft_p95(double seconds) {
  Targets targets;
  targets.ttft_s.p95 = seconds;
  return targets;
}

void check_ordered(const Percentiles& p) {
  CHECK(p.p50 <= p.p95);
  CHECK(p.p95 <= p.p99);
  CHECK(p.mean > 0);
}

}  // namespace

TEST_CASE("lengths given as mean and p95 are fitted by a log-normal", "[llm]") {
  const TokenLengths lengths{1000, 3000};
  const double sigma = lognormal_sigma(lengths);
  CHECK(sigma > 0);
  CHECK(quantile(lengths, 0.95) == Approx(3000).epsilon(1e-6));
  CHECK(quantile(lengths, 0.5) * std::exp(sigma * sigma / 2) == Approx(1000).epsilon(1e-6));
  CHECK(lognormal_sigma({1000, 0}) == 0);
  CHECK(lognormal_sigma({1000, 900}) == 0);
  CHECK(std::isfinite(lognormal_sigma({1000, 1e9})));
}

TEST_CASE("waiting: the textbook queues", "[llm]") {
  // M/M/1 at 80 %: four service times. M/D/1: half of it.
  CHECK(queue_wait(1, 0.8, 1, 1, 1).mean_s == Approx(4));
  CHECK(queue_wait(1, 0.8, 1, 1, 0).mean_s == Approx(2));
  // M/M/10 at 80 %: Erlang C gives 0.2046 of a service time; the closed form is within a tenth.
  CHECK(queue_wait(10, 0.8, 1, 1, 1).mean_s == Approx(0.2046).epsilon(0.1));
  CHECK(queue_wait(4, 0, 1, 1, 1).mean_s == 0);
  CHECK(std::isinf(queue_wait(1, 1, 1, 1, 1).mean_s));
}

TEST_CASE("closed loop: a single customer never waits, many wait for each other", "[llm]") {
  CHECK(closed_loop_response(1, 2, 5) == Approx(2));
  CHECK(closed_loop_response(1000, 2, 5) == Approx(1000 * 2 - 5).epsilon(0.01));
}

TEST_CASE("an idle replica: first token after the prefill, then one step each", "[llm]") {
  Box box;
  const auto model = box.serving();
  Load load;
  load.prompt = {1000, 0};
  load.output = {100, 0};
  load.concurrency = 1;
  const auto result = serve(model, load);
  REQUIRE(result.known);
  CHECK(result.ttft_s.value.mean == Approx(prefill_s(model.step, 1000).value()).epsilon(0.1));
  CHECK(result.tpot_s.value.mean == Approx(decode_step_s(model.step, 1, 1050).value()));
  CHECK(result.e2e_s.value.mean ==
        Approx(result.ttft_s.value.mean + 99 * result.tpot_s.value.mean).epsilon(1e-9));
  CHECK(result.rate_per_s == Approx(1 / result.e2e_s.value.mean).epsilon(0.01));
}

TEST_CASE("Little's law holds between rate, running batch and time", "[llm]") {
  Box box;
  const auto result = serve(box.serving(), chat(5));
  REQUIRE(result.stable);
  CHECK(result.rate_per_s == Approx(5));
  CHECK(result.running == Approx(5 * 300 * result.tpot_s.value.mean));
  CHECK(result.output_tokens_per_s == Approx(1500));
  check_ordered(result.ttft_s.value);
  check_ordered(result.tpot_s.value);
  check_ordered(result.e2e_s.value);
  CHECK(result.kv_utilization > 0);
  CHECK(result.kv_utilization < 1);
}

TEST_CASE("a higher rate is never faster", "[llm]") {
  for (const auto& base : {fixtures::llama_8b(), fixtures::mixtral_8x7b(), fixtures::gemma3_27b()}) {
    Box box;
    box.model = base;
    box.quantization = fixtures::fp8();
    const auto model = box.serving();
    INFO(base.row.name);
    const double saturation = serve(model, chat(0.01)).saturation_rate_per_s;
    REQUIRE(saturation > 0.1);
    Percentiles before;
    Percentiles before_e2e;
    for (double share = 0.05; share < 1; share += 0.05) {
      const auto result = serve(model, chat(saturation * share));
      REQUIRE(result.stable);
      for (const auto field : {&Percentiles::mean, &Percentiles::p50, &Percentiles::p95, &Percentiles::p99}) {
        CHECK(result.ttft_s.value.*field >= before.*field * (1 - 1e-9));
        CHECK(result.e2e_s.value.*field >= before_e2e.*field * (1 - 1e-3));
      }
      before = result.ttft_s.value;
      before_e2e = result.e2e_s.value;
    }
  }
}

TEST_CASE("beyond saturation latencies have no bound, and the cause is named", "[llm]") {
  Box box;
  const auto model = box.serving();
  const auto calm = serve(model, chat(1));
  const auto flooded = serve(model, chat(2 * calm.saturation_rate_per_s));
  CHECK(calm.stable);
  CHECK_FALSE(flooded.stable);
  CHECK(std::isinf(flooded.ttft_s.value.p95));
  CHECK(flooded.saturated_by != Limit::none);
}

TEST_CASE("little KV memory limits the running sequences", "[llm]") {
  Box box;
  box.device = fixtures::rtx4090();
  Deployment d = box.on();
  d.context_tokens = 8192;
  Load load = chat(0.1);
  load.prompt = {4000, 7000};
  const auto small = serve(serving_model(d), load);
  REQUIRE(small.known);
  CHECK(small.max_running < 20);
  box.device.memory_bytes = 48 * gib;
  const auto large = serve(serving_model(d), load);
  CHECK(large.max_running > 3 * small.max_running);
  CHECK(large.saturation_rate_per_s >= small.saturation_rate_per_s);
}

TEST_CASE("the largest rate holds the targets, a little more does not", "[llm]") {
  Box box;
  const auto model = box.serving();
  Targets targets;
  targets.ttft_s.p95 = 1.0;
  targets.tpot_s.p95 = 0.030;
  targets.e2e_s.p99 = 25;
  const auto best = max_rate_at_targets(model, chat(), targets);
  REQUIRE(best.rate_per_s > 0);
  const auto below = serve(model, chat(best.rate_per_s * 0.999));
  CHECK(below.ttft_s.value.p95 <= 1.0);
  CHECK(below.tpot_s.value.p95 <= 0.030);
  CHECK(below.e2e_s.value.p99 <= 25);
  const auto above = serve(model, chat(best.rate_per_s * 1.02));
  CHECK((!above.stable || above.ttft_s.value.p95 > 1.0 || above.tpot_s.value.p95 > 0.030 ||
         above.e2e_s.value.p99 > 25));
}

TEST_CASE("looser targets never lower the rate, stricter ones name themselves", "[llm]") {
  Box box;
  const auto model = box.serving();
  double before = 0;
  for (double seconds = 0.05; seconds < 100; seconds *= 1.5) {
    const auto best = max_rate_at_targets(model, chat(), ttft_p95(seconds));
    CHECK(best.rate_per_s >= before);
    before = best.rate_per_s;
  }
  CHECK(max_rate_at_targets(model, chat(), ttft_p95(1e-4)).rate_per_s == 0);
  CHECK(max_rate_at_targets(model, chat(), ttft_p95(1e-4)).limit == Limit::ttft);
  Targets quick;
  quick.min_user_tokens_per_s = 60;
  CHECK(max_rate_at_targets(model, chat(), quick).limit == Limit::user_rate);
  Targets slow;
  slow.e2e_s.p95 = 0.5;
  CHECK(max_rate_at_targets(model, chat(), slow).limit == Limit::e2e);
}

TEST_CASE("conservative targets use the high end of the band", "[llm]") {
  Box box;
  const auto model = box.serving();
  Targets targets = ttft_p95(1);
  const double likely = max_rate_at_targets(model, chat(), targets).rate_per_s;
  targets.conservative = true;
  CHECK(max_rate_at_targets(model, chat(), targets).rate_per_s < likely);
}

TEST_CASE("predictions carry the band of their calibration", "[llm]") {
  Box box;
  const auto result = serve(box.serving(), chat(1));
  CHECK(result.tpot_s.band.high == 1.25);
  CHECK(result.ttft_s.band.low == 0.6);
  CHECK(result.e2e_s.band.high == 1.8);
}

TEST_CASE("burstier arrivals wait longer", "[llm]") {
  Box box;
  Load load = chat(10);
  const auto calm = serve(box.serving(), load);
  load.arrival_cv = 3;
  const auto bursty = serve(box.serving(), load);
  CHECK(bursty.ttft_s.value.p99 > calm.ttft_s.value.p99);
}

TEST_CASE("prefix hits shorten the prefill and raise the rate", "[llm]") {
  Box box;
  const auto model = box.serving();
  Load load = chat(4);
  load.prompt = {6000, 0};
  const auto cold = serve(model, load);
  load.prefix_hit_share = 0.8;
  const auto warm = serve(model, load);
  CHECK(warm.ttft_s.value.mean < cold.ttft_s.value.mean / 2);
  CHECK(warm.saturation_rate_per_s > cold.saturation_rate_per_s);
}

TEST_CASE("closed loop: more users give more throughput until the slots are full", "[llm]") {
  Box box;
  const auto model = box.serving();
  double before = 0;
  for (double users = 1; users <= 4096; users *= 2) {
    Load load = chat();
    load.concurrency = users;
    const auto result = serve(model, load);
    REQUIRE(result.known);
    CHECK(result.rate_per_s >= before * (1 - 1e-6));
    CHECK(result.running <= result.max_running);
    before = result.rate_per_s;
    // Little's law over the whole circle.
    CHECK(result.rate_per_s * result.e2e_s.value.mean == Approx(users).epsilon(0.05));
  }
}

TEST_CASE("rerankers are limited by prefill alone", "[llm]") {
  Box box;
  box.model = fixtures::reranker();
  Load load;
  load.prompt = {500, 0};
  load.rate_per_s = 10;
  const auto result = serve(box.serving(), load);
  REQUIRE(result.stable);
  CHECK(result.running == 0);
  CHECK(result.saturated_by == Limit::prefill_compute);
  CHECK(result.e2e_s.value.mean == result.ttft_s.value.mean);
  CHECK(max_rate_at_targets(box.serving(), load, ttft_p95(0.1)).rate_per_s > 100);
}

TEST_CASE("what is unknown or does not fit says so", "[llm]") {
  Box box;
  box.device.bandwidth_bytes_per_s.reset();
  const auto unknown = serve(box.serving(), chat(1));
  CHECK_FALSE(unknown.known);
  CHECK(unknown.missing == Missing::bandwidth);
  CHECK(max_rate_at_targets(box.serving(), chat(), {}).limit == Limit::unknown);

  box = Box();
  box.model = fixtures::llama_70b();
  CHECK(max_rate_at_targets(box.serving(), chat(), {}).limit == Limit::misfit);
  CHECK(max_rate_at_targets(box.serving(), chat(), {}).rate_per_s == 0);
}

TEST_CASE("more devices for the same model never serve less", "[llm]") {
  Box box;
  box.model = fixtures::llama_70b();
  box.quantization = fixtures::fp8();
  Targets targets = ttft_p95(2);
  targets.tpot_s.p95 = 0.05;
  const double two = max_rate_at_targets(box.serving(2), chat(), targets).rate_per_s;
  const double eight = max_rate_at_targets(box.serving(8), chat(), targets).rate_per_s;
  CHECK(two > 0);
  CHECK(eight > two);
}

TEST_CASE("hostile loads give numbers, not crashes", "[llm]") {
  Box box;
  const auto model = box.serving();
  for (const double huge : {0.0, 1.0, 1e9, 1e300}) {
    Load load;
    load.prompt = {huge, huge * 2};
    load.output = {huge, 0};
    load.rate_per_s = huge;
    CHECK_NOTHROW(serve(model, load));
    CHECK_NOTHROW(max_rate_at_targets(model, load, ttft_p95(1)));
    load.concurrency = huge;
    CHECK_NOTHROW(serve(model, load));
  }
}

TEST_CASE("the explanation follows the computation", "[llm]") {
  Box box;
  StepLog log;
  const auto told = serve(box.serving(), chat(3), &log);
  CHECK(told.tpot_s.value.mean == serve(box.serving(), chat(3)).tpot_s.value.mean);
  bool found = false;
  for (const auto& step : log) {
    if (step.name == "tpot") {
      found = true;
      CHECK(step.value == told.tpot_s.value.mean);
    }
  }
  CHECK(found);
}
