// Field tables for how a service decodes and adapts its model; parts of the workload's schema.
#pragma once

#include "rackfit/workload/workload.hpp"

namespace rackfit::workload {

/// `{method: draft, draft: <model>, tokens: 3, acceptance: 70 %}`, or a method's word alone.
schema::Type<Speculation> speculation();
/// `{adapters: 8, rank: 16}`, or a number of adapters alone.
schema::Type<Lora> lora();

}  // namespace rackfit::workload
