// Parameters of a model by part, in closed form from its architecture.
//
// Memory, reading time and arithmetic all need other parts of the same model: experts are split differently
// from attention, embeddings stay at 16 bit and are not read per token, a vision tower is loaded but idle
// while decoding. What the closed form does not know is the remainder to the published total.
#pragma once

#include "rackfit/llm/deployment.hpp"
#include "rackfit/llm/steps.hpp"

namespace rackfit::llm {

/// Parameter counts of the whole model; all layers together.
struct Parameters {
  double embeddings = 0;
  double lm_head = 0;           // 0 when tied to the embeddings
  double attention = 0;         // divided under tensor parallelism
  double attention_kv = 0;      // K and V projections: divided up to the number of KV heads
  double attention_shared = 0;  // MLA down-projections, replicated
  double dense_ffn = 0;
  double experts = 0;  // routed experts, all of them
  double shared_experts = 0;
  double router = 0;     // replicated
  double norms = 0;      // replicated
  double remainder = 0;  // total − the above, never negative
  bool remainder_is_body =
      true;  // matrices of the language model (false: vision tower and the like, kept at 16 bit)

  double body() const {
    return attention + attention_kv + attention_shared + dense_ffn + experts + shared_experts +
           (remainder_is_body ? remainder : 0);
  }
  double total() const {
    return embeddings + lm_head + attention + attention_kv + attention_shared + dense_ffn + experts +
           shared_experts + router + norms + remainder;
  }
};

/// Counts by part; scaled so that they sum to the published total where one is known.
Parameters count_parameters(const catalog::Model& model, StepLog* log = nullptr);

/// Layers by kind, all `full` for a model without mixed layers.
catalog::LayerKinds layer_kinds(const catalog::Model& model);
/// Layers whose feed-forward part is a mixture of experts.
std::int64_t moe_layers(const catalog::Model& model);
/// What a model has in common with others for its times: dense, sliding, moe, mla, mla-moe, hybrid, hybrid-moe.
std::string_view family(const catalog::Model& model);
/// False for embedding models and rerankers: they answer in one pass and keep nothing between tokens.
bool generates(const catalog::Model& model);

/// Multiply-adds × 2 that attention needs per query token and token of context, all layers.
struct AttentionFlops {
  double full_prefill = 0;  // full-attention layers, expanded heads
  double full_decode = 0;   // the same while decoding; MLA attends in the compressed space
  double sliding = 0;       // sliding layers, per token within the window
};
AttentionFlops attention_flops(const catalog::Model& model);

}  // namespace rackfit::llm
