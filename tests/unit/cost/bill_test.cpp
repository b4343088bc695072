// A bill of materials: exact sums, prices that are missing, overlaid or doubled, and what a node is beyond
// its parts.
#include "rackfit/cost/bill.hpp"

#include <set>

#include "support/catch.hpp"
#include "support/planning.hpp"
#include "unit/cost/example.hpp"

using namespace rackfit;
using namespace rackfit::cost;
using test::built_in_market;

namespace {

const std::string site =
    "name: site\nllm:\n  chat:\n    model: llama-3.1-8b-instruct\n    quantization: fp8\n    rate: 2 /s\n"
    "    prompt: {mean: 800}\n    output: {mean: 200}\n    targets: {e2e_p95: 30 s}\n"
    "kafka: {ingress: 20 MB/s, retention: 1 d, replication: 3, partitions: 60}\navailability: n+1\n";

/// A plan on a catalog of the test's own, which may be changed under it: the parts stay the same.
struct World {
  catalog::Catalog catalog = test::built_in_catalog();
  std::unique_ptr<test::Planned> planned;

  explicit World(const std::string& text = site, const std::vector<std::string>& settings = {}) {
    test::PlanOptions options;
    options.catalog = &catalog;
    options.settings = settings;
    planned = test::plan_of(text, options);
    INFO(render(planned->diagnostics));
    REQUIRE(planned->plan);
    REQUIRE(planned->plan->feasible());
  }
  Bill bill(const std::string& currency = "USD", const catalog::PriceBookFile* book = nullptr) const {
    BillRequest request;
    request.plan = planned->plan.get();
    request.market = &built_in_market();
    request.currency = currency;
    request.book = book;
    request.as_of = "2026-11-22";
    return bill_of(request);
  }
};

std::vector<const BillLine*> counted(const Bill& bill) {
  std::vector<const BillLine*> lines;
  for (const NodeBill& nodes : bill.nodes) {
    for (const BillLine& line : nodes.lines) lines.push_back(&line);
  }
  for (const BillLine& line : bill.site) lines.push_back(&line);
  return lines;
}

const BillLine& line_of(const Bill& bill, const std::string& kind) {
  for (const BillLine* line : counted(bill)) {
    if (line->kind == kind) return *line;
  }
  FAIL("no line of kind " << kind);
  return bill.site.front();
}

catalog::Price quote(const std::string& item, double amount, const std::string& currency = "USD") {
  catalog::Price price;
  price.item = item;
  price.money = {amount, currency};
  price.date = "2026-11-01";
  price.quote = true;
  price.source.confidence = Confidence::documented;
  return price;
}

}  // namespace

TEST_CASE("a bill adds up to the cent: lines, nodes, site, total", "[property]") {
  const World world;
  for (const std::string currency : {"USD", "CNY", "EUR", "GBP"}) {
    INFO(currency);
    const Bill bill = world.bill(currency);
    std::int64_t sum = 0;
    for (const BillLine* line : counted(bill)) {
      INFO(line->name);
      if (!line->each) continue;
      REQUIRE(line->total);
      CHECK(line->total->count() == line->each->count() * (line->quantity - line->owned));
      sum += line->total->count();
    }
    CHECK(bill.total.known.count() == sum);
    CHECK(bill.nodes_sum.known + bill.site_sum.known == bill.total.known);
    for (const NodeBill& nodes : bill.nodes) {
      for (const BillLine& line : nodes.lines) CHECK(line.quantity == line.per_node * nodes.count);
      CHECK(nodes.all.known == nodes.each.known * nodes.count);
    }
  }
}

TEST_CASE("doubling a price raises the total by that part's share, unless a substitute is cheaper",
          "[property]") {
  const World known;
  const Bill before = known.bill();
  const auto parts_of = [](const Bill& bill) {
    std::multiset<std::string> ids;
    for (const BillLine* line : counted(bill)) ids.insert(line->id);
    return ids;
  };
  std::size_t same = 0;
  std::set<std::string> tried;
  for (const BillLine* line : counted(before)) {
    if (!line->each || !tried.insert(line->id).second) continue;
    INFO(line->name);
    World world;
    world.catalog.add_quotes({quote(line->id, 2 * line->each->amount())});
    std::int64_t share = 0;
    for (const BillLine* other : counted(before)) {
      if (other->id == line->id && other->total) share += other->total->count();
    }
    const Bill after = world.bill();
    // Switches, cables and power units are chosen by their price; the nodes' parts are chosen already.
    if (parts_of(after) == parts_of(before)) {
      ++same;
      CHECK(after.total.known.count() == before.total.known.count() + share);
    } else {
      CHECK(line->per_node == 0);
      CHECK(after.site_sum.known <= before.site_sum.known + Cents(share));
    }
  }
  CHECK(tried.size() > 8);
  CHECK(same > 6);
}

