#include "rackfit/cost/site_costs.hpp"

#include <algorithm>

#include "options.hpp"
#include "rackfit/cost/sensitivity.hpp"

namespace rackfit::cost {

namespace {

bool own_room(const SiteRequest& site) { return site.workload->site.place.value_or("colo") == "room"; }

}  // namespace

OwnCase own_at(const std::vector<Gear>& gear, const SiteRequest& site) {
  Terms terms;
  terms.months = site.months;
  const workload::Costs& costs = site.workload->costs;
  const catalog::Market market = with_stated(*site.market, costs);
  const Setting setting{*site.catalog,
                        market,
                        nullptr,
                        Exchange(site.catalog->rates, site.currency),
                        terms,
                        market.newest_date(),
                        site.workload->site.country.value_or(""),
                        costs,
                        own_room(site),
                        stated_electricity(costs)};
  Served half;
  half.gear = gear;
  return own_case(half, setting, site.brokers);
}

OwnCase at_end(const OwnCase& own, const SiteRequest& site, bool high) {
  // What is somebody's choice, and what the proposal itself says, does not vary with the site.
  static const std::string_view kept[] = {"hardware price", "residual value",       "licences, per device",
                                          "discount rate",  "electricity, per kWh", "years in use",
                                          "utilisation"};
  RangeNames names;
  if (site.brokers) names.staff = "kafka-staff-fte";
  if (own_room(site)) names.pue = "pue-server-room", names.space = "room-per-kw-month";
  OwnCase result = own;
  for (const Input& input : own_inputs(with_stated(*site.market, site.workload->costs), own, names)) {
    if (std::find(std::begin(kept), std::end(kept), input.name) == std::end(kept))
      input.set(result, high ? input.high : input.low);
  }
  return result;
}

}  // namespace rackfit::cost
