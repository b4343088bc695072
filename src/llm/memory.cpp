#include "rackfit/llm/memory.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "memory_explain.hpp"

namespace rackfit::llm {
namespace {

constexpr double sixteen_bit = 2;  // bytes

double divided_up(std::int64_t count, std::int64_t parts) {
  return double((count + parts - 1) / std::max<std::int64_t>(1, parts));
}

/// Share of all layers that the fullest pipeline stage holds.
double stage_share(const Deployment& d) {
  if (d.model->layers <= 0) return 1;
  return divided_up(d.model->layers, d.pipeline_parallel) / double(d.model->layers);
}

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

struct Formats {
  double body = sixteen_bit;   // bytes per parameter
  double outer = sixteen_bit;  // embeddings, lm_head, router, norms
};

Formats formats(const Deployment& d) {
  Formats f;
  if (!d.quantization) return f;
  f.body = d.quantization->bits_per_weight / 8;
  f.outer = d.quantization->embeddings_16_bit ? sixteen_bit : f.body;
  return f;
}

double kv_element_bytes(const Deployment& d) {
  return d.kv_format ? d.kv_format->bytes_per_element : sixteen_bit;
}

double activation_bytes(const Deployment& d, const catalog::SchedulerDefaults& limits) {
  const auto& m = *d.model;
  const auto version = engine_version(d);
  double bytes = 0;
  if (version.sampler_bytes_per_logit && generates(m)) {
    bytes += *version.sampler_bytes_per_logit * double(limits.max_num_seqs) * double(m.vocab);
  }
  if (version.hidden_factor) {
    const double tokens = double(limits.max_batched_tokens);
    bytes += *version.hidden_factor * tokens * double(m.hidden) * sixteen_bit;
    if (m.moe && d.engine->moe_matrices > 0) {
      // Each token is copied to its experts, and several intermediates of the gated network are alive at
      // once.
      const double inner = double(d.engine->moe_matrices) * double(m.moe->intermediate);
      const double width = double(m.hidden) + inner / double(d.tensor_parallel);
      bytes += tokens * double(m.moe->active) * width * sixteen_bit;
    }
  }
  if (d.engine && d.engine->ubatch_tokens) {
    const double logits = generates(m) ? d.engine->buffer_bytes_per_logit.value_or(0) * double(m.vocab) : 0;
    bytes += double(*d.engine->ubatch_tokens) *
             (logits + d.engine->buffer_bytes_per_hidden.value_or(0) * double(m.hidden));
  }
  return bytes;
}

/// What an engine with a formula of its own sets aside for everything but weights and KV.
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
  const double bytes = d.engine->fixed_overhead_bytes + d.engine->memory_margin_bytes;
  const auto version = engine_version(d);
  const bool parallel = d.tensor_parallel * d.data_parallel_attention > 1;
  return bytes + (parallel ? version.non_torch_parallel_bytes : version.non_torch_single_bytes).value_or(0);
}

/// What the device has to offer.
double device_bytes(const Deployment& d) {
  // A measured figure is less than the nameplate: the driver and error correction take their part.
  const double nameplate = d.device->memory_bytes.value_or(0);
  const double measured = d.device->usable_memory_bytes.value_or(nameplate);
  if (!d.device_memory_bytes || *d.device_memory_bytes == nameplate) return measured;
  return *d.device_memory_bytes;
}

/// The part of the device that the engine may use, `occupied` bytes of it being no KV cache.
double usable_bytes(const Deployment& d, double device, double occupied) {
  // An engine with a reserve of its own takes all the rest.
  if (d.engine && d.engine->reserve && !d.memory_utilization) return device;
  const auto version = engine_version(d);
  const double share = d.memory_utilization.value_or(version.memory_utilization.value_or(1.0));
  const bool of_free = d.engine && d.engine->utilization_of_free;
  return of_free ? occupied + std::max(0.0, device - occupied) * share : device * share;
}

void judge(const Deployment& d, double wanted_tokens, double graphs_outside, Memory& memory) {
  const auto& s = memory.stack;
  const double without_kv = s.total - s.kv_cache;
  if (without_kv > s.usable) {
    memory.reasons.push_back({Misfit::weights_exceed_memory, without_kv, s.usable});
  } else if (s.total > s.usable) {
    memory.reasons.push_back({Misfit::kv_exceeds_memory, s.total, s.usable});
  }
  if (graphs_outside > s.device - s.usable) {
    memory.reasons.push_back({Misfit::graphs_exceed_slack, graphs_outside, s.device - s.usable});
  }
  const auto limit = d.model->context_tokens;
  if (limit && wanted_tokens > double(*limit) && d.context_tokens <= *limit) {
    memory.reasons.push_back({Misfit::context_exceeds_model, wanted_tokens, double(*limit)});
  }
}

double wanted_context(const Deployment& d) {
  return double(d.context_tokens > 0 ? d.context_tokens : d.model->context_tokens.value_or(0));
}

}  // namespace

