// Any bytes as the beginning of a GGUF file that may be longer than they are.
#include <cmath>
#include <cstdlib>

#include "rackfit/import/gguf.hpp"

using namespace rackfit;

namespace {

void demand(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (const std::uint64_t claimed : {std::uint64_t{0}, std::uint64_t{10'000'000'000}}) {
    importer::MemoryBytes source(bytes, claimed);
    Diagnostics diagnostics;
    auto header = importer::read_gguf(source, "fuzz.gguf", diagnostics);
    demand(header.has_value() != diagnostics.has_errors());
    if (!header) continue;
    importer::join(*header, importer::GgufHeader(*header));
    const auto model = importer::model_of(*header, "fuzz.gguf", {}, diagnostics);
    render(diagnostics);
    demand(model.has_value() != diagnostics.has_errors());
    if (!model) continue;
    demand(model->model.layers > 0 && model->model.hidden > 0 && model->model.vocab > 0);
    demand(std::isfinite(model->model.parameters) && std::isfinite(model->exact->tensor_bytes));
    demand(model->exact->tensor_bytes >= 0);
  }
  return 0;
}
