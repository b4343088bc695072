// llama.cpp's start-up lines, and those of its branches: one buffer per device and purpose.
#include <algorithm>

#include "log_text.hpp"
#include "rackfit/units/bytes.hpp"

namespace rackfit::importer {
namespace {

constexpr std::size_t max_devices = 256;

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

DeviceBuffers* device(StartupLog& log, std::string_view name) {
  if (name.empty() || name.size() > 60) return nullptr;
  for (DeviceBuffers& known : log.devices) {
    if (known.device == name) return &known;
  }
  if (log.devices.size() >= max_devices) return nullptr;
  DeviceBuffers added;
  added.device = std::string(name);
  added.host = name.substr(0, 3) == "CPU" || ends_with(name, "_Host") || name == "Host" || name == "AMX" ||
               name == "BLAS";
  log.devices.push_back(std::move(added));
  return &log.devices.back();
}

/// The word that ends where `at` begins: the device in `CUDA0 KV buffer size`.
std::string_view word_before(std::string_view line, std::size_t at) {
  while (at > 0 && line[at - 1] == ' ') --at;
  std::size_t begin = at;
  while (begin > 0 && line[begin - 1] != ' ' && line[begin - 1] != ':') --begin;
  return line.substr(begin, at - begin);
}

bool read_buffer(std::string_view line, StartupLog& log) {
  struct Buffer {
    std::string_view label;
    double DeviceBuffers::*kept;
    bool repeated;  // printed again when the graph is planned anew: the largest counts, not the sum
  };
  static constexpr Buffer buffers[] = {{"model buffer size", &DeviceBuffers::weights_bytes, false},
                                       {"KV buffer size", &DeviceBuffers::kv_cache_bytes, false},
                                       {"RS buffer size", &DeviceBuffers::state_bytes, false},
                                       {"compute buffer size", &DeviceBuffers::compute_bytes, true},
                                       {"output buffer size", &DeviceBuffers::output_bytes, true}};
  if (!has(line, "buffer size")) return false;
  for (const Buffer& buffer : buffers) {
    const std::size_t at = line.find(buffer.label);
    if (at == std::string_view::npos) continue;
    const auto bytes = bytes_at(line.substr(at + buffer.label.size()));
    DeviceBuffers* const owner = bytes && *bytes >= 0 ? device(log, word_before(line, at)) : nullptr;
    if (!owner) return false;
    double& kept = owner->*buffer.kept;
    kept = buffer.repeated ? std::max(kept, *bytes) : kept + *bytes;
    return true;
  }
  // Until autumn 2024 the weights' lines had no word of their own.
  const std::size_t at = line.find(" buffer size");
  if (!has(line, "load_tensors:") || at == std::string_view::npos) return false;
  const auto bytes = bytes_at(line.substr(at + std::string_view(" buffer size").size()));
  DeviceBuffers* const owner = bytes && *bytes >= 0 ? device(log, word_before(line, at)) : nullptr;
  if (owner) owner->weights_bytes += *bytes;
  return owner != nullptr;
}

/// `using device CUDA0 (NVIDIA GeForce RTX 4090) - 23000 MiB free`
bool read_device(std::string_view line, StartupLog& log) {
  const auto rest = after(line, "using device ");
  if (!rest) return false;
  DeviceBuffers* const found = device(log, trimmed(rest->substr(0, rest->find(' '))));
  if (!found) return false;
  const std::size_t open = rest->find('('), close = rest->find(')');
  if (open != std::string_view::npos && close != std::string_view::npos && close > open) {
    found->name = std::string(rest->substr(open + 1, close - open - 1)).substr(0, 100);
  }
  const std::size_t dash = rest->rfind(" - ");
  if (dash != std::string_view::npos) found->free_bytes = bytes_at(rest->substr(dash + 3));
  return true;
}

/// `|   - CUDA0 (RTX 5090) | 32606 = 1057 + (29365 = 28609 + 397 + 358) + 2183 |`, in MiB, printed at the
/// end.
bool read_breakdown(std::string_view line, StartupLog& log) {
  const std::size_t dash = line.find("|   - ");
  if (!has(line, "memory_breakdown_print") || dash == std::string_view::npos) return false;
  std::string_view rest = line.substr(dash + 6);
  const std::size_t bar = rest.find('|');
  if (bar == std::string_view::npos) return false;
  const std::string_view label = trimmed(rest.substr(0, bar));
  rest = rest.substr(bar + 1);
  constexpr double mib = units::mib_bytes;
  double values[7] = {};
  std::size_t count = 0;
  for (std::size_t i = 0; i < rest.size() && count < 7; ++i) {
    if (rest[i] < '0' || rest[i] > '9') continue;
    std::string_view behind;
    const auto value = number_at(rest.substr(i), &behind);
    if (!value) return false;
    values[count++] = *value * mib;
    i = rest.size() - behind.size();
  }
  // Only a device line has them all: total, free, self, model, context, compute and what is unaccounted for.
  if (count != 7) return false;
  const std::string_view id = label.substr(0, label.find(' '));
  DeviceBuffers* const found = device(log, id);
  if (!found) return false;
  found->memory_bytes = values[0];
  if (found->total_bytes() > 0) return true;
  found->weights_bytes = values[3];
  found->kv_cache_bytes = values[4];
  found->compute_bytes = values[5];
  return true;
}

bool read_model(std::string_view line, StartupLog& log) {
  if (const auto rest = after(line, "tensors from "); rest && has(line, "loaded meta data")) {
    std::string_view path = rest->substr(0, rest->find(" (version"));
    if (log.model.empty()) log.model = std::string(trimmed(path)).substr(0, 300);
    return true;
  }
  const bool info = has(line, "print_info:") || has(line, "print_meta:");
  if (!info) return false;
  const auto value = [&](std::string_view label) -> std::optional<std::string_view> {
    const auto rest = after(line, label);
    const std::size_t equals = rest ? rest->find('=') : std::string_view::npos;
    if (equals == std::string_view::npos || trimmed(rest->substr(0, equals)) != "") return std::nullopt;
    return trimmed(rest->substr(equals + 1));
  };
  if (const auto type = value("model type")) log.model_type = std::string(*type).substr(0, 60);
  for (const std::string_view label : {"model ftype", "file type"}) {
    if (const auto type = value(label)) log.weights_format = std::string(*type).substr(0, 60);
  }
  if (const auto count = value("model params")) {
    std::string_view unit;
    const auto number = number_at(*count, &unit);
    const double scale = has(unit, "T") ? 1e12 : has(unit, "B") ? 1e9 : has(unit, "M") ? 1e6 : 1;
    if (number && *number > 0) log.parameters = *number * scale;
  }
  for (const std::string_view label : {"model size", "file size"}) {
    const auto size = value(label);
    if (!size) continue;
    largest(log.file_bytes, bytes_at(*size));
    const std::size_t open = size->find('(');
    if (open != std::string_view::npos) latest(log.bits_per_weight, number_at(size->substr(open + 1)));
  }
  return true;
}

/// `llama_context: n_ctx = 8192` and the like.
bool read_context(std::string_view line, StartupLog& log) {
  const auto whole = [&](std::string_view key, std::optional<std::int64_t>& kept) {
    const std::size_t at = line.find(key);
    if (at == std::string_view::npos || at == 0 || line[at - 1] != ' ') return;
    const std::string_view rest = line.substr(at + key.size());
    const std::string_view blank = trimmed(rest.substr(0, rest.find('=')));
    if (rest.find('=') == std::string_view::npos || !blank.empty()) return;
    const auto value = number_at(rest.substr(rest.find('=') + 1));
    if (value && *value >= 0) kept = static_cast<std::int64_t>(*value);
  };
  const bool context = has(line, "llama_context:") || has(line, "llama_new_context_with_model:") ||
                       has(line, "llama_init_from_model:");
  if (context) {
    whole("n_ctx", log.max_context);
    whole("n_seq_max", log.max_num_seqs);
    whole("n_batch", log.max_batched_tokens);
    whole("n_ubatch", log.micro_batch_tokens);
    if (const auto rest = after(line, "flash_attn")) {
      const std::size_t equals = rest->find('=');
      const std::string_view state =
          equals == std::string_view::npos ? std::string_view() : trimmed(rest->substr(equals + 1));
      if (state == "1" || state == "enabled" || state == "on" || state == "true") log.flash_attention = true;
      if (state == "0" || state == "disabled" || state == "off" || state == "false")
        log.flash_attention = false;
    }
  }
  if (const auto rest = after(line, "Flash Attention was auto, set to "))
    log.flash_attention = has(*rest, "enabled");
  for (const std::string_view label : {", K (", "K ("}) {
    const auto rest = has(line, "MiB") && has(line, "V (") ? after(line, label) : std::nullopt;
    if (!rest) continue;
    const std::string_view type = rest->substr(0, rest->find(')'));
    if (type.size() < 12) log.kv_format = std::string(type);
    break;
  }
  if (const auto rest = after(line, "offloaded "); rest && has(line, "layers to GPU")) {
    std::string_view behind;
    const auto on = number_at(*rest, &behind);
    const auto of = !behind.empty() && behind.front() == '/' ? number_at(behind.substr(1)) : std::nullopt;
    if (on && of && *on >= 0 && *of >= 0) {
      log.layers_on_gpu = static_cast<std::int64_t>(*on);
      log.layers = static_cast<std::int64_t>(*of);
    }
  }
  return context;
}

}  // namespace

bool read_llama_line(std::string_view line, StartupLog& log) {
  bool found = false;
  for (const std::string_view label : {"build: ", "build = ", "build      : b", "version: "}) {
    const auto rest = after(line, label);
    const auto number = rest && has(*rest, "(") ? number_at(*rest) : std::nullopt;
    if (number && *number >= 1 && *number < 1e6 && log.engine_version.empty()) {
      log.engine_version = std::to_string(static_cast<std::int64_t>(*number));
    }
  }
  if (read_breakdown(line, log)) return true;
  found = read_buffer(line, log) || found;
  found = read_device(line, log) || found;
  found = read_model(line, log) || found;
  found = read_context(line, log) || found;
  if (has(line, "cudaMalloc failed: out of memory") || has(line, "failed to allocate buffer") ||
      has(line, "ErrorOutOfDeviceMemory")) {
    log.out_of_memory = true;
  }
  return found;
}

void finish_llama(StartupLog& log) {
  log.engine = "llama.cpp";
  // The fullest device decides, and the graphics cards come before the host.
  const DeviceBuffers* fullest = nullptr;
  for (const DeviceBuffers& device : log.devices) {
    if (device.total_bytes() <= 0) continue;
    const bool better = !fullest || (fullest->host && !device.host) ||
                        (fullest->host == device.host && device.total_bytes() > fullest->total_bytes());
    if (better && !(fullest && !fullest->host && device.host)) fullest = &device;
  }
  if (!fullest) return;
  log.weights_bytes = fullest->weights_bytes;
  log.kv_cache_bytes = fullest->kv_cache_bytes;
  if (fullest->state_bytes > 0) log.state_bytes = fullest->state_bytes;
  log.activation_bytes = fullest->compute_bytes + fullest->output_bytes;
  log.device_bytes = fullest->memory_bytes;
}

}  // namespace rackfit::importer
