#include "rackfit/llm/step.hpp"

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
  double decode(double batch, double context, std::int64_t tensor_parallel = 1) const {
    return decode_step_s(step_model(on(tensor_parallel)), batch, context).value();
  }
};

}  // namespace

TEST_CASE("a decode step reads the weights once and every sequence's KV", "[llm]") {
  Box box;
  box.calibration.step_overhead_s = box.calibration.request_overhead_s = 0;
  const double weights = (8.03e9 - 128256.0 * 4096) * 2;  // the embedding table is not read
  const double kv = 2.0 * 32 * 8 * 128 * 2 * 1000;
  const double arithmetic = 4 * weights / (989e12 * 0.5);  // two bytes and two operations a parameter
  CHECK(box.decode(4, 1000) == Approx((weights + 4 * kv) / (3350e9 * 0.9) + arithmetic).epsilon(0.001));
}

TEST_CASE("longer contexts and larger batches are never faster", "[llm]") {
  for (const auto& model : {fixtures::llama_8b(), fixtures::gemma3_27b(), fixtures::deepseek_v3(),
                            fixtures::mixtral_8x7b(), fixtures::hybrid()}) {
    Box box;
    box.model = model;
    INFO(model.row.name);
    double before = 0;
    for (double context = 1; context < 200000; context *= 3) {
      CHECK(box.decode(8, context) >= before);
      before = box.decode(8, context);
    }
    before = 0;
    for (double batch = 1; batch < 2000; batch *= 2) {
      CHECK(box.decode(batch, 2000) >= before);
      before = box.decode(batch, 2000);
    }
    before = 0;
    const StepModel step = step_model(box.on());
    for (double tokens = 1; tokens < 100000; tokens *= 2) {
      CHECK(prefill_s(step, tokens).value() >= before);
      CHECK(prefill_s(step, tokens, 1000).value() >= prefill_s(step, tokens).value());
      before = prefill_s(step, tokens).value();
    }
  }
}

TEST_CASE("more bandwidth is never slower", "[llm]") {
  Box box;
  const double before = box.decode(16, 4000);
  box.device.bandwidth_bytes_per_s = 4800e9;
  CHECK(box.decode(16, 4000) < before);
}

TEST_CASE("a small batch touches few experts, a large one all", "[llm]") {
  CHECK(expert_coverage(256, 8, 1) == Approx(8.0 / 256));
  CHECK(expert_coverage(256, 8, 1000) == Approx(1));
  CHECK(expert_coverage(8, 8, 1) == 1);
  CHECK(expert_coverage(0, 0, 1) == 1);
  Box box;
  box.model = fixtures::mixtral_8x7b();
  box.calibration.step_overhead_s = 0;
  CHECK(box.decode(64, 100) > 2 * box.decode(1, 100));
}

TEST_CASE("tensor parallelism divides reading but not overhead", "[llm]") {
  Box box;
  box.model = fixtures::llama_70b();
  const double one = box.decode(1, 1000), eight = box.decode(1, 1000, 8);
  CHECK(eight < one / 3);
  CHECK(eight > one / 8);
}

TEST_CASE("without a switch the ranks talk over PCIe", "[llm]") {
  Box box;
  box.model = fixtures::llama_70b();
  const double switched = step_model(box.on(4)).comm_s_per_token;
  box.device.link.scope = catalog::LinkScope::pair;
  CHECK(step_model(box.on(2)).comm_s_per_token < step_model(box.on(4)).comm_s_per_token / 5);
  box.device.link.scope = catalog::LinkScope::none;
  CHECK(step_model(box.on(4)).comm_s_per_token > 5 * switched);
  CHECK(pcie_bandwidth_bytes_per_s(box.device).value() == Approx(63.0e9).epsilon(0.001));
}

TEST_CASE("a layer split is no faster than one device", "[llm]") {
  Box box;
  box.engine = fixtures::llama_cpp();
  Deployment d = box.on();
  const double one = decode_step_s(step_model(d), 1, 1000).value();
  d.pipeline_parallel = 4;
  CHECK(decode_step_s(step_model(d), 1, 1000).value() == Approx(one));
  CHECK(decode_step_s(step_model(d), 8, 1000).value() > one);
}

TEST_CASE("formats that the device lacks run at its 16-bit rate", "[llm]") {
  Box box;
  const double plain = step_model(box.on()).compute.per_token;
  box.quantization = fixtures::fp8();
  // The router and the tables stay at 16 bit; a dense model has no router.
  CHECK(step_model(box.on()).compute.per_token == Approx(plain * 989 / 1979));
  box.device.compute.fp8.reset();
  CHECK(step_model(box.on()).compute.per_token == Approx(plain));
}

TEST_CASE("what a format leaves at 16 bit runs at the 16-bit rate", "[llm]") {
  Box box;
  box.model = fixtures::mixtral_8x7b();
  const StepModel plain = step_model(box.on());
  box.quantization = fixtures::fp8();
  box.quantization->coverage = catalog::Coverage::experts;
  const StepModel mixed = step_model(box.on());
  CHECK(mixed.compute.per_token == Approx(plain.compute.per_token));
  CHECK(mixed.compute.per_token_experts == Approx(plain.compute.per_token_experts * 989 / 1979));
}

