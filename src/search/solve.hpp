// One RoleProblem solved: which candidates hold every constraint, which is best, and what ruled the others out.
#pragma once

#include "rackfit/search/compose.hpp"
#include "rackfit/search/constraints.hpp"
#include "rackfit/search/plan.hpp"

namespace rackfit::search {

/// What the roles solved before have taken of the site.
struct SiteUse {
  double power_w = 0, rack_units = 0, nodes = 0, price_usd = 0;
  std::map<std::string, std::int64_t> existing;   // machines taken, by name in `site.existing`

  SiteUse& operator+=(const SiteUse& more) {
    power_w += more.power_w;
    rack_units += more.rack_units;
    nodes += more.nodes;
    price_usd += more.price_usd;
    for (const auto& [name, count] : more.existing) existing[name] += count;
    return *this;
  }
};

/// Evaluates every candidate of `plan.problem` and fills in the rest of `plan`.
void solve(RolePlan& plan, const Composer& composer, const SiteUse& used, int runners_up);

/// For machines that are what they are: chooses the candidate that gets furthest and is missed by least, whether or not
/// a constraint refuses it, and traces it with as many nodes as the rules ask for.
void judge(RolePlan& plan, const SiteUse& used);

}  // namespace rackfit::search
