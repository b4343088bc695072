// Speculative decoding as somebody asks for it, turned into the figures of a deployment.
//
// A workload or a command line says how tokens are proposed and perhaps how many and how well; what it leaves
// open is filled in from profiles/serving.yaml. `plan` and `estimate` share this, so that both mean the same.
#pragma once

#include <variant>

#include "rackfit/catalog/catalog.hpp"
#include "rackfit/llm/deployment.hpp"

namespace rackfit::llm {

enum class Speculation {
  draft,  // a smaller model proposes
  mtp,    // layers of multi-token prediction in the checkpoint
  ngram,  // text that occurred before is proposed again, at no cost
};
std::string_view to_string(Speculation method);
std::optional<Speculation> speculation_method(std::string_view word);

/// As asked; empty where nobody said.
struct SpeculationRequest {
  std::optional<Speculation> method;
  std::optional<std::int64_t> tokens;
  std::optional<double> acceptance;
  const catalog::Model* draft = nullptr;
};

/// Complete, with the citations of what was filled in.
struct SpeculationPlan {
  Speculation method = Speculation::ngram;
  std::int64_t tokens = 0;  // proposed per step; 0: none
  double acceptance = 0;
  const catalog::Model* draft = nullptr;
  const catalog::SourcedValue* assumed_tokens = nullptr;  // null: given
  const catalog::SourcedValue* assumed_acceptance = nullptr;
};

/// What speaks against a request: a message and a way out.
struct SpeculationProblem {
  std::string message, help;
};

/// Completes a request for a model. Without a method a draft model means `draft`, multi-token-prediction
/// layers mean `mtp`, and anything else `ngram`.
std::variant<SpeculationPlan, SpeculationProblem> plan_speculation(const SpeculationRequest& request,
                                                                   const catalog::Model& model,
                                                                   const catalog::ServingHabits& habits);
/// Writes a plan into a deployment whose model, engine and format are set. A draft takes its published
/// format, or the model's own where that is a file of blocks, as they are offered together.
void apply_speculation(const SpeculationPlan& plan, const catalog::Catalog& catalog, Deployment& deployment);
/// "3 tokens a step by ngram, each accepted in 55 % of cases: 2.0 tokens a step are expected".
std::string describe(const SpeculationPlan& plan);

/// Bandwidth from a device to one of its node, one direction: the link that joins all of them, else PCI
/// Express; empty when unknown.
std::optional<double> peer_bandwidth_bytes_per_s(const catalog::Device& device);
/// Pools of so many instances; `same_node`: KV caches go over the node's link, else over the network.
Disaggregation disaggregation(std::int64_t prefill, std::int64_t decode, bool same_node,
                              const catalog::Device& device, const catalog::ServingHabits& habits);

}  // namespace rackfit::llm
