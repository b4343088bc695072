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

/// People who run what is rented, as a share of `fte` that nodes of one's own need.
void add_staff(Course& course, double fte, const Setting& setting);
OwnCase own_case(const Served& half, const Setting& setting, bool brokers);
std::vector<Course> rented_models(const Served& models, const Setting& setting);
std::vector<Course> models_by_token(const Served& models, const Setting& setting);
/// The cheapest blended price of the models' tokens, per million; nothing when some have none.
std::optional<double> cheapest_tokens(const Served& models, const Setting& setting);
std::vector<Course> rented_brokers(const BrokerNeed& need, const Setting& setting);
std::vector<Course> managed_brokers(const BrokerNeed& need, const Setting& setting);

}  // namespace rackfit::cost
