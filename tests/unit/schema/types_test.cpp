#include "schema_fixture.hpp"

using namespace rackfit::schema;
using Codes = std::vector<std::string>;

TEST_CASE("an unquoted scalar is fine for text, whatever it looks like") {
  CHECK(read_value(text(), "no").value.value == "no");
  CHECK(read_value(text(), "010").value.value == "010");
  CHECK(read_value(text(), "0.11").value.value == "0.11");
  CHECK(read_value(text(), "\"a: b\"").value.value == "a: b");
  CHECK(read_value(text(), "[a]").codes() == Codes{"RF0203"});
}

TEST_CASE("names are lower-case kebab") {
  CHECK(read_value(identifier(), "h100-sxm-80gb").good);
  CHECK(read_value(identifier(), "llama-3.1-8b_x").good);
  CHECK(read_value(identifier(), "H100 SXM").codes() == Codes{"RF0211"});
  CHECK_THAT(read_value(identifier(), "H100 SXM").problems(), ContainsSubstring("write `h100-sxm`"));
  CHECK(read_value(identifier(), "-x").codes() == Codes{"RF0211"});
}

TEST_CASE("dates are days, months or years that exist") {
  for (const std::string good : {"2026-11-22", "2026-11", "2026", "2024-02-29", "2000-02-29"}) {
    INFO(good);
    CHECK(read_value(date(), good).good);
  }
  for (const std::string bad : {"2026-13", "2026-11-31", "2025-02-29", "1900-02-29", "22.11.2026",
                                "2026/11/22", "26", "0000", "2026-1-1", "soon", "2026-11-2x"}) {
    INFO(bad);
    CHECK(read_value(date(), bad).codes() == Codes{"RF0212"});
  }
}

TEST_CASE("numbers are plain and unquoted") {
  CHECK(read_value(number(), "8.03e9").value.value == 8.03e9);
  CHECK(read_value(number(), "-1").value.value == -1);
  for (const std::string bad :
       {"\"5\"", "five", "5 GB", "010", "1,000", "1_000", "0x10", ".inf", "~x", "1e999"}) {
    INFO(bad);
    CHECK(read_value(number(), bad).codes() == Codes{"RF0204"});
  }
  CHECK_THAT(read_value(number(), "\"5\"").problems(), ContainsSubstring("remove the quotes"));
  CHECK_THAT(read_value(number(), "1_000").problems(), ContainsSubstring("write `1000`"));
}

TEST_CASE("bounds of numbers are kept") {
  CHECK(read_value(number(0, 1), "1").good);
  CHECK(read_value(number(0, 1), "1.01").codes() == Codes{"RF0207"});
  CHECK(read_value(number(0, 1), "-0.01").codes() == Codes{"RF0207"});
  CHECK(read_value(integer(1), "0").codes() == Codes{"RF0207"});
}

TEST_CASE("integers are whole and exact") {
  CHECK(read_value(integer(), "1e6").value.value == 1000000);
  CHECK(read_value(integer(), "9007199254740992").value.value == 9007199254740992);
  CHECK(read_value(integer(), "1.5").codes() == Codes{"RF0204"});
  CHECK(read_value(integer(), "1e300").codes() == Codes{"RF0204"});
}

TEST_CASE("truth is true or false and nothing else") {
  CHECK(read_value(boolean(), "true").value.value);
  CHECK_FALSE(read_value(boolean(), "false").value.value);
  for (const std::string bad : {"yes", "no", "on", "off", "True", "FALSE", "1", "\"true\"", "maybe"}) {
    INFO(bad);
    CHECK(read_value(boolean(), bad).codes() == Codes{"RF0208"});
  }
  CHECK_THAT(read_value(boolean(), "off").problems(), ContainsSubstring("write `false`"));
  CHECK_THAT(read_value(boolean(), "Yes").problems(), ContainsSubstring("write `true`"));
}

TEST_CASE("quantities are read into base units") {
  CHECK(read_value(quantity("B"), "80 GiB").value.value == 80.0 * 1073741824);
  CHECK(read_value(quantity("B/s"), "\"25 Gbit/s\"").value.value == 3.125e9);
  CHECK(read_value(quantity("1"), "10 %").value.value == Approx(0.1));
  CHECK(read_value(quantity("1"), "0.1").value.value == 0.1);
  CHECK(read_value(quantity("request/d"), "86400 request/d").value.value == Approx(1));
}

TEST_CASE("counted words may be left out") {
  CHECK(read_value(quantity("request/s"), "2 /s").value.value == 2);
  CHECK(read_value(quantity("token"), "500").value.value == 500);
  CHECK(read_value(quantity("user"), "30").value.value == 30);
  CHECK(read_value(quantity("user"), "30 users").value.value == 30);
  CHECK(read_value(quantity("B/message"), "1 kB").value.value == 1000);
  CHECK(read_value(quantity("request/s"), "2 token/s").codes() == Codes{"RF0206"});
  CHECK(read_value(quantity("token"), "500 requests").codes() == Codes{"RF0206"});
}

