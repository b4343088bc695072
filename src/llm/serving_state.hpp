// A replica at one operating point: what serving.cpp bisects over and serving_explain.cpp shows.
#pragma once

#include <array>

#include "rackfit/llm/serving.hpp"

namespace rackfit::llm {

/// All that follows from model and load alone; computed once per search.
struct Job {
  double prompt_tokens = 0;  // that need work, mean
  double output_tokens = 0;  // mean
  double output_square = 0;  // mean of the square
  double output_cv2 = 0;
  double context_tokens = 0;  // mean over running sequences, long ones counted as long as they run
  double chunk_share = 0;     // steps that the mean prompt fills
  double prefill_mean_s = 0;  // alone on the replica
  double prefill_variance = 0;
  double work_s = 0;  // prefill time that others notice, without the fixed part
  double chunks = 1;  // steps that a mean prompt takes
  double work_square = 0;
  double work_cv2 = 0;
  std::array<double, 3> prefill_at{};  // at the prompt's p50, p95, p99
  double lanes = 1;                    // prompts worked on independently: stages in flight × attention ranks
  double max_running = 0;
  Limit running_limit = Limit::none;
  double held_bytes = 0;     // KV of a mean running sequence
  double single_step_s = 0;  // decode step of a batch of one
  double arrival_cv2 = 1;
};
Job prepare(const ServingModel& model, const Load& load);

/// Rates and times at one running batch; not yet percentiles.
struct Point {
  double rate_per_s = 0;
  double decoding = 0;    // mean number of decoding sequences
  double seen_batch = 1;  // batch in which a request finds itself
  double step_s = 0;      // decode step without prompts in between
  double tpot_s = 0;
  double occupancy_s = 0;    // time of the prefill station per request
  double prefill_load = 0;   // utilization of that station
  double first_token_s = 0;  // own prefill among running sequences, no waiting
  double residence_s = 0;    // in a slot: own prefill and all output
  double slot_load = 0;      // utilization of the slots
  double step_slope_s = 0;   // growth of the step per additional sequence
};

struct Latencies {
  Percentiles ttft, tpot, e2e;
  double waiting_s = 0;
};

/// False when nothing can be computed; the reason is in `out`.
bool computable(const ServingModel& model, ServingResult& out);
/// The first target that latencies miss.
Limit missed(const ServingModel& model, const Latencies& latencies, const Targets& targets);

/// Prompts and answers on instances of their own (disaggregated.cpp); `model.disaggregation` is set.
ServingResult serve_disaggregated(const ServingModel& model, const Load& load, StepLog* log);
MaxRate max_rate_disaggregated(const ServingModel& model, const Load& load, const Targets& targets,
                               StepLog* log);

void explain_serving(const ServingModel& model, const Load& load, const Job& job, const Point& point,
                     const Latencies& latencies, StepLog& log);

}  // namespace rackfit::llm
