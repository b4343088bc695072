#include "recorder.hpp"
#include "serving_state.hpp"

namespace rackfit::llm {

void explain_serving(const ServingModel& m, const Load& load, const Job& job, const Point& p,
                     const Latencies& l, StepLog& log) {
  record(log, "mean_context", "prompt + output · (1 + cv²) / 2",
         fmt::format("{} + {} · (1 + {}) / 2", number(load.prompt.mean), number(job.output_tokens),
                     number(job.output_cv2)),
         job.context_tokens, "token");
  record(log, "max_running",
         "largest n with n · KV(mean_context) + reserve · sqrt(n) within the KV budget, or the scheduler's "
         "limit",
         fmt::format("{} of KV budget, {} each; scheduler {}",
                     gib(m.memory.kv_budget_bytes * m.step.attention_ranks), gib(job.held_bytes),
                     m.memory.scheduler_sequences),
         job.max_running, "1");
  prefill_s(m.step, job.prompt_tokens, load.prompt.mean - job.prompt_tokens, &log);
  decode_step_s(m.step, p.seen_batch, job.context_tokens, &log);
  if (job.output_tokens > 0) {
    record(log, "tpot", "decode_step + interference · others · prefill_work / output",
           fmt::format("{} + {} · {} · {} / {}", milliseconds(p.step_s), number(m.step.interference),
                       number(p.seen_batch - 1), milliseconds(job.work_s / job.lanes),
                       number(job.output_tokens)),
           p.tpot_s, "s");
    record(log, "running", "rate · output · tpot",
           fmt::format("{} /s · {} · {}", number(p.rate_per_s), number(job.output_tokens),
                       milliseconds(p.tpot_s)),
           p.decoding, "1");
  }
  record(log, "prefill_utilization", "rate · (prefill_work + chunks · decode_step)",
         fmt::format("{} /s · {}", number(p.rate_per_s), milliseconds(p.occupancy_s)), p.prefill_load, "1");
  record(log, "ttft_mean", "prefill among running sequences + rest of the step + waiting",
         fmt::format("{} + {} + {}", milliseconds(p.first_token_s),
                     milliseconds(l.ttft.mean - p.first_token_s - l.waiting_s), milliseconds(l.waiting_s)),
         l.ttft.mean, "s");
  record(log, "e2e_mean", "ttft + (output − 1) · tpot",
         fmt::format("{} + ({} − 1) · {}", milliseconds(l.ttft.mean), number(job.output_tokens),
                     milliseconds(p.tpot_s)),
         l.e2e.mean, "s");
}

}  // namespace rackfit::llm
