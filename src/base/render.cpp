// Diagnostics as text, after rustc: https://rustc-dev-guide.rust-lang.org/diagnostics.html describes the
// anatomy.
#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <string>

#include "rackfit/base/diagnostic.hpp"
#include "rackfit/base/utf8.hpp"

namespace rackfit {
namespace {

constexpr std::size_t kTabCells = 4;
constexpr std::size_t kWindowCells = 120;  // of a source line; longer ones are cut around the caret
constexpr std::size_t kLongLineBytes = 4096;
constexpr std::size_t kContextCells = 20;  // kept before the caret when a line is cut
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

enum class Style { plain, bold, error, warning, note, gutter };

std::string_view escape_of(Style style) {
  switch (style) {
    case Style::bold:
      return "\x1b[1m";
    case Style::error:
      return "\x1b[1;31m";
    case Style::warning:
      return "\x1b[1;33m";
    case Style::note:
      return "\x1b[1;36m";
    case Style::gutter:
      return "\x1b[1;34m";
    case Style::plain:
      break;
  }
  return {};
}

std::string paint(std::string_view text, Style style, bool colour) {
  if (!colour || style == Style::plain || text.empty()) return std::string(text);
  return fmt::format("{}{}\x1b[0m", escape_of(style), text);
}

Style style_of(Severity severity) {
  switch (severity) {
    case Severity::error:
      return Style::error;
    case Severity::warning:
      return Style::warning;
    case Severity::note:
      return Style::note;
  }
  return Style::plain;
}

std::string_view word_of(Severity severity) {
  switch (severity) {
    case Severity::error:
      return "error";
    case Severity::warning:
      return "warning";
    case Severity::note:
      return "note";
  }
  return {};
}

/// Text that may quote the user's bytes, made safe for a terminal: one line, no control characters.
std::string printable(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size();) {
    const utf8::Decoded character = utf8::decode(text, i);
    if (!character.valid || utf8::is_unprintable(character.code)) {
      result += character.code == '\n' || character.code == '\t' ? " " : kReplacement;
    } else {
      result += text.substr(i, character.size);
    }
    i += character.size;
  }
  return result;
}

/// A source line as printed: its characters with the terminal cell at which each byte of the source starts.
struct DrawnLine {
  struct Glyph {
    std::string text;
    std::size_t cell;
    std::size_t cells;
  };
  std::vector<Glyph> glyphs;
  std::vector<std::size_t> cell_of_byte;  // one entry more than bytes
  std::size_t cells = 0;
};

DrawnLine draw(std::string_view line, bool first) {
  DrawnLine drawn;
  if (first && line.substr(0, 3) == "\xEF\xBB\xBF") {
    drawn.cell_of_byte.assign(3, 0);
    line.remove_prefix(3);
  }
  for (std::size_t i = 0; i < line.size();) {
    const utf8::Decoded character = utf8::decode(line, i);
    std::string text(line.substr(i, character.size));
    auto cells = static_cast<std::size_t>(utf8::width(character.code));
    if (character.code == '\t') {
      text.assign(kTabCells, ' ');
      cells = kTabCells;
    } else if (!character.valid || utf8::is_unprintable(character.code)) {
      text = kReplacement;
      cells = 1;
    }
    drawn.cell_of_byte.insert(drawn.cell_of_byte.end(), character.size, drawn.cells);
    drawn.glyphs.push_back({std::move(text), drawn.cells, cells});
    drawn.cells += cells;
    i += character.size;
  }
  drawn.cell_of_byte.push_back(drawn.cells);
  return drawn;
}

/// A label on one line, in terminal cells [begin, end).
struct Mark {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string text;
  bool primary = true;
  bool visible = true;
};

/// The bytes of a line that are worth drawing: all of them, unless the line is so long that most would be cut
/// off anyway.
struct Stretch {
  std::size_t begin = 0;
  std::size_t end = 0;
};

Stretch stretch_around(std::string_view line, std::size_t caret) {
  if (line.size() <= kLongLineBytes) return {0, line.size()};
  const auto character_start = [&](std::size_t at) {
    while (at > 0 && at < line.size() && (static_cast<unsigned char>(line[at]) & 0xC0u) == 0x80) --at;
    return at;
  };
  const std::size_t begin =
      caret > kLongLineBytes / 2 ? character_start(std::min(caret, line.size()) - kLongLineBytes / 2) : 0;
  return {begin, character_start(std::min(begin + kLongLineBytes, line.size()))};
}

struct MarkedLine {
  Stretch stretch;
  std::uint32_t number = 0;
  DrawnLine drawn;
  std::vector<Mark> marks;
};

/// Cuts a long line to a window around its marks, preferring the primary one.
std::string window(MarkedLine& line) {
  std::size_t from = 0;
  std::size_t to = line.drawn.cells;
  if (line.drawn.cells > kWindowCells) {
    const Mark* focus = nullptr;
    for (const Mark& mark : line.marks) {
      if (focus == nullptr || (mark.primary && !focus->primary)) focus = &mark;
    }
    const std::size_t caret = focus == nullptr ? 0 : focus->begin;
    const std::size_t needed = focus == nullptr ? 0 : std::min(focus->end - focus->begin, kWindowCells);
    if (caret + needed > kWindowCells) from = caret - std::min(caret, kContextCells);
    to = from + kWindowCells;
  }
  const bool cut_left = from > 0;
  const bool cut_right = to < line.drawn.cells;
  std::string text = cut_left ? "…" : "";
  std::size_t first = from;  // a wide character may straddle the cut
  bool started = false;
  std::size_t last = from;
  for (const auto& glyph : line.drawn.glyphs) {
    if (glyph.cell < from || glyph.cell + glyph.cells > to) continue;
    if (!started) first = glyph.cell;
    started = true;
    text += glyph.text;
    last = glyph.cell + glyph.cells;
  }
  if (cut_right) text += "…";
  const std::size_t shift = cut_left ? 1 : 0;
  for (Mark& mark : line.marks) {
    if (mark.end < first || mark.begin > last) mark.visible = false;
    mark.begin = std::clamp(mark.begin, first, last) - first + shift;
    mark.end = std::max(std::clamp(mark.end, first, last) - first + shift, mark.begin + 1);
  }
  return text;
}

class Renderer {
 public:
  Renderer(const Diagnostic& diagnostic, const RenderOptions& options)
      : diagnostic_(diagnostic), options_(options) {}

