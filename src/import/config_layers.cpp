// Which layers of a model attend to everything, to a window or recur, and which have experts.
#include <algorithm>
#include <charconv>

#include "config_fields.hpp"

namespace rackfit::importer {
namespace {

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

std::size_t at(std::int64_t index) { return static_cast<std::size_t>(index); }

Mixer mixer_named(std::string_view name) {
  if (contains(name, "sliding") || contains(name, "chunked") || contains(name, "local"))
    return Mixer::sliding;
  if (contains(name, "linear") || contains(name, "mamba") || contains(name, "conv") ||
      contains(name, "recurrent")) {
    return Mixer::linear;
  }
  if (name == "mlp" || name == "moe") return Mixer::none;
  return Mixer::full;
}

/// `layer_types` and its relatives: one entry a layer.
bool by_list(const Fields& fields, Layers& layers) {
  const JsonValue list = fields.find({"layer_types", "layers_block_type", "attention_types_per_layer"});
  if (!list.is_array()) return false;
  std::size_t i = 0;
  for (JsonValue entry = list.first(); entry && i < layers.mixer.size(); entry = entry.next(), ++i) {
    if (const auto name = entry.text()) layers.mixer[i] = mixer_named(*name);
  }
  return i > 0;
}

/// Nemotron-H spells its layers: M Mamba, * attention, - feed-forward, E experts; each layer is only one of
/// them.
bool by_letters(const Fields& fields, Layers& layers) {
  const std::string pattern = fields.text({"hybrid_override_pattern"});
  if (pattern.empty()) return false;
  std::size_t i = 0;
  for (const char letter : pattern) {
    if (i >= layers.mixer.size()) break;
    if (letter != 'M' && letter != '*' && letter != '-' && letter != 'E') continue;
    layers.mixer[i] = letter == 'M' ? Mixer::linear : letter == '*' ? Mixer::full : Mixer::none;
    layers.feed[i] = letter == '-' ? Feed::dense : letter == 'E' ? Feed::experts : Feed::none;
    ++i;
  }
  return true;
}

void every(Layers& layers, std::int64_t interval, Mixer others) {
  for (std::size_t i = 0; i < layers.mixer.size(); ++i) {
    layers.mixer[i] = (i + 1) % at(interval) == 0 ? Mixer::full : others;
  }
}

/// Positions of the full-attention layers, given as a list of indexes counted from `base`.
bool by_indexes(const JsonValue& list, std::int64_t base, Layers& layers) {
  if (!list.is_array()) return false;
  std::fill(layers.mixer.begin(), layers.mixer.end(), Mixer::linear);
  for (JsonValue entry = list.first(); entry; entry = entry.next()) {
    const auto index = entry.integer();
    if (index && *index >= base && *index - base < static_cast<std::int64_t>(layers.mixer.size())) {
      layers.mixer[at(*index - base)] = Mixer::full;
    }
  }
  return true;
}

/// A flag a layer: `marked` where it is 1, `others` where it is not.
bool by_flags(const JsonValue& list, Mixer marked, Mixer others, Layers& layers) {
  if (!list.is_array()) return false;
  std::size_t i = 0;
  for (JsonValue entry = list.first(); entry && i < layers.mixer.size(); entry = entry.next(), ++i) {
    layers.mixer[i] = entry.integer().value_or(0) != 0 ? marked : others;
  }
  return i > 0;
}

/// Models that an architecture search cut: some blocks without attention, some without a feed-forward part.
bool by_blocks(const Fields& fields, Layers& layers) {
  const JsonValue blocks = fields.find({"block_configs"});
  if (!blocks.is_array()) return false;
  std::size_t i = 0;
  for (JsonValue block = blocks.first(); block && i < layers.mixer.size(); block = block.next(), ++i) {
    const JsonValue attention = block.find("attention"), ffn = block.find("ffn");
    const auto off = [](JsonValue part) {
      return part.find("no_op").boolean().value_or(false) ||
             part.find("replace_with_linear").boolean().value_or(false);
    };
    if (off(attention)) layers.mixer[i] = Mixer::none;
    if (off(ffn)) layers.feed[i] = Feed::none;
  }
  return i > 0;
}

bool linear_layers(const Fields& fields, const Family& family, Layers& layers) {
  if (by_blocks(fields, layers)) return true;
  if (by_letters(fields, layers)) return true;
  if (by_list(fields, layers)) return true;
  if (by_flags(fields.find({"attn_type_list"}), Mixer::full, Mixer::linear, layers)) return true;
  if (by_indexes(fields.find({"attn_layer_indices", "full_attn_idxs"}), 0, layers)) return true;
  if (const JsonValue linear = fields.find({"linear_attn_config"}); linear.is_object()) {
    if (by_indexes(linear.find("full_attn_layers"), 1, layers)) return true;
  }
  if (fields.find({"linear_num_value_heads"})) {
    const std::int64_t interval = fields.size({"full_attention_interval"});
    every(layers, interval > 0 ? interval : std::max<std::int64_t>(family.full_every, 1), Mixer::linear);
    return true;
  }
  if (const std::int64_t period = fields.size({"attn_layer_period"}); period > 0) {
    const std::int64_t offset = fields.size({"attn_layer_offset"});
    for (std::size_t i = 0; i < layers.mixer.size(); ++i) {
      layers.mixer[i] = i % at(period) == at(offset) % at(period) ? Mixer::full : Mixer::linear;
    }
    return true;
  }
  if (family.type == "mamba" || family.type == "mamba2" || family.type == "falcon_mamba") {
    std::fill(layers.mixer.begin(), layers.mixer.end(), Mixer::linear);
    std::fill(layers.feed.begin(), layers.feed.end(), Feed::none);
    return true;
  }
  return false;
}

/// Families that keep windows in every layer, or in some by position, without listing the layers.
void sliding_layers(const Fields& fields, const Family& family, Layers& layers) {
  if (by_flags(fields.find({"hybrid_layer_pattern"}), Mixer::sliding, Mixer::full, layers)) return;
  if (contains(family.type, "llama4")) {
    // 1: rotary positions within a chunk; 0: everything, without positions.
    if (by_flags(fields.find({"no_rope_layers"}), Mixer::sliding, Mixer::full, layers)) return;
  }
  const JsonValue pattern = fields.find({"sliding_window_pattern", "_sliding_window_pattern",
                                         "global_attn_every_n_layers", "no_rope_layer_interval"});
  if (const auto letters = pattern.text(); letters && !letters->empty()) {  // "LLLG"
    for (std::size_t i = 0; i < layers.mixer.size(); ++i) {
      layers.mixer[i] = (*letters)[i % letters->size()] == 'L' ? Mixer::sliding : Mixer::full;
    }
    return;
  }
  const std::int64_t interval = pattern.integer().value_or(family.full_every);
  if (interval == 1) return;
  if (family.type == "modernbert") {  // the first of every group is the full one
    for (std::size_t i = 0; i < layers.mixer.size(); ++i) {
      layers.mixer[i] = interval > 0 && i % at(interval) != 0 ? Mixer::sliding : Mixer::full;
    }
    return;
  }
  if (interval > 1) {
    every(layers, interval, Mixer::sliding);
    return;
  }
  const bool qwen = family.type.substr(0, 4) == "qwen";
  if (!fields.flag({"use_sliding_window"}, !qwen)) return;
  const std::int64_t first = qwen ? fields.size({"max_window_layers"}) : 0;
  for (std::size_t i = at(first); i < layers.mixer.size(); ++i) layers.mixer[i] = Mixer::sliding;
}

}  // namespace

Layers read_layers(const Fields& fields, const Family& family, std::int64_t count, std::int64_t context,
                   std::vector<std::string>& notes) {
  Layers layers;
  layers.mixer.assign(at(count), Mixer::full);
  layers.feed.assign(at(count), Feed::dense);
  layers.window = fields.size(
      {"sliding_window", "attention_chunk_size", "window_size", "sliding_window_size", "local_attention"});
  const bool explicit_layers = linear_layers(fields, family, layers);
  if (!explicit_layers && layers.window > 0) sliding_layers(fields, family, layers);
  if (layers.count(Mixer::sliding) > 0 && (layers.window == 0 || (context > 0 && layers.window >= context))) {
    if (layers.window == 0) notes.push_back("sliding layers without a window count as full attention");
    std::replace(layers.mixer.begin(), layers.mixer.end(), Mixer::sliding, Mixer::full);
  }
  if (layers.count(Mixer::sliding) == 0) layers.window = 0;
  if (layers.count(Mixer::linear) == 0 && fields.find({"mamba_d_state", "mamba_n_heads"}) &&
      family.type == "falcon_h1") {
    notes.push_back(
        "recurrent heads run beside attention in every layer: neither their state nor their weights are "
        "counted");
  }
  if (const std::int64_t shared = fields.size({"num_kv_shared_layers"}); shared > 0) {
    notes.push_back(
        "the last " + std::to_string(shared) +
        " layers reuse the keys and values of earlier ones; their cache is counted, so the figure is high");
  }
  return layers;
}

namespace {

void experts_every(Layers& layers, std::int64_t step, std::int64_t first, std::int64_t offset) {
  for (std::size_t i = 0; i < layers.feed.size(); ++i) {
    const bool has = i >= at(first) && step > 0 && i % at(step) == at(offset) % at(step);
    layers.feed[i] = has ? Feed::experts : Feed::dense;
  }
}

bool experts_by_list(const Fields& fields, Layers& layers) {
  const JsonValue list = fields.find({"mlp_layer_types", "moe_layer_freq"});
  if (!list.is_array()) return false;
  std::size_t i = 0;
  for (JsonValue entry = list.first(); entry && i < layers.feed.size(); entry = entry.next(), ++i) {
    const auto name = entry.text();
    const bool has = name ? (*name == "sparse" || *name == "moe") : entry.integer().value_or(0) != 0;
    layers.feed[i] = has ? Feed::experts : Feed::dense;
  }
  return i > 0;
}

}  // namespace

void read_feeds(const Fields& fields, const Family& family, Layers& layers) {
  if (!fields.text({"hybrid_override_pattern"}).empty() || layers.feed.empty() ||
      layers.feed[0] == Feed::none)
    return;
  if (experts_by_list(fields, layers)) return;
  const std::int64_t first =
      fields.size({"first_k_dense_replace", "num_dense_layers", "moe_layer_start_index"});
  std::int64_t step = fields.find({"moe_layer_freq", "moe_layer_interval"}).integer().value_or(1);
  std::int64_t offset = fields.find({"moe_layer_interval"}) ? step - 1 : 0;
  if (const std::int64_t period = fields.size({"expert_layer_period"}); period > 0) {  // Jamba
    step = period;
    offset = fields.size({"expert_layer_offset"});
  }
  if (const std::int64_t sparse = fields.size({"decoder_sparse_step", "interleave_moe_layer_step"});
      sparse > 0) {
    step = sparse;
    offset = sparse - 1;
  }
  if (step < 1) step = 1;
  experts_every(layers, step, first, std::max<std::int64_t>(offset, 0));
  if (family.type.substr(0, 6) == "gemma4" && !fields.flag({"enable_moe_block"}, true)) {
    std::fill(layers.feed.begin(), layers.feed.end(), Feed::dense);
  }
  const JsonValue dense = fields.find({"mlp_only_layers"});
  for (JsonValue entry = dense.is_array() ? dense.first() : JsonValue(); entry; entry = entry.next()) {
    const auto index = entry.integer();
    if (index && *index >= 0 && at(*index) < layers.feed.size()) layers.feed[at(*index)] = Feed::dense;
  }
  const std::string listed = fields.text({"moe_layers_enum"});  // "4,5,6": these have experts
  if (listed.empty()) return;
  std::fill(layers.feed.begin(), layers.feed.end(), Feed::dense);
  for (std::size_t i = 0; i < listed.size();) {
    std::size_t index = 0;
    const auto [end, failure] = std::from_chars(listed.data() + i, listed.data() + listed.size(), index);
    if (failure == std::errc() && index < layers.feed.size()) layers.feed[index] = Feed::experts;
    i = failure == std::errc() ? static_cast<std::size_t>(end - listed.data()) : i + 1;
  }
}

}  // namespace rackfit::importer
