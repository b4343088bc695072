#include "registry_fixture.hpp"

using rackfit::units::Dimension;

TEST_CASE("a dimension divided by itself is dimensionless") {
  CHECK((dimension_of("B/s") / dimension_of("B/s")).dimensionless());
  CHECK(dimension_of("B/s") * dimension_of("s") == dimension_of("B"));
  CHECK(dimension_of("s").inverse() == dimension_of("Hz"));
}

TEST_CASE("counted things and currencies are not each other") {
  CHECK_FALSE(dimension_of("token") == dimension_of("request"));
  CHECK_FALSE(dimension_of("message") == dimension_of("document"));
  CHECK_FALSE(dimension_of("USD") == dimension_of("CNY"));
  CHECK_FALSE(dimension_of("device").dimensionless());
}

TEST_CASE("exponents saturate, so that no power comes round to the wrong match") {
  const Dimension byte = dimension_of("B");
  Dimension power = byte;
  for (int i = 0; i < 256; ++i) power = power * byte;
  CHECK(power.exponents == (power * byte).exponents);
  CHECK_FALSE(power == byte);
  CHECK_FALSE(power.dimensionless());
}

TEST_CASE("the base units of a dimension can be read back") {
  for (const std::string text : {"B/s", "token", "W*s", "B/token/s", "USD/W/s", "1", "1/s", "B*B/s/s"}) {
    CHECK(registry().base_unit_text(dimension_of(text)) == text);
  }
}

TEST_CASE("the missing factor is said in words") {
  const auto missing = [](const std::string& from, const std::string& to) {
    return registry().missing_factor(dimension_of(from), dimension_of(to));
  };
  CHECK(missing("B/s", "B") == "multiply by a `time` factor");
  CHECK(missing("B", "B/s") == "divide by a `time` factor");
  CHECK(missing("s", "B") == "multiply by an `information` factor and divide by a `time` factor");
  CHECK(missing("s", "B/token") ==
        "multiply by an `information` factor and divide by a `token` factor and a `time` factor");
  CHECK(missing("B", "B*s*s") == "multiply by a `time` factor to the power 2");
  CHECK(missing("s/token", "token/s") == "turn it upside down: `1 / (…)`");
  CHECK(missing("B", "B").empty());
}

TEST_CASE("words of counted things may be left out, other words may not") {
  const auto left_out = [](const std::string& given, const std::string& expected) {
    return registry().counted_words_left_out(dimension_of(given), dimension_of(expected));
  };
  CHECK(left_out("1/s", "request/s"));
  CHECK(left_out("1", "token"));
  CHECK(left_out("B", "B/message"));
  CHECK(left_out("request/s", "request/s"));
  CHECK_FALSE(left_out("token/s", "request/s"));
  CHECK_FALSE(left_out("1", "B"));
  CHECK_FALSE(left_out("1", "request/s"));
  CHECK_FALSE(left_out("1", "USD"));
  CHECK_FALSE(left_out("token", "1"));
}
