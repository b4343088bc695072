// A user's own prices, laid over the catalog's: quotes, discounts, what is owned already, wages and
// electricity.
//
// `--prices my.yaml` names such a file. A quote replaces every bundled price of its item, a discount lowers
// what a provider or a kind of goods costs, and owned gear is not bought again until it is worn out. Nothing
// here needs a source: the file is one.
#pragma once

#include <string>
#include <vector>

#include "rackfit/catalog/market.hpp"

namespace rackfit::catalog {

struct Discount {
  std::string of;    // an item, a kind of goods or a provider
  std::string term;  // of rentals: on-demand, spot, committed; empty: all
  double share = 0;
  Span span;
};

/// Gear that is there: paid for, ageing, and worth less every month.
struct OwnedGear {
  std::string item;  // part, device or platform id, or a name of one's own
  std::int64_t count = 1;
  std::optional<Money> paid;  // of one
  std::string bought;         // date
  std::optional<double> life_years;
  Span span;
};

struct PriceBookFile {
  std::string date;      // of every row that gives none
  std::string currency;  // results are shown in it unless the workload says otherwise
  std::vector<Price> quotes;
  std::vector<Rate> rates;
  std::vector<Discount> discounts;
  std::vector<OwnedGear> owned;
  std::vector<schema::Named<Money>> electricity;    // by country, per kWh
  std::vector<schema::Named<double>> coefficients;  // by id of profiles/prices/market/site.yaml
};

const schema::Record<PriceBookFile>& price_book_file();

/// Reads a price book; nothing, with diagnostics, when anything in it is wrong.
std::optional<PriceBookFile> read_price_book(const yaml::Tree& tree, const units::Registry& units,
                                             Diagnostics& diagnostics);

/// Lays it over both catalogs; names that neither knows are errors (RF0408). The book's own discounts and
/// gear stay with it.
void apply(const PriceBookFile& book, const std::string& file, Catalog& catalog, Market& market,
           Diagnostics& diagnostics);

/// What is left to pay of one of `kind` with this id from this provider: 1 less the best discount that fits.
double factor_of(const std::vector<Discount>& discounts, std::string_view item, std::string_view kind,
                 std::string_view provider, std::string_view term = {});

/// How much a price may be trusted on a day.
enum class Freshness { fresh, undated, stale };
/// Days from `date` (a year or month counts from its first day) to `as_of`; nothing when either is no date.
std::optional<double> age_days(std::string_view date, std::string_view as_of);
/// `kind` as in shelf_lives; a kind that no row names never gets old.
Freshness freshness(const Market& market, std::string_view kind, std::string_view date,
                    std::string_view as_of);

}  // namespace rackfit::catalog
