#include "rackfit/cost/compare.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace rackfit::cost {

namespace {

std::string name_of(const Option& option) {
  if (option.kind == Kind::own) return "buying";
  const bool said = option.provider.empty() || option.name.find(option.provider) != std::string::npos;
  return said ? option.name : option.provider + " " + option.name;
}

}  // namespace

BreakEven break_even(const Option& own, const Option& other, const Terms& terms) {
  BreakEven result;
  const double saving = (other.yearly.amount() - own.yearly.amount()) / 12;
  const double extra = own.capex.amount() - other.capex.amount();
  if (saving > 0) result.rule_months = std::max(0.0, extra / saving);
  for (std::size_t month = 1; month < own.cumulative.size() && month < other.cumulative.size(); ++month) {
    if (own.cumulative[month] <= other.cumulative[month]) {
      result.exact_month = static_cast<int>(month);
      break;
    }
  }
  double full_time = 0;
  for (const Line& line : other.lines) {
    const std::size_t last = std::min<std::size_t>(12, static_cast<std::size_t>(terms.months));
    if (line.category == Category::residual) continue;
    for (std::size_t month = 1; month <= last && month < line.months.size(); ++month)
      full_time += line.months[month].amount();
  }
  if (other.kind == Kind::rent && full_time > 0)
    result.use = own.equivalent_yearly / full_time * other.hours_share;
  return result;
}

double break_even_tokens(double equivalent_yearly, double blended_per_million) {
  constexpr double million = 1e6;
  return equivalent_yearly / 12 / blended_per_million * million;
}

UnitCosts unit_costs(double equivalent_yearly, const YearlyWork& work) {
  const auto per = [&](double amount, double unit) {
    return amount > 0 ? std::optional<double>(equivalent_yearly / amount * unit) : std::nullopt;
  };
  return {per(work.device_hours, 1), per(work.tokens, 1e6), per(work.requests, 1e3),
          per(work.streamed_gb, 1)};
}

Recommendation recommend(const std::vector<Option>& options, const Terms& terms) {
  const Option* best = nullptr;
  for (const Option& option : options) {
    if (option.stands() && (!best || option.npv < best->npv)) best = &option;
  }
  if (!best) return {{}, "every option lacks a price, so none can be recommended"};
  const Option* next = nullptr;
  for (const Option& option : options) {
    if (option.stands() && option.kind != best->kind && (!next || option.npv < next->npv)) next = &option;
  }
  Recommendation result;
  result.option = static_cast<std::size_t>(best - options.data());
  const std::string sum = fmt::format("{} {}", whole_amount(best->npv), best->currency);
  const char* verb = best->kind == Kind::api ? "cost" : "costs";  // "tokens from x cost"
  if (!next) {
    result.because = fmt::format("{} {} {} in today's money; nothing of another kind has all its prices",
                                 name_of(*best), verb, sum);
    return result;
  }
  const std::string years = fmt::format("{:g} years", terms.months / 12.0);
  const double times = best->npv > 0 ? next->npv / best->npv : 0;
  result.because = fmt::format("{} {} {} in today's money over {}, {} {} ({} times as much)", name_of(*best),
                               verb, sum, years, name_of(*next), whole_amount(next->npv),
                               times >= 100 ? whole_amount(times) : fmt::format("{:.1f}", times));
  if (!best->unverified.empty() || !best->stale.empty()) {
    result.because += "; its prices are partly old, undated or unverified";
  }
  const auto bought = std::find_if(options.begin(), options.end(), [](const Option& option) {
    return option.kind == Kind::own && option.complete();
  });
  if (bought == options.end()) return result;
  const Option& own = *bought;
  const Option& other = best->kind == Kind::own ? *next : *best;
  const BreakEven even = break_even(own, other, terms);
  if (even.exact_month) {
    result.because += fmt::format("; buying has paid for itself in month {}", *even.exact_month);
  } else {
    result.because += fmt::format("; buying does not pay for itself within {}", years);
  }
  return result;
}

std::optional<WithoutStaff> without_staff(const std::vector<Option>& options) {
  std::optional<WithoutStaff> result;
  bool own_known = false;
  WithoutStaff found;
  for (std::size_t i = 0; i < options.size(); ++i) {
    const Option& option = options[i];
    const double npv = option.npv - option.npv_staff;
    if (option.kind == Kind::own && option.complete()) found.own_npv = npv, own_known = true;
    if (!option.stands() || (result && npv >= result->npv)) continue;
    result = WithoutStaff{0, i, npv};
  }
  if (!own_known || !result) return {};
  result->own_npv = found.own_npv;
  return result;
}

std::string tokens_text(double tokens) {
  constexpr double million = 1e6, billion = 1e9;
  return tokens >= billion ? fmt::format("{:.3g} billion tokens", tokens / billion)
                           : fmt::format("{:.3g} million tokens", tokens / million);
}

}  // namespace rackfit::cost
