// The header of a safetensors file, and the index that joins several of them.
//
// The format: eight bytes of length, that many bytes of JSON, then tensors. The JSON names every tensor's
// type, shape and place, which is all that sizing needs.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rackfit/base/diagnostic.hpp"
#include "rackfit/import/bytes.hpp"
#include "rackfit/import/exact_bytes.hpp"

namespace rackfit::importer {

/// How many bits a packed weight has, where the element type does not tell (GPTQ packs eight 4-bit weights in
/// an I32).
struct Packing {
  double bits = 4;
};

/// Adds a file's tensors to `exact`; false, with a diagnostic, when the header is not one. Layers from
/// `layers` on (0: none) count as multi-token prediction.
bool read_safetensors(ByteSource& source, const std::string& name, const Packing& packing,
                      std::int64_t layers, ExactBytes& exact, Diagnostics& diagnostics);

/// What `model.safetensors.index.json` tells.
struct SafetensorsIndex {
  double total_bytes = 0;          // 0: not given
  std::vector<std::string> files;  // in order of name
};
std::optional<SafetensorsIndex> read_safetensors_index(std::string_view text, const std::string& name,
                                                       Diagnostics& diagnostics);

}  // namespace rackfit::importer
