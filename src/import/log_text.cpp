#include "log_text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace rackfit::importer {
namespace {

constexpr double largest_number = 1e18;
constexpr double kib = 1024;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
}

}  // namespace

bool has(std::string_view line, std::string_view part) { return line.find(part) != std::string_view::npos; }

std::optional<std::string_view> after(std::string_view line, std::string_view label) {
  const std::size_t at = line.find(label);
  if (at == std::string_view::npos) return std::nullopt;
  return line.substr(at + label.size());
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r'))
    text.remove_suffix(1);
  return text;
}

std::optional<double> number_at(std::string_view text, std::string_view* rest) {
  std::size_t i = 0;
  while (i < text.size() && i < 64 &&
         (text[i] == ' ' || text[i] == ':' || text[i] == '=' || text[i] == '(' || text[i] == '\t'))
    ++i;
  char digits[40];
  std::size_t size = 0;
  for (; i < text.size() && size < sizeof digits; ++i) {
    const char c = text[i];
    if (c == ',' && size > 0 && i + 1 < text.size() && is_digit(text[i + 1])) continue;
    if (!is_digit(c) && !(c == '-' && size == 0) &&
        !(c == '.' && i + 1 < text.size() && is_digit(text[i + 1])))
      break;
    digits[size++] = c;
  }
  double value = 0;
  const auto [end, failure] = std::from_chars(digits, digits + size, value);
  if (failure != std::errc() || end != digits + size || !(std::abs(value) < largest_number))
    return std::nullopt;
  if (rest) *rest = text.substr(i);
  return value;
}

std::optional<double> bytes_at(std::string_view text) {
  std::string_view rest;
  const auto value = number_at(text, &rest);
  if (!value) return std::nullopt;
  rest = trimmed(rest);
  const auto unit = [&](std::string_view wanted) { return rest.substr(0, wanted.size()) == wanted; };
  if (unit("GiB") || unit("GB")) return *value * kib * kib * kib;
  if (unit("MiB") || unit("MB")) return *value * kib * kib;
  if (unit("KiB") || unit("kB") || unit("KB")) return *value * kib;
  if (unit("TiB") || unit("TB")) return *value * kib * kib * kib * kib;
  return std::nullopt;
}

std::optional<double> bytes_after(std::string_view line, std::string_view label) {
  const auto rest = after(line, label);
  return rest ? bytes_at(*rest) : std::nullopt;
}

std::optional<double> bytes_before(std::string_view line, std::string_view label) {
  const std::size_t at = line.find(label);
  if (at == std::string_view::npos) return std::nullopt;
  std::size_t begin = at;
  while (begin > 0 && line[begin - 1] == ' ') --begin;
  while (begin > 0 && line[begin - 1] != ' ') --begin;  // the unit
  while (begin > 0 && line[begin - 1] == ' ') --begin;
  while (begin > 0 && line[begin - 1] != ' ' && line[begin - 1] != '(') --begin;  // the number
  return bytes_at(line.substr(begin, at - begin));
}

std::optional<std::int64_t> whole_after(std::string_view line, std::string_view label) {
  const auto rest = after(line, label);
  const auto value = rest ? number_at(*rest) : std::nullopt;
  if (!value || *value < 0) return std::nullopt;
  return static_cast<std::int64_t>(*value);
}

std::optional<std::string> setting(std::string_view line, std::string_view key) {
  for (std::size_t at = line.find(key); at != std::string_view::npos; at = line.find(key, at + 1)) {
    const std::size_t end = at + key.size();
    if ((at > 0 && is_word(line[at - 1]) && line[at - 1] != '-') || end >= line.size()) continue;
    std::string_view rest = line.substr(end);
    if (rest.front() == '\'' || rest.front() == '"') rest.remove_prefix(1);
    if (rest.empty() || (rest.front() != '=' && rest.front() != ':')) continue;
    rest = trimmed(rest.substr(1));
    if (rest.empty()) continue;
    const char quote = rest.front();
    if (quote == '\'' || quote == '"') {
      const std::size_t close = rest.find(quote, 1);
      return std::string(rest.substr(1, close == std::string_view::npos ? close : close - 1)).substr(0, 300);
    }
    const std::size_t stop = rest.find_first_of(",)} ]");
    return std::string(rest.substr(0, stop)).substr(0, 300);
  }
  return std::nullopt;
}

void largest(std::optional<double>& kept, std::optional<double> seen) {
  if (seen && *seen >= 0) kept = std::max(kept.value_or(0), *seen);
}

void smallest(std::optional<double>& kept, std::optional<double> seen) {
  if (seen && *seen >= 0) kept = std::min(kept.value_or(*seen), *seen);
}

}  // namespace rackfit::importer
