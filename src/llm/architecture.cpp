#include "rackfit/llm/architecture.hpp"

#include <algorithm>

#include "recorder.hpp"

namespace rackfit::llm {
namespace {

using catalog::AttentionType;
using catalog::Model;

struct AttentionParameters {
  double divided = 0, kv = 0, shared = 0;
};

AttentionParameters mla_layer(const Model& m) {
  const auto& a = m.attention;
  const double hidden = double(m.hidden), heads = double(a.heads);
  const double query_dim = heads * double(a.nope_head_dim + a.rope_head_dim);
  const double query_rank = double(a.q_lora_rank);
  const double latent = double(a.kv_lora_rank);
  AttentionParameters p;
  p.divided = query_rank > 0 ? query_rank * query_dim : hidden * query_dim;
  p.divided += latent * heads * double(a.nope_head_dim + a.v_head_dim);
  p.divided += heads * double(a.v_head_dim) * hidden;
  p.shared = hidden * (latent + double(a.rope_head_dim)) + hidden * query_rank;
  // Every rank chooses among all tokens, so the indexer of sparse attention is replicated.
  const double index_width = double(a.indexer_heads) * double(a.indexer_dim);
  p.shared += (query_rank > 0 ? query_rank : hidden) * index_width;
  p.shared += hidden * double(a.indexer_dim + a.indexer_heads);
  return p;
}

AttentionParameters grouped_layer(const Model& m, double kv_heads, double head_dim) {
  const double hidden = double(m.hidden);
  AttentionParameters p;
  p.divided = 2 * hidden * double(m.attention.heads) * head_dim;  // Q and output
  p.kv = 2 * hidden * kv_heads * head_dim;
  return p;
}

void count_attention(const Model& m, Parameters& out) {
  const auto kinds = layer_kinds(m);
  const auto& a = m.attention;
  const auto add = [&](const AttentionParameters& layer, double layers) {
    out.attention += layers * layer.divided;
    out.attention_kv += layers * layer.kv;
    out.attention_shared += layers * layer.shared;
  };
  // Linear layers have projections of their own kind: their matrices are part of the remainder.
  if (a.type == AttentionType::mla) {
    add(mla_layer(m), double(kinds.full + kinds.sliding));
    return;
  }
  const double global_heads = double(a.global_kv_heads > 0 ? a.global_kv_heads : a.kv_heads);
  const double global_dim = double(a.global_head_dim > 0 ? a.global_head_dim : a.head_dim);
  add(grouped_layer(m, global_heads, global_dim), double(kinds.full));
  add(grouped_layer(m, double(a.kv_heads), double(a.head_dim)), double(kinds.sliding));
}

void count_ffn(const Model& m, Parameters& out) {
  const double hidden = double(m.hidden);
  const double matrices = m.ffn && !m.ffn->gated ? 2 : 3;
  const double mixed = double(moe_layers(m));
  if (m.ffn) out.dense_ffn = (double(m.layers) - mixed) * matrices * hidden * double(m.ffn->intermediate);
  if (!m.moe) return;
  const auto& moe = *m.moe;
  out.experts = mixed * double(moe.experts) * matrices * hidden * double(moe.intermediate);
  const double shared =
      double(moe.shared_intermediate > 0 ? moe.shared_intermediate : moe.shared * moe.intermediate);
  out.shared_experts = mixed * matrices * hidden * shared;
  out.router = mixed * hidden * double(moe.experts);
}

/// Makes the parts sum to the published total.
void reconcile(const Model& m, Parameters& p) {
  if (m.parameters <= 0) return;
  const double counted = p.total();
  const auto kinds = layer_kinds(m);
  p.remainder_is_body = m.kind != catalog::ModelKind::vision || kinds.linear > 0;
  if (counted <= m.parameters) {
    p.remainder = m.parameters - counted;
    return;
  }
  // The closed form counts too much where layers lack a part (for instance blocks without a feed-forward
  // network).
  const double body = p.body();
  const double fixed = counted - body;
  if (body <= 0 || m.parameters <= fixed) return;
  const double scale = (m.parameters - fixed) / body;
  for (double* part :
       {&p.attention, &p.attention_kv, &p.attention_shared, &p.dense_ffn, &p.experts, &p.shared_experts}) {
    *part *= scale;
  }
}

void explain(const Model& m, const Parameters& p, StepLog& log) {
  record(log, "parameters",
         "embeddings + lm_head + attention + feed_forward + experts + router + norms + remainder",
         fmt::format("{:.4g} + {:.4g} + {:.4g} + {:.4g} + {:.4g} + {:.4g} + {:.4g} + {:.4g}", p.embeddings,
                     p.lm_head, p.attention + p.attention_kv + p.attention_shared, p.dense_ffn,
                     p.experts + p.shared_experts, p.router, p.norms, p.remainder),
         p.total(), "1", m.row.source);
}

}  // namespace

catalog::LayerKinds layer_kinds(const Model& m) {
  if (m.layer_kinds) return *m.layer_kinds;
  catalog::LayerKinds kinds;
  kinds.full = m.layers;
  return kinds;
}

std::int64_t moe_layers(const Model& m) {
  return m.moe ? std::max<std::int64_t>(0, m.layers - m.moe->dense_layers) : 0;
}

std::string_view family(const Model& model) {
  const bool hybrid = model.layer_kinds && model.layer_kinds->linear > 0;
  if (model.attention.type == catalog::AttentionType::mla) return model.moe ? "mla-moe" : "mla";
  if (hybrid) return model.moe ? "hybrid-moe" : "hybrid";
  if (model.moe) return "moe";
  return model.layer_kinds && model.layer_kinds->sliding > 0 ? "sliding" : "dense";
}

bool generates(const Model& m) {
  return m.kind == catalog::ModelKind::text || m.kind == catalog::ModelKind::vision;
}

Parameters count_parameters(const Model& m, StepLog* log) {
  Parameters p;
  p.embeddings = double(m.vocab) * double(m.hidden);
  count_attention(m, p);
  count_ffn(m, p);
  p.norms = double(m.hidden) * (2 * double(m.layers) + 1);
  // Encoders have no output projection. Where a decoder does not say, the published total tells tied from
  // untied.
  // Published totals are rounded, hence the half.
  const bool room_for_head = m.parameters <= 0 || p.total() + p.embeddings / 2 <= m.parameters;
  p.lm_head = generates(m) && !m.tied_embeddings.value_or(!room_for_head) ? p.embeddings : 0;
  reconcile(m, p);
  if (log) explain(m, p, *log);
  return p;
}

AttentionFlops attention_flops(const Model& m) {
  const auto kinds = layer_kinds(m);
  const auto& a = m.attention;
  const double heads = double(a.heads);
  AttentionFlops f;
  // Scores and weighted values: one multiply-add each per head, dimension and token of context.
  if (a.type == AttentionType::mla) {
    const double layers = double(kinds.full + kinds.sliding);
    f.full_prefill = layers * 2 * heads * double(a.nope_head_dim + a.rope_head_dim + a.v_head_dim);
    f.full_decode = layers * 2 * heads * double(2 * a.kv_lora_rank + a.rope_head_dim);
    return f;
  }
  const double global_dim = double(a.global_head_dim > 0 ? a.global_head_dim : a.head_dim);
  f.full_prefill = f.full_decode = double(kinds.full) * 4 * heads * global_dim;
  f.sliding = double(kinds.sliding) * 4 * heads * double(a.head_dim);
  return f;
}

}  // namespace rackfit::llm
