// Numbers as text, both ways, without any locale.
#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "rackfit/units/registry.hpp"

namespace rackfit::units {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t digits_length(std::string_view text, std::size_t from) {
  std::size_t end = from;
  while (end < text.size() && is_digit(text[end])) ++end;
  return end - from;
}

/// "1.5e+06" as "1.5e6", "3e-05" as "3e-5".
std::string short_exponent(std::string text) {
  const std::size_t e = text.find('e');
  if (e == std::string::npos) return text;
  std::size_t at = e + 1;
  if (text[at] == '+') {
    text.erase(at, 1);
  } else if (text[at] == '-') {
    ++at;
  }
  while (at + 1 < text.size() && text[at] == '0') text.erase(at, 1);
  return text;
}

}  // namespace

std::size_t number_length(std::string_view text) {
  std::size_t at = 0;
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
  const std::size_t whole = digits_length(text, at);
  at += whole;
  std::size_t fraction = 0;
  if (at < text.size() && text[at] == '.') {
    fraction = digits_length(text, at + 1);
    if (whole + fraction > 0) at += 1 + fraction;
  }
  if (whole + fraction == 0) return 0;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    std::size_t exponent = at + 1;
    if (exponent < text.size() && (text[exponent] == '-' || text[exponent] == '+')) ++exponent;
    const std::size_t count = digits_length(text, exponent);
    if (count > 0) at = exponent + count;
  }
  return at;
}

std::optional<double> parse_number(std::string_view text) {
  if (text.empty() || number_length(text) != text.size()) return std::nullopt;
  if (text.front() == '+') text.remove_prefix(1);  // from_chars knows no plus sign
  const std::size_t first = text.front() == '-' ? 1 : 0;
  // A leading zero is octal to some readers and decimal to others.
  if (text.size() > first + 1 && text[first] == '0' && is_digit(text[first + 1])) return std::nullopt;
  double value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec != std::errc() || result.ptr != text.data() + text.size()) return std::nullopt;
  if (!std::isfinite(value)) return std::nullopt;
  return value;
}

std::string format_number(double value, std::optional<int> decimals) {
  if (std::isnan(value)) return "n/a";
  if (std::isinf(value)) return value > 0 ? "infinity" : "-infinity";
  if (value == 0) value = 0;  // no minus sign
  const double size = std::abs(value);
  if (size >= 1e15) return short_exponent(fmt::format("{:.3g}", value));
  if (decimals) {
    std::string text = fmt::format("{:.{}f}", value, *decimals);
    // Minus nothing is nothing.
    if (text.find_first_not_of("-0.") == std::string::npos && text.front() == '-') text.erase(0, 1);
    return text;
  }
  if (size >= 99.95) return fmt::format("{:.0f}", value);
  return short_exponent(fmt::format("{:.3g}", value));
}

}  // namespace rackfit::units
