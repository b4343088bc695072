// What serving software does to memory and time: quantization formats (profiles/quantization.yaml), engines
// (profiles/engines.yaml) and calibrated step-time parameters (profiles/calibration.yaml).
#pragma once

#include <map>

#include "rackfit/catalog/device.hpp"

namespace rackfit::catalog {

/// The rate at which a format's matrix products run.
enum class ComputeRate { fp32, fp16, fp8, int8, fp4 };

struct Quantization {
  RowInfo row;
  std::string family;                     // gguf, safetensors
  bool mixture = false;                   // the average over a real file rather than one block type
  double bits_per_weight = 16;            // of the quantized matrices, scales included
  bool embeddings_16_bit = true;          // embeddings and lm_head stay at 16 bit (GGUF mixtures: averaged, false)
  ComputeRate compute = ComputeRate::fp16;
  std::optional<double> min_compute_capability;
  std::vector<std::string> engines;       // ids that load it
  bool serving = true;                    // offered when a workload says `any`
};

struct KvFormat {
  RowInfo row;
  double bytes_per_element = 2;
};

/// Memory behaviour of one engine from one version on.
struct EngineVersion {
  std::string from;                                   // "0.17"
  std::optional<double> memory_utilization;           // share of the device the engine may use
  std::optional<double> sampler_bytes_per_logit;      // c_v: activation = c_v · max_num_seqs · vocab + …
  std::optional<double> hidden_factor;                // … + hidden_factor · batched_tokens · hidden · 2
  std::optional<double> non_torch_single_bytes;       // per device, one device
  std::optional<double> non_torch_parallel_bytes;     // per device under tensor parallelism
  std::optional<double> graphs_bytes;                 // CUDA graphs, per device
  std::optional<bool> graphs_inside_utilization;
  std::optional<std::int64_t> block_tokens;           // KV block
};

/// Scheduler defaults by device memory.
struct SchedulerDefaults {
  double min_device_memory_bytes = 0;
  std::int64_t max_num_seqs = 256;
  std::int64_t max_batched_tokens = 2048;
};

/// Memory an engine sets aside: base + prefill chunk + ranks + graph batches, at least a floor on large devices.
struct Reserve {
  double base_bytes = 0, per_prefill_token_bytes = 0, per_rank_bytes = 0, per_graph_batch_bytes = 0;
  double floor_bytes = 0, floor_above_bytes = 0;
};

struct Engine {
  RowInfo row;
  std::string version;                      // the one assumed when a workload names none
  std::vector<std::string> vendors;         // device vendors it runs on; empty: any
  std::vector<DeviceClass> classes;
  std::vector<std::string> families;        // quantization families it loads
  bool tensor_parallel = true;              // false: layers are split, one device works at a time
  double fixed_overhead_bytes = 0;          // per device, beside the versioned terms
  double memory_margin_bytes = 0;           // left free per device
  double memory_factor = 1;                 // on weights + KV (transformers: 1.2)
  std::vector<EngineVersion> versions;      // rising `from`
  std::vector<SchedulerDefaults> scheduler; // rising memory
  // llama.cpp-type compute buffer: ubatch · (vocab_bytes · vocab + hidden_bytes · hidden)
  std::optional<std::int64_t> ubatch_tokens;
  std::optional<double> buffer_bytes_per_logit;
  std::optional<double> buffer_bytes_per_hidden;
  // share of the whole device, or of what weights and activation leave free (TensorRT-LLM)
  bool utilization_of_free = false;
  std::int64_t moe_matrices = 0;            // expert matrices alive at once in the activation peak
  std::optional<Reserve> reserve;           // SGLang's own formula
};

/// Relative error band of a prediction: true value between low × and high × it in 80 % of cases (P10–P90).
struct Band {
  double low = 0.5;
  double high = 2;
};

enum class Tier { calibrated, textbook, extrapolated };

/// Step-time parameters of one engine on one class of devices.
struct Calibration {
  RowInfo row;
  std::string engine;
  std::vector<DeviceClass> classes;
  std::vector<std::string> vendors;        // empty: any
  double bandwidth_efficiency = 0.8;       // share of peak memory bandwidth reached while decoding
  double prefill_mfu = 0.4;                // share of peak FLOP/s reached in prefill
  double step_overhead_s = 0;              // per scheduler step
  double layer_overhead_s = 0;             // per layer and step
  double request_overhead_s = 0;           // per running sequence and step
  double all_reduce_latency_s = 0;         // per all-reduce
  double prefill_layer_overhead_s = 0;     // per layer of a prefill
  double interference = 1;                 // share of others' prefill time that delays a decode step
  Band decode_band, ttft_band;
  Tier tier = Tier::textbook;
};

}  // namespace rackfit::catalog
