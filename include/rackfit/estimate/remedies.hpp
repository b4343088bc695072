// What would make a model fit that does not: the same question asked again with smaller weights, more devices
// or layers in host memory, and the nearest answers that fit.
#pragma once

#include "rackfit/estimate/estimate.hpp"

namespace rackfit::estimate {

/// One change that is enough by itself.
struct Remedy {
  std::string change;                         // "weights as AWQ INT4", "16 devices instead of 8"
  std::string option;                         // the same as options of `rackfit estimate`: "--quant awq-int4"
  double needed_bytes = 0, usable_bytes = 0;  // per device, with the change
};

/// The least changes of a question that fit, most exact weights first; empty when it fits already or when
/// nothing of the catalog helps. Formats are those that the engine loads, or, when the query leaves the
/// engine open, any.
std::vector<Remedy> remedies(const catalog::Catalog& catalog, const Query& query);

}  // namespace rackfit::estimate
