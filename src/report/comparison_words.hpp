// Figures of a comparison as people read them; shared by its writers.
#pragma once

#include <fmt/format.h>

#include "rackfit/report/comparison.hpp"

namespace rackfit::report {

/// "1,234,567": whole units of the currency, for tables.
inline std::string whole(double amount) {
  const std::string text = grouped(fmt::format("{:.0f}", amount < 0 ? -amount : amount));
  return amount < 0 ? "-" + text : text;
}

/// Sums of an option that lacks a price are lower bounds.
inline std::string sum_of(const cost::Option& option, double amount) {
  return (option.complete() ? "" : "≥ ") + whole(amount);
}

/// "80.1 billion tokens".
inline std::string tokens_text(double tokens) {
  return tokens >= 1e9 ? fmt::format("{:.3g} billion tokens", tokens / 1e9)
                       : fmt::format("{:.3g} million tokens", tokens / 1e6);
}

inline std::string even_text(const cost::Compared& compared) {
  return compared.even.exact_month ? fmt::format("month {}", *compared.even.exact_month) : "not within";
}

/// A price per unit with three digits or so.
inline std::string unit_text(const std::optional<double>& amount) {
  if (!amount) return "–";
  return *amount >= 100 ? whole(*amount)
         : *amount >= 1 ? fmt::format("{:.2f}", *amount)
                        : fmt::format("{:.4f}", *amount);
}

}  // namespace rackfit::report
