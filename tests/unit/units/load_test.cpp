#include "registry_fixture.hpp"

using rackfit::Diagnostics;
using rackfit::units::Registry;

namespace {

/// The problems of a units file, rendered; empty when it loads.
std::string problems(const std::string& text) {
  Diagnostics diagnostics;
  const auto tree = tree_of(text, diagnostics);
  REQUIRE(tree);
  const auto loaded = Registry::load(*tree, diagnostics);
  CHECK(loaded.has_value() != diagnostics.has_errors());
  return rackfit::render(diagnostics);
}

}  // namespace

TEST_CASE("the smallest units file") { CHECK(problems("base: {time: s}\nunits: {s: {is: s}}\n") == ""); }

TEST_CASE("base quantities keep the order written") {
  CHECK(registry().base_names().size() <= rackfit::units::max_base_quantities);
  CHECK(registry().base_names().back() == "time");
}

TEST_CASE("two meanings of one spelling are found when the file is read") {
  const std::string text =
      "base: {time: s, rain: in}\nprefixes: {small: {m: 1e-3}}\n"
      "units:\n  in: {is: in, prefixes: [small]}\n  min: {is: 60 s}\n";
  CHECK_THAT(problems(text), ContainsSubstring("`min` would be two different units"));
}

TEST_CASE("a spelling cannot be both a unit and refused") {
  CHECK_THAT(problems("base: {time: s}\nunits: {s: {is: s}}\nrefused: {s: no}\n"),
             ContainsSubstring("`s` is both a unit and refused"));
}

TEST_CASE("mistakes in the units file are reported together") {
  const std::string text = problems(
      "base: {time: s}\nunit: {}\nunits:\n  h: {is: 60 mim}\n  zero: {is: 0 s}\n  'a b': {is: s}\n  w: {}\n"
      "display:\n  - {of: s, units: [h2]}\n");
  CHECK_THAT(text, ContainsSubstring("unknown key `unit`"));
  CHECK_THAT(text, ContainsSubstring("unknown unit `mim`"));
  CHECK_THAT(text, ContainsSubstring("without a positive factor"));
  CHECK_THAT(text, ContainsSubstring("`a b` cannot be a unit"));
  CHECK_THAT(text, ContainsSubstring("unit `w` has no `is`"));
  CHECK_THAT(text, ContainsSubstring("unknown unit `h2`"));
}

TEST_CASE("display units measure the same and rise") {
  const std::string head = "base: {time: s, information: B}\nunits: {h: {is: 3600 s}}\ndisplay:\n";
  CHECK_THAT(problems(head + "  - {of: s, units: [B]}\n"), ContainsSubstring("does not measure the same"));
  CHECK_THAT(problems(head + "  - {of: s, units: [h, s]}\n"), ContainsSubstring("not in rising order"));
  CHECK(problems(head + "  - {of: s, units: [s, h]}\n") == "");
}

TEST_CASE("more base quantities than a dimension has places are refused") {
  std::string text = "base:\n";
  for (int i = 0; i < 21; ++i) text += "  q" + std::to_string(i) + ": u" + std::to_string(i) + "\n";
  CHECK_THAT(problems(text + "units: {}\n"), ContainsSubstring("more than 20 base quantities"));
}

TEST_CASE("files of the wrong shape are reported, whatever the shape") {
  for (const std::string text :
       {"[]\n", "x\n", "base: []\nunits: {}\n", "base: {time: s}\nunits: [a]\n",
        "base: {time: {}}\nunits: {}\n", "base: {time: s}\nunits: {h: 3}\n",
        "base: {time: s}\nunits: {h: {is: [s]}}\n", "base: {time: s}\nunits: {}\ndisplay: {}\n",
        "base: {time: s}\nunits: {}\ndisplay: [a]\n"}) {
    INFO(text);
    CHECK_FALSE(problems(text).empty());
  }
}
