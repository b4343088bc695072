// The equations of memory.cpp with their numbers put in, for `explain`.
#pragma once

#include "rackfit/llm/memory.hpp"

namespace rackfit::llm {

void explain_file_weights(const Deployment& deployment, const catalog::FileWeights& file,
                          const WeightBytes& weights, StepLog& log);

void explain_weights(const Deployment& d, const WeightBytes& w, double body_bytes, double outer_bytes,
                     StepLog& log);
void explain_kv(const Deployment& d, const KvLayout& kv, double element_bytes, StepLog& log);
void explain_memory(const Deployment& d, const Memory& memory, double sequences, double tokens, StepLog& log);

}  // namespace rackfit::llm
