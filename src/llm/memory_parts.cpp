#include "memory_parts.hpp"
#include "rackfit/units/bytes.hpp"

#include <algorithm>
#include <cmath>

namespace rackfit::llm {
namespace {

constexpr double sixteen_bit = units::sixteen_bit_bytes;

/// Bytes of an activation: models run in the precision of their unquantized parts.
double value_bytes(const Deployment& d) {
  if (!d.quantization) return sixteen_bit;
  return std::max(sixteen_bit, d.quantization->bits_per_weight / 8);
}

/// The entry for 1, 2, 4, 8 … ranks; the last one holds for more.
double by_ranks(const std::vector<double>& factors, std::int64_t ranks) {
  std::size_t i = 0;
  while (i + 1 < factors.size() && (std::int64_t{1} << (i + 1)) <= ranks) ++i;
  return factors[i];
}

/// Feed-forward elements alive at once while a token passes one dense layer, for `gated` live tensors.
double ffn_elements(const catalog::Model& m, double gated) {
  double width = 0;
  if (m.ffn) width = double(m.ffn->intermediate);
  if (m.moe) {
    const auto shared =
        m.moe->shared_intermediate > 0 ? m.moe->shared_intermediate : m.moe->shared * m.moe->intermediate;
    width = m.ffn && m.moe->dense_layers > 0 ? std::max(width, double(shared)) : double(shared);
  }
  // Without a gate there is one product less.
  const bool has_gate = !m.ffn || m.ffn->gated;
  return width * (has_gate ? gated : std::max(0.0, gated - 1));
}

double query_elements(const catalog::Model& m) {
  const auto& a = m.attention;
  if (a.type == catalog::AttentionType::mla)
    return double(a.heads) * double(a.nope_head_dim + a.rope_head_dim);
  return double(a.heads) * double(std::max(a.head_dim, a.global_head_dim));
}

}  // namespace

double divided_up(std::int64_t count, std::int64_t parts) {
  const std::int64_t divisor = std::max<std::int64_t>(1, parts);
  return double(count / divisor + (count % divisor != 0 ? 1 : 0));
}

double stage_share(const Deployment& d) {
  if (d.model->layers <= 0) return 1;
  return divided_up(d.model->layers, d.pipeline_parallel) / double(d.model->layers);
}

double device_layer_share(const Deployment& d) {
  if (!d.gpu_layers || d.model->layers <= 0) return 1;
  return std::clamp(double(*d.gpu_layers) / double(d.model->layers), 0.0, 1.0);
}

bool uses_flash_attention(const Deployment& d) {
  return d.flash_attention.value_or(engine_version(d).flash_attention.value_or(true));
}

double StepPeak::last_stage() const {
  return std::max(sampler + hidden, forward) + experts + images + latent;
}

double StepPeak::first_stage(std::int64_t stages) const {
  return stages > 1 && forward > 0 ? forward + experts + images + latent : last_stage();
}

StepPeak step_peak(const Deployment& d, const catalog::SchedulerDefaults& limits) {
  StepPeak p;
  const auto& m = *d.model;
  const auto version = engine_version(d);
  const double element = value_bytes(d);
  const double tokens = double(limits.max_batched_tokens);
  const double hidden = double(m.hidden);
  const double ranks = double(d.tensor_parallel);
  if (version.sampler_bytes_per_logit && *version.sampler_bytes_per_logit > 0 && generates(m)) {
    const double rows = double(limits.max_num_seqs) * double(1 + d.speculative_tokens);
    // Of the bytes per logit one 16-bit value is the logit itself.
    p.sampler = (*version.sampler_bytes_per_logit + element - sixteen_bit) * rows * double(m.vocab);
  }
  const auto& factors =
      m.moe && !version.moe_hidden_factors.empty() ? version.moe_hidden_factors : version.hidden_factors;
  if (!factors.empty()) {
    p.hidden = by_ranks(factors, d.tensor_parallel) * tokens * hidden * element;
  } else if (version.hidden_factor) {
    p.hidden = *version.hidden_factor * tokens * hidden * element;
  }
  if (version.forward_ffn_factor || version.forward_hidden_factor) {
    p.forward = tokens * element *
                (ffn_elements(m, version.forward_ffn_factor.value_or(0)) / ranks +
                 version.forward_hidden_factor.value_or(0) * hidden);
  }
  if (m.moe && d.engine && d.engine->moe_matrices > 0) {
    // Each token is copied to its experts: one workspace holds the products of all matrices but the last, the
    // other what goes into it; both also take turns at holding hidden states.
    const double inner = double(m.moe->intermediate) / ranks;
    const double width =
        std::max(double(d.engine->moe_matrices - 1) * inner, hidden) + std::max(inner, hidden);
    p.experts = tokens * double(m.moe->active) * width * element;
  }
  if (m.kind == catalog::ModelKind::vision && version.encoder_bytes_per_pixel) {
    const auto pixels = m.image_token_pixels ? m.image_token_pixels : version.image_token_pixels;
    p.images = tokens * double(pixels.value_or(0)) * *version.encoder_bytes_per_pixel;
  }
  if (m.attention.type == catalog::AttentionType::mla && version.latent_workspace_tokens) {
    p.latent = double(*version.latent_workspace_tokens) *
               double(m.attention.kv_lora_rank + m.attention.rope_head_dim) * element;
  }
  return p;
}

double compute_buffer_bytes(const Deployment& d, double context_tokens) {
  if (!d.engine || !d.engine->ubatch_tokens) return 0;
  const auto& m = *d.model;
  const auto& e = *d.engine;
  const double batch = double(d.ubatch_tokens.value_or(*e.ubatch_tokens));
  const double hidden = double(m.hidden);
  const double logits = generates(m) ? e.buffer_bytes_per_logit.value_or(0) * double(m.vocab) : 0;
  double widest = batch * (logits + e.buffer_bytes_per_hidden.value_or(0) * hidden);
  if (!e.compute_buffer) return widest;
  const auto& c = *e.compute_buffer;
  const double residuals = c.residuals * hidden;
  widest = std::max(widest, batch * c.value_bytes * (ffn_elements(m, c.ffn) + residuals));
  if (m.moe) {
    const double per_expert = c.expert_hidden * hidden + c.expert_inner * double(m.moe->intermediate);
    widest = std::max(widest, batch * c.value_bytes * (double(m.moe->active) * per_expert + residuals));
  }
  const bool flash = uses_flash_attention(d);
  // Inputs are copied so that batches can overlap; with a part of the weights in host memory they cannot.
  const bool spread = d.pipeline_parallel > 1 && device_layer_share(d) >= 1 && d.host_expert_share <= 0;
  const double copies = spread ? c.copies : 1;
  double attention = batch * c.value_bytes * (c.queries * query_elements(m) + residuals);
  attention += copies * batch * context_tokens * (flash ? c.flash_mask_bytes : c.mask_bytes);
  if (spread) attention += copies * batch * c.value_bytes * hidden;
  if (!flash) attention += batch * c.value_bytes * double(m.attention.heads) * context_tokens;
  if (flash && m.attention.type == catalog::AttentionType::mla && c.expanded_bytes > 0) {
    const auto& a = m.attention;
    const double per_head = double(a.nope_head_dim + a.rope_head_dim + a.v_head_dim);
    attention += c.expanded_bytes * double(a.heads) * per_head * context_tokens;
    const double product =
        c.value_bytes * double(a.heads) * double(a.nope_head_dim + a.v_head_dim) * context_tokens;
    attention += c.expansion_batch_bytes > 0 ? std::min(c.expansion_batch_bytes, product) : product;
  }
  return std::max(widest, attention);
}

double prompt_peak_bytes(const Deployment& d, const KvLayout& kv, double sequences, double tokens) {
  const auto version = engine_version(d);
  if (!version.prompt) return 0;
  const auto& p = *version.prompt;
  const auto& m = *d.model;
  const double prompt = d.prompt_tokens > 0 ? std::min(d.prompt_tokens, tokens) : tokens;
  const double batch = prompt * sequences;
  const double logit = p.bytes_per_logit + (d.devices() > 1 ? p.bytes_per_logit_spread : 0);
  // A layer's feed-forward part, its attention and the logits follow each other: the largest counts.
  const double ffn =
      sixteen_bit * batch * (ffn_elements(m, p.ffn_factor) + p.hidden_factor * double(m.hidden));
  const double scores = p.bytes_per_score * sequences * double(m.attention.heads) * prompt * prompt;
  const double logits = generates(m) ? batch * logit * double(m.vocab) : 0;
  const double peak = std::max({ffn, scores, logits});
  // The cache is smaller while the prompt is worked through than in the end.
  const double final_cache = kv.held_bytes(tokens) * sequences;
  const double decoding = (p.kv_copies - 1) * final_cache;
  const double working = peak + kv.held_bytes(prompt) * sequences - final_cache;
  const double tables = p.rotary_bytes * double(m.layers) * double(m.attention.head_dim) *
                        double(m.context_tokens.value_or(0)) * stage_share(d);
  return std::max({decoding, working, 0.0}) + tables;
}

double reserve_bytes(const Deployment& d, const catalog::SchedulerDefaults& limits, double device_bytes) {
  // A utilization that somebody sets takes the place of the engine's own formula.
  if (!d.engine || !d.engine->reserve || d.memory_utilization) return 0;
  const auto& r = *d.engine->reserve;
  const double sum = r.base_bytes + r.per_prefill_token_bytes * double(limits.max_batched_tokens) +
                     r.per_rank_bytes * double(d.tensor_parallel * d.pipeline_parallel) +
                     r.per_graph_batch_bytes * double(limits.max_num_seqs);
  return device_bytes > r.floor_above_bytes ? std::max(sum, r.floor_bytes) : sum;
}

double non_torch_bytes(const Deployment& d) {
  if (!d.engine) return 0;
  const auto version = engine_version(d);
  const bool parallel = d.tensor_parallel * d.data_parallel_attention > 1;
  const double fixed =
      d.engine->fixed_overhead_bytes + d.engine->vocabulary_overhead_bytes * double(d.model->vocab);
  if (parallel) return fixed + version.non_torch_parallel_bytes.value_or(0);
  const double single = version.non_torch_single_bytes.value_or(0);
  return fixed + (d.pipeline_parallel > 1 ? version.non_torch_stage_bytes.value_or(single) : single);
}

double graph_bytes(const Deployment& d) {
  const auto version = engine_version(d);
  if (!version.graph_memory) return version.graphs_bytes.value_or(0);
  const auto& g = *version.graph_memory;
  const auto& m = *d.model;
  const double layers = stage_share(d) * double(m.layers);
  const double mixed = m.layers > 0 ? double(moe_layers(m)) / double(m.layers) : 0;
  const double weight = 1 + (g.moe_factor - 1) * mixed;
  return g.base_bytes +
         layers * weight *
             (g.per_layer_bytes + g.per_layer_hidden_bytes * double(m.hidden) / double(d.tensor_parallel));
}

}  // namespace rackfit::llm
