// The tables of what flows: a day's load, and pipelines from topics into services.
#pragma once

#include "rackfit/workload/workload.hpp"

namespace rackfit::workload {

/// 24 numbers, or the name of a shape (which ones there are is the catalog's to say).
schema::Type<Day> day_type();
const schema::Record<Pipeline>& pipeline_table();
/// Pipelines lead from the cluster or one of its topics to a service of this workload, and ask for what can
/// be.
void check_pipelines(const Workload& workload, const yaml::Node& node, schema::Context& context);

}  // namespace rackfit::workload
