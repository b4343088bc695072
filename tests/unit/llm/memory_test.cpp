// The mistakes that users report of sizing tools, each by its name, and properties that must always hold.
#include "rackfit/llm/memory.hpp"

#include <cmath>

#include "support/catch.hpp"
#include "support/llm_fixtures.hpp"

using namespace rackfit::llm;
using namespace rackfit;
using fixtures::gib;

namespace {

/// Owns the rows that a deployment refers to.
struct Box {
  catalog::Model model = fixtures::llama_8b();
  catalog::Device device = fixtures::h100();
  catalog::Engine engine = fixtures::vllm();
  std::optional<catalog::Quantization> quantization;
  std::optional<catalog::KvFormat> kv_format;

  Deployment on(std::int64_t tensor_parallel = 1) const {
    Deployment d;
    d.model = &model;
    d.device = &device;
    d.engine = &engine;
    d.quantization = quantization ? &*quantization : nullptr;
    d.kv_format = kv_format ? &*kv_format : nullptr;
    d.tensor_parallel = tensor_parallel;
    return d;
  }
};

bool has(const Memory& memory, Misfit kind) {
  for (const auto& reason : memory.reasons) {
    if (reason.kind == kind) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("Llama-3.3-70B in FP8 on one H100: the weights fit, its context does not", "[llm]") {
  Box box;
  box.model = fixtures::llama_70b();
  box.quantization = fixtures::fp8();
  const Memory m = memory(box.on());
  CHECK(m.stack.weights / gib == Approx(67.7).epsilon(0.01));
  CHECK_FALSE(m.fits());
  CHECK(memory(box.on(2)).fits());
}

TEST_CASE("a misfit names the numbers that disagree", "[llm]") {
  Box box;
  box.model = fixtures::llama_70b();
  const Memory m = memory(box.on());
  REQUIRE(has(m, Misfit::weights_exceed_memory));
  CHECK(m.reasons[0].needed > m.reasons[0].available);
  CHECK(describe(m.reasons[0]).find("are usable") != std::string::npos);
  CHECK(to_string(m.reasons[0].kind) == "weights-exceed-memory");
}

TEST_CASE("Qwen3-32B on one H100 does not reach 32000 tokens", "[llm]") {
  Box box;
  box.model = fixtures::qwen3_32b();
  Deployment d = box.on();
  d.context_tokens = 32000;
  CHECK_FALSE(memory(d).fits());
  d.tensor_parallel = 2;
  CHECK(memory(d).fits());
}

TEST_CASE("weights of Llama-3.1-8B as vLLM loads them", "[llm]") {
  // Measured by the llm-d planner's sweep with vLLM 0.19 on H100: 14.99, 8.49 (FP8, embeddings stay at 16
  // bit), 7.51 (two ranks), 3.77 GiB (four).
  Box box;
  CHECK(weight_bytes(box.on()).per_device / gib == Approx(14.99).epsilon(0.01));
  CHECK(weight_bytes(box.on(2)).per_device / gib == Approx(7.51).epsilon(0.01));
  CHECK(weight_bytes(box.on(4)).per_device / gib == Approx(3.77).epsilon(0.01));
  box.quantization = fixtures::fp8();
  CHECK(weight_bytes(box.on()).per_device / gib == Approx(8.49).epsilon(0.01));
}

TEST_CASE("KV pool of Llama-3.1-8B on an H100 as vLLM 0.19 reports it", "[llm]") {
  Box box;
  Deployment d = box.on();
  d.memory_utilization = 0.95;
  CHECK(memory(d).kv_budget_bytes / gib == Approx(58.11).epsilon(0.01));
  CHECK(memory(d).max_tokens == Approx(476016).epsilon(0.01));
  d.tensor_parallel = 4;
  CHECK(memory(d).max_tokens == Approx(2209792).epsilon(0.01));
}

TEST_CASE("older engine versions take more for the sampler", "[llm]") {
  Box box;
  Deployment d = box.on();
  const double recent = memory(d).stack.activation;
  d.engine_version = "0.16.2";
  CHECK(memory(d).stack.activation - recent == Approx((38.5 - 14) * 1024 * 128256));
  d.engine_version = "0.5";  // older than all that are known: the oldest known
  CHECK(memory(d).stack.activation > recent);
}

TEST_CASE("a version entry states only what changes", "[llm]") {
  Box box;
  catalog::EngineVersion later;
  later.from = "0.22";
  later.memory_utilization = 0.92;
  box.engine.versions.push_back(later);
  Deployment d = box.on();
  d.engine_version = "0.23";
  CHECK(engine_version(d).memory_utilization == 0.92);
  CHECK(engine_version(d).sampler_bytes_per_logit == 14);
  d.engine_version = "0.19";
  CHECK(engine_version(d).memory_utilization == 0.9);
  d.engine = nullptr;
  CHECK_FALSE(engine_version(d).memory_utilization.has_value());
}

TEST_CASE("versions compare by number", "[llm]") {
  CHECK(version_less("0.9", "0.17"));
  CHECK_FALSE(version_less("0.17", "0.17"));
  CHECK_FALSE(version_less("0.17.1", "0.17"));
  CHECK(version_less("0.17", "0.17.1"));
  CHECK_FALSE(version_less("1.0", "0.99rc1"));
}

TEST_CASE("MLA KV is not divided by tensor parallelism", "[llm]") {
  Box box;
  box.model = fixtures::deepseek_v3();
  const double one = kv_layout(box.on(1)).full_bytes_per_token;
  CHECK(one == 61 * (512 + 64) * 2);
  CHECK(kv_layout(box.on(8)).full_bytes_per_token == one);
  // Attention ranks of their own share the sequences instead.
  box.quantization = fixtures::fp8();
  box.device.memory_bytes = 141 * gib;
  box.device.usable_memory_bytes.reset();
  Deployment d = box.on(8);
  const double tensor = max_sequences(d, memory(d), 8192);
  d.tensor_parallel = 1;
  d.data_parallel_attention = 8;
  CHECK(memory(d).fits());
  CHECK(max_sequences(d, memory(d), 8192) > 4 * tensor);
}

TEST_CASE("KV heads fewer than ranks are replicated, not divided", "[llm]") {
  Box box;
  CHECK(kv_layout(box.on(8)).full_bytes_per_token == kv_layout(box.on(16)).full_bytes_per_token);
  CHECK(kv_layout(box.on(8)).full_bytes_per_token == 2 * 32 * 1 * 128 * 2);
}

TEST_CASE("Gemma-3-27B: sliding layers hold no more than their window", "[llm]") {
  Box box;
  box.model = fixtures::gemma3_27b();
  const auto kv = kv_layout(box.on());
  const double all_full = 2.0 * 62 * 16 * 128 * 2 * 131072;
  CHECK(kv.held_bytes(131072) < 0.2 * all_full);
  CHECK(kv.held_bytes(512) == 2.0 * 62 * 16 * 128 * 2 * 512);
  // Long past the window only full-attention layers grow.
  CHECK(kv.held_bytes(65536) - kv.held_bytes(32768) == 2.0 * 10 * 16 * 128 * 2 * 32768);
}

TEST_CASE("hybrids: linear layers hold a constant state", "[llm]") {
  Box box;
  box.model = fixtures::hybrid();
  const auto kv = kv_layout(box.on());
  CHECK(kv.constant_bytes == 24 * (12288.0 * 2 + 524288.0 * 4));
  CHECK(kv.full_bytes_per_token == 2.0 * 8 * 8 * 128 * 2);
  CHECK_FALSE(kv.state_unknown);
  box.model.linear_state.reset();
  CHECK(kv_layout(box.on()).state_unknown);
}

TEST_CASE("rerankers and embedding models have no KV growth", "[llm]") {
  Box box;
  box.model = fixtures::reranker();
  const Memory one = memory(box.on(), 1, 512);
  const Memory many = memory(box.on(), 500, 8192);
  CHECK(one.stack.kv_cache == 0);
  CHECK(many.stack.total == one.stack.total);
  CHECK(one.stack.total / gib < 2);
  CHECK(std::isinf(one.max_sequences));
}

TEST_CASE("mixtures of experts take memory for all experts", "[llm]") {
  Box box;
  box.model = fixtures::mixtral_8x7b();
  CHECK(weight_bytes(box.on()).total == Approx(46.7e9 * 2));
  CHECK_FALSE(memory(box.on()).fits());
}

TEST_CASE("devices do not lend each other memory: fit is per device, not by sum", "[llm]") {
  // Two cards of 24 GiB have 48 GiB; a model of 42 GiB still leaves no room on either.
  Box box;
  box.device = fixtures::rtx4090();
  box.model = fixtures::dense("22.5B", 22.5e9, 48, 6144, 48, 8, 128, 16384, 131072);
  box.model.parameters = 22.5e9;
  const Memory m = memory(box.on(2));
  CHECK(m.weight.total < 2 * m.stack.device);
  CHECK_FALSE(m.fits());
}

TEST_CASE("FP8 KV doubles the tokens, not the bytes", "[llm]") {
  Box box;
  const Memory half = memory(box.on());
  box.kv_format = fixtures::kv_fp8();
  const Memory quarter = memory(box.on());
  CHECK(quarter.max_tokens == Approx(2 * half.max_tokens));
  CHECK(quarter.kv_budget_bytes == half.kv_budget_bytes);
}

TEST_CASE("tensor parallelism must divide the heads", "[llm]") {
  Box box;
  CHECK(has(memory(box.on(3)), Misfit::heads_not_divisible));
  CHECK(has(memory(box.on(64)), Misfit::heads_not_divisible));
  box.model.attention.kv_heads = 6;
  CHECK(has(memory(box.on(4)), Misfit::kv_heads_not_divisible));
}

TEST_CASE("engines and formats that do not go together are refused", "[llm]") {
  Box box;
  box.quantization = fixtures::q4_k_m();
  CHECK(has(memory(box.on()), Misfit::engine_cannot_load_format));
  box.engine = fixtures::llama_cpp();
  CHECK(memory(box.on()).fits());
  CHECK(has(memory(box.on(2)), Misfit::no_tensor_parallelism));
  box.engine.vendors = {"apple"};
  CHECK(has(memory(box.on()), Misfit::engine_not_on_device));
  box.quantization->min_compute_capability = 10.0;
  CHECK(has(memory(box.on()), Misfit::compute_capability_too_low));
}

TEST_CASE("memory that nobody knows is unknown, not zero", "[llm]") {
  Box box;
  box.device.memory_bytes.reset();
  box.device.usable_memory_bytes.reset();
  CHECK(has(memory(box.on()), Misfit::memory_unknown));
}

TEST_CASE("80 GB of nameplate is not 80 GiB of use", "[llm]") {
  Box box;
  CHECK(memory(box.on()).stack.usable / gib == Approx(79.19 * 0.9));
  Deployment d = box.on();
  d.memory_utilization = 0.5;
  CHECK(memory(d).stack.usable / gib == Approx(79.19 * 0.5));
}

TEST_CASE("CUDA graphs outside the utilization must fit beside it", "[llm]") {
  Box box;
  Deployment d = box.on();
  d.memory_utilization = 0.999;
  CHECK(has(memory(d), Misfit::graphs_exceed_slack));
  box.engine.versions[1].graphs_inside_utilization = true;
  CHECK(memory(d).fits());
  CHECK(memory(d).stack.graphs == gib);
}

TEST_CASE("a utilization of what is free leaves part of the rest, not of the device", "[llm]") {
  Box box;
  Deployment d = box.on();
  const double occupied = memory(d).stack.total - memory(d).stack.kv_cache;
  box.engine.utilization_of_free = true;
  CHECK(memory(d).kv_budget_bytes == Approx((79.19 * gib - occupied) * 0.9));
}

TEST_CASE("an engine's own reserve replaces activation formulas", "[llm]") {
  Box box;
  box.engine = catalog::Engine{};
  box.engine.reserve = catalog::Reserve{0.5 * gib, 1.5 * 1048576, gib / 8, 2 * 1048576, 10 * gib, 60 * gib};
  box.engine.scheduler = {{0, 256, 8192}};
  const double sum = 0.5 * gib + 1.5 * 8192 * 1048576 + 2 * gib / 8 + 2 * 256.0 * 1048576;
  CHECK(memory(box.on(2)).stack.activation == Approx(std::max(sum, 10 * gib)));
  box.device = fixtures::rtx4090();
  CHECK(memory(box.on(2)).stack.activation == Approx(sum));
  Deployment d = box.on();
  d.memory_utilization = 0.8;
  CHECK(memory(d).stack.activation == 0);
  CHECK(memory(d).stack.usable == Approx(0.8 * 24 * gib));
}

TEST_CASE("a context beyond the model's is refused", "[llm]") {
  Box box;
  Deployment d = box.on();
  d.context_tokens = 200000;
  CHECK(has(memory(d), Misfit::context_exceeds_model));
}

TEST_CASE("KV is held in whole blocks", "[llm]") {
  Box box;
  const auto kv = kv_layout(box.on());
  CHECK(kv.held_bytes(17) == kv.held_bytes(32));
  CHECK(kv.held_bytes(33) > kv.held_bytes(32));
}

TEST_CASE("pipeline stages divide layers, the fullest one counts", "[llm]") {
  Box box;
  Deployment d = box.on();
  d.pipeline_parallel = 3;
  CHECK(kv_layout(d).full_bytes_per_token == Approx(11.0 * 2 * 8 * 128 * 2));
  CHECK(weight_bytes(d).per_device < 0.45 * weight_bytes(box.on()).per_device);
  CHECK(weight_bytes(d).read_always == weight_bytes(box.on()).read_always);
  d.pipeline_parallel = 100;
  CHECK(has(memory(d), Misfit::too_many_stages));
}

TEST_CASE("more memory never holds fewer sequences, longer ones never more", "[llm]") {
  Box box;
  double before = 0;
  for (double size = 24; size <= 192; size += 8) {
    box.device.memory_bytes = size * gib;
    box.device.usable_memory_bytes.reset();
    box.engine.scheduler = {{0, 256, 2048}};
    const Memory m = memory(box.on(), 1, 4096);
    CHECK(m.max_sequences >= before);
    before = m.max_sequences;
  }
  const Deployment d = box.on();
  const Memory m = memory(d);
  for (double tokens = 16; tokens < 131072; tokens *= 2) {
    CHECK(max_sequences(d, m, 2 * tokens) <= max_sequences(d, m, tokens));
  }
}

TEST_CASE("the longest context is the inverse of the memory of one sequence", "[llm]") {
  Box box;
  box.device = fixtures::rtx4090();
  for (const auto& model : {fixtures::llama_8b(), fixtures::hybrid()}) {
    box.model = model;
    const Deployment d = box.on();
    const Memory m = memory(d, 1, 1024);
    INFO(model.row.name);
    REQUIRE(m.max_context_tokens > 1024);
    CHECK(m.kv.held_bytes(m.max_context_tokens) <= m.kv_budget_bytes);
    if (m.max_context_tokens < 131072) CHECK(m.kv.held_bytes(m.max_context_tokens + 1) > m.kv_budget_bytes);
  }
}

TEST_CASE("a model of unknown context is limited by memory alone", "[llm]") {
  Box box;
  box.model.context_tokens.reset();
  const Memory m = memory(box.on());
  CHECK(m.fits());
  CHECK(m.max_context_tokens > 100000);
  CHECK(m.kv.held_bytes(m.max_context_tokens) <= m.kv_budget_bytes);
  CHECK(m.kv.held_bytes(m.max_context_tokens + 1) > m.kv_budget_bytes);
  box.model = fixtures::reranker();
  box.model.context_tokens.reset();
  CHECK(std::isinf(memory(box.on()).max_context_tokens));
}

TEST_CASE("explaining changes no number", "[llm]") {
  Box box;
  StepLog log;
  const Memory told = memory(box.on(2), 4, 1000, &log);
  const Memory silent = memory(box.on(2), 4, 1000);
  CHECK(told.stack.total == silent.stack.total);
  REQUIRE(log.size() > 5);
  for (const auto& step : log) {
    INFO(step.name);
    CHECK_FALSE(step.formula.empty());
    CHECK_FALSE(step.substituted.empty());
    if (step.name == "total") CHECK(step.value == silent.stack.total);
  }
}
