#include "rackfit/estimate/measured_start.hpp"

#include <algorithm>
#include <cmath>

namespace rackfit::estimate {
namespace {

class Replacing {
 public:
  explicit Replacing(std::vector<Change>& changes) : changes_(changes) {}

  void operator()(const char* what, const char* unit, const std::optional<double>& measured, double& value) {
    if (!measured) return;
    changes_.push_back({what, unit, value, *measured});
    value = *measured;
  }

 private:
  std::vector<Change>& changes_;
};

template <class T, class U>
void default_to(std::optional<T>& field, const std::optional<U>& stated) {
  if (!field && stated) field = static_cast<T>(*stated);
}

}  // namespace

void fill_from_log(const importer::StartupLog& log, Query& q) {
  const auto text = [](std::string& field, const std::string& stated) {
    if (field.empty()) field = stated;
  };
  text(q.engine, log.engine);
  if (q.engine == log.engine) text(q.engine_version, log.engine_version);
  default_to(q.tp, log.tensor_parallel);
  default_to(q.pp, log.pipeline_parallel);
  default_to(q.max_context, log.max_context);
  default_to(q.max_num_seqs, log.max_num_seqs);
  default_to(q.max_batched_tokens, log.max_batched_tokens);
  default_to(q.gpu_memory_utilization, log.gpu_memory_utilization);
}

MeasuredAnswer answer_with_log(const Subject& subject, const importer::StartupLog& log) {
  MeasuredAnswer out;
  llm::ServingModel model = llm::serving_model(subject.deployment);
  llm::Memory& memory = model.memory;
  llm::MemoryStack& stack = memory.stack;
  const double kv_one = stack.kv_cache;
  Replacing replace(out.changes);
  replace("device", "B", log.device_bytes, stack.device);
  replace("weights", "B", log.weights_bytes, stack.weights);
  replace("activations, buffers", "B", log.activation_bytes, stack.activation);
  replace("runtime, communication", "B", log.non_torch_bytes, stack.non_torch);
  replace("CUDA graphs", "B", log.graphs_bytes, stack.graphs);
  const bool pool = subject.pool;
  if (pool) replace("KV cache", "B", log.kv_cache_bytes, memory.kv_budget_bytes);
  const double rest = stack.weights + stack.activation + stack.non_torch + stack.graphs;
  stack.total = rest + kv_one;
  // The engine started with this cache, so it fits whatever the estimate thought.
  if (pool && log.kv_cache_bytes) stack.usable = rest + memory.kv_budget_bytes;
  const double held = memory.kv.admitted_bytes(double(subject.deployment.context_tokens));
  const double ranks = double(subject.deployment.data_parallel_attention);
  if (held > 0) {
    if (!pool) memory.kv_budget_bytes = std::max(0.0, stack.usable - rest);
    memory.max_sequences = std::floor(memory.kv_budget_bytes / held) * ranks;
  }
  replace("KV cache tokens", "token", log.kv_cache_tokens, memory.max_tokens);
  if (!log.out_of_memory && stack.total <= stack.usable) {
    memory.reasons.erase(std::remove_if(memory.reasons.begin(), memory.reasons.end(),
                                        [](const llm::Reason& reason) {
                                          return reason.kind == llm::Misfit::weights_exceed_memory ||
                                                 reason.kind == llm::Misfit::kv_exceeds_memory ||
                                                 reason.kind == llm::Misfit::graphs_exceed_slack;
                                        }),
                         memory.reasons.end());
  }
  out.answer = answer(subject, model);
  if (log.out_of_memory) out.answer.notes.push_back("the log ends with the engine out of memory");
  return out;
}

}  // namespace rackfit::estimate
