#include "rackfit/report/layout.hpp"

#include <algorithm>
#include <cmath>

#include "rackfit/base/utf8.hpp"
#include "rackfit/units/registry.hpp"

namespace rackfit::report {
namespace {

constexpr std::string_view no_break = "\u00A0";
constexpr std::size_t column_gap = 2;
constexpr std::size_t narrowest_column = 6;

struct Spelling {
  char32_t code;
  const char* ascii;
};

constexpr Spelling spellings[] = {
    {0x00A0, " "},  {0x00B1, "+-"}, {0x00B2, "2"},  {0x00B5, "u"},  {0x00B7, "|"},   {0x00D7, "x"},
    {0x00F7, "/"},  {0x2010, "-"},  {0x2011, "-"},  {0x2012, "-"},  {0x2013, "-"},   {0x2014, "-"},
    {0x2018, "'"},  {0x2019, "'"},  {0x201C, "\""}, {0x201D, "\""}, {0x2026, "..."}, {0x2190, "<-"},
    {0x2192, "->"}, {0x2212, "-"},  {0x2248, "~"},  {0x2260, "!="}, {0x2264, "<="},  {0x2265, ">="},
    {0x2500, "-"},  {0x2502, "|"},  {0x2514, "`"},  {0x251C, "|"},  {0x2588, "#"},   {0x2591, "."},
    {0x2550, "="},  {0x2713, "+"},  {0x2717, "x"},  {0x25B8, ">"},  {0x03BC, "u"}};

std::string spelt(char32_t code) {
  for (const Spelling& spelling : spellings) {
    if (spelling.code == code) return spelling.ascii;
  }
  return "?";
}

std::string_view escape(Tone tone) {
  switch (tone) {
    case Tone::plain:
      return "";
    case Tone::strong:
      return "\x1b[1m";
    case Tone::good:
      return "\x1b[32m";
    case Tone::bad:
      return "\x1b[1;31m";
    case Tone::caution:
      return "\x1b[33m";
    case Tone::faint:
      return "\x1b[2m";
  }
  return "";
}

using Line = std::vector<Piece>;

/// Words with their tones; a space of one tone does not glue words of another.
std::vector<Piece> words_of(const std::vector<Piece>& pieces, bool ascii) {
  std::vector<Piece> words;
  bool open = false;  // the last word may still grow
  for (const Piece& piece : pieces) {
    // Line ends of a YAML block text are spaces here; cleaning would turn them into marks.
    std::string source = piece.text;
    std::replace(source.begin(), source.end(), '\n', ' ');
    std::replace(source.begin(), source.end(), '\t', ' ');
    std::size_t at = 0;
    while (at < source.size()) {
      if (source[at] == ' ') {
        open = false;
        ++at;
        continue;
      }
      const std::size_t end = std::min(source.find(' ', at), source.size());
      std::string word = clean(std::string_view(source).substr(at, end - at), ascii);
      if (open && at == 0) {
        // "`a`" + "," in two tones stays one word for wrapping: a marker keeps them together.
        words.push_back({"\x01" + word, piece.tone});
      } else {
        words.push_back({std::move(word), piece.tone});
      }
      open = true;
      at = end;
    }
  }
  return words;
}

/// The first `width` cells of a word that fits no line by itself; at least one character.
std::string take_cells(std::string& word, std::size_t width) {
  std::size_t at = 0;
  std::size_t used = 0;
  while (at < word.size()) {
    const utf8::Decoded character = utf8::decode(word, at);
    const auto wide = static_cast<std::size_t>(utf8::width(character.code));
    if (at > 0 && used + wide > width) break;
    used += wide;
    at += character.size;
  }
  std::string head = word.substr(0, at);
  word.erase(0, at);
  return head;
}

class Wrapper {
 public:
  Wrapper(std::size_t first_width, std::size_t rest_width) : width_(first_width), rest_(rest_width) {}

