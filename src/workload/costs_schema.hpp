// The field table of `costs:`.
#pragma once

#include "rackfit/workload/costs.hpp"

namespace rackfit::workload {

schema::Type<Costs> costs();

}  // namespace rackfit::workload
