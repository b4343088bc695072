// vLLM's start-up lines, from the first engine's memory profiling to the second one's.
#include <algorithm>

#include "log_text.hpp"

namespace rackfit::importer {
namespace {

void whole_setting(std::string_view line, std::string_view key, std::optional<std::int64_t>& kept) {
  const auto text = setting(line, key);
  const auto value = text ? number_at(*text) : std::nullopt;
  if (value && *value > 0) kept = static_cast<std::int64_t>(*value);
}

void text_setting(std::string_view line, std::string_view key, std::string& kept) {
  const auto text = setting(line, key);
  if (text && !text->empty() && *text != "None") kept = *text;
}

void share(std::optional<double>& kept, std::optional<double> seen) {
  if (seen && *seen > 0 && *seen <= 1) kept = seen;
}

/// Command line and engine configuration, which are printed as Python values.
bool read_configuration(std::string_view line, StartupLog& log) {
  const bool engine = has(line, "LLM engine (v");
  const bool arguments = has(line, "non-default args:") || has(line, "args: Namespace(");
  if (const auto version = after(line, "vLLM API server version ")) {
    log.engine_version =
        std::string(trimmed(version->substr(0, version->find_first_of(" ,(")))).substr(0, 60);
    return true;
  }
  if (engine) {
    const auto version = after(line, "LLM engine (v");
    log.engine_version = std::string(version->substr(0, version->find(')'))).substr(0, 60);
  }
  if (!engine && !arguments) return false;
  text_setting(line, arguments ? "model_tag" : "model", log.model);
  if (log.model.empty()) text_setting(line, "model", log.model);
  whole_setting(line, "tensor_parallel_size", log.tensor_parallel);
  whole_setting(line, "pipeline_parallel_size", log.pipeline_parallel);
  whole_setting(line, "data_parallel_size", log.data_parallel);
  whole_setting(line, engine ? "max_seq_len" : "max_model_len", log.max_context);
  whole_setting(line, "max_num_seqs", log.max_num_seqs);
  whole_setting(line, "max_num_batched_tokens", log.max_batched_tokens);
  text_setting(line, "quantization", log.weights_format);
  text_setting(line, "kv_cache_dtype", log.kv_format);
  const auto eager = setting(line, "enforce_eager");
  if (eager) log.eager = *eager == "True";
  const auto utilization = setting(line, "gpu_memory_utilization");
  if (utilization) share(log.gpu_memory_utilization, number_at(*utilization));
  return true;
}

bool read_weights(std::string_view line, StartupLog& log) {
  for (const std::string_view label :
       {"Model loading took ", "Loading model weights took ", "model weights take ", "model weights take\t",
        "weights memory: ", "weights memory="}) {
    if (const auto seen = bytes_after(line, label)) {
      largest(log.weights_bytes, seen);
      return true;
    }
  }
  return false;
}

bool read_profile(std::string_view line, StartupLog& log) {
  bool found = false;
  const auto take = [&](std::optional<double>& kept, std::string_view label) {
    const auto seen = bytes_after(line, label);
    largest(kept, seen);
    found = found || seen;
  };
  take(log.device_bytes, "total_gpu_memory");
  take(log.non_torch_bytes, "non_torch_memory takes ");
  take(log.non_torch_bytes, "non_torch_memory");
  take(log.non_torch_bytes, "non-torch forward increase memory: ");
  take(log.activation_bytes, "PyTorch activation peak memory takes ");
  take(log.activation_bytes, "PyTorch activation peak memory");
  take(log.activation_bytes, "torch peak memory increase: ");
  for (const std::string_view label : {"gpu_memory_utilization (", "gpu_memory_utilization=",
                                       "gpu_memory_utilization ", "--gpu-memory-utilization="}) {
    if (const auto rest = after(line, label)) share(log.gpu_memory_utilization, number_at(*rest));
  }
  // "Free memory on device (78.57/79.19 GiB) on startup. Desired GPU memory utilization is (0.9, 71.27 GiB).
  // Actual usage is 14.99 GiB for weight, …"
  if (!has(line, "Free memory on device")) return found;
  const std::size_t slash = line.find('/', line.find("Free memory on device"));
  if (slash != std::string_view::npos) largest(log.device_bytes, bytes_at(line.substr(slash + 1)));
  if (const auto rest = after(line, "utilization is (")) share(log.gpu_memory_utilization, number_at(*rest));
  largest(log.weights_bytes, bytes_before(line, " for weight"));
  largest(log.activation_bytes, bytes_before(line, " for peak activation"));
  largest(log.non_torch_bytes, bytes_before(line, " for non-torch memory"));
  largest(log.graphs_bytes, bytes_before(line, " for CUDAGraph memory"));
  return true;
}

bool read_cache(std::string_view line, StartupLog& log) {
  bool found = false;
  for (const std::string_view label :
       {"Available KV cache memory: ", "reserved for KV Cache is ", "available_kv_cache_memory",
        "kv_cache_size=", "Current kv cache memory in use is "}) {
    const auto seen = bytes_after(line, label);
    smallest(log.kv_cache_bytes, seen);
    found = found || seen;
  }
  if (const auto rest = after(line, "GPU KV cache size: ")) {
    smallest(log.kv_cache_tokens, number_at(*rest));
    found = true;
  }
  for (const std::string_view label : {"# GPU blocks: ", "# cuda blocks: "}) {
    const auto rest = after(line, label);
    const auto blocks = rest ? number_at(*rest) : std::nullopt;
    constexpr double block_tokens = 16;  // the default on CUDA; the log does not say
    if (blocks) smallest(log.kv_cache_tokens, *blocks * block_tokens);
    found = found || blocks;
  }
  if (const auto rest = after(line, "Maximum concurrency for ")) {
    std::string_view behind;
    const auto tokens = number_at(*rest, &behind);
    const auto times = after(behind, "request:");
    latest(log.concurrency_tokens, tokens);
    if (times) smallest(log.max_concurrency, number_at(*times));
    found = true;
  }
  return found;
}

bool read_graphs(std::string_view line, StartupLog& log) {
  if (has(line, "Graph capturing finished")) {
    largest(log.graphs_bytes, bytes_after(line, "took "));
    return true;
  }
  if (const auto rest = after(line, "CUDA graph pool memory: ")) {
    largest(log.graphs_bytes, bytes_at(*rest));
    return true;
  }
  if (const auto rest = after(line, "Estimated CUDA graph memory: ")) {
    largest(log.graphs_estimated_bytes, bytes_at(*rest));
    return true;
  }
  return false;
}

}  // namespace

bool read_vllm_line(std::string_view line, StartupLog& log) {
  bool found = read_configuration(line, log);
  found = read_weights(line, log) || found;
  found = read_profile(line, log) || found;
  found = read_cache(line, log) || found;
  found = read_graphs(line, log) || found;
  if (const auto rest = after(line, "Using max model len ")) {
    latest(log.max_context, number_at(*rest));
    found = true;
  }
  if (const auto rest = after(line, "Chunked prefill is enabled with max_num_batched_tokens=")) {
    latest(log.max_batched_tokens, number_at(*rest));
    found = true;
  }
  if (has(line, "CUDA out of memory") || has(line, "OutOfMemoryError") ||
      has(line, "No available memory for the cache blocks")) {
    log.out_of_memory = true;
  }
  return found;
}

void finish_vllm(StartupLog& log) {
  log.engine = "vllm";
  if (log.kv_format == "auto") log.kv_format.clear();
  if (log.kv_format.substr(0, 3) == "fp8") log.kv_format = "fp8";
  if (!log.engine_version.empty() && log.engine_version.front() == 'v') log.engine_version.erase(0, 1);
  if (!log.device_bytes && log.gpu_memory_utilization && log.weights_bytes && log.kv_cache_bytes &&
      log.activation_bytes && log.non_torch_bytes) {
    log.device_bytes =
        (*log.weights_bytes + *log.kv_cache_bytes + *log.activation_bytes + *log.non_torch_bytes) /
        *log.gpu_memory_utilization;
    log.notes.push_back("the device's memory follows from the parts and the utilization");
  }
  if (!log.activation_bytes && log.weights_bytes) {
    log.notes.push_back("activation and non-torch memory are in the log only with VLLM_LOGGING_LEVEL=DEBUG");
  }
}

}  // namespace rackfit::importer
