#include "scalar.hpp"

#include <algorithm>

namespace rackfit::yaml {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_flow_indicator(char c) { return c == ',' || c == '[' || c == ']' || c == '{' || c == '}'; }

std::size_t plain_end(std::string_view source, std::size_t begin, std::string_view value) {
  std::size_t at = begin;
  std::size_t end = begin;
  for (const char c : value) {
    if (is_blank(c)) continue;
    while (at < source.size() && is_blank(source[at])) ++at;
    if (at >= source.size() || source[at] != c) return end;
    end = ++at;
  }
  return end;
}

/// One past the closing quote; beyond the source when there is none.
std::size_t quoted_end(std::string_view source, std::size_t begin) {
  const char quote = source[begin];
  for (std::size_t i = begin + 1; i < source.size(); ++i) {
    if (quote == '"' && source[i] == '\\') {
      ++i;
    } else if (source[i] == quote) {
      if (quote == '"' || i + 1 >= source.size() || source[i + 1] != '\'') return i + 1;
      ++i;
    }
  }
  return source.size() + 1;
}

std::size_t line_end(std::string_view source, std::size_t begin) {
  const std::size_t end = std::min(source.find('\n', begin), source.size());
  return end > begin && source[end - 1] == '\r' ? end - 1 : end;
}

/// The end of the last line of a block scalar that holds text; its header's when there is none. Follows
/// yaml-cpp in that leading blank lines may push the indentation to the right.
std::size_t block_end(std::string_view source, std::size_t begin, std::size_t parent_column) {
  std::size_t indent = parent_column + 1;
  bool detect = true;
  std::size_t end = begin;
  while (end < source.size() && !is_blank(source[end])) {
    if (source[end] >= '1' && source[end] <= '9') {
      indent = parent_column + static_cast<std::size_t>(source[end] - '0');
      detect = false;
    }
    ++end;
  }
  std::size_t next = source.find('\n', end);
  while (next != std::string_view::npos) {
    const std::size_t line = next + 1;
    std::size_t column = 0;
    while (line + column < source.size() && source[line + column] == ' ' && (detect || column < indent))
      ++column;
    if (detect) indent = std::max(indent, column);
    const std::size_t stop = line_end(source, line);
    next = source.find('\n', line);
    if (line + column >= stop) continue;
    if (column < indent) break;
    detect = false;
    end = stop;
  }
  return end;
}

/// Bytes that one character of a double-quoted scalar takes in the source when it starts with a backslash.
std::size_t escape_size(char kind) {
  switch (kind) {
    case 'x':
      return 4;
    case 'u':
      return 6;
    case 'U':
      return 10;
    default:
      return 2;
  }
}

std::size_t utf8_size(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

}  // namespace

ScalarPlace place_scalar(std::string_view source, std::uint32_t begin, bool plain, std::string_view value,
                         std::uint32_t parent_column) {
  ScalarPlace place;
  place.end = begin;
  if (begin >= source.size()) return place;
  const char first = source[begin];
  std::size_t end = begin;
  if (plain) {
    place.verbatim = source.substr(begin, value.size()) == value;
    place.text_begin = begin;
    end = place.verbatim ? begin + value.size() : plain_end(source, begin, value);
  } else if (first == '\'' || first == '"') {
    place.style = first == '"' ? Style::double_quoted : Style::single_quoted;
    end = quoted_end(source, begin);
    place.closed = end <= source.size();
    end = std::min(end, source.size());
    place.text_begin = begin + 1;
    // A value that equals its source has no escapes, since an escape is always longer than what it stands
    // for.
    place.verbatim = end - begin == value.size() + 2 && source.substr(begin + 1, value.size()) == value;
  } else {
    place.style = Style::block;
    end = block_end(source, begin, parent_column);
  }
  place.end = static_cast<std::uint32_t>(end);
  return place;
}

std::pair<std::size_t, std::size_t> locate(std::string_view source, Style style, std::string_view value,
                                           std::size_t begin, std::size_t end) {
  end = std::min(end, value.size());
  begin = std::min(begin, end);
  std::size_t at = 0;
  if (style == Style::single_quoted || style == Style::double_quoted) at = 1;
  if (style == Style::block) at = std::min(source.find('\n'), source.size());
  std::size_t from = source.size();
  std::size_t to = source.size();
  std::size_t last_end =
      at;  // of the character before, so that a range never ends in white space that was folded away
  for (std::size_t i = 0; i < end;) {
    const bool escaped = style == Style::double_quoted && at + 1 < source.size() && source[at] == '\\';
    if (escaped && (source[at + 1] == '\n' || source[at + 1] == '\r')) {
      at = source.find('\n', at) + 1;
      while (at < source.size() && is_blank(source[at])) ++at;
      continue;
    }
    if (!escaped && is_blank(value[i])) {
      // Folding turns runs of white space into one another; only their borders can be told.
      if (i >= begin) from = std::min(from, at);
      while (i < end && is_blank(value[i])) ++i;
      while (at < source.size() && is_blank(source[at])) ++at;
      last_end = at;
      continue;
    }
    if (!escaped) {
      while (at < source.size() && is_blank(source[at])) ++at;
    }
    if (at >= source.size()) break;
    const std::size_t value_size = utf8_size(value[i]);
    if (i + value_size > begin) from = std::min(from, at);
    i += value_size;
    at += escaped                                               ? escape_size(source[at + 1])
          : style == Style::single_quoted && source[at] == '\'' ? 2
                                                                : value_size;
    at = std::min(at, source.size());
    last_end = at;
  }
  if (begin == end) {
    from = last_end;
    while (style == Style::block && from < source.size() && is_blank(source[from])) ++from;
  }
  to = std::max(last_end, std::min(from, source.size()));
  return {std::min(from, to), to};
}

std::uint32_t skip_blank(std::string_view source, std::uint32_t begin) {
  std::size_t at = begin;
  while (at < source.size()) {
    if (source[at] == '#' && (at == 0 || is_blank(source[at - 1]))) {
      at = std::min(source.find('\n', at), source.size());
    } else if (is_blank(source[at])) {
      ++at;
    } else {
      break;
    }
  }
  return static_cast<std::uint32_t>(at);
}

std::uint32_t skip_name(std::string_view source, std::uint32_t begin) {
  std::size_t at = begin;
  if (source.substr(at, 2) == "!<") {
    while (at < source.size() && source[at] != '>' && !is_blank(source[at])) ++at;
    if (at < source.size() && source[at] == '>') ++at;
    return static_cast<std::uint32_t>(at);
  }
  while (at < source.size() && !is_blank(source[at]) && !is_flow_indicator(source[at])) ++at;
  return static_cast<std::uint32_t>(at);
}

}  // namespace rackfit::yaml
