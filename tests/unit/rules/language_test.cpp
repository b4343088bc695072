// What formulas mean, by example.
#include "fixture.hpp"
#include "support/catch.hpp"

using namespace rackfit;
using namespace rackfit::rules;
using rackfit::rules::test::value_of;

TEST_CASE("arithmetic binds as on paper") {
  CHECK(value_of("1 + 2 * 3") == "7");
  CHECK(value_of("(1 + 2) * 3") == "9");
  CHECK(value_of("8 / 2 / 2") == "2");
  CHECK(value_of("10 - 3 - 2") == "5");
  CHECK(value_of("-two * 3") == "-6");
  CHECK(value_of("2 * -3") == "-6");
  CHECK(value_of("1e3 + 2.5e1") == "1025");
}

TEST_CASE("comparisons and logic") {
  CHECK(value_of("1 < 2 && 2 <= 2", "") == "true");
  CHECK(value_of("1 > 2 || 2 >= 3", "") == "false");
  CHECK(value_of("!(two == 2)", "") == "false");
  CHECK(value_of("two != 3", "") == "true");
  CHECK(value_of("true && false || true", "") == "true");
  CHECK(value_of("two > 1 ? 10 : 20") == "10");
  CHECK(value_of("two > 5 ? 10 : two > 1 ? 20 : 30") == "20");
}

TEST_CASE("units follow their number") {
  CHECK(value_of("90 MB/s * 2 s", "B") == "180 MB");
  CHECK(value_of("rate * 1 min", "B") == "5.4 GB");
  CHECK(value_of("1 GiB / 1 MiB") == "1024");
  CHECK(value_of("50 % * two") == "1");
  CHECK(value_of("50% + 25%") == "0.75");
  CHECK(value_of("30s + 1 min", "s") == "1.5 min");
  CHECK(value_of("2 /s * 3 s") == "6");
  CHECK(value_of("rate/2", "B/s") == "45 MB/s");
  CHECK(value_of("10 GB/two", "B") == "5 GB");
}

TEST_CASE("a unit is never taken for the start of a name or function") {
  CHECK(value_of("3 min", "s") == "3 min");
  CHECK(value_of("min(3 min, 1 h)", "s") == "3 min");
  CHECK(value_of("2 * min(3, 4)") == "6");
}

TEST_CASE("a bare zero fits every dimension") {
  CHECK(value_of("max(0, rate)", "B/s") == "90 MB/s");
  CHECK(value_of("rate > 0", "") == "true");
  CHECK(value_of("rate - rate == 0", "") == "true");
  CHECK(value_of("two > 5 ? rate : 0", "B/s") == "0 B/s");
}

TEST_CASE("functions") {
  CHECK(value_of("min(3, 1, 2)") == "1");
  CHECK(value_of("max(3, 1, 2)") == "3");
  CHECK(value_of("sum(3, 1, 2)") == "6");
  CHECK(value_of("abs(-3)") == "3");
  CHECK(value_of("sqrt(16)") == "4");
  CHECK(value_of("sqrt(4 B * 4 B)", "B") == "4 B");
  CHECK(value_of("pow(2, 10)") == "1024");
  CHECK(value_of("pow(2 B, 2) / 1 B", "B") == "4 B");
  CHECK(value_of("log2(8)") == "3");
  CHECK(value_of("log(exp(2))") == "2");
  CHECK(value_of("clamp(5, 1, 3)") == "3");
  CHECK(value_of("clamp(-5, 1, 3)") == "1");
  CHECK(value_of("clamp(2, 1, 3)") == "2");
}

TEST_CASE("rounding") {
  CHECK(value_of("ceil(2.1)") == "3");
  CHECK(value_of("floor(2.9)") == "2");
  CHECK(value_of("round(2.5)") == "3");
  CHECK(value_of("round(-2.5)") == "-3");
  CHECK(value_of("round(3.5)") == "4");
  CHECK(value_of("ceil(-2.9)") == "-2");
  CHECK(value_of("floor(-2.1)") == "-3");
  CHECK(value_of("ceil(3 GB, 2 GB)", "B") == "4 GB");
  CHECK(value_of("floor(3 GB, 2 GB)", "B") == "2 GB");
  CHECK(value_of("ceil(2.5 node)", "node") == "3 node");
}

