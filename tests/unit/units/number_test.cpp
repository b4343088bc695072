#include <limits>

#include "registry_fixture.hpp"

using rackfit::units::format_number;
using rackfit::units::parse_number;

TEST_CASE("plain decimals and e-notation are numbers") {
  CHECK(parse_number("0") == 0.0);
  CHECK(parse_number("80") == 80.0);
  CHECK(parse_number("-1.5") == -1.5);
  CHECK(parse_number("+2") == 2.0);
  CHECK(parse_number("8.03e9") == 8.03e9);
  CHECK(parse_number("1E-3") == 1e-3);
  CHECK(parse_number(".5") == 0.5);
  CHECK(parse_number("0.5") == 0.5);
}

TEST_CASE("what other readers guess differently is not a number") {
  for (const std::string text :
       {"",      "-",   ".",   "e5",   "1e",    "010", "-010", "00",    "0x1f", "0o17", "1_000", "1,000",
        "1 000", "inf", "nan", ".inf", "1e400", "+-1", "--1",  "1.2.3", "٣",    "½",    " 1",    "1 "}) {
    INFO(text);
    CHECK_FALSE(parse_number(text));
  }
}

TEST_CASE("numbers are printed with about three digits") {
  CHECK(format_number(0) == "0");
  CHECK(format_number(-0.0) == "0");
  CHECK(format_number(0.42) == "0.42");
  CHECK(format_number(1.0 / 3) == "0.333");
  CHECK(format_number(16.44) == "16.4");
  CHECK(format_number(99.96) == "100");
  CHECK(format_number(16384) == "16384");
  CHECK(format_number(123456789) == "123456789");
  CHECK(format_number(-1234.5) == "-1234");
  CHECK(format_number(0.0001) == "0.0001");
  CHECK(format_number(0.0000321) == "3.21e-5");
  CHECK(format_number(3.2e18) == "3.2e18");
  CHECK(format_number(1e15 - 1) == "999999999999999");
}

TEST_CASE("fixed decimals are for money") {
  CHECK(format_number(1234.5, 2) == "1234.50");
  CHECK(format_number(-0.001, 2) == "0.00");
  CHECK(format_number(1500, 0) == "1500");
}

TEST_CASE("what is not a number is a word") {
  CHECK(format_number(std::numeric_limits<double>::infinity()) == "infinity");
  CHECK(format_number(-std::numeric_limits<double>::infinity()) == "-infinity");
  CHECK(format_number(std::numeric_limits<double>::quiet_NaN()) == "n/a");
}
