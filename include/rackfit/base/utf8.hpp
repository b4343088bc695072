// Characters and columns of UTF-8 text: what positions count, and how far a character moves the cursor of a
// terminal. It stands below everything that draws carets or tables, because CJK text is twice as wide as its
// character count.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rackfit::utf8 {

/// One decoded character; `size` is its bytes, at least 1 even when `valid` is false.
struct Decoded {
  char32_t code = 0xFFFD;
  std::uint8_t size = 1;
  bool valid = false;
};

/// The character that starts at `offset`, which must be inside `text`; strict (no overlong forms, no
/// surrogates).
Decoded decode(std::string_view text, std::size_t offset);

/// Terminal cells of one character: 0 for combining marks, 2 for wide East Asian ones and emoji, otherwise 1.
int width(char32_t code);

/// Terminal cells of a text without control characters.
std::size_t display_width(std::string_view text);

/// True for characters that steer a terminal or the direction of text and must not be echoed.
bool is_unprintable(char32_t code);

}  // namespace rackfit::utf8