  void add(Piece word) {
    const bool glued = !word.text.empty() && word.text.front() == '\x01';
    if (glued) word.text.erase(0, 1);
    std::size_t size = utf8::display_width(word.text);
    const std::size_t gap = glued || line_.empty() ? 0 : 1;
    if (width_ == 0 || used_ + gap + size <= width_) return append(std::move(word), gap, size);
    if (!line_.empty()) next();
    while (size > width_ && width_ > 0) {
      std::string head = take_cells(word.text, width_);
      append({head, word.tone}, 0, utf8::display_width(head));
      if (word.text.empty()) return;
      next();
      size = utf8::display_width(word.text);
    }
    append(std::move(word), 0, size);
  }
  std::vector<Line> finish() {
    if (!line_.empty() || lines_.empty()) next();
    return std::move(lines_);
  }

 private:
  void append(Piece word, std::size_t gap, std::size_t size) {
    if (!line_.empty() && line_.back().tone == word.tone) {
      line_.back().text += std::string(gap, ' ') + word.text;
    } else {
      if (gap > 0) line_.push_back({" ", Tone::plain});
      line_.push_back(std::move(word));
    }
    used_ += gap + size;
  }
  void next() {
    lines_.push_back(std::move(line_));
    line_.clear();
    used_ = 0;
    width_ = rest_;
  }

  std::size_t width_, rest_, used_ = 0;
  Line line_;
  std::vector<Line> lines_;
};

std::vector<Line> wrap(const std::vector<Piece>& pieces, std::size_t first, std::size_t rest, bool ascii) {
  Wrapper wrapper(first, rest);
  for (Piece& word : words_of(pieces, ascii)) wrapper.add(std::move(word));
  return wrapper.finish();
}

std::string painted(const Line& line, bool colour) {
  std::string out;
  for (const Piece& piece : line) {
    std::string text = piece.text;
    for (std::size_t at = 0; (at = text.find(no_break, at)) != std::string::npos;)
      text.replace(at, no_break.size(), " ");
    const std::string_view code = colour ? escape(piece.tone) : std::string_view();
    out.append(code).append(text);
    if (!code.empty()) out += "\x1b[0m";
  }
  return out;
}

std::size_t width_of(const Line& line) {
  std::size_t total = 0;
  for (const Piece& piece : line) total += utf8::display_width(piece.text);
  return total;
}

void end_line(std::string& out) {
  while (!out.empty() && out.back() == ' ') out.pop_back();
  out += '\n';
}

/// Widths that fit into `room`: flexible columns give first, the widest of them before the others.
std::vector<std::size_t> fit(const Grid& grid, std::vector<std::size_t> widths, std::size_t room) {
  const std::size_t gaps = widths.empty() ? 0 : (widths.size() - 1) * column_gap;
  for (const bool only_flexible : {true, false}) {
    while (true) {
      std::size_t total = gaps;
      for (const std::size_t width : widths) total += width;
      if (total <= room) return widths;
      std::size_t widest = widths.size();
      for (std::size_t i = 0; i < widths.size(); ++i) {
        if (only_flexible && !grid.columns[i].flexible) continue;
        if (widths[i] > narrowest_column && (widest == widths.size() || widths[i] > widths[widest]))
          widest = i;
      }
      if (widest == widths.size()) break;
      --widths[widest];
    }
  }
  return widths;
}

/// Room for `width` less what stands before it; 0 keeps meaning "unlimited".
std::size_t room_after(std::size_t width, std::size_t used) {
  if (width == 0) return 0;
  return width > used + narrowest_column ? width - used : narrowest_column;
}

}  // namespace

std::string clean(std::string_view text, bool ascii) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const utf8::Decoded character = utf8::decode(text, at);
    if (!character.valid || utf8::is_unprintable(character.code)) {
      out += ascii ? "?" : "\uFFFD";
    } else if (ascii && character.code >= 0x80) {
      out += spelt(character.code);
    } else {
      out.append(text.substr(at, character.size));
    }
    at += character.size;
  }
  return out;
}

std::string clean_lines(std::string_view text, bool ascii) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    out += clean(text.substr(at, end - at), ascii) + "\n";
    at = end + 1;
  }
  return out;
}

std::size_t cells(std::string_view text) { return utf8::display_width(text); }

void Canvas::blank() {
  if (!out_.empty() && (out_.size() < 2 || out_.compare(out_.size() - 2, 2, "\n\n") != 0)) out_ += '\n';
}

