// Names in a workload that must be in the catalog, checked together, so that one run reports them all.
#include "day.hpp"
#include "rackfit/base/did_you_mean.hpp"
#include "rackfit/search/compose.hpp"
#include "rackfit/search/plan.hpp"
#include "replicas.hpp"

namespace rackfit::search {

void check_names(const RoleContext& context) {
  const workload::Workload& workload = context.workload;
  allowed_devices(context);
  for (const auto& entry : workload.site.existing) {
    const auto& device = entry.value.device;
    if (!device || context.catalog.devices.find(*device)) continue;
    context.diagnostics.error("RF0601", device.span, "unknown device `" + *device + "`", "",
                              suggestion_help(*device, context.catalog.devices.names()));
  }
  for (const auto& service : workload.llm) {
    ReplicaRequest ignored;
    const catalog::Model* model = find_model(service.value.model, context);
    find_serving(service.value, service.value.architecture ? &*service.value.architecture : model, context, ignored);
    find_formats(service.value.quantization, context, ignored);
    find_engine(service.value.engine, context);
    find_kv_format(service.value.kv_format, context);
  }
  for (const auto& service : workload.embedding) find_model(service.value.model, context);
  for (const auto& job : workload.training) find_model(job.value.model, context);
  check_days(context);
}

void check_names(const catalog::Catalog& catalog, const workload::Workload& workload, const units::Registry& units,
                 Diagnostics& diagnostics) {
  const Composer composer(catalog);
  check_names(RoleContext{catalog, composer, workload, units, diagnostics});
}

}  // namespace rackfit::search
