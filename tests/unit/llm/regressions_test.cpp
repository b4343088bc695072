// Mistakes that users reported of other sizing tools, each under the issue it is known by, against the
// bundled catalogs. A name that fails here is a bug that somebody else already had.
#include <cmath>

#include "rackfit/llm/memory.hpp"
#include "support/catch.hpp"
#include "support/world.hpp"

using namespace rackfit;
using namespace rackfit::llm;

namespace {

constexpr double gib = 1073741824.0;
constexpr double gb = 1e9;

/// A deployment by names of the bundled catalogs.
Deployment deploy(std::string_view model, std::string_view device, std::string_view engine,
                  std::string_view weights = {}) {
  const auto& all = test::built_in_catalog();
  Deployment d;
  d.model = all.models.find(model);
  d.device = all.devices.find(device);
  d.engine = all.engines.find(engine);
  REQUIRE(d.model);
  REQUIRE(d.device);
  REQUIRE(d.engine);
  const std::string_view format = weights.empty() ? std::string_view(d.model->native_quantization) : weights;
  if (!format.empty()) {
    d.quantization = all.quantizations.find(format);
    REQUIRE(d.quantization);
  }
  return d;
}

bool refused_for(const Memory& memory, Misfit kind) {
  for (const auto& reason : memory.reasons) {
    if (reason.kind == kind) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("gpustack 2412, 2462, 2614: embedding models and rerankers have no KV growth",
          "[llm][regression]") {
  const Deployment d = deploy("bge-reranker-v2-m3", "rtx-4090", "vllm");
  const Memory one = memory(d, 1, 512);
  const Memory many = memory(d, 256, 8192);
  CHECK(one.stack.kv_cache == 0);
  CHECK(many.stack.total == one.stack.total);
  // Reported as 14 to 22 GB where 0.9 to 2 GB are used.
  CHECK(many.stack.total / gb > 0.9);
  CHECK(many.stack.total / gb < 2.6);
}

TEST_CASE("gguf-parser 8: the KV cache of latent attention is the latent", "[llm][regression]") {
  const Deployment d = deploy("deepseek-v3", "h200-sxm-141gb", "llama.cpp", "q4-k-m");
  // llama.cpp and ik_llama.cpp print 2196 MiB for 32768 tokens.
  CHECK(kv_layout(d).held_bytes(32768) / 1048576 == Approx(2196));
}

TEST_CASE("gpustack 2443: a context beyond the model's needs an explicit longer context",
          "[llm][regression]") {
  Deployment d = deploy("qwen3-32b", "h200-sxm-141gb", "vllm");
  REQUIRE(d.model->context_tokens);
  d.context_tokens = 4 * *d.model->context_tokens;
  CHECK(refused_for(memory(d), Misfit::context_exceeds_model));
  auto scaled = *d.model;
  scaled.context_tokens = d.context_tokens;
  d.model = &scaled;
  CHECK_FALSE(refused_for(memory(d), Misfit::context_exceeds_model));
}

TEST_CASE("gpustack 2101: Gemma-3-27B at 128k needs 32 GB, not 139", "[llm][regression]") {
  Deployment d = deploy("gemma-3-27b-it", "h100-sxm-80gb", "llama.cpp", "q4-k-m");
  d.context_tokens = 131072;
  const Memory m = memory(d);
  CHECK(m.stack.total / gb > 26);
  CHECK(m.stack.total / gb < 36);
  CHECK(m.fits());
}

TEST_CASE("hf-mem 60, LM Studio 1862: hybrids keep a constant state in most layers", "[llm][regression]") {
  const Deployment d = deploy("qwen3-next-80b-a3b-instruct", "h200-sxm-141gb", "llama.cpp", "q4-k-m");
  const auto& a = d.model->attention;
  const double as_if_full = 2.0 * double(d.model->layers * a.kv_heads * a.head_dim) * 2 * 131072;
  CHECK(kv_layout(d).held_bytes(131072) < 0.6 * as_if_full);
  CHECK(kv_layout(d).constant_bytes > 0);
}

TEST_CASE("llmfit 230: mixtures of experts take memory for all experts", "[llm][regression]") {
  const Deployment d = deploy("qwen3-30b-a3b", "rtx-4090", "llama.cpp", "q4-k-m");
  CHECK(weight_bytes(d).total / gib == Approx(17.3).epsilon(0.03));
}

TEST_CASE("llmfit 45: devices do not lend each other memory", "[llm][regression]") {
  Deployment d = deploy("llama-3.3-70b-instruct", "rtx-4090", "vllm", "awq-int4");
  d.tensor_parallel = 2;
  d.context_tokens = 8192;
  const Memory m = memory(d);
  CHECK(m.weight.total < 2 * m.stack.device);
  CHECK_FALSE(m.fits());
}

TEST_CASE("AIC 1396: utilization and ignored layers are respected", "[llm][regression]") {
  Deployment d = deploy("gpt-oss-120b", "h100-sxm-80gb", "vllm");
  const double experts_only = weight_bytes(d).total;
  auto everything = *d.quantization;
  everything.coverage = catalog::Coverage::linear;
  d.quantization = &everything;
  CHECK(weight_bytes(d).total < experts_only);
  d.memory_utilization = 0.8;
  const double less = memory(d).kv_budget_bytes;
  d.memory_utilization = 0.9;
  CHECK(memory(d).kv_budget_bytes - less == Approx(0.1 * memory(d).stack.device));
}

TEST_CASE("llm-d-benchmark 621: Llama-70B in FP8 does not fit one H100", "[llm][regression]") {
  Deployment d = deploy("llama-3.3-70b-instruct", "h100-sxm-80gb", "vllm", "fp8");
  const Memory m = memory(d);
  CHECK(m.stack.weights / gib == Approx(67.7).epsilon(0.01));
  CHECK_FALSE(m.fits());
  d.tensor_parallel = 2;
  CHECK(memory(d).fits());
}

TEST_CASE("Qwen3-32B on one H100 with 32000 tokens does not fit", "[llm][regression]") {
  Deployment d = deploy("qwen3-32b", "h100-sxm-80gb", "vllm");
  d.context_tokens = 32000;
  CHECK_FALSE(memory(d).fits());
  d.tensor_parallel = 2;
  CHECK(memory(d).fits());
}

TEST_CASE("LLMServingSim 59: an RTX 4090 holds 41,408 KV tokens of Llama-3.1-8B", "[llm][regression]") {
  Deployment d = deploy("llama-3.1-8b-instruct", "rtx-4090", "vllm");
  d.engine_version = "0.19";
  d.memory_utilization = 0.9;
  d.context_tokens = 8192;
  CHECK(memory(d).max_tokens == Approx(41408).epsilon(0.10));
}

TEST_CASE("tensor parallelism must divide heads, and KV heads must be spread evenly", "[llm][regression]") {
  Deployment d = deploy("llama-3.1-8b-instruct", "h100-sxm-80gb", "vllm");
  d.tensor_parallel = 3;
  CHECK(refused_for(memory(d), Misfit::heads_not_divisible));
  d.tensor_parallel = 16;  // more ranks than KV heads: each head twice
  CHECK_FALSE(refused_for(memory(d), Misfit::kv_heads_not_divisible));
  CHECK(kv_layout(d).full_bytes_per_token == 32.0 * 2 * 128 * 2);
}

TEST_CASE("an FP8 cache doubles the tokens, not the GiB", "[llm][regression]") {
  Deployment d = deploy("llama-3.1-8b-instruct", "h100-sxm-80gb", "vllm");
  const Memory sixteen = memory(d);
  d.kv_format = test::built_in_catalog().kv_formats.find("fp8");
  const Memory eight = memory(d);
  CHECK(eight.kv_budget_bytes == sixteen.kv_budget_bytes);
  CHECK(eight.max_tokens == Approx(2 * sixteen.max_tokens));
}

TEST_CASE("Llama-3.1-8B quantized to FP8 at run time is 8.49 GiB, not 7.48", "[llm][regression]") {
  CHECK(weight_bytes(deploy("llama-3.1-8b-instruct", "h100-sxm-80gb", "vllm", "fp8")).per_device / gib ==
        Approx(8.49).epsilon(0.01));
}

TEST_CASE("an A100 of 80 GB keeps the small scheduler defaults", "[llm][regression]") {
  CHECK(scheduler(deploy("qwen3-8b", "a100-sxm-80gb", "vllm")).max_num_seqs == 256);
  CHECK(scheduler(deploy("qwen3-8b", "h100-sxm-80gb", "vllm")).max_num_seqs == 1024);
}

TEST_CASE("vLLM reports the KV tokens of sliding models by whole groups of layers", "[llm][regression]") {
  // Gemma-3-27B: 52 sliding layers in groups of 10 take 6 groups, so a 19.53 GiB pool is 36,560 tokens of
  // 8192 where 62 plain layers would be 41,288.
  Deployment d = deploy("gemma-3-27b-it", "h100-sxm-80gb", "vllm");
  d.engine_version = "0.19";
  d.context_tokens = 8192;
  const KvLayout kv = kv_layout(d);
  CHECK(19.53 * gib / kv.admitted_bytes(8192) * 8192 == Approx(36560).epsilon(0.005));
  // A sequence that decodes holds its window only.
  CHECK(kv.held_bytes(8192) < 0.4 * kv.admitted_bytes(8192));
}

TEST_CASE("sparse latent attention keeps an index beside the latent", "[llm][regression]") {
  // GLM-5.1 in vLLM with an FP8 cache: 19.55 GiB hold 341,504 tokens.
  Deployment d = deploy("glm-5.1", "h200-sxm-141gb", "vllm", "fp8");
  d.kv_format = test::built_in_catalog().kv_formats.find("fp8");
  CHECK(kv_layout(d).full_bytes_per_token == Approx(19.55 * gib / 341504).epsilon(0.001));
}

TEST_CASE("GGUF mixtures weigh by the share of the tables", "[llm][regression]") {
  // The average of an 8B's Q4_K_M is 4.89 bits, that of a 70B 4.82: published files of 4.58 and 39.60 GiB.
  CHECK(weight_bytes(deploy("llama-3-8b-instruct", "rtx-4090", "llama.cpp", "q4-k-m")).total / gib ==
        Approx(4.58).epsilon(0.005));
  CHECK(weight_bytes(deploy("llama-3-70b-instruct", "rtx-4090", "llama.cpp", "q4-k-m")).total / gib ==
        Approx(39.60).epsilon(0.005));
}

TEST_CASE("an older llama.cpp without flash attention pays for the scores", "[llm][regression]") {
  // Llama-3-8B at 8192 tokens, build 2824: 560 MiB on one device, 640 MiB on each of several.
  Deployment d = deploy("llama-3-8b-instruct", "rtx-4090", "llama.cpp", "q4-k-m");
  d.engine_version = "b2824";
  d.context_tokens = 8192;
  CHECK(memory(d).stack.activation / 1048576 == Approx(560).epsilon(0.01));
  d.pipeline_parallel = 4;
  CHECK(memory(d).stack.activation / 1048576 == Approx(640).epsilon(0.01));
  d.engine_version = {};
  CHECK(memory(d).stack.activation / 1048576 < 400);
}

TEST_CASE("what does not fit is offloaded: experts first, whole layers otherwise", "[llm][regression]") {
  Deployment d = deploy("qwen3-30b-a3b", "rtx-3060-12gb", "llama.cpp", "q4-k-m");
  d.context_tokens = 8192;
  REQUIRE_FALSE(memory(d).fits());
  const auto experts = offload_to_fit(d, 1, 8192);
  REQUIRE(experts);
  CHECK(experts->gpu_layers == d.model->layers);
  CHECK(experts->host_expert_share > 0.3);
  CHECK(experts->host_expert_share < 0.8);
  CHECK(memory(offloaded(d, *experts)).fits());
  CHECK(experts->host_bytes + memory(offloaded(d, *experts)).stack.weights >= 0.99 * weight_bytes(d).total);

  d = deploy("llama-3.3-70b-instruct", "rtx-4090", "llama.cpp", "q4-k-m");
  d.context_tokens = 8192;
  const auto layers = offload_to_fit(d, 1, 8192);
  REQUIRE(layers);
  CHECK(layers->gpu_layers > 30);
  CHECK(layers->gpu_layers < 50);
  CHECK(memory(offloaded(d, *layers)).fits());
  CHECK(weight_bytes(offloaded(d, *layers)).read_host_always > 0);
}

TEST_CASE("adapters, drafts and prediction layers take memory", "[llm][regression]") {
  Deployment d = deploy("llama-3.3-70b-instruct", "h100-sxm-80gb", "vllm", "fp8");
  d.tensor_parallel = 4;
  const Memory plain = memory(d);
  d.lora_adapters = 8;
  CHECK(memory(d).stack.weights > plain.stack.weights);
  d.lora_adapters = 0;
  d.draft = test::built_in_catalog().models.find("llama-3.2-1b-instruct");
  d.speculative_tokens = 4;
  const Memory drafted = memory(d);
  CHECK(drafted.weight.draft / gib > 0.5);
  CHECK(drafted.kv.full_bytes_per_token > plain.kv.full_bytes_per_token);
  CHECK(drafted.stack.activation > plain.stack.activation);

  d = deploy("glm-5.1", "h200-sxm-141gb", "vllm", "fp8");
  const double without = kv_layout(d).full_bytes_per_token;
  d.mtp_layers = 1;
  CHECK(kv_layout(d).full_bytes_per_token == Approx(without * 79 / 78));
}

TEST_CASE("activation and KV pool of vLLM 0.19 on an H100", "[llm][regression]") {
  struct Measured {
    std::string_view model;
    std::int64_t tensor_parallel, pipeline_parallel;
    double weights_gib, activation_gib, pool_gib;
  };
  // llm-d capacity planner, accuracy report: 95 % of 79.19 GiB.
  const Measured rows[] = {
      {"codellama-7b", 1, 1, 12.56, 0.77, 61.66},         {"gemma-2-2b-it", 1, 1, 4.90, 3.62, 66.47},
      {"gemma-3-4b-it", 1, 1, 8.58, 3.89, 62.51},         {"llama-3.1-8b-instruct", 1, 1, 14.99, 1.89, 58.11},
      {"llama-3.1-8b-instruct", 4, 1, 3.77, 1.89, 67.44}, {"llama-3.1-8b-instruct", 1, 2, 7.51, 1.10, 66.54},
      {"kimi-vl-a3b-instruct", 1, 1, 30.74, 2.92, 41.32}, {"qwen3-8b", 1, 1, 15.27, 2.21, 57.50},
  };
  for (const auto& row : rows) {
    INFO(row.model << " over " << row.tensor_parallel << " × " << row.pipeline_parallel);
    Deployment d = deploy(row.model, "h100-sxm-80gb", "vllm", "bf16");
    d.engine_version = "0.19.0";
    d.memory_utilization = 0.95;
    d.context_tokens = 8192;
    d.tensor_parallel = row.tensor_parallel;
    d.pipeline_parallel = row.pipeline_parallel;
    const Memory m = memory(d);
    CHECK(m.stack.weights / gib == Approx(row.weights_gib).epsilon(0.015));
    CHECK(m.stack.activation / gib == Approx(row.activation_gib).margin(0.25));
    CHECK(m.kv_budget_bytes / gib == Approx(row.pool_gib).epsilon(0.02));
  }
}

TEST_CASE("transformers: logits of the whole prompt up to 4.44, the layer's work after",
          "[llm][regression]") {
  // Qwen documentation, speed benchmarks: peak of one A100, the last 2048 tokens generated.
  const auto peak = [](std::string_view model, std::string_view version, double tokens) {
    Deployment d = deploy(model, "a100-sxm-80gb", "transformers", "bf16");
    d.engine_version = version;
    d.prompt_tokens = tokens - 2048;
    return memory(d, 1, tokens).stack.total / gib;
  };
  CHECK(peak("qwen2-7b-instruct", "4.38.2", 8192) == Approx(20.26).epsilon(0.03));
  CHECK(peak("qwen2-7b-instruct", "4.38.2", 32768) == Approx(42.62).epsilon(0.03));
  CHECK(peak("qwen2.5-14b-instruct", "4.46.0", 32768) == Approx(36.85).epsilon(0.03));
  CHECK(peak("qwen3-8b", "4.51.3", 32768) == Approx(19.79).epsilon(0.03));
}