TEST_CASE("an amount survives the way to another currency and back", "[property]") {
  const World world;
  const Bill usd = world.bill("USD"), cny = world.bill("CNY");
  const Exchange back(world.catalog.rates, "USD");
  const auto here = counted(usd), there = counted(cny);
  REQUIRE(here.size() == there.size());
  for (std::size_t i = 0; i < here.size(); ++i) {
    INFO(here[i]->name);
    REQUIRE(here[i]->each.has_value() == there[i]->each.has_value());
    if (!here[i]->each) continue;
    const auto returned = back(catalog::Money{there[i]->each->amount(), "CNY"});
    REQUIRE(returned);
    CHECK(std::abs(*returned - here[i]->each->amount()) <= 0.0101);  // a cent, once each way
  }
  CHECK(cny.rate_note.find("CNY per USD") != std::string::npos);
  CHECK(usd.rate_note.empty());
}

TEST_CASE("a quote in the bill's own currency is taken as it stands") {
  World world;
  const std::string cpu = line_of(world.bill(), "cpu").id;
  world.catalog.add_quotes({quote(cpu, 8888.88, "CNY")});
  const Bill bill = world.bill("CNY");
  CHECK(line_of(bill, "cpu").each == Cents(888888));
  CHECK(line_of(bill, "cpu").quote);
  CHECK(line_of(bill, "cpu").freshness == catalog::Freshness::fresh);
}

TEST_CASE("a missing price is never nothing: the sums say that they are lower bounds") {
  World world;
  const std::string cpu = line_of(world.bill(), "cpu").id;
  world.catalog.add_quotes({quote(cpu, 100, "XXX")});  // no rate
  const Bill bill = world.bill();
  CHECK_FALSE(line_of(bill, "cpu").each);
  CHECK_FALSE(line_of(bill, "cpu").total);
  CHECK(line_of(bill, "cpu").basis == PriceBasis::unknown);
  CHECK_FALSE(bill.total.complete);
  CHECK_FALSE(bill.prices_hold());
  REQUIRE_FALSE(bill.missing.empty());
  CHECK(bill.missing.front() == line_of(bill, "cpu").name);
}

TEST_CASE("a currency without a rate leaves every price unknown") {
  const World world;
  const Bill bill = world.bill("XXX");
  CHECK(bill.total.known == Cents());
  CHECK_FALSE(bill.total.complete);
  CHECK_FALSE(line_of(bill, "cpu").source.empty());  // known, but in no currency that leads here
}

TEST_CASE("a price book takes discounts off and does not buy what is there") {
  const World world;
  const Bill plain = world.bill();
  const BillLine& memory = line_of(plain, "memory");
  catalog::PriceBookFile book;
  book.discounts.push_back({"dimm", "", 0.25, {}});
  catalog::OwnedGear gear;
  gear.item = line_of(plain, "cpu").id;
  gear.count = 1;
  gear.bought = "2026-01";
  book.owned.push_back(gear);
  const Bill bill = world.bill("USD", &book);
  CHECK(line_of(bill, "memory").discount == Approx(0.25));
  CHECK(line_of(bill, "memory").each == Cents::of(memory.each->amount() * 0.75));
  std::int64_t owned = 0;
  for (const BillLine* line : counted(bill)) owned += line->kind == "cpu" ? line->owned : 0;
  CHECK(owned == 1);
}

