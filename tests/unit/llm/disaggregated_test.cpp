// Prompts and answers on instances of their own: what dividing the work can and cannot do.
#include <cmath>

#include "rackfit/llm/serving.hpp"
#include "rackfit/llm/speculation.hpp"
#include "support/catch.hpp"
#include "support/llm_fixtures.hpp"

using namespace rackfit::llm;
using namespace rackfit;

namespace {

struct Box {
  catalog::Model model = fixtures::llama_70b();
  catalog::Device device = fixtures::h100();
  catalog::Engine engine = fixtures::vllm();
  catalog::Calibration calibration = fixtures::calibration();
  catalog::Quantization format = fixtures::fp8();

  Deployment together() const {
    Deployment d;
    d.model = &model;
    d.device = &device;
    d.engine = &engine;
    d.calibration = &calibration;
    d.quantization = &format;
    d.tensor_parallel = 2;
    return d;
  }
  Deployment apart(std::int64_t prefill, std::int64_t decode, double share = 1) const {
    Deployment d = together();
    d.disaggregation = Disaggregation{prefill, decode, 450e9, 10e-6, share, share};
    return d;
  }
};

Load documents(double rate) {
  Load load;
  load.prompt = {4000, 8000};
  load.output = {200, 400};
  load.rate_per_s = rate;
  return load;
}

}  // namespace

TEST_CASE("a token takes no longer where no prompt comes between, at the same number of running sequences") {
  const Box box;
  const ServingModel together = serving_model(box.together());
  const ServingModel apart = serving_model(box.apart(1, 1));
  for (const double share : {0.1, 0.3, 0.6, 0.9}) {
    const double limit = serve(together, documents(1e-3)).saturation_rate_per_s;
    const ServingResult one = serve(together, documents(share * limit));
    const ServingResult two = serve(apart, documents(share * limit));
    REQUIRE(one.stable);
    REQUIRE(two.stable);
    INFO(share);
    CHECK(two.tpot_s.value.mean <= one.tpot_s.value.mean);
    CHECK(two.running <= one.running);
  }
}

TEST_CASE("the first token waits for the KV cache to cross the link") {
  const Box box;
  Deployment fast = box.apart(1, 1);
  Deployment slow = fast;
  slow.disaggregation->link_bytes_per_s = 5e9;
  const ServingModel a = serving_model(fast);
  const ServingModel b = serving_model(slow);
  Load load = documents(0.01);
  load.prompt.p95 = 0;
  const double bytes = a.memory.kv.held_bytes(load.prompt.mean);
  const double crossing = bytes / 5e9 - bytes / 450e9;
  CHECK(crossing > 0.05);
  CHECK(serve(b, load).ttft_s.value.mean - serve(a, load).ttft_s.value.mean ==
        Approx(crossing).epsilon(0.05));
  slow.disaggregation->link_latency_s += 1;
  CHECK(serve(serving_model(slow), load).ttft_s.value.mean - serve(b, load).ttft_s.value.mean ==
        Approx(1).epsilon(0.05));
}

TEST_CASE("a group takes what the weaker pool takes, less what pools lose against each other") {
  const Box box;
  const auto saturation = [&](std::int64_t prefill, std::int64_t decode, double share) {
    return serve(serving_model(box.apart(prefill, decode, share)), documents(1e-3)).saturation_rate_per_s;
  };
  const double one = saturation(1, 1, 1);
  CHECK(saturation(1, 1, 0.9) == Approx(0.9 * one).epsilon(0.01));
  CHECK(saturation(2, 2, 1) == Approx(2 * one).epsilon(0.01));
  // Prompts of 4000 tokens with answers of 200: the pool for prompts is the weaker one.
  CHECK(serve(serving_model(box.apart(1, 1)), documents(1e-3)).saturated_by == Limit::prefill_compute);
  CHECK(saturation(2, 1, 1) > 1.5 * one);
  CHECK(saturation(1, 2, 1) == Approx(one).epsilon(0.01));
}

TEST_CASE("a slow link limits the rate and is named") {
  const Box box;
  Deployment d = box.apart(2, 2);
  d.disaggregation->link_bytes_per_s = 0.05e9;
  const ServingResult r = serve(serving_model(d), documents(1e-3));
  CHECK(r.saturated_by == Limit::kv_transfer);
  CHECK(to_string(r.saturated_by) == "kv-transfer");
  d.disaggregation->link_bytes_per_s = 0;
  const ServingResult unknown = serve(serving_model(d), documents(1e-3));
  CHECK_FALSE(unknown.known);
  CHECK(unknown.missing == Missing::link);
}

TEST_CASE("beyond its capacity a group's queue grows without end, and targets bound its rate") {
  const Box box;
  const ServingModel m = serving_model(box.apart(1, 1, 0.9));
  const double edge = serve(m, documents(1e-3)).saturation_rate_per_s;
  CHECK_FALSE(serve(m, documents(1.01 * edge)).stable);
  CHECK(std::isinf(serve(m, documents(1.01 * edge)).ttft_s.value.p95));
  double before = 0;
  for (const double share : {0.2, 0.5, 0.8, 0.95}) {
    const double ttft = serve(m, documents(share * edge)).ttft_s.value.p95;
    CHECK(ttft > before);
    before = ttft;
  }
  Targets targets;
  targets.ttft_s.p95 = 2.5;
  const MaxRate held = max_rate_at_targets(m, documents(0), targets);
  CHECK(held.rate_per_s > 0);
  CHECK(held.rate_per_s < edge);
  CHECK(held.limit == Limit::ttft);
  CHECK(held.at_rate.ttft_s.value.p95 <= 2.5);
  CHECK(max_rate_at_targets(m, documents(0), Targets()).rate_per_s <= edge);
}

TEST_CASE("more requests in progress never lower the throughput of a group") {
  const Box box;
  const ServingModel m = serving_model(box.apart(1, 2, 0.9));
  Load load = documents(0);
  load.rate_per_s.reset();
  double before = 0;
  for (const double users : {1.0, 4.0, 16.0, 64.0, 256.0, 4096.0}) {
    load.concurrency = users;
    const ServingResult r = serve(m, load);
    REQUIRE(r.stable);
    CHECK(r.rate_per_s >= before * 0.999);
    CHECK(r.rate_per_s <= r.saturation_rate_per_s * 1.0001);
    // Little: everyone in progress is somewhere.
    CHECK(r.rate_per_s * r.e2e_s.value.mean == Approx(users).epsilon(0.1));
    before = r.rate_per_s;
  }
}

TEST_CASE("pools within a node use its link, others the network") {
  catalog::ServingHabits habits;
  habits.network_per_device_bytes_per_s.value = 50e9;
  habits.kv_transfer_latency_s.value = 10e-6;
  const auto h100 = fixtures::h100();
  CHECK(disaggregation(1, 1, true, h100, habits).link_bytes_per_s == 450e9);
  CHECK(disaggregation(1, 1, false, h100, habits).link_bytes_per_s == 50e9);
  const auto card = fixtures::rtx4090();
  CHECK(disaggregation(1, 1, true, card, habits).link_bytes_per_s == Approx(31.5e9).epsilon(0.01));
}
