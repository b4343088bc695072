#include "rackfit/cost/site_costs.hpp"

#include <algorithm>

#include "options.hpp"
#include "rackfit/cost/sensitivity.hpp"

namespace rackfit::cost {

OwnCase own_at(const std::vector<Gear>& gear, const SiteRequest& site) {
  Terms terms;
  terms.months = site.months;
  const Setting setting{*site.catalog, *site.market,
                        nullptr,       Exchange(site.catalog->rates, site.currency),
                        terms,         site.market->newest_date(),
                        site.country};
  Served half;
  half.gear = gear;
  return own_case(half, setting, site.brokers);
}

OwnCase at_end(const OwnCase& own, const SiteRequest& site, bool high) {
  // What is somebody's choice, and what the proposal itself says, does not vary with the site.
  static const std::string_view kept[] = {"hardware price", "residual value", "licences",
                                          "discount rate",  "years in use",   "price of electricity",
                                          "utilisation"};
  OwnCase result = own;
  for (const Input& input : own_inputs(*site.market, own, site.brokers ? "kafka-staff-fte" : "staff-fte")) {
    if (std::find(std::begin(kept), std::end(kept), input.name) == std::end(kept))
      input.set(result, high ? input.high : input.low);
  }
  return result;
}

}  // namespace rackfit::cost
