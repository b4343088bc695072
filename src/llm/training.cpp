#include "rackfit/llm/training.hpp"

#include <algorithm>
#include <cmath>

#include "recorder.hpp"

namespace rackfit::llm {
namespace {

double stage_layers(const TrainingJob& job) {
  const std::int64_t stages = std::max<std::int64_t>(1, job.pipeline_parallel);
  return double((job.model->layers + stages - 1) / stages);
}

/// Parameters of the fullest device before ZeRO divides them.
double local_parameters(const TrainingJob& job, double parameters) {
  if (job.model->layers <= 0) return parameters / double(job.tensor_parallel);
  return parameters * stage_layers(job) / double(job.model->layers) / double(job.tensor_parallel);
}

/// Width of the feed-forward part that one token passes through.
double ffn_width(const catalog::Model& m) {
  if (m.moe) {
    const double shared = double(m.moe->shared_intermediate > 0 ? m.moe->shared_intermediate
                                                                : m.moe->shared * m.moe->intermediate);
    return double(m.moe->active * m.moe->intermediate) + shared;
  }
  return m.ffn ? double(m.ffn->intermediate) : 0;
}

/// Kept for the backward pass by one layer, bytes.
double layer_activations(const TrainingJob& job, bool keep_scores) {
  const auto& m = *job.model;
  const auto& c = job.coefficients;
  const double tp = double(job.tensor_parallel);
  const double tokens = double(job.sequence_tokens) * double(job.micro_batch);
  const double undivided = c.activation_base * double(m.hidden);
  const double divided = c.activation_divided * double(m.hidden) + c.activation_per_ffn * ffn_width(m);
  const double scores = keep_scores && !job.fused_attention
                            ? c.attention_scores * double(m.attention.heads) * double(job.sequence_tokens)
                            : 0;
  return tokens * (undivided / (job.sequence_parallel ? tp : 1) + (divided + scores) / tp);
}

void fill_activations(const TrainingJob& job, TrainingMemory& out) {
  const auto& m = *job.model;
  const auto& c = job.coefficients;
  const double tokens = double(job.sequence_tokens) * double(job.micro_batch);
  // One-forward-one-backward schedules keep as many micro-batches as there are stages on the first one, so a
  // stage holds the activations of all layers whatever the number of stages.
  const double layers = stage_layers(job) * double(job.pipeline_parallel);
  if (job.recomputation == Recomputation::full) {
    const double divided_by = job.sequence_parallel ? double(job.tensor_parallel) : 1;
    out.activations = layers * tokens * double(m.hidden) * c.checkpoint_bytes / divided_by;
    out.working = layer_activations(job, true);
  } else {
    out.activations = layers * layer_activations(job, job.recomputation == Recomputation::none);
  }
  out.activations += tokens * double(m.vocab) * c.logit_bytes / double(job.tensor_parallel);
}

/// Divides weights, gradients and optimizer state as the ZeRO stage says.
void fill_states(const TrainingJob& job, double base_bytes, TrainingMemory& out) {
  const auto& c = job.coefficients;
  const double ranks = double(std::max<std::int64_t>(1, job.data_parallel));
  const double trained = local_parameters(job, out.trained_parameters);
  const double optimizer = trained * c.optimizer_bytes / (job.zero_stage >= 1 ? ranks : 1);
  const double gradients = trained * c.gradient_bytes / (job.zero_stage >= 2 ? ranks : 1);
  const double weight_division = job.zero_stage >= 3 ? ranks : 1;
  out.weights = local_parameters(job, base_bytes) / weight_division;
  if (job.zero_stage >= 3) {
    // The layer at work is gathered whole, and the next one is fetched while it computes.
    const double layers = std::max(1.0, double(job.model->layers));
    out.working += 2 * base_bytes / layers / double(job.tensor_parallel);
  }
  if (job.method == TrainingMethod::full) {
    out.gradients = gradients;
    out.optimizer = optimizer;
  } else {
    out.adapters = trained * c.weight_bytes / weight_division + gradients + optimizer;
  }
}

void explain(const TrainingJob& job, const TrainingMemory& t, StepLog& log) {
  const auto& c = job.coefficients;
  record(log, "trained_parameters",
         job.method == TrainingMethod::full ? "all parameters" : "rank · Σ (in + out)",
         job.method == TrainingMethod::full ? number(t.trained_parameters)
                                            : fmt::format("rank {}", job.lora_rank),
         t.trained_parameters, "1", job.model->row.source);
  record(log, "states", "trained · (gradient + optimizer) / ranks by ZeRO stage",
         fmt::format("{} · ({} B + {} B), stage {} over {}", number(t.trained_parameters),
                     number(c.gradient_bytes), number(c.optimizer_bytes), job.zero_stage, job.data_parallel),
         t.gradients + t.optimizer + t.adapters, "B");
  record(log, "activations", "layers · kept per layer + tokens · vocabulary · logit_bytes / tensor_parallel",
         fmt::format("{} layers, {} × {} tokens, vocabulary {}", job.model->layers, job.micro_batch,
                     job.sequence_tokens, job.model->vocab),
         t.activations, "B");
  record(log, "training_total",
         "weights + adapters + gradients + optimizer + activations + working + overhead",
         fmt::format("{} + {} + {} + {} + {} + {} + {}", gib(t.weights), gib(t.adapters), gib(t.gradients),
                     gib(t.optimizer), gib(t.activations), gib(t.working), gib(t.overhead)),
         t.total, "B");
}

}  // namespace

double lora_parameters(const catalog::Model& m, std::int64_t rank) {
  const auto kinds = layer_kinds(m);
  const auto& a = m.attention;
  const double hidden = double(m.hidden), heads = double(a.heads),
               layers = double(kinds.full + kinds.sliding);
  double widths = 0;  // Σ (in + out) over all adapted matrices
  if (a.type == catalog::AttentionType::mla) {
    const double query = heads * double(a.nope_head_dim + a.rope_head_dim);
    const double rank_q = double(a.q_lora_rank), latent = double(a.kv_lora_rank);
    widths += layers * (rank_q > 0 ? hidden + rank_q + rank_q + query : hidden + query);
    widths += layers * (hidden + latent + double(a.rope_head_dim));
    widths += layers * (latent + heads * double(a.nope_head_dim + a.v_head_dim));
    widths += layers * (heads * double(a.v_head_dim) + hidden);
  } else {
    const double dim = double(a.head_dim);
    widths += layers * (2 * (hidden + heads * dim) + 2 * (hidden + double(a.kv_heads) * dim));
  }
  const double matrices = m.ffn && !m.ffn->gated ? 2 : 3;
  const double mixed = double(moe_layers(m));
  if (m.ffn) widths += (double(m.layers) - mixed) * matrices * (hidden + double(m.ffn->intermediate));
  if (m.moe) {
    const double experts = double(m.moe->experts + m.moe->shared);
    widths += mixed * matrices * experts * (hidden + double(m.moe->intermediate));
  }
  return double(rank) * widths;
}

TrainingMemory training_memory(const TrainingJob& job, StepLog* log) {
  const auto& m = *job.model;
  const auto& c = job.coefficients;
  TrainingMemory out;
  const double parameters = m.parameters > 0 ? m.parameters : count_parameters(m).total();
  out.trained_parameters =
      job.method == TrainingMethod::full ? parameters : lora_parameters(m, job.lora_rank);
  double base_bytes = parameters * c.weight_bytes;
  if (job.method == TrainingMethod::qlora && job.base_quantization) {
    Deployment whole;
    whole.model = job.model;
    whole.device = job.device;
    whole.quantization = job.base_quantization;
    base_bytes = weight_bytes(whole).total;
  }
  fill_activations(job, out);
  fill_states(job, base_bytes, out);
  out.overhead = job.overhead_bytes;
  out.total = out.weights + out.adapters + out.gradients + out.optimizer + out.activations + out.working +
              out.overhead;
  if (job.device) {
    out.device = job.device->usable_memory_bytes ? job.device->usable_memory_bytes : job.device->memory_bytes;
  }
  if (log) explain(job, out, *log);
  return out;
}

std::optional<TrainingTime> training_time(const TrainingJob& job, StepLog* log) {
  if (!job.mfu || !job.device) return std::nullopt;
  const auto& peaks = job.device->compute;
  const auto peak = peaks.bf16 ? peaks.bf16 : peaks.fp16;
  const auto& m = *job.model;
  const double active = m.active_parameters.value_or(m.moe ? 0 : m.parameters);
  if (!peak || active <= 0) return std::nullopt;
  const auto& c = job.coefficients;
  double flops = job.method == TrainingMethod::full ? c.forward_backward_flops : c.adapter_flops;
  if (job.recomputation == Recomputation::full) flops += c.recomputation_flops;
  TrainingTime time;
  time.tokens_per_s = double(job.devices()) * *peak * *job.mfu / (flops * active);
  if (job.tokens > 0 && time.tokens_per_s > 0) time.duration_s = job.tokens / time.tokens_per_s;
  if (log) {
    record(*log, "training_rate", "devices · peak · mfu / (flops · active_parameters)",
           fmt::format("{} · {} TFLOP/s · {} / ({} · {})", job.devices(), number(*peak / 1e12),
                       number(*job.mfu), number(flops), number(active)),
           time.tokens_per_s, "token/s", job.device->row.source);
  }
  return time;
}

}  // namespace rackfit::llm
