// From a GGUF header to a catalog model: metadata under the architecture's prefix, checked against the
// tensors.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "config_fields.hpp"
#include "ggml_types.hpp"
#include "rackfit/import/codes.hpp"
#include "rackfit/import/gguf.hpp"

namespace rackfit::importer {
namespace {

constexpr std::int64_t largest_size = std::int64_t{1} << 31;
constexpr std::int64_t most_layers = 4096;

/// Metadata under `<architecture>.`.
class Metadata {
 public:
  Metadata(const GgufHeader& header, std::string prefix)
      : header_(header), prefix_(std::move(prefix) + '.') {}

  const GgufValue* find(std::string_view key) const {
    const auto found = header_.values.find(prefix_ + std::string(key));
    return found == header_.values.end() ? nullptr : &found->second;
  }
  /// A size; 0 when absent, out of range, or a list.
  std::int64_t size(std::string_view key, std::int64_t most = largest_size) const {
    const GgufValue* value = find(key);
    const std::int64_t given = value ? value->integer.value_or(0) : 0;
    return given >= 0 && given <= most ? given : 0;
  }
  /// Likewise, of a value that may differ by layer: the mean of the elements above 0, rounded.
  std::int64_t mean(std::string_view key) const {
    const GgufValue* value = find(key);
    if (!value || value->list.empty()) return size(key);
    double sum = 0, count = 0;
    for (const std::int64_t element : value->list) {
      if (element <= 0 || element > largest_size) continue;
      sum += double(element);
      ++count;
    }
    return count > 0 ? static_cast<std::int64_t>(std::llround(sum / count)) : 0;
  }
  const std::vector<std::int64_t>& list(std::string_view key) const {
    static const std::vector<std::int64_t> none;
    const GgufValue* value = find(key);
    return value ? value->list : none;
  }

