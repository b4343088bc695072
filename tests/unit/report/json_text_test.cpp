#include "rackfit/report/json_text.hpp"

#include <limits>

#include "support/catch.hpp"

using rackfit::report::json_number;
using rackfit::report::json_string;
using rackfit::report::JsonText;

// The vectors are those of RFC 8785, appendix B.
TEST_CASE("numbers are the shortest text that reads back, in the notation of RFC 8785") {
  CHECK(json_number(0.0) == "0");
  CHECK(json_number(-0.0) == "0");
  CHECK(json_number(5e-324) == "5e-324");
  CHECK(json_number(-5e-324) == "-5e-324");
  CHECK(json_number(1.7976931348623157e308) == "1.7976931348623157e+308");
  CHECK(json_number(9007199254740992.0) == "9007199254740992");
  CHECK(json_number(295147905179352830000.0) == "295147905179352830000");
  CHECK(json_number(9.999999999999997e22) == "9.999999999999997e+22");
  CHECK(json_number(1e23) == "1e+23");
  CHECK(json_number(1.0000000000000001e23) == "1.0000000000000001e+23");
  CHECK(json_number(999999999999999700000.0) == "999999999999999700000");
  CHECK(json_number(999999999999999900000.0) == "999999999999999900000");
  CHECK(json_number(1e21) == "1e+21");
  CHECK(json_number(9.999999999999997e-7) == "9.999999999999997e-7");
  CHECK(json_number(0.000001) == "0.000001");
  CHECK(json_number(333333333.3333332) == "333333333.3333332");
  CHECK(json_number(-0.0000033333333333333333) == "-0.0000033333333333333333");
  CHECK(json_number(1424953923781206.2) == "1424953923781206.2");
  CHECK(json_number(0.1 + 0.2) == "0.30000000000000004");
}

TEST_CASE("what JSON cannot say is null") {
  JsonText json;
  json.begin_array()
      .value(std::numeric_limits<double>::infinity())
      .value(std::numeric_limits<double>::quiet_NaN());
  json.value(std::optional<double>()).end_array();
  CHECK(json.take() == "[\n  null,\n  null,\n  null\n]\n");
}

TEST_CASE("strings keep UTF-8, escape control characters and replace bytes that are no text") {
  CHECK(json_string("编程 \"a\\b\"\n\t") == "\"编程 \\\"a\\\\b\\\"\\n\\t\"");
  CHECK(json_string("\x1b[31m") == "\"\\u001b[31m\"");
  CHECK(json_string("a\xff"
                    "b") == "\"a\uFFFDb\"");
}

TEST_CASE("objects keep the order in which keys were written") {
  JsonText json;
  json.begin_object().field("z", 1.5).field("a", "x").key("empty").begin_object().end_object();
  json.key("none").begin_array().end_array().field("yes", true).end_object();
  CHECK(json.take() ==
        "{\n  \"z\": 1.5,\n  \"a\": \"x\",\n  \"empty\": {},\n  \"none\": [],\n  \"yes\": true\n}\n");
}