WeightBytes weight_bytes(const Deployment& d, StepLog* log) {
  const auto& m = *d.model;
  const Parameters p = count_parameters(m, log);
  const Formats f = formats(d);
  const double tp = double(d.tensor_parallel);

  const double replicated = p.attention_shared * f.body + (p.router + p.norms) * f.outer;
  const double kv = p.attention_kv * f.body * kv_head_share(m.attention.kv_heads, d.tensor_parallel);
  const double split =
      (p.attention + p.dense_ffn + p.shared_experts + (p.remainder_is_body ? p.remainder : 0)) * f.body / tp;
  const double experts = p.experts * f.body * expert_share(d);
  const double tower = p.remainder_is_body ? 0 : p.remainder * sixteen_bit / tp;
  const double table = p.embeddings * f.outer / tp;
  const double head = p.lm_head * f.outer / tp;

  WeightBytes w;
  const double layers = replicated + kv + split + experts;
  // With several stages the first holds the table and the tower, the last the head; tied tables are held
  // twice.
  const double ends =
      d.pipeline_parallel > 1 ? std::max(table + tower, p.lm_head > 0 ? head : table) : table + tower + head;
  w.per_device = layers * stage_share(d) + ends;
  w.total = p.body() * f.body + (p.embeddings + p.lm_head + p.router + p.norms) * f.outer +
            (p.remainder_is_body ? 0 : p.remainder * sixteen_bit);
  w.read_experts = experts;
  // One row of the table is read per token, but a tied table is read whole as the output projection.
  w.read_always = replicated + kv + split + (p.lm_head > 0 ? head : generates(m) ? table : 0);
  w.replicated = replicated * stage_share(d);
  if (log) explain_weights(d, w, f.body, f.outer, *log);
  return w;
}

double KvLayout::held_bytes(double tokens) const {
  const double blocks = std::ceil(tokens / block_tokens) * block_tokens;
  double sliding = 0;
  if (sliding_bytes_per_token > 0) {
    const double window = std::ceil(window_tokens / block_tokens) * block_tokens;
    sliding = sliding_bytes_per_token * std::min(blocks, window);
  }
  return full_bytes_per_token * blocks + sliding + constant_bytes;
}

double KvLayout::read_bytes(double tokens) const {
  return full_bytes_per_token * tokens + sliding_bytes_per_token * std::min(tokens, window_tokens) +
         constant_bytes;
}

KvLayout kv_layout(const Deployment& d, StepLog* log) {
  KvLayout kv;
  const auto& m = *d.model;
  if (!generates(m)) return kv;
  const auto& a = m.attention;
  const auto kinds = layer_kinds(m);
  const double stage = stage_share(d);
  const double element = kv_element_bytes(d);
  kv.block_tokens = double(engine_version(d).block_tokens.value_or(1));
  kv.block_tokens = std::max(1.0, kv.block_tokens);
  kv.window_tokens = double(kinds.window);
  if (a.type == catalog::AttentionType::mla) {
    // The latent is shared by all heads, so every rank holds all of it.
    const double per_layer = double(a.kv_lora_rank + a.rope_head_dim) * element;
    kv.full_bytes_per_token = double(kinds.full) * stage * per_layer;
    kv.sliding_bytes_per_token = double(kinds.sliding) * stage * per_layer;
  } else {
    const auto per_layer = [&](std::int64_t heads, std::int64_t dim) {
      return 2 * divided_up(heads, d.tensor_parallel) * double(dim) * element;
    };
    kv.full_bytes_per_token = double(kinds.full) * stage *
                              per_layer(a.global_kv_heads > 0 ? a.global_kv_heads : a.kv_heads,
                                        a.global_head_dim > 0 ? a.global_head_dim : a.head_dim);
    kv.sliding_bytes_per_token = double(kinds.sliding) * stage * per_layer(a.kv_heads, a.head_dim);
  }
  if (kinds.linear > 0 && m.linear_state) {
    const auto& state = *m.linear_state;
    const double per_layer = double(state.conv_elements) * state.conv_bytes_per_element +
                             double(state.ssm_elements) * state.ssm_bytes_per_element;
    kv.constant_bytes = double(kinds.linear) * stage * per_layer / double(d.tensor_parallel);
  }
  kv.state_unknown = kinds.linear > 0 && !m.linear_state;
  if (log) explain_kv(d, kv, element, *log);
  return kv;
}

