// What makes a candidate better, and which ones nothing beats: orders and fronts of made-up candidates.
#include "../../../src/search/objective.hpp"

#include <limits>
#include <random>

#include "support/catch.hpp"

using namespace rackfit::search;

namespace {

struct Row {
  std::optional<double> price, cost, latency, power;
  std::int64_t nodes = 1;
  bool there = false;
};

Candidate candidate(const Row& row, std::size_t index) {
  Candidate result;
  result.index = index;
  result.price_usd = row.price;
  result.cost_usd = row.cost;
  result.latency_s = row.latency;
  result.power_w = row.power;
  result.power_known = row.power.has_value();
  result.nodes = row.nodes;
  if (row.there) result.node.existing = "old";
  return result;
}

std::vector<std::size_t> ranking(const std::vector<Row>& rows, Objective objective) {
  std::vector<Candidate> all;
  for (std::size_t i = 0; i < rows.size(); ++i) all.push_back(candidate(rows[i], i));
  std::sort(all.begin(), all.end(),
            [&](const Candidate& a, const Candidate& b) { return better(a, b, objective); });
  std::vector<std::size_t> order;
  for (const Candidate& each : all) order.push_back(each.index);
  return order;
}

using Order = std::vector<std::size_t>;

/// Few different figures, so that ties and unknown ones are common.
std::vector<Candidate> random_candidates(std::mt19937& random, std::size_t count) {
  const auto figure = [&]() -> std::optional<double> {
    const auto drawn = random() % 8;
    return drawn == 0 ? std::nullopt : std::optional<double>(static_cast<double>(drawn));
  };
  std::vector<Candidate> all;
  for (std::size_t i = 0; i < count; ++i) {
    Row row{figure(),         figure(), figure(), figure(), static_cast<std::int64_t>(random() % 3 + 1),
            random() % 4 == 0};
    all.push_back(candidate(row, i));
  }
  return all;
}

std::vector<Standings> standings_of(const std::vector<Candidate>& all) {
  std::vector<Standings> result;
  for (const Candidate& each : all) result.push_back(standings(each, Objective::capex));
  return result;
}

bool beats(const Standings& a, const Standings& b) { return covers(a, b) && !covers(b, a); }

}  // namespace

TEST_CASE("each objective puts its own figure first") {
  // by index: cheap to buy, cheap to run, cool, one node, quick
  const std::vector<Row> rows = {{10, 500, 9, 900, 3, false},
                                 {20, 100, 8, 800, 3, false},
                                 {30, 400, 7, 100, 3, false},
                                 {40, 300, 6, 700, 1, false},
                                 {50, 200, 1, 600, 3, false}};
  CHECK(ranking(rows, Objective::capex) == Order{0, 1, 2, 3, 4});
  CHECK(ranking(rows, Objective::cost) == Order{1, 4, 3, 2, 0});
  CHECK(ranking(rows, Objective::power) == Order{2, 4, 3, 1, 0});
  CHECK(ranking(rows, Objective::nodes) == Order{3, 0, 1, 2, 4});
  CHECK(ranking(rows, Objective::latency) == Order{4, 3, 2, 1, 0});
}

TEST_CASE("what is unknown stands behind everything known, and then the price decides") {
  const std::vector<Row> rows = {
      {10, {}, {}, {}, 1, false}, {5, {}, {}, {}, 1, false}, {99, 9999, 99, 9999, 1, false}};
  for (const Objective objective : {Objective::cost, Objective::power, Objective::latency}) {
    INFO(to_string(objective));
    CHECK(ranking(rows, objective) == Order{2, 1, 0});
  }
  CHECK(ranking({{{}, 1, 1, 1, 1, false}, {99, 1, 1, 1, 1, false}}, Objective::capex) == Order{1, 0});
}

TEST_CASE("machines that are there go before any that would be bought, whatever the aim") {
  const std::vector<Row> rows = {{10, 10, 1, 10, 1, false}, {0, 99, 9, 999, 3, true}};
  for (const Objective objective : objectives()) {
    INFO(to_string(objective));
    CHECK(ranking(rows, objective) == Order{1, 0});
  }
}

TEST_CASE("every objective is a total order") {
  std::mt19937 random(7);
  const auto all = random_candidates(random, 40);
  for (const Objective objective : objectives()) {
    INFO(to_string(objective));
    for (const Candidate& a : all) {
      CHECK_FALSE(better(a, a, objective));
      for (const Candidate& b : all) {
        if (a.index != b.index) REQUIRE(better(a, b, objective) != better(b, a, objective));
        for (const Candidate& c : all) {
          if (better(a, b, objective) && better(b, c, objective)) REQUIRE(better(a, c, objective));
        }
      }
    }
  }
}

TEST_CASE("no row of a front beats another, and each candidate is beaten by a row or as good as one") {
  std::mt19937 random(11);
  for (int run = 0; run < 200; ++run) {
    const auto all = standings_of(random_candidates(random, 1 + random() % 60));
    const auto front = front_of(all);
    REQUIRE_FALSE(front.empty());
    for (const std::size_t a : front) {
      for (const std::size_t b : front) {
        if (a != b) REQUIRE_FALSE(covers(all[a], all[b]));
      }
    }
    for (const Standings& each : all) {
      REQUIRE(
          std::any_of(front.begin(), front.end(), [&](std::size_t row) { return covers(all[row], each); }));
    }
  }
}

TEST_CASE("of candidates that are equal in money, time and power the front has the first") {
  const Standings same{1, 2, 3};
  CHECK(front_of({same, same, {2, 1, 3}, same}) == Order{0, 2});
}

TEST_CASE("a thinned front keeps the best of each kind and covers what it leaves out") {
  std::mt19937 random(13);
  std::uniform_real_distribution<double> figure(1, 10);
  for (int run = 0; run < 50; ++run) {
    std::vector<Standings> all;
    for (int i = 0; i < 300; ++i) all.push_back({figure(random), figure(random), figure(random)});
    std::vector<Standings> front;
    for (const std::size_t i : front_of(all)) front.push_back(all[i]);
    const Thinned thinned = thin(front, 10);
    const auto least = [](const std::vector<Standings>& of, double Standings::*member) {
      double found = std::numeric_limits<double>::infinity();
      for (const Standings& each : of) found = std::min(found, each.*member);
      return found;
    };
    std::vector<Standings> kept;
    for (const std::size_t i : thinned.kept) kept.push_back(front[i]);
    CHECK((kept.size() <= 10 || thinned.margin >= 1));
    for (double Standings::*const member : {&Standings::money, &Standings::latency_s, &Standings::power_w}) {
      CHECK(least(kept, member) == least(front, member));
    }
    for (const Standings& each : front) {
      REQUIRE(std::any_of(kept.begin(), kept.end(),
                          [&](const Standings& row) { return covers(row, each, thinned.margin); }));
    }
    for (const Standings& a : kept) {
      for (const Standings& b : kept) CHECK_FALSE(beats(a, b));
    }
  }
}

TEST_CASE("a short front is left as it is") {
  const Thinned thinned = thin({{1, 9, 9}, {2, 8, 9}, {3, 9, 8}}, 10);
  CHECK(thinned.kept == Order{0, 1, 2});
  CHECK(thinned.margin == 0);
  CHECK(thin({}, 10).kept.empty());
}
