// Memory of one replica, per device: weights, KV cache, activations, engine overheads, and what remains.
//
// From architecture and formats to bytes on the fullest device of the replica. A plan asks two ways: does a
// given load fit, and how much would fit. Everything is per device because devices do not lend each other
// memory: a sum over devices would call misfits a fit.
#pragma once

#include "rackfit/llm/architecture.hpp"

namespace rackfit::llm {

/// Bytes on the fullest device.
struct WeightBytes {
  double per_device = 0;         // loaded
  double total = 0;              // of the model once, without replication
  double read_always = 0;        // per decode step on one rank of every stage, without routed experts
  double read_experts = 0;       // likewise, all routed experts of the rank
  double replicated = 0;         // part of per_device that tensor parallelism does not divide
  double host = 0;               // in host memory, whole replica (offloaded layers and experts)
  double read_host_always = 0;   // per decode step from host memory, without routed experts
  double read_host_experts = 0;  // likewise, all routed experts that live there
  double adapters = 0;           // part of per_device: LoRA adapters
  double draft = 0;              // part of per_device: draft model or multi-token-prediction layers
};
/// Without an engine: the file's matrices alone. What `read_*` says is left of the devices' part when layers
/// or experts live in host memory.
WeightBytes weight_bytes(const Deployment& deployment, StepLog* log = nullptr);

/// The model's own files, where their bytes count instead of the format's: the deployment must load the
/// format they hold. Null otherwise.
const catalog::FileWeights* exact_weights(const Deployment& deployment);
/// What to do about a system that lends its graphics part less than `needed_bytes` of the shared memory
/// unless told otherwise; empty: nothing.
std::string lending_advice(const Deployment& deployment, double needed_bytes);

/// KV cache of one sequence on one device, as a function of its length.
struct KvLayout {
  double full_bytes_per_token = 0;     // full-attention layers
  double sliding_bytes_per_token = 0;  // sliding layers, up to the window
  double window_tokens = 0;            // attended to by sliding layers
  double cell_tokens = 0;              // kept by them: the window, and with some engines a batch
  double constant_bytes = 0;           // linear layers' state
  double block_tokens = 1;             // allocation unit
  bool state_unknown = false;          // the model has linear layers whose state the catalog does not give
  double chunk_tokens =
      0;  // sliding layers hold that much beside the window while a prompt is worked through
  double indexer_bytes_per_token = 0;  // part of full_bytes_per_token: index keys of sparse attention
  double host_share = 0;  // share of the layers whose cache lives in host memory; not in the above

  // Engines with a pool of equal pages put the layers of each kind into groups of one size.
  double page_bytes = 0;  // of one group; 0: every layer has cells of its own size
  double full_groups = 0, sliding_groups = 0, linear_groups = 0;

  /// Bytes held for a sequence while it decodes, rounded up to whole blocks.
  double held_bytes(double tokens) const;
  /// Bytes the engine wants to see free before it admits a sequence of that length: sliding layers need a
  /// chunk beside their window.
  double admitted_bytes(double tokens) const;
  /// Bytes read by attention for one decode step at this context; not rounded.
  double read_bytes(double tokens) const;
  bool grows() const { return full_bytes_per_token > 0 || sliding_bytes_per_token > 0; }
};
/// The layout on the device with the most layers. `data_parallel_attention` does not change it: it divides
/// sequences.
KvLayout kv_layout(const Deployment& deployment, StepLog* log = nullptr);

/// Bytes on the fullest device; `total` ≤ `usable` when it fits.
struct MemoryStack {
  double weights = 0;
  double kv_cache = 0;    // of the sequences asked for
  double activation = 0;  // peak during the largest batch, sampler included
  double non_torch = 0;   // communication buffers, CUDA context, fixed engine overhead and margin
  double graphs = 0;      // CUDA graphs, where they count within the utilization
  double total = 0;
  double usable = 0;  // device memory × utilization
  double device = 0;  // device memory
};

struct Memory {
  MemoryStack stack;
  KvLayout kv;
  WeightBytes weight;
  double kv_budget_bytes = 0;   // on the tightest device: usable − everything but KV; never negative
  double tight_activation = 0;  // activation there: the sampler runs on the last stage of a pipeline only
  double max_tokens = 0;  // KV budget in sequences of the wanted context, whole replica, as engines report it
  double max_sequences =
      0;  // of the wanted context at the same time, whole replica; not the scheduler's limit
  double max_context_tokens = 0;         // longest single sequence, at most the model's context
  std::int64_t scheduler_sequences = 0;  // engine's own limit on running sequences
  std::int64_t scheduler_tokens = 0;     // tokens per step
  double host_bytes = 0;                 // resident in host memory: offloaded weights and cache
  double host_load_bytes = 0;            // read through host memory once while loading
  bool preallocates = false;             // the engine takes the whole KV budget at start
  std::vector<Reason> reasons;           // why it does not fit; empty: it fits

  bool fits() const { return reasons.empty(); }
};

/// Memory with `sequences` running sequences of `tokens` each (prompt and output together) on the replica.
/// `tokens` = 0: the deployment's wanted context.
Memory memory(const Deployment& deployment, double sequences = 1, double tokens = 0, StepLog* log = nullptr);

/// Sequences of `tokens` each that the replica's KV budget holds; infinite for models without a cache.
double max_sequences(const Deployment& deployment, const Memory& memory, double tokens);
/// Longest context for `sequences` equal sequences; whole tokens, at most `limit`.
double max_context(const Deployment& deployment, const Memory& memory, double sequences, double limit);

/// What has to leave the devices for a deployment to fit.
struct Offload {
  std::int64_t gpu_layers = 0;   // layers that stay on the devices
  double host_expert_share = 0;  // share of the routed experts that leaves; all layers stay then
  double host_bytes = 0;         // needed in host memory
};
/// The least offload with which `sequences` of `tokens` fit: experts first, since they are read least per
/// byte, whole layers otherwise. Empty when even an empty device does not help.
std::optional<Offload> offload_to_fit(const Deployment& deployment, double sequences, double tokens);
/// The deployment with an offload applied.
Deployment offloaded(Deployment deployment, const Offload& offload);

}  // namespace rackfit::llm
