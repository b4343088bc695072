// Catalog rows built by hand, for the tests of the room llm: a handful of real models and devices, and
// engines with round figures, so that what a test expects can be checked on paper.
#pragma once

#include <string>

#include "rackfit/llm/deployment.hpp"

namespace rackfit::llm::fixtures {

inline constexpr double gib = 1073741824.0;

inline catalog::Model dense(const std::string& name, double parameters, std::int64_t layers,
                            std::int64_t hidden, std::int64_t heads, std::int64_t kv_heads,
                            std::int64_t head_dim, std::int64_t intermediate, std::int64_t vocab) {
  catalog::Model m;
  m.row.name = name;
  m.parameters = parameters;
  m.active_parameters = parameters;
  m.layers = layers;
  m.hidden = hidden;
  m.vocab = vocab;
  m.context_tokens = 131072;
  m.tied_embeddings = false;
  m.attention.type = kv_heads == heads ? catalog::AttentionType::mha : catalog::AttentionType::gqa;
  m.attention.heads = heads;
  m.attention.kv_heads = kv_heads;
  m.attention.head_dim = head_dim;
  m.ffn = catalog::Ffn{intermediate, true};
  return m;
}

inline catalog::Model llama_8b() {
  return dense("Llama-3.1-8B", 8.03e9, 32, 4096, 32, 8, 128, 14336, 128256);
}
inline catalog::Model llama_70b() {
  return dense("Llama-3.3-70B", 70.6e9, 80, 8192, 64, 8, 128, 28672, 128256);
}
inline catalog::Model llama2_7b() {
  auto m = dense("Llama-2-7B", 6.74e9, 32, 4096, 32, 32, 128, 11008, 32000);
  m.context_tokens = 4096;
  return m;
}
inline catalog::Model qwen3_32b() {
  auto m = dense("Qwen3-32B", 32.76e9, 64, 5120, 64, 8, 128, 25600, 151936);
  m.context_tokens = 40960;
  return m;
}

inline catalog::Model gemma3_27b() {
  auto m = dense("Gemma-3-27B", 27.43e9, 62, 5376, 32, 16, 128, 21504, 262208);
  m.kind = catalog::ModelKind::vision;
  m.tied_embeddings = true;
  m.layer_kinds = catalog::LayerKinds{10, 52, 0, 1024};
  return m;
}

inline catalog::Model mixtral_8x7b() {
  auto m = dense("Mixtral-8x7B", 46.7e9, 32, 4096, 32, 8, 128, 0, 32000);
  m.active_parameters = 12.9e9;
  m.context_tokens = 32768;
  m.ffn.reset();
  m.moe = catalog::Moe{8, 2, 14336, 0, 0, 0};
  return m;
}

inline catalog::Model deepseek_v3() {
  auto m = dense("DeepSeek-V3", 671e9, 61, 7168, 128, 0, 0, 18432, 129280);
  m.active_parameters = 37e9;
  m.context_tokens = 163840;
  m.attention.type = catalog::AttentionType::mla;
  m.attention.kv_lora_rank = 512;
  m.attention.rope_head_dim = 64;
  m.attention.nope_head_dim = 128;
  m.attention.v_head_dim = 128;
  m.attention.q_lora_rank = 1536;
  m.moe = catalog::Moe{256, 8, 2048, 1, 2048, 3};
  return m;
}

inline catalog::Model reranker() {
  auto m = dense("bge-reranker-v2-m3", 0.568e9, 24, 1024, 16, 16, 64, 4096, 250002);
  m.kind = catalog::ModelKind::reranker;
  m.context_tokens = 8192;
  m.ffn->gated = false;
  return m;
}

/// Three full-attention layers in four replaced by layers of constant state, as in hybrids.
inline catalog::Model hybrid() {
  auto m = dense("hybrid", 8e9, 32, 4096, 32, 8, 128, 14336, 128256);
  m.layer_kinds = catalog::LayerKinds{8, 0, 24, 0};
  m.linear_state = catalog::LinearState{12288, 524288, 2, 4};
  return m;
}

inline catalog::Device h100() {
  catalog::Device d;
  d.row.name = "NVIDIA H100 SXM5 80GB";
  d.vendor = "nvidia";
  d.form = catalog::DeviceForm::sxm;
  d.compute_capability = 9.0;
  d.memory_bytes = 80 * gib;
  d.usable_memory_bytes = 79.19 * gib;
  d.bandwidth_bytes_per_s = 3350e9;
  d.compute.fp16 = d.compute.bf16 = 989e12;
  d.compute.fp8 = d.compute.int8 = 1979e12;
  d.link = {"nvlink", 900e9, catalog::LinkScope::node};
  d.pcie = catalog::PcieLink{5, 16};
  return d;
}

inline catalog::Device rtx4090() {
  catalog::Device d;
  d.row.name = "NVIDIA GeForce RTX 4090";
  d.vendor = "nvidia";
  d.device_class = catalog::DeviceClass::consumer;
  d.compute_capability = 8.9;
  d.memory_bytes = 24 * gib;
  d.bandwidth_bytes_per_s = 1008e9;
  d.compute.fp16 = d.compute.bf16 = 165e12;
  d.pcie = catalog::PcieLink{4, 16};
  return d;
}

inline catalog::Quantization fp8() {
  catalog::Quantization q;
  q.row.id = "fp8";
  q.family = "safetensors";
  q.bits_per_weight = 8;
  q.compute = catalog::ComputeRate::fp8;
  return q;
}

inline catalog::Quantization int4() {
  catalog::Quantization q;
  q.row.id = "awq-int4";
  q.family = "safetensors";
  q.bits_per_weight = 4.25;
  return q;
}

inline catalog::Quantization q4_k_m() {
  catalog::Quantization q;
  q.row.id = "q4_k_m";
  q.family = "gguf";
  q.bits_per_weight = 4.89;
  q.embeddings_16_bit = false;
  return q;
}

inline catalog::KvFormat kv_fp8() {
  catalog::KvFormat kv;
  kv.bytes_per_element = 1;
  return kv;
}

/// vLLM's memory behaviour as fitted to its start-up logs, two generations.
inline catalog::Engine vllm() {
  catalog::Engine e;
  e.row.id = "vllm";
  e.version = "0.19";
  e.families = {"safetensors"};
  catalog::EngineVersion old;
  old.from = "0.11";
  old.memory_utilization = 0.9;
  old.sampler_bytes_per_logit = 38.5;
  old.hidden_factor = 2.5;
  old.non_torch_single_bytes = 0.25 * gib;
  old.non_torch_parallel_bytes = 2.1 * gib;
  old.graphs_bytes = 1.0 * gib;
  old.graphs_inside_utilization = false;
  old.block_tokens = 16;
  auto recent = old;
  recent.from = "0.17";
  recent.sampler_bytes_per_logit = 14;
  e.moe_matrices = 3;
  e.versions = {old, recent};
  e.scheduler = {{0, 256, 2048}, {70 * gib, 1024, 8192}};
  return e;
}

inline catalog::Engine llama_cpp() {
  catalog::Engine e;
  e.row.id = "llama.cpp";
  e.families = {"gguf"};
  e.tensor_parallel = false;
  e.memory_margin_bytes = 1 * gib;
  e.ubatch_tokens = 512;
  e.buffer_bytes_per_logit = 4;
  e.buffer_bytes_per_hidden = 8;
  return e;
}

inline catalog::Calibration calibration() {
  catalog::Calibration c;
  c.engine = "vllm";
  c.bandwidth_efficiency = 0.9;
  c.prefill_mfu = 0.5;
  c.step_overhead_s = 3e-3;
  c.request_overhead_s = 20e-6;
  c.all_reduce_latency_s = 13e-6;
  c.decode_band = {0.8, 1.25};
  c.ttft_band = {0.6, 1.8};
  c.tier = catalog::Tier::calibrated;
  return c;
}

}  // namespace rackfit::llm::fixtures
