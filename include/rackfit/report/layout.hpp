// Text for terminals: paragraphs that wrap, and grids whose columns line up.
//
// The table and explanation writers, and the lists that cli/ prints, say what stands where; this says how
// wide it may be. Widths are terminal cells, not bytes, so CJK names line up. Text is wrapped before it is
// coloured, which keeps escape codes out of every width. Control characters of the input are replaced,
// because a catalog row or a workload may have been written by somebody else and must not steer the reader's
// terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "rackfit/base/money.hpp"

namespace rackfit::report {

struct TextOptions {
  std::size_t width = 0;  // columns that no line exceeds; 0: unlimited, nothing is wrapped
  bool colour = false;    // ANSI colours; never the only carrier of a meaning
  bool ascii = false;     // plain ASCII instead of box lines, bars, × and ✓
};

enum class Tone { plain, strong, good, bad, caution, faint };

/// A stretch of a line in one tone.
struct Piece {
  std::string text;
  Tone tone = Tone::plain;
};

/// Rows of cells with a header; flexible columns give way when the width is short.
struct Grid {
  struct Column {
    std::string title;
    bool right = false;     // numbers
    bool flexible = false;  // may wrap
  };
  std::vector<Column> columns;
  std::vector<std::vector<Piece>> rows;
};

/// Collects lines of text within the width.
class Canvas {
 public:
  explicit Canvas(const TextOptions& options) : options_(options) {}

  const TextOptions& options() const { return options_; }
  void blank();
  /// A paragraph; its further lines are indented by `hang` more. A no-break space binds words and is printed
  /// as a space.
  void text(const std::vector<Piece>& pieces, std::size_t indent = 0, std::size_t hang = 0);
  void text(std::string_view text, std::size_t indent = 0, std::size_t hang = 0, Tone tone = Tone::plain);
  /// A paragraph behind ready-made line starts, as trees need: the first line's and that of the others.
  void hanging(std::string_view first, std::string_view rest, const std::vector<Piece>& pieces);
  /// A title with a line under it.
  void heading(std::string_view title);
  void grid(const Grid& grid, std::size_t indent = 0);
  std::string take();

 private:
  TextOptions options_;
  std::string out_;
};

/// Terminal cells of `text` after cleaning.
std::size_t cells(std::string_view text);
/// `text` with control characters replaced and, for `ascii`, typographic characters spelt out.
std::string clean(std::string_view text, bool ascii);
/// The same, keeping line ends.
std::string clean_lines(std::string_view text, bool ascii);
/// A share between 0 and 1 as a bar of `length` cells.
std::string bar(double share, std::size_t length);
/// A number with a unit, bound so that no line breaks between them: "41.2 GiB", "93 %", "4".
std::string amount(double value, std::string_view unit);

}  // namespace rackfit::report
