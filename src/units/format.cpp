// Values and dimensions as text for people.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "rackfit/units/registry.hpp"

namespace rackfit::units {

namespace {

std::string joined(const std::string& number, std::string_view unit) {
  if (unit.empty() || unit == "1") return number;
  if (unit.substr(0, 2) == "1/") unit.remove_prefix(1);
  return fmt::format("{} {}", number, unit);
}

/// The positive exponents of a dimension.
Dimension numerator(const Dimension& dimension) {
  Dimension result = dimension;
  for (auto& exponent : result.exponents) exponent = std::max<std::int8_t>(exponent, 0);
  return result;
}

/// Whether what is printed reaches the next unit, so that 999.9996 kB becomes 1 MB and not 1000 kB.
bool rounds_up_to(double value, double ratio) {
  if (std::abs(value) >= ratio) return true;
  const auto printed = parse_number(format_number(std::abs(value)));
  return printed && *printed >= ratio * (1 - 8 * std::numeric_limits<double>::epsilon());
}

std::string power_text(const std::string& name, int power) {
  const bool vowel = std::string_view("aio").find(name.front()) != std::string_view::npos;
  const std::string factor = fmt::format("{} `{}` factor", vowel ? "an" : "a", name);
  if (power == 1) return factor;
  return fmt::format("{} to the power {}", factor, power);
}

}  // namespace

const Registry::Display* Registry::find_display(const Dimension& dimension) const {
  for (const Display& display : displays_) {
    if (display.dimension == dimension) return &display;
  }
  return nullptr;
}

std::string Registry::base_unit_text(const Dimension& dimension) const {
  std::string over;
  std::string under;
  for (std::size_t i = 0; i < base_symbols_.size(); ++i) {
    for (int n = 0; n < dimension.exponents[i]; ++n) over += (over.empty() ? "" : "*") + base_symbols_[i];
    for (int n = 0; n > dimension.exponents[i]; --n) under += "/" + base_symbols_[i];
  }
  return (over.empty() ? "1" : over) + under;
}

std::string Registry::format(double value, const Dimension& dimension, std::string_view unit) const {
  if (!std::isfinite(value)) return format_number(value);
  const Display* display = find_display(dimension);
  if (!unit.empty()) {
    const auto forced = parse_unit(unit);
    if (forced && forced.value->dimension == dimension) {
      const auto decimals = display ? display->decimals : std::nullopt;
      return joined(format_number(value / forced.value->factor, decimals), unit);
    }
  }
  std::string under;
  if (!display) {
    const Dimension over = numerator(dimension);
    display = over.dimensionless() || over == dimension ? nullptr : find_display(over);
    if (!display) return joined(format_number(value), base_unit_text(dimension));
    under = base_unit_text(dimension / over).substr(1);
  }
  std::size_t i = 0;
  const auto& units = display->units;
  if (value == 0) {
    while (i + 1 < units.size() && units[i].second < 1) ++i;
  } else {
    while (i + 1 < units.size() &&
           rounds_up_to(value / units[i].second, units[i + 1].second / units[i].second))
      ++i;
  }
  const auto decimals = under.empty() ? display->decimals : std::nullopt;
  double number = value / units[i].second;
  if (i > 0 && value != 0 && std::abs(number) < 1)
    number = std::copysign(1, value);  // 59.97 s: rounded up to 1 min
  return joined(format_number(number, decimals), units[i].first + under);
}

std::string Registry::missing_factor(const Dimension& from, const Dimension& to) const {
  if (from == to) return {};
  if (from.inverse() == to) return "turn it upside down: `1 / (…)`";
  const Dimension ratio = to / from;
  std::string over;
  std::string under;
  for (std::size_t i = 0; i < base_names_.size(); ++i) {
    const int power = ratio.exponents[i];
    if (power > 0) over += (over.empty() ? "multiply by " : " and ") + power_text(base_names_[i], power);
    if (power < 0) under += (under.empty() ? "divide by " : " and ") + power_text(base_names_[i], -power);
  }
  return over + (over.empty() || under.empty() ? "" : " and ") + under;
}

std::string Registry::example(const Dimension& dimension) const {
  if (const Display* display = find_display(dimension); display && !display->example.empty())
    return display->example;
  return joined("1", base_unit_text(dimension));
}

bool Registry::counted_words_left_out(const Dimension& given, const Dimension& expected) const {
  for (std::size_t i = 0; i < max_base_quantities; ++i) {
    if (given.exponents[i] == expected.exponents[i]) continue;
    if (!counted_[i] || given.exponents[i] != 0) return false;
  }
  return true;
}

}  // namespace rackfit::units
