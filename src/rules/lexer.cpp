#include "lexer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace rackfit::rules {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }
bool starts_unit(char c) { return is_letter(c) || c == '%' || static_cast<unsigned char>(c) >= 0x80; }

constexpr std::array<std::string_view, 8> long_symbols = {"<=", ">=", "==", "!=", "&&", "||", "??", "**"};
constexpr std::string_view short_symbols = "+-*/<>!?:(),.";

}  // namespace

Token Lexer::next() {
  while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  Token token;
  token.begin = token.end = static_cast<std::uint32_t>(at_);
  if (at_ == text_.size()) return token;
  const char c = text_[at_];
  if (is_digit(c)) return number();
  if (c == '"' || c == '\'') return word(c);
  std::size_t end = at_;
  if (is_letter(c)) {
    token.kind = TokenKind::name;
    for (;;) {
      while (end < text_.size() && (is_letter(text_[end]) || is_digit(text_[end]))) ++end;
      const bool dotted = end + 1 < text_.size() && text_[end] == '.' &&
                          (is_letter(text_[end + 1]) || is_digit(text_[end + 1]));
      if (!dotted) break;
      ++end;
    }
  } else {
    token.kind = TokenKind::symbol;
    for (std::string_view symbol : long_symbols) {
      if (text_.substr(at_, 2) == symbol) end = at_ + 2;
    }
    if (end == at_ && short_symbols.find(c) != std::string_view::npos) end = at_ + 1;
  }
  if (end == at_) {
    token.kind = TokenKind::bad;
    end = at_ + 1;
    while (end < text_.size() && (static_cast<unsigned char>(text_[end]) & 0xC0) == 0x80) ++end;
    token.message = fmt::format("`{}` has no meaning in a formula", text_.substr(at_, end - at_));
    if (c == '=') token.help = "compare with `==`";
    if (c == '&') token.help = "both conditions: `&&`";
    if (c == '|') token.help = "either condition: `||`";
    if (c == '^') token.help = "write `pow(x, 2)`";
    if (c == '%') token.help = "a percentage is a number with its sign: `40 %`";
  }
  token.text = text_.substr(at_, end - at_);
  if (token.text == "**") {
    token.kind = TokenKind::bad;
    token.message = "`**` has no meaning in a formula";
    token.help = "write `pow(x, 2)`";
  }
  at_ = end;
  token.end = static_cast<std::uint32_t>(end);
  return token;
}

Token Lexer::word(char quote) {
  Token token;
  token.begin = static_cast<std::uint32_t>(at_);
  const std::size_t close = text_.find(quote, at_ + 1);
  if (close == std::string_view::npos) {
    token.kind = TokenKind::bad;
    token.message = "this word has no closing quote";
    token.text = text_.substr(at_);
    at_ = text_.size();
  } else {
    token.kind = TokenKind::word;
    token.text = text_.substr(at_ + 1, close - at_ - 1);
    at_ = close + 1;
  }
  token.end = static_cast<std::uint32_t>(at_);
  return token;
}

bool Lexer::unit_factor(std::size_t at, std::size_t& end) const {
  if (at >= text_.size() || !starts_unit(text_[at])) return false;
  end = at + 1;
  while (end < text_.size() && text_[at] != '%' && (starts_unit(text_[end]) || is_digit(text_[end])) &&
         text_[end] != '%')
    ++end;
  if (end < text_.size() && text_[end] == '(') return false;
  if (end + 1 < text_.size() && text_[end] == '.' && (is_letter(text_[end + 1]) || is_digit(text_[end + 1])))
    return false;
  return units_.find_unit(text_.substr(at, end - at)).has_value();
}

std::size_t Lexer::unit_length(std::size_t at) const {
  std::size_t end = at;
  std::size_t factor_end = at;
  if (at < text_.size() && text_[at] == '/') {
    if (!unit_factor(at + 1, factor_end)) return 0;
  } else if (!unit_factor(at, factor_end)) {
    return 0;
  }
  end = factor_end;
  while (end < text_.size() && (text_[end] == '/' || text_[end] == '*') && unit_factor(end + 1, factor_end)) {
    end = factor_end;
  }
  return end - at;
}

Token Lexer::number() {
  Token token;
  token.kind = TokenKind::number;
  token.begin = static_cast<std::uint32_t>(at_);
  std::size_t end = at_;
  const auto digits = [&] {
    while (end < text_.size() && is_digit(text_[end])) ++end;
  };
  digits();
  if (end + 1 < text_.size() && text_[end] == '.' && is_digit(text_[end + 1])) {
    ++end;
    digits();
  }
  if (end < text_.size() && (text_[end] == 'e' || text_[end] == 'E')) {
    std::size_t exponent = end + 1;
    if (exponent < text_.size() && (text_[exponent] == '+' || text_[exponent] == '-')) ++exponent;
    if (exponent < text_.size() && is_digit(text_[exponent])) {
      end = exponent;
      digits();
    }
  }
  const std::size_t start = at_;
  const std::string_view literal = text_.substr(start, end - start);
  const auto refuse = [&](std::size_t stop, const units::ParseError& error) {
    token.kind = TokenKind::bad;
    token.message = error.message;
    token.help = error.help;
    token.begin = static_cast<std::uint32_t>(start + error.begin);
    token.end = static_cast<std::uint32_t>(std::max(start + error.end, start + error.begin + 1));
    at_ = stop;
    return token;
  };
  const auto value = units::parse_number(literal);
  if (!value) return refuse(end, units_.parse_quantity(literal).error);
  token.value = *value;
  std::size_t unit = end;
  while (unit < text_.size() && is_space(text_[unit])) ++unit;
  // `/s` after a number is a unit only when nothing separates the slash from it.
  const std::size_t length = unit_length(unit);
  if (length > 0) {
    const auto parsed = units_.parse_unit(text_.substr(unit, length));
    if (!parsed || !std::isfinite(token.value * parsed.value->factor)) {
      return refuse(unit + length, units_.parse_quantity(text_.substr(start, unit + length - start)).error);
    }
    token.value *= parsed.value->factor;
    token.dimension = parsed.value->dimension;
    token.has_unit = true;
    end = unit + length;
  } else if (unit < text_.size() && starts_unit(text_[unit])) {
    std::size_t stop = unit + 1;
    while (stop < text_.size() && (starts_unit(text_[stop]) || is_digit(text_[stop]))) ++stop;
    const bool calls = stop < text_.size() && (text_[stop] == '.' || text_[stop] == '(');
    if (!calls) {
      const auto quantity = units_.parse_quantity(text_.substr(start, stop - start));
      if (!quantity) return refuse(stop, quantity.error);
    }
  }
  token.text = text_.substr(at_, end - at_);
  token.end = static_cast<std::uint32_t>(end);
  at_ = end;
  return token;
}

}  // namespace rackfit::rules
