#include "registry_fixture.hpp"

using rackfit::units::ParseError;

namespace {

ParseError error_of(const std::string& text) {
  const auto parsed = registry().parse_quantity(text);
  INFO(text);
  REQUIRE_FALSE(parsed);
  return parsed.error;
}

}  // namespace

TEST_CASE("quantities are read into base units") {
  CHECK(value_of("50 MB/s") == 50e6);
  CHECK(value_of("7 d") == 604800);
  CHECK(value_of("35 CNY/kWh") == Approx(35 / 3.6e6));
  CHECK(value_of("10 %") == Approx(0.1));
  CHECK(value_of("10%") == Approx(0.1));
  CHECK(value_of("1e3 token/s") == 1000);
  CHECK(value_of("80GiB") == 80.0 * 1073741824);
  CHECK(value_of("500 ms") == 0.5);
  CHECK(value_of("250 µs") == Approx(250e-6));
  CHECK(value_of("1.2 kW") == 1200);
  CHECK(value_of("989 TFLOP/s") == 989e12);
  CHECK(value_of("2 /s") == 2);
  CHECK(value_of("2 / s") == 2);
  CHECK(value_of("42") == 42);
  CHECK(value_of("-5 %") == Approx(-0.05));
  CHECK(value_of(" 3 GHz ") == 3e9);
  CHECK(value_of("12 B/token/s") == 12);
  CHECK(value_of("1 month") * 12 == value_of("1 y"));
}

TEST_CASE("decimal and binary prefixes are kept apart") {
  CHECK(value_of("1 kB") == 1000);
  CHECK(value_of("1 KiB") == 1024);
  CHECK(value_of("1 GB") == 1e9);
  CHECK(value_of("1 GiB") == 1073741824);
  CHECK(value_of("1 TiB") / value_of("1 TB") == Approx(1.099511627776));
  CHECK(value_of("1 Kibit") == 128);
}

TEST_CASE("network speeds are in bits, eight to a byte") {
  CHECK(value_of("25 Gbit/s") == 3.125e9);
  CHECK(value_of("25 Gbps") == value_of("25 Gbit/s"));
  CHECK(value_of("8 Mbit/s") == value_of("1 MB/s"));
}

TEST_CASE("vendors' spellings of operations a second are known") {
  CHECK(value_of("989 TFLOPS") == 989e12);
  CHECK(value_of("1979 TOP/s") == value_of("1979 TOPS"));
  CHECK(dimension_of("TOPS") == dimension_of("TFLOP/s"));
  CHECK(dimension_of("IOPS") == dimension_of("IO/s"));
}

TEST_CASE("synonyms mean the same") {
  for (const auto& [a, b] : std::vector<std::pair<std::string, std::string>>{{"3 tokens", "3 token"},
                                                                             {"3 tok", "3 token"},
                                                                             {"2 req/s", "2 request/s"},
                                                                             {"2 qps", "2 request/s"},
                                                                             {"4 gpus", "4 device"},
                                                                             {"3 brokers", "3 node"},
                                                                             {"8 vcpu", "8 core"},
                                                                             {"9 records", "9 message"},
                                                                             {"2 hours", "2 h"},
                                                                             {"1 Mtoken", "1e6 token"},
                                                                             {"1 Mtok", "1e6 token"},
                                                                             {"5 RMB", "5 CNY"}}) {
    INFO(a);
    CHECK(value_of(a) == value_of(b));
    CHECK(registry().parse_quantity(a).value->dimension == registry().parse_quantity(b).value->dimension);
  }
}

TEST_CASE("spellings that could be bits or bytes are refused with both ways out") {
  CHECK(error_of("5 Mb").help == "write `MB` for megabytes or `Mbit` for megabits");
  CHECK(error_of("5 kb").help == "write `kB` for kilobytes or `kbit` for kilobits");
  CHECK(error_of("1 Gb/s").help == "write `GB` for gigabytes or `Gbit` for gigabits");
  CHECK(error_of("64 KB").help == "write `kB` for 1000 bytes or `KiB` for 1024 bytes");
  CHECK(error_of("25 GbE").help == "write `Gbit/s`");
}

TEST_CASE("bare prefixes are refused") {
  CHECK_THAT(error_of("150k").help, ContainsSubstring("write all digits"));
  CHECK_THAT(error_of("8g").help, ContainsSubstring("`GiB`"));
  CHECK_THAT(error_of("8G").help, ContainsSubstring("`GiB`"));
  CHECK_THAT(error_of("8Gi").help, ContainsSubstring("`GiB`"));
}

TEST_CASE("near misses get a suggestion") {
  CHECK(error_of("80 GIB").help == "did you mean `GiB`?");
  CHECK(error_of("80 gib").help == "did you mean `GiB`?");
  CHECK(error_of("3 tokns").help == "did you mean `tokens`?");
  CHECK(error_of("3 kwh").help == "did you mean `kWh`?");
}

TEST_CASE("an error points at the wrong part") {
  const ParseError error = error_of("50 MB/sx");
  CHECK(error.message == "unknown unit `sx`");
  CHECK(error.begin == 6);
  CHECK(error.end == 8);
  CHECK(error_of("  80 Mb").begin == 5);
}

TEST_CASE("numbers that mean different things to different people are refused") {
  CHECK(error_of("1,000 B").message == "number with thousands marks");
  CHECK(error_of("1,000 B").help == "write `1000`");
  CHECK(error_of("1_000_000 token").help == "write `1000000`");
  CHECK(error_of("1 000 token").help == "write `1000`");
  CHECK(error_of("1,5 GB").message == "decimal comma in a number");
  CHECK(error_of("1,5 GB").help == "write `1.5`");
  CHECK(error_of("010 s").help == "write `10`");
  CHECK(error_of("00.5 s").help == "write `0.5`");
}

TEST_CASE("one number and one unit make a quantity") {
  CHECK(error_of("4 h 30 min").help == "write one number and one unit, as in `4.5 h`");
  CHECK(error_of("2 requests per second").help == "write `/` for per, as in `request/s`");
  CHECK(error_of("").message == "number expected");
  CHECK(error_of("fast").message == "number expected");
  CHECK(error_of("5 B/").message == "unit expected");
  CHECK(error_of("5 B//s").message == "unit expected");
  CHECK(error_of("5 *").message == "unit expected");
  CHECK(error_of("5 s^2").message == "unknown unit `s^2`");
}

TEST_CASE("hostile text ends in an error, not in infinity") {
  CHECK(error_of("1e400 B").message == "number is out of range");
  CHECK(error_of("1e305 PB").message == "number is out of range");
  CHECK(error_of("1e-400 B").message == "number is out of range");
  CHECK(error_of("1 B*B*B*B*B*B*B*B*B").message == "too many units");
  CHECK(error_of("1e200 EB*EB*EB*EB*EB*EB*EB*EB").message == "number is out of range");
  CHECK(error_of(std::string(100000, '9')).message == "number is out of range");
  CHECK(error_of("1 " + std::string(100000, 'B')).message != "");
  CHECK(error_of(std::string("1 \0B", 4)).message != "");
  CHECK(error_of("1 \xff\xfe").message != "");
  CHECK(error_of("5 1/0").message != "");
}

TEST_CASE("a unit can be found by its name alone") {
  CHECK(registry().find_unit("GiB"));
  CHECK(registry().find_unit("%"));
  CHECK_FALSE(registry().find_unit("G"));
  CHECK_FALSE(registry().find_unit("B/s"));
  CHECK_FALSE(registry().find_unit(""));
  CHECK(registry().find_unit("min")->factor == 60);
}
