// What must hold of any sum of money here, whatever the prices are.
#include <cmath>

#include "rackfit/cost/compare.hpp"
#include "support/catch.hpp"
#include "unit/cost/example.hpp"

using namespace rackfit;
using namespace rackfit::cost;
using test::built_in_catalog;
using test::node_of_eight_h100;

namespace {

/// Prices that do not come out even.
OwnCase odd(int seed) {
  OwnCase own = node_of_eight_h100();
  own.gear[0].price = 12345.67 + seed * 1111.11;
  own.gear[0].nodes = 1 + seed % 5;
  own.gear[0].busy_nodes = own.gear[0].nodes - 0.3;
  own.energy_price = 0.0873 + seed * 0.0007;
  own.terms = {36 + seed, 0.07, 0.17 * (seed % 4)};
  own.life_months = seed % 3 == 0 ? 24 : 0;
  return own;
}

Cents sum_of(const Option& option, std::size_t month) {
  Cents sum;
  for (const Line& line : option.lines) {
    if (line.category != Category::residual) sum += line.months[month];
  }
  return sum;
}

}  // namespace

TEST_CASE("lines, months and totals add up to the cent") {
  for (int seed = 0; seed < 12; ++seed) {
    INFO(seed);
    const OwnCase own = odd(seed);
    const Option option = settle(own_course(own), own.terms);
    Cents total, before_sales;
    for (const Line& line : option.lines) {
      Cents months;
      for (const Cents month : line.months) months += month;
      CHECK(months == line.total);
      total += line.total;
    }
    CHECK(total == option.total);
    for (std::size_t month = 0; month < option.cumulative.size(); ++month) {
      before_sales += sum_of(option, month);
      CHECK(option.cumulative[month] == before_sales);
    }
  }
}

TEST_CASE("a price that doubles raises the total by its share") {
  for (int seed = 0; seed < 12; ++seed) {
    INFO(seed);
    OwnCase own = odd(seed);
    const Option before = settle(own_course(own), own.terms);
    Cents energy;
    for (const Line& line : before.lines) {
      if (line.category == Category::energy) energy += line.total;
    }
    own.energy_price = *own.energy_price * 2;
    const Option after = settle(own_course(own), own.terms);
    CHECK((after.total - before.total).amount() == Approx(energy.amount()).margin(0.01 * own.terms.months));
  }
}

TEST_CASE("an amount that goes through another currency and back is the same") {
  const Exchange usd(built_in_catalog().rates, "USD");
  for (const catalog::Rate& rate : built_in_catalog().rates) {
    const Exchange other(built_in_catalog().rates, rate.currency);
    for (const double amount : {0.01, 1.0, 3.33, 55.04, 260000.0, 1e9}) {
      const auto there = other(catalog::Money{amount, "USD"});
      REQUIRE(there);
      const auto back = usd(catalog::Money{*there, rate.currency});
      REQUIRE(back);
      CHECK(Cents::of(*back) == Cents::of(amount));
      CHECK(*other(catalog::Money{amount, rate.currency}) == amount);
    }
  }
}

TEST_CASE("a currency without a rate has no amount, not zero") {
  const Exchange usd(built_in_catalog().rates, "USD");
  CHECK_FALSE(usd(catalog::Money{5, "XXX"}));
  const Exchange unknown(built_in_catalog().rates, "XXX");
  CHECK_FALSE(unknown(catalog::Money{5, "USD"}));
  CHECK(*unknown(catalog::Money{5, "XXX"}) == 5);
}

TEST_CASE("a month is 730 hours and a year 8760") {
  CHECK(hours_per_month == 730);
  CHECK(hours_per_year == 8760);
  CHECK(seconds_per_month == 2628000);
  CHECK(hours_per_month * 12 == hours_per_year);
}