TEST_CASE("a bare number is no size and no time") {
  for (const std::string unit : {"B", "s", "B/s", "request/s", "USD", "W"}) {
    INFO(unit);
    const auto reading = read_value(quantity(unit), "50");
    CHECK(reading.codes() == Codes{"RF0206"});
    CHECK_THAT(reading.problems(), ContainsSubstring("needs a unit"));
  }
  CHECK_THAT(read_value(quantity("B/s"), "50").problems(), ContainsSubstring("`50 MB/s`"));
}

TEST_CASE("bounds of quantities are in the unit of the field") {
  CHECK(read_value(quantity("%", 0, 100), "100 %").good);
  CHECK(read_value(quantity("%", 0, 100), "101 %").codes() == Codes{"RF0207"});
  CHECK(read_value(quantity("GiB", 1), "1 GiB").good);
  CHECK_THAT(read_value(quantity("GiB", 1), "1 GB").problems(), ContainsSubstring("must be at least 1 GiB"));
  CHECK(read_value(quantity("s"), "-1 s").codes() == Codes{"RF0207"});
  CHECK_THAT(read_value(quantity("1", 0, 1), "30").problems(), ContainsSubstring("write `30 %`"));
}

TEST_CASE("words are one of those that the field knows") {
  enum class Colour { red, green };
  const auto colour = choice(Choices<Colour>{{"red", Colour::red}, {"green", Colour::green}});
  CHECK(read_value(colour, "green").value.value == Colour::green);
  CHECK(read_value(colour, "grean").codes() == Codes{"RF0209"});
  CHECK_THAT(read_value(colour, "grean").problems(), ContainsSubstring("did you mean `green`?"));
  CHECK(read_value(colour, "Red").codes() == Codes{"RF0209"});
}

TEST_CASE("lists report every bad item") {
  CHECK(read_value(list(integer()), "[1, 2, 3]").value.value == std::vector<std::int64_t>{1, 2, 3});
  CHECK(read_value(list(integer()), "[]").good);
  CHECK(read_value(list(integer()), "[1, x, 2.5]").codes() == Codes{"RF0204", "RF0204"});
  CHECK(read_value(list(integer()), "1").codes() == Codes{"RF0203"});
}

TEST_CASE("a list that takes one bare item") {
  const auto type = list(text(), true);
  CHECK(read_value(type, "any").value.value == std::vector<std::string>{"any"});
  CHECK(read_value(type, "[a, b]").value.value == std::vector<std::string>{"a", "b"});
  CHECK(read_value(type, "{a: b}").codes() == Codes{"RF0203"});
}

TEST_CASE("maps with free keys keep their order and skip notes") {
  const auto reading = read_value(named_map(integer()), "{b: 1, x-note: whatever, a: 2}");
  REQUIRE(reading.value.value.size() == 2);
  CHECK(reading.value.value[0].name == "b");
  CHECK(reading.value.value[1].value == 2);
  CHECK(rackfit::file_line(reading.value.value[0].span) == "test.yaml:1");
  CHECK(read_value(named_map(integer()), "{b: q, a: r}").codes() == Codes{"RF0204", "RF0204"});
}

TEST_CASE("either takes the way of writing whose shape fits") {
  Type<std::vector<Named<std::int64_t>>> short_form{
      integer().info,
      [](const rackfit::yaml::Node& node, std::vector<Named<std::int64_t>>& out, Context& context) {
        Named<std::int64_t> all{"all", node.span(), 0};
        if (!integer().decode(node, all.value, context)) return false;
        out.push_back(all);
        return true;
      }};
  const auto type = either(short_form, named_map(integer()));
  CHECK(read_value(type, "5").value.value.front().name == "all");
  CHECK(read_value(type, "{a: 5}").value.value.front().name == "a");
  CHECK(read_value(type, "x").codes() == Codes{"RF0204"});
  CHECK(read_value(type, "[1]").codes() == Codes{"RF0203"});
}

TEST_CASE("either of two single values takes the first that can be read") {
  enum class Word { any };
  Type<double> word{choice(Choices<Word>{{"any", Word::any}}).info,
                    [](const rackfit::yaml::Node& node, double& out, Context& context) {
                      out = -1;
                      return node.text() == "any" || refuse(node, context, "RF0209", "unknown word");
                    }};
  const auto type = either(quantity("B"), word);
  CHECK(read_value(type, "1 kB").value.value == 1000);
  CHECK(read_value(type, "any").value.value == -1);
  const auto bad = read_value(type, "80 GIB");
  CHECK(bad.codes() == Codes{"RF0203"});
  CHECK_THAT(bad.problems(), ContainsSubstring("a quantity such as `80 GiB` or `any`"));
  CHECK_THAT(bad.problems(), ContainsSubstring("did you mean `GiB`?"));
}