TEST_CASE("ceil and floor forgive what division left behind") {
  CHECK(value_of("ceil(3 * (0.1 + 0.2) / 0.3)") == "3");
  CHECK(value_of("floor(0.3 / 0.1)") == "3");
  CHECK(value_of("ceil(1e-12)") == "1");
  CHECK(value_of("ceil(1e15 + 0.5) - 1e15") == "0");  // nearer than the guard can tell
  CHECK(value_of("ceil(3.00001)") == "4");
}

TEST_CASE("words compare by name") {
  CHECK(value_of("kind == \"mla\"", "") == "true");
  CHECK(value_of("kind != \"mla\"", "") == "false");
  CHECK(value_of("kind == \"gqa\" ? 1 : 2") == "2");
}

TEST_CASE("division by zero is infinite, never not applicable") {
  CHECK(value_of("is_applicable(1 / (two - 2))", "") == "true");
  CHECK(value_of("(two - 2) / (two - 2) > 1e300", "") == "true");
  CHECK(value_of("-1 / (two - 2) < -1e300", "") == "true");
  CHECK(value_of("sqrt(-two) > 1e300", "") == "true");
}

TEST_CASE("not applicable is a state of its own") {
  const std::string na = "not applicable";
  SECTION("arithmetic and comparison give it back") {
    CHECK(value_of("missing + 1") == na);
    CHECK(value_of("missing * 0") == na);
    CHECK(value_of("-missing") == na);
    CHECK(value_of("abs(missing)") == na);
    CHECK(value_of("ceil(missing)") == na);
    CHECK(value_of("round(missing, 2)") == na);
    CHECK(value_of("pow(1, missing)") == na);
    CHECK(value_of("pow(missing, 0)") == na);
    CHECK(value_of("clamp(missing, 1, 3)") == na);
    CHECK(value_of("missing < 1", "") == na);
    CHECK(value_of("missing == missing", "") == na);
    CHECK(value_of("missing != 1", "") == na);
    CHECK(value_of("!missing.truth", "") == na);
  }
  SECTION("min, max and sum leave it out") {
    CHECK(value_of("min(missing, 3)") == "3");
    CHECK(value_of("min(3, missing)") == "3");
    CHECK(value_of("max(missing, 3, missing)") == "3");
    CHECK(value_of("sum(1, missing, 2)") == "3");
    CHECK(value_of("sum(missing, missing)") == na);
    CHECK(value_of("clamp(5, missing, 3)") == "3");
  }
  SECTION("`??` replaces it, `is_applicable` sees it") {
    CHECK(value_of("missing ?? 5") == "5");
    CHECK(value_of("two ?? 5") == "2");
    CHECK(value_of("missing ?? missing ?? 7") == "7");
    CHECK(value_of("missing ?? 5 > 4", "") == "true");
    CHECK(value_of("is_applicable(missing)", "") == "false");
    CHECK(value_of("is_applicable(two)", "") == "true");
    CHECK(value_of("two > 1 ? not_applicable : 3") == na);
  }
  SECTION("a condition passes it on, the branch that is not taken does not") {
    CHECK(value_of("missing.truth ? 1 : 2") == na);
    CHECK(value_of("two > 1 ? 1 : missing") == "1");
    CHECK(value_of("two < 1 ? 1 : missing") == na);
  }
  SECTION("logic decides when one side is enough") {
    CHECK(value_of("missing.truth && false", "") == "false");
    CHECK(value_of("false && missing.truth", "") == "false");
    CHECK(value_of("missing.truth && true", "") == na);
    CHECK(value_of("missing.truth || true", "") == "true");
    CHECK(value_of("true || missing.truth", "") == "true");
    CHECK(value_of("missing.truth || false", "") == na);
  }
}
