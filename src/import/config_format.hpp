// The weights' format that a config.json's `quantization_config` describes, as a row of the formats catalog.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config_fields.hpp"
#include "rackfit/import/imported_model.hpp"

namespace rackfit::importer {

struct WeightFormat {
  std::string id = "bf16";  // row of profiles/quantization.yaml; empty: none fits
  double bits = 16;         // per quantized weight, scales included
  double packed_bits = 4;   // of one weight as packed into the files' integers
  std::string family = "safetensors";
  bool native = false;  // the files hold a format other than 16 bit
  std::string kv_format;
  catalog::Coverage coverage = catalog::Coverage::linear;
  std::vector<std::string> unquantized;
};

/// `config`: the whole file's fields; `text`: those of the text model; `second` a hf_quant_config.json or
/// nothing.
WeightFormat read_format(const Fields& config, const Fields& text, JsonValue second, bool latent,
                         bool experts, std::vector<std::string>& notes);

/// The row, changed to these bits and coverage; nothing where the row says the same.
std::optional<catalog::Quantization> quantization_of(const WeightFormat& format, const FindFormat& formats,
                                                     const std::string& document);

}  // namespace rackfit::importer
