// Machines that are what they are: which way to use them gets furthest, whether or not a constraint refuses
// it.
#include <algorithm>
#include <cmath>
#include <limits>

#include "evaluator.hpp"

namespace rackfit::search {

namespace {

using rules::Slot;

/// How far a candidate of fixed machines gets: one that does not even run has few constraints that apply.
struct Standing {
  std::size_t applied = 0, refused = 0;
  double missed_by = 0;
  double bits_per_weight = 0,
         answer_s = 0;  // of model roles; with several ways that do, the more exact and the quicker
};

bool further(const Standing& a, const Standing& b) {
  if (a.applied != b.applied) return a.applied > b.applied;
  if (a.refused != b.refused) return a.refused < b.refused;
  if (a.missed_by != b.missed_by) return a.missed_by < b.missed_by;
  if (a.bits_per_weight != b.bits_per_weight) return a.bits_per_weight > b.bits_per_weight;
  return a.answer_s < b.answer_s;
}

Standing standing(const Evaluator& evaluator, const rules::Program& program, std::size_t row) {
  Standing result;
  for (Slot slot : program.constraints()) {
    const double value = evaluator.value(slot, row);
    if (rules::is_not_applicable(value)) continue;
    ++result.applied;
    if (value != 0) continue;
    ++result.refused;
    const auto compared = sides(program, program.rules().constraints()[program.symbol(slot).index]);
    if (!compared) continue;
    const double a = std::abs(evaluator.value(compared->first, row));
    const double b = std::abs(evaluator.value(compared->second, row));
    const double factor = std::max(a, b) / std::max(std::min(a, b), std::numeric_limits<double>::min());
    if (std::isfinite(factor)) result.missed_by += std::log(std::max(factor, 1.0));
  }
  return result;
}

}  // namespace

void judge(RolePlan& plan, const SiteUse& used) {
  const rules::Program& program = *plan.program;
  const RoleProblem& problem = plan.problem;
  const std::size_t total = problem.nodes.size();
  plan.looked_at = static_cast<std::int64_t>(total);
  if (total == 0) return;
  Evaluator evaluator(plan, used);
  const auto nodes_slot = program.find(problem.nodes_rule);
  const auto bits_slot = program.find("llm.bits_per_weight"), answer_slot = program.find("llm.e2e_mean");
  const Axis* available = nullptr;
  for (const Axis& axis : problem.axes) {
    if (axis.name == "node.available") available = &axis;
  }
  std::vector<double> counts(total, 0);
  std::optional<Standing> best;
  Candidate chosen;
  for (std::size_t i = 0; i < total; ++i) {
    const std::size_t one[] = {i};
    evaluator.run(one, problem.nodes, nullptr);
    const double there = available ? available->numbers[i] : 1;
    const double needed = nodes_slot ? evaluator.value(*nodes_slot, 0) : there;
    // What does not run at all asks for no nodes; the machines are there all the same.
    counts[i] = rules::is_not_applicable(needed) || !std::isfinite(needed) ? there : needed;
    evaluator.run(one, problem.nodes, &counts);
    Standing now = standing(evaluator, program, 0);
    const auto known = [&](const std::optional<Slot>& slot) {
      const double value = slot ? evaluator.value(*slot, 0) : 0;
      return rules::is_not_applicable(value) || !std::isfinite(value) ? 0 : value;
    };
    now.bits_per_weight = known(bits_slot);
    now.answer_s = known(answer_slot);
    if (best && !further(now, *best)) continue;
    best = now;
    chosen.index = i;
  }
  chosen.node = problem.nodes[chosen.index];
  chosen.nodes = static_cast<std::int64_t>(std::llround(counts[chosen.index]));
  chosen.family = family_of(problem, chosen.index);
  if (problem.describe) chosen.choices = problem.describe(described_as(problem, chosen.index));
  chosen.trace = trace(plan, used, chosen.index, chosen.node, counts[chosen.index]);
  plan.chosen = std::move(chosen);
}

}  // namespace rackfit::search
