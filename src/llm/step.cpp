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

/// Whether a format leaves the matrices of a part at 16 bit.
bool quantizes_attention(const Deployment& d) {
  if (!d.quantization) return false;
  const auto coverage = d.quantization->coverage;
  const bool latent = d.model->attention.type == catalog::AttentionType::mla;
  return coverage == catalog::Coverage::linear ||
         (coverage == catalog::Coverage::feed_forward_if_latent && !latent);
}
bool quantizes_feed_forward(const Deployment& d) {
  return d.quantization && d.quantization->coverage != catalog::Coverage::experts;
}

void fill_reads(const Deployment& d, StepModel& s, StepLog* log) {
  const WeightBytes w = weight_bytes(d, log);
  Deployment all_stages = d;
  all_stages.pipeline_parallel = 1;
  s.kv = kv_layout(all_stages);
  s.read_always_bytes = w.read_always;
  s.read_experts_bytes = w.read_experts;
  s.host_always_bytes = w.read_host_always;
  s.host_experts_bytes = w.read_host_experts;
  if (d.model->moe) {
    s.experts = double(d.model->moe->experts);
    s.active_experts = double(d.model->moe->active);
  }
  if (s.host_always_bytes + s.host_experts_bytes > 0) {
    s.host_bandwidth_bytes_per_s = d.host_bandwidth_bytes_per_s.value_or(0);
    s.upload_bandwidth_bytes_per_s =
        pcie_bandwidth_bytes_per_s(*d.device).value_or(s.host_bandwidth_bytes_per_s);
    if (s.host_bandwidth_bytes_per_s <= 0) s.decode_missing = s.prefill_missing = Missing::host_bandwidth;
  }
}

void fill_bandwidth(const Deployment& d, StepModel& s) {
  const auto& c = *d.calibration;
  if (!d.device->bandwidth_bytes_per_s) {
    s.decode_missing = s.prefill_missing = Missing::bandwidth;
    return;
  }
  const double peak = *d.device->bandwidth_bytes_per_s;
  const auto reached = [&](double efficiency) {
    const double bandwidth = peak * efficiency;
    return c.bandwidth_ceiling_bytes_per_s ? std::min(bandwidth, *c.bandwidth_ceiling_bytes_per_s)
                                           : bandwidth;
  };
  s.bandwidth_bytes_per_s = reached(c.bandwidth_efficiency);
  s.expert_bandwidth_bytes_per_s = reached(c.expert_bandwidth_efficiency.value_or(c.bandwidth_efficiency));
  s.kv_bandwidth_bytes_per_s = reached(c.kv_bandwidth_efficiency.value_or(c.bandwidth_efficiency));
  const double copies =
      d.model->moe ? double(moe_layers(*d.model)) * double(d.model->moe->active) / double(d.expert_parallel)
                   : 0;
  s.traffic_s_per_token = double(d.model->hidden) *
                          (double(d.model->layers) * c.activation_traffic + copies * c.expert_traffic) / peak;
}

bool quantized(const Deployment& d) { return d.quantization && d.quantization->bits_per_weight < 16; }

/// Effort of unpacking a weight, over that of a 4-bit block format.
double unpacking_effort(const catalog::Quantization& format) {
  constexpr double small_bits = 8;  // above: whole bytes, half the effort
  return format.unpack.value_or(format.bits_per_weight > small_bits ? 0.5 : 1);
}

/// Arithmetic of turning block formats back into numbers while every weight is used once.
void fill_unpacking(const Deployment& d, StepModel& s) {
  const auto peak = first_known({d.device->compute.fp32, d.device->compute.fp16});
  if (!quantized(d) || !peak || d.calibration->unpack_flops <= 0) return;
  const double per_weight = unpacking_effort(*d.quantization) * d.calibration->unpack_flops / *peak / double(d.tensor_parallel);
  const Parameters p = count_parameters(*d.model);
  s.unpack_always_s =
      per_weight * (p.attention + p.attention_kv + p.attention_shared + p.dense_ffn + p.shared_experts +
                    p.embeddings + (p.remainder_is_body ? p.remainder : 0));
  s.unpack_experts_s = per_weight * p.experts;
}

