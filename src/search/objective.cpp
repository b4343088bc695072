#include "objective.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace rackfit::search {

namespace {

constexpr double unknown = std::numeric_limits<double>::infinity();
// Rows of a front that a reader can still take in.
constexpr std::size_t most_rows = 10;
// What is nearer than this is the same to a buyer; the last covers everything.
constexpr std::array<double, 9> margins = {0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1};

double known_power(const Candidate& candidate) {
  return candidate.power_known ? candidate.power_w.value_or(unknown) : unknown;
}

double measure(const Candidate& candidate, Objective objective) {
  switch (objective) {
    case Objective::cost:
      return candidate.cost_usd.value_or(unknown);
    case Objective::power:
      return known_power(candidate);
    case Objective::nodes:
      return static_cast<double>(candidate.nodes);
    case Objective::latency:
      return candidate.latency_s.value_or(unknown);
    case Objective::capex:
      break;
  }
  return 0;
}

/// Cheapest, then fewest nodes, then the more exact weights, then least power, then the simpler form, then by
/// place in the list.
bool cheaper(const Candidate& a, const Candidate& b) {
  if (a.price_usd.has_value() != b.price_usd.has_value()) return a.price_usd.has_value();
  if (a.price_usd && *a.price_usd != *b.price_usd) return *a.price_usd < *b.price_usd;
  if (a.nodes != b.nodes) return a.nodes < b.nodes;
  const double power_a = a.power_w.value_or(unknown), power_b = b.power_w.value_or(unknown);
  if (a.bits_per_weight != b.bits_per_weight) return a.bits_per_weight > b.bits_per_weight;
  if (power_a != power_b) return power_a < power_b;
  // Dividing the work has to gain something.
  if (a.instances != b.instances) return a.instances < b.instances;
  return a.index < b.index;
}

}  // namespace

std::string_view to_string(Objective objective) {
  switch (objective) {
    case Objective::capex:
      return "capex";
    case Objective::cost:
      return "cost";
    case Objective::power:
      return "power";
    case Objective::nodes:
      return "nodes";
    case Objective::latency:
      return "latency";
  }
  return "";
}

const std::vector<Objective>& objectives() {
  static const std::vector<Objective> all = {Objective::cost, Objective::capex, Objective::power,
                                             Objective::nodes, Objective::latency};
  return all;
}

bool better(const Candidate& a, const Candidate& b, Objective objective) {
  const bool there_a = !a.node.existing.empty(), there_b = !b.node.existing.empty();
  if (there_a != there_b) return there_a;
  const double by_a = measure(a, objective), by_b = measure(b, objective);
  if (by_a != by_b) return by_a < by_b;
  return cheaper(a, b);
}

Bill bill_of(const Candidate& candidate, Objective objective) {
  Bill bill;
  bill.usd = candidate.price_usd.value_or(unknown);
  bill.power_w = candidate.power_known ? candidate.power_w.value_or(unknown) : unknown;
  bill.nodes = candidate.nodes;
  switch (objective) {
    case Objective::capex:
      bill.measure = bill.usd;
      break;
    case Objective::cost:
      bill.measure = candidate.cost_usd.value_or(unknown);
      break;
    case Objective::power:
      bill.measure = bill.power_w;
      break;
    case Objective::nodes:
      bill.measure = static_cast<double>(bill.nodes);
      break;
    case Objective::latency:
      bill.measure = candidate.latency_s.value_or(0);
      break;
  }
  return bill;
}

Standings standings(const Candidate& candidate, Objective objective) {
  const auto& money = objective == Objective::cost ? candidate.cost_usd : candidate.price_usd;
  return {money.value_or(unknown), candidate.latency_s.value_or(unknown), known_power(candidate)};
}

bool covers(const Standings& a, const Standings& b, double margin) {
  const double more = 1 + margin;
  return a.money <= b.money * more && a.latency_s <= b.latency_s * more && a.power_w <= b.power_w * more;
}

std::vector<std::size_t> front_of(const std::vector<Standings>& all) {
  std::vector<std::size_t> front;
  for (std::size_t i = 0; i < all.size(); ++i) {
    bool beaten = false;
    for (std::size_t j = 0; j < all.size() && !beaten; ++j) {
      beaten = i != j && covers(all[j], all[i]) && (j < i || !covers(all[i], all[j]));
    }
    if (!beaten) front.push_back(i);
  }
  return front;
}

Thinned thin(const std::vector<Standings>& front, std::size_t most) {
  Thinned result;
  if (front.empty()) return result;
  std::vector<std::size_t> best;  // in each of the three
  for (double Standings::*const of : {&Standings::money, &Standings::latency_s, &Standings::power_w}) {
    const auto least = std::min_element(
        front.begin(), front.end(), [&](const Standings& a, const Standings& b) { return a.*of < b.*of; });
    best.push_back(static_cast<std::size_t>(least - front.begin()));
  }
  for (const double margin : margins) {
    std::vector<std::size_t> kept = best;
    for (std::size_t i = 0; i < front.size(); ++i) {
      const bool covered = std::any_of(kept.begin(), kept.end(), [&](std::size_t k) {
        return k == i || covers(front[k], front[i], margin);
      });
      if (!covered) kept.push_back(i);
    }
    std::sort(kept.begin(), kept.end());
    kept.erase(std::unique(kept.begin(), kept.end()), kept.end());
    result = {std::move(kept), margin};
    if (result.kept.size() <= most) break;
  }
  return result;
}

void keep_front(RolePlan& plan, const std::vector<Candidate>& feasible) {
  std::vector<Standings> all;
  for (const Candidate& candidate : feasible) all.push_back(standings(candidate, plan.objective));
  std::vector<std::size_t> front = front_of(all);
  std::stable_sort(front.begin(), front.end(),
                   [&](std::size_t a, std::size_t b) { return all[a].money < all[b].money; });
  std::vector<Standings> of_front;
  for (const std::size_t i : front) of_front.push_back(all[i]);
  const Thinned thinned = thin(of_front, most_rows);
  for (const std::size_t i : thinned.kept) plan.front.push_back(feasible[front[i]]);
  plan.front_left_out = static_cast<std::int64_t>(front.size() - plan.front.size());
  plan.front_margin = thinned.margin;
}

}  // namespace rackfit::search
