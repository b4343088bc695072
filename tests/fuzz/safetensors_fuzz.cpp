// Any bytes as a safetensors header, as a whole file, and as the index of several.
#include <cmath>
#include <cstdlib>

#include "rackfit/import/safetensors.hpp"

using namespace rackfit;

namespace {

void demand(bool condition) {
  if (!condition) std::abort();
}

void read(std::string_view bytes, std::uint64_t size) {
  importer::MemoryBytes source(bytes, size);
  importer::ExactBytes exact;
  Diagnostics diagnostics;
  const bool good = importer::read_safetensors(source, "fuzz.safetensors", {}, 2, exact, diagnostics);
  demand(good != diagnostics.has_errors());
  render(diagnostics);
  if (!good) return;
  demand(std::isfinite(exact.tensor_bytes) && std::isfinite(exact.loaded().parameters));
  demand(exact.tensor_bytes >= 0 && exact.loaded().parameters >= 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  read(text, 0);
  std::string framed(8, '\0');
  for (std::size_t i = 0; i < 8; ++i) framed[i] = static_cast<char>(std::uint64_t{size} >> (8 * i));
  read(framed + text, 8 + size + (1 << 20));  // as if the tensors followed
  Diagnostics diagnostics;
  const auto index = importer::read_safetensors_index(text, "fuzz.index.json", diagnostics);
  demand(index.has_value() != diagnostics.has_errors());
  return 0;
}
