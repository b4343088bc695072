// What may be written of costs: one value that is known, or a range; every amount in its unit and currency.
#include "reading.hpp"

using rackfit::test::Reading;

namespace {

std::string costs(const std::string& fields) { return "kafka: {ingress: 1 MB/s}\ncosts: {" + fields + "}\n"; }

rackfit::workload::CostValue value(const std::string& name, const std::string& text) {
  const Reading reading(costs(name + ": " + text));
  INFO(reading.problems());
  REQUIRE(reading.workload);
  const auto& coefficients = reading.workload->costs.coefficients;
  REQUIRE(coefficients.count(name) == 1);
  return *coefficients.at(name);
}

}  // namespace

TEST_CASE("one value is known, three are a range") {
  const auto known = value("staff-fte", "0.5"), open = value("staff-fte", "[0.25, 0.5, 1.5]");
  CHECK_FALSE(known.ranged);
  CHECK(known.low == 0.5);
  CHECK(known.high == 0.5);
  CHECK(open.ranged);
  CHECK(open.low == 0.25);
  CHECK(open.usual == 0.5);
  CHECK(open.high == 1.5);
}

TEST_CASE("money keeps its currency and comes in the period of its name") {
  CHECK(value("fte-cost", "350000 CNY/y").currency == "CNY");
  CHECK(value("fte-cost", "1000 USD/month").usual == Approx(12000));
  CHECK(value("licence-per-device", "0.5 USD/h").usual == Approx(0.5 * 8760));
  CHECK(value("colo-per-kw-month", "0.25 USD/kW/h").usual == Approx(0.25 * 730));
  CHECK(value("colo-per-kw-month", "2160 EUR/kW/y").usual == Approx(180));
  CHECK(value("electricity", "0.64 CNY/kWh").usual == Approx(0.64));
  CHECK(value("electricity", "100 EUR/MWh").usual == Approx(0.1));
}

TEST_CASE("shares are shares, whatever they are written as") {
  CHECK(value("discount-rate", "8 %").usual == Approx(0.08));
  CHECK(value("discount-rate", "0.08").usual == Approx(0.08));
  CHECK_FALSE(Reading(costs("discount-rate: 108 %")).workload);
  CHECK_FALSE(Reading(costs("pue-colo: 0.9")).workload);
}

TEST_CASE("a name that nobody knows is refused with the one that was meant") {
  const Reading reading(costs("staf-fte: 1"));
  CHECK_FALSE(reading.workload);
  CHECK(reading.problems().find("staff-fte") != std::string::npos);
}

TEST_CASE("ranges that run backwards, or mix currencies, are refused") {
  CHECK(Reading(costs("staff-fte: [1, 0.5, 2]")).problems().find("RF0526") != std::string::npos);
  CHECK(Reading(costs("staff-fte: [1, 2]")).problems().find("RF0526") != std::string::npos);
  CHECK(Reading(costs("staff-fte: []")).problems().find("RF0526") != std::string::npos);
  CHECK(Reading(costs("electricity: [1 USD/kWh, 2 CNY/kWh, 3 USD/kWh]")).problems().find("RF0521") !=
        std::string::npos);
  CHECK_FALSE(Reading(costs("electricity: -1 USD/kWh")).workload);
  CHECK(Reading(costs("electricity: 0.1")).problems().find("RF0403") != std::string::npos);
  CHECK_FALSE(Reading(costs("electricity: 0.1 USD")).workload);
}

TEST_CASE("hours of a day are two times, and of a month at most all of it") {
  const Reading reading(costs("tokens_between: [\"06:00\", \"10:30\"], rented_hours: 176 h"));
  INFO(reading.problems());
  REQUIRE(reading.workload);
  CHECK(reading.workload->costs.tokens_between->until == "10:30");
  CHECK(*reading.workload->costs.rented_hours == 176 * 3600.0);
  CHECK_FALSE(Reading(costs("tokens_between: [\"06:00\"]")).workload);
  CHECK_FALSE(Reading(costs("tokens_between: [\"6 am\", \"10 am\"]")).workload);
  CHECK_FALSE(Reading(costs("tokens_between: [\"24:30\", \"25:00\"]")).workload);
  CHECK_FALSE(Reading(costs("rented_hours: 800 h")).workload);
}