  std::string run() {
    collect();
    head();
    const Span place = diagnostic_.place();
    if (place) {
      file(*place.file, true);
      for (const auto& entry : lines_) {
        if (entry.first != place.file) file(*entry.first, false);
      }
    }
    foot();
    return std::move(out_);
  }

 private:
  using Lines = std::map<std::uint32_t, MarkedLine>;

  void collect() {
    std::uint32_t largest = 0;
    for (const Label& label : diagnostic_.labels) {
      if (!label.span) continue;
      const SourceFile& source = *label.span.file;
      const std::uint32_t number = source.position(label.span.begin).line;
      largest = std::max(largest, number);
      MarkedLine& line = lines_of(source)[number];
      if (line.number == 0) {
        line.number = number;
        draw_line(line, source, label.span.begin - source.line_begin(number));
      }
      const bool only_context = !label.primary && label.text.empty() && label.span.begin == label.span.end;
      if (only_context) continue;
      const std::size_t base = source.line_begin(number) + line.stretch.begin;
      const auto cell = [&](std::size_t offset) {
        const std::size_t byte =
            std::min(offset - std::min(offset, base), line.drawn.cell_of_byte.size() - 1);
        return line.drawn.cell_of_byte[byte];
      };
      Mark mark;
      mark.begin = cell(label.span.begin);
      mark.end = std::max(cell(std::max(label.span.end, label.span.begin)), mark.begin + 1);
      mark.text = printable(label.text);
      mark.primary = label.primary;
      line.marks.push_back(std::move(mark));
    }
    digits_ = std::to_string(largest).size();
  }

  Lines& lines_of(const SourceFile& source) {
    for (auto& entry : lines_) {
      if (entry.first == &source) return entry.second;
    }
    lines_.emplace_back(&source, Lines{});
    return lines_.back().second;
  }

