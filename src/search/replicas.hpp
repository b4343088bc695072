// Every way to run a model on the allowed devices: device, node size, parallelism, engine and format, as
// columns.
//
// Services that generate and services that embed share this. Nothing is judged here: what does not fit, does
// not divide or cannot be loaded is a constraint's business, so that the report can count and explain it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "rackfit/llm/speculation.hpp"
#include "rackfit/search/deployments.hpp"
#include "rackfit/search/role.hpp"

namespace rackfit::search {

/// What a service fixes about its replicas; null and empty: open.
struct ReplicaRequest {
  const catalog::Model* model = nullptr;
  std::vector<const catalog::Quantization*>
      formats;  // empty: the published one and those offered for serving
  const catalog::Engine* engine = nullptr;
  std::string engine_version;
  const catalog::KvFormat* kv_format = nullptr;
  llm::SpeculationPlan speculation;  // no tokens: none
  std::int64_t lora_adapters = 0, lora_rank = 1;
  bool pools = false;  // prompts and answers on instances of their own are tried as well
};

/// The words of a service, resolved against the catalog; unknown ones are reported (RF0601).
const catalog::Model* find_model(const schema::Given<std::string>& name, const RoleContext& context);
void find_formats(const schema::Given<std::vector<std::string>>& names, const RoleContext& context,
                  ReplicaRequest& request);
const catalog::Engine* find_engine(const schema::Given<std::string>& name, const RoleContext& context);
const catalog::KvFormat* find_kv_format(const schema::Given<std::string>& name, const RoleContext& context);
/// Speculation and adapters of a service into the request; unknown drafts (RF0601) and methods that the model
/// cannot do (RF0607) are reported. `model` may be null.
void find_serving(const workload::LlmService& service, const catalog::Model* model, const RoleContext& context,
                  ReplicaRequest& request);

/// Sizes of nodes that boards for this device come in, rising: from the platforms of its form, and from
/// machines at hand.
std::vector<std::int64_t> device_counts(const catalog::Device& device, const RoleContext& context);
/// Memory sizes a device is offered with; one empty entry when the catalog knows none.
std::vector<std::optional<double>> memory_sizes(const catalog::Device& device,
                                                const catalog::Catalog& catalog);

/// Axes that describe a candidate's devices, the same for every role with devices.
struct DeviceRow {
  const catalog::Device* device = nullptr;
  std::optional<double> memory_bytes;
  std::int64_t count = 1;  // in the node
};
std::vector<Axis> device_axes(const std::vector<DeviceRow>& rows, const catalog::Catalog& catalog);
Node device_node(const DeviceRow& row);
/// "RTX 4090", "Mac Studio M4 Max, 128 GB": what rejections and runners-up are grouped by.
std::string device_family(const DeviceRow& row);

/// Fills axes (named `<prefix>.deployment` …), nodes, natives, description and family of `problem`.
void fill_replicas(const ReplicaRequest& request, const std::string& prefix, const RoleContext& context,
                   RoleProblem& problem);

}  // namespace rackfit::search
