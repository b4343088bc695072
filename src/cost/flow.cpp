#include "rackfit/cost/flow.hpp"

#include <algorithm>
#include <cmath>

namespace rackfit::cost {

std::string_view to_string(Kind kind) {
  switch (kind) {
    case Kind::own:
      return "own";
    case Kind::rent:
      return "rent";
    case Kind::api:
      return "api";
    case Kind::managed:
      return "managed";
  }
  return "?";
}

std::string_view to_string(Category category) {
  switch (category) {
    case Category::hardware:
      return "hardware";
    case Category::install:
      return "install";
    case Category::energy:
      return "energy";
    case Category::space:
      return "space";
    case Category::upkeep:
      return "upkeep";
    case Category::staff:
      return "staff";
    case Category::licence:
      return "licence";
    case Category::compute:
      return "compute";
    case Category::storage:
      return "storage";
    case Category::traffic:
      return "traffic";
    case Category::support:
      return "support";
    case Category::tokens:
      return "tokens";
    case Category::residual:
      return "residual";
  }
  return "?";
}

double growth_in(const Terms& terms, int month) { return std::pow(1 + terms.growth, (month - 1) / 12.0); }

Flow& Course::flow(Category category, const std::string& line, const Terms& terms) {
  for (Flow& known : flows) {
    if (known.category == category && known.name == line) return known;
  }
  flows.push_back({category, line, std::vector<double>(static_cast<std::size_t>(terms.months) + 1, 0.0), {}});
  return flows.back();
}

double net_present_value(const Flow& flow, const Terms& terms) {
  double value = flow.months.front();
  double factor = 1;
  for (std::size_t month = 1; month < flow.months.size(); ++month) {
    if (month % 12 == 1) factor /= 1 + terms.discount_rate;  // a year is paid at its end
    value += flow.months[month] * factor;
  }
  return value;
}

double net_present_value(const Course& course, const Terms& terms) {
  double value = 0;
  for (const Flow& flow : course.flows) value += net_present_value(flow, terms);
  return value;
}

double yearly_equivalent(double present_value, const Terms& terms) {
  const double years = terms.months / 12.0;
  const double rate = terms.discount_rate;
  return present_value * (rate > 0 ? rate / (1 - std::pow(1 + rate, -years)) : 1 / years);
}

Option settle(const Course& course, const Terms& terms) {
  Option option;
  option.kind = course.kind;
  option.name = course.name;
  option.provider = course.provider;
  option.currency = course.currency;
  option.missing = course.missing;
  option.notes = course.notes;
  option.stale = course.stale;
  option.unverified = course.unverified;
  option.interruptible = course.interruptible;
  option.other_model = course.other_model;
  option.hours_share = course.hours_share;
  option.token_price = course.token_price;
  option.kwh_per_year = course.kwh_per_year;
  option.co2e_kg_per_year = course.co2e_kg_per_year;
  std::vector<Cents> before_sales(static_cast<std::size_t>(terms.months) + 1);
  option.monthly.resize(before_sales.size());
  for (const Flow& flow : course.flows) {
    Line line{flow.category, flow.name, flow.formula, {}, {}};
    const bool running = flow.category != Category::hardware && flow.category != Category::install &&
                         flow.category != Category::residual;
    for (std::size_t month = 0; month < flow.months.size(); ++month) {
      const Cents amount = Cents::of(flow.months[month]);
      line.months.push_back(amount);
      line.total += amount;
      option.monthly[month] += amount;
      if (flow.category != Category::residual) before_sales[month] += amount;
      if (month == 0) option.capex += amount;
      if (running && month >= 1 && month <= 12) option.yearly += amount;
    }
    option.total += line.total;
    if (flow.category == Category::staff) option.npv_staff += net_present_value(flow, terms);
    option.lines.push_back(std::move(line));
  }
  std::stable_sort(option.lines.begin(), option.lines.end(),
                   [](const Line& a, const Line& b) { return a.category < b.category; });
  Cents sum;
  for (const Cents amount : before_sales) option.cumulative.push_back(sum += amount);
  option.npv = net_present_value(course, terms);
  option.equivalent_yearly = yearly_equivalent(option.npv, terms);
  return option;
}

Exchange::Exchange(const std::vector<catalog::Rate>& rates, std::string currency)
    : rates_(rates), currency_(std::move(currency)) {}

const catalog::Rate* Exchange::rate_of(std::string_view currency) const {
  for (const catalog::Rate& rate : rates_) {
    if (rate.currency == currency) return &rate;
  }
  return nullptr;
}

std::optional<double> Exchange::operator()(const catalog::Money& money) const {
  if (money.currency == currency_) return money.amount;
  double amount = money.amount;
  if (money.currency != "USD") {
    const catalog::Rate* from = rate_of(money.currency);
    if (!from || !(from->per_usd > 0)) return {};
    amount /= from->per_usd;
  }
  if (currency_ == "USD") return amount;
  const catalog::Rate* to = rate_of(currency_);
  if (!to) return {};
  return amount * to->per_usd;
}

std::optional<double> Exchange::operator()(const std::optional<catalog::Money>& money) const {
  return money ? (*this)(*money) : std::nullopt;
}

}  // namespace rackfit::cost
