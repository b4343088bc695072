// What holds of every kind of option whatever its prices are: sums to the cent, prices that double, prices
// that are missing.
#include <functional>

#include "rackfit/cost/compare.hpp"
#include "rackfit/cost/kafka.hpp"
#include "support/catch.hpp"
#include "unit/cost/example.hpp"

using namespace rackfit;
using namespace rackfit::cost;
using test::built_in_market;
using test::node_of_eight_h100;

namespace {

constexpr int seeds = 10;

Terms terms(int seed) { return {24 + seed * 5, 0.03 + 0.01 * seed, 0.13 * (seed % 3)}; }

OwnCase own(int seed) {
  OwnCase own = node_of_eight_h100();
  own.gear[0].price = 9999.99 + seed * 777.77;
  own.gear[0].nodes = 1 + seed % 4;
  own.gear[0].busy_nodes = own.gear[0].nodes - 0.4;
  own.terms = terms(seed);
  own.licence_per_device = seed * 11.1;
  return own;
}

RentCase rent(int seed) {
  RentCase rent;
  rent.terms = terms(seed);
  rent.instances = 1 + seed;
  rent.hourly = 1.237 + 0.311 * seed;
  rent.storage_gb = 123.4;
  rent.storage_price = 0.0811;
  rent.egress_gb = 5000;
  rent.egress = {{1000.0, 0.0901}, {{}, 0.0707}};
  rent.cross_zone_gb = 77.7;
  rent.cross_zone_price = 0.0203;
  return rent;
}

ApiCase api(int seed) {
  ApiCase api;
  api.terms = terms(seed);
  api.work = {1e9 + 3e7 * seed, 2e8, 0.3, 1000};
  api.rates = TokenRates{0.137, 0.0137, 0.411 + 0.01 * seed};
  return api;
}

/// The four kinds, each with a price that can be changed by a factor.
struct Priced {
  std::string name;
  std::function<Option(double)> option;  // with that price multiplied
  Category category;
  std::string line;  // the price's own line; empty: all of the category
};

std::vector<Priced> all(int seed) {
  std::vector<Priced> result;
  const auto bought = [seed](const char* name, Category category, const char* line,
                             const std::function<void(OwnCase&, double)>& scale) {
    return Priced{name,
                  [seed, scale](double by) {
                    OwnCase each = own(seed);
                    scale(each, by);
                    return settle(own_course(each), each.terms);
                  },
                  category, line};
  };
  result.push_back(bought("electricity", Category::energy, "",
                          [](OwnCase& each, double by) { *each.energy_price *= by; }));
  result.push_back(
      bought("space", Category::space, "", [](OwnCase& each, double by) { *each.space_per_kw_month *= by; }));
  result.push_back(
      bought("a person's year", Category::staff, "", [](OwnCase& each, double by) { *each.fte_cost *= by; }));
  result.push_back(bought("licences", Category::licence, "",
                          [](OwnCase& each, double by) { each.licence_per_device *= by; }));
  const auto rented = [seed](const char* name, Category category, const char* line,
                             const std::function<void(RentCase&, double)>& scale) {
    return Priced{name,
                  [seed, scale](double by) {
                    RentCase each = rent(seed);
                    scale(each, by);
                    return settle(rent_course(each), each.terms);
                  },
                  category, line};
  };
  result.push_back(
      rented("machines", Category::compute, "", [](RentCase& each, double by) { *each.hourly *= by; }));
  result.push_back(
      rented("storage", Category::storage, "", [](RentCase& each, double by) { *each.storage_price *= by; }));
  result.push_back(rented("egress", Category::traffic, "traffic out", [](RentCase& each, double by) {
    for (GbTier& tier : each.egress) tier.price *= by;
  }));
  result.push_back(rented("zones", Category::traffic, "traffic between zones",
                          [](RentCase& each, double by) { *each.cross_zone_price *= by; }));
  result.push_back({"output tokens",
                    [seed](double by) {
                      ApiCase each = api(seed);
                      each.rates->output *= by;
                      return settle(api_course(each), each.terms);
                    },
                    Category::tokens, "output tokens"});
  return result;
}

Cents share_of(const Option& option, const Priced& price) {
  Cents sum;
  for (const Line& line : option.lines) {
    if (line.category == price.category && (price.line.empty() || line.name == price.line)) sum += line.total;
  }
  return sum;
}

}  // namespace

