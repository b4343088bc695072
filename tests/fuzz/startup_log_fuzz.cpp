// Any bytes as an engine's start-up log: figures that could be, or a diagnostic.
#include <cmath>
#include <cstdlib>

#include "rackfit/import/startup_log.hpp"

using namespace rackfit;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Diagnostics diagnostics;
  const auto log = importer::read_startup_log(std::string_view(reinterpret_cast<const char*>(data), size),
                                              "fuzz.log", diagnostics);
  if (log.has_value() == diagnostics.has_errors()) std::abort();
  if (!log) return 0;
  for (const auto& value : {log->weights_bytes, log->activation_bytes, log->non_torch_bytes,
                            log->graphs_bytes, log->kv_cache_bytes, log->kv_cache_tokens, log->state_bytes,
                            log->device_bytes, log->max_concurrency, log->gpu_memory_utilization}) {
    if (value && !(std::isfinite(*value) && *value >= 0)) std::abort();
  }
  return 0;
}
