// Any bytes as a config.json, and as the quantization file beside it: a model whose numbers are sane, or
// diagnostics.
#include <cmath>
#include <cstdlib>

#include "rackfit/import/config.hpp"

using namespace rackfit;

namespace {

void demand(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  Diagnostics diagnostics;
  const auto model =
      importer::read_config(std::make_shared<SourceFile>("config.json", text), text, {}, diagnostics);
  demand(model.has_value() != diagnostics.has_errors());
  render(diagnostics);
  if (!model) return 0;
  const auto& m = model->model;
  demand(m.layers > 0 && m.hidden > 0 && m.vocab > 0 && m.attention.heads > 0);
  demand(m.attention.type == catalog::AttentionType::mla ||
         (m.attention.kv_heads > 0 && m.attention.head_dim > 0));
  demand(std::isfinite(m.parameters) && m.parameters >= 0);
  if (m.layer_kinds) demand(m.layer_kinds->full + m.layer_kinds->sliding + m.layer_kinds->linear == m.layers);
  if (m.moe)
    demand(m.moe->active <= m.moe->experts && m.moe->dense_layers >= 0 && m.moe->dense_layers <= m.layers);
  if (model->quantization) demand(std::isfinite(model->quantization->bits_per_weight));
  return 0;
}
