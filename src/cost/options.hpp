// The options of each half of a plan, as courses. Shared between the files of compare().
#pragma once

#include "rackfit/cost/comparison.hpp"

namespace rackfit::cost {

/// What all options are made with.
struct Setting {
  const catalog::Catalog& catalog;
  const catalog::Market& market;
  const catalog::PriceBookFile* book;
  Exchange exchange;
  Terms terms;
  std::string as_of, country;
  const workload::Costs& costs;
  bool own_room = false;                      // instead of a rented rack
  std::optional<catalog::Money> electricity;  // per kWh, as the workload states it

  const std::vector<catalog::Discount>& discounts() const;
  /// A coefficient's usual value; `otherwise` when no row is called so.
  double usual(std::string_view name, double otherwise = 0) const;
  /// A coefficient that is an amount of money ("USD/y"), in the comparison's currency.
  std::optional<double> money(std::string_view name) const;
  /// A person's year where the site is.
  std::optional<double> fte_cost() const;
  /// Marks a course that rests on this price.
  void mark(Course& course, std::string_view kind, const std::string& what, const Provenance& source) const;
};

/// The market with the workload's coefficients in the place of its own (stated.cpp).
catalog::Market with_stated(const catalog::Market& market, const workload::Costs& costs);
/// What the workload says that a kWh costs.
std::optional<catalog::Money> stated_electricity(const workload::Costs& costs);
/// Which coefficients are those of the workload: "staff-fte 0.5 (0.25 to 1.5)".
std::vector<std::string> stated_texts(const workload::Costs& costs);

/// Lines, notes and gaps of one course into another of the same terms.
void add(Course& to, const Course& from, const Terms& terms);
/// People who run what is rented, as a share of `fte` that nodes of one's own need.
void add_staff(Course& course, double fte, const Setting& setting);
OwnCase own_case(const Served& half, const Setting& setting, bool brokers);
std::vector<Course> rented_models(const Served& models, const Setting& setting);
std::vector<Course> models_by_token(const Served& models, const Setting& setting);
/// For a model that nobody sells: the nearest that somebody does, with its price, as a sentence; else empty.
std::string nearest_sold(const ModelWork& work, const Setting& setting);
/// The kind of place it stands in: coefficients of its power usage and of its rent.
RangeNames range_names(const Served& half, const Setting& setting, bool brokers);
std::vector<Course> rented_brokers(const BrokerNeed& need, const Setting& setting);
std::vector<Course> managed_brokers(const BrokerNeed& need, const Setting& setting);

}  // namespace rackfit::cost
