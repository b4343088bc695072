#include "choose.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace rackfit::estimate {
namespace {

using catalog::ComputeRate;
using catalog::DeviceClass;

template <class T, class U>
bool contains(const std::vector<T>& list, const U& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

bool supports(const catalog::Engine& engine, const catalog::Device& device) {
  return (engine.vendors.empty() || contains(engine.vendors, device.vendor)) &&
         (engine.classes.empty() || contains(engine.classes, device.device_class));
}

bool loads(const catalog::Engine& engine, const catalog::Quantization& format) {
  return (engine.families.empty() || contains(engine.families, format.family)) &&
         (format.engines.empty() || contains(format.engines, engine.row.id));
}

bool runs(const catalog::Quantization& format, const catalog::Device& device) {
  return !format.min_compute_capability || !device.compute_capability ||
         *device.compute_capability >= *format.min_compute_capability;
}

/// The same numbers in another wrapping: `mxfp4` as `mxfp4-gguf`, BF16 as FP16; null when there is none.
const catalog::Quantization* rewrapped(const catalog::Catalog& catalog, const catalog::Quantization& format,
                                       const catalog::Engine& engine, const catalog::Device& device) {
  const auto stem = [](const std::string& id) { return id.substr(0, id.find('-')); };
  // Files carry a few tensors of other widths, which makes 16 bits 16.0005.
  const auto same_bits = [&](const catalog::Quantization& other) {
    constexpr double tolerance = 0.001;
    return std::abs(other.bits_per_weight - format.bits_per_weight) <= tolerance * format.bits_per_weight;
  };
  const bool plain =
      stem(format.row.id) == "bf16" || stem(format.row.id) == "fp16" || stem(format.row.id) == "f16";
  for (const auto& other : catalog.quantizations.rows()) {
    if (&other == &format || !loads(engine, other) || !runs(other, device)) continue;
    if (same_bits(other) && (plain || stem(other.row.id) == stem(format.row.id))) return &other;
  }
  return nullptr;
}

bool for_single_users(const catalog::Device& device) {
  return device.device_class == DeviceClass::apple || device.device_class == DeviceClass::edge ||
         device.device_class == DeviceClass::cpu;
}

const catalog::Engine* usual_engine(const catalog::Catalog& catalog, const catalog::Device& device,
                                    const catalog::Quantization* format, bool desktop) {
  const catalog::UsualQuestion& usual = catalog.estimates.usual;
  const auto& order = desktop || for_single_users(device) ? usual.desktop_engines : usual.server_engines;
  const catalog::Engine* fallback = nullptr;
  for (const std::string& id : order) {
    const auto* engine = catalog.engines.find(id);
    if (!engine || !supports(*engine, device)) continue;
    if (!format || loads(*engine, *format)) return engine;
    if (!fallback) fallback = engine;
  }
  for (const auto& engine : catalog.engines.rows()) {
    if (supports(engine, device) && (!format || loads(engine, *format))) return &engine;
  }
  // Nothing both runs here and loads the format: whatever loads it is refused with a reason.
  return fallback || order.empty() ? fallback : catalog.engines.find(order.front());
}

const catalog::Quantization* usual_format(const catalog::Catalog& catalog, const catalog::Model& model,
                                          const catalog::Engine& engine, const catalog::Device& device) {
  const catalog::Quantization* native = catalog.quantizations.find(
      model.native_quantization.empty() ? catalog.estimates.usual.sixteen_bit_format
                                        : model.native_quantization);
  if (native && loads(engine, *native) && runs(*native, device)) return native;
  const bool packed = native && native->bits_per_weight < 16;
  if (native && packed) {
    if (const auto* same = rewrapped(catalog, *native, engine, device)) return same;
  }
  for (const std::string& id : catalog.estimates.usual.file_formats) {
    const auto* format = catalog.quantizations.find(id);
    if (format && loads(engine, *format)) return format;
  }
  if (native && !packed) {
    if (const auto* same = rewrapped(catalog, *native, engine, device)) return same;
  }
  return native;
}

bool heads_divide(const catalog::Model& model, std::int64_t ranks) {
  const auto& a = model.attention;
  if (a.heads > 0 && a.heads % ranks != 0) return false;
  return a.kv_heads <= 0 || (a.kv_heads >= ranks ? a.kv_heads % ranks : ranks % a.kv_heads) == 0;
}

Division refuse(std::string message) {
  Division d;
  d.problem = Problem{"no-parallelism", std::move(message)};
  return d;
}

/// Layers one after the other over the devices of a replica.
Division divide_layers(const Query& query, const catalog::Engine& engine, std::int64_t devices) {
  Division d;
  const std::int64_t copies = query.dp.value_or(1);
  d.stages = query.pp.value_or(1);
  if (!query.pp)
    d.stages = query.tp && *query.tp > 1 ? *query.tp : std::max<std::int64_t>(1, devices / copies);
  if (d.stages * copies > devices) {
    return refuse(fmt::format("{} copies over {} devices each need {} devices, there are {}", copies,
                              d.stages, d.stages * copies, devices));
  }
  d.replicas = double(devices / d.stages);
  const bool asked = query.split == "tensor" || query.split == "row" ||
                     (!engine.tensor_parallel && query.tp.value_or(1) > 1);
  if (d.stages > 1)
    d.notes.push_back(fmt::format("layers split over {} devices, which work one after the other", d.stages));
  if (asked && d.stages > 1 && !engine.tensor_parallel) {
    d.notes.push_back(fmt::format("{} is estimated with a layer split: a tensor split of it is not modelled",
                                  engine.row.name));
  }
  return d;
}

/// Attention data-parallel, experts over all ranks: what `dp` and `ep` mean for a mixture of experts.
Division divide_experts(const Query& query, std::int64_t devices) {
  Division d;
  d.stages = query.pp.value_or(1);
  d.attention_ranks = query.dp.value_or(1);
  const std::int64_t ep = query.ep.value_or(1);
  if (query.tp) {
    d.tensor = *query.tp;
    // Some engines count the tensor-parallel ranks of all attention copies together.
    if (d.attention_ranks > 1 && d.tensor * d.stages * d.attention_ranks > devices &&
        d.tensor * d.stages <= devices && d.tensor % d.attention_ranks == 0) {
      d.tensor /= d.attention_ranks;
    }
    if (ep > d.tensor * d.attention_ranks) {
      if (ep % d.tensor != 0)
        return refuse(fmt::format("experts over {} ranks cannot be combined with tp {}", ep, d.tensor));
      (query.dp ? d.tensor : d.attention_ranks) = query.dp ? ep / d.attention_ranks : ep / d.tensor;
    }
  } else {
    const std::int64_t ranks = ep > 1 ? ep : std::max<std::int64_t>(1, devices / d.stages);
    d.tensor = std::max<std::int64_t>(1, ranks / d.attention_ranks);
  }
  if (d.attention_ranks > 1) {
    d.notes.push_back(
        fmt::format("attention data-parallel over {} groups of tp {}, experts spread over all {} ranks",
                    d.attention_ranks, d.tensor, d.tensor * d.attention_ranks));
  }
  return d;
}

}  // namespace

Software choose_software(const catalog::Catalog& catalog, const catalog::Model& model,
                         const catalog::Device& device, const FoundEngine* engine,
                         const catalog::Quantization* format, bool desktop) {
  Software s;
  s.engine_given = engine != nullptr;
  s.engine = engine ? engine->row : usual_engine(catalog, device, format, desktop);
  if (engine) s.version = engine->version;
  if (!s.engine) return s;
  if (!engine) s.notes.push_back(fmt::format("engine: {}, the usual one here", s.engine->row.name));
  s.format = format;
  if (!format) {
    s.format = usual_format(catalog, model, *s.engine, device);
    if (s.format) s.notes.push_back(fmt::format("weights: {}", s.format->row.name));
  } else if (!loads(*s.engine, *format) || !runs(*format, device)) {
    if (const auto* same = rewrapped(catalog, *format, *s.engine, device)) {
      s.format = same;
      s.notes.push_back(fmt::format("weights: {} instead of {}, which {} does not run here", same->row.name,
                                    format->row.name, s.engine->row.name));
    }
  }
  return s;
}

const catalog::KvFormat* usual_kv_format(const catalog::Catalog& catalog, const Software& software) {
  // TensorRT-LLM's quantized checkpoints state an FP8 cache; the others keep 16 bit until told.
  if (software.engine->row.id != "tensorrt-llm" || !software.format) return nullptr;
  const bool low =
      software.format->compute == ComputeRate::fp8 || software.format->compute == ComputeRate::fp4;
  return low ? catalog.kv_formats.find("fp8") : nullptr;
}

std::int64_t ranks_per_node(const catalog::Catalog& catalog, const catalog::Device& device) {
  std::int64_t most = 1;
  for (const auto& platform : catalog.platforms.rows()) {
    if (platform.gpu && platform.gpu->form == device.form) most = std::max(most, platform.gpu->slots);
  }
  return most;
}

std::vector<std::int64_t> tensor_degrees(const catalog::Catalog& catalog, const catalog::Model& model,
                                         const catalog::Device& device, std::int64_t devices) {
  std::vector<std::int64_t> degrees;
  const std::int64_t most = std::min(devices, std::max<std::int64_t>(1, ranks_per_node(catalog, device)));
  for (std::int64_t ranks = 1; ranks <= most; ++ranks) {
    if (devices % ranks == 0 && heads_divide(model, ranks)) degrees.push_back(ranks);
  }
  return degrees;
}

Division divide(const catalog::Catalog& catalog, const Query& query, const catalog::Model& model,
                const catalog::Device& device, const catalog::Engine& engine, std::int64_t devices,
                std::optional<std::int64_t> tensor) {
  if (!engine.tensor_parallel || query.split == "layer") return divide_layers(query, engine, devices);
  Division d;
  const bool parallel_attention = model.moe && (query.dp.value_or(1) > 1 || query.ep.value_or(1) > 1);
  if (parallel_attention) {
    d = divide_experts(query, devices);
    if (d.problem) return d;
  } else {
    d.stages = query.pp.value_or(1);
    const std::int64_t copies = query.dp.value_or(1);
    const std::int64_t share = std::max<std::int64_t>(1, devices / (d.stages * copies));
    if (query.tp) {
      d.tensor = *query.tp;
    } else if (tensor) {
      d.tensor = *tensor;
    } else {
      const auto degrees = tensor_degrees(catalog, model, device, share);
      d.tensor = degrees.empty() ? 1 : degrees.back();
    }
    if (d.tensor * d.stages * copies > devices) {
      return refuse(fmt::format("tp {} x pp {} x dp {} needs {} devices, there are {}", d.tensor, d.stages,
                                copies, d.tensor * d.stages * copies, devices));
    }
  }
  const std::int64_t used = d.tensor * d.stages * d.attention_ranks;
  if (used > devices) {
    return refuse(fmt::format("tp {} x pp {} x {} attention groups need {} devices, there are {}", d.tensor,
                              d.stages, d.attention_ranks, used, devices));
  }
  d.replicas = double(devices / used);
  if (!query.tp && used > 1 && d.attention_ranks == 1) {
    d.notes.push_back(fmt::format("tensor parallel over {} devices", d.tensor));
  }
  if (d.replicas > 1) d.notes.push_back(fmt::format("{} copies of the model side by side", d.replicas));
  if (const std::int64_t idle = devices % used; idle > 0)
    d.notes.push_back(fmt::format("{} of {} devices stay idle", idle, devices));
  return d;
}

}  // namespace rackfit::estimate
