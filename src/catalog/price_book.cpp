#include "rackfit/catalog/price_book.hpp"

#include <algorithm>
#include <charconv>

#include "loading.hpp"
#include "shared_tables.hpp"

namespace rackfit::catalog {

using schema::integer;
using schema::list;
using schema::named_map;
using schema::number;
using schema::quantity;
using schema::Record;
using schema::record;
using schema::text;

namespace {

const Record<Price>& quote_table() {
  static const Record<Price> table =
      Record<Price>("quote", "What a dealer asks for one of an item")
          .locate(&Price::span)
          .required("item", &Price::item, text(), "id of the part, device or platform")
          .optional("kind", &Price::kind, text(), "device, cpu, dimm …")
          .required("price", &Price::money, money_per(""), "amount with its currency")
          .optional("date", &Price::date, schema::date(), "of the quote")
          .optional("note", &Price::note, text(), "dealer, number, until when it holds");
  return table;
}

const Record<Rate>& own_rate_table() {
  static const Record<Rate> table =
      Record<Rate>("own_rate", "An exchange rate of one's own")
          .required("currency", &Rate::currency, text(), "ISO code")
          .required("per_usd", &Rate::per_usd, number(0), "units of the currency for one USD")
          .optional("date", &Rate::date, schema::date(), "day of the quotation");
  return table;
}

const Record<Discount>& discount_table() {
  static const Record<Discount> table =
      Record<Discount>("discount", "A share off the list price")
          .locate(&Discount::span)
          .required("of", &Discount::of, text(),
                    "an item, a kind (device, ssd, instance, api, kafka …) or a provider")
          .optional("term", &Discount::term,
                    schema::choice(schema::Choices<std::string>{
                        {"on-demand", "on-demand"}, {"spot", "spot"}, {"committed", "committed"}}),
                    "of rentals; left out: all")
          .required("share", &Discount::share, quantity("1", 0.0, 1.0), "that is taken off");
  return table;
}

const Record<OwnedGear>& owned_table() {
  static const Record<OwnedGear> table =
      Record<OwnedGear>("owned_gear", "Gear that is there already")
          .locate(&OwnedGear::span)
          .required("item", &OwnedGear::item, text(), "id of the part, device or platform")
          .optional("count", &OwnedGear::count, integer(1), "how many")
          .optional("paid", &OwnedGear::paid, money_per(""), "for one, when it was bought")
          .required("bought", &OwnedGear::bought, schema::date(), "day, month or year of purchase")
          .optional("life_years", &OwnedGear::life_years, number(0),
                    "until it is replaced; left out: the horizon");
  return table;
}

/// Days since 1970-01-01 of a civil date (Howard Hinnant's era arithmetic over 400-year cycles).
std::int64_t day_number(std::int64_t year, std::int64_t month, std::int64_t day) {
  year -= month <= 2 ? 1 : 0;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int64_t of_era = year - era * 400;
  const std::int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

std::optional<std::int64_t> digits(std::string_view text, std::size_t at, std::size_t count) {
  if (text.size() < at + count) return {};
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data() + at, text.data() + at + count, value);
  if (error != std::errc() || end != text.data() + at + count || value < 0) return {};
  return value;
}

std::optional<std::int64_t> day_of(std::string_view date) {
  const auto year = digits(date, 0, 4);
  if (!year) return {};
  return day_number(*year, digits(date, 5, 2).value_or(1), digits(date, 8, 2).value_or(1));
}

bool is_item(const Catalog& catalog, const std::string& name) {
  return catalog.devices.find(name) || catalog.platforms.find(name) || catalog.cpus.find(name) ||
         catalog.dimms.find(name) || catalog.disks.find(name) || catalog.nics.find(name) ||
         catalog.psus.find(name) || catalog.accessories.find(name) || !catalog.prices_of(name).empty();
}

void unknown_item(const std::string& name, const Span& span, const Catalog& catalog,
                  Diagnostics& diagnostics) {
  std::vector<std::string> known = catalog.devices.names();
  for (const auto& names : {catalog.platforms.names(), catalog.cpus.names(), catalog.dimms.names(),
                            catalog.disks.names(), catalog.nics.names()}) {
    known.insert(known.end(), names.begin(), names.end());
  }
  diagnostics.error("RF0408", span, "nothing in the catalog is called `" + name + "`", "no such item",
                    suggestion_help(name, known));
}

}  // namespace

const Record<PriceBookFile>& price_book_file() {
  static const Record<PriceBookFile> table =
      Record<PriceBookFile>("price-book", "Prices of one's own, laid over the bundled ones")
          .optional("date", &PriceBookFile::date, schema::date(), "of every row that gives none")
          .optional("currency", &PriceBookFile::currency, text(), "results are shown in it")
          .optional("quotes", &PriceBookFile::quotes, list(record(quote_table())),
                    "replace the bundled prices of their item")
          .optional("rates", &PriceBookFile::rates, list(record(own_rate_table())), "exchange rates")
          .optional("discounts", &PriceBookFile::discounts, list(record(discount_table())),
                    "shares off list prices")
          .optional("owned", &PriceBookFile::owned, list(record(owned_table())), "gear that is there already")
          .optional("electricity", &PriceBookFile::electricity, named_map(money_per("kWh")), "by country")
          .optional("coefficients", &PriceBookFile::coefficients, named_map(number(0)),
                    "by id: discount-rate, staff-fte, colo-per-kw-month …");
  return table;
}

std::optional<PriceBookFile> read_price_book(const yaml::Tree& tree, const units::Registry& units,
                                             Diagnostics& diagnostics) {
  PriceBookFile book;
  schema::Context context{units, diagnostics};
  if (!price_book_file().decode(tree.root(), book, context)) return {};
  for (Price& quote : book.quotes) {
    if (quote.date.empty()) quote.date = book.date;
  }
  for (Rate& rate : book.rates) {
    if (rate.date.empty()) rate.date = book.date;
  }
  return book;
}

void apply(const PriceBookFile& book, const std::string& file, Catalog& catalog, Market& market,
           Diagnostics& diagnostics) {
  Provenance own;
  own.document = "price book " + file;
  own.date = own.read = book.date;
  own.confidence = Confidence::documented;
  std::vector<Price> quotes = book.quotes;
  for (Price& quote : quotes) {
    if (!is_item(catalog, quote.item)) unknown_item(quote.item, quote.span, catalog, diagnostics);
    quote.source = own;
    quote.quote = true;
  }
  for (const OwnedGear& owned : book.owned) {
    if (!is_item(catalog, owned.item)) unknown_item(owned.item, owned.span, catalog, diagnostics);
  }
  catalog.add_quotes(std::move(quotes));
  for (Rate rate : book.rates) {
    rate.source = own;
    catalog.rates.erase(std::remove_if(catalog.rates.begin(), catalog.rates.end(),
                                       [&](const Rate& known) { return known.currency == rate.currency; }),
                        catalog.rates.end());
    catalog.rates.push_back(std::move(rate));
  }
  for (const auto& entry : book.electricity) {
    if (market.set_electricity(entry.name, entry.value, own)) continue;
    diagnostics.error("RF0408", entry.span, "no electricity row for `" + entry.name + "`", "unknown country",
                      suggestion_help(entry.name, market.energy.names()));
  }
  for (const auto& entry : book.coefficients) {
    if (market.set_coefficient(entry.name, entry.value, own)) continue;
    diagnostics.error("RF0408", entry.span, "no coefficient is called `" + entry.name + "`", "unknown name",
                      suggestion_help(entry.name, market.coefficients.names()));
  }
}

double factor_of(const std::vector<Discount>& discounts, std::string_view item, std::string_view kind,
                 std::string_view provider, std::string_view term) {
  double best = 0;
  for (const Discount& discount : discounts) {
    const std::string of = fold_name(discount.of);
    const bool fits = of == fold_name(item) || of == kind || (!provider.empty() && of == fold_name(provider));
    if (fits && (discount.term.empty() || discount.term == term)) best = std::max(best, discount.share);
  }
  return 1 - best;
}

std::optional<double> age_days(std::string_view date, std::string_view as_of) {
  const auto from = day_of(date);
  const auto to = day_of(as_of);
  if (!from || !to) return {};
  return static_cast<double>(*to - *from);
}

Freshness freshness(const Market& market, std::string_view kind, std::string_view date,
                    std::string_view as_of) {
  const auto life = market.shelf_life_days(kind);
  const auto age = age_days(date, as_of);
  if (!age) return Freshness::undated;
  return life && *age > *life ? Freshness::stale : Freshness::fresh;
}

}  // namespace rackfit::catalog
