// The equations of step.cpp with their numbers put in, for `explain`.
#pragma once

#include "rackfit/llm/step.hpp"

namespace rackfit::llm {

struct DecodeParts {
  double coverage = 1;
  double bytes = 0;
  double memory_s = 0;
  double compute_s = 0;
  double overhead_s = 0;
};

void explain_step_model(const Deployment& d, const StepModel& s, std::optional<double> peak, StepLog& log);
void explain_decode(const StepModel& s, double batch, double context, const DecodeParts& parts, double total,
                    StepLog& log);
void explain_prefill(const StepModel& s, double tokens, double cached, double compute_s, double memory_s,
                     double chunks, double total, StepLog& log);

}  // namespace rackfit::llm
