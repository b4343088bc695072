#include "rackfit/import/exact_bytes.hpp"

#include <algorithm>
#include <charconv>
#include <initializer_list>

namespace rackfit::importer {
namespace {

// Far above any model; keeps a hostile name from sizing the list of layers.
constexpr std::int64_t max_layer = 4095;

bool has(std::string_view name, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return name.find(word) != std::string_view::npos; });
}

bool starts(std::string_view name, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return name.substr(0, word.size()) == word; });
}

/// The number in `….layers.12.…`, and where the name goes on behind it.
std::int64_t layer_of(std::string_view name, std::string_view& rest) {
  rest = name;
  for (const std::string_view word : {"layers.", "layer.", "blk.", "blocks.", "h."}) {
    std::size_t at = 0;
    while ((at = name.find(word, at)) != std::string_view::npos) {
      const bool whole = at == 0 || name[at - 1] == '.';
      at += word.size();
      if (!whole) continue;
      std::int64_t index = -1;
      const auto [end, failure] = std::from_chars(name.data() + at, name.data() + name.size(), index);
      if (failure != std::errc() || index < 0 || index > max_layer) continue;
      rest = name.substr(static_cast<std::size_t>(end - name.data()));
      return index;
    }
  }
  return -1;
}

Part part_in_layer(std::string_view rest) {
  if (has(rest, {"nextn", "mtp_"})) return Part::mtp;
  if (has(rest, {"shared_expert", "_shexp", "shared_mlp", "shared_experts"})) return Part::shared_experts;
  if (has(rest, {".experts", "_exps", "experts_"})) return Part::experts;
  if (has(rest, {"mlp.gate.", "block_sparse_moe.gate", "router", "ffn_gate_inp", "e_score_correction",
                 "feed_forward.gate.", "mixer.gate.", "exp_probs_b"})) {
    return Part::router;
  }
  if (has(rest, {"norm", "ln_", "layer_norm", "LayerNorm"}) && !has(rest, {"in_proj"})) return Part::norms;
  if (has(rest, {"mamba", "linear_attn", "ssm_", "conv1d", "A_log", "mixer.in_proj", "mixer.out_proj",
                 ".conv.", "shortconv", "mixer.D", "dt_bias", "time_mix"})) {
    return Part::linear;
  }
  // BERT calls the second feed-forward matrix `output.dense`, and attention's `attention.output.dense`.
  if (has(rest, {"attn", "attention", "q_proj", "k_proj", "v_proj", "o_proj", "qkv", "sinks", "indexer"})) {
    return Part::attention;
  }
  if (has(rest, {"mlp", "ffn", "feed_forward", "fc1", "fc2", "fc_in", "fc_out", "up_proj", "down_proj",
                 "gate_proj", "intermediate.dense", "output.dense", "dense_h_to_4h", "dense_4h_to_h"})) {
    return Part::ffn;
  }
  return Part::other;
}

}  // namespace

std::string_view to_string(Part part) {
  static constexpr std::string_view names[part_count] = {
      "embeddings",     "lm_head", "attention", "recurrent layers", "feed-forward",           "experts",
      "shared experts", "routers", "norms",     "encoders",         "multi-token prediction", "other"};
  return names[static_cast<std::size_t>(part)];
}

TensorName classify_tensor(std::string_view name) {
  TensorName result;
  if (has(name, {"visual.", "vision_", "vision.", "mm_projector", "multi_modal_projector", "audio_",
                 "embed_vision", "embed_audio", "image_newline", "patch_embed", "mlp1."}) ||
      starts(name, {"v.", "mm.", "a."})) {
    result.part = Part::vision;
    return result;
  }
  if (starts(name, {"mtp.", "model.mtp"})) {
    result.part = Part::mtp;
    return result;
  }
  std::string_view rest;
  result.layer = layer_of(name, rest);
  if (result.layer >= 0) {
    result.part = part_in_layer(rest);
    return result;
  }
  if (has(name, {"lm_head", "embed_out", "output_layer"}) || name == "output.weight" ||
      name == "output.bias") {
    result.part = Part::lm_head;
  } else if (has(name, {"embed", "wte", "wpe", "token_types", "embd"}) && !has(name, {"_norm"})) {
    result.part = Part::embeddings;
  } else if (has(name, {"norm", "ln_f", "Norm"})) {
    result.part = Part::norms;
  }
  return result;
}

PartBytes ExactBytes::body() const {
  PartBytes sum;
  for (const Part which : {Part::attention, Part::linear, Part::ffn, Part::experts, Part::shared_experts}) {
    sum.bytes += part(which).bytes;
    sum.parameters += part(which).parameters;
  }
  return sum;
}

PartBytes ExactBytes::loaded() const {
  PartBytes sum;
  for (std::size_t i = 0; i < part_count; ++i) {
    if (static_cast<Part>(i) == Part::mtp) continue;
    sum.bytes += parts[i].bytes;
    sum.parameters += parts[i].parameters;
  }
  return sum;
}

void ExactBytes::join(const ExactBytes& other) {
  file_bytes += other.file_bytes;
  tensor_bytes += other.tensor_bytes;
  by_part = by_part || other.by_part;
  files += other.files;
  for (std::size_t i = 0; i < part_count; ++i) {
    parts[i].bytes += other.parts[i].bytes;
    parts[i].parameters += other.parts[i].parameters;
  }
  if (layers.size() < other.layers.size()) layers.resize(other.layers.size());
  for (std::size_t i = 0; i < other.layers.size(); ++i) {
    layers[i].attention += other.layers[i].attention;
    layers[i].ffn += other.layers[i].ffn;
    layers[i].experts += other.layers[i].experts;
    layers[i].other += other.layers[i].other;
  }
  for (const auto& [type, bytes] : other.by_type) add_type(type, bytes);
}

void ExactBytes::add_type(std::string_view type, double bytes) {
  const auto at =
      std::lower_bound(by_type.begin(), by_type.end(), type,
                       [](const auto& entry, std::string_view wanted) { return entry.first < wanted; });
  if (at != by_type.end() && at->first == type) {
    at->second += bytes;
  } else {
    by_type.insert(at, {std::string(type), bytes});
  }
}

void ExactBytes::add_tensor(const TensorName& name, double bytes, double parameters, std::string_view type) {
  by_part = true;
  tensor_bytes += bytes;
  part(name.part).bytes += bytes;
  part(name.part).parameters += parameters;
  add_type(type, bytes);
  if (name.layer < 0 || name.layer > max_layer) return;
  const auto index = static_cast<std::size_t>(name.layer);
  if (layers.size() <= index) layers.resize(index + 1);
  LayerBytes& layer = layers[index];
  switch (name.part) {
    case Part::attention:
    case Part::linear:
      layer.attention += bytes;
      break;
    case Part::ffn:
    case Part::shared_experts:
      layer.ffn += bytes;
      break;
    case Part::experts:
      layer.experts += bytes;
      break;
    case Part::mtp:
      break;
    default:
      layer.other += bytes;
  }
}

}  // namespace rackfit::importer
