// The element types of GGUF files: how many weights share a block, and its bytes.
#pragma once

#include <cstdint>
#include <string_view>

namespace rackfit::importer {

struct GgmlType {
  std::uint32_t id = 0;
  std::string_view name;
  std::uint32_t weights = 1;
  std::uint32_t bytes = 0;
};

/// Nothing for numbers this table does not know; such tensors are measured by the gap to the next one.
const GgmlType* ggml_type(std::uint32_t id);
/// The name of a `general.file_type`, as files are named after it; empty when unknown.
std::string_view gguf_file_type(std::int64_t id);

}  // namespace rackfit::importer
