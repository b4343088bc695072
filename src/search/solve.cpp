#include "solve.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "evaluator.hpp"
#include "objective.hpp"

namespace rackfit::search {

namespace {

using rules::Slot;

/// Per constraint: how many it refused, and the candidate that came nearest to passing.
struct Tally {
  std::int64_t refused = 0;
  std::int64_t refused_alone = 0;
  std::optional<std::size_t>
      nearest;  // candidate refused by the fewest constraints, and of those by the least
  std::size_t nearest_violations = std::numeric_limits<std::size_t>::max();
  double nearest_miss = std::numeric_limits<double>::infinity();
};

/// Runs all `candidates` and returns those that hold every constraint.
std::vector<std::size_t> pass(Evaluator& evaluator, const RolePlan& plan,
                              const std::vector<std::size_t>& candidates, const std::vector<Node>& nodes,
                              const std::vector<double>* counts, std::vector<Tally>& tallies,
                              const std::function<void(std::size_t candidate, std::size_t row)>& keep) {
  std::vector<std::size_t> held;
  const auto constraints = plan.program->constraints();
  std::vector<std::size_t> violated;
  std::vector<std::optional<std::pair<Slot, Slot>>> compared;
  for (Slot slot : constraints) {
    compared.push_back(
        sides(*plan.program, plan.program->rules().constraints()[plan.program->symbol(slot).index]));
  }
  const auto miss = [&](std::size_t constraint, std::size_t row) {
    if (!compared[constraint]) return std::numeric_limits<double>::infinity();
    const double a = std::abs(evaluator.value(compared[constraint]->first, row));
    const double b = std::abs(evaluator.value(compared[constraint]->second, row));
    return std::max(a, b) / std::max(std::min(a, b), std::numeric_limits<double>::min());
  };
  for (std::size_t begin = 0; begin < candidates.size(); begin += evaluator.width()) {
    const std::size_t count = std::min(evaluator.width(), candidates.size() - begin);
    const auto block = std::span<const std::size_t>(candidates).subspan(begin, count);
    evaluator.run(block, nodes, counts);
    for (std::size_t row = 0; row < count; ++row) {
      violated.clear();
      for (std::size_t c = 0; c < constraints.size(); ++c) {
        if (evaluator.value(constraints[c], row) == 0) violated.push_back(c);
      }
      for (std::size_t c : violated) {
        Tally& tally = tallies[c];
        ++tally.refused;
        if (violated.size() == 1) ++tally.refused_alone;
        const double missed_by = miss(c, row);
        const bool nearer = violated.size() < tally.nearest_violations ||
                            (violated.size() == tally.nearest_violations && missed_by < tally.nearest_miss);
        if (!nearer) continue;
        tally.nearest = block[row];
        tally.nearest_violations = violated.size();
        tally.nearest_miss = missed_by;
      }
      if (!violated.empty()) continue;
      keep(block[row], row);
      held.push_back(block[row]);
    }
  }
  return held;
}

HostNeed host_need(const Evaluator& evaluator, const rules::Program& program, std::size_t row) {
  const auto read = [&](const char* name) {
    const auto slot = program.find(name);
    const double value = slot ? evaluator.value(*slot, row) : 0;
    return rules::is_not_applicable(value) ? 0 : value;
  };
  return {read("host.cores"),      read("host.memory"), read("host.disk"),
          read("host.disk_write"), read("host.nic"),    read("host.racked") > 0};
}

void rejections(RolePlan& plan, const SiteUse& used, const std::vector<Tally>& tallies,
                const std::vector<Node>& nodes, const std::vector<double>& counts) {
  const auto constraints = plan.program->constraints();
  for (std::size_t c = 0; c < constraints.size(); ++c) {
    if (tallies[c].refused == 0) continue;
    const auto& definition = plan.program->rules().constraints()[plan.program->symbol(constraints[c]).index];
    Rejection rejection;
    rejection.constraint = constraints[c];
    rejection.family = definition.family;
    rejection.candidates = tallies[c].refused;
    const std::size_t nearest = *tallies[c].nearest;
    const double count = counts[nearest];
    const auto vm =
        trace(plan, used, nearest, nodes[nearest], count > 0 ? std::optional<double>(count) : std::nullopt);
    rejection.example_family = family_of(plan.problem, nearest);
    rejection.because = rules::fill_in(definition.because, *plan.program, vm->values());
    if (tallies[c].refused_alone > 0) rejection.relaxation = relaxation(*plan.program, definition, *vm);
    plan.rejections.push_back(std::move(rejection));
  }
  std::stable_sort(plan.rejections.begin(), plan.rejections.end(),
                   [](const Rejection& a, const Rejection& b) { return a.candidates > b.candidates; });
}

}  // namespace

namespace {

/// What a candidate is compared by, as the second evaluation of its row says.
class Weigher {
 public:
  Weigher(const RolePlan& plan, const Evaluator& evaluator) : problem_(plan.problem), evaluator_(evaluator) {
    const rules::Program& program = *plan.program;
    power_ = program.find("role.power");
    power_known_ = program.find("node.power_known");
    cost_ = program.find("role.cost");
    latency_ = program.find("role.latency");
    for (const Axis& axis : problem_.axes) {
      if (axis.name == "llm.bits_per_weight") bits_ = &axis;
      if (axis.name == "llm.instances") instances_ = &axis;
    }
  }

