// Which nodes stand in which rack. Shared between the files of site_parts().
#pragma once

#include "rackfit/search/site_parts.hpp"

namespace rackfit::search {

struct RackLimits {
  double units = 0;  // 0: none
  std::optional<double> power_w;
  std::int64_t least = 0;  // racks that what is spread goes over
  bool spread = false;     // nodes of one kind stand apart
};

/// First fit, the tallest first; nodes of a kind that are spread go where fewest of them are.
std::vector<Rack> place(const std::vector<SiteNodes>& nodes, const RackLimits& limits, double reserved_units);

}  // namespace rackfit::search
