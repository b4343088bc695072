// What the bundled market promises, and what a price book of one's own does to it.
#include "rackfit/catalog/market.hpp"

#include <set>

#include "rackfit/catalog/price_book.hpp"
#include "support/catch.hpp"
#include "support/world.hpp"

using namespace rackfit;
using namespace rackfit::catalog;
using test::built_in_catalog;

namespace {

Market market() {
  Diagnostics diagnostics;
  auto loaded = Market::load(Library::built_in(), test::registry(), diagnostics);
  CHECK(render(diagnostics) == "");
  REQUIRE(loaded);
  return *std::move(loaded);
}

/// The catalogs with a price book over them.
struct Booked {
  Diagnostics diagnostics;
  Catalog catalog = built_in_catalog();
  Market market = ::market();
  std::optional<PriceBookFile> book;

  explicit Booked(const std::string& text) {
    const auto tree = yaml::parse(std::make_shared<const SourceFile>("mine.yaml", text), diagnostics);
    if (tree) book = read_price_book(*tree, test::registry(), diagnostics);
    if (book) apply(*book, "mine.yaml", catalog, market, diagnostics);
  }
};

}  // namespace

TEST_CASE("the bundled market loads without a word and cites every row") {
  const Market all = market();
  CHECK(all.instances.rows().size() > 200);
  CHECK(all.apis.rows().size() > 150);
  CHECK(all.energy.rows().size() > 30);
  const auto cited = [](const auto& table) {
    for (const auto& row : table.rows()) {
      INFO(row.row.id);
      CHECK((!row.row.source.document.empty() || !row.row.source.url.empty()));
      CHECK_FALSE(row.row.source.read.empty());
    }
  };
  cited(all.providers);
  cited(all.instances);
  cited(all.volumes);
  cited(all.traffic);
  cited(all.kafka_services);
  cited(all.apis);
  cited(all.energy);
  cited(all.coefficients);
  cited(all.shelf_lives);
}

TEST_CASE("every rented machine is a known provider's, has a price, and its accelerator is in the catalog") {
  const Market all = market();
  std::set<std::string> accelerated;
  for (const Instance& instance : all.instances.rows()) {
    INFO(instance.row.id);
    CHECK(all.providers.find(instance.provider));
    CHECK((instance.device.empty() || built_in_catalog().devices.find(instance.device)));
    CHECK(instance.device.empty() == (instance.devices == 0));
    REQUIRE_FALSE(instance.prices.empty());
    for (const RegionPrice& price : instance.prices) {
      CHECK((price.on_demand || price.spot || price.reserved || price.committed_1y || price.committed_3y));
      CHECK_FALSE(price.source.read.empty());
      if (price.spot && price.on_demand) CHECK(price.spot->amount <= price.on_demand->amount * 1.001);
    }
    if (instance.devices > 0) accelerated.insert(instance.provider);
  }
  CHECK(accelerated.size() >= 9);
}

TEST_CASE("amounts are what the file says, to the last digit") {
  const Market all = market();
  const Instance* node = all.instances.find("aws-p5.48xlarge");
  REQUIRE(node);
  CHECK(node->prices.front().on_demand->amount == 55.04);
  CHECK(node->prices.front().on_demand->currency == "USD");
  CHECK(all.apis.find("fireworks/gpt-oss-120b")->price.output.amount == 0.6);
  CHECK(all.energy_of("CN")->price->currency == "CNY");
  CHECK(all.kafka_services.find("msk-m7g-xlarge")->storage->amount == 0.1);
  // 22 USD a month, by the hour
  CHECK(all.kafka_services.find("event-hubs-standard")->per_unit->amount == Approx(22.0 / 730));
}

TEST_CASE("a country without a row has the world's electricity, and one without a price has none") {
  const Market all = market();
  CHECK(all.energy_of("Atlantis") == all.energy.find("WORLD"));
  CHECK_FALSE(all.energy_of("PL")->price);
  CHECK(all.energy_of("PL")->carbon_g_per_kwh);
}

TEST_CASE("an amount without its unit or currency is refused") {
  const test::Folder folder(
      test::Files{{"prices/market/mine.yaml",
                   "sources:\n  me: {document: me, read: 2026-01-01, confidence: secondary}\n"
                   "instances:\n  a: {provider: aws, type: a, source: me, prices: [{region: x, "
                   "on_demand: 5 USD}, {region: y, on_demand: -5 USD/h}]}\n"}});
  Library library = Library::built_in();
  Diagnostics diagnostics;
  library.overlay(folder.path(), diagnostics);
  CHECK_FALSE(Market::load(library, test::registry(), diagnostics));
  REQUIRE(diagnostics.error_count() == 2);
  CHECK(diagnostics.items()[0].code == "RF0403");
  CHECK(diagnostics.items()[0].message == "`on_demand` is not an amount of money");
}

