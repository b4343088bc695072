// Splits a formula into tokens. Numbers take the unit that follows them with them, because only the unit
// registry can tell `2 CNY/kWh` (one quantity) from `2 / nodes`.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "rackfit/rules/rule_set.hpp"
#include "rackfit/units/registry.hpp"

namespace rackfit::rules {

enum class TokenKind : std::uint8_t { end, number, word, name, symbol, bad };

struct Token {
  TokenKind kind = TokenKind::end;
  std::string_view text;  // names, symbols; words without their quotes
  double value = 0;       // numbers, in base units
  units::Dimension dimension;
  bool has_unit = false;
  std::uint32_t begin = 0, end = 0;
  std::string message, help;  // bad tokens
};

class Lexer {
 public:
  Lexer(std::string_view text, const units::Registry& units) : text_(text), units_(units) {}
  Token next();

 private:
  Token number();
  Token word(char quote);
  /// Length of the unit expression that starts at `at`; 0 when there is none.
  std::size_t unit_length(std::size_t at) const;
  bool unit_factor(std::size_t at, std::size_t& end) const;

  std::string_view text_;
  const units::Registry& units_;
  std::size_t at_ = 0;
};

}  // namespace rackfit::rules
