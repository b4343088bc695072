#include "config_format.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace rackfit::importer {
namespace {

constexpr std::size_t max_ignored = 2000;

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return result;
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

/// Bits of an integer format with a 16-bit scale and, where asymmetric, a packed zero point per group.
double grouped_bits(double bits, double group, bool zeros) {
  return group > 0 ? bits + (16 + (zeros ? bits : 0)) / group : bits;
}

double positive(JsonValue value, double fallback, double most) {
  const auto number = value.number();
  return number && *number > 0 && *number <= most ? *number : fallback;
}

void integer_format(WeightFormat& f, std::string_view method, double bits, double group, bool zeros) {
  f.packed_bits = bits;
  f.bits = grouped_bits(bits, group, zeros);
  if (bits == 8) {
    f.id = method == "gptq" ? "gptq-int8" : "int8-weight-only";
  } else if (bits == 4 && method == "awq") {
    f.id = "awq-int4";
  } else if (bits == 4 && method == "gptq") {
    f.id = group == 32 ? "gptq-int4-g32" : group == 64 ? "gptq-int4-g64" : "gptq-int4";
  } else if (bits == 4) {
    f.id = "int4";
  } else {
    f.id = "int4";  // the nearest kernels; the bits are the file's own
  }
}

void compressed_tensors(WeightFormat& f, JsonValue config, std::vector<std::string>& notes) {
  JsonValue group = config.find("config_groups").first();
  if (group && group.next()) notes.push_back("several quantization groups: the first one is taken for all");
  const JsonValue weights = group.find("weights");
  const bool activations = static_cast<bool>(group.find("input_activations"));
  const std::string type = lower(weights.find("type").text().value_or("int"));
  const std::string strategy = lower(weights.find("strategy").text().value_or(""));
  const double bits = positive(weights.find("num_bits"), 8, 16);
  const double size = positive(weights.find("group_size"), 0, 1 << 20);
  const std::string layout = lower(config.find("format").text().value_or(""));
  f.packed_bits = bits;
  if (type == "float" && bits == 8) {
    f.id = has(layout, "mxfp8") || size == 32 ? "mxfp8" : strategy == "block" ? "fp8-block" : "fp8";
    f.bits = f.id == "mxfp8" ? 8.25 : strategy == "block" ? 8 + 32.0 / (128 * 128) : 8;
  } else if (type == "float" && bits == 4) {
    const bool micro = has(layout, "mxfp4") || size == 32;
    f.id = micro ? "mxfp4" : "nvfp4";
    f.bits = micro ? 4.25 : 4.5;
  } else if (bits == 8 && activations) {
    f.id = "int8";
    f.bits = 8;
  } else {
    const bool zeros = !weights.find("symmetric").boolean().value_or(true);
    integer_format(f, "int", bits, strategy == "channel" ? 0 : size, zeros);
  }
}

void modelopt(WeightFormat& f, JsonValue config, std::vector<std::string>& notes) {
  std::string algorithm = lower(config.find("quant_algo").text().value_or(""));
  if (algorithm.empty() && config.find("config_groups")) {
    compressed_tensors(f, config, notes);
    return;
  }
  if (has(algorithm, "nvfp4") || has(algorithm, "fp4")) {
    f.id = has(algorithm, "mxfp4") ? "mxfp4" : "nvfp4";
    f.bits = f.id == "mxfp4" ? 4.25 : 4.5;
  } else if (has(algorithm, "mxfp8")) {
    f.id = "mxfp8";
    f.bits = 8.25;
  } else if (has(algorithm, "fp8")) {
    const bool block = has(algorithm, "pb") || has(algorithm, "block");
    f.id = block ? "fp8-block" : "fp8";
    f.bits = block ? 8 + 32.0 / (128 * 128) : 8;
  } else if (has(algorithm, "w4a16") || has(algorithm, "awq") || has(algorithm, "w4a8")) {
    integer_format(f, "awq", 4, positive(config.find("group_size"), 128, 1 << 20), false);
  } else if (has(algorithm, "int8") || has(algorithm, "w8a8")) {
    f.id = "int8";
    f.bits = 8;
  } else if (!algorithm.empty()) {
    notes.push_back(fmt::format("quantization `{}` mixes formats: the weights' own headers tell their size",
                                algorithm.substr(0, 60)));
  }
  const std::string cache = lower(config.find("kv_cache_quant_algo").text().value_or(""));
  if (has(cache, "fp8")) f.kv_format = "fp8";
}

void bits_and_bytes(WeightFormat& f, JsonValue config) {
  if (config.find("load_in_8bit").boolean().value_or(false)) {
    f.id = "int8-weight-only";
    f.bits = f.packed_bits = 8;
    return;
  }
  const bool twice = config.find("bnb_4bit_use_double_quant").boolean().value_or(false);
  f.id = twice ? "nf4-double" : "nf4";
  f.bits = twice ? 4.127 : 4.5;
}

void by_method(WeightFormat& f, JsonValue config, std::vector<std::string>& notes) {
  const std::string method = lower(config.find("quant_method").text().value_or(""));
  JsonValue bits_value = config.find("bits");
  if (!bits_value) bits_value = config.find("w_bit");
  JsonValue group_value = config.find("group_size");
  if (!group_value) group_value = config.find("q_group_size");
  const double bits = positive(bits_value, 4, 16);
  const double group = positive(group_value, group_value ? 0 : 128, 1 << 20);
  if (method == "fp8" || method == "fbgemm_fp8" || method == "finegrained_fp8") {
    const bool block = config.find("weight_block_size").is_array();
    f.id = block ? "fp8-block" : "fp8";
    f.bits = block ? 8 + 32.0 / (128 * 128) : 8;
  } else if (method == "gptq" || method == "gptq_marlin" || method == "auto-round" ||
             method == "auto_round" || method == "intel/auto-round") {
    integer_format(f, method.substr(0, 4) == "gptq" ? "gptq" : "int", bits, group, true);
  } else if (method == "awq" || method == "awq_marlin") {
    integer_format(f, "awq", bits, group, true);
  } else if (method == "bitsandbytes") {
    bits_and_bytes(f, config);
  } else if (method == "compressed-tensors" || method == "compressed_tensors") {
    compressed_tensors(f, config, notes);
  } else if (method.substr(0, 8) == "modelopt") {
    modelopt(f, config, notes);
  } else if (method == "mxfp4") {
    f.id = "mxfp4";
    f.bits = 4.25;
    f.coverage = catalog::Coverage::experts;
  } else if (method == "hqq") {
    f.id = "hqq-int4";
    f.bits = grouped_bits(bits, group, true);
  } else if (method == "exl2" || method == "exl3") {
    f.id.clear();
    f.bits = bits;
  } else {
    f.id.clear();
    f.bits = bits_value ? bits : 8;
    notes.push_back(fmt::format("quantization method `{}` is not known: {} bits a weight are assumed",
                                method.substr(0, 60), f.bits));
  }
  if (config.find("kv_cache_scheme")) f.kv_format = "fp8";
}

void collect_ignored(WeightFormat& f, JsonValue config) {
  for (const std::string_view key :
       {"ignore", "ignored_layers", "modules_to_not_convert", "exclude_modules", "llm_int8_skip_modules"}) {
    const JsonValue list = config.find(key);
    if (!list.is_array()) continue;
    for (JsonValue entry = list.first(); entry && f.unquantized.size() < max_ignored; entry = entry.next()) {
      if (const auto name = entry.text()) f.unquantized.emplace_back(name->substr(0, 200));
    }
  }
}

/// What of the layers stays at 16 bit; lm_head and encoders do so anyway.
void cover(WeightFormat& f, bool latent, bool experts, std::vector<std::string>& notes) {
  std::size_t attention = 0, feed_forward = 0;
  bool shared = false;
  for (const std::string& name : f.unquantized) {
    if (has(name, "visual") || has(name, "vision") || has(name, "lm_head") || has(name, "projector"))
      continue;
    const bool projection =
        has(name, "self_attn") || has(name, "attn.") || has(name, "q_proj") || has(name, "attention");
    if (projection) ++attention;
    if (has(name, "shared_expert")) shared = true;
    const bool gate = has(name, "mlp.gate") && !has(name, "gate_proj") && !has(name, "gate_up");
    if (!projection && has(name, "mlp") && !gate && !has(name, "router") && !has(name, "shared_expert"))
      ++feed_forward;
  }
  if (attention > 0) f.coverage = catalog::Coverage::feed_forward;
  if (attention > 0 && experts && (shared || feed_forward > 0)) f.coverage = catalog::Coverage::experts;
  if (attention == 0 && feed_forward > 0) {
    notes.push_back(
        "some feed-forward layers are left at 16 bit; without the weights' headers they count as quantized");
  }
  (void)latent;
}

void full_width(WeightFormat& f, const Fields& config, const Fields& text, std::vector<std::string>& notes) {
  std::string type = text.text({"torch_dtype", "dtype"});
  if (type.empty()) type = config.text({"torch_dtype", "dtype"});
  f.bits = 16;
  if (has(type, "float8")) {
    f.id = "fp8";
    f.bits = 8;
    f.native = true;
    return;
  }
  f.id = type == "float16" || type == "float32" ? "fp16" : "bf16";
  f.packed_bits = 16;
  if (type == "float32") notes.push_back("the files hold 32-bit weights; engines load them at 16 bit");
}

}  // namespace

