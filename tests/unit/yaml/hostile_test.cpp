#include <ctime>

#include "read.hpp"

namespace {

/// Processor time, which a busy machine does not stretch.
double seconds(const std::string& text) {
  const std::clock_t start = std::clock();
  refusal(text);
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

std::string repeat(std::string_view part, std::size_t count) {
  if (part.size() == 1) return std::string(count, part.front());
  std::string text;
  text.reserve(part.size() * count);
  for (std::size_t i = 0; i < count; ++i) text += part;
  return text;
}

}  // namespace

// Far above what they take (milliseconds), far below what a mistake would cost (minutes, gigabytes).
constexpr double kSoon = 3.0;

TEST_CASE("hostile files are refused quickly and without deep recursion") {
  CHECK(seconds(repeat("[", 200'000'000)) < kSoon);
  CHECK(seconds(repeat("[", 4'000'000)) < kSoon);
  CHECK(seconds(repeat("[\n", 2'000'000)) < kSoon);
  CHECK(seconds(repeat("{a: ", 1'000'000)) < kSoon);
  CHECK(seconds(repeat("- ", 2'000'000) + "x") < kSoon);
  CHECK(seconds(repeat("? ", 2'000'000) + "x") < kSoon);
  CHECK(seconds(repeat("&a ", 1'000'000) + "x") < kSoon);
  CHECK(seconds(repeat("a: 1\n", 100'000)) < kSoon);
  CHECK(seconds("\"" + repeat("x", 4'000'000)) < kSoon);
}

TEST_CASE("an alias bomb is refused by what it stands for") {
  std::string text = "a: &a [x, x, x, x, x, x, x, x, x]\n";
  for (char c = 'b'; c <= 'i'; ++c) {
    text += std::string(1, c) + ": &" + c + " [" +
            repeat(std::string("*") + static_cast<char>(c - 1) + ", ", 9) + "]\n";
  }
  CHECK(seconds(text) < kSoon);
}

TEST_CASE("garbage never crashes the reader") {
  for (const char* text : {"*",          "&",          "!",        "%",
                           "@",          "`",          "'",        "\"",
                           "|",          ">",          "? ",       ": ",
                           "- ",         "[",          "]",        "{",
                           "}",          ",",          "--- ",     "...",
                           "a: *b",      "a: &",       "a: !<",    "|9",
                           ">-+",        "\"\\",       "\"\\u",    "%YAML 9",
                           "- - -\n-",   "{a: &x }",   "[*x]",     "? - a\n  - b\n: c",
                           "a: |\n\t\n", "{? a, ? b}", "[? a : b]"}) {
    rackfit::Diagnostics diagnostics;
    rackfit::yaml::parse(std::make_shared<const rackfit::SourceFile>("w.yaml", text), diagnostics);
    CHECK_NOTHROW(rackfit::render(diagnostics));
  }
}
