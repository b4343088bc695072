#include "lines.hpp"

#include <algorithm>
#include <vector>

#include "support/catch.hpp"

using namespace rackfit::cli;

namespace {

/// Hands out `text` in pieces of `piece` bytes.
ReadSome pieces(std::string text, std::size_t piece) {
  return [text = std::move(text), piece, at = std::size_t{0}](char* to, std::size_t size) mutable {
    const std::size_t count = std::min({piece, size, text.size() - at});
    text.copy(to, count, at);
    at += count;
    return std::optional<std::size_t>(count);
  };
}

std::vector<std::string> all(Lines lines) {
  std::vector<std::string> out;
  while (const auto line = lines.next()) out.emplace_back(*line);
  return out;
}

}  // namespace

TEST_CASE("lines come whole, whatever pieces the input comes in") {
  for (const std::size_t piece : {1, 2, 3, 1000}) {
    CHECK(all(Lines(pieces("a\nbb\n\nccc", piece), 10)) == std::vector<std::string>{"a", "bb", "", "ccc"});
    CHECK(all(Lines(pieces("a\n", piece), 10)) == std::vector<std::string>{"a"});
    CHECK(all(Lines(pieces("", piece), 10)).empty());
    CHECK(all(Lines(pieces("\n", piece), 10)) == std::vector<std::string>{""});
  }
}

TEST_CASE("of a line that is too long one byte more than allowed is kept, and the next one is whole") {
  const auto lines = all(Lines(pieces(std::string(1000000, 'x') + "\nnext", 4096), 10));
  REQUIRE(lines.size() == 2);
  CHECK(lines[0] == std::string(11, 'x'));
  CHECK(lines[1] == "next");
}

TEST_CASE("an input that fails ends, and says so") {
  int calls = 0;
  Lines lines(
      [&](char* to, std::size_t) -> std::optional<std::size_t> {
        if (calls++ > 0) return std::nullopt;
        *to = 'a';
        return 1;
      },
      10);
  CHECK(*lines.next() == "a");
  CHECK_FALSE(lines.next());
  CHECK(lines.failed());
}

TEST_CASE("it is known when the input has nothing more at hand") {
  Lines lines(pieces("a\nb\n", 4), 10);
  lines.next();
  CHECK_FALSE(lines.drained());
  lines.next();
  CHECK(lines.drained());
}
