// Weights: which part of a model is stored in which format, and where it is.
#include <algorithm>
#include <cmath>

#include "memory_explain.hpp"
#include "memory_parts.hpp"
#include "rackfit/llm/training.hpp"
#include "rackfit/units/bytes.hpp"

namespace rackfit::llm {
namespace {

constexpr double sixteen_bit = units::sixteen_bit_bytes;
constexpr double bits = 8;  // in a byte

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

/// What of one layer is on one rank.
struct RankLayer {
  double replicated = 0, divided = 0, experts = 0;
  double always() const { return replicated + divided; }
};

/// Divides a file's layers over tensor-parallel ranks: the file knows bytes, the architecture knows which
/// share of the attention is replicated.
class RankLayers {
 public:
  RankLayers(const Deployment& d, const Parameters& p)
      : tp_(double(d.tensor_parallel)), experts_(expert_share(d)) {
    const double rest = p.remainder_is_body ? p.remainder : 0;
    const double all = p.attention + p.attention_kv + p.attention_shared + rest;
    if (all <= 0) return;
    shared_ = p.attention_shared / all;
    const double kv = p.attention_kv / all;
    divided_ = kv * kv_head_share(d.model->attention.kv_heads, d.tensor_parallel) + (1 - shared_ - kv) / tp_;
  }

  RankLayer of(const catalog::LayerWeights& layer) const {
    const double divided = divided_ < 0 ? 1 / tp_ : divided_;
    return {layer.attention * shared_ + layer.whole, layer.attention * divided + layer.dense / tp_,
            layer.experts * experts_};
  }

 private:
  double tp_, experts_;
  double shared_ = 0, divided_ = -1;
};

void scale(WeightBytes& w, double factor) {
  for (double* part : {&w.per_device, &w.total, &w.read_always, &w.read_experts, &w.replicated, &w.host,
                       &w.read_host_always, &w.read_host_experts}) {
    *part *= factor;
  }
}

/// The same as weight_bytes() with every layer's own bytes, so that the fullest stage is the one that really
/// is.
WeightBytes weights_of_file(const Deployment& d, const catalog::FileWeights& file, const Parameters& p,
                            StepLog* log) {
  const bool tied = file.head <= 0;
  const double tp = double(d.tensor_parallel);
  const bool unties =
      tied && generates(*d.model) && d.engine && d.quantization &&
      std::count(d.engine->unties.begin(), d.engine->unties.end(), d.quantization->row.id) > 0;
  const double table = file.table / tp, head = (unties ? file.table : file.head) / tp;
  const std::size_t count = file.layers.size();
  const auto stages = static_cast<std::size_t>(std::max<std::int64_t>(1, d.pipeline_parallel));
  // The last layers are the ones that stay on the devices when some are offloaded.
  const auto here = static_cast<std::size_t>(std::llround(device_layer_share(d) * double(count)));
  const std::size_t first_here = count - here;
  const bool offloads = here < count;
  const double kept = 1 - std::clamp(d.host_expert_share, 0.0, 1.0);
  const RankLayers ranks(d, p);

  WeightBytes w;
  RankLayer host, device;
  std::vector<double> stage(stages, 0);
  for (std::size_t i = 0; i < count; ++i) {
    const RankLayer layer = ranks.of(file.layers[i]);
    RankLayer& place = i < first_here ? host : device;
    place.replicated += layer.replicated;
    place.divided += layer.divided;
    place.experts += layer.experts;
    if (i >= first_here) stage[(i - first_here) * stages / here] += layer.always() + layer.experts * kept;
  }
  stage.front() += (offloads && !tied ? 0 : table) + file.encoders / tp;
  stage.back() += stages > 1 && tied && head <= 0 ? table : head;
  const double rotary = rotary_bytes(d);
  w.adapters = adapter_bytes(d);
  w.draft = draft_bytes(d, (device.always() + device.experts + host.always() + host.experts) / double(count));
  w.per_device = *std::max_element(stage.begin(), stage.end()) + file.whole + rotary + w.adapters + w.draft;
  w.total = file.sum + (unties ? file.table : 0);
  const double projection = head > 0 ? head : generates(*d.model) ? table : 0;
  const double all_ranks = tp * double(d.data_parallel_attention);
  w.read_always = device.always() + file.whole + projection;
  w.read_experts = device.experts * kept;
  w.read_host_always = host.always() * tp;
  w.read_host_experts = (host.experts + device.experts * (1 - kept)) * all_ranks;
  w.host = w.read_host_always + w.read_host_experts + (offloads && !tied ? table * tp : 0);
  w.replicated = device.replicated / double(stages) + file.whole + rotary;
  if (log) explain_file_weights(d, file, w, *log);
  return w;
}

}  // namespace

const catalog::FileWeights* exact_weights(const Deployment& d) {
  const catalog::FileWeights* file = d.model->file_weights.get();
  if (!file || file->sum <= 0) return nullptr;
  constexpr double plain_bits = 16;
  if (!d.quantization) return file->format_id.empty() ? file : nullptr;
  if (file->format_id == d.quantization->row.id) return file;
  return file->format_id.empty() && d.quantization->bits_per_weight == plain_bits ? file : nullptr;
}

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

  if (const auto* file = exact_weights(d); file && !file->layers.empty())
    return weights_of_file(d, *file, p, log);

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
  // An index states the sum only, layers that no engine loads included: far above the estimate it says
  // nothing.
  constexpr double believable = 1.02;
  if (const auto* file = exact_weights(d); file && file->sum < w.total * believable)
    scale(w, file->sum / w.total);
  if (log) explain_weights(d, w, f.experts, f.table, *log);
  return w;
}

}  // namespace rackfit::llm