/// What the release asked for took over what later ones take.
catalog::OlderRelease release_factors(const Deployment& d) {
  // "b9187", "v0.11.0rc2"; a commit such as "39eab74a0" says nothing of its age and counts as a late one.
  const auto digits = [](std::string_view version) {
    if (!version.empty() && (version.front() == 'b' || version.front() == 'v')) version.remove_prefix(1);
    const auto end = std::min(version.find_first_not_of("0123456789"), version.size());
    const bool number = end > 0 && (end == version.size() || std::string_view(".-+rpd").find(version[end]) !=
                                                                 std::string_view::npos);
    return number ? version : std::string_view();
  };
  const std::string_view asked = digits(d.engine_version);
  for (const catalog::OlderRelease& older : d.calibration->older) {
    if (!asked.empty() && version_less(asked, digits(older.before))) return older;
  }
  return {};
}

/// A multiply-add is two operations.
void fill_compute(const Deployment& d, StepModel& s, std::optional<double> rate) {
  const auto& m = *d.model;
  const auto& c = *d.calibration;
  const auto half = peak_rate(d.device->compute, ComputeRate::fp16);
  if (!rate || !half) {
    if (s.prefill_missing == Missing::none) s.prefill_missing = Missing::compute;
    return;
  }
  s.compute_known = true;
  const double tp = double(d.tensor_parallel);
  const Parameters p = count_parameters(m);
  double attention =
      p.attention + p.attention_kv + p.attention_shared + p.router + (p.remainder_is_body ? p.remainder : 0);
  double feed_forward = p.dense_ffn + p.shared_experts;
  // A mixture whose layout the catalog does not know still says how much of it is active.
  if (!m.moe && m.active_parameters && attention + feed_forward > *m.active_parameters) {
    const double share = *m.active_parameters / (attention + feed_forward);
    attention *= share;
    feed_forward *= share;
  }
  const double plain = *half * c.prefill_mfu;
  // A kernel that unpacks a weight again for every few tokens pays for it all through a prompt.
  const double repacked = quantized(d) ? 1 + c.prefill_unpack * unpacking_effort(*d.quantization) : 1;
  const double reduced =
      *rate * (quantized(d) ? c.quantized_mfu.value_or(c.prefill_mfu) : c.prefill_mfu) / repacked;
  s.compute.per_token = 2 * attention / tp / (quantizes_attention(d) ? reduced : plain) +
                        2 * feed_forward / tp / (quantizes_feed_forward(d) ? reduced : plain);
  if (m.moe && m.moe->experts > 0) {
    const double visited = p.experts * double(m.moe->active) / double(m.moe->experts);
    s.compute.per_token_experts = 2 * visited * repacked / tp / double(d.data_parallel_attention) /
                                  (*rate * c.expert_mfu.value_or(c.prefill_mfu));
  }
  s.compute.lm_head = generates(m) ? 2 * p.embeddings / tp / plain : 0;
  const AttentionFlops flops = attention_flops(m);
  const double scores = *half * c.attention_mfu.value_or(c.prefill_mfu) * tp;
  s.compute.full_prefill = flops.full_prefill / scores;
  s.compute.full_decode = flops.full_decode / scores;
  s.compute.sliding = flops.sliding / scores;
  s.window_tokens = double(layer_kinds(m).window);
  const catalog::OlderRelease older = release_factors(d);
  s.prefill_factor = older.prefill_factor;
  s.prefill_attention_factor = older.attention_factor;
}

/// Layers counted as so many plain ones with a dense feed-forward part.
double weighted_layers(const Deployment& d) {
  const auto& m = *d.model;
  const auto& c = *d.calibration;
  const auto kinds = layer_kinds(m);
  const double attending = double(kinds.full + kinds.sliding);
  double layers = double(m.layers) + c.moe_layer_factor * double(moe_layers(m)) +
                  c.linear_layer_factor * double(kinds.linear);
  if (m.attention.type == catalog::AttentionType::mla) layers += c.latent_layer_factor * attending;
  if (m.attention.indexer_bytes > 0) layers += c.indexer_layer_factor * attending;
  constexpr std::int64_t usual_norms = 2;
  if (m.norms_per_layer > usual_norms) layers += c.extra_norm_factor * double(m.layers);
  return layers;
}