TEST_CASE("lines, months and totals of every kind add up to the cent") {
  for (int seed = 0; seed < seeds; ++seed) {
    for (const Priced& each : all(seed)) {
      INFO(each.name << ", seed " << seed);
      const Option option = each.option(1);
      Cents lines, months;
      for (const Line& line : option.lines) lines += line.total;
      for (const Cents month : option.monthly) months += month;
      CHECK(lines == option.total);
      CHECK(months == option.total);
      REQUIRE(option.monthly.size() == option.cumulative.size());
      Cents sold;
      for (const Line& line : option.lines) {
        if (line.category == Category::residual) sold += line.total;
      }
      CHECK(option.cumulative.back() + sold == option.total);
    }
  }
}

TEST_CASE("any price that doubles raises the total by its share, and one of nothing takes it away") {
  for (int seed = 0; seed < seeds; ++seed) {
    for (const Priced& each : all(seed)) {
      INFO(each.name << ", seed " << seed);
      const Option once = each.option(1), twice = each.option(2), free = each.option(0);
      const double share = share_of(once, each).amount();
      const double cents = 0.01 * static_cast<double>(once.monthly.size());  // each month is rounded
      CHECK((twice.total - once.total).amount() == Approx(share).margin(cents));
      CHECK((once.total - free.total).amount() == Approx(share).margin(cents));
      CHECK(twice.npv - once.npv == Approx(once.npv - free.npv).margin(1e-6 * once.npv));
    }
  }
}

TEST_CASE(
    "a price that is missing is a gap that is named: the option is incomplete and nothing recommends it") {
  OwnCase bought = own(1);
  bought.fte_cost.reset();
  bought.space_per_kw_month.reset();
  CHECK(own_course(bought).missing == std::vector<std::string>{"price of space", "cost of staff"});
  RentCase rented = rent(1);
  rented.storage_price.reset();
  const Option gap = settle(rent_course(rented), rented.terms);
  CHECK(gap.missing == std::vector<std::string>{"price of storage"});
  ApiCase tokens = api(1);
  tokens.rates.reset();
  const Option unknown = settle(api_course(tokens), tokens.terms);
  CHECK_FALSE(unknown.complete());
  CHECK_FALSE(unknown.stands());
  ManagedCase managed;
  managed.terms = terms(1);
  managed.service = built_in_market().kafka_services.find("msk-m7g-xlarge");
  managed.work.average_bytes_per_s = managed.work.peak_bytes_per_s = 1e7;
  managed.work.retention_s = 86400;
  managed.zone_price = 0.02;
  // Its prices are in USD, and nobody knows a rate for this currency.
  const Option foreign =
      settle(managed_course(managed, Exchange(test::built_in_catalog().rates, "XXX")), managed.terms);
  CHECK_FALSE(foreign.complete());
  CHECK_FALSE(recommend({gap, unknown, foreign}, managed.terms).option);
}

TEST_CASE("what may be taken away, or is another model, is not recommended however cheap it is") {
  Option dear = all(1).front().option(1), spot = dear, other = dear;
  spot.npv = other.npv = 1;
  spot.interruptible = true;
  other.other_model = "another";
  CHECK(*recommend({dear, spot, other}, terms(1)).option == 0);
}

TEST_CASE("an hour's price is a month's over 730 and a year's over 8760, for whatever is rented") {
  RentCase rented = rent(0);
  rented.terms = {12, 0, 0};
  rented.storage_gb = rented.egress_gb = rented.cross_zone_gb = 0;
  const Option option = settle(rent_course(rented), rented.terms);
  CHECK(option.monthly[1].amount() == Approx(*rented.hourly * 730).margin(0.005));
  CHECK(option.total.amount() == Approx(*rented.hourly * 8760).margin(0.06));
  CHECK(*unit_costs(option.equivalent_yearly, {8760, 0, 0, 0}).per_device_hour ==
        Approx(*rented.hourly).epsilon(1e-4));
}