TEST_CASE("experts and cache have efficiencies of their own where a calibration gives them", "[llm]") {
  Box box;
  box.model = fixtures::mixtral_8x7b();
  const double before = box.decode(8, 4000);
  box.calibration.expert_bandwidth_efficiency = box.calibration.bandwidth_efficiency / 2;
  const double experts = box.decode(8, 4000);
  CHECK(experts > 1.5 * before);
  box.calibration.kv_bandwidth_efficiency = box.calibration.bandwidth_efficiency / 2;
  CHECK(box.decode(8, 4000) > experts);
}

TEST_CASE("layers with experts cost more launches than dense ones", "[llm]") {
  Box box;
  box.model = fixtures::mixtral_8x7b();
  box.calibration.layer_overhead_s = 50e-6;
  const double plain = step_model(box.on()).fixed_s;
  box.calibration.moe_layer_factor = 0.5;
  CHECK(step_model(box.on()).fixed_s - plain == Approx(32 * 25e-6));
  box.model = fixtures::llama_8b();
  CHECK(step_model(box.on()).fixed_s == Approx(plain));  // as many layers, none with experts
}

TEST_CASE("a prefill launches its layers without graphs", "[llm]") {
  Box box;
  box.calibration.layer_overhead_s = 50e-6;
  box.calibration.prefill_launch_factor = 10;
  box.calibration.request_setup_s = 5e-3;
  const StepModel step = step_model(box.on());
  CHECK(step.prefill_fixed_s == Approx(32 * 50e-6 * 10));
  CHECK(prefill_s(step, 100).value() > 32 * 50e-6 * 10 + 5e-3);
}

TEST_CASE("speculative decoding pays by the tokens it gets accepted", "[llm]") {
  Box box;
  box.model = fixtures::llama_70b();
  const catalog::Model small = fixtures::llama_8b();
  Deployment d = box.on(4);
  const double plain = decode_step_s(step_model(d), 1, 1000).value();
  d.draft = &small;
  d.speculative_tokens = 3;
  d.draft_acceptance = 0;
  CHECK(step_model(d).emitted_tokens == Approx(1));
  CHECK(decode_step_s(step_model(d), 1, 1000).value() > plain);
  d.draft_acceptance = 0.8;
  CHECK(step_model(d).emitted_tokens == Approx(1 + 0.8 + 0.64 + 0.512));
  CHECK(decode_step_s(step_model(d), 1, 1000).value() < plain);
  // With many sequences the arithmetic of the rejected tokens is no longer free.
  const double gain_alone = plain / decode_step_s(step_model(d), 1, 1000).value();
  d.draft = nullptr;
  d.speculative_tokens = 0;
  const double many = decode_step_s(step_model(d), 512, 1000).value();
  d.draft = &small;
  d.speculative_tokens = 3;
  CHECK(many / decode_step_s(step_model(d), 512, 1000).value() < gain_alone);
}

TEST_CASE("layers in host memory run at the host's bandwidth", "[llm]") {
  Box box;
  box.engine = fixtures::llama_cpp();
  box.model = fixtures::llama_70b();
  Deployment d = box.on();
  const double all = decode_step_s(step_model(d), 1, 1000).value();
  d.gpu_layers = 40;
  CHECK(step_model(d).decode_missing == Missing::host_bandwidth);
  d.host_bandwidth_bytes_per_s = 60e9;
  const double half = decode_step_s(step_model(d), 1, 1000).value();
  CHECK(half > all + 60e9 / 60e9);  // about 70 GB of 16-bit weights, one byte a nanosecond per 60
  d.host_bandwidth_bytes_per_s = 120e9;
  CHECK(decode_step_s(step_model(d), 1, 1000).value() < 0.6 * half);
}

TEST_CASE("an unknown figure makes a time unknown, not zero", "[llm]") {
  Box box;
  box.device.bandwidth_bytes_per_s.reset();
  CHECK_FALSE(decode_step_s(step_model(box.on()), 1, 100).has_value());
  CHECK(step_model(box.on()).decode_missing == Missing::bandwidth);

  box = Box();
  box.device.compute = {};
  CHECK(decode_step_s(step_model(box.on()), 1, 100).has_value());
  CHECK_FALSE(prefill_s(step_model(box.on()), 100).has_value());
  CHECK(to_string(step_model(box.on()).prefill_missing) == "peak compute rate of the device");

  box = Box();
  box.device.link = {};
  box.device.pcie.reset();
  CHECK(decode_step_s(step_model(box.on(1)), 1, 100).has_value());
  CHECK_FALSE(decode_step_s(step_model(box.on(2)), 1, 100).has_value());

  Deployment d = box.on();
  d.calibration = nullptr;
  CHECK_FALSE(decode_step_s(step_model(d), 1, 100).has_value());
}

TEST_CASE("attention makes long prompts cost more than their length", "[llm]") {
  Box box;
  const StepModel step = step_model(box.on());
  const double short_one = prefill_s(step, 8192).value(), long_one = prefill_s(step, 8 * 8192).value();
  CHECK(long_one > 9 * short_one);
}

TEST_CASE("explaining changes no time", "[llm]") {
  Box box;
  StepLog log;
  const StepModel step = step_model(box.on(2), &log);
  const double told = decode_step_s(step, 3, 500, &log).value();
  CHECK(told == decode_step_s(step_model(box.on(2)), 3, 500).value());
  CHECK(log.back().name == "decode_step");
  CHECK(log.back().value == told);
}
