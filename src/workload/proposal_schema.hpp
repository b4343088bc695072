// The tables of `proposal:` and `claims:`, taken into the workload's own (schema.cpp).
#pragma once

#include "rackfit/workload/proposal.hpp"

namespace rackfit::workload {

schema::Type<Proposal> proposal();
/// "27000 USD".
schema::Type<catalog::Money> money();
schema::Type<std::vector<Named<Claim>>> claims();

}  // namespace rackfit::workload