TEST_CASE("prices grow old by kind: memory in 90 days, accelerators and clouds in 180") {
  const Market all = market();
  CHECK(freshness(all, "dimm", "2026-08-25", "2026-11-22") == Freshness::fresh);
  CHECK(freshness(all, "dimm", "2026-08-01", "2026-11-22") == Freshness::stale);
  CHECK(freshness(all, "ssd", "2026-08-01", "2026-11-22") == Freshness::stale);
  CHECK(freshness(all, "device", "2026-06", "2026-11-22") == Freshness::fresh);
  CHECK(freshness(all, "device", "2026-05", "2026-11-22") == Freshness::stale);
  CHECK(freshness(all, "instance", "2026-05-01", "2026-11-22") == Freshness::stale);
  CHECK(freshness(all, "instance", "", "2026-11-22") == Freshness::undated);
  CHECK(*age_days("2024-02-28", "2024-03-01") == 2);
  CHECK(*age_days("2025-01-01", "2026-01-01") == 365);
  CHECK_FALSE(age_days("soon", "2026-01-01"));
}

TEST_CASE("a quote takes the place of every bundled price of its item") {
  const Booked mine("date: 2026-11-01\nquotes:\n  - {item: l40s, price: 52000 CNY, note: dealer A}\n");
  CHECK(render(mine.diagnostics) == "");
  const auto prices = mine.catalog.prices_of("L40S");
  REQUIRE(prices.size() == 1);
  CHECK(prices[0]->money.currency == "CNY");
  CHECK(prices[0]->date == "2026-11-01");
  CHECK(prices[0]->source.document == "price book mine.yaml");
  CHECK(built_in_catalog().prices_of("l40s").size() > 1);
}

TEST_CASE("a price book sets exchange rates, electricity and coefficients") {
  const Booked mine(
      "date: 2026-11-01\nrates: [{currency: CNY, per_usd: 7.0}]\nelectricity: {CN: 0.9 CNY/kWh}\n"
      "coefficients: {staff-fte: 0.2}\n");
  CHECK(render(mine.diagnostics) == "");
  int rates = 0;
  for (const Rate& rate : mine.catalog.rates) {
    if (rate.currency != "CNY") continue;
    ++rates;
    CHECK(rate.per_usd == 7.0);
  }
  CHECK(rates == 1);
  CHECK(mine.market.energy_of("CHN")->price->amount == 0.9);
  CHECK(mine.market.coefficients.find("staff-fte")->usual == 0.2);
  CHECK(mine.market.coefficients.find("staff-fte")->high == 0.2);
}

TEST_CASE("the largest discount that fits counts") {
  const Booked mine(
      "discounts:\n  - {of: aws, term: committed, share: 45 %}\n  - {of: instance, share: 10 %}\n  - {of: "
      "l40s, share: 5 %}\n");
  CHECK(render(mine.diagnostics) == "");
  REQUIRE(mine.book);
  const auto& discounts = mine.book->discounts;
  CHECK(factor_of(discounts, "aws-p5.48xlarge", "instance", "aws", "committed") == Approx(0.55));
  CHECK(factor_of(discounts, "aws-p5.48xlarge", "instance", "aws", "on-demand") == Approx(0.9));
  CHECK(factor_of(discounts, "L40S", "device", "") == Approx(0.95));
  CHECK(factor_of(discounts, "l4", "device", "") == 1);
}

TEST_CASE("names that nothing has are errors, with the nearest name") {
  const Booked mine(
      "quotes: [{item: l40x, price: 5 USD}]\nelectricity: {Atlantis: 1 USD/kWh}\ncoefficients: {staff-ftes: "
      "1}\n");
  REQUIRE(mine.diagnostics.error_count() == 3);
  for (const Diagnostic& diagnostic : mine.diagnostics.items()) CHECK(diagnostic.code == "RF0408");
  CHECK(mine.diagnostics.items()[0].help.find("l40") != std::string::npos);
  CHECK(mine.diagnostics.items()[2].help == "did you mean `staff-fte`?");
}

TEST_CASE("owned gear has a day of purchase") {
  const Booked mine(
      "owned: [{item: h100-sxm-80gb, count: 8, paid: 27000 USD, bought: 2024-03-01, life_years: 5}]\n");
  CHECK(render(mine.diagnostics) == "");
  REQUIRE(mine.book);
  CHECK(mine.book->owned[0].count == 8);
  CHECK(Booked("owned: [{item: h100-sxm-80gb}]\n").diagnostics.has_errors());
}
