// What makes one candidate better than another, and which ones nothing beats.
//
// solve() sorts by an Objective and keeps the first; the front is what is left when the reader is to choose
// between money, time and power himself. Running costs come from rules (profiles/rules/choice.yaml) with the
// market's figures as facts, not from a pricing function of the rooms above: so every candidate's cost can be
// explained and overridden like any other value.
#pragma once

#include <vector>

#include "rackfit/search/plan.hpp"

namespace rackfit::search {

/// Total order of candidates that do the job.
bool better(const Candidate& a, const Candidate& b, Objective objective);

/// What nodes come to; compared by the plan's objective first.
struct Bill {
  double measure = 0, usd = 0, power_w = 0;
  std::int64_t nodes = 0;

  Bill operator+(const Bill& other) const {
    return {measure + other.measure, usd + other.usd, power_w + other.power_w, nodes + other.nodes};
  }
  bool operator<(const Bill& other) const {
    if (measure != other.measure) return measure < other.measure;
    if (usd != other.usd) return usd < other.usd;
    if (nodes != other.nodes) return nodes < other.nodes;
    return power_w < other.power_w;
  }
};
Bill bill_of(const Candidate& candidate, Objective objective);

/// Money, time and power of a candidate, for the front; what is unknown counts as more than anything known.
struct Standings {
  double money = 0, latency_s = 0, power_w = 0;
};
Standings standings(const Candidate& candidate, Objective objective);
/// No worse in any of the three by more than `margin` (a share).
bool covers(const Standings& a, const Standings& b, double margin = 0);

/// Indices of the candidates that no other covers, in their order; of equal ones the first.
std::vector<std::size_t> front_of(const std::vector<Standings>& all);

/// A front that a person can read: the best in each of the three, and of the others as few as cover the rest
/// within a margin, which grows until no more than `most` are left.
struct Thinned {
  std::vector<std::size_t> kept;  // of the given ones, in their order
  double margin = 0;
};
Thinned thin(const std::vector<Standings>& front, std::size_t most);

/// Sets front, front_left_out and front_margin of a role from all candidates that do, best first.
void keep_front(RolePlan& plan, const std::vector<Candidate>& feasible);

}  // namespace rackfit::search
