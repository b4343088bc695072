// Nodes in words: a candidate's parts, price and choices as the report shows them.
#pragma once

#include "rackfit/report/report.hpp"
#include "rackfit/search/plan.hpp"

namespace rackfit::report {

/// Amounts in one currency at the catalog's rates.
class MoneyPrinter {
 public:
  MoneyPrinter(const catalog::Catalog& catalog, std::string currency);
  /// Nothing when the currency has no rate.
  std::optional<Money> from_usd(double usd) const;
  const std::string& currency() const { return currency_; }
  /// "7.1 CNY per USD, unverified"; empty for USD.
  std::string rate_note() const;

 private:
  std::string currency_;
  const catalog::Rate* rate_ = nullptr;
};

Configuration configuration(const search::Candidate& candidate, const catalog::Catalog& catalog,
                            const units::Registry& units, const MoneyPrinter& money);

}  // namespace rackfit::report
