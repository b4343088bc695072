#include "rackfit/import/config.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "config_fields.hpp"
#include "config_format.hpp"
#include "rackfit/import/codes.hpp"

namespace rackfit::importer {
namespace {

constexpr std::int64_t most_layers = 4096;

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

/// The object that describes the language model: the file itself, or what a multimodal wrapper nests.
JsonValue text_part(JsonValue config) {
  for (int depth = 0; depth < 3; ++depth) {
    JsonValue inner;
    for (const std::string_view key : {"text_config", "llm_config", "language_config", "thinker_config",
                                       "text_model_config", "lm_config"}) {
      inner = config.find(key);
      if (inner.is_object()) break;
    }
    if (!inner.is_object()) return config;
    config = inner;
  }
  return config;
}

std::string architecture_name(JsonValue config) {
  const JsonValue list = config.find("architectures");
  return std::string(list.is_array() ? list.first().text().value_or("") : list.text().value_or(""));
}

catalog::ModelKind kind_of(JsonValue config, const Family& family, const std::string& architecture) {
  if (has(architecture, "ForSequenceClassification") || has(architecture, "ForRewardModel")) {
    return catalog::ModelKind::reranker;
  }
  const bool sees = config.find("vision_config") || config.find("visual") || config.find("mm_vision_tower") ||
                    config.find("vit_config") || config.find("vision_tower");
  if (sees) return catalog::ModelKind::vision;
  const bool bare = ends_with(architecture, "Model") && !ends_with(architecture, "LMHeadModel") &&
                    !has(architecture, "Chat") && !has(architecture, "GLMModel");
  return family.encoder || bare ? catalog::ModelKind::embedding : catalog::ModelKind::text;
}

/// Layers are counted by mixer: a block that is only a feed-forward part belongs to the one before it.
void fold_layers(const Layers& layers, const std::optional<Recurrent>& recurrent, catalog::Model& model,
                 std::vector<std::string>& notes) {
  const std::int64_t linear = layers.count(Mixer::linear), none = layers.count(Mixer::none);
  catalog::LayerKinds kinds;
  kinds.full = layers.count(Mixer::full);
  kinds.sliding = layers.count(Mixer::sliding);
  kinds.linear = linear;
  kinds.window = layers.window;
  model.layers -= none;
  if (model.moe)
    model.moe->dense_layers = std::max<std::int64_t>(0, model.layers - layers.count(Feed::experts));
  if (kinds.full != model.layers) model.layer_kinds = kinds;
  if (none > 0) {
    notes.push_back(
        fmt::format("{} blocks: {} recurrent, {} with attention, {} with a feed-forward part only",
                    layers.mixer.size(), linear, kinds.full + kinds.sliding, none));
  }
  if (linear == 0) return;
  if (!recurrent) {
    notes.push_back("the state of the recurrent layers is not known: their cache counts as nothing");
    return;
  }
  model.linear_state = recurrent->state;
}

void image_tokens(JsonValue config, catalog::Model& model) {
  const JsonValue vision = config.find("vision_config");
  const auto patch = vision.find("patch_size").integer();
  const auto merge = vision.find("spatial_merge_size").integer();
  if (!patch || !merge || *patch < 1 || *patch > 4096 || *merge < 1 || *merge > 4096) return;
  model.image_token_pixels = (*patch * *merge) * (*patch * *merge);
}

/// Dimensions without which nothing can be sized.
bool complete(const Fields& fields, const catalog::Model& model, const std::string& name, std::int64_t heads,
              bool recurrent_only, Diagnostics& diagnostics) {
  const auto missing = [&](std::string_view what, std::string_view key) {
    diagnostics.error(code::bad_value, {}, fmt::format("`{}` does not give the {} (`{}`)", name, what, key),
                      "", "take the config.json of the model itself; adapters and tokenizers have others");
  };
  (void)fields;
  if (model.layers == 0) missing("number of layers", "num_hidden_layers");
  if (model.hidden == 0) missing("width", "hidden_size");
  if (model.vocab == 0) missing("vocabulary", "vocab_size");
  if (heads == 0 && !recurrent_only) missing("number of attention heads", "num_attention_heads");
  return model.layers > 0 && model.hidden > 0 && model.vocab > 0 && (heads > 0 || recurrent_only);
}

void read_tied(const Fields& config, const Fields& text, const Family& family, catalog::Model& model) {
  JsonValue given = text.find({"tie_word_embeddings"});
  if (!given) given = config.find({"tie_word_embeddings"});
  model.tied_embeddings = given.boolean() ? given.boolean() : family.tied;
}

std::int64_t vocabulary(const Fields& config, const Fields& text, const Family& family) {
  std::int64_t vocab = text.size({"vocab_size", "padded_vocab_size", "n_vocab"});
  if (vocab == 0) vocab = config.size({"vocab_size"});
  if (vocab == 0 && family.type.substr(0, 6) == "gemma3") vocab = 262208;  // the class's default
  return vocab;
}

/// Layers, attention and feed-forward part; false, with diagnostics, where the file does not give them.
bool read_architecture(const Fields& config, const Fields& fields, const Family& family,
                       const std::string& name, ImportedModel& out, Diagnostics& diagnostics) {
  catalog::Model& model = out.model;
  const std::size_t errors = diagnostics.error_count();
  const std::string letters = fields.text({"hybrid_override_pattern"});
  model.layers =
      fields.integer({"num_hidden_layers", "n_layer", "n_layers", "num_layers"}, 0, most_layers).value_or(0);
  if (model.layers == 0)
    model.layers = std::min<std::int64_t>(most_layers, static_cast<std::int64_t>(letters.size()));
  model.hidden = fields.size({"hidden_size", "n_embd", "d_model", "n_embed", "dim", "model_dim"});
  model.vocab = vocabulary(config, fields, family);
  const std::int64_t context = read_context(fields, family);
  if (context > 0) {
    model.context_tokens = context;
    model.rope_positions = read_rope_positions(fields, context);
  }
  read_tied(config, fields, family, model);
  model.attention = read_attention(fields, family, std::max<std::int64_t>(model.hidden, 1), out.notes);
  const Layers layers = [&] {
    Layers read = read_layers(fields, family, model.layers, context, out.notes);
    if (fields.find({"n_routed_experts", "num_local_experts", "num_experts", "moe_num_experts",
                     "num_moe_experts", "ffn_config"})) {
      read_feeds(fields, family, read);
    }
    return read;
  }();
  out.blocks = model.layers;
  if (layers.count(Mixer::none) == model.layers) model.layers = 0;  // nothing to build a model from
  const bool recurrent_only =
      model.layers > 0 && layers.count(Mixer::full) + layers.count(Mixer::sliding) == 0;
  if (!complete(fields, model, name, model.attention.heads, recurrent_only, diagnostics)) return false;
  if (recurrent_only) {  // a placeholder: no layer uses it
    model.attention = {catalog::AttentionType::mqa, 1, 1, 1};
  }
  read_feed_forward(fields, family, layers, model);
  const auto recurrent =
      layers.count(Mixer::linear) > 0 ? read_recurrent(fields, family, model) : std::nullopt;
  const bool uneven = layers.count(Feed::none) + layers.count(Mixer::none) > 0;
  if (recurrent || uneven) {
    model.parameters = closed_form(model, layers, recurrent);
    out.notes.push_back("parameters are computed from the dimensions");
  }
  fold_layers(layers, recurrent, model, out.notes);
  return diagnostics.error_count() == errors;
}

}  // namespace

std::optional<ImportedModel> read_config(const std::shared_ptr<const SourceFile>& file,
                                         std::string_view quantization_file, const FindFormat& formats,
                                         Diagnostics& diagnostics) {
  diagnostics.keep(file);
  JsonFailure failure;
  const std::optional<Json> json = Json::parse(file->text(), failure);
  if (!json) {
    const auto at = static_cast<std::uint32_t>(std::min(failure.offset, file->text().size()));
    diagnostics.error(code::not_json, {file.get(), at, at},
                      fmt::format("this is not JSON: {}", failure.reason), "",
                      "take the config.json that was published with the model");
    return std::nullopt;
  }
  const JsonValue root = json->root();
  const JsonValue text = text_part(root);
  const Fields config(*file, root, diagnostics), fields(*file, text, diagnostics);
  ImportedModel out;
  out.architecture = fields.text({"model_type"});
  if (out.architecture.empty()) out.architecture = config.text({"model_type"});
  const Family family = family_of(out.architecture);
  if (!root.is_object() ||
      (!fields.find({"hidden_size", "n_embd", "d_model", "n_embed", "dim", "model_dim"}) &&
       family.type.substr(0, 6) != "gemma3")) {
    diagnostics.error(code::not_a_model, {}, fmt::format("`{}` does not describe a model", file->path()), "",
                      "a model's config.json gives `hidden_size` and `num_hidden_layers`");
    return std::nullopt;
  }
  if (!read_architecture(config, fields, family, file->path(), out, diagnostics)) return std::nullopt;
  out.model.kind = kind_of(root, family, architecture_name(root));
  image_tokens(root, out.model);
  out.model.hf_id = config.text({"_name_or_path"}).substr(0, 200);
  out.model.row.source.document = file->path();
  out.model.row.source.confidence = Confidence::documented;
  JsonFailure ignored;
  const std::optional<Json> second =
      quantization_file.empty() ? std::nullopt : Json::parse(quantization_file, ignored);
  const WeightFormat format = read_format(config, fields, second ? second->root() : JsonValue(),
                                          out.model.attention.type == catalog::AttentionType::mla,
                                          out.model.moe.has_value(), out.notes);
  out.quantization_id = format.id;
  out.quantization = quantization_of(format, formats, file->path());
  out.kv_format = format.kv_format;
  out.unquantized = format.unquantized;
  out.engine_family = format.family;
  if (format.native) out.model.native_quantization = format.id;
  return out;
}

}  // namespace rackfit::importer
