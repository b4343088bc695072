#include <fmt/format.h>

#include <iterator>
#include <list>

#include "rackfit/estimate/batch.hpp"

namespace rackfit::estimate {
namespace {

// Deployments whose serving models are kept: a sweep over loads asks for one after the other.
constexpr std::size_t models_kept = 256;

/// Everything that the deployment depends on; of the load only whether there is one, which decides between
/// copies and parallelism, and with it, how many sequences an offload must leave room for.
std::string deployment_key(const Query& q) {
  fmt::memory_buffer key;
  const auto text = [&](const std::string& value) {
    fmt::format_to(std::back_inserter(key), "{}:{}", value.size(), value);
  };
  const auto number = [&](const auto& value) {
    if (value) fmt::format_to(std::back_inserter(key), "{}", *value);
    key.push_back('|');
  };
  for (const std::string* value :
       {&q.model, &q.device, &q.engine, &q.engine_version, &q.weights, &q.kv, &q.split,
        &q.speculative_method, &q.draft_model, &q.disaggregate})
    text(*value);
  for (const auto* value :
       {&q.devices, &q.tp, &q.pp, &q.dp, &q.ep, &q.max_context, &q.max_num_seqs, &q.max_batched_tokens,
        &q.speculative_tokens, &q.lora_adapters, &q.lora_rank}) {
    number(*value);
  }
  for (const auto* value : {&q.input_tokens, &q.output_tokens, &q.gpu_memory_utilization, &q.ram_bytes, &q.draft_acceptance})
    number(*value);
  key.push_back(q.concurrency || q.request_rate ? 'l' : 'o');
  if (q.ram_bytes || !(q.concurrency || q.request_rate)) {
    number(q.concurrency);
    number(q.prefix_hit_share);
  }
  return fmt::to_string(key);
}

}  // namespace

struct Desk::State {
  explicit State(const catalog::Catalog& catalog) : resolver(catalog) {}

  struct Kept {
    std::string key;
    llm::ServingModel model;
  };
  Resolver resolver;
  std::list<Kept> kept;  // last asked first
  std::map<std::string_view, std::list<Kept>::iterator> by_key;

  const llm::ServingModel& model(std::string key, const llm::Deployment& deployment) {
    const auto found = by_key.find(key);
    if (found != by_key.end()) {
      kept.splice(kept.begin(), kept, found->second);
      return kept.front().model;
    }
    if (kept.size() >= models_kept) {
      by_key.erase(kept.back().key);
      kept.pop_back();
    }
    kept.push_front({std::move(key), llm::serving_model(deployment)});
    by_key.emplace(kept.front().key, kept.begin());
    return kept.front().model;
  }
};

Desk::Desk(const catalog::Catalog& catalog) : state_(std::make_unique<State>(catalog)) {}
Desk::~Desk() = default;

std::variant<Answer, Problem> Desk::ask(const Query& query) {
  auto resolved = state_->resolver.resolve(query);
  if (auto* problem = std::get_if<Problem>(&resolved)) return std::move(*problem);
  const Subject& subject = std::get<Subject>(resolved);
  return answer(subject, state_->model(deployment_key(query), subject.deployment));
}

}  // namespace rackfit::estimate
