#include <limits>

#include "registry_fixture.hpp"

namespace {

std::string shown(double value, const std::string& dimension, const std::string& unit = {}) {
  return registry().format(value, dimension_of(dimension), unit);
}

}  // namespace

TEST_CASE("values are shown in the unit that fits") {
  CHECK(shown(150e6, "B/s") == "150 MB/s");
  CHECK(shown(93.1e9, "B") == "93.1 GB");
  CHECK(shown(1500, "B") == "1.5 kB");
  CHECK(shown(1.2, "s") == "1.2 s");
  CHECK(shown(0.35, "s") == "350 ms");
  CHECK(shown(25e-6, "s") == "25 us");
  CHECK(shown(90, "s") == "1.5 min");
  CHECK(shown(604800, "s") == "7 d");
  CHECK(shown(3 * 31536000.0, "s") == "3 y");
  CHECK(shown(120, "W") == "120 W");
  CHECK(shown(1200, "W") == "1.2 kW");
  CHECK(shown(3.6e6, "J") == "1 kWh");
  CHECK(shown(989e12, "FLOP/s") == "989 TFLOP/s");
  CHECK(shown(16.44, "token/s") == "16.4 token/s");
  CHECK(shown(0.07, "request/s") == "0.07 request/s");
  CHECK(shown(2, "1/s") == "2 /s");
  CHECK(shown(0.42, "1") == "0.42");
}

TEST_CASE("a ratio uses the list of its numerator") {
  CHECK(shown(327680, "B/token") == "328 kB/token");
  CHECK(shown(0.0123, "s/token") == "12.3 ms/token");
  CHECK(shown(0.5, "J/token") == "0.5 J/token");
}

TEST_CASE("money has the decimals of its currency, prices a unit have three digits") {
  CHECK(shown(1234.5, "USD") == "1234.50 USD");
  CHECK(shown(1500, "JPY") == "1500 JPY");
  CHECK(shown(0.35 / 3.6e6, "CNY/kWh") == "0.35 CNY/kWh");
  CHECK(shown(2e-6, "USD/token") == "2 USD/Mtoken");
}

TEST_CASE("a unit can be forced") {
  CHECK(shown(80.0 * 1073741824, "B", "GiB") == "80 GiB");
  CHECK(shown(0.1, "1", "%") == "10 %");
  CHECK(shown(3e9, "1/s", "GHz") == "3 GHz");
  CHECK(shown(5, "1/s", "1/s") == "5 /s");
  CHECK(shown(5, "1", "1") == "5");
}

TEST_CASE("a forced unit that does not fit is passed over") {
  CHECK(shown(80e9, "B", "s") == "80 GB");
  CHECK(shown(80e9, "B", "nonsense") == "80 GB");
}

TEST_CASE("rounding never shows a thousand of a unit that has a larger one") {
  CHECK(shown(999.9996e3, "B") == "1 MB");
  CHECK(shown(999.4e3, "B") == "999 kB");
  CHECK(shown(59.97, "s") == "1 min");
  CHECK(shown(0.99999, "s") == "1 s");
}

TEST_CASE("nothing, too little and too much") {
  CHECK(shown(0, "B") == "0 B");
  CHECK(shown(0, "s") == "0 s");
  CHECK(shown(0.25, "B") == "0.25 B");
  CHECK(shown(-1500, "B") == "-1.5 kB");
  CHECK(shown(std::numeric_limits<double>::infinity(), "B") == "infinity");
  CHECK(shown(std::numeric_limits<double>::quiet_NaN(), "s") == "n/a");
  CHECK(shown(std::numeric_limits<double>::max(), "B") == "1.8e290 EB");
  CHECK_FALSE(shown(std::numeric_limits<double>::denorm_min(), "s").empty());
}

TEST_CASE("every dimension has an example that can be read") {
  for (const std::string unit :
       {"B", "B/s", "s", "W", "token", "request/s", "USD", "B/message", "core", "B/token"}) {
    const std::string example = registry().example(dimension_of(unit));
    INFO(example);
    const auto parsed = registry().parse_quantity(example);
    REQUIRE(parsed);
    CHECK(registry().counted_words_left_out(parsed.value->dimension, dimension_of(unit)));
  }
}
