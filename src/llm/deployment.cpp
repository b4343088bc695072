#include "rackfit/llm/deployment.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>

#include "recorder.hpp"

namespace rackfit::llm {
namespace {

struct Word {
  Misfit kind;
  std::string_view word;
};

constexpr Word words[] = {
    {Misfit::weights_exceed_memory, "weights-exceed-memory"},
    {Misfit::kv_exceeds_memory, "kv-exceeds-memory"},
    {Misfit::graphs_exceed_slack, "graphs-exceed-slack"},
    {Misfit::context_exceeds_model, "context-exceeds-model"},
    {Misfit::heads_not_divisible, "heads-not-divisible"},
    {Misfit::kv_heads_not_divisible, "kv-heads-not-divisible"},
    {Misfit::too_many_stages, "too-many-stages"},
    {Misfit::no_tensor_parallelism, "no-tensor-parallelism"},
    {Misfit::engine_not_on_device, "engine-not-on-device"},
    {Misfit::engine_cannot_load_format, "engine-cannot-load-format"},
    {Misfit::compute_capability_too_low, "compute-capability-too-low"},
    {Misfit::memory_unknown, "memory-unknown"},
    {Misfit::architecture_unknown, "architecture-unknown"},
};

template <class T, class U>
bool contains(const std::vector<T>& list, const U& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

/// The number at the front of `text`, and what follows its dot; text without a number counts as 0.
double leading_number(std::string_view& text) {
  double value = 0;
  const auto dot = text.find('.');
  std::string_view part = text.substr(0, dot);
  // Build numbers carry a letter: b9000.
  while (!part.empty() && (part.front() < '0' || part.front() > '9')) part.remove_prefix(1);
  long long whole = 0;
  std::from_chars(part.data(), part.data() + part.size(), whole);
  value = static_cast<double>(whole);
  text = dot == std::string_view::npos ? std::string_view() : text.substr(dot + 1);
  return value;
}

void check_parallelism(const Deployment& d, std::vector<Reason>& reasons) {
  const auto& attention = d.model->attention;
  const std::int64_t tp = d.tensor_parallel;
  if (tp > 1 && d.engine && !d.engine->tensor_parallel) {
    reasons.push_back({Misfit::no_tensor_parallelism, double(tp), 1});
  }
  if (tp > 1 && attention.heads > 0 && attention.heads % tp != 0) {
    reasons.push_back({Misfit::heads_not_divisible, double(tp), double(attention.heads)});
  }
  const std::int64_t kv = attention.kv_heads;
  // Engines replicate KV heads when there are fewer than ranks, but only in whole groups.
  if (tp > 1 && kv > 0 && (kv >= tp ? kv % tp : tp % kv) != 0) {
    reasons.push_back({Misfit::kv_heads_not_divisible, double(tp), double(kv)});
  }
  if (d.pipeline_parallel > d.model->layers && d.model->layers > 0) {
    reasons.push_back({Misfit::too_many_stages, double(d.pipeline_parallel), double(d.model->layers)});
  }
}

void check_engine(const Deployment& d, std::vector<Reason>& reasons) {
  if (!d.engine) return;
  const auto& engine = *d.engine;
  if ((!engine.vendors.empty() && !contains(engine.vendors, d.device->vendor)) ||
      (!engine.classes.empty() && !contains(engine.classes, d.device->device_class))) {
    reasons.push_back({Misfit::engine_not_on_device});
  }
  if (d.quantization &&
      ((!engine.families.empty() && !contains(engine.families, d.quantization->family)) ||
       (!d.quantization->engines.empty() && !contains(d.quantization->engines, engine.row.id)))) {
    reasons.push_back({Misfit::engine_cannot_load_format});
  }
}

}  // namespace

std::string_view to_string(Misfit kind) {
  const auto* found =
      std::find_if(std::begin(words), std::end(words), [&](const Word& w) { return w.kind == kind; });
  return found == std::end(words) ? std::string_view("unknown") : found->word;
}

std::string describe(const Reason& r) {
  switch (r.kind) {
    case Misfit::weights_exceed_memory:
      return fmt::format("weights and overheads need {} per device, {} are usable", gib(r.needed),
                         gib(r.available));
    case Misfit::kv_exceeds_memory:
      return fmt::format("with the KV cache a device needs {}, {} are usable", gib(r.needed),
                         gib(r.available));
    case Misfit::graphs_exceed_slack:
      return fmt::format("CUDA graphs need {} beside the engine's share of memory, {} are left",
                         gib(r.needed), gib(r.available));
    case Misfit::context_exceeds_model:
      return fmt::format("a context of {} tokens is wanted, the model has {}", r.needed, r.available);
    case Misfit::heads_not_divisible:
      return fmt::format("{} attention heads cannot be divided among {} tensor-parallel devices", r.available,
                         r.needed);
    case Misfit::kv_heads_not_divisible:
      return fmt::format("{} KV heads cannot be spread over {} tensor-parallel devices", r.available,
                         r.needed);
    case Misfit::too_many_stages:
      return fmt::format("{} pipeline stages for {} layers", r.needed, r.available);
    case Misfit::no_tensor_parallelism:
      return fmt::format("the engine splits layers only, {} tensor-parallel devices are wanted", r.needed);
    case Misfit::engine_not_on_device:
      return "the engine does not run on this device";
    case Misfit::engine_cannot_load_format:
      return "the engine does not load this quantization format";
    case Misfit::compute_capability_too_low:
      return fmt::format("the quantization format needs compute capability {}, the device has {}", r.needed,
                         r.available);
    case Misfit::memory_unknown:
      return "the catalog does not know the device's memory";
    case Misfit::architecture_unknown:
      return "the catalog does not know the model's layers, hidden size or attention";
  }
  return "unknown reason";
}

bool version_less(std::string_view a, std::string_view b) {
  while (!a.empty() || !b.empty()) {
    const double x = leading_number(a);
    const double y = leading_number(b);
    if (x != y) return x < y;
  }
  return false;
}

catalog::EngineVersion engine_version(const Deployment& d) {
  catalog::EngineVersion merged;
  if (!d.engine) return merged;
  const std::string_view wanted =
      d.engine_version.empty() ? std::string_view(d.engine->version) : d.engine_version;
  bool first = true;
  for (const auto& entry : d.engine->versions) {
    // A version older than all that are known behaves most like the oldest of them.
    if (!first && !wanted.empty() && version_less(wanted, entry.from)) break;
    first = false;
    merged.from = entry.from;
    const auto lay = [](auto& under, const auto& over) {
      if (over) under = over;
    };
    lay(merged.memory_utilization, entry.memory_utilization);
    lay(merged.sampler_bytes_per_logit, entry.sampler_bytes_per_logit);
    lay(merged.hidden_factor, entry.hidden_factor);
    lay(merged.non_torch_single_bytes, entry.non_torch_single_bytes);
    lay(merged.non_torch_parallel_bytes, entry.non_torch_parallel_bytes);
    lay(merged.non_torch_stage_bytes, entry.non_torch_stage_bytes);
    lay(merged.graphs_bytes, entry.graphs_bytes);
    lay(merged.graphs_inside_utilization, entry.graphs_inside_utilization);
    lay(merged.block_tokens, entry.block_tokens);
    if (!entry.hidden_factors.empty()) merged.hidden_factors = entry.hidden_factors;
    if (!entry.moe_hidden_factors.empty()) merged.moe_hidden_factors = entry.moe_hidden_factors;
    lay(merged.forward_ffn_factor, entry.forward_ffn_factor);
    lay(merged.forward_hidden_factor, entry.forward_hidden_factor);
    lay(merged.encoder_bytes_per_pixel, entry.encoder_bytes_per_pixel);
    lay(merged.image_token_pixels, entry.image_token_pixels);
    lay(merged.latent_workspace_tokens, entry.latent_workspace_tokens);
    lay(merged.rotary_bytes, entry.rotary_bytes);
    lay(merged.graph_memory, entry.graph_memory);
    lay(merged.equal_pages, entry.equal_pages);
    lay(merged.window_cells, entry.window_cells);
    lay(merged.flash_attention, entry.flash_attention);
    lay(merged.prompt, entry.prompt);
  }
  return merged;
}

catalog::SchedulerDefaults scheduler(const Deployment& d) {
  catalog::SchedulerDefaults chosen;
  const double memory = d.device_memory_bytes.value_or(d.device->memory_bytes.value_or(0));
  const std::string_view id = d.device->row.id;
  const auto named = [&](const std::string& prefix) { return id.substr(0, prefix.size()) == prefix; };
  double reached = -1;
  if (d.engine) {
    const std::string_view version =
        d.engine_version.empty() ? std::string_view(d.engine->version) : d.engine_version;
    for (const auto& entry : d.engine->scheduler) {
      if (!entry.from.empty() && version_less(version, entry.from)) continue;
      if (std::any_of(entry.except.begin(), entry.except.end(), named)) continue;
      if (memory >= entry.min_device_memory_bytes && entry.min_device_memory_bytes > reached) {
        chosen = entry;
        reached = entry.min_device_memory_bytes;
      }
    }
  }
  if (d.max_num_seqs) chosen.max_num_seqs = std::max<std::int64_t>(1, *d.max_num_seqs);
  if (d.max_batched_tokens) chosen.max_batched_tokens = std::max<std::int64_t>(1, *d.max_batched_tokens);
  return chosen;
}

std::vector<Reason> check(const Deployment& d) {
  std::vector<Reason> reasons;
  const auto& model = *d.model;
  const bool mla = model.attention.type == catalog::AttentionType::mla;
  const bool attention_known =
      mla ? model.attention.kv_lora_rank > 0 : model.attention.kv_heads > 0 && model.attention.head_dim > 0;
  if (model.layers <= 0 || model.hidden <= 0 || !attention_known)
    reasons.push_back({Misfit::architecture_unknown});
  if (!d.device_memory_bytes && !d.device->memory_bytes && !d.device->usable_memory_bytes) {
    reasons.push_back({Misfit::memory_unknown});
  }
  check_parallelism(d, reasons);
  check_engine(d, reasons);
  if (d.quantization && d.quantization->min_compute_capability && d.device->compute_capability &&
      *d.device->compute_capability < *d.quantization->min_compute_capability) {
    reasons.push_back({Misfit::compute_capability_too_low, *d.quantization->min_compute_capability,
                       *d.device->compute_capability});
  }
  if (model.context_tokens && d.context_tokens > *model.context_tokens) {
    reasons.push_back(
        {Misfit::context_exceeds_model, double(d.context_tokens), double(*model.context_tokens)});
  }
  return reasons;
}

}  // namespace rackfit::llm
