// Text that a user (or this project) wrote, and places in it.
//
// Every value that rackfit reads remembers the span of text it came from, so that a diagnostic can
// draw a caret and `explain` can print file:line. Offsets are bytes; lines and columns are worked out
// only when somebody prints them, because nearly no span is ever printed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rackfit {

/// One file's name and bytes; the bytes are owned here or, for embedded profiles, live in the binary.
class SourceFile {
 public:
  SourceFile(std::string path, std::string text);
  /// Refers to `text` without copying it: for data that outlives the program's run.
  static SourceFile refer(std::string path, std::string_view text);

  SourceFile(const SourceFile&) = delete;
  SourceFile& operator=(const SourceFile&) = delete;
  SourceFile(SourceFile&&) noexcept = default;
  SourceFile& operator=(SourceFile&&) noexcept = default;

  const std::string& path() const { return path_; }
  std::string_view text() const { return owned_.empty() ? referred_ : std::string_view(owned_); }

  struct Position {
    std::uint32_t line = 1;    ///< 1-based
    std::uint32_t column = 1;  ///< 1-based, counted in characters (UTF-8 code points)
  };
  Position position(std::uint32_t offset) const;
  /// The line (1-based) without its line end; empty past the end.
  std::string_view line(std::uint32_t number) const;
  /// The offset of a line's first byte; the size of the text past the end.
  std::uint32_t line_begin(std::uint32_t number) const;

 private:
  SourceFile() = default;
  const std::vector<std::uint32_t>& line_starts() const;

  std::string path_;
  std::string owned_;
  std::string_view referred_;
  mutable std::vector<std::uint32_t> line_starts_;  // filled on first use: print from one thread only
};

/// Bytes [begin, end) of a file; `file == nullptr` means "nowhere" (a command line, a built-in).
struct Span {
  const SourceFile* file = nullptr;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  explicit operator bool() const { return file != nullptr; }
};

/// "path:line" for a span, or `nowhere` when it has no file.
std::string file_line(const Span& span, std::string_view nowhere = "built in");

}  // namespace rackfit
