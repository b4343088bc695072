// The equations of step.cpp with their numbers put in, for `explain`.
#pragma once

#include "rackfit/llm/step.hpp"

namespace rackfit::llm {

struct DecodeParts {
  double coverage = 1;
  double bytes = 0;     // of weights
  double kv_bytes = 0;  // of the cache
  double memory_s = 0;  // to read the weights on the devices
  double host_s = 0;    // and those in host memory
  double attention_s = 0;
  double compute_s = 0;
  double overhead_s = 0;
};

struct PrefillParts {
  double chunks = 1;
  double work_s = 0;    // arithmetic, transfers, activations
  double memory_s = 0;  // weights and cache, once per chunk
  double overhead_s = 0;
};

void explain_step_model(const Deployment& d, const StepModel& s, std::optional<double> peak, StepLog& log);
void explain_decode(const StepModel& s, double batch, double context, const DecodeParts& parts, double total,
                    StepLog& log);
void explain_prefill(const StepModel& s, double tokens, double cached, const PrefillParts& parts,
                     double total, StepLog& log);

}  // namespace rackfit::llm
