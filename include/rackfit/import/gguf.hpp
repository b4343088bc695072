// The header of a GGUF file: metadata and the list of tensors, without their data.
//
// Versions 2 and 3, little-endian. Token lists and chat templates are stepped over; a 10 GB file costs a few
// megabytes of reading. Every count and length is checked against the file before anything is stored.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rackfit/base/diagnostic.hpp"
#include "rackfit/import/bytes.hpp"
#include "rackfit/import/imported_model.hpp"

namespace rackfit::importer {

/// One metadata value; lists keep their length and, when short and numeric, their elements.
struct GgufValue {
  std::optional<std::int64_t> integer;  // truth values as 0 and 1
  std::optional<double> number;
  std::string text;
  std::vector<std::int64_t> list;
  std::uint64_t list_size = 0;
};

/// What the tensors of a block tell about it.
struct GgufBlock {
  bool attention = false, recurrent = false, dense = false, experts = false;
};

struct GgufHeader {
  std::uint32_t version = 0;
  std::uint64_t tensors = 0;
  std::map<std::string, GgufValue, std::less<>> values;
  std::vector<GgufBlock> blocks;
  ExactBytes exact;
  bool output = false;        // a separate output matrix
  bool gate = false;          // feed-forward blocks with a gate of their own
  std::int64_t up_width = 0;  // of the up projection: twice the network's where gate and up are fused
  std::int64_t layers = 0;    // without those of multi-token prediction; 0: not stated
  std::int64_t vocab = 0;     // rows of the embedding table
  std::uint64_t split_count = 1, split_number = 0;
};

/// `layers`: of the whole model, for the further files of a split one, which do not state it.
std::optional<GgufHeader> read_gguf(ByteSource& source, const std::string& name, Diagnostics& diagnostics,
                                    std::int64_t layers = 0);

/// The model a header describes; for a split model, of all its files' headers joined.
std::optional<ImportedModel> model_of(const GgufHeader& header, const std::string& name,
                                      const FindFormat& formats, Diagnostics& diagnostics);

/// Adds another file of a split model.
void join(GgufHeader& first, const GgufHeader& other);

}  // namespace rackfit::importer
