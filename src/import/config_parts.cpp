// Attention, feed-forward network, recurrent state and context of a model, from its config.json.
#include <algorithm>
#include <cmath>

#include "config_fields.hpp"

namespace rackfit::importer {
namespace {

constexpr std::int64_t longest_context = std::int64_t{1} << 40;

std::int64_t product(std::int64_t a, std::int64_t b) {
  // Sizes are at most 2^31, so this cannot overflow; further products are taken in double.
  return a * b;
}

std::int64_t bounded(double value) {
  return value > 0 && value < 9e15 ? static_cast<std::int64_t>(value) : 0;
}

/// The mean over the blocks of `block_configs` of what `value` finds in each; 0 when it finds nothing.
template <class Value>
std::int64_t block_mean(const Fields& fields, Value value) {
  const JsonValue blocks = fields.find({"block_configs"});
  double sum = 0, count = 0;
  for (JsonValue block = blocks.is_array() ? blocks.first() : JsonValue(); block; block = block.next()) {
    const double found = value(block);
    if (!(found >= 1) || found > 1e9) continue;
    sum += found;
    ++count;
  }
  return count > 0 ? static_cast<std::int64_t>(std::llround(sum / count)) : 0;
}

std::int64_t kv_heads_of(const Fields& fields, const Family& family, std::int64_t heads) {
  if (family.type == "falcon" || family.type == "RefinedWeb" || family.type == "RefinedWebModel") {
    if (fields.flag({"new_decoder_architecture"}, family.type == "RefinedWeb")) {
      const std::int64_t given = fields.size({"num_kv_heads", "n_head_kv"});
      return given > 0 ? given : heads;
    }
    return fields.flag({"multi_query"}, true) ? 1 : heads;
  }
  if (family.type == "gpt_bigcode") return fields.flag({"multi_query"}, true) ? 1 : heads;
  if (fields.flag({"multi_query_attention"}, false)) {  // ChatGLM
    if (const std::int64_t groups = fields.size({"multi_query_group_num"}); groups > 0) return groups;
  }
  const std::int64_t by_block = block_mean(fields, [&](JsonValue block) {
    return double(heads) / block.find("attention").find("n_heads_in_group").number().value_or(1e12);
  });
  if (by_block > 0) return by_block;
  if (const JsonValue inner = fields.find({"attn_config"}); inner.is_object()) {  // MPT, DBRX
    if (const auto given = inner.find("kv_n_heads").integer(); given && *given > 0 && *given <= heads)
      return *given;
  }
  std::int64_t given = fields.size({"num_key_value_heads", "n_head_kv", "num_kv_heads", "n_kv_heads"});
  if (given == 0 && family.type.substr(0, 6) == "gemma3") given = 4;  // the class's default, beside 8 heads
  return given > 0 ? given : heads;
}

/// Bytes of one FP8 index key with a 32-bit scale per 128 elements, as engines cache it.
std::int64_t indexer_bytes(std::int64_t width) { return width + 4 * ((width + 127) / 128); }

catalog::Attention latent_attention(const Fields& fields, std::int64_t heads, std::int64_t rank) {
  catalog::Attention a;
  a.type = catalog::AttentionType::mla;
  a.heads = heads;
  a.kv_lora_rank = rank;
  a.rope_head_dim = fields.size({"qk_rope_head_dim"});
  a.nope_head_dim = fields.size({"qk_nope_head_dim"});
  a.v_head_dim = fields.size({"v_head_dim"});
  a.q_lora_rank = fields.size({"q_lora_rank"});
  if (fields.size({"index_topk"}) > 0) a.indexer_bytes = indexer_bytes(fields.size({"index_head_dim"}));
  return a;
}

}  // namespace

catalog::Attention read_attention(const Fields& fields, const Family& family, std::int64_t hidden,
                                  std::vector<std::string>& notes) {
  catalog::Attention a;
  a.heads = fields.size({"num_attention_heads", "n_head", "n_heads", "num_heads", "num_query_heads"});
  if (a.heads == 0 && family.type.substr(0, 6) == "gemma3") a.heads = 8;
  if (a.heads == 0) return a;
  if (const std::int64_t rank = fields.size({"kv_lora_rank"}); rank > 0) {
    return latent_attention(fields, a.heads, rank);
  }
  a.kv_heads = kv_heads_of(fields, family, a.heads);
  a.head_dim = fields.size({"head_dim", "kv_channels", "attention_head_dim", "d_kv"});
  if (a.head_dim == 0) a.head_dim = family.head_dim;
  if (a.head_dim == 0) a.head_dim = std::max<std::int64_t>(1, hidden / a.heads);
  const std::int64_t value_dim = fields.size({"v_head_dim"});
  if (value_dim > 0 && value_dim != a.head_dim) {
    notes.push_back("keys are " + std::to_string(a.head_dim) + " wide and values " +
                    std::to_string(value_dim) + ": their mean is used");
    a.head_dim = (a.head_dim + value_dim) / 2;
  }
  a.global_head_dim = fields.size({"global_head_dim"});
  a.global_kv_heads = fields.size({"num_global_key_value_heads"});
  if (const std::int64_t sliding = fields.size({"swa_num_key_value_heads"});
      sliding > 0 && sliding != a.kv_heads) {
    a.global_kv_heads = a.kv_heads;
    a.kv_heads = sliding;
  }
  if (a.global_head_dim == a.head_dim) a.global_head_dim = 0;
  if (a.global_kv_heads == a.kv_heads) a.global_kv_heads = 0;
  a.type = a.kv_heads == 1         ? catalog::AttentionType::mqa
           : a.kv_heads == a.heads ? catalog::AttentionType::mha
                                   : catalog::AttentionType::gqa;
  return a;
}

void read_feed_forward(const Fields& fields, const Family& family, const Layers& layers,
                       catalog::Model& model) {
  const std::string activation =
      fields.text({"hidden_act", "mlp_hidden_act", "activation_function", "hidden_activation"});
  bool gated = family.gated && activation != "relu2" && activation != "xielu";
  if (family.type == "bert" || family.encoder) gated = family.gated;
  std::int64_t dense = fields.size({"intermediate_size_mlp", "intermediate_size", "n_inner", "ffn_dim",
                                    "ffn_hidden_size", "d_ff", "inner_hidden_size", "block_ff_dim"});
  if (dense == 0) {  // ffn_mult scales 2/3 of four times the width, in steps of 256
    dense = block_mean(fields, [&](JsonValue block) {
      const double width =
          block.find("ffn").find("ffn_mult").number().value_or(0) * 2 * double(model.hidden) / 3;
      return std::ceil(width / 256) * 256;
    });
  }
  if (dense == 0 && !gated) dense = product(4, model.hidden);  // GPT-2, BLOOM, Falcon, MPT
  std::int64_t experts = fields.size(
      {"n_routed_experts", "num_local_experts", "num_experts", "moe_num_experts", "num_moe_experts"});
  const JsonValue nested = fields.find({"ffn_config"});  // DBRX
  if (nested.is_object() && experts == 0) {
    experts = std::clamp<std::int64_t>(nested.find("moe_num_experts").integer().value_or(0), 0, 1 << 20);
    dense = std::clamp<std::int64_t>(nested.find("ffn_hidden_size").integer().value_or(dense), 0, 1 << 30);
  }
  std::int64_t shared_width =
      fields.size({"shared_expert_intermediate_size", "moe_shared_expert_intermediate_size",
                   "shared_intermediate_size", "share_expert_dim"});
  const std::int64_t mixed = layers.count(Feed::experts);
  const bool own_dense = layers.count(Feed::dense) > 0;
  if (experts <= 1 || mixed == 0) {
    if (shared_width > 0 && experts <= 1 && family.type == "granitemoehybrid") dense = shared_width;
    if (dense > 0 && own_dense) model.ffn = catalog::Ffn{dense, gated};
    return;
  }
  catalog::Moe moe;
  moe.experts = experts;
  moe.active =
      fields.size({"num_experts_per_tok", "num_experts_per_token", "moe_topk", "top_k_experts", "moe_top_k",
                   "moe_k", "experts_per_token", "num_selected_experts", "num_experts_per_topk"});
  if (moe.active == 0 && nested.is_object()) {
    moe.active = std::clamp<std::int64_t>(nested.find("moe_top_k").integer().value_or(1), 1, experts);
  }
  moe.active = std::clamp<std::int64_t>(moe.active, 1, experts);
  moe.intermediate = fields.size(
      {"moe_intermediate_size", "expert_intermediate_size", "expert_ffn_hidden_size", "moe_ffn_hidden_size"});
  std::int64_t expert_dense = dense;
  if (fields.find({"intermediate_size_mlp"})) expert_dense = fields.size({"intermediate_size"});  // Llama 4
  if (moe.intermediate == 0) moe.intermediate = expert_dense;
  moe.shared =
      fields.size({"n_shared_experts", "num_shared_experts", "moe_num_shared_experts", "num_shared_expert"});
  if (moe.shared > 0 && shared_width == 0)
    shared_width = bounded(double(moe.shared) * double(moe.intermediate));
  if (shared_width > 0 && moe.shared == 0) moe.shared = 1;
  if (family.type.substr(0, 6) == "llama4") {
    moe.shared = 1;
    shared_width = moe.intermediate;
  }
  if (family.type.substr(0, 6) == "gemma4") {  // a dense network beside the experts of every layer
    moe.shared = 1;
    shared_width = dense;
  }
  if (moe.shared > 0) moe.shared_intermediate = shared_width;
  moe.dense_layers = model.layers - mixed;
  model.moe = moe;
  // An ungated model must say so even where no layer is dense: the experts follow.
  if (own_dense || !gated) model.ffn = catalog::Ffn{own_dense && dense > 0 ? dense : moe.intermediate, gated};
}

namespace {

JsonValue rope_scaling(const Fields& fields) {
  const JsonValue scaling = fields.find({"rope_scaling", "rope_parameters"});
  const JsonValue full = scaling.find("full_attention");  // newer files give it by kind of layer
  return full.is_object() ? full : scaling;
}

std::string_view rope_type(JsonValue scaling) {
  return scaling.find(scaling.find("rope_type") ? "rope_type" : "type").text().value_or("");
}

}  // namespace

std::optional<std::int64_t> read_rope_positions(const Fields& fields, std::int64_t context) {
  const JsonValue scaling = rope_scaling(fields);
  const std::string_view type = rope_type(scaling);
  const double factor = scaling.find("factor").number().value_or(1);
  const std::int64_t given = fields.find({"max_position_embeddings"}).integer().value_or(context);
  if ((type != "linear" && type != "dynamic") || !(factor > 1) || factor > 1e4 || given <= 0)
    return std::nullopt;
  const double rows = double(given) * factor;
  if (rows <= double(context) || rows > double(longest_context)) return std::nullopt;
  return static_cast<std::int64_t>(rows);
}

std::int64_t read_context(const Fields& fields, const Family& family) {
  std::int64_t context = fields
                             .integer({"max_position_embeddings", "n_positions", "max_seq_len", "seq_length",
                                       "n_ctx", "max_sequence_length", "model_max_length"},
                                      0, longest_context)
                             .value_or(0);
  if (context == 0) return 0;
  const bool roberta = family.type.find("roberta") != std::string_view::npos || family.type == "camembert";
  if (roberta)
    return std::max<std::int64_t>(1, context - fields.integer({"pad_token_id"}, 0, 1024).value_or(1) - 1);
  const JsonValue scaling = rope_scaling(fields);
  if (!scaling.is_object() || family.type.substr(0, 5) == "gemma") return context;
  const std::string_view type = rope_type(scaling);
  // Only these stretch what max_position_embeddings says; Llama 3's and LongRoPE's factors are in it already.
  if (type != "yarn" && type != "linear" && type != "dynamic" && type != "deepseek_yarn") return context;
  const double factor = scaling.find("factor").number().value_or(1);
  if (!(factor >= 1) || factor > 1e6) return context;
  const double original = scaling.find("original_max_position_embeddings").number().value_or(0);
  const double base = original >= 1 && original < 1e12 ? original : double(context);
  const double stretched = base * factor;
  // Models trained with the stretched context give it as max_position_embeddings already.
  return stretched < double(longest_context)
             ? std::max(context, static_cast<std::int64_t>(std::llround(stretched)))
             : context;
}

namespace {

Recurrent mamba2(double hidden, double heads, double head_dim, double state, double groups, double kernel) {
  const double inner = heads * head_dim;
  const double convolved = inner + 2 * groups * state;
  Recurrent r;
  r.state.conv_elements = bounded((kernel - 1) * convolved);
  r.state.ssm_elements = bounded(inner * state);
  r.parameters =
      hidden * (inner + convolved + heads) + convolved * (kernel + 1) + 3 * heads + inner + inner * hidden;
  return r;
}

Recurrent mamba1(double hidden, double inner, double state, double kernel, double rank) {
  Recurrent r;
  r.state.conv_elements = bounded((kernel - 1) * inner);
  r.state.ssm_elements = bounded(inner * state);
  r.parameters = hidden * 2 * inner + inner * (kernel + 1) + inner * (rank + 2 * state) + rank * inner +
                 2 * inner + inner * state + inner * hidden;
  return r;
}

Recurrent delta_net(double hidden, double keys, double values, double value_heads, double key_dim,
                    double kernel) {
  const double value_dim = value_heads > 0 ? values / value_heads : 0;
  Recurrent r;
  r.state.conv_elements = bounded((kernel - 1) * (2 * keys + values));
  r.state.ssm_elements = bounded(value_heads * key_dim * value_dim);
  r.parameters =
      hidden * (2 * keys + 2 * values + 2 * value_heads) + (2 * keys + values) * kernel + values * hidden;
  return r;
}

}  // namespace

std::optional<Recurrent> read_recurrent(const Fields& fields, const Family& family,
                                        const catalog::Model& model) {
  const double hidden = double(model.hidden);
  const auto number = [&](Names names, double fallback) {
    const std::int64_t given = fields.size(names);
    return given > 0 ? double(given) : fallback;
  };
  if (fields.find({"linear_num_value_heads"})) {  // Qwen3-Next, Qwen3.5
    const double key_dim = number({"linear_key_head_dim"}, 128),
                 value_dim = number({"linear_value_head_dim"}, 128);
    const double value_heads = number({"linear_num_value_heads"}, 1);
    return delta_net(hidden, number({"linear_num_key_heads"}, 1) * key_dim, value_heads * value_dim,
                     value_heads, key_dim, number({"linear_conv_kernel_dim"}, 4));
  }
  if (const JsonValue kimi = fields.find({"linear_attn_config"}); kimi.is_object()) {
    const auto part = [&](std::string_view key, double fallback) {
      const auto given = kimi.find(key).integer();
      return given && *given > 0 && *given < 1 << 24 ? double(*given) : fallback;
    };
    const double heads = part("num_heads", 1), dim = part("head_dim", 128);
    return delta_net(hidden, heads * dim, heads * dim, heads, dim, part("short_conv_kernel_size", 4));
  }
  if (family.type == "lfm2" || family.type == "lfm2_moe") {
    Recurrent r;
    const double kernel = number({"conv_L_cache"}, 3);
    r.state.conv_elements = bounded((kernel - 1) * hidden);
    r.parameters = 4 * hidden * hidden + kernel * hidden;
    return r;
  }
  if (family.type.substr(0, 7) == "minimax") {  // lightning attention: one square matrix a head
    const double heads = double(model.attention.heads), dim = double(model.attention.head_dim);
    Recurrent r;
    r.state.ssm_elements = bounded(heads * dim * dim);
    r.parameters = 5 * hidden * heads * dim;
    return r;
  }
  const double state = number({"ssm_state_size", "mamba_d_state", "state_size", "mamba_state_dim"}, 0);
  if (state == 0) return std::nullopt;
  const double kernel = number({"conv_kernel", "mamba_d_conv"}, 4);
  const double heads =
      number({"mamba_num_heads", "mamba_n_heads"}, family.type == "mamba2" ? number({"num_heads"}, 0) : 0);
  const double expanded = number({"expand", "mamba_expand"}, 2) * hidden;
  if (heads > 0) {
    double dim =
        number({"mamba_head_dim", "mamba_d_head"}, family.type == "mamba2" ? number({"head_dim"}, 0) : 0);
    if (dim == 0) dim = std::floor(expanded / heads);
    return mamba2(hidden, heads, dim, state, number({"n_groups", "mamba_n_groups", "mamba_ngroups"}, 1),
                  kernel);
  }
  const double inner = family.type == "mamba" || family.type == "falcon_mamba"
                           ? number({"intermediate_size"}, expanded)
                           : expanded;
  return mamba1(hidden, inner, state, kernel,
                number({"time_step_rank", "mamba_dt_rank"}, std::ceil(hidden / 16)));
}

double closed_form(const catalog::Model& model, const Layers& layers,
                   const std::optional<Recurrent>& recurrent) {
  const double hidden = double(model.hidden);
  const auto& a = model.attention;
  double attention = 0;
  if (a.type == catalog::AttentionType::mla) {
    const double query = double(a.heads) * double(a.nope_head_dim + a.rope_head_dim);
    const double rank = double(a.q_lora_rank), latent = double(a.kv_lora_rank);
    attention = rank > 0 ? hidden * rank + rank * query : hidden * query;
    attention += hidden * (latent + double(a.rope_head_dim));
    attention += latent * double(a.heads) * double(a.nope_head_dim + a.v_head_dim);
    attention += double(a.heads) * double(a.v_head_dim) * hidden;
  } else {
    attention = 2 * hidden * double(a.head_dim) * double(a.heads + a.kv_heads);
  }
  const double matrices = model.ffn && !model.ffn->gated ? 2 : 3;
  double total = double(model.vocab) * hidden * (model.tied_embeddings.value_or(false) ? 1 : 2);
  total += hidden * (2 * double(model.layers) + 1);
  total += attention * double(layers.count(Mixer::full) + layers.count(Mixer::sliding));
  if (recurrent) total += recurrent->parameters * double(layers.count(Mixer::linear));
  if (model.ffn)
    total += matrices * hidden * double(model.ffn->intermediate) * double(layers.count(Feed::dense));
  if (model.moe) {
    const double width =
        double(model.moe->experts) * double(model.moe->intermediate) + double(model.moe->shared_intermediate);
    total += double(layers.count(Feed::experts)) * hidden * (matrices * width + double(model.moe->experts));
  }
  return total;
}

}  // namespace rackfit::importer
