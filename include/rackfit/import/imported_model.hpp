// A model that the catalog need not know: its own files turned into what the formulas take.
//
// `rackfit estimate ./config.json`, a folder as downloaded, a `.safetensors` or a `.gguf` file: whatever
// describes a model becomes a catalog::Model and, where its weights have a format of their own, a
// catalog::Quantization. Only headers are read, only locally, and a hostile file ends in diagnostics.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rackfit/catalog/catalog.hpp"
#include "rackfit/import/exact_bytes.hpp"

namespace rackfit::importer {

/// A row of the formats catalog by id, or nullptr; an empty function where there is no catalog.
using FindFormat = std::function<const catalog::Quantization*(std::string_view)>;

struct ImportedModel {
  catalog::Model model;  // with `file_weights` where the headers give them
  /// The weights' format where it differs from the row `quantization_id` names; empty: the row as it is, or
  /// 16 bit.
  std::optional<catalog::Quantization> quantization;
  std::string quantization_id;  // row of profiles/quantization.yaml; empty: none fits
  std::int64_t blocks = 0;      // layers as the files number them; `model.layers` counts those with a mixer
  std::string kv_format;        // "fp8" when the checkpoint asks for it
  std::optional<ExactBytes> exact;
  std::vector<std::string> unquantized;  // layers left at 16 bit, as the file names them
  std::string architecture;              // model_type or general.architecture
  std::string engine_family;             // gguf, safetensors, mlx …
  std::vector<std::string> notes;        // what was assumed or does not fit the model of a model
};

/// True for names that mean a file rather than a catalog id: config.json, *.gguf, *.safetensors, anything
/// with a folder separator at its beginning or `./`.
bool looks_like_model_file(std::string_view name);

/// Reads the model that `path` (a file or a folder) describes. Formats are looked up in `catalog` where it is
/// given.
std::optional<ImportedModel> import_model(const std::string& path, const catalog::Catalog* catalog,
                                          Diagnostics& diagnostics);

}  // namespace rackfit::importer
