// Exact amounts of money: whole hundredths of a currency's unit.
//
// Costs are computed in double, month by month and line by line, and rounded once, here; everything printed
// after that is a sum of these, so that a table adds up to the cent. Sums that leave the range stay at its
// end instead of wrapping round.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace rackfit {

class Cents {
 public:
  constexpr Cents() = default;
  constexpr explicit Cents(std::int64_t count) : count_(count) {}
  /// The nearest hundredth, halves away from zero; NaN is nothing, what is too large is the largest amount.
  static Cents of(double amount);

  constexpr std::int64_t count() const { return count_; }
  double amount() const { return static_cast<double>(count_) / 100; }
  /// "1234.56", "-0.05".
  std::string text() const;

  friend constexpr auto operator<=>(const Cents&, const Cents&) = default;
  Cents operator+(Cents other) const;
  Cents operator-() const { return Cents(-count_); }
  Cents operator-(Cents other) const { return *this + -other; }
  Cents& operator+=(Cents other) { return *this = *this + other; }
  /// So many of them.
  Cents operator*(std::int64_t times) const;

 private:
  std::int64_t count_ = 0;
};

/// "12,400" for the text "12400.00" of money.
std::string grouped(std::string_view decimal);
/// "1,234,567": whole units of a currency.
std::string whole_amount(double amount);

}  // namespace rackfit