TEST_CASE("a missing price makes the option incomplete and its sum a lower bound") {
  OwnCase own = node_of_eight_h100();
  const double whole = settle(own_course(own), own.terms).npv;
  own.gear[0].price.reset();
  const Option option = settle(own_course(own), own.terms);
  CHECK_FALSE(option.complete());
  CHECK(option.missing == std::vector<std::string>{"price of node"});
  CHECK(option.npv < whole);
  own = node_of_eight_h100();
  own.energy_price.reset();
  CHECK(settle(own_course(own), own.terms).missing == std::vector<std::string>{"price of electricity"});
  const std::vector<Option> options = {option};
  CHECK_FALSE(recommend(options, own.terms).option);
}

TEST_CASE("growth buys nodes one at a time, when the load no longer fits") {
  OwnCase own = node_of_eight_h100();
  own.gear[0].busy_nodes = 1;
  own.terms = {36, 0, 1.0};  // doubles every year
  const Option option = settle(own_course(own), own.terms);
  const Line& hardware = option.lines.front();
  CHECK(hardware.name == "node");
  CHECK(hardware.months[0].text() == "260000.00");
  CHECK(hardware.months[1].text() == "0.00");
  CHECK(hardware.months[2].text() == "260000.00");
  CHECK(hardware.total.text() == "2080000.00");  // eight in the third year
}

TEST_CASE("gear wears out and is bought anew; what is left at the end is sold for its age") {
  OwnCase own = node_of_eight_h100();
  own.life_months = 36;
  own.residual_fraction = 0.3;
  const Option option = settle(own_course(own), own.terms);
  const Line& hardware = option.lines.front();
  CHECK(hardware.months[36].text() == "260000.00");
  for (const Line& line : option.lines) {
    if (line.category != Category::residual) continue;
    CHECK(line.months[36].text() == "-78000.00");
    // 24 of 36 months: 1 - 0.7 * 24 / 36 of the price
    CHECK(line.months[60].amount() == Approx(-260000 * (1 - 0.7 * 24 / 36)).margin(0.01));
  }
}

TEST_CASE("owned gear is not bought again until it is worn out") {
  OwnCase own = node_of_eight_h100();
  own.life_months = 48;
  own.gear[0].owned = {{1, 30}};
  const Option option = settle(own_course(own), own.terms);
  CHECK(option.capex.text() == "0.00");
  for (const Line& line : option.lines) {
    if (line.category == Category::hardware) CHECK(line.months[18].text() == "260000.00");
  }
}

TEST_CASE("break-even counts what was paid, month by month") {
  const Terms terms{24, 0, 0};
  Course buy, rent;
  buy.flow(Category::hardware, "node", terms).months[0] = 1000;
  rent.kind = Kind::rent;
  for (int month = 1; month <= 24; ++month) {
    buy.flow(Category::energy, "power", terms).months[static_cast<std::size_t>(month)] = 50;
    rent.flow(Category::compute, "machine", terms).months[static_cast<std::size_t>(month)] = 150;
  }
  const BreakEven even = break_even(settle(buy, terms), settle(rent, terms), terms);
  CHECK(*even.rule_months == Approx(10));
  CHECK(*even.exact_month == 10);
  for (Flow& flow : rent.flows) {
    for (double& month : flow.months) month /= 2;
  }
  const BreakEven later = break_even(settle(buy, terms), settle(rent, terms), terms);
  CHECK(*later.rule_months == Approx(40));
  CHECK_FALSE(later.exact_month);
}

TEST_CASE("digits stand in threes, and cents only where there are some") {
  CHECK(grouped("1234567.00") == "1,234,567");
  CHECK(grouped("-1234.50") == "-1,234.50");
  CHECK(grouped("999.50") == "999.50");
  CHECK(whole_amount(1234567.4) == "1,234,567");
  CHECK(whole_amount(-0.2) == "0");
}

TEST_CASE("amounts are rounded once, halves away from zero, and never wrap round") {
  CHECK(Cents::of(0.005).text() == "0.01");
  CHECK(Cents::of(-0.005).text() == "-0.01");
  CHECK(Cents::of(-0.05).text() == "-0.05");
  CHECK(Cents::of(1234.5).text() == "1234.50");
  CHECK(Cents::of(std::nan("")).text() == "0.00");
  const Cents most = Cents::of(1e300);
  CHECK(most + most == most);
  CHECK(-most + -most == -most);
}
