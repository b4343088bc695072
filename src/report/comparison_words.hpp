// Figures of a comparison as people read them; shared by its writers.
#pragma once

#include <fmt/format.h>

#include <algorithm>

#include "rackfit/report/comparison.hpp"

namespace rackfit::report {

/// Sums of an option that lacks a price are lower bounds; a bound of nothing says nothing.
inline std::string sum_of(const cost::Option& option, double amount) {
  if (!option.complete() && !(amount > 0)) return "n/a";
  return (option.complete() ? "" : "≥ ") + whole_amount(amount);
}

inline std::string even_text(const cost::Compared& compared, const cost::Scope& scope) {
  if (!compared.option.complete() || !scope.options.front().option.complete()) return "n/a";
  return compared.even.exact_month ? fmt::format("month {}", *compared.even.exact_month) : "not within";
}

/// A price per unit with three digits or so.
inline std::string unit_text(const std::optional<double>& amount) {
  if (!amount) return "–";
  return *amount >= 100 ? whole_amount(*amount)
         : *amount >= 1 ? fmt::format("{:.2f}", *amount)
                        : fmt::format("{:.4f}", *amount);
}

/// What is done in a scope, as a column: "per GB", "per 1M tokens", or nothing where neither is known.
std::string unit_title(const cost::Scope& scope);
std::string unit_of(const cost::Scope& scope, const cost::Compared& each);
/// "own: bought [!]", "rent: Verda, spot (may be taken away)".
std::string option_name(const cost::Option& option);
/// "code-assistant-30: what it costs over 5 years, in CNY".
std::string comparison_title(const cost::Comparison& comparison);
/// What everything is counted with: horizon, rate, place, electricity; then what the workload states.
std::vector<std::string> comparison_basis(const cost::Comparison& comparison);
/// What one scope's buying is counted with.
std::string buying_basis(const cost::Scope& scope, const cost::Comparison& comparison);
/// What would be cheapest if people cost nothing; empty when nobody is paid.
std::string staff_verdict(const cost::Scope& scope);
/// From which use of rented hours on buying is cheaper than the cheapest rent; empty without one.
std::string use_verdict(const cost::Scope& scope);
/// Nine draws in ten, in words.
std::string spread_text(const cost::Scope& scope);
/// "0.25 FTE", "8 %", "× 0.85": an input of a tornado.
std::string input_text(const cost::Swing& swing, double value);
/// Per what the tornado's figures are.
std::string tornado_title(const cost::Scope& scope);
/// The day that prices are judged on and the rate they are in; then those that are marked, if any.
std::vector<std::string> price_lines(const cost::Comparison& comparison);
/// The words of these outputs, explained.
std::string terms_text();

/// The best of each kind that stands: what charts draw.
std::vector<const cost::Option*> best_of_kinds(const cost::Scope& scope);
/// What is paid so far, month by month, as letters.
void write_chart(Canvas& canvas, const cost::Scope& scope, const cost::Comparison& comparison);

}  // namespace rackfit::report