Memory memory(const Deployment& d, double sequences, double tokens, StepLog* log) {
  Memory out;
  out.reasons = check(d);
  const double context = tokens > 0 ? tokens : wanted_context(d);
  const auto limits = scheduler(d);
  out.scheduler_sequences = limits.max_num_seqs;
  out.scheduler_tokens = limits.max_batched_tokens;
  out.weight = weight_bytes(d, log);
  out.kv = kv_layout(d, log);

  auto& s = out.stack;
  const double factor = d.engine ? d.engine->memory_factor : 1;
  const double per_device = std::ceil(sequences / double(d.data_parallel_attention));
  const auto version = engine_version(d);
  const double graphs = version.graphs_bytes.value_or(0);
  const bool graphs_inside = version.graphs_inside_utilization.value_or(true);
  s.device = device_bytes(d);
  s.weights = out.weight.per_device * factor;
  s.kv_cache = out.kv.held_bytes(context) * per_device * factor;
  s.activation = activation_bytes(d, limits) + reserve_bytes(d, limits, s.device);
  s.non_torch = non_torch_bytes(d);
  s.graphs = graphs_inside ? graphs : 0;
  const double without_kv = s.weights + s.activation + s.non_torch + s.graphs;
  s.total = without_kv + s.kv_cache;
  // Of what is free nobody can use more than there is: more than the device is a misfit either way.
  s.usable = std::min(s.device, usable_bytes(d, s.device, without_kv));

  out.kv_budget_bytes = std::max(0.0, (s.usable - without_kv) / factor);
  out.max_sequences = max_sequences(d, out, context);
  const double held = out.kv.held_bytes(context);
  out.max_tokens = held > 0 && context > 0
                       ? out.kv_budget_bytes / held * context * double(d.data_parallel_attention)
                       : std::numeric_limits<double>::infinity();
  // Without a published limit the longest context is what memory allows.
  const double limit = d.model->context_tokens ? double(*d.model->context_tokens) : out.max_tokens;
  out.max_context_tokens = max_context(d, out, 1, limit);
  judge(d, context, graphs_inside ? 0 : graphs, out);
  if (log) explain_memory(d, out, sequences, context, *log);
  return out;
}

double max_sequences(const Deployment& d, const Memory& memory, double tokens) {
  const double held = memory.kv.held_bytes(tokens);
  if (held <= 0) return std::numeric_limits<double>::infinity();
  return std::floor(memory.kv_budget_bytes / held) * double(d.data_parallel_attention);
}

double max_context(const Deployment& d, const Memory& memory, double sequences, double limit) {
  const double per_device = std::max(1.0, std::ceil(sequences / double(d.data_parallel_attention)));
  const double budget = memory.kv_budget_bytes / per_device;
  if (memory.kv.held_bytes(1) > budget) return 0;
  if (!memory.kv.grows()) return std::floor(limit);
  // No sequence is longer than the full-attention layers alone allow; without them only the limit counts.
  double too_long = std::floor(limit) + 1;
  if (memory.kv.full_bytes_per_token > 0) {
    too_long = std::min(too_long, std::floor(budget / memory.kv.full_bytes_per_token) + 2);
  }
  if (memory.kv.held_bytes(too_long - 1) <= budget) return too_long - 1;
  double fits = 1;
  // Halving ends even where doubles no longer tell neighbouring integers apart.
  for (int i = 0; i < 64 && too_long - fits > 1; ++i) {
    const double middle = std::floor((fits + too_long) / 2);
    (memory.kv.held_bytes(middle) <= budget ? fits : too_long) = middle;
  }
  return fits;
}

}  // namespace rackfit::llm
