// What gear costs to own where the site is: the case that `compare` counts bought options by, for gear that
// no plan chose.
#pragma once

#include "rackfit/catalog/catalog.hpp"
#include "rackfit/cost/own.hpp"
#include "rackfit/workload/workload.hpp"

namespace rackfit::cost {

struct SiteRequest {
  const catalog::Catalog* catalog = nullptr;
  const catalog::Market* market = nullptr;
  const workload::Workload* workload = nullptr;  // where it stands, and what it states of costs
  std::string currency;
  int months = 12;
  bool brokers = false;  // kept by fewer people
};

/// Owning `gear` by the market's usual figures, neither discounted nor growing.
OwnCase own_at(const std::vector<Gear>& gear, const SiteRequest& site);

/// The same with every share, price and wage of the site at the low or at the high end of its range; the
/// gear, its use and the time stay.
OwnCase at_end(const OwnCase& own, const SiteRequest& site, bool high);

}  // namespace rackfit::cost
