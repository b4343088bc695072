#include "step_explain.hpp"

#include "recorder.hpp"

namespace rackfit::llm {

void explain_step_model(const Deployment& d, const StepModel& s, std::optional<double> peak, StepLog& log) {
  const auto& c = *d.calibration;
  if (d.device->bandwidth_bytes_per_s) {
    record(log, "bandwidth", "peak · efficiency",
           fmt::format("{} GB/s · {}", number(*d.device->bandwidth_bytes_per_s / 1e9),
                       number(c.bandwidth_efficiency)),
           s.bandwidth_bytes_per_s, "B/s", c.row.source);
  }
  if (d.model->moe && c.expert_bandwidth_efficiency) {
    record(log, "expert_bandwidth", "peak · expert_efficiency",
           fmt::format("{} GB/s · {}", number(*d.device->bandwidth_bytes_per_s / 1e9),
                       number(*c.expert_bandwidth_efficiency)),
           s.expert_bandwidth_bytes_per_s, "B/s", c.row.source);
  }
  if (peak && s.compute_known) {
    record(
        log, "token_compute", "2 · parameters / tensor_parallel / (peak · mfu), part by part at its own rate",
        fmt::format("format's peak {} TFLOP/s, mfu {}, experts {}; attention and tables at 16 bit where the "
                    "format leaves them",
                    number(*peak / 1e12), number(c.prefill_mfu),
                    number(c.expert_mfu.value_or(c.prefill_mfu))),
        s.compute.per_token + s.compute.per_token_experts, "s/token", c.row.source);
  }
  record(log, "step_fixed", "step + weighted_layers · layer + layers · 2 · all_reduce",
         fmt::format(
             "{} + weighted {} layers · {} + {} · 2 · {}", milliseconds(c.step_overhead_s), d.model->layers,
             milliseconds(c.layer_overhead_s), d.model->layers,
             milliseconds(d.tensor_parallel * d.data_parallel_attention > 1 ? c.all_reduce_latency_s : 0)),
         s.fixed_s, "s", c.row.source);
}

void explain_decode(const StepModel& s, double batch, double context, const DecodeParts& p, double total,
                    StepLog& log) {
  const double on_rank = batch / s.micro_batches / s.attention_ranks;
  record(log, "decode_weights", "weights + experts · coverage",
         fmt::format("{} + {} · {}", gib(s.read_always_bytes), gib(s.read_experts_bytes), number(p.coverage)),
         p.bytes, "B");
  record(log, "decode_kv", "sequences · KV(context)",
         fmt::format("{} · KV({} tokens)", number(on_rank), number(context)), p.kv_bytes, "B");
  if (s.verified_tokens > 1) {
    record(log, "tokens_per_step", "(1 − a^(k+1)) / (1 − a)",
           fmt::format("k = {}", number(s.verified_tokens - 1)), s.emitted_tokens, "token");
  }
  record(log, "decode_step",
         s.verified_tokens > 1 ? "(weights + host + attention + compute + overheads) / tokens_per_step"
                               : "weights + host + attention + compute + overheads",
         fmt::format("{} + {} + {} + {} + {}", milliseconds(p.memory_s), milliseconds(p.host_s),
                     milliseconds(p.attention_s), milliseconds(p.compute_s), milliseconds(p.overhead_s)),
         total, "s");
}

void explain_prefill(const StepModel& s, double tokens, double cached, const PrefillParts& p, double total,
                     StepLog& log) {
  record(log, "prefill", "work + weights and KV once per chunk + overheads",
         fmt::format("{} + {} + {}; {} tokens in {} chunks of at most {}, {} cached", milliseconds(p.work_s),
                     milliseconds(p.memory_s), milliseconds(p.overhead_s), number(tokens), number(p.chunks),
                     number(s.max_batched_tokens), number(cached)),
         total, "s");
}

}  // namespace rackfit::llm
