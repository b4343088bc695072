#include "rackfit/base/money.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace rackfit {

namespace {

constexpr std::int64_t most = 4'000'000'000'000'000'000;

}  // namespace

Cents Cents::of(double amount) {
  const double hundredths = std::round(amount * 100);
  if (std::isnan(hundredths)) return Cents();
  if (hundredths >= static_cast<double>(most)) return Cents(most);
  if (hundredths <= -static_cast<double>(most)) return Cents(-most);
  return Cents(static_cast<std::int64_t>(hundredths));
}

Cents Cents::operator+(Cents other) const {
  // Both are at most `most`, so that the sum of two cannot overflow.
  const std::int64_t sum = count_ + other.count_;
  if (sum > most) return Cents(most);
  return Cents(sum < -most ? -most : sum);
}

Cents Cents::operator*(std::int64_t times) const {
  if (times == 0) return Cents();
  if (times == 1) return *this;
  const std::int64_t share = most / (times < 0 ? -times : times);
  if (count_ > share || count_ < -share) return Cents((count_ < 0) == (times < 0) ? most : -most);
  return Cents(count_ * times);
}

std::string Cents::text() const {
  const std::int64_t whole = count_ / 100;
  const std::int64_t part = count_ % 100;
  return fmt::format("{}{}.{:02}", count_ < 0 ? "-" : "", whole < 0 ? -whole : whole,
                     part < 0 ? -part : part);
}

std::string grouped(std::string_view decimal) {
  const std::size_t sign = !decimal.empty() && decimal.front() == '-' ? 1 : 0;
  const std::size_t dot = std::min(decimal.find('.'), decimal.size());
  std::string_view fraction = decimal.substr(dot);
  if (fraction.find_first_not_of(".0") == std::string_view::npos) fraction = {};
  std::string out(decimal.substr(0, dot));
  for (std::size_t at = out.size(); at > sign + 3;) out.insert(at -= 3, ",");
  return out + std::string(fraction);
}

std::string whole_amount(double amount) {
  const std::string text = grouped(fmt::format("{:.0f}", amount));
  return text == "-0" ? "0" : text;
}

}  // namespace rackfit