  void head() {
    std::string title(word_of(diagnostic_.severity));
    if (!diagnostic_.code.empty()) title += "[" + diagnostic_.code + "]";
    out_ += paint(title, style_of(diagnostic_.severity), options_.colour);
    out_ += paint(": " + printable(diagnostic_.message), Style::bold, options_.colour);
    out_ += '\n';
  }

  void gutter(std::string_view text) {
    out_ += paint(fmt::format("{:>{}}", text, digits_), Style::gutter, options_.colour);
    out_ += ' ';
  }

  void row(std::string_view number, std::string_view text) {
    gutter(number);
    out_ += paint("|", Style::gutter, options_.colour);
    if (!text.empty()) {
      out_ += ' ';
      out_ += text;
    }
    out_ += '\n';
  }

  void file(const SourceFile& source, bool first) {
    const Lines& lines = lines_of(source);
    std::uint32_t offset = diagnostic_.place().begin;
    if (!first) {
      for (const Label& label : diagnostic_.labels) {
        if (label.span.file == &source) {
          offset = label.span.begin;
          break;
        }
      }
    }
    const SourceFile::Position position = source.position(offset);
    out_ += std::string(digits_, ' ');
    out_ += paint(first ? "--> " : "::: ", Style::gutter, options_.colour);
    out_ += fmt::format("{}:{}:{}\n", printable(source.path()), position.line, position.column);
    row("", "");
    std::uint32_t previous = 0;
    for (const auto& entry : lines) {
      if (previous != 0 && entry.first == previous + 2) plain_line(source, previous + 1);
      if (previous != 0 && entry.first > previous + 2) out_ += "...\n";
      MarkedLine line = entry.second;
      marked_line(line);
      previous = entry.first;
    }
  }

  static void draw_line(MarkedLine& line, const SourceFile& source, std::size_t caret) {
    const std::string_view text = source.line(line.number);
    line.stretch = stretch_around(text, caret);
    const std::string_view seen = text.substr(line.stretch.begin, line.stretch.end - line.stretch.begin);
    line.drawn = draw(seen, line.number == 1 && line.stretch.begin == 0);
  }

  void plain_line(const SourceFile& source, std::uint32_t number) {
    MarkedLine line;
    line.number = number;
    draw_line(line, source, 0);
    marked_line(line);
  }

  void marked_line(MarkedLine& line) {
    row(std::to_string(line.number), window(line));
    auto& marks = line.marks;
    marks.erase(std::remove_if(marks.begin(), marks.end(), [](const Mark& mark) { return !mark.visible; }),
                marks.end());
    if (marks.empty()) return;
    std::stable_sort(marks.begin(), marks.end(),
                     [](const Mark& a, const Mark& b) { return a.begin < b.begin; });
    underline(marks);
    hanging_texts(marks);
  }

  /// The row of carets, with the text of the rightmost label beside it.
  void underline(std::vector<Mark>& marks) {
    std::size_t end = 0;
    for (const Mark& mark : marks) end = std::max(end, mark.end);
    std::string cells(end, ' ');
    for (const bool primary : {false, true}) {  // carets win where labels overlap
      for (const Mark& mark : marks) {
        if (mark.primary != primary) continue;
        std::fill(cells.begin() + static_cast<std::ptrdiff_t>(mark.begin),
                  cells.begin() + static_cast<std::ptrdiff_t>(mark.end), primary ? '^' : '-');
      }
    }
    std::string text;
    for (std::size_t i = 0; i < cells.size();) {
      std::size_t j = i;
      while (j < cells.size() && cells[j] == cells[i]) ++j;
      const Style style = cells[i] == '^'   ? style_of(diagnostic_.severity)
                          : cells[i] == '-' ? Style::gutter
                                            : Style::plain;
      text += paint(std::string_view(cells).substr(i, j - i), style, options_.colour);
      i = j;
    }
    // Beside the row only when nothing to its right would then be mistaken for its own.
    Mark& last = marks.back();
    if (last.end == end && !last.text.empty()) {
      text += ' ';
      text += paint(last.text, label_style(last), options_.colour);
      last.text.clear();
    }
    row("", text);
  }

