// How many devices a row used and how the model was spread over them.
#pragma once

#include <optional>
#include <string>

#include "rackfit/estimate/estimate.hpp"
#include "rackfit/measured/row.hpp"

namespace rackfit::measured {

/// Fills in devices, tp, pp, dp, ep and split; the reason where the row does not say enough.
std::optional<std::string> set_parallelism(const Row& row, estimate::Query& query);

}  // namespace rackfit::measured
