#include "rackfit/base/diagnostic.hpp"
#include "support/catch.hpp"

using namespace rackfit;

namespace {

/// The span of the n-th occurrence of `what`.
Span find(const SourceFile& file, std::string_view what, int nth = 1) {
  std::size_t at = file.text().find(what);
  while (--nth > 0) at = file.text().find(what, at + 1);
  REQUIRE(at != std::string_view::npos);
  return {&file, static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + what.size())};
}

Diagnostic problem(Span span, std::string label = {}) {
  Diagnostics all;
  return all.error("RF0999", span, "it is wrong", std::move(label));
}

}  // namespace

TEST_CASE("a diagnostic shows its line with a caret, a label, notes and help") {
  const SourceFile file("w.yaml", "a: 1\nb: two\n");
  Diagnostic one = problem(find(file, "two"), "not a number");
  one.notes.push_back("numbers have digits");
  one.help = "write `2`";
  CHECK(render(one) ==
        "error[RF0999]: it is wrong\n"
        " --> w.yaml:2:4\n"
        "  |\n"
        "2 | b: two\n"
        "  |    ^^^ not a number\n"
        "  |\n"
        "  = note: numbers have digits\n"
        "  = help: write `2`\n");
}

TEST_CASE("a diagnostic without a place has no arrow") {
  Diagnostic one = problem({});
  one.help = "try `rackfit help`";
  CHECK(render(one) ==
        "error[RF0999]: it is wrong\n"
        "  = help: try `rackfit help`\n");
}

TEST_CASE("carets stand under wide characters and keep their length") {
  const SourceFile file("w.yaml", "键: 值值 x\n");
  CHECK(render(problem(find(file, "值值"), "here")) ==
        "error[RF0999]: it is wrong\n"
        " --> w.yaml:1:4\n"
        "  |\n"
        "1 | 键: 值值 x\n"
        "  |     ^^^^ here\n");
}

TEST_CASE("several labels on one line hang below it from right to left") {
  const SourceFile file("w.yaml", "formula: layers + tokens\n");
  Diagnostic one = problem(find(file, "layers"), "dimensionless");
  one.labels.push_back({find(file, "tokens"), "tokens", false});
  CHECK(render(one) ==
        "error[RF0999]: it is wrong\n"
        " --> w.yaml:1:10\n"
        "  |\n"
        "1 | formula: layers + tokens\n"
        "  |          ^^^^^^   ------ tokens\n"
        "  |          |\n"
        "  |          dimensionless\n");
}

TEST_CASE("a gap of one line is shown and a longer one left out") {
  const SourceFile file("w.yaml", "a: 1\nb: 2\nc: 3\nd: 4\ne: 5\nf: 6\n");
  Diagnostic one = problem(find(file, "f"), "last");
  one.labels.push_back({find(file, "a"), "first", false});
  one.labels.push_back({find(file, "c"), "third", false});
  CHECK(render(one) ==
        "error[RF0999]: it is wrong\n"
        " --> w.yaml:6:1\n"
        "  |\n"
        "1 | a: 1\n"
        "  | - first\n"
        "2 | b: 2\n"
        "3 | c: 3\n"
        "  | - third\n"
        "...\n"
        "6 | f: 6\n"
        "  | ^ last\n");
}

TEST_CASE("labels in another file follow with their own place") {
  const SourceFile mine("w.yaml", "model: x\n");
  const SourceFile theirs("models.yaml", "models:\n  x: {}\n");
  Diagnostic one = problem(find(mine, "x"), "used here");
  one.labels.push_back({find(theirs, "x"), "defined here", false});
  CHECK(render(one) ==
        "error[RF0999]: it is wrong\n"
        " --> w.yaml:1:8\n"
        "  |\n"
        "1 | model: x\n"
        "  |        ^ used here\n"
        " ::: models.yaml:2:3\n"
        "  |\n"
        "2 |   x: {}\n"
        "  |   - defined here\n");
}

TEST_CASE("a span of several lines is underlined to the end of its first") {
  const SourceFile file("w.yaml", "a: one\n  two\n");
  CHECK_THAT(render(problem({&file, 3, 12}, "here")), ContainsSubstring("  |    ^^^ here\n"));
}

TEST_CASE("a long line is cut around the caret") {
  const SourceFile file("w.yaml", "a: " + std::string(300, 'x') + "BAD" + std::string(9'000, 'y') + "\n");
  CHECK(render(problem(find(file, "BAD"), "here")) ==
        "error[RF0999]: it is wrong\n"
        " --> w.yaml:1:304\n"
        "  |\n"
        "1 | …" +
            std::string(20, 'x') + "BAD" + std::string(97, 'y') +
            "…\n"
            "  |  " +
            std::string(20, ' ') + "^^^ here\n");
}

TEST_CASE("what would steer a terminal is not echoed") {
  const SourceFile file("w\x1b.yaml", "a: \x1b[31m\xFF\t1\n");
  CHECK(render(problem(find(file, "1", 2), "is \x1b here")) ==
        "error[RF0999]: it is wrong\n"
        " --> w\xEF\xBF\xBD.yaml:1:11\n"
        "  |\n"
        "1 | a: \xEF\xBF\xBD[31m\xEF\xBF\xBD    1\n"
        "  |              ^ is \xEF\xBF\xBD here\n");
}

TEST_CASE("the short form is one line for editors") {
  const SourceFile file("w.yaml", "a: 1\nb: two\n");
  RenderOptions options;
  options.short_form = true;
  CHECK(render(problem(find(file, "two"), "label"), options) == "w.yaml:2:4: error[RF0999]: it is wrong\n");
  CHECK(render(problem({}), options) == "error[RF0999]: it is wrong\n");
}

TEST_CASE("many diagnostics are sorted by file and place, cut at the limit and counted") {
  const SourceFile a("a.yaml", "x\ny\n");
  const SourceFile b("b.yaml", "x\n");
  Diagnostics all;
  all.warning("RF0003", {&b, 0, 1}, "three");
  all.error("RF0002", {&a, 2, 3}, "two");
  all.error("RF0001", {&a, 0, 1}, "one");
  RenderOptions options;
  options.short_form = true;
  CHECK(render(all, options) ==
        "a.yaml:1:1: error[RF0001]: one\n"
        "a.yaml:2:1: error[RF0002]: two\n"
        "b.yaml:1:1: warning[RF0003]: three\n"
        "2 errors, 1 warning\n");
  options.limit = 1;
  CHECK(render(all, options) ==
        "a.yaml:1:1: error[RF0001]: one\n"
        "and 2 more\n"
        "2 errors, 1 warning\n");
  CHECK(render(Diagnostics{}).empty());
}

TEST_CASE("colour is used only when asked for") {
  const SourceFile file("w.yaml", "a: 1\n");
  RenderOptions options;
  CHECK(render(problem({&file, 0, 1}), options).find('\x1b') == std::string::npos);
  options.colour = true;
  CHECK_THAT(render(problem({&file, 0, 1}), options), ContainsSubstring("\x1b[1;31merror[RF0999]\x1b[0m"));
}
