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
  if (peak) {
    record(log, "compute", "peak · mfu",
           fmt::format("{} TFLOP/s · {}", number(*peak / 1e12), number(c.prefill_mfu)), s.flops_per_s,
           "FLOP/s", c.row.source);
  }
  record(log, "flops_per_token", "2 · active parameters / tensor_parallel",
         fmt::format("{} over {}", number(s.flops_per_token * double(d.tensor_parallel)), d.tensor_parallel),
         s.flops_per_token, "FLOP/token", d.model->row.source);
  record(log, "step_fixed", "step + layers · (layer + 2 · all_reduce)",
         fmt::format(
             "{} + {} · ({} + 2 · {})", milliseconds(c.step_overhead_s), d.model->layers,
             milliseconds(c.layer_overhead_s),
             milliseconds(d.tensor_parallel * d.data_parallel_attention > 1 ? c.all_reduce_latency_s : 0)),
         s.fixed_s, "s", c.row.source);
}

void explain_decode(const StepModel& s, double batch, double context, const DecodeParts& p, double total,
                    StepLog& log) {
  record(
      log, "decode_bytes", "weights + experts · coverage + sequences · KV(context)",
      fmt::format("{} + {} · {} + {} · KV({} tokens)", gib(s.read_always_bytes), gib(s.read_experts_bytes),
                  number(p.coverage), number(batch / s.micro_batches / s.attention_ranks), number(context)),
      p.bytes, "B");
  record(log, "decode_step", "max(bytes / bandwidth, flops / compute) + overheads",
         fmt::format("max({}, {}) + {}", milliseconds(p.memory_s), milliseconds(p.compute_s),
                     milliseconds(p.overhead_s)),
         total, "s");
}

void explain_prefill(const StepModel& s, double tokens, double cached, double compute_s, double memory_s,
                     double chunks, double total, StepLog& log) {
  record(log, "prefill",
         "max(flops / compute, bytes / bandwidth) + chunks · prefill_fixed + tokens · transfer",
         fmt::format("max({}, {}) + {} · {} + {} · {}; {} tokens cached", milliseconds(compute_s),
                     milliseconds(memory_s), number(chunks), milliseconds(s.prefill_fixed_s), number(tokens),
                     milliseconds(s.comm_s_per_token), number(cached)),
         total, "s");
}

}  // namespace rackfit::llm
