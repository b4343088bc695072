// What an expert would have taken where nobody said: engine and weight format for a device, and the division
// of the model over the devices. Every choice leaves a note.
#pragma once

#include "lookup.hpp"

namespace rackfit::estimate {

struct Software {
  const catalog::Engine* engine = nullptr;
  const catalog::Quantization* format = nullptr;
  std::string version;
  bool engine_given = false;
  std::vector<std::string> notes;
};

/// Engine and format; `format` is the one that was asked for, or null. `desktop`: where there is a choice,
/// the engine of single users' machines.
Software choose_software(const catalog::Catalog& catalog, const catalog::Model& model,
                         const catalog::Device& device, const FoundEngine* engine,
                         const catalog::Quantization* format, bool desktop);

/// The KV format an engine takes by itself for these weights; null: 16 bit.
const catalog::KvFormat* usual_kv_format(const catalog::Catalog& catalog, const Software& software);

struct Division {
  std::int64_t tensor = 1, stages = 1, attention_ranks = 1;
  double replicas = 1;
  std::vector<std::string> notes;
  std::optional<Problem> problem;
};

/// What the query says, completed; `tensor`: tensor-parallel ranks where the query leaves them open.
Division divide(const catalog::Catalog& catalog, const Query& query, const catalog::Model& model,
                const catalog::Device& device, const catalog::Engine& engine, std::int64_t devices,
                std::optional<std::int64_t> tensor);
/// Most devices of this form in one node of the catalog.
std::int64_t ranks_per_node(const catalog::Catalog& catalog, const catalog::Device& device);
/// Tensor-parallel degrees that a model and `devices` of a device allow, rising.
std::vector<std::int64_t> tensor_degrees(const catalog::Catalog& catalog, const catalog::Model& model,
                                         const catalog::Device& device, std::int64_t devices);

}  // namespace rackfit::estimate
