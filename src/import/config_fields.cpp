#include "config_fields.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "rackfit/import/codes.hpp"

namespace rackfit::importer {
namespace {

constexpr std::int64_t largest_size = std::int64_t{1} << 31;

/// Where `"key"` stands in the text; nothing for keys of a file that was put together.
Span span_of(const SourceFile& file, std::string_view key) {
  const std::string quoted = fmt::format("\"{}\"", key);
  const std::size_t at = file.text().find(quoted);
  if (at == std::string_view::npos) return {};
  return {&file, static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + quoted.size())};
}

// The defaults of the configuration classes of huggingface/transformers
// (src/transformers/models/*/configuration_*.py) and, for models that bring their own, of the configuration
// file in the model's repository.
constexpr Family families[] = {
    // type, gated, tied, head_dim, full_every, encoder
    {"apertus", false, false},
    {"arcee", false, false},
    {"bamba", true, false},
    {"bert", false, {}, 0, 0, true},
    {"bloom", false, true},
    {"camembert", false, {}, 0, 0, true},
    {"codegen", false, false},
    {"cohere", true, true},
    {"cohere2", true, true, 0, 4},
    {"cohere2_vision", true, true, 0, 4},
    {"dbrx", true, false},
    {"deberta", false, {}, 0, 0, true},
    {"deberta-v2", false, {}, 0, 0, true},
    {"deepseek_v2", true, false},
    {"deepseek_v3", true, false},
    {"deepseek_v32", true, false},
    {"distilbert", false, {}, 0, 0, true},
    {"electra", false, {}, 0, 0, true},
    {"ernie", false, {}, 0, 0, true},
    {"exaone4", true, false, 0, 4},
    {"falcon", false, true},
    {"gemma", true, true, 256},
    {"gemma2", true, true, 256, 2},
    {"gemma3", true, true, 256, 6},
    {"gemma3_text", true, true, 256, 6},
    {"gemma3n", true, true, 256, 5},
    {"gemma3n_text", true, true, 256, 5},
    {"gemma4", true, true, 256, 6},
    {"gemma4_text", true, true, 256, 6},
    {"glm", true, false, 128},
    {"glm4", true, false, 128},
    {"glm4_moe", true, false, 128},
    {"glm4_moe_lite", true, false},
    {"glm_moe_dsa", true, false},
    {"gpt2", false, true},
    {"gpt_bigcode", false, true},
    {"gpt_neo", false, true},
    {"gpt_neox", false, false},
    {"gpt_oss", true, false, 64, 2},
    {"gptj", false, false},
    {"granite", true, false},
    {"granitemoe", true, false},
    {"granitemoehybrid", true, false},
    {"internlm2", true, false},
    {"jamba", true, false},
    {"kimi_k2", true, false},
    {"kimi_linear", true, false},
    {"lfm2", true, true},
    {"llama", true, false},
    {"llama4", true, false, 0, 4},
    {"llama4_text", true, false, 0, 4},
    {"mamba", true, true},
    {"mamba2", true, false},
    {"minimax", true, false},
    {"minimax_m2", true, false},
    {"mistral", true, false},
    {"mixtral", true, false},
    {"modernbert", true, {}, 0, 3, true},
    {"mpnet", false, {}, 0, 0, true},
    {"mpt", false, true},
    {"nemotron", false, false},
    {"nemotron_h", false, false},
    {"new", true, {}, 0, 0, true},
    {"nomic_bert", true, {}, 0, 0, true},
    {"olmo", true, false},
    {"olmo2", true, false},
    {"olmo3", true, false, 0, 4},
    {"olmoe", true, false},
    {"opt", false, true},
    {"persimmon", false, false},
    {"phi", false, false},
    {"phi3", true, false},
    {"phimoe", true, false},
    {"qwen2", true, false},
    {"qwen2_moe", true, false},
    {"qwen3", true, false, 128},
    {"qwen3_5", true, false, 256, 4},
    {"qwen3_5_moe", true, false, 256, 4},
    {"qwen3_5_moe_text", true, false, 256, 4},
    {"qwen3_5_text", true, false, 256, 4},
    {"qwen3_moe", true, false, 128},
    {"qwen3_next", true, false, 256, 4},
    {"qwen3_vl_moe_text", true, false, 128},
    {"qwen3_vl_text", true, false, 128},
    {"RefinedWeb", false, true},
    {"RefinedWebModel", false, true},
    {"roberta", false, {}, 0, 0, true},
    {"seed_oss", true, false, 128},
    {"smollm3", true, true},
    {"stablelm", true, false},
    {"starcoder2", false, true},
    {"xlm-roberta", false, {}, 0, 0, true},
    {"xlm-roberta-xl", false, {}, 0, 0, true},
};

}  // namespace

Family family_of(std::string_view model_type) {
  for (const Family& family : families) {
    if (family.type == model_type) return family;
  }
  Family neutral;
  neutral.type = model_type;
  return neutral;
}

JsonValue Fields::find(Names names) const {
  for (const std::string_view name : names) {
    if (const JsonValue value = object_.find(name)) return value;
  }
  return {};
}

std::optional<std::int64_t> Fields::integer(Names names, std::int64_t least, std::int64_t most) const {
  for (const std::string_view name : names) {
    JsonValue value = object_.find(name);
    if (!value) continue;
    if (value.is_array()) value = value.first();
    const auto whole = value.integer();
    if (whole && *whole >= least && *whole <= most) return whole;
    wrong(name, fmt::format("`{}` is not a whole number from {} to {}", name, least, most),
          "the file may be damaged or hostile; take the published config.json");
    return std::nullopt;
  }
  return std::nullopt;
}

std::int64_t Fields::size(Names names) const { return integer(names, 0, largest_size).value_or(0); }

double Fields::number(Names names, double fallback) const {
  const auto value = find(names).number();
  return value && *value > -1e30 && *value < 1e30 ? *value : fallback;
}

bool Fields::flag(Names names, bool fallback) const { return find(names).boolean().value_or(fallback); }

std::string Fields::text(Names names) const { return std::string(find(names).text().value_or("")); }

void Fields::wrong(std::string_view key, std::string message, std::string help) const {
  diagnostics_->error(code::bad_value, span_of(*file_, key), std::move(message), "", std::move(help));
}

std::int64_t Layers::count(Mixer kind) const { return std::count(mixer.begin(), mixer.end(), kind); }
std::int64_t Layers::count(Feed kind) const { return std::count(feed.begin(), feed.end(), kind); }

}  // namespace rackfit::importer
