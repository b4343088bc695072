// Named shapes of a day (profiles/curves.yaml), for workloads that have no 24 numbers of their own.
#pragma once

#include <vector>

#include "rackfit/catalog/model.hpp"

namespace rackfit::catalog {

/// Load of each hour from midnight, in any unit.
struct Curve {
  RowInfo row;
  std::vector<double> hours;
};

}  // namespace rackfit::catalog
