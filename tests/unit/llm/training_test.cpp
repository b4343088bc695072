#include "rackfit/llm/training.hpp"

#include "support/catch.hpp"
#include "support/llm_fixtures.hpp"

using namespace rackfit::llm;
using namespace rackfit;
using fixtures::gib;

namespace {

struct Box {
  catalog::Model model = fixtures::llama_8b();
  catalog::Device device = fixtures::h100();
  catalog::Quantization nf4 = fixtures::int4();

  TrainingJob job(TrainingMethod method = TrainingMethod::full) const {
    TrainingJob j;
    j.model = &model;
    j.device = &device;
    j.method = method;
    j.base_quantization = method == TrainingMethod::qlora ? &nf4 : nullptr;
    return j;
  }
};

double states(const TrainingMemory& m) { return m.weights + m.gradients + m.optimizer; }

}  // namespace

TEST_CASE("mixed-precision Adam takes 16 bytes a parameter, ZeRO divides them", "[llm]") {
  Box box;
  auto job = box.job();
  CHECK(states(training_memory(job)) == Approx(16 * 8.03e9));
  job.data_parallel = 8;
  CHECK(states(training_memory(job)) == Approx(16 * 8.03e9));
  job.zero_stage = 1;
  CHECK(states(training_memory(job)) == Approx((4 + 12 / 8.0) * 8.03e9));
  job.zero_stage = 2;
  CHECK(states(training_memory(job)) == Approx((2 + 14 / 8.0) * 8.03e9));
  job.zero_stage = 3;
  CHECK(states(training_memory(job)) == Approx(16 / 8.0 * 8.03e9));
}

TEST_CASE("fine-tuning an 8B model whole needs several H100s, LoRA one, QLoRA a desktop card", "[llm]") {
  Box box;
  CHECK_FALSE(training_memory(box.job()).fits());
  CHECK(training_memory(box.job(TrainingMethod::lora)).fits());
  box.device = fixtures::rtx4090();
  CHECK(training_memory(box.job(TrainingMethod::qlora)).fits());
  CHECK(training_memory(box.job(TrainingMethod::qlora)).weights / gib < 6);
}

TEST_CASE("LoRA adapters of Llama-3.1-8B at rank 16 are 42 million parameters", "[llm]") {
  CHECK(lora_parameters(fixtures::llama_8b(), 16) == Approx(41.9e6).epsilon(0.01));
  CHECK(lora_parameters(fixtures::llama_8b(), 32) == Approx(2 * lora_parameters(fixtures::llama_8b(), 16)));
}

TEST_CASE("recomputation trades memory for time", "[llm]") {
  Box box;
  auto job = box.job(TrainingMethod::lora);
  job.sequence_tokens = 8192;
  job.fused_attention = false;
  job.mfu = 0.4;
  job.recomputation = Recomputation::none;
  const auto none = training_memory(job);
  const double fast = training_time(job)->tokens_per_s;
  job.recomputation = Recomputation::selective;
  const auto selective = training_memory(job);
  job.recomputation = Recomputation::full;
  const auto full = training_memory(job);
  CHECK(none.activations > selective.activations);
  CHECK(selective.activations > full.activations + full.working);
  CHECK(training_time(job)->tokens_per_s < fast);
}

TEST_CASE("longer sequences and larger batches never need less", "[llm]") {
  Box box;
  for (const auto mode : {Recomputation::none, Recomputation::selective, Recomputation::full}) {
    auto job = box.job();
    job.recomputation = mode;
    const double before = training_memory(job).total;
    job.sequence_tokens *= 2;
    const double longer = training_memory(job).total;
    CHECK(longer > before);
    job.micro_batch = 4;
    CHECK(training_memory(job).total > longer);
  }
}

TEST_CASE("tensor and pipeline parallelism divide the states", "[llm]") {
  Box box;
  auto job = box.job();
  job.tensor_parallel = 2;
  job.pipeline_parallel = 4;
  CHECK(states(training_memory(job)) == Approx(16 * 8.03e9 / 8));
  CHECK(job.devices() == 8);
}

TEST_CASE("time follows from arithmetic, peak and MFU", "[llm]") {
  Box box;
  auto job = box.job();
  CHECK_FALSE(training_time(job).has_value());
  job.mfu = 0.4;
  job.recomputation = Recomputation::none;
  job.tokens = 1e9;
  const auto time = training_time(job);
  REQUIRE(time.has_value());
  CHECK(time->tokens_per_s == Approx(989e12 * 0.4 / (6 * 8.03e9)));
  CHECK(time->duration_s.value() == Approx(1e9 / time->tokens_per_s));
  job.recomputation = Recomputation::full;
  CHECK(training_time(job)->tokens_per_s == Approx(989e12 * 0.4 / (8 * 8.03e9)));
  box.device.compute = {};
  CHECK_FALSE(training_time(job).has_value());
}

TEST_CASE("a device whose memory nobody knows does not fit", "[llm]") {
  Box box;
  box.device.memory_bytes.reset();
  box.device.usable_memory_bytes.reset();
  CHECK_FALSE(training_memory(box.job(TrainingMethod::qlora)).fits());
}
