#include "rackfit/llm/step.hpp"

#include <algorithm>
#include <cmath>

#include "step_explain.hpp"

namespace rackfit::llm {
namespace {

using catalog::ComputeRate;

std::optional<double> first_known(std::initializer_list<std::optional<double>> rates) {
  for (const auto& rate : rates) {
    if (rate && *rate > 0) return rate;
  }
  return std::nullopt;
}

/// The peak rate of the format's products; a device without it unpacks to 16 bit and multiplies there.
std::optional<double> peak_rate(const catalog::ComputePeaks& peaks, ComputeRate rate) {
  const auto half = first_known({peaks.fp16, peaks.bf16, peaks.fp32});
  switch (rate) {
    case ComputeRate::fp32:
      return peaks.fp32;
    case ComputeRate::fp16:
      return half;
    case ComputeRate::fp8:
      return first_known({peaks.fp8, half});
    case ComputeRate::int8:
      return first_known({peaks.int8, half});
    case ComputeRate::fp4:
      return first_known({peaks.fp4, half});
  }
  return half;
}

/// One direction of the path between the ranks of a tensor-parallel group.
std::optional<double> rank_bandwidth(const Deployment& d) {
  const auto& link = d.device->link;
  const std::int64_t ranks = d.tensor_parallel * d.data_parallel_attention;
  const bool linked =
      link.scope == catalog::LinkScope::node || (link.scope == catalog::LinkScope::pair && ranks == 2);
  // Catalog figures are both directions summed; a ring sends in one.
  if (linked && link.bandwidth_bytes_per_s) return *link.bandwidth_bytes_per_s / 2;
  return pcie_bandwidth_bytes_per_s(*d.device);
}

/// Arithmetic per token of the matrices, without lm_head: a multiply-add is two.
double matrix_flops(const catalog::Model& m, const Parameters& p) {
  const double dense = p.attention + p.attention_kv + p.attention_shared + p.dense_ffn + p.shared_experts +
                       p.router + (p.remainder_is_body ? p.remainder : 0);
  const double experts =
      m.moe && m.moe->experts > 0 ? p.experts * double(m.moe->active) / double(m.moe->experts) : 0;
  double active = dense + experts;
  // A mixture whose layout the catalog does not know still says how much of it is active.
  if (!m.moe && m.active_parameters) active = std::min(active, *m.active_parameters);
  return 2 * active;
}

void fill_reads(const Deployment& d, StepModel& s, StepLog* log) {
  const WeightBytes w = weight_bytes(d, log);
  Deployment all_stages = d;
  all_stages.pipeline_parallel = 1;
  s.kv = kv_layout(all_stages);
  s.read_always_bytes = w.read_always;
  s.read_experts_bytes = w.read_experts;
  if (d.model->moe) {
    s.experts = double(d.model->moe->experts);
    s.active_experts = double(d.model->moe->active);
  }
}

void fill_compute(const Deployment& d, StepModel& s) {
  const auto& m = *d.model;
  const double tp = double(d.tensor_parallel);
  const Parameters p = count_parameters(m);
  s.flops_per_token = matrix_flops(m, p) / tp;
  s.lm_head_flops = generates(m) ? 2 * p.embeddings / tp : 0;
  s.attention = attention_flops(m);
  s.attention.full_prefill /= tp;
  s.attention.full_decode /= tp;
  s.attention.sliding /= tp;
  s.window_tokens = double(layer_kinds(m).window);
}

void fill_overheads(const Deployment& d, StepModel& s) {
  const auto& c = *d.calibration;
  const double layers = double(d.model->layers);
  s.fixed_s = c.step_overhead_s + layers * c.layer_overhead_s;
  s.prefill_fixed_s = layers * c.prefill_layer_overhead_s;
  s.per_request_s = c.request_overhead_s;
  const double ranks = double(d.tensor_parallel * d.data_parallel_attention);
  if (ranks <= 1) return;
  constexpr double exchanges = 2;  // after attention and after the feed-forward part
  constexpr double element = 2;    // bytes of an activation
  s.fixed_s += exchanges * layers * c.all_reduce_latency_s;
  const auto link = rank_bandwidth(d);
  if (!link) {
    s.decode_missing = s.prefill_missing = Missing::link;
    return;
  }
  const double ring = 2 * (ranks - 1) / ranks;
  s.comm_s_per_token = exchanges * layers * ring * double(d.model->hidden) * element / *link;
}

}  // namespace

std::string_view to_string(Missing missing) {
  switch (missing) {
    case Missing::none:
      return "nothing";
    case Missing::calibration:
      return "calibration of the engine on this class of devices";
    case Missing::bandwidth:
      return "memory bandwidth of the device";
    case Missing::compute:
      return "peak compute rate of the device";
    case Missing::link:
      return "bandwidth between the devices";
    case Missing::architecture:
      return "architecture of the model";
  }
  return "nothing";
}

std::optional<double> pcie_bandwidth_bytes_per_s(const catalog::Device& device) {
  if (!device.pcie || device.pcie->generation < 1 || device.pcie->lanes <= 0) return std::nullopt;
  // PCI Express base specifications: 2.5 GT/s a lane doubling with 8b/10b coding up to generation 2, 8 GT/s
  // doubling with 128b/130b from generation 3 on.
  const double generation = device.pcie->generation;
  const double bits = generation < 3 ? 2.5e9 * std::exp2(generation - 1) * 8 / 10
                                     : 8e9 * std::exp2(generation - 3) * 128 / 130;
  return bits / 8 * double(device.pcie->lanes);
}

double expert_coverage(double experts, double active, double tokens) {
  if (experts <= 0 || active >= experts) return 1;
  return -std::expm1(tokens * std::log1p(-active / experts));
}

StepModel step_model(const Deployment& d, StepLog* log) {
  StepModel s;
  const bool architecture = d.model->layers > 0 && d.model->hidden > 0;
  if (!d.calibration || !architecture) {
    s.decode_missing = s.prefill_missing = architecture ? Missing::calibration : Missing::architecture;
    return s;
  }
  const auto& c = *d.calibration;
  s.decode_band = c.decode_band;
  s.ttft_band = c.ttft_band;
  s.tier = c.tier;
  s.interference = c.interference;
  s.attention_ranks = double(d.data_parallel_attention);
  // A layer split without stages in flight leaves all devices but one idle.
  const bool in_flight = !d.engine || d.engine->tensor_parallel;
  s.micro_batches = in_flight ? double(d.pipeline_parallel) : 1;
  s.max_batched_tokens = double(scheduler(d).max_batched_tokens);
  fill_reads(d, s, log);
  fill_compute(d, s);
  const auto rate =
      peak_rate(d.device->compute, d.quantization ? d.quantization->compute : ComputeRate::fp16);
  if (d.device->bandwidth_bytes_per_s) {
    s.bandwidth_bytes_per_s = *d.device->bandwidth_bytes_per_s * c.bandwidth_efficiency;
  } else {
    s.decode_missing = s.prefill_missing = Missing::bandwidth;
  }
  if (rate) {
    s.flops_per_s = *rate * c.prefill_mfu;
  } else if (s.prefill_missing == Missing::none) {
    s.prefill_missing = Missing::compute;
  }
  fill_overheads(d, s);
  if (log) explain_step_model(d, s, rate, *log);
  return s;
}

std::optional<double> decode_step_s(const StepModel& s, double batch, double context, StepLog* log) {
  if (s.decode_missing != Missing::none) return std::nullopt;
  const double in_step = batch / s.micro_batches;
  const double on_rank = in_step / s.attention_ranks;
  DecodeParts parts;
  parts.coverage = s.experts > 0 ? expert_coverage(s.experts, s.active_experts, in_step) : 1;
  parts.bytes =
      s.read_always_bytes + s.read_experts_bytes * parts.coverage + on_rank * s.kv.read_bytes(context);
  parts.memory_s = parts.bytes / s.bandwidth_bytes_per_s;
  if (s.flops_per_s > 0) {
    const double attention =
        s.attention.full_decode * context + s.attention.sliding * std::min(context, s.window_tokens);
    parts.compute_s = on_rank * (s.flops_per_token + s.lm_head_flops + attention) / s.flops_per_s;
  }
  parts.overhead_s = s.fixed_s + in_step * s.per_request_s + on_rank * s.comm_s_per_token;
  const double total = std::max(parts.memory_s, parts.compute_s) + parts.overhead_s;
  if (log) explain_decode(s, batch, context, parts, total, *log);
  return total;
}

namespace {

double prefill_compute_s(const StepModel& s, double tokens, double mean_context) {
  const double attention =
      s.attention.full_prefill * mean_context + s.attention.sliding * std::min(mean_context, s.window_tokens);
  return (tokens * (s.flops_per_token + attention) + s.lm_head_flops) / s.flops_per_s;
}

}  // namespace

std::optional<double> prefill_work_s(const StepModel& s, double tokens, double cached) {
  if (s.prefill_missing != Missing::none) return std::nullopt;
  if (tokens <= 0) return 0.0;
  return prefill_compute_s(s, tokens, cached + tokens / 2) + tokens * s.comm_s_per_token;
}

std::optional<double> prefill_s(const StepModel& s, double tokens, double cached, StepLog* log) {
  if (s.prefill_missing != Missing::none) return std::nullopt;
  if (tokens <= 0) return 0.0;
  const double chunks = std::ceil(tokens / s.max_batched_tokens);
  const double mean_context = cached + tokens / 2;
  const double compute = prefill_compute_s(s, tokens, mean_context);
  const double coverage = s.experts > 0 ? expert_coverage(s.experts, s.active_experts, tokens / chunks) : 1;
  const double bytes =
      chunks * (s.read_always_bytes + s.read_experts_bytes * coverage + s.kv.read_bytes(mean_context));
  const double memory = bytes / s.bandwidth_bytes_per_s;
  const double total = std::max(compute, memory) + chunks * s.prefill_fixed_s + tokens * s.comm_s_per_token;
  if (log) explain_prefill(s, tokens, cached, compute, memory, chunks, total, *log);
  return total;
}

}  // namespace rackfit::llm