void fill_overheads(const Deployment& d, StepModel& s) {
  const auto& c = *d.calibration;
  const double layers = double(d.model->layers);
  const double launches = weighted_layers(d) * c.layer_overhead_s * release_factors(d).layer_overhead_factor;
  s.fixed_s = c.step_overhead_s + launches;
  s.host_floor_s = weighted_layers(d) * c.host_layer_s * (quantized(d) ? 1 + c.host_quantized_factor : 1);
  if (d.engine && !d.engine->tensor_parallel) {
    s.fixed_s += double(d.devices() - 1) * c.stage_latency_s;
    s.prefill_stages = 1 + double(d.devices() - 1) * c.stage_overlap;
  }
  s.prefill_fixed_s = layers * c.prefill_layer_overhead_s + launches * c.prefill_launch_factor;
  s.setup_s = c.request_setup_s;
  s.per_request_s = c.request_overhead_s;
  s.ramp_share = c.ramp_share;
  s.queue_factor = c.queue_factor;
  if (d.expert_parallel > 1) s.imbalance = c.expert_imbalance;
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
  s.comm_s_per_token =
      exchanges * layers * ring * double(d.model->hidden) * element / (*link * c.link_efficiency);
}

/// Proposals cost a read of the draft each; all of them are verified in one step.
void fill_speculation(const Deployment& d, StepModel& s) {
  const double proposed = double(d.speculative_tokens);
  if (proposed <= 0 || s.bandwidth_bytes_per_s <= 0) return;
  const double accepted = std::clamp(d.draft_acceptance, 0.0, 1.0);
  s.verified_tokens = proposed + 1;
  s.emitted_tokens = accepted >= 1 ? proposed + 1 : (1 - std::pow(accepted, proposed + 1)) / (1 - accepted);
  const double layers = d.draft ? double(d.draft->layers) : double(d.mtp_layers);
  const double bytes = weight_bytes(d).draft;
  s.draft_s = proposed * (bytes / s.bandwidth_bytes_per_s + layers * d.calibration->layer_overhead_s);
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
    case Missing::host_bandwidth:
      return "memory bandwidth of the host";
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
  const std::string_view own_family = family(*d.model);
  for (const catalog::FamilyBands& bands : c.family_bands) {
    if (bands.family != own_family) continue;
    s.decode_band = bands.decode;
    s.ttft_band = bands.ttft;
  }
  const bool covered =
      c.families.empty() || std::find(c.families.begin(), c.families.end(), own_family) != c.families.end();
  if (c.tier == catalog::Tier::calibrated && !covered) s.tier = catalog::Tier::extrapolated;
  s.interference = c.interference;
  s.attention_ranks = double(d.data_parallel_attention);
  // A layer split without stages in flight leaves all devices but one idle.
  const bool in_flight = !d.engine || d.engine->tensor_parallel;
  s.micro_batches = in_flight ? double(d.pipeline_parallel) : 1;
  s.max_batched_tokens = double(scheduler(d).max_batched_tokens);
  if (d.engine && d.engine->ubatch_tokens) {
    const double physical = double(d.ubatch_tokens.value_or(*d.engine->ubatch_tokens));
    s.max_batched_tokens = std::min(s.max_batched_tokens, physical);
  }
  const auto rate =
      peak_rate(d.device->compute, d.quantization ? d.quantization->compute : ComputeRate::fp16);
  fill_reads(d, s, log);
  fill_bandwidth(d, s);
  fill_compute(d, s, rate);
  fill_unpacking(d, s);
  fill_overheads(d, s);
  fill_speculation(d, s);
  if (log) explain_step_model(d, s, rate, *log);
  return s;
}

