// `rackfit compare`, worked out: a plan's models and its brokers, each bought, rented, by the token or
// managed, side by side.
//
// The halves are compared on their own, because what suits one need not suit the other. Every cloud of the
// catalog that has the devices is an option, never one alone; spot and committed terms follow where they are
// known. An option that lacks a price is shown and never recommended.
#pragma once

#include "rackfit/cost/compare.hpp"
#include "rackfit/cost/sensitivity.hpp"
#include "rackfit/cost/served.hpp"

namespace rackfit::cost {

struct ComparisonRequest {
  const search::Plan* plan = nullptr;  // made with many runners-up, which widen the choice of rented devices
  const search::Plan* proposed = nullptr;  // the workload's proposal, bought instead of it
  const search::Plan* uncapped = nullptr;  // the plan without budget and power cap: what may be rented
  const catalog::Market* market = nullptr;
  const catalog::PriceBookFile* book = nullptr;
  std::string currency;  // empty: the site's, the price book's, USD
  std::string as_of;     // empty: the newest date of the market
  std::optional<double> years;
  std::uint64_t seed = 1;
  std::size_t draws = 5000;
};

/// One option with what sets it against buying.
struct Compared {
  Option option;
  BreakEven even;  // buying against this one; of the bought one: against the best other
  UnitCosts units;
  std::optional<double> break_even_tokens = {};  // a month, of tokens at this price
};

struct Scope {
  std::string id, title;          // "models", "kafka"
  std::vector<Compared> options;  // bought first, then by present value, incomplete ones last
  Recommendation recommendation;
  YearlyWork work;                          // of the first year
  std::optional<double> break_even_tokens;  // a month, against the cheapest tokens
  std::optional<double> tokens_per_month;
  std::vector<Swing> per_hour, per_token;  // tornado of buying
  std::optional<Quantiles> npv;            // of buying
  std::optional<Quantiles> device_hour;    // likewise, for each accelerator and hour
  std::optional<WithoutStaff> without_staff;
  OwnCase own;  // what buying is counted with
  double npv_usual = 0;
  std::vector<std::string> notes;
};

struct Comparison {
  std::string workload, currency, as_of, rate_note;
  Terms terms;
  bool proposal = false;  // bought are the proposal's machines
  bool own_room = false;
  std::string energy_of;            // whose price of electricity: "China", "the workload"
  std::vector<std::string> stated;  // coefficients of the workload's own
  std::vector<Scope> scopes;

  /// Buying has all its prices and something can be recommended, in every scope.
  bool complete() const;
  /// The same, and neither buying nor what is recommended rests on an old or undated price.
  bool prices_hold() const;
  /// Prices that any complete-looking figure rests on and that are old, undated or unverified.
  std::vector<std::string> stale() const;
};

Comparison compare(const ComparisonRequest& request);

/// Rows of tokens that `costs:` names and the market does not have (RF0408).
void check_costs(const workload::Workload& workload, const catalog::Market& market, Diagnostics& diagnostics);
/// The proposal has a price: what it names is bought unless something else is asked for.
bool has_priced_proposal(const workload::Workload& workload);

}  // namespace rackfit::cost
