// Options beside each other: when buying has paid for itself, at which use, and which one to take.
//
// Two break-even months are given because they can disagree: the rule of thumb divides the purchase by the
// monthly saving of the first year; the exact one is the first month in which everything paid so far is less,
// with growth, refresh and price changes in it. Both leave out what the gear would sell for. Net present
// values decide, and only between complete options.
#pragma once

#include "rackfit/cost/own.hpp"
#include "rackfit/cost/rent.hpp"

namespace rackfit::cost {

struct BreakEven {
  std::optional<double> rule_months;  // purchase over the monthly saving; nothing: never
  std::optional<int> exact_month;     // within the horizon; nothing: not within it
  std::optional<double> use;          // share of full-time rent that costs as much as owning; above 1: never
};

BreakEven break_even(const Option& own, const Option& other, const Terms& terms);

/// Tokens a month at which a bought service costs as much as tokens at `blended_per_million`.
double break_even_tokens(double equivalent_yearly, double blended_per_million);

/// What is done in a year, for costs per unit; nothing where there is none of it.
struct YearlyWork {
  double device_hours = 0, tokens = 0, requests = 0, streamed_gb = 0;
};

struct UnitCosts {
  std::optional<double> per_device_hour, per_million_tokens, per_thousand_requests, per_gb;
};
UnitCosts unit_costs(double equivalent_yearly, const YearlyWork& work);

struct Recommendation {
  std::optional<std::size_t> option;  // index; nothing when every option is incomplete
  std::string because;
};

/// The option of the least net present value that stands, with what sets it apart from the next of another
/// kind.
Recommendation recommend(const std::vector<Option>& options, const Terms& terms);

/// What would be recommended if people cost nothing: they decide many small sites.
struct WithoutStaff {
  double own_npv = 0;
  std::size_t cheapest = 0;  // index of what would be recommended
  double npv = 0;            // of it
};
/// Nothing when no option stands, or buying lacks a price.
std::optional<WithoutStaff> without_staff(const std::vector<Option>& options);

/// "80.1 billion tokens".
std::string tokens_text(double tokens);

}  // namespace rackfit::cost