std::optional<double> decode_step_s(const StepModel& s, double batch, double context, StepLog* log) {
  if (s.decode_missing != Missing::none) return std::nullopt;
  const double in_step = batch / s.micro_batches;
  const double on_rank = in_step / s.attention_ranks;
  DecodeParts parts;
  parts.coverage =
      s.experts > 0 ? expert_coverage(s.experts, s.active_experts, in_step * s.verified_tokens) : 1;
  parts.bytes = s.read_always_bytes + s.read_experts_bytes * parts.coverage;
  parts.kv_bytes = on_rank * s.kv.read_bytes(context);
  parts.memory_s = s.read_always_bytes / s.bandwidth_bytes_per_s +
                   s.imbalance * s.read_experts_bytes * parts.coverage / s.expert_bandwidth_bytes_per_s;
  if (s.host_bandwidth_bytes_per_s > 0) {
    parts.host_s =
        (s.host_always_bytes + s.host_experts_bytes * parts.coverage) / s.host_bandwidth_bytes_per_s;
  }
  parts.attention_s = parts.kv_bytes / s.kv_bandwidth_bytes_per_s;
  const double rows = on_rank * s.verified_tokens;
  if (s.compute_known) {
    parts.compute_s = rows * (s.compute.per_token + s.compute.lm_head) +
                      s.imbalance * in_step * s.verified_tokens * s.compute.per_token_experts;
    const double scores =
        rows * (s.compute.full_decode * context + s.compute.sliding * std::min(context, s.window_tokens));
    parts.attention_s = std::max(parts.attention_s, scores);
  }
  parts.compute_s += s.unpack_always_s + s.imbalance * s.unpack_experts_s * parts.coverage;
  parts.overhead_s =
      s.fixed_s + in_step * s.per_request_s + rows * (s.comm_s_per_token + s.traffic_s_per_token) + s.draft_s;
  const double busy = parts.memory_s + parts.host_s + parts.attention_s + parts.compute_s + parts.overhead_s;
  const double total = std::max(busy, s.host_floor_s) / s.emitted_tokens;
  if (log) explain_decode(s, batch, context, parts, total, *log);
  return total;
}

std::optional<double> prefill_work_s(const StepModel& s, double tokens, double cached) {
  if (s.prefill_missing != Missing::none) return std::nullopt;
  if (tokens <= 0) return 0.0;
  const double context = cached + tokens / 2;
  const double attention =
      s.compute.full_prefill * context + s.compute.sliding * std::min(context, s.window_tokens);
  // Under data-parallel attention every rank works on a prompt of its own, and all of them load the experts.
  const double experts = s.compute.per_token_experts * s.attention_ranks * s.imbalance;
  const double matrices = s.prefill_factor * (s.compute.per_token + experts);
  return tokens * (matrices + s.prefill_attention_factor * attention + s.comm_s_per_token +
                   s.traffic_s_per_token) +
         s.compute.lm_head;
}

std::optional<double> prefill_s(const StepModel& s, double tokens, double cached, StepLog* log) {
  if (s.prefill_missing != Missing::none) return std::nullopt;
  if (tokens <= 0) return 0.0;
  PrefillParts parts;
  parts.chunks = std::ceil(tokens / s.max_batched_tokens);
  parts.work_s = *prefill_work_s(s, tokens, cached);
  const double coverage =
      s.experts > 0 ? expert_coverage(s.experts, s.active_experts, tokens / parts.chunks) : 1;
  parts.memory_s = parts.chunks * (s.read_always_bytes / s.bandwidth_bytes_per_s +
                                   s.read_experts_bytes * coverage / s.expert_bandwidth_bytes_per_s +
                                   s.kv.read_bytes(cached + tokens / 2) / s.kv_bandwidth_bytes_per_s);
  // Layers that live in host memory come over the bus for every chunk of a prompt.
  if (s.upload_bandwidth_bytes_per_s > 0) {
    parts.memory_s += parts.chunks * (s.host_always_bytes + s.host_experts_bytes * coverage) /
                      s.upload_bandwidth_bytes_per_s;
  }
  parts.overhead_s = s.setup_s + parts.chunks * s.prefill_fixed_s;
  // Chunks follow each other through the devices of a layer split.
  const double speedup = parts.chunks * s.prefill_stages / (parts.chunks + s.prefill_stages - 1);
  const double total =
      std::max((parts.work_s + parts.memory_s + parts.overhead_s) / speedup, parts.chunks * s.host_floor_s);
  if (log) explain_prefill(s, tokens, cached, parts, total, *log);
  return total;
}

}  // namespace rackfit::llm