void Canvas::text(const std::vector<Piece>& pieces, std::size_t indent, std::size_t hang) {
  hanging(std::string(indent, ' '), std::string(indent + hang, ' '), pieces);
}

void Canvas::text(std::string_view text, std::size_t indent, std::size_t hang, Tone tone) {
  this->text({{std::string(text), tone}}, indent, hang);
}

void Canvas::hanging(std::string_view first, std::string_view rest, const std::vector<Piece>& pieces) {
  const std::string head = clean(first, options_.ascii);
  const std::string tail = clean(rest, options_.ascii);
  const std::vector<Line> lines = wrap(pieces, room_after(options_.width, utf8::display_width(head)),
                                       room_after(options_.width, utf8::display_width(tail)), options_.ascii);
  bool begun = false;
  for (const Line& line : lines) {
    out_ += begun ? tail : head;
    out_ += painted(line, options_.colour);
    end_line(out_);
    begun = true;
  }
}

void Canvas::heading(std::string_view title) {
  blank();
  text(title, 0, 0, Tone::strong);
  const std::size_t shown =
      std::min(cells(clean(title, options_.ascii)), options_.width == 0 ? 100 : options_.width);
  const std::size_t length =
      options_.width == 0 ? shown : std::min<std::size_t>(options_.width, std::max<std::size_t>(shown, 78));
  std::string line;
  for (std::size_t i = 0; i < length; ++i) line += options_.ascii ? "-" : "─";
  out_ += painted({{line, Tone::faint}}, options_.colour);
  end_line(out_);
}

void Canvas::grid(const Grid& grid, std::size_t indent) {
  std::vector<std::vector<Piece>> rows;
  if (std::any_of(grid.columns.begin(), grid.columns.end(),
                  [](const auto& column) { return !column.title.empty(); })) {
    std::vector<Piece> header;
    for (const Grid::Column& column : grid.columns) header.push_back({column.title, Tone::faint});
    rows.push_back(std::move(header));
  }
  rows.insert(rows.end(), grid.rows.begin(), grid.rows.end());

  std::vector<std::size_t> widths(grid.columns.size(), 0);
  for (const std::vector<Piece>& row : rows) {
    for (std::size_t i = 0; i < row.size() && i < widths.size(); ++i) {
      widths[i] = std::max(widths[i], width_of(wrap({row[i]}, 0, 0, options_.ascii).front()));
    }
  }
  if (options_.width > 0) widths = fit(grid, widths, room_after(options_.width, indent));

  for (const std::vector<Piece>& row : rows) {
    std::vector<std::vector<Line>> parts;
    std::size_t height = 1;
    for (std::size_t i = 0; i < row.size() && i < widths.size(); ++i) {
      const std::size_t width = std::max<std::size_t>(widths[i], 1);
      parts.push_back(wrap({row[i]}, width, width, options_.ascii));
      height = std::max(height, parts.back().size());
    }
    for (std::size_t y = 0; y < height; ++y) {
      out_ += std::string(indent, ' ');
      for (std::size_t i = 0; i < parts.size(); ++i) {
        const Line line = y < parts[i].size() ? parts[i][y] : Line{};
        const std::string padding(widths[i] - std::min(widths[i], width_of(line)), ' ');
        if (i > 0) out_ += std::string(column_gap, ' ');
        out_ += grid.columns[i].right ? padding + painted(line, options_.colour)
                                      : painted(line, options_.colour) + padding;
      }
      end_line(out_);
    }
  }
}

std::string Canvas::take() {
  while (out_.size() >= 2 && out_.compare(out_.size() - 2, 2, "\n\n") == 0) out_.pop_back();
  return std::move(out_);
}

std::string bar(double share, std::size_t length) {
  const double bounded = std::isfinite(share) ? std::clamp(share, 0.0, 1.0) : 1.0;
  const auto full = static_cast<std::size_t>(std::lround(bounded * static_cast<double>(length)));
  std::string out;
  for (std::size_t i = 0; i < length; ++i) out += i < full ? "█" : "░";
  return out;
}

std::string amount(double value, std::string_view unit) {
  std::string text = units::format_number(value);
  if (!unit.empty() && unit != "1") text += std::string(no_break) + std::string(unit);
  return text;
}

}  // namespace rackfit::report