  Candidate operator()(std::size_t candidate, std::size_t row, const Node& node, double count) const {
    Candidate found;
    found.index = candidate;
    found.node = node;
    found.nodes = static_cast<std::int64_t>(std::llround(count));
    if (node.price_usd) found.price_usd = *node.price_usd * static_cast<double>(found.nodes);
    found.power_w = evaluator_.known(power_, row);
    found.power_known = evaluator_.known(power_known_, row).value_or(found.power_w ? 1 : 0) > 0;
    found.cost_usd = evaluator_.known(cost_, row);
    found.latency_s = evaluator_.known(latency_, row);
    found.family = family_of(problem_, candidate);
    if (problem_.form) found.form = problem_.form(described_as(problem_, candidate));
    if (bits_) found.bits_per_weight = bits_->numbers[candidate];
    if (instances_) found.instances = instances_->numbers[candidate];
    return found;
  }

 private:
  const RoleProblem& problem_;
  const Evaluator& evaluator_;
  std::optional<Slot> power_, power_known_, cost_, latency_;
  const Axis* bits_ = nullptr;
  const Axis* instances_ = nullptr;
};

/// A candidate that the report will speak of.
void complete(Candidate& candidate, const RolePlan& plan, const SiteUse& used) {
  candidate.trace = trace(plan, used, candidate.index, candidate.node, static_cast<double>(candidate.nodes));
  if (plan.problem.describe)
    candidate.choices = plan.problem.describe(described_as(plan.problem, candidate.index));
}

/// The best, the best of other families, and the best that divides the work the other way; `feasible` is
/// sorted.
void choose(RolePlan& plan, std::vector<Candidate> feasible, const SiteUse& used, int runners_up) {
  const auto other = std::find_if(feasible.begin(), feasible.end(), [&](const Candidate& candidate) {
    return candidate.family == feasible.front().family && candidate.form != feasible.front().form;
  });
  if (other != feasible.end()) {
    plan.other_form = *other;
    if (plan.problem.describe) {
      plan.other_form->choices = plan.problem.describe(described_as(plan.problem, other->index));
    }
  }
  if (plan.wants_front) keep_front(plan, feasible);
  for (Candidate& candidate : plan.front) complete(candidate, plan, used);
  std::vector<std::string> seen;
  for (Candidate& candidate : feasible) {
    const bool fresh = std::find(seen.begin(), seen.end(), candidate.family) == seen.end();
    if (fresh) seen.push_back(candidate.family);
    if (fresh && plan.wants_families) plan.families.push_back(candidate);
    if (plan.chosen && (!fresh || static_cast<int>(plan.runners_up.size()) >= runners_up)) continue;
    complete(candidate, plan, used);
    if (!plan.chosen) {
      plan.chosen = std::move(candidate);
    } else {
      plan.runners_up.push_back(std::move(candidate));
    }
  }
}

}  // namespace

void solve(RolePlan& plan, const Composer& composer, const SiteUse& used, int runners_up) {
  const rules::Program& program = *plan.program;
  RoleProblem& problem = plan.problem;
  const std::size_t total = problem.nodes.size();
  plan.looked_at = static_cast<std::int64_t>(total);
  Evaluator evaluator(plan, used);
  std::vector<Tally> tallies(program.constraints().size());
  std::vector<std::size_t> all;
  const auto& kept = problem.only_existing;
  for (std::size_t i = 0; i < total; ++i) {
    const Node& node = problem.nodes[i];
    if (!node.existing.empty() || std::find(kept.begin(), kept.end(), node.device) == kept.end())
      all.push_back(i);
  }

  std::vector<double> counts(total, 0);
  std::vector<Node> nodes = problem.nodes;
  const auto nodes_slot = program.find(problem.nodes_rule);
  std::vector<std::size_t> composed;
  pass(evaluator, plan, all, nodes, nullptr, tallies, [&](std::size_t candidate, std::size_t row) {
    const double count = nodes_slot ? evaluator.value(*nodes_slot, row) : 1;
    if (rules::is_not_applicable(count) || !std::isfinite(count)) {
      ++plan.unsized;
      return;
    }
    counts[candidate] = count;
    if (problem.compose_host && nodes[candidate].existing.empty()) {
      auto node = composer.compose(nodes[candidate].device, nodes[candidate].device_count,
                                   host_need(evaluator, program, row));
      if (!node) {
        ++plan.without_platform;
        return;
      }
      nodes[candidate] = std::move(*node);
    }
    composed.push_back(candidate);
  });

  std::vector<Candidate> feasible;
  const Weigher weigh(plan, evaluator);
  pass(evaluator, plan, composed, nodes, &counts, tallies, [&](std::size_t candidate, std::size_t row) {
    feasible.push_back(weigh(candidate, row, nodes[candidate], counts[candidate]));
  });
  plan.feasible = static_cast<std::int64_t>(feasible.size());
  std::sort(feasible.begin(), feasible.end(),
            [&](const Candidate& a, const Candidate& b) { return better(a, b, plan.objective); });
  choose(plan, std::move(feasible), used, runners_up);
  rejections(plan, used, tallies, nodes, counts);
}

}  // namespace rackfit::search
