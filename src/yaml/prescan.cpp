#include "prescan.hpp"

#include <fmt/core.h>

#include "rackfit/base/utf8.hpp"
#include "rackfit/yaml/codes.hpp"
#include "scalar.hpp"

namespace rackfit::yaml {
namespace {

// Brackets in prose and comments ("batches in [1, 8)") are counted too, so this lies far above the limit of
// nesting; its purpose is to bound what yaml-cpp holds in memory and on the stack.
constexpr std::size_t kOpenBracketsPerLevel = 16;

class Scan {
 public:
  Scan(const SourceFile& file, const ParseLimits& limits, Diagnostics& diagnostics)
      : file_(file), text_(file.text()), limits_(limits), diagnostics_(diagnostics) {}

  Prescan run() {
    Prescan result;
    if (text_.size() > limits_.bytes) {
      // Without a place: whatever the file is, its lines are not worth printing.
      diagnostics_.error(code::too_large, {},
                         fmt::format("`{}` has {} bytes, more than the {} that rackfit reads", file_.path(),
                                     text_.size(), limits_.bytes),
                         {}, "split the file");
      return result;
    }
    if (text_.substr(0, 3) == "\xEF\xBB\xBF") result.content = 3;
    bool ok = true;
    for (std::size_t i = result.content; ok && i < text_.size();) {
      const auto byte = static_cast<unsigned char>(text_[i]);
      if (byte >= 0x20 && byte < 0x7F) {
        ok = bracket(text_[i], i);
        ++i;
      } else if (byte == '\n' || byte == '\t' || (byte == '\r' && text_.substr(i + 1, 1) == "\n")) {
        if (byte == '\t') tab(i, result);
        ++i;
      } else {
        ok = unusual(i);
      }
    }
    if (!ok) return result;
    const std::uint32_t first = skip_blank(text_, result.content);
    result.starts_with_bracket = first < text_.size() && (text_[first] == '{' || text_[first] == '[');
    result.ok = true;
    return result;
  }

 private:
  Span at(std::size_t begin, std::size_t end) const {
    return {&file_, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
  }

  bool bracket(char c, std::size_t offset) {
    if (c == '[' || c == '{') {
      if (++open_ > limits_.depth * kOpenBracketsPerLevel) {
        diagnostics_.error(code::too_deep, at(offset, offset + 1),
                           fmt::format("more than {} brackets are opened and not closed", open_ - 1),
                           "one too many");
        return false;
      }
    } else if ((c == ']' || c == '}') && open_ > 0) {
      --open_;
    }
    return true;
  }

  void tab(std::size_t offset, Prescan& result) const {
    std::size_t line = offset;
    while (line > result.content && text_[line - 1] == ' ') --line;
    if (line > result.content && text_[line - 1] != '\n') return;  // not in the indentation, or not its first
    const std::size_t content = text_.find_first_not_of(" \t\r", offset);
    if (content == std::string_view::npos || text_[content] == '\n') return;
    result.tabs.push_back(static_cast<std::uint32_t>(offset));
  }

  /// Control characters and everything beyond ASCII.
  bool unusual(std::size_t& offset) {
    const utf8::Decoded character = utf8::decode(text_, offset);
    if (!character.valid) {
      diagnostics_.error(
          code::not_utf8, at(offset, offset + 1), "the file is not valid UTF-8",
          fmt::format("byte 0x{:02X} does not belong here", static_cast<unsigned char>(text_[offset])),
          "save the file as UTF-8");
      return false;
    }
    const char32_t c = character.code;
    if (c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x2028 || c == 0x2029 || c == 0xFEFF || c == 0xFFFE ||
        c == 0xFFFF) {
      const std::string what = c == 0 ? "a NUL character"
                               : c == '\r'
                                   ? "a carriage return without a line feed"
                                   : fmt::format("control character U+{:04X}", static_cast<unsigned>(c));
      diagnostics_.error(code::control_character, at(offset, offset + character.size),
                         fmt::format("the file contains {}", what), "here",
                         c == '\r' ? "end lines with a line feed" : "");
      return false;
    }
    offset += character.size;
    return true;
  }

  const SourceFile& file_;
  std::string_view text_;
  const ParseLimits& limits_;
  Diagnostics& diagnostics_;
  std::size_t open_ = 0;
};

}  // namespace

Prescan prescan(const SourceFile& file, const ParseLimits& limits, Diagnostics& diagnostics) {
  return Scan(file, limits, diagnostics).run();
}

}  // namespace rackfit::yaml
