#include "rackfit/report/layout.hpp"

#include <limits>

#include "support/catch.hpp"

using namespace rackfit::report;

namespace {

std::string wrapped(const std::string& text, std::size_t width, std::size_t indent = 0,
                    std::size_t hang = 0) {
  Canvas canvas({width, false, false});
  canvas.text(text, indent, hang);
  return canvas.take();
}

}  // namespace

TEST_CASE("paragraphs wrap at words and indent what follows") {
  CHECK(wrapped("one two three four", 13, 2, 2) == "  one two\n    three\n    four\n");
}

TEST_CASE("without a width nothing wraps") {
  CHECK(wrapped("one two three four", 0) == "one two three four\n");
}

TEST_CASE("CJK characters count as two cells and break where they must") {
  CHECK(wrapped("编程助手编程助手", 8) == "编程助手\n编程助手\n");
}

TEST_CASE("a word wider than the line is cut rather than overflowing") {
  CHECK(wrapped("https://example.org/long", 10) == "https://ex\nample.org/\nlong\n");
}

TEST_CASE("a no-break space binds and prints as a space") {
  CHECK(wrapped("needs 48\u00A0GiB now", 10) == "needs\n48 GiB now\n");
}

TEST_CASE("colour does not change where lines break") {
  Canvas canvas({9, true, false});
  canvas.text({{"one:", Tone::strong}, {" two three"}}, 0, 2);
  CHECK(canvas.take() == "\x1b[1mone:\x1b[0m two\n  three\n");
}

TEST_CASE("control characters of the input cannot steer the terminal") {
  CHECK(wrapped("a\x1b[31mred\x07", 0) == "a\uFFFD[31mred\uFFFD\n");
  CHECK(clean("\u202Eabc", false) == "\uFFFDabc");
}

TEST_CASE("ASCII spells typographic characters out") {
  CHECK(clean("2 × 48 GB · p95 ≤ 5 s – ✓ 编", true) == "2 x 48 GB | p95 <= 5 s - + ?");
}

TEST_CASE("grids line up, numbers to the right, and flexible columns give way") {
  Grid grid;
  grid.columns = {{"name", false, true}, {"n", true}};
  grid.rows = {{{"alpha beta gamma"}, {"1"}}, {{"编程"}, {"22"}}};
  Canvas wide({0, false, false});
  wide.grid(grid);
  CHECK(wide.take() == "name               n\nalpha beta gamma   1\n编程              22\n");
  Canvas narrow({14, false, false});
  narrow.grid(grid);
  CHECK(narrow.take() == "name         n\nalpha beta   1\ngamma\n编程        22\n");
}

TEST_CASE("amounts and bars") {
  CHECK(amount(41.23, "GiB") == "41.2\u00A0GiB");
  CHECK(amount(3, "1") == "3");
  CHECK(bar(0.5, 4) == "██░░");
  CHECK(bar(7, 4) == "████");
  CHECK(bar(std::numeric_limits<double>::infinity(), 2) == "██");
}
