// What an inference engine wrote about its memory while starting: measured figures to put in place of
// estimated ones.
//
// vLLM (both engines, from 0.4 on) and llama.cpp (and its branches) say in a handful of lines what weights,
// cache and buffers take. The spellings changed often; every one that was found is read, whatever prefix a
// launcher put before it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rackfit/base/diagnostic.hpp"

namespace rackfit::importer {

/// One device's (or the host's) buffers as llama.cpp lists them.
struct DeviceBuffers {
  std::string device;  // CUDA0, Vulkan0, Metal, CPU_Mapped …
  std::string name;    // "NVIDIA GeForce RTX 4090", where the log tells
  bool host = false;
  double weights_bytes = 0, kv_cache_bytes = 0, state_bytes = 0, compute_bytes = 0, output_bytes = 0;
  std::optional<double> memory_bytes;  // of the device
  std::optional<double> free_bytes;    // before loading

  double total_bytes() const {
    return weights_bytes + kv_cache_bytes + state_bytes + compute_bytes + output_bytes;
  }
};

/// Absent values were not in the log. Bytes are per device: the largest over ranks, of the cache the
/// smallest.
struct StartupLog {
  std::string engine;          // vllm, llama.cpp
  std::string engine_version;  // "0.19.0"; llama.cpp: the build number
  std::string model;           // as the engine was given it
  std::string model_type;      // llama.cpp: "8B"
  std::string weights_format;  // vLLM: quantization; llama.cpp: "Q4_K - Medium"
  std::string kv_format;       // fp8, f16, q8_0 …
  std::optional<std::int64_t> tensor_parallel, pipeline_parallel, data_parallel;
  std::optional<std::int64_t>
      max_context;  // longest sequence (max_model_len); llama.cpp: cells of the cache (n_ctx)
  std::optional<std::int64_t> max_num_seqs, max_batched_tokens, micro_batch_tokens;
  std::optional<std::int64_t> layers_on_gpu, layers;
  std::optional<bool> flash_attention, eager;
  std::optional<double> gpu_memory_utilization;
  std::optional<double> device_bytes;  // memory of the device as the engine sees it
  std::optional<double> weights_bytes;
  std::optional<double> activation_bytes;  // peak; llama.cpp: compute buffer
  std::optional<double> non_torch_bytes;
  std::optional<double> graphs_bytes;            // captured
  std::optional<double> graphs_estimated_bytes;  // set aside while profiling
  std::optional<double> kv_cache_bytes, state_bytes;
  std::optional<double> kv_cache_tokens;
  std::optional<double> max_concurrency, concurrency_tokens;  // so many requests of so many tokens
  std::optional<double> parameters, bits_per_weight, file_bytes;
  std::vector<DeviceBuffers> devices;  // llama.cpp
  bool out_of_memory = false;          // the engine gave up
  std::vector<std::string> notes;
};

/// Reads the last start in `text`; nothing, with a diagnostic, when no engine is recognised.
std::optional<StartupLog> read_startup_log(std::string_view text, const std::string& name,
                                           Diagnostics& diagnostics);
/// Likewise from a file, of which the first 64 MiB are read.
std::optional<StartupLog> read_startup_log_file(const std::string& path, Diagnostics& diagnostics);

}  // namespace rackfit::importer
