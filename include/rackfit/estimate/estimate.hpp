// One model on one set of devices at one load: the question of `rackfit estimate`, of its batch mode, of
// `rackfit fits`, and of the accuracy program, all answered by the same code, so that what is scored is what
// users get.
//
// A `Query` is what somebody writes (names, numbers, nothing where they do not care). `resolve` turns names
// into catalog rows and fills in what an expert would have assumed; `answer` asks the llm room. Neither
// throws: a query that cannot be answered is a `Problem`.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "rackfit/catalog/catalog.hpp"
#include "rackfit/llm/serving.hpp"
#include "rackfit/llm/speculation.hpp"

namespace rackfit::estimate {

/// A question as asked; empty text and empty numbers take defaults.
struct Query {
  std::string id;      // echoed
  std::string model;   // id, alias, Hugging Face id, or the path of a config.json, safetensors or GGUF file
  std::string device;  // id or alias
  std::string engine;  // empty: the usual one for the device and the format
  std::string engine_version;
  std::string weights;  // quantization id or alias; empty: the model's native one, else 16 bit
  std::string kv;       // KV format; empty: 16 bit, or the engine's usual one for the weights
  std::string split;    // tensor, layer; empty: what the engine does
  std::optional<std::int64_t> devices, tp, pp, dp, ep;
  std::optional<double> concurrency;   // requests always in progress …
  std::optional<double> request_rate;  // … or arriving per second; neither: as many as fit (offline)
  std::optional<double> input_tokens, output_tokens;
  std::optional<std::int64_t> max_context;       // longest sequence; empty: input + output, or the model's
  std::optional<double> gpu_memory_utilization;  // 0..1
  std::optional<double> arrival_cv;              // of the time between arrivals; empty: 1
  std::optional<double> prefix_hit_share;        // share of prompt tokens in the prefix cache; empty: 0
  std::optional<std::int64_t> max_num_seqs, max_batched_tokens;  // scheduler settings
  std::string speculative_method;   // draft, mtp, ngram; empty: what the other speculative fields mean
  std::string draft_model;          // model that proposes
  std::optional<std::int64_t> speculative_tokens;  // proposed per step; 0: none
  std::optional<double> draft_acceptance;          // chance that one is accepted
  std::optional<std::int64_t> lora_adapters, lora_rank;
  std::string disaggregate;  // "P:D", instances for prompts and for answers; empty: every instance does both
  std::optional<double> ram_bytes;  // host memory that layers or experts may be offloaded to
};

/// Why a query has no answer.
struct Problem {
  std::string code;     // stable word: unknown-model, unknown-device, bad-value, no-parallelism …
  std::string message;  // one sentence with a way out
};

/// A query with its names resolved. Refers to the catalog it was resolved against; keeps imported models
/// alive.
struct Subject {
  std::string id;
  llm::Deployment deployment;        // one replica
  llm::Load load;                    // of one replica
  double replicas = 1;               // whole copies of the model side by side (data parallel), or groups of them
  llm::SpeculationPlan speculation;  // no tokens: none
  bool offline = false;              // neither concurrency nor rate was given: throughput counts
  bool pool = false;                 // the engine takes its share of the device for KV whatever the load
  double concurrency = 0;            // of the whole system; 0: open loop or offline
  std::vector<llm::Reason> reasons;  // what speaks against it beside what the llm room finds
  std::vector<std::string> notes;    // what was assumed, in the order it was decided
  std::shared_ptr<const std::string> version;                 // what deployment.engine_version views
  std::shared_ptr<const catalog::Model> model;                // of an imported file; null for a catalog row
  std::shared_ptr<const catalog::Model> draft;                // likewise
  std::shared_ptr<const catalog::Quantization> quantization;  // of an imported file
};

/// P10, P50 and P90 of the truth, by the calibration's residuals.
struct Range {
  double mid = 0, low = 0, high = 0;
};

struct Answer {
  std::string id;
  bool fits = false;
  // Per device, bytes. `kv_cache` is what the engine sets aside: its whole pool where it takes one, else what
  // the asked sequences need.
  llm::MemoryStack memory;
  double kv_needed_bytes = 0;  // per device, of the asked sequences
  // Infinite for models that keep nothing between tokens.
  double kv_cache_tokens = 0;  // of one replica, in sequences of the longest length
  double max_concurrency = 0;  // sequences of the longest length at the same time, whole system, by memory
  std::optional<Range> ttft_s, tpot_s;         // TTFT's `mid` is the median under the load
  std::optional<double> prefill_tokens_per_s;  // of one prompt alone
  std::optional<double> decode_tokens_per_s;   // per sequence
  std::optional<Range> output_tokens_per_s;    // whole system
  std::optional<double> total_tokens_per_s;    // input tokens included
  std::optional<double> requests_per_s;
  // What limits: memory-bandwidth, compute, overhead, link, kv-memory, max-sequences …; the first reason's
  // word when it does not fit.
  std::string bound;
  catalog::Tier tier = catalog::Tier::textbook;
  std::vector<llm::Reason> reasons;  // why it does not fit
  std::vector<std::string> notes;
};

/// Resolves many queries against one catalog: remembers the names it has looked up.
class Resolver {
 public:
  explicit Resolver(const catalog::Catalog& catalog);
  ~Resolver();
  Resolver(Resolver&&) noexcept;
  Resolver& operator=(Resolver&&) noexcept;
  std::variant<Subject, Problem> resolve(const Query& query);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

std::variant<Subject, Problem> resolve(const catalog::Catalog& catalog, const Query& query);
Answer answer(const Subject& subject);
/// The same with a serving model that was built for the subject's deployment before.
Answer answer(const Subject& subject, const llm::ServingModel& model);

}  // namespace rackfit::estimate