TEST_CASE("a platform that is there is a whole node that is there") {
  const World world;
  const Bill plain = world.bill();
  catalog::PriceBookFile book;
  catalog::OwnedGear gear;
  gear.item = line_of(plain, "platform").id;
  gear.count = 1;
  gear.bought = "2026-01";
  book.owned.push_back(gear);
  const Bill bill = world.bill("USD", &book);
  const NodeBill& nodes = bill.nodes.front();
  CHECK(nodes.owned == 1);
  CHECK(nodes.all.known == nodes.each.known * (nodes.count - 1));
}

TEST_CASE("old and undated prices are named") {
  const World world;
  BillRequest request;
  request.plan = world.planned->plan.get();
  request.market = &built_in_market();
  request.as_of = "2040-01-01";
  const Bill bill = bill_of(request);
  for (const BillLine* line : counted(bill)) {
    INFO(line->name);
    if (line->basis == PriceBasis::price) CHECK(line->freshness != catalog::Freshness::fresh);
  }
  CHECK_FALSE(bill.prices_hold());
}

TEST_CASE("a node's figures: memory channels, RAID, wear, supplies, heat") {
  const World world(site, {"kafka.raid=raid10"});
  const Bill bill = world.bill();
  for (const NodeBill& nodes : bill.nodes) {
    INFO(nodes.role);
    const NodeFigures& figures = nodes.figures;
    REQUIRE(figures.peak_w);
    REQUIRE(figures.load_w);
    REQUIRE(figures.mean_w);
    CHECK(*figures.mean_w <= *figures.load_w);
    CHECK(*figures.load_w <= *figures.peak_w);
    CHECK(*figures.peak_btu_per_h == Approx(*figures.peak_w * 3.412).epsilon(1e-4));
    CHECK(figures.chassis.find("U rack server") != std::string::npos);
    CHECK(figures.psus >= 2);
    if (nodes.role != "kafka-broker") continue;
    CHECK(figures.raid == "raid10");
    CHECK(*figures.usable_bytes == Approx(*figures.disk_bytes * static_cast<double>(figures.disks) / 2));
    REQUIRE(figures.wear_per_day);
    CHECK(*figures.disk_life_years * *figures.wear_per_day == Approx(5 * *figures.rated_wear_per_day));
  }
}

TEST_CASE("a RAID level has the disks that it takes") {
  const std::vector<std::pair<std::string, std::int64_t>> levels = {
      {"raid10", 2}, {"raid5", 3}, {"raid6", 4}};
  for (const auto& level : levels) {
    INFO(level.first);
    const World world(site, {"kafka.raid=" + level.first});
    for (const NodeBill& nodes : world.bill().nodes) {
      if (nodes.role != "kafka-broker") continue;
      CHECK(nodes.figures.disks >= level.second);
      if (level.first == "raid10") CHECK(nodes.figures.disks % 2 == 0);
    }
  }
}

TEST_CASE("disks that would wear out before the horizon are not chosen") {
  // Two gigabytes a second, kept for an hour: little space, many writes.
  const std::string text =
      "name: wear\nkafka: {ingress: 2 GB/s, compression: {codec: none}, retention: 10 min, replication: 3, "
      "partitions: "
      "300, groups: {a: {}}}\ngrowth: {yearly: 0 %, horizon: 5 y}\n";
  const World world(text);
  const Bill bill = world.bill();
  const NodeFigures& brokers = bill.nodes.front().figures;
  REQUIRE(brokers.wear_per_day);
  REQUIRE(brokers.rated_wear_per_day);
  CHECK(*brokers.wear_per_day <= *brokers.rated_wear_per_day);
}

TEST_CASE("options are priced and not counted") {
  const World world;
  const Bill bill = world.bill();
  REQUIRE_FALSE(bill.options.empty());
  std::int64_t all = 0;
  for (const BillLine* line : counted(bill)) all += line->total ? line->total->count() : 0;
  CHECK(bill.total.known.count() == all);
  for (const BillLine& line : bill.options) CHECK_FALSE(line.because.empty());
}

TEST_CASE("cents times a number stay within what they can say") {
  CHECK(Cents(1234) * 3 == Cents(3702));
  CHECK(Cents(-1234) * 3 == Cents(-3702));
  CHECK(Cents(5) * 0 == Cents());
  CHECK(Cents::of(1e300) * 2 == Cents::of(1e300));
  CHECK(Cents::of(1e300) * -2 == Cents::of(-1e300));
}
