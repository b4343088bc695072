// Laws that hold for every unit and any number, tried on seeded samples.
#include <cmath>
#include <random>

#include "registry_fixture.hpp"

using rackfit::units::Dimension;

namespace {

constexpr int samples = 2000;

/// Logarithmically spread over many powers of ten, without <random>'s distributions, which differ between
/// libraries.
double spread(std::mt19937_64& random, double from_power, double to_power) {
  const double unit = static_cast<double>(random() >> 11) * 0x1p-53;
  return std::pow(10.0, from_power + unit * (to_power - from_power));
}

}  // namespace

TEST_CASE("what is printed can be read back, to the digits printed") {
  std::mt19937_64 random(20261122);
  const std::vector<std::string> dimensions = {
      "B",       "B/s",     "s",   "W",       "J",         "FLOP/s", "token", "request/s", "1",
      "B/token", "s/token", "1/s", "USD/kWh", "USD/token", "core",   "U",     "W*B/s",     "message/s"};
  for (int i = 0; i < samples; ++i) {
    const std::string& unit = dimensions[random() % dimensions.size()];
    const Dimension dimension = dimension_of(unit);
    const double value = spread(random, -9, 20) * (random() % 2 == 0 ? 1 : -1);
    const std::string text = registry().format(value, dimension);
    const auto back = registry().parse_quantity(text);
    INFO(value << " " << unit << " as " << text << ": " << back.error.message);
    REQUIRE(back);
    CHECK(back.value->dimension == dimension);
    CHECK(std::abs(back.value->value - value) <= 0.0051 * std::abs(value));
  }
}

TEST_CASE("printing what was printed changes nothing") {
  std::mt19937_64 random(7);
  for (int i = 0; i < samples; ++i) {
    const double value = spread(random, -6, 18);
    for (const std::string unit : {"B", "s", "W", "1"}) {
      const std::string once = registry().format(value, dimension_of(unit));
      CHECK(registry().format(value_of(once), dimension_of(unit)) == once);
    }
  }
}

TEST_CASE("each prefix is a thousand, or 1024, times the one before") {
  for (const std::string unit : {"B", "bit"}) {
    double decimal = value_of("1 " + unit);
    double binary = decimal;
    for (const std::string prefix : {"k", "M", "G", "T", "P"}) {
      CHECK(value_of("1 " + prefix + unit) == Approx(decimal * 1000));
      decimal = value_of("1 " + prefix + unit);
    }
    for (const std::string prefix : {"Ki", "Mi", "Gi", "Ti", "Pi"}) {
      CHECK(value_of("1 " + prefix + unit) == binary * 1024);
      binary = value_of("1 " + prefix + unit);
    }
  }
}

TEST_CASE("every spelling is a unit, and a bare number times it keeps its value") {
  for (const std::string& spelling : registry().spellings()) {
    INFO(spelling);
    const auto unit = registry().find_unit(spelling);
    REQUIRE(unit);
    CHECK(unit->factor > 0);
    CHECK(value_of("3 " + spelling) == Approx(3 * unit->factor));
    CHECK(value_of("3 " + spelling + "/" + spelling) == Approx(3));
  }
}

TEST_CASE("random bytes never do worse than an error") {
  std::mt19937_64 random(99);
  const std::string alphabet = "0123456789.,-+eE/*% kMGTPiBbsdhyWtoken\t\n\"'^()_\xc2\xb5\xff";
  for (int i = 0; i < 20 * samples; ++i) {
    std::string text;
    const std::size_t length = random() % 12;
    for (std::size_t j = 0; j < length; ++j) text += alphabet[random() % alphabet.size()];
    const auto parsed = registry().parse_quantity(text);
    INFO(text);
    if (parsed) {
      CHECK(std::isfinite(parsed.value->value));
    } else {
      CHECK(parsed.error.begin <= parsed.error.end);
      CHECK(parsed.error.end <= text.size());
      CHECK_FALSE(parsed.error.message.empty());
    }
  }
}
