// Figures of a comparison as people read them; shared by its writers.
#pragma once

#include <fmt/format.h>

#include "rackfit/report/comparison.hpp"

namespace rackfit::report {

/// Sums of an option that lacks a price are lower bounds.
inline std::string sum_of(const cost::Option& option, double amount) {
  return (option.complete() ? "" : "≥ ") + whole_amount(amount);
}

inline std::string even_text(const cost::Compared& compared) {
  return compared.even.exact_month ? fmt::format("month {}", *compared.even.exact_month) : "not within";
}

/// A price per unit with three digits or so.
inline std::string unit_text(const std::optional<double>& amount) {
  if (!amount) return "–";
  return *amount >= 100 ? whole_amount(*amount)
         : *amount >= 1 ? fmt::format("{:.2f}", *amount)
                        : fmt::format("{:.4f}", *amount);
}

}  // namespace rackfit::report
