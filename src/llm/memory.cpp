#include "rackfit/llm/memory.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "memory_explain.hpp"
#include "memory_parts.hpp"

namespace rackfit::llm {
namespace {

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
  const double usable = of_free ? occupied + std::max(0.0, device - occupied) * share : device * share;
  // Of what is free nobody can use more than there is: more than the device is a misfit either way.
  return std::min(device, usable) - (d.engine ? d.engine->memory_margin_bytes : 0);
}

bool preallocates(const Deployment& d) {
  if (!d.engine) return false;
  if (d.engine->reserve) return true;
  const auto share = engine_version(d).memory_utilization;
  return share && *share < 1;
}

void judge(const Deployment& d, double wanted_tokens, double graphs_outside, Memory& memory) {
  const auto& s = memory.stack;
  const double tightest = s.total + memory.tight_activation - s.activation;
  const double without_kv = tightest - s.kv_cache;
  if (without_kv > s.usable) {
    memory.reasons.push_back({Misfit::weights_exceed_memory, without_kv, s.usable});
  } else if (tightest > s.usable) {
    memory.reasons.push_back({Misfit::kv_exceeds_memory, tightest, s.usable});
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

void fill_activation(const Deployment& d, const catalog::SchedulerDefaults& limits, double sequences,
                     double tokens, Memory& out) {
  auto& s = out.stack;
  const StepPeak peak = step_peak(d, limits);
  const double other = compute_buffer_bytes(d, tokens * sequences) +
                       prompt_peak_bytes(d, out.kv, sequences, tokens) + reserve_bytes(d, limits, s.device);
  s.activation = peak.first_stage(d.pipeline_parallel) + other;
  out.tight_activation = peak.last_stage() + other;
}

void fill_limits(const Deployment& d, double context, double factor, Memory& out) {
  const auto& s = out.stack;
  const double occupied = s.weights + out.tight_activation + s.non_torch + s.graphs;
  const double ranks = double(d.data_parallel_attention);
  out.kv_budget_bytes = std::max(0.0, (s.usable - occupied) / factor);
  const double admitted = out.kv.admitted_bytes(context);
  out.max_sequences = std::numeric_limits<double>::infinity();
  out.max_tokens = std::numeric_limits<double>::infinity();
  if (admitted > 0) out.max_sequences = std::floor(out.kv_budget_bytes / admitted) * ranks;
  if (admitted > 0 && context > 0) out.max_tokens = out.kv_budget_bytes / admitted * context * ranks;
  // Without a published limit the longest context is what memory allows.
  const double limit = d.model->context_tokens ? double(*d.model->context_tokens) : out.max_tokens;
  out.max_context_tokens = max_context(d, out, 1, limit);
}

}  // namespace

Memory memory(const Deployment& d, double sequences, double tokens, StepLog* log) {
  Memory out;
  out.reasons = check(d);
  const double context = tokens > 0 ? tokens : wanted_context(d);
  const auto limits = scheduler(d);
  out.scheduler_sequences = limits.max_num_seqs;
  out.scheduler_tokens = limits.max_batched_tokens;
  out.weight = weight_bytes(d, log);
  out.kv = kv_layout(d, log);
  out.preallocates = preallocates(d);

  auto& s = out.stack;
  const double factor = d.engine ? d.engine->memory_factor : 1;
  const double per_device = std::ceil(sequences / double(d.data_parallel_attention));
  const double graphs = graph_bytes(d);
  const bool graphs_inside = engine_version(d).graphs_inside_utilization.value_or(true);
  s.device = device_bytes(d);
  s.weights = out.weight.per_device * factor;
  s.kv_cache = out.kv.held_bytes(context) * per_device * factor;
  fill_activation(d, limits, per_device, context, out);
  s.non_torch = non_torch_bytes(d);
  s.graphs = graphs_inside ? graphs : 0;
  const double without_kv = s.weights + s.activation + s.non_torch + s.graphs;
  s.total = without_kv + s.kv_cache;
  s.usable = usable_bytes(d, s.device, without_kv + out.tight_activation - s.activation);
  fill_limits(d, context, factor, out);

  const double host_cache =
      out.kv.host_share < 1 ? s.kv_cache * out.kv.host_share / (1 - out.kv.host_share) : 0;
  out.host_bytes = out.weight.host + host_cache * double(d.tensor_parallel);
  out.host_load_bytes = out.weight.total;
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
  if (memory.kv.admitted_bytes(1) > budget) return 0;
  if (!memory.kv.grows()) return std::floor(limit);
  // No sequence is longer than the full-attention layers alone allow; without them only the limit counts.
  double too_long = std::floor(limit) + 1;
  if (memory.kv.full_bytes_per_token > 0) {
    too_long = std::min(too_long, std::floor(budget / memory.kv.full_bytes_per_token) + 2);
  }
  if (memory.kv.admitted_bytes(too_long - 1) <= budget) return too_long - 1;
  double fits = 1;
  // Halving ends even where doubles no longer tell neighbouring integers apart.
  for (int i = 0; i < 64 && too_long - fits > 1; ++i) {
    const double middle = std::floor((fits + too_long) / 2);
    (memory.kv.admitted_bytes(middle) <= budget ? fits : too_long) = middle;
  }
  return fits;
}

Deployment offloaded(Deployment d, const Offload& offload) {
  if (offload.gpu_layers < d.model->layers) d.gpu_layers = offload.gpu_layers;
  d.host_expert_share = offload.host_expert_share;
  return d;
}

std::optional<Offload> offload_to_fit(const Deployment& d, double sequences, double tokens) {
  const auto fits = [&](const Offload& o) { return memory(offloaded(d, o), sequences, tokens).fits(); };
  const auto with_host = [&](Offload o) {
    o.host_bytes = memory(offloaded(d, o), sequences, tokens).host_bytes;
    return o;
  };
  Offload o;
  o.gpu_layers = d.model->layers;
  if (fits(o)) return o;
  const std::int64_t mixed = moe_layers(*d.model);
  o.host_expert_share = 1;
  if (mixed > 0 && fits(o)) {
    // Experts leave layer by layer, so the share is a whole number of layers.
    std::int64_t least = 1, most = mixed;
    while (least < most) {
      const std::int64_t middle = (least + most) / 2;
      o.host_expert_share = double(middle) / double(mixed);
      if (fits(o)) {
        most = middle;
      } else {
        least = middle + 1;
      }
    }
    o.host_expert_share = double(most) / double(mixed);
    return with_host(o);
  }
  o.host_expert_share = 0;
  o.gpu_layers = 0;
  if (!fits(o)) return std::nullopt;
  std::int64_t most = 0, too_many = d.model->layers;
  while (too_many - most > 1) {
    const std::int64_t middle = (most + too_many) / 2;
    o.gpu_layers = middle;
    (fits(o) ? most : too_many) = middle;
  }
  o.gpu_layers = most;
  return with_host(o);
}

}  // namespace rackfit::llm
