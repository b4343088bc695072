// Money over time: what one way of serving the work costs, month by month, and what that sums up to.
//
// A Course is computed in double by own.hpp, rent.hpp or kafka.hpp; settle() rounds each line's month once
// and sums whole cents, so that lines, months and totals agree to the cent. Net present values are taken from
// the unrounded course, discounted at the end of each year. An input without a price makes the course
// incomplete: its sums are then a lower bound, never a zero.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rackfit/base/money.hpp"
#include "rackfit/catalog/price_book.hpp"

namespace rackfit::cost {

/// Units that hour and month prices meet in; a year is 365 days, a month a twelfth of it.
inline constexpr double hours_per_year = 8760;
inline constexpr double hours_per_month = hours_per_year / 12;
inline constexpr double seconds_per_month = hours_per_month * 3600;

enum class Kind { own, rent, api, managed };
std::string_view to_string(Kind kind);

enum class Category {
  hardware,
  install,
  energy,
  space,
  upkeep,
  staff,
  licence,
  compute,
  storage,
  traffic,
  support,
  tokens,
  residual
};
std::string_view to_string(Category category);

/// What every option is counted over.
struct Terms {
  int months = 60;
  double discount_rate = 0;  // a year
  double growth = 0;         // of the load, a year
};

/// The load in a month (from 1), as a multiple of today's.
double growth_in(const Terms& terms, int month);

/// One line of a course: what is paid at the start ([0]) and in each month ([1] …).
struct Flow {
  Category category = Category::hardware;
  std::string name;
  std::vector<double> months;
  std::string formula;  // of the first month, with numbers
};

struct Course {
  Kind kind = Kind::own;
  std::string name, provider, currency;
  std::vector<Flow> flows;
  std::vector<std::string> missing;            // what has no price
  std::vector<std::string> notes;              // assumptions a reader should know
  std::vector<std::string> stale, unverified;  // prices it rests on
  bool interruptible = false;  // machines may be taken away: not the availability of the others
  std::string other_model;     // tokens of another model than the one that is served: not the same work
  double hours_share = 1;      // of a month that rented machines are kept
  std::optional<double> token_price;  // of a million, in and out together
  double kwh_per_year = 0;            // first year, at the meter
  std::optional<double> co2e_kg_per_year;

  /// The line of that name, new when there is none.
  Flow& flow(Category category, const std::string& name, const Terms& terms);
};

/// Present value of the unrounded course; residuals are negative flows.
double net_present_value(const Course& course, const Terms& terms);
/// Present value of one line.
double net_present_value(const Flow& flow, const Terms& terms);
/// What a present value costs as an equal sum each year of the horizon.
double yearly_equivalent(double present_value, const Terms& terms);

struct Line {
  Category category = Category::hardware;
  std::string name, formula;
  std::vector<Cents> months;
  Cents total;
};

struct Option {
  Kind kind = Kind::own;
  std::string name, provider, currency;
  std::vector<Line> lines;
  Cents capex;   // at the start
  Cents yearly;  // running costs of the first year
  Cents total;   // over the horizon, residuals taken off
  double npv = 0;
  double npv_staff = 0;  // of it, people
  double equivalent_yearly = 0;
  std::vector<Cents> monthly;     // what is paid at the start and in each month; sales are negative
  std::vector<Cents> cumulative;  // at the end of each month, before anything is sold
  std::vector<std::string> missing, notes, stale, unverified;
  bool interruptible = false;
  std::string other_model;
  double hours_share = 1;
  std::optional<double> token_price;
  double kwh_per_year = 0;
  std::optional<double> co2e_kg_per_year;

  bool complete() const { return missing.empty(); }
  /// The same work at the same availability, with all its prices: what may be recommended.
  bool stands() const { return complete() && !interruptible && other_model.empty(); }
};

Option settle(const Course& course, const Terms& terms);

/// Amounts of any currency in one; nothing when a rate is unknown.
class Exchange {
 public:
  Exchange(const std::vector<catalog::Rate>& rates, std::string currency);
  std::optional<double> operator()(const catalog::Money& money) const;
  std::optional<double> operator()(const std::optional<catalog::Money>& money) const;
  const std::string& currency() const { return currency_; }
  /// The rate that results are in; nullptr for USD and for currencies without one.
  const catalog::Rate* rate() const { return rate_of(currency_); }

 private:
  const catalog::Rate* rate_of(std::string_view currency) const;
  const std::vector<catalog::Rate>& rates_;
  std::string currency_;
};

}  // namespace rackfit::cost
