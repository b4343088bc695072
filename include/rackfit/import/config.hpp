// A Hugging Face `config.json` as a catalog model.
//
// The file lists a model's dimensions under names that differ from family to family and leaves out what its
// Python class would default; this is where both are known. Weights are not in it, so `parameters` stays 0
// unless the layers are of a kind that the memory formula's closed form does not count.
#pragma once

#include <memory>
#include <optional>

#include "rackfit/import/imported_model.hpp"

namespace rackfit::importer {

/// The model a config.json describes. `quantization_file` is the text of a hf_quant_config.json beside it, or
/// empty.
std::optional<ImportedModel> read_config(const std::shared_ptr<const SourceFile>& file,
                                         std::string_view quantization_file, const FindFormat& formats,
                                         Diagnostics& diagnostics);

}  // namespace rackfit::importer