  /// Texts of the other labels, from right to left, each hanging from a bar.
  void hanging_texts(const std::vector<Mark>& marks) {
    std::vector<const Mark*> waiting;
    for (const Mark& mark : marks) {
      if (!mark.text.empty()) waiting.push_back(&mark);
    }
    bool first = true;
    while (!waiting.empty()) {
      if (first) row("", bars(waiting, waiting.size()));
      first = false;
      const Mark* mark = waiting.back();
      std::string text = bars(waiting, waiting.size() - 1);
      const std::size_t used = cells_before(waiting, waiting.size() - 1);
      text += std::string(mark->begin > used ? mark->begin - used : 1, ' ');
      text += paint(mark->text, label_style(*mark), options_.colour);
      row("", text);
      waiting.pop_back();
    }
  }

  static std::size_t cells_before(const std::vector<const Mark*>& marks, std::size_t count) {
    return count == 0 ? 0 : marks[count - 1]->begin + 1;
  }

  std::string bars(const std::vector<const Mark*>& marks, std::size_t count) const {
    std::string text;
    std::size_t cell = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (marks[i]->begin < cell) continue;  // two labels may start in one place
      text += std::string(marks[i]->begin - cell, ' ');
      text += paint("|", label_style(*marks[i]), options_.colour);
      cell = marks[i]->begin + 1;
    }
    return text;
  }

  Style label_style(const Mark& mark) const {
    return mark.primary ? style_of(diagnostic_.severity) : Style::gutter;
  }

  void foot() {
    const bool any = !diagnostic_.notes.empty() || !diagnostic_.help.empty();
    if (any && diagnostic_.place()) row("", "");
    for (const std::string& note : diagnostic_.notes) remark("note", note);
    if (!diagnostic_.help.empty()) remark("help", diagnostic_.help);
  }

  void remark(std::string_view word, std::string_view text) {
    gutter("");
    out_ += paint("= ", Style::gutter, options_.colour);
    out_ += paint(fmt::format("{}:", word), Style::bold, options_.colour);
    out_ += ' ';
    // A remark may have several lines, such as an example to copy.
    for (std::size_t i = 0; i <= text.size();) {
      const std::size_t end = std::min(text.find('\n', i), text.size());
      if (i > 0) out_ += std::string(digits_ + 9, ' ');
      out_ += printable(text.substr(i, end - i));
      out_ += '\n';
      i = end + 1;
    }
  }

  const Diagnostic& diagnostic_;
  const RenderOptions& options_;
  std::vector<std::pair<const SourceFile*, Lines>> lines_;
  std::size_t digits_ = 1;
  std::string out_;
};

std::string short_form(const Diagnostic& diagnostic, const RenderOptions& options) {
  std::string line;
  if (const Span place = diagnostic.place()) {
    const SourceFile::Position position = place.file->position(place.begin);
    line = fmt::format("{}:{}:{}: ", printable(place.file->path()), position.line, position.column);
  }
  std::string title(word_of(diagnostic.severity));
  if (!diagnostic.code.empty()) title += "[" + diagnostic.code + "]";
  line += paint(title, style_of(diagnostic.severity), options.colour);
  return line + ": " + printable(diagnostic.message) + "\n";
}

std::string count_of(std::size_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

}  // namespace

std::string render(const Diagnostic& diagnostic, const RenderOptions& options) {
  return options.short_form ? short_form(diagnostic, options) : Renderer(diagnostic, options).run();
}

std::string render(const Diagnostics& diagnostics, const RenderOptions& options) {
  const std::vector<Diagnostic> items = diagnostics.sorted();
  const std::size_t shown = options.limit == 0 ? items.size() : std::min(options.limit, items.size());
  std::string text;
  std::size_t warnings = 0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (items[i].severity == Severity::warning) ++warnings;
    if (i >= shown) continue;
    text += render(items[i], options);
    if (!options.short_form) text += '\n';
  }
  if (shown < items.size()) text += fmt::format("and {} more\n", items.size() - shown);
  std::string closing;
  if (diagnostics.error_count() > 0) closing = count_of(diagnostics.error_count(), "error");
  if (warnings > 0) closing += (closing.empty() ? "" : ", ") + count_of(warnings, "warning");
  if (!closing.empty()) text += closing + "\n";
  return text;
}

}  // namespace rackfit
