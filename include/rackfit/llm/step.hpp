// Time of one scheduler step, by roofline: bytes over bandwidth, arithmetic over peak rate, and calibrated
// overheads.
//
// A `StepModel` holds everything that does not change with the load, so that a search over loads costs some
// tens of nanoseconds a step. All coefficients come from `catalog::Calibration`; without bandwidth, peak rate
// or link of the device the times are unknown, and an unknown time is an empty optional, never zero.
#pragma once

#include "rackfit/llm/memory.hpp"

namespace rackfit::llm {

enum class Missing { none, calibration, bandwidth, compute, link, architecture, host_bandwidth };
/// What a time needs and the catalog does not have, as a short phrase: "memory bandwidth of the device".
std::string_view to_string(Missing missing);

/// Seconds of arithmetic per device at the rates the calibration grants. The parts run at different rates: a
/// format may quantize the experts only, and small matrices reach less of the peak.
struct ComputeSeconds {
  double per_token = 0;          // matrices without routed experts and lm_head
  double per_token_experts = 0;  // routed experts a token visits
  double lm_head = 0;            // per sampled token
  double full_prefill = 0;       // full attention, per token and token of context; expanded heads
  double full_decode = 0;        // the same while decoding
  double sliding = 0;            // sliding layers, per token and token of the window
};

struct StepModel {
  Missing decode_missing = Missing::none;   // why decode_step_s is unknown
  Missing prefill_missing = Missing::none;  // why prefill_s is unknown
  catalog::Band decode_band, ttft_band;
  catalog::Tier tier = catalog::Tier::textbook;
  double interference = 1;

  // bytes per device and step
  double read_always_bytes = 0;
  double read_experts_bytes = 0;
  double host_always_bytes = 0;  // of what lives in host memory, all of the replica
  double host_experts_bytes = 0;
  double experts = 0;  // routed experts per layer, 0 for dense models
  double active_experts = 0;
  KvLayout kv;  // all stages together, not only the fullest
  // peak × efficiency
  double bandwidth_bytes_per_s = 0;
  double expert_bandwidth_bytes_per_s = 0;
  double kv_bandwidth_bytes_per_s = 0;
  double host_bandwidth_bytes_per_s = 0;
  double upload_bandwidth_bytes_per_s = 0;  // host to device, for the prompts of offloaded layers

  ComputeSeconds compute;
  bool compute_known = false;
  double traffic_s_per_token = 0;  // memory traffic of activations
  double unpack_always_s = 0;      // arithmetic of unpacking the weights that every decode step reads
  double unpack_experts_s = 0;     // likewise, all routed experts
  double prefill_stages = 1;            // devices of a layer split that work on different chunks of a prompt
  double prefill_factor = 1;            // of an older release, on the matrices
  double prefill_attention_factor = 1;  // likewise, on attention
  double window_tokens = 0;

  double fixed_s = 0;          // step, layer and all-reduce latencies
  double host_floor_s = 0;     // the host's own time: a step takes no less
  double prefill_fixed_s = 0;  // of every step that carries prompt
  double setup_s = 0;          // once per request
  double per_request_s = 0;
  double comm_s_per_token = 0;  // all-reduce bytes over the link
  double imbalance = 1;         // busiest rank over the mean where experts are spread
  double micro_batches = 1;     // pipeline stages that work at the same time
  double attention_ranks = 1;   // data-parallel attention: a rank sees 1/n of the sequences
  double max_batched_tokens = 1;

  // speculative decoding
  double verified_tokens = 1;  // per sequence and step
  double emitted_tokens = 1;   // of them, expected to be accepted, the one sampled included
  double draft_s = 0;          // to propose them

  double ramp_share = 0, queue_factor = 1;  // closed loop
};

/// Constants of a deployment; check `decode_missing` and `prefill_missing`.
StepModel step_model(const Deployment& deployment, StepLog* log = nullptr);

/// Time between two tokens of a sequence when `batch` sequences decode at a mean context, seconds.
std::optional<double> decode_step_s(const StepModel& model, double batch, double context_tokens,
                                    StepLog* log = nullptr);
/// Time to read `tokens` of a prompt after `cached_tokens` that need no work, seconds; nothing else running.
std::optional<double> prefill_s(const StepModel& model, double tokens, double cached_tokens = 0,
                                StepLog* log = nullptr);
/// The part of a prefill that delays others when its chunks ride in their steps: arithmetic and transfers,
/// seconds. Weight reads a step has anyway; `prefill_fixed_s` delays the prompt itself but, by the measured
/// times between tokens, not the others.
std::optional<double> prefill_work_s(const StepModel& model, double tokens, double cached_tokens = 0);
/// Share of all routed experts that a step with `tokens` tokens touches, if the router spreads them evenly.
double expert_coverage(double experts, double active, double tokens);
/// One direction of a device's PCIe link, bytes/s; empty when unknown.
std::optional<double> pcie_bandwidth_bytes_per_s(const catalog::Device& device);

}  // namespace rackfit::llm
