#include "rackfit/cost/rent.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
namespace rackfit::cost {

namespace {

double decline_in(double yearly, int month) { return std::pow(1 - yearly, (month - 1) / 12.0); }

void add(Course& course, const Terms& terms, Category category, const std::string& name, int month,
         double amount) {
  if (amount != 0) course.flow(category, name, terms).months[static_cast<std::size_t>(month)] += amount;
}

std::optional<double> hour_of(const std::string& text) {
  if (text.size() != 5 || text[2] != ':') return {};
  for (const std::size_t at : {0u, 1u, 3u, 4u}) {
    if (text[at] < '0' || text[at] > '9') return {};
  }
  return (text[0] - '0') * 10 + (text[1] - '0') + ((text[3] - '0') * 10 + (text[4] - '0')) / 60.0;
}

bool holds_at(const catalog::TokenTier& tier, double hour) {
  const auto from = hour_of(tier.from);
  const auto until = hour_of(tier.until);
  if (!from || !until) return false;
  return *from <= *until ? hour >= *from && hour < *until : hour >= *from || hour < *until;
}

/// A tier's prices; where it says nothing of cached input the row's own discount on it is kept.
std::optional<TokenRates> rates_of(const catalog::TokenPrice& price, const TokenRates* usual,
                                   const Exchange& exchange) {
  const auto input = exchange(price.input);
  const auto output = exchange(price.output);
  if (!input || !output) return {};
  TokenRates rates{*input, *input, *output};
  if (price.cached_input) {
    const auto cached = exchange(*price.cached_input);
    if (!cached) return {};
    rates.cached_input = *cached;
  } else if (usual && usual->input > 0) {
    rates.cached_input = *input * usual->cached_input / usual->input;
  }
  return rates;
}

const std::optional<catalog::Money>& price_of(const catalog::RegionPrice& region, RentTerm term) {
  switch (term) {
    case RentTerm::spot:
      return region.spot;
    case RentTerm::reserved:
      return region.reserved;
    case RentTerm::committed_1y:
      return region.committed_1y;
    case RentTerm::committed_3y:
      return region.committed_3y;
    case RentTerm::on_demand:
      break;
  }
  return region.on_demand;
}

std::string_view discount_term(RentTerm term) {
  if (term == RentTerm::spot) return "spot";
  return term == RentTerm::on_demand ? "on-demand" : "committed";
}

}  // namespace

std::string_view to_string(RentTerm term) {
  switch (term) {
    case RentTerm::on_demand:
      return "on-demand";
    case RentTerm::spot:
      return "spot";
    case RentTerm::reserved:
      return "reserved";
    case RentTerm::committed_1y:
      return "committed 1 year";
    case RentTerm::committed_3y:
      return "committed 3 years";
  }
  return "?";
}

double tiered(const std::vector<GbTier>& tiers, double gb) {
  double cost = 0, below = 0;
  for (const GbTier& tier : tiers) {
    const double top = tier.up_to_gb ? std::min(*tier.up_to_gb, gb) : gb;
    if (top > below) cost += (top - below) * tier.price;
    below = std::max(below, top);
  }
  return cost;
}

Course rent_course(const RentCase& rent) {
  Course course;
  course.kind = Kind::rent;
  course.name = rent.name;
  course.provider = rent.provider;
  course.currency = rent.currency;
  course.interruptible = rent.term == RentTerm::spot;
  if (!rent.hourly) course.missing.push_back("hourly price");
  if (rent.storage_gb > 0 && !rent.storage_price) course.missing.push_back("price of storage");
  if (rent.cross_zone_gb > 0 && !rent.cross_zone_price)
    course.missing.push_back("price of traffic between zones");
  if (rent.egress_gb > 0 && rent.egress.empty())
    course.missing.push_back("price of traffic out of the cloud");
  for (int month = 1; month <= rent.terms.months; ++month) {
    const double load = growth_in(rent.terms, month);
    const double cheaper = decline_in(rent.price_decline, month);
    const double hours = rent.instances * load * rent.hours * (1 + rent.interruption_overhead);
    const double compute = hours * rent.hourly.value_or(0) * cheaper;
    const double storage = rent.storage_gb * load * rent.storage_price.value_or(0);
    const double zones = rent.cross_zone_gb * load * rent.cross_zone_price.value_or(0);
    const double egress = tiered(rent.egress, rent.egress_gb * load);
    add(course, rent.terms, Category::compute, "machines", month, compute);
    add(course, rent.terms, Category::storage, "storage", month, storage);
    add(course, rent.terms, Category::traffic, "traffic between zones", month, zones);
    add(course, rent.terms, Category::traffic, "traffic out", month, egress);
    add(course, rent.terms, Category::support, "support", month,
        (compute + storage + zones + egress) * rent.support_fraction);
  }
  if (rent.interruption_overhead > 0) {
    course.notes.push_back(
        fmt::format("{:.0f} % more hours for interruptions", rent.interruption_overhead * 100));
  }
  return course;
}

std::optional<TokenRates> token_rates(const catalog::ApiPrice& api, double prompt_tokens,
                                      const Exchange& exchange, const std::vector<double>& share_by_hour) {
  auto usual = rates_of(api.price, nullptr, exchange);
  if (!usual) return {};
  const TokenRates base = *usual;
  double above = -1;
  for (const catalog::TokenTier& tier : api.tiers) {
    if (!tier.input_above || prompt_tokens <= *tier.input_above || *tier.input_above <= above) continue;
    usual = rates_of(tier.price, &base, exchange);
    if (!usual) return {};
    above = *tier.input_above;
  }
  const auto is_hourly = [](const catalog::TokenTier& tier) { return !tier.input_above; };
  if (std::none_of(api.tiers.begin(), api.tiers.end(), is_hourly)) return usual;
  // Minutes rather than hours, because a tier may begin at half past.
  constexpr int steps = 24 * 60;
  TokenRates mean{0, 0, 0};
  double weight = 0;
  for (int step = 0; step < steps; ++step) {
    const double hour = step / 60.0;
    TokenRates rates = *usual;
    for (const catalog::TokenTier& tier : api.tiers) {
      if (tier.input_above || !holds_at(tier, hour)) continue;
      const auto other = rates_of(tier.price, &base, exchange);
      if (!other) return {};
      rates = *other;
    }
    const std::size_t at = static_cast<std::size_t>(hour);
    const double share = share_by_hour.size() == 24 ? share_by_hour[at] : 1;
    mean.input += rates.input * share;
    mean.cached_input += rates.cached_input * share;
    mean.output += rates.output * share;
    weight += share;
  }
  if (!(weight > 0)) return usual;
  return TokenRates{mean.input / weight, mean.cached_input / weight, mean.output / weight};
}

double blended(const TokenRates& rates, const TokenWork& work) {
  const double all = work.input + work.output;
  if (!(all > 0)) return 0;
  const double input = (1 - work.cached_share) * rates.input + work.cached_share * rates.cached_input;
  return (work.input * input + work.output * rates.output) / all;
}

Course api_course(const ApiCase& api) {
  Course course;
  course.kind = Kind::api;
  course.name = api.name;
  course.provider = api.provider;
  course.currency = api.currency;
  if (!api.rates) {
    course.missing.push_back("price of tokens");
    return course;
  }
  constexpr double million = 1e6;
  const double fresh = api.work.input * (1 - api.work.cached_share) / million * api.rates->input;
  const double cached = api.work.input * api.work.cached_share / million * api.rates->cached_input;
  const double output = api.work.output / million * api.rates->output;
  for (int month = 1; month <= api.terms.months; ++month) {
    const double factor = growth_in(api.terms, month) * decline_in(api.price_decline, month);
    add(course, api.terms, Category::tokens, "input tokens", month, fresh * factor);
    add(course, api.terms, Category::tokens, "cached input tokens", month, cached * factor);
    add(course, api.terms, Category::tokens, "output tokens", month, output * factor);
  }
  return course;
}

std::vector<RentalOffer> rentals(const catalog::Market& market, std::string_view device, double devices,
                                 double together, const Exchange& exchange,
                                 const std::vector<catalog::Discount>& discounts) {
  std::map<std::pair<std::string, RentTerm>, RentalOffer> best;
  for (const catalog::Instance& instance : market.instances.rows()) {
    if (instance.device != device || instance.devices < 1 || static_cast<double>(instance.devices) < together)
      continue;
    const double count = std::ceil(devices / static_cast<double>(instance.devices));
    for (const catalog::RegionPrice& region : instance.prices) {
      for (const RentTerm term : {RentTerm::on_demand, RentTerm::spot, RentTerm::reserved,
                                  RentTerm::committed_1y, RentTerm::committed_3y}) {
        const auto hourly = exchange(price_of(region, term));
        if (!hourly) continue;
        const double factor = catalog::factor_of(discounts, instance.row.id, "instance", instance.provider,
                                                 discount_term(term));
        const RentalOffer offer{&instance, &region, term, count, *hourly * factor};
        const auto [at, fresh] = best.emplace(std::make_pair(instance.provider, term), offer);
        if (!fresh && offer.hourly * offer.instances < at->second.hourly * at->second.instances)
          at->second = offer;
      }
    }
  }
  std::vector<RentalOffer> offers;
  for (const auto& entry : best) offers.push_back(entry.second);
  std::stable_sort(offers.begin(), offers.end(), [](const RentalOffer& a, const RentalOffer& b) {
    return a.hourly * a.instances < b.hourly * b.instances;
  });
  return offers;
}

}  // namespace rackfit::cost
