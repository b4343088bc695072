// Renting machines by the hour and buying tokens by the million, for the same work.
//
// Both grow with the load without steps. Spot machines are paid for the hours that interruptions waste too.
// Nothing of it is bought, so nothing is left at the end.
#pragma once

#include "rackfit/cost/flow.hpp"

namespace rackfit::cost {

enum class RentTerm { on_demand, spot, reserved, committed_1y, committed_3y };
std::string_view to_string(RentTerm term);

/// A price per GB up to an amount a month; the last tier has no end.
struct GbTier {
  std::optional<double> up_to_gb;
  double price = 0;
};
/// What an amount costs in a month.
double tiered(const std::vector<GbTier>& tiers, double gb);

struct RentCase {
  std::string name, provider, currency;
  Terms terms;
  RentTerm term = RentTerm::on_demand;
  double instances = 1;
  std::optional<double> hourly;      // of one instance
  double hours = hours_per_month;    // a month; fewer where the work can be switched off
  double interruption_overhead = 0;  // share of hours done twice
  double storage_gb = 0;
  std::optional<double> storage_price;  // per GB and month
  double egress_gb = 0;                 // a month
  std::vector<GbTier> egress;
  double cross_zone_gb = 0;                // a month
  std::optional<double> cross_zone_price;  // per GB, both ends together
  double support_fraction = 0;             // of the bill
  double price_decline = 0;                // a year
};

Course rent_course(const RentCase& rent);

/// Tokens of a month.
struct TokenWork {
  double input = 0, output = 0;
  double cached_share = 0;   // of the input that the provider has cached
  double prompt_tokens = 0;  // of a usual prompt, for prices that depend on it
};

/// Prices per million tokens, for one prompt length and over the hours of a day.
struct TokenRates {
  double input = 0, cached_input = 0, output = 0;
};

/// The rates that hold for a prompt length; hours of the day are weighed by `share_by_hour` (24 shares, UTC;
/// empty: evenly). Nothing when a currency has no rate.
std::optional<TokenRates> token_rates(const catalog::ApiPrice& api, double prompt_tokens,
                                      const Exchange& exchange,
                                      const std::vector<double>& share_by_hour = {});
/// Mean price of a million tokens, in and out together.
double blended(const TokenRates& rates, const TokenWork& work);

struct ApiCase {
  std::string name, provider, currency;
  Terms terms;
  TokenWork work;
  std::optional<TokenRates> rates;
  double price_decline = 0;  // a year
};

Course api_course(const ApiCase& api);

/// A machine that could be rented for a device: how many, where, and for how much.
struct RentalOffer {
  const catalog::Instance* instance = nullptr;
  const catalog::RegionPrice* region = nullptr;
  RentTerm term = RentTerm::on_demand;
  double instances = 0;
  double hourly = 0;  // of one, in the exchange's currency, discounts taken off
};

/// For each provider and term the cheapest way to rent `devices` accelerators, at least `together` of them in
/// one machine; by price. `discounts` are a price book's.
std::vector<RentalOffer> rentals(const catalog::Market& market, std::string_view device, double devices,
                                 double together, const Exchange& exchange,
                                 const std::vector<catalog::Discount>& discounts = {});

}  // namespace rackfit::cost