WeightFormat read_format(const Fields& config, const Fields& text, JsonValue second, bool latent,
                         bool experts, std::vector<std::string>& notes) {
  WeightFormat f;
  JsonValue described = config.find({"quantization_config", "compression_config"});
  if (!described.is_object()) described = text.find({"quantization_config", "compression_config"});
  if (described.is_object()) {
    f.native = true;
    by_method(f, described, notes);
    collect_ignored(f, described);
    cover(f, latent, experts, notes);
    return f;
  }
  if (const JsonValue inner = second.find("quantization"); inner.is_object()) {  // TensorRT Model Optimizer
    f.native = true;
    modelopt(f, inner, notes);
    collect_ignored(f, inner);
    cover(f, latent, experts, notes);
    return f;
  }
  if (const JsonValue mlx = config.find({"quantization"}); mlx.is_object()) {
    const double bits = positive(mlx.find("bits"), 4, 16),
                 group = positive(mlx.find("group_size"), 64, 1 << 20);
    f.native = true;
    f.family = "mlx";
    f.id = bits == 4 || bits == 3 || bits == 6 || bits == 8 ? fmt::format("mlx-{}bit", bits) : "mlx-4bit";
    f.packed_bits = bits;
    f.bits = bits + 32 / group;  // a 16-bit scale and bias per group
    return f;
  }
  full_width(f, config, text, notes);
  return f;
}

std::optional<catalog::Quantization> quantization_of(const WeightFormat& format, const FindFormat& formats,
                                                     const std::string& document) {
  const catalog::Quantization* row = formats && !format.id.empty() ? formats(format.id) : nullptr;
  // Published averages are rounded; a per cent is nothing to override a row for.
  constexpr double same = 0.01;
  const auto differs = [&] { return std::abs(row->bits_per_weight - format.bits) > same * format.bits; };
  const bool own_coverage = format.coverage != catalog::Coverage::linear;
  if (row && !differs() && (!own_coverage || row->coverage == format.coverage)) return std::nullopt;
  if (!row && !formats && !format.id.empty() && !own_coverage) return std::nullopt;
  catalog::Quantization own;
  if (row) own = *row;
  own.row.id = format.id.empty() ? fmt::format("{:.4g}-bit", format.bits) : format.id;
  if (own.row.name.empty()) own.row.name = fmt::format("{:.4g} bits a weight", format.bits);
  own.row.aliases.clear();
  own.row.source.document = document;
  own.row.source.confidence = Confidence::documented;
  if (!row) own.family = format.family;
  own.bits_per_weight = format.bits;
  if (own_coverage) own.coverage = format.coverage;
  return own;
}

}  // namespace rackfit::importer
