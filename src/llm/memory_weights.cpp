// Weights: which part of a model is stored in which format, and where it is.
#include <algorithm>
#include <cmath>

#include "memory_explain.hpp"
#include "memory_parts.hpp"
#include "rackfit/llm/training.hpp"

namespace rackfit::llm {
namespace {

constexpr double sixteen_bit = 2;  // bytes
constexpr double bits = 8;         // in a byte

/// Share of the KV heads that one tensor-parallel rank holds; above 1/tp when heads are replicated.
double kv_head_share(std::int64_t heads, std::int64_t tensor_parallel) {
  return heads > 0 ? divided_up(heads, tensor_parallel) / double(heads) : 1.0 / double(tensor_parallel);
}

/// Share of the routed experts on one device.
double expert_share(const Deployment& d) {
  const std::int64_t ranks = d.tensor_parallel * d.data_parallel_attention;
  if (d.data_parallel_attention == 1 || !d.model->moe || d.model->moe->experts <= 0)
    return 1.0 / double(ranks);
  return divided_up(d.model->moe->experts, ranks) / double(d.model->moe->experts);
}

/// Bytes per parameter, by part.
struct Formats {
  double attention = sixteen_bit, dense = sixteen_bit, experts = sixteen_bit;
  double table = sixteen_bit, head = sixteen_bit, small = sixteen_bit, tower = sixteen_bit;
};

Formats formats(const Deployment& d, bool tied) {
  Formats f;
  if (!d.quantization) return f;
  const auto& q = *d.quantization;
  const double body = q.body_bits.value_or(q.bits_per_weight) / bits;
  f.attention = f.dense = f.experts = body;
  using catalog::Coverage;
  const bool latent = d.model->attention.type == catalog::AttentionType::mla;
  if (q.coverage == Coverage::experts) f.attention = f.dense = sixteen_bit;
  if (q.coverage == Coverage::feed_forward || (q.coverage == Coverage::feed_forward_if_latent && latent))
    f.attention = sixteen_bit;
  if (!q.embeddings_16_bit) {
    f.table = f.head = q.bits_per_weight / bits;
    f.small = std::max(sixteen_bit, body);
    if (q.output_bits) f.head = *q.output_bits / bits;
    if (q.embedding_bits) f.table = *q.embedding_bits / bits;
    // A table that is the output projection too is stored as well as one.
    if (tied) f.table = f.head;
  }
  // GGUF files and MLX's text engine hold the language model alone; an image encoder is a file or program of
  // its own.
  if (q.family == "gguf" || q.family == "mlx") f.tower = 0;
  return f;
}

/// Rotary tables, which every rank keeps whole.
double rotary_bytes(const Deployment& d) {
  const double per_element = engine_version(d).rotary_bytes.value_or(0);
  if (per_element <= 0) return 0;
  const auto& m = *d.model;
  const auto& a = m.attention;
  const bool latent = a.type == catalog::AttentionType::mla;
  const double width = double(latent ? a.rope_head_dim : a.head_dim);
  double positions = double(m.rope_positions.value_or(m.context_tokens.value_or(0)));
  // Where only full-attention layers scale their positions, sliding layers have a table of their own.
  if (m.rope_positions && layer_kinds(m).sliding > 0) positions += double(m.context_tokens.value_or(0));
  return per_element * width * positions;
}

/// LoRA adapters on one rank: the down-projections are replicated, the up-projections divided.
double adapter_bytes(const Deployment& d) {
  if (d.lora_adapters <= 0) return 0;
  const double all = lora_parameters(*d.model, d.lora_rank) * sixteen_bit * double(d.lora_adapters);
  const double halves = (1 + 1 / double(d.tensor_parallel)) / 2;
  return all * halves * stage_share(d);
}

/// Draft model, or layers of multi-token prediction: one layer of the model and a projection of two states.
double draft_bytes(const Deployment& d, double layer_bytes) {
  double bytes = 0;
  if (d.draft) {
    Deployment draft = d;
    draft.model = d.draft;
    draft.quantization = d.draft_quantization;
    draft.draft = nullptr;
    draft.lora_adapters = draft.mtp_layers = 0;
    draft.gpu_layers.reset();
    draft.pipeline_parallel = 1;
    bytes += weight_bytes(draft).per_device;
  }
  const double hidden = double(d.model->hidden);
  return bytes +
         double(d.mtp_layers) * (layer_bytes + 2 * hidden * hidden * sixteen_bit / double(d.tensor_parallel));
}

}  // namespace

WeightBytes weight_bytes(const Deployment& d, StepLog* log) {
  const auto& m = *d.model;
  const Parameters p = count_parameters(m, log);
  const bool tied = p.lm_head <= 0;
  const Formats f = formats(d, tied);
  const double tp = double(d.tensor_parallel);
  const double rest = p.remainder_is_body ? p.remainder : 0;
  const double tower_parameters = p.remainder_is_body ? 0 : p.remainder;
  double head_parameters = p.lm_head;
  if (tied && generates(m) && d.engine && d.quantization &&
      std::count(d.engine->unties.begin(), d.engine->unties.end(), d.quantization->row.id) > 0) {
    head_parameters = p.embeddings;
  }

  const double replicated = p.attention_shared * f.attention + (p.router + p.norms) * f.small;
  const double kv = p.attention_kv * f.attention * kv_head_share(m.attention.kv_heads, d.tensor_parallel);
  const double split = ((p.attention + rest) * f.attention + (p.dense_ffn + p.shared_experts) * f.dense) / tp;
  const double experts = p.experts * f.experts * expert_share(d);
  const double tower = tower_parameters * f.tower / tp;
  const double table = p.embeddings * f.table / tp;
  const double head = head_parameters * f.head / tp;

  WeightBytes w;
  const double on_device = device_layer_share(d);
  const double experts_here = experts * (1 - std::clamp(d.host_expert_share, 0.0, 1.0));
  const double always = replicated + kv + split;
  const double layers = (always + experts_here) * on_device * stage_share(d);
  // With several stages the first holds the table and the tower, the last the head; tied tables are held
  // twice. When layers are offloaded the table stays in host memory: only single rows of it are read.
  const bool offloads = on_device < 1;
  const double first = (offloads && !tied ? 0 : table) + tower;
  const double ends =
      d.pipeline_parallel > 1 ? std::max(first, tied && head <= 0 ? table : head) : first + head;
  const double rotary = rotary_bytes(d);
  w.adapters = adapter_bytes(d);
  w.draft = draft_bytes(d, m.layers > 0 ? (always + experts) / double(m.layers) : 0);
  w.per_device = layers + ends + rotary + w.adapters + w.draft;
  w.total = (p.attention + p.attention_kv + p.attention_shared + rest) * f.attention +
            (p.dense_ffn + p.shared_experts) * f.dense + p.experts * f.experts + p.embeddings * f.table +
            head_parameters * f.head + (p.router + p.norms) * f.small + tower_parameters * f.tower;
  // One row of the table is read per token, but a tied table is read whole as the output projection.
  const double projection = head_parameters > 0 ? head : generates(m) ? table : 0;
  const double ranks = tp * double(d.data_parallel_attention);
  w.read_experts = experts_here * on_device;
  w.read_always = always * on_device + projection;
  w.read_host_always = always * (1 - on_device) * tp;
  w.read_host_experts = (experts - experts_here * on_device) * ranks;
  w.host = w.read_host_always + w.read_host_experts + (offloads && !tied ? table * tp : 0);
  w.replicated = replicated * stage_share(d) * on_device + rotary;
  if (log) explain_weights(d, w, f.experts, f.table, *log);
  return w;
}

}  // namespace rackfit::llm
