#include "rackfit/measured/csv.hpp"

#include <algorithm>

namespace rackfit::measured {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::size_t shown_problems = 20;  // of one kind; a file of another kind would give one a line

std::string folded(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

class Reader {
 public:
  Reader(const SourceFile& file, Diagnostics& diagnostics)
      : file_(file), text_(file.text()), diagnostics_(diagnostics) {
    if (text_.substr(0, byte_order_mark.size()) == byte_order_mark) at_ = byte_order_mark.size();
  }

  bool done() const { return at_ >= text_.size(); }

  /// The next line's fields; false when a quoted field never ends.
  bool record(CsvRecord& out) {
    out.fields.clear();
    const std::size_t begin = at_;
    bool good = true;
    for (;;) {
      out.fields.emplace_back();
      good = field(out.fields.back()) && good;
      if (done() || text_[at_] != ',') break;
      ++at_;
    }
    out.span = span(begin, at_);
    end_line();
    return good;
  }

  Span span(std::size_t begin, std::size_t end) const {
    return {&file_, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
  }

 private:
  bool at_line_end() const { return done() || text_[at_] == '\n' || text_[at_] == '\r'; }

  void end_line() {
    if (!done() && text_[at_] == '\r') ++at_;
    if (!done() && text_[at_] == '\n') ++at_;
  }

  bool field(std::string& out) {
    if (!done() && text_[at_] == '"') return quoted(out);
    while (!at_line_end() && text_[at_] != ',') out += text_[at_++];
    return true;
  }

  bool quoted(std::string& out) {
    const std::size_t begin = at_++;
    for (;;) {
      const std::size_t quote = text_.find('"', at_);
      if (quote == std::string_view::npos) {
        diagnostics_.error(code::quote, span(begin, begin + 1), "a quoted field does not end", "begins here");
        at_ = text_.size();
        return false;
      }
      out += text_.substr(at_, quote - at_);
      at_ = quote + 1;
      if (done() || text_[at_] != '"') break;
      out += '"';
      ++at_;
    }
    if (at_line_end() || text_[at_] == ',') return true;
    diagnostics_.error(code::quote, span(at_, at_ + 1), "a field goes on after its closing quote", "",
                       "a quote inside a quoted field is written twice");
    while (!at_line_end() && text_[at_] != ',') ++at_;
    return false;
  }

  const SourceFile& file_;
  std::string_view text_;
  Diagnostics& diagnostics_;
  std::size_t at_ = 0;
};

bool empty(const CsvRecord& record) { return record.fields.size() == 1 && record.fields.front().empty(); }

bool read_header(Reader& reader, Csv& csv, Diagnostics& diagnostics, const CsvLimits& limits) {
  CsvRecord record;
  while (!reader.done()) {
    if (!reader.record(record)) return false;
    if (!empty(record)) break;
  }
  if (record.fields.empty() || empty(record)) {
    diagnostics.error(code::nothing, reader.span(0, 0), "the table is empty");
    return false;
  }
  csv.header_span = record.span;
  if (record.fields.size() > limits.columns) {
    diagnostics.error(code::limit, record.span,
                      "the table has more than " + std::to_string(limits.columns) + " columns");
    return false;
  }
  for (const std::string& name : record.fields) {
    csv.header.push_back(folded(name));
    const auto twice = std::find(csv.header.begin(), csv.header.end() - 1, csv.header.back());
    if (csv.header.back().empty() || twice == csv.header.end() - 1) continue;
    diagnostics.error(code::column, record.span, "the column `" + csv.header.back() + "` stands twice");
    return false;
  }
  return true;
}

}  // namespace

std::optional<std::size_t> Csv::find(std::string_view column) const {
  const auto found = std::find(header.begin(), header.end(), column);
  if (found == header.end()) return std::nullopt;
  return static_cast<std::size_t>(found - header.begin());
}

std::optional<Csv> read_csv(const SourceFile& file, Diagnostics& diagnostics, const CsvLimits& limits) {
  if (file.text().size() > limits.bytes) {
    diagnostics.error(code::limit, {&file, 0, 0},
                      "`" + file.path() + "` is too large for a table of measured rows");
    return std::nullopt;
  }
  Reader reader(file, diagnostics);
  Csv csv;
  if (!read_header(reader, csv, diagnostics, limits)) return std::nullopt;
  std::size_t uneven = 0;
  CsvRecord record;
  while (!reader.done()) {
    if (!reader.record(record)) {
      if (diagnostics.error_count() > shown_problems) return csv;
      continue;
    }
    if (empty(record)) continue;
    if (record.fields.size() != csv.header.size()) {
      if (++uneven <= shown_problems) {
        diagnostics.error(code::fields, record.span,
                          "a line has " + std::to_string(record.fields.size()) +
                              " fields where the header has " + std::to_string(csv.header.size()));
      }
      continue;
    }
    if (csv.records.size() == limits.records) {
      diagnostics.error(code::limit, record.span,
                        "the table has more than " + std::to_string(limits.records) + " rows");
      return csv;
    }
    csv.records.push_back(std::move(record));
    record = {};
  }
  return csv;
}

}  // namespace rackfit::measured
