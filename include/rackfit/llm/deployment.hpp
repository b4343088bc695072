// One replica of a model on devices: what every calculation of this room starts from.
//
// A deployment only refers to catalog rows; it must not outlive them. Parallelism is given as the engines
// take it. Whatever rules a deployment out is a value (`Misfit`) with its numbers, because the search counts
// reasons and only turns those of few candidates into text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rackfit/catalog/estimates.hpp"
#include "rackfit/catalog/serving.hpp"

namespace rackfit::llm {

/// Prompts and answers on instances of their own: every instance is the deployment once, and a group of them
/// is one replica.
struct Disaggregation {
  std::int64_t prefill = 1;         // instances that read prompts
  std::int64_t decode = 1;          // instances that write answers
  double link_bytes_per_s = 0;      // of one device towards its peer, one direction; 0: unknown
  double link_latency_s = 0;
  double prefill_share = 1;         // of its instances' rate that a pool reaches in a system
  double decode_share = 1;

  std::int64_t instances() const { return prefill + decode; }
};

struct Deployment {
  const catalog::Model* model = nullptr;
  const catalog::Device* device = nullptr;
  const catalog::Quantization* quantization = nullptr;  // null: 16 bit
  const catalog::KvFormat* kv_format = nullptr;         // null: 2 bytes an element
  const catalog::Engine* engine = nullptr;              // null: no overhead, all memory usable
  const catalog::Calibration* calibration = nullptr;    // null: times are unknown
  const catalog::Lending* lending = nullptr;            // of a memory that the device shares with its host
  std::string_view engine_version;                      // empty: the engine's assumed version

  std::int64_t tensor_parallel = 1;
  std::int64_t pipeline_parallel =
      1;  // stages; devices of a layer split when the engine has no tensor parallelism
  std::int64_t data_parallel_attention =
      1;  // ranks with own attention and KV, the experts spread over all of them

  std::int64_t context_tokens = 0;            // longest sequence that must be served; 0: the model's context
  std::optional<double> device_memory_bytes;  // chosen size of a device sold with several
  std::optional<double>
      memory_utilization;  // share of the device the engine may use; empty: the engine's default
  std::optional<std::int64_t> max_num_seqs;  // scheduler limits; empty: the engine's defaults for this device
  std::optional<std::int64_t> max_batched_tokens;

  double prompt_tokens =
      0;  // part of a sequence that is prompt, for engines that take it whole; 0: all of it
  std::optional<std::int64_t> ubatch_tokens;  // llama.cpp's physical batch; empty: the engine's
  std::optional<bool> flash_attention;        // empty: what the engine's version does

  std::int64_t lora_adapters = 0;  // resident at the same time
  std::int64_t lora_rank = 16;
  const catalog::Model* draft = nullptr;  // draft model of speculative decoding, on the same devices
  const catalog::Quantization* draft_quantization = nullptr;
  std::int64_t mtp_layers = 0;       // multi-token-prediction layers loaded beside the model
  std::int64_t expert_parallel = 1;  // ranks that hold whole experts; 1: tensor parallelism cuts every expert
  double draft_acceptance = 0.7;     // chance that a proposed token is accepted, given those before it were
  std::optional<double>
      host_bandwidth_bytes_per_s;       // that a decode step reaches on what lives in host memory
  std::int64_t speculative_tokens = 0;  // proposed per step: the sampler verifies one row more for each

  std::optional<std::int64_t> gpu_layers;  // layers on the devices, the others in host memory; empty: all
  double host_expert_share = 0;            // share of the routed experts kept in host memory

  std::optional<Disaggregation> disaggregation;  // empty: every instance does both

  /// Of one instance.
  std::int64_t devices() const { return tensor_parallel * pipeline_parallel * data_parallel_attention; }
};

enum class Misfit {
  weights_exceed_memory,   // needed, available: bytes per device, overheads included
  kv_exceeds_memory,       // one sequence of the wanted context: needed, available bytes per device
  graphs_exceed_slack,     // CUDA graphs outside the utilization: needed, available bytes per device
  context_exceeds_model,   // needed, available: tokens
  heads_not_divisible,     // needed: tensor parallel ranks, available: heads
  kv_heads_not_divisible,  // likewise, KV heads
  too_many_stages,         // needed: stages, available: layers
  no_tensor_parallelism,   // the engine only splits layers
  engine_not_on_device,    // vendor or class
  engine_cannot_load_format,
  compute_capability_too_low,  // needed, available: compute capability
  memory_unknown,              // the catalog gives no memory for the device
  architecture_unknown,        // layers, hidden size or attention missing
};

/// Why a deployment is ruled out, with the two numbers that disagree (0 where there are none).
struct Reason {
  Misfit kind;
  double needed = 0;
  double available = 0;
};

/// Stable word for a reason, as in JSON: `weights-exceed-memory`.
std::string_view to_string(Misfit kind);
/// One lower-case sentence with the numbers: "weights and overheads need 67.7 GiB per device, 62.1 GiB are
/// usable".
std::string describe(const Reason& reason);

/// Engine's memory behaviour at the deployment's version. An entry states what changes from its version on,
/// so all up to that version are laid over each other; nothing is set without an engine.
catalog::EngineVersion engine_version(const Deployment& deployment);
/// `a < b` for dotted version numbers ("0.9" < "0.17"); text after a number is ignored.
bool version_less(std::string_view a, std::string_view b);
/// Scheduler limits: the deployment's own, else the engine's defaults for the device's memory.
catalog::SchedulerDefaults scheduler(const Deployment& deployment);
/// What speaks against a deployment before any memory is counted.
std::vector<Reason> check(const Deployment& deployment);

}  // namespace rackfit::llm
