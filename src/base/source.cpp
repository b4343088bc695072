#include "rackfit/base/source.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "rackfit/base/utf8.hpp"

namespace rackfit {

SourceFile::SourceFile(std::string path, std::string text)
    : path_(std::move(path)), owned_(std::move(text)) {}

SourceFile SourceFile::refer(std::string path, std::string_view text) {
  SourceFile file;
  file.path_ = std::move(path);
  file.referred_ = text;
  return file;
}

const std::vector<std::uint32_t>& SourceFile::line_starts() const {
  if (line_starts_.empty()) {
    line_starts_.push_back(0);
    const std::string_view all = text();
    for (std::size_t i = all.find('\n'); i != std::string_view::npos; i = all.find('\n', i + 1)) {
      line_starts_.push_back(static_cast<std::uint32_t>(i + 1));
    }
  }
  return line_starts_;
}

SourceFile::Position SourceFile::position(std::uint32_t offset) const {
  const std::string_view all = text();
  const std::size_t end = std::min<std::size_t>(offset, all.size());
  const auto& starts = line_starts();
  const auto after = std::upper_bound(starts.begin(), starts.end(), end);
  const auto index = static_cast<std::size_t>(after - starts.begin()) - 1;
  Position result;
  result.line = static_cast<std::uint32_t>(index + 1);
  std::size_t i = starts[index];
  if (i == 0 && all.substr(0, 3) == "\xEF\xBB\xBF") i = 3;  // a byte order mark is no column
  for (; i < end; i += utf8::decode(all, i).size) ++result.column;
  return result;
}

std::string_view SourceFile::line(std::uint32_t number) const {
  const auto& starts = line_starts();
  if (number == 0 || number > starts.size()) return {};
  const std::string_view all = text();
  const std::size_t begin = starts[number - 1];
  const std::size_t end = number < starts.size() ? starts[number] - 1 : all.size();
  std::string_view result = all.substr(begin, end - begin);
  if (!result.empty() && result.back() == '\r') result.remove_suffix(1);
  return result;
}

std::uint32_t SourceFile::line_begin(std::uint32_t number) const {
  const auto& starts = line_starts();
  if (number == 0) return 0;
  return number > starts.size() ? static_cast<std::uint32_t>(text().size()) : starts[number - 1];
}

std::string file_line(const Span& span, std::string_view nowhere) {
  if (!span) return std::string(nowhere);
  return fmt::format("{}:{}", span.file->path(), span.file->position(span.begin).line);
}

}  // namespace rackfit
