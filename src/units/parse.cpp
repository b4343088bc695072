// Quantities and unit expressions: number, then units joined by `*` and `/`.
#include <fmt/format.h>

#include <cmath>

#include "rackfit/base/did_you_mean.hpp"
#include "rackfit/units/registry.hpp"

namespace rackfit::units {

namespace {

// Nothing sensible has more; it bounds both exponents and time.
constexpr std::size_t max_unit_factors = 8;

bool is_space(char c) { return c == ' ' || c == '\t'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool ends_word(char c) { return is_space(c) || c == '/' || c == '*'; }

std::size_t skip_spaces(std::string_view text, std::size_t at) {
  while (at < text.size() && is_space(text[at])) ++at;
  return at;
}

std::size_t word_end(std::string_view text, std::size_t at) {
  while (at < text.size() && !ends_word(text[at])) ++at;
  return at;
}

template <class T>
Parsed<T> failed(std::string message, std::string help, std::size_t begin, std::size_t end) {
  Parsed<T> result;
  result.error = ParseError{std::move(message), std::move(help), begin, end};
  return result;
}

std::string without_marks(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (is_digit(c) || c == '.') digits += c;
  }
  return digits;
}

/// Why the text from `at` on, which follows a number's first digits, makes the whole no number.
std::optional<ParseError> bad_number(std::string_view text, std::size_t begin, std::size_t number_end) {
  const std::string_view number = text.substr(begin, number_end - begin);
  const std::size_t sign = number.front() == '-' || number.front() == '+' ? 1 : 0;
  if (number.size() > sign + 1 && number[sign] == '0' && is_digit(number[sign + 1])) {
    const std::size_t nonzero = number.find_first_not_of('0', sign);
    const std::string rest(nonzero == std::string_view::npos ? "0" : number.substr(nonzero));
    return ParseError{fmt::format("number `{}` has a leading zero", number),
                      fmt::format("write `{}{}`", sign && number.front() == '-' ? "-" : "",
                                  is_digit(rest.front()) ? rest : "0" + rest),
                      begin, number_end};
  }
  std::size_t next = skip_spaces(text, number_end);
  const bool mark = next < text.size() && (text[next] == ',' || text[next] == '_' || text[next] == '\'');
  if (mark && next + 1 < text.size() && is_digit(text[next + 1])) ++next;
  if (next >= text.size() || !is_digit(text[next])) return std::nullopt;
  if (text.substr(next) == "1" || text.substr(next, 2) == "1/") return std::nullopt;  // the unit `1`
  std::size_t end = next;
  while (end < text.size() && (is_digit(text[end]) || text[end] == ',' || text[end] == '.' ||
                               text[end] == '_' || text[end] == '\''))
    ++end;
  const std::string digits = without_marks(text.substr(begin, end - begin));
  if (mark && text[next - 1] == ',' && end - next != 3) {
    return ParseError{"decimal comma in a number",
                      fmt::format("write `{}.{}`", number, text.substr(next, end - next)), begin, end};
  }
  return ParseError{"number with thousands marks", fmt::format("write `{}`", digits), begin, end};
}

}  // namespace

std::optional<Unit> Registry::find_unit(std::string_view name) const {
  const auto it = entries_.find(name);
  if (it == entries_.end()) return std::nullopt;
  return it->second;
}

ParseError Registry::unknown_unit(std::string_view word, std::size_t begin) const {
  ParseError error{fmt::format("unknown unit `{}`", word), {}, begin, begin + word.size()};
  if (const auto it = refused_.find(word); it != refused_.end()) {
    error.message = fmt::format("`{}` is not accepted as a unit", word);
    error.help = it->second;
  } else if (const auto near = did_you_mean(word, spellings_)) {
    error.help = fmt::format("did you mean `{}`?", *near);
  } else if (word.find_first_of("^()") != std::string_view::npos) {
    error.help = "units are joined by `*` and `/` alone, as in `B/token/s`";
  }
  return error;
}

Parsed<Unit> Registry::parse_unit(std::string_view text) const {
  Unit unit;
  std::size_t at = skip_spaces(text, 0);
  if (at == text.size()) return failed<Unit>("empty unit", "a number alone has the unit `1`", 0, text.size());
  bool divide = false;
  if (text[at] == '/') {
    divide = true;
    at = skip_spaces(text, at + 1);
  }
  for (std::size_t count = 0;; ++count) {
    const std::size_t end = word_end(text, at);
    if (end == at) {
      return failed<Unit>("unit expected", "units are joined as in `B/token/s`", at,
                          std::min(at + 1, text.size()));
    }
    if (count == max_unit_factors) return failed<Unit>("too many units", {}, at, text.size());
    const std::string_view word = text.substr(at, end - at);
    Unit next;
    if (word != "1") {
      const auto found = find_unit(word);
      if (!found) {
        Parsed<Unit> result;
        result.error = unknown_unit(word, at);
        return result;
      }
      next = *found;
    }
    unit.dimension = divide ? unit.dimension / next.dimension : unit.dimension * next.dimension;
    unit.factor = divide ? unit.factor / next.factor : unit.factor * next.factor;
    at = skip_spaces(text, end);
    if (at == text.size()) break;
    if (text[at] != '/' && text[at] != '*') {
      const bool per = text.substr(at, word_end(text, at) - at) == "per";
      return failed<Unit>(
          "`/` or `*` expected between units",
          per ? "write `/` for per, as in `request/s`" : "write one number and one unit, as in `4.5 h`", at,
          text.size());
    }
    divide = text[at] == '/';
    at = skip_spaces(text, at + 1);
  }
  if (!std::isnormal(unit.factor)) return failed<Unit>("unit is out of range", {}, 0, text.size());
  Parsed<Unit> result;
  result.value = unit;
  return result;
}

Parsed<Quantity> Registry::parse_quantity(std::string_view text) const {
  const std::size_t begin = skip_spaces(text, 0);
  std::size_t end_of_text = text.size();
  while (end_of_text > begin && is_space(text[end_of_text - 1])) --end_of_text;
  const std::size_t length = number_length(text.substr(begin));
  const std::size_t number_end = begin + length;
  if (length == 0) return failed<Quantity>("number expected", {}, begin, end_of_text);
  if (auto error = bad_number(text.substr(0, end_of_text), begin, number_end)) {
    Parsed<Quantity> result;
    result.error = std::move(*error);
    return result;
  }
  const auto number = parse_number(text.substr(begin, length));
  if (!number) return failed<Quantity>("number is out of range", {}, begin, number_end);
  const std::size_t unit_begin = skip_spaces(text, number_end);
  Quantity quantity{*number, {}};
  if (unit_begin < end_of_text) {
    const auto unit = parse_unit(text.substr(unit_begin, end_of_text - unit_begin));
    if (!unit) {
      ParseError error = unit.error;
      return failed<Quantity>(std::move(error.message), std::move(error.help), unit_begin + error.begin,
                              unit_begin + error.end);
    }
    quantity.value *= unit.value->factor;
    quantity.dimension = unit.value->dimension;
  }
  if (!std::isfinite(quantity.value))
    return failed<Quantity>("number is out of range", {}, begin, end_of_text);
  Parsed<Quantity> result;
  result.value = quantity;
  return result;
}

}  // namespace rackfit::units