 private:
  const GgufHeader& header_;
  std::string prefix_;
};

std::string text_of(const GgufHeader& header, std::string_view key) {
  const auto found = header.values.find(key);
  return found == header.values.end() ? std::string() : found->second.text;
}

bool starts(std::string_view text, std::string_view begin) { return text.substr(0, begin.size()) == begin; }

/// One full-attention layer in so many, as the engine has it built in for families that do not write a
/// pattern.
std::int64_t built_in_interval(std::string_view architecture) {
  struct Entry {
    std::string_view architecture;
    std::string_view family;
  };
  static constexpr Entry entries[] = {{"gemma2", "gemma2"},   {"gemma3", "gemma3"},   {"gemma3n", "gemma3n"},
                                      {"gpt-oss", "gpt_oss"}, {"cohere2", "cohere2"}, {"llama4", "llama4"},
                                      {"exaone4", "exaone4"}, {"gemma4", "gemma4"}};
  for (const Entry& entry : entries) {
    if (entry.architecture == architecture) return family_of(entry.family).full_every;
  }
  return 0;
}

catalog::Attention attention_of(const Metadata& meta, std::int64_t hidden, std::vector<std::string>& notes) {
  catalog::Attention a;
  a.heads = meta.mean("attention.head_count");
  if (a.heads == 0) return a;
  const std::int64_t rank = meta.size("attention.kv_lora_rank");
  std::int64_t key = meta.size("attention.key_length"), value = meta.size("attention.value_length");
  if (rank > 0) {
    a.type = catalog::AttentionType::mla;
    a.kv_lora_rank = rank;
    a.q_lora_rank = meta.size("attention.q_lora_rank");
    a.rope_head_dim = meta.size("rope.dimension_count");
    const std::int64_t own_key = meta.size("attention.key_length_mla"),
                       own_value = meta.size("attention.value_length_mla");
    if (own_key > 0) key = own_key;
    if (own_value > 0) value = own_value;
    a.nope_head_dim = std::max<std::int64_t>(0, key - a.rope_head_dim);
    a.v_head_dim = value > 0 ? value : a.nope_head_dim;
    const std::int64_t index = meta.size("attention.indexer.key_length");
    if (index > 0) notes.push_back("sparse attention: the engine caches the index keys at 16 bit");
    a.indexer_bytes = 2 * index;
    return a;
  }
  a.kv_heads = meta.mean("attention.head_count_kv");
  if (a.kv_heads == 0) a.kv_heads = a.heads;
  if (key == 0) key = std::max<std::int64_t>(1, hidden / a.heads);
  if (value == 0) value = key;
  a.head_dim = (key + value) / 2;
  if (key != value)
    notes.push_back(fmt::format("keys are {} wide and values {}: their mean is used", key, value));
  // Gemma 4 and others give the sliding layers' width apart.
  if (const std::int64_t sliding = meta.size("attention.key_length_swa");
      sliding > 0 && sliding != a.head_dim) {
    a.global_head_dim = a.head_dim;
    a.head_dim = sliding;
  }
  const auto& per_layer = meta.list("attention.head_count_kv");
  const auto& windows = meta.list("attention.sliding_window_pattern");
  if (!per_layer.empty() && per_layer.size() == windows.size()) {
    std::int64_t full = 0, sliding = 0;
    for (std::size_t i = 0; i < windows.size(); ++i) {
      if (per_layer[i] <= 0 || per_layer[i] > largest_size) continue;
      (windows[i] != 0 ? sliding : full) = per_layer[i];
    }
    if (sliding > 0 && full > 0 && sliding != full) {
      a.kv_heads = sliding;
      a.global_kv_heads = full;
    }
  }
  a.type = a.kv_heads == 1         ? catalog::AttentionType::mqa
           : a.kv_heads == a.heads ? catalog::AttentionType::mha
                                   : catalog::AttentionType::gqa;
  return a;
}

/// State of a recurrent layer as llama.cpp allocates it: both parts in 32 bit.
std::optional<catalog::LinearState> state_of(const Metadata& meta, const catalog::Model& model) {
  const double kernel = double(meta.size("ssm.conv_kernel")), inner = double(meta.size("ssm.inner_size"));
  const double state = double(meta.size("ssm.state_size")), groups = double(meta.size("ssm.group_count"));
  catalog::LinearState result;
  result.conv_bytes_per_element = result.ssm_bytes_per_element = 4;
  double conv = 0, ssm = 0;
  if (const double dim = double(meta.size("kda.head_dim")); dim > 0) {
    conv = 3 * std::max(0.0, kernel - 1) * double(model.attention.heads) * dim;
    ssm = double(model.attention.heads) * dim * dim;
  } else if (const double cache = double(meta.size("shortconv.l_cache")); cache > 0) {
    conv = (cache - 1) * double(model.hidden);
  } else if (inner > 0) {
    conv = std::max(0.0, kernel - 1) * (inner + 2 * groups * state);
    ssm = state * inner;
  } else {
    return std::nullopt;
  }
  if (conv > 9e15 || ssm > 9e15) return std::nullopt;
  result.conv_elements = static_cast<std::int64_t>(conv);
  result.ssm_elements = static_cast<std::int64_t>(ssm);
  return result;
}

/// Layers by kind, from the tensors of each block and the window pattern.
Layers layers_of(const GgufHeader& header, const Metadata& meta, std::string_view architecture,
                 std::int64_t count) {
  Layers layers;
  const auto total = static_cast<std::size_t>(count);
  layers.mixer.assign(total, Mixer::full);
  layers.feed.assign(total, Feed::dense);
  const auto& kv = meta.list("attention.head_count_kv");
  const std::int64_t leading = meta.size("leading_dense_block_count");
  const bool experts = meta.size("expert_count") > 0;
  const std::int64_t interval = meta.size("full_attention_interval");
  for (std::size_t i = 0; i < total; ++i) {
    if (i < header.blocks.size() && header.exact.complete) {
      const GgufBlock& block = header.blocks[i];
      const bool recurrent = block.recurrent;
      // A block of which nothing is known attends; Falcon-H1 attends beside its recurrent heads.
      const bool feed_only = !block.attention && (block.dense || block.experts);
      const bool linear = recurrent && architecture != "falcon-h1";
      layers.mixer[i] = linear ? Mixer::linear : feed_only ? Mixer::none : Mixer::full;
      layers.feed[i] = block.experts ? Feed::experts : block.dense ? Feed::dense : Feed::none;
      continue;
    }
    if (i < kv.size() && kv[i] == 0) layers.mixer[i] = Mixer::linear;
    if (interval > 0 && (i + 1) % static_cast<std::size_t>(interval) != 0) layers.mixer[i] = Mixer::linear;
    if (experts && i >= static_cast<std::size_t>(leading)) layers.feed[i] = Feed::experts;
  }
  layers.window = meta.size("attention.sliding_window");
  if (layers.window == 0 && architecture == "llama4")
    layers.window = 8192;  // the engine's constant: one chunk
  const GgufValue* given = meta.find("attention.sliding_window_pattern");
  const auto& pattern = meta.list("attention.sliding_window_pattern");
  std::int64_t every = given && given->integer ? *given->integer : built_in_interval(architecture);
  if (every < 0 || every > most_layers) every = 0;
  if (layers.window == 0) return layers;
  for (std::size_t i = 0; i < total; ++i) {
    const bool sliding = !pattern.empty() ? i < pattern.size() && pattern[i] != 0
                                          : every > 1 && (i + 1) % static_cast<std::size_t>(every) != 0;
    if (sliding && layers.mixer[i] == Mixer::full) layers.mixer[i] = Mixer::sliding;
  }
  if (layers.count(Mixer::sliding) == 0) layers.window = 0;
  return layers;
}

void feed_forward(const GgufHeader& header, const Metadata& meta, const Layers& layers,
                  catalog::Model& model) {
  const std::int64_t width = meta.mean("feed_forward_length");
  const bool fused = width > 0 && header.up_width == 2 * width;
  const bool gated = header.gate || fused || header.blocks.empty();
  const std::int64_t mixed = layers.count(Feed::experts);
  const bool dense = layers.count(Feed::dense) > 0;
  const std::int64_t experts = meta.size("expert_count", 1 << 20);
  if (experts > 1 && mixed > 0) {
    catalog::Moe moe;
    moe.experts = experts;
    moe.active = std::clamp<std::int64_t>(meta.size("expert_used_count"), 1, experts);
    moe.intermediate = meta.size("expert_feed_forward_length");
    if (moe.intermediate == 0) moe.intermediate = width;
    moe.shared = meta.size("expert_shared_count", 1 << 20);
    moe.shared_intermediate = meta.size("expert_shared_feed_forward_length");
    const bool found = header.exact.part(Part::shared_experts).bytes > 0;
    if (moe.shared == 0 && (moe.shared_intermediate > 0 || found)) moe.shared = 1;
    if (moe.shared > 0 && moe.shared_intermediate == 0) {
      moe.shared_intermediate = std::min(largest_size, moe.shared * moe.intermediate);
    }
    moe.dense_layers = model.layers - mixed;
    model.moe = moe;
  }
  if (width > 0 && (dense || (model.moe && !gated))) model.ffn = catalog::Ffn{width, gated};
}

void fold(const Layers& layers, const Metadata& meta, catalog::Model& model,
          std::vector<std::string>& notes) {
  const std::int64_t linear = layers.count(Mixer::linear), none = layers.count(Mixer::none);
  // Layers are counted by mixer: a block that is only a feed-forward part belongs to the one before it.
  if (none == model.layers) return;
  model.layers -= none;
  if (model.moe)
    model.moe->dense_layers = std::max<std::int64_t>(0, model.layers - layers.count(Feed::experts));
  catalog::LayerKinds kinds{layers.count(Mixer::full), layers.count(Mixer::sliding), linear, layers.window};
  if (kinds.full != model.layers) model.layer_kinds = kinds;
  if (linear == 0) return;
  model.linear_state = state_of(meta, model);
  if (!model.linear_state) {
    notes.push_back("the state of the recurrent layers is not known: their cache counts as nothing");
    return;
  }
}

catalog::ModelKind kind_of(const Metadata& meta, std::string_view architecture) {
  const std::int64_t pooling = meta.size("pooling_type");  // 1 mean, 2 first token, 3 last, 4 rank
  if (pooling == 4) return catalog::ModelKind::reranker;
  const bool encoder = architecture.find("bert") != std::string_view::npos ||
                       starts(architecture, "gemma-embedding") || architecture == "t5encoder";
  return encoder || pooling > 0 ? catalog::ModelKind::embedding : catalog::ModelKind::text;
}

/// `Q4_K_M` → `q4-k-m`.
std::string row_id(std::string_view name) {
  std::string id(name);
  for (char& c : id) c = c == '_' ? '-' : c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return id;
}

std::string format_id(const GgufHeader& header, const FindFormat& formats) {
  const auto type = header.values.find("general.file_type");
  std::string_view name;
  if (type != header.values.end()) name = gguf_file_type(type->second.integer.value_or(-1));
  if (name.empty() && !header.exact.by_type.empty()) {  // the type that most bytes have
    name = std::max_element(header.exact.by_type.begin(), header.exact.by_type.end(),
                            [](const auto& a, const auto& b) { return a.second < b.second; })
               ->first;
  }
  const std::string id = row_id(name);
  if (!formats) return id;
  // A safetensors format may hold the plain name.
  for (const std::string& candidate : {id + "-gguf", id, id + "-block"}) {
    const catalog::Quantization* row = formats(candidate);
    if (row && row->family == "gguf") return row->row.id;
  }
  return {};
}

std::optional<catalog::Quantization> format_of(const GgufHeader& header, const std::string& id,
                                               const std::string& name, const FindFormat& formats) {
  const PartBytes all = header.exact.loaded(), body = header.exact.body();
  if (!header.exact.complete || all.parameters <= 0 || body.parameters <= 0) return std::nullopt;
  const catalog::Quantization* row = formats && !id.empty() ? formats(id) : nullptr;
  catalog::Quantization own;
  if (row) own = *row;
  own.row.id = id.empty() ? "gguf" : id;
  if (own.row.name.empty()) own.row.name = "GGUF";
  own.row.aliases.clear();
  own.row.source.document = name;
  own.row.source.confidence = Confidence::documented;
  own.family = "gguf";
  own.mixture = true;
  own.embeddings_16_bit = false;
  own.bits_per_weight = all.bits_per_weight();
  own.body_bits = body.bits_per_weight();
  const PartBytes& table = header.exact.part(Part::embeddings);
  const PartBytes& head = header.exact.part(Part::lm_head);
  if (table.parameters > 0) own.embedding_bits = table.bits_per_weight();
  if (head.parameters > 0 || table.parameters > 0) {
    own.output_bits = head.parameters > 0 ? head.bits_per_weight() : table.bits_per_weight();
  }
  return own;
}

}  // namespace

std::optional<ImportedModel> model_of(const GgufHeader& header, const std::string& name,
                                      const FindFormat& formats, Diagnostics& diagnostics) {
  ImportedModel out;
  out.architecture = text_of(header, "general.architecture");
  const Metadata meta(header, out.architecture);
  const auto refuse = [&](std::string message, std::string help) {
    diagnostics.error(code::not_a_model, {}, std::move(message), "", std::move(help));
    return std::nullopt;
  };
  if (out.architecture.empty()) {
    return refuse(fmt::format("`{}` does not name an architecture", name),
                  "of a split model name the first file (-00001-of-…)");
  }
  if (out.architecture == "clip" || out.architecture == "mmproj") {
    return refuse(fmt::format("`{}` is an image projector, not a language model", name),
                  "name the GGUF file of the language model beside it");
  }
  catalog::Model& model = out.model;
  const std::int64_t blocks = meta.size("block_count", most_layers);
  model.layers = std::max<std::int64_t>(0, blocks - meta.size("nextn_predict_layers", most_layers));
  model.hidden = meta.size("embedding_length");
  model.vocab = header.vocab > 0 ? header.vocab : meta.size("vocab_size");
  if (const auto tokens = header.values.find("tokenizer.ggml.tokens");
      model.vocab == 0 && tokens != header.values.end()) {
    model.vocab = static_cast<std::int64_t>(std::min<std::uint64_t>(tokens->second.list_size, 1u << 31));
  }
  if (model.layers == 0 || model.hidden == 0 || model.vocab == 0) {
    return refuse(fmt::format("`{}` does not give `{}.{}`", name, out.architecture.substr(0, 60),
                              model.layers == 0   ? "block_count"
                              : model.hidden == 0 ? "embedding_length"
                                                  : "vocab_size"),
                  "name the model's config.json instead");
  }
  if (const std::int64_t context = meta.size("context_length", std::int64_t{1} << 40); context > 0)
    model.context_tokens = context;
  model.attention = attention_of(meta, model.hidden, out.notes);
  out.blocks = model.layers;
  Layers layers = layers_of(header, meta, out.architecture, model.layers);
  if (model.attention.heads == 0) {  // purely recurrent: no layer uses it
    model.attention = {catalog::AttentionType::mqa, 1, 1, 1};
  }
  feed_forward(header, meta, layers, model);
  fold(layers, meta, model, out.notes);
  model.kind = kind_of(meta, out.architecture);
  if (header.exact.complete && header.tensors > 0) model.tied_embeddings = !header.output;
  if (header.exact.complete) model.parameters = header.exact.loaded().parameters;
  model.row.name = text_of(header, "general.name").substr(0, 200);
  model.row.source.document = name;
  model.row.source.confidence = Confidence::documented;
  out.engine_family = "gguf";
  out.quantization_id = format_id(header, formats);
  out.quantization = format_of(header, out.quantization_id, name, formats);
  model.native_quantization = out.quantization_id;
  out.exact = header.exact;
  return out;
}

}  // namespace rackfit::importer
