#include "solve.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace rackfit::search {

namespace {

using rules::Slot;

/// The builder's candidate that this one is like: itself, or for an existing machine the one bought new.
std::size_t described_as(const RoleProblem& problem, std::size_t candidate) {
  const std::size_t built = problem.nodes.size() - problem.like.size();
  return candidate < built ? candidate : problem.like[candidate - built];
}

std::string family_of(const RoleProblem& problem, std::size_t candidate) {
  if (!problem.nodes[candidate].existing.empty()) return "existing " + problem.nodes[candidate].existing;
  return problem.family ? problem.family(described_as(problem, candidate)) : std::string();
}

/// A block's columns by the inputs of one problem.
class Evaluator {
 public:
  Evaluator(const RolePlan& plan, const SiteUse& used) : plan_(plan), vm_(plan.program) {
    const rules::Program& program = *plan.program;
    for (const Fact& fact : plan.problem.facts) {
      if (const auto slot = program.find(fact.name)) {
        vm_.broadcast(*slot, fact.is_word ? program.intern(fact.word) : fact.number);
      }
    }
    const auto broadcast = [&](const char* name, double value) {
      if (const auto slot = program.find(name)) vm_.broadcast(*slot, value);
    };
    broadcast("site.used_power", used.power_w);
    broadcast("site.used_rack_units", used.rack_units);
    broadcast("site.used_nodes", used.nodes);
    for (const Axis& axis : plan.problem.axes) axis_slots_.push_back(program.find(axis.name));
    const std::size_t all = axis_size();
    for (std::size_t a = 0; a < plan.problem.axes.size(); ++a) {
      const Axis& axis = plan.problem.axes[a];
      interned_.emplace_back();
      if (!axis.is_word) continue;
      for (std::size_t i = 0; i < all; ++i) interned_[a].push_back(program.intern(axis.words[i]));
    }
    nodes_slot_ = program.find("role.nodes");
    for (const char* name :
         {"node.device_count", "device.power",       "node.cores",         "node.threads_per_core",
          "node.memory",       "node.sockets",       "node.disk_count",    "node.disk_capacity",
          "node.disk_endurance", "node.dimm_count",  "node.memory_channels",
          "node.disk_write",   "node.disk_read",     "node.disk_iops",     "node.nic_bandwidth",
          "node.nic_ports",    "node.cpu_power",     "node.dimm_power",    "node.disk_power",
          "node.nic_power",    "node.base_power",    "node.rack_units",    "node.psu_output",
          "node.psu_count",    "node.psu_redundant", "node.psu_efficiency"}) {
      if (const auto slot = program.find(name)) node_slots_.emplace(name, *slot);
    }
  }

  std::size_t width() const { return vm_.width(); }
  std::span<const double> column(Slot slot) const { return vm_.column(slot); }
  double value(Slot slot, std::size_t row) const { return vm_.column(slot)[row]; }

  /// Evaluates these candidates; with `nodes` (one per candidate) the whole node and the count are known.
  void run(std::span<const std::size_t> candidates, const std::vector<Node>& nodes, const std::vector<double>* counts) {
    for (std::size_t a = 0; a < axis_slots_.size(); ++a) {
      if (!axis_slots_[a]) continue;
      auto column = vm_.column(*axis_slots_[a]);
      const Axis& axis = plan_.problem.axes[a];
      for (std::size_t row = 0; row < candidates.size(); ++row) {
        column[row] = axis.is_word ? interned_[a][candidates[row]] : axis.numbers[candidates[row]];
      }
    }
    for (const auto& [name, slot] : node_slots_) {
      if (is_axis(slot)) continue;
      const double absent = plan_.program->symbol(slot).default_value.value_or(rules::not_applicable());
      auto column = vm_.column(slot);
      std::fill(column.begin(), column.end(), absent);
    }
    for (std::size_t row = 0; row < candidates.size(); ++row) {
      for (const auto& [name, value] : node_inputs(nodes[candidates[row]])) {
        const auto slot = node_slots_.find(name);
        if (slot != node_slots_.end() && !is_axis(slot->second)) vm_.column(slot->second)[row] = value;
      }
      if (nodes_slot_) vm_.column(*nodes_slot_)[row] = counts ? (*counts)[candidates[row]] : rules::not_applicable();
    }
    vm_.run(candidates.size());
  }

 private:
  bool is_axis(Slot slot) const {
    return std::any_of(axis_slots_.begin(), axis_slots_.end(), [&](const auto& axis) { return axis && *axis == slot; });
  }
  std::size_t axis_size() const { return plan_.problem.nodes.size(); }

  const RolePlan& plan_;
  rules::BatchVm vm_;
  std::vector<std::optional<Slot>> axis_slots_;
  std::vector<std::vector<double>> interned_;  // words of word axes, per axis
  std::optional<Slot> nodes_slot_;
  std::map<std::string, Slot, std::less<>> node_slots_;
};

/// Per constraint: how many it refused, and the candidate that came nearest to passing.
struct Tally {
  std::int64_t refused = 0;
  std::int64_t refused_alone = 0;
  std::optional<std::size_t> nearest;         // candidate refused by the fewest constraints, and of those by the least
  std::size_t nearest_violations = std::numeric_limits<std::size_t>::max();
  double nearest_miss = std::numeric_limits<double>::infinity();
};

/// The two names of a constraint that compares them, to tell by how much it is missed.
using Sides = std::optional<std::pair<Slot, Slot>>;

Sides sides_of(const rules::Program& program, const rules::Constraint& constraint) {
  const std::string& text = constraint.require.text;
  for (const char* comparison : {"<=", ">="}) {
    const std::size_t at = text.find(comparison);
    if (at == std::string::npos) continue;
    const auto trimmed = [](std::string_view part) {
      while (!part.empty() && part.front() == ' ') part.remove_prefix(1);
      while (!part.empty() && part.back() == ' ') part.remove_suffix(1);
      return part;
    };
    const auto left = program.find(trimmed(std::string_view(text).substr(0, at)));
    const auto right = program.find(trimmed(std::string_view(text).substr(at + 2)));
    if (left && right) return std::make_pair(*left, *right);
  }
  return {};
}

/// Runs all `candidates` and returns those that hold every constraint.
std::vector<std::size_t> pass(Evaluator& evaluator, const RolePlan& plan, const std::vector<std::size_t>& candidates,
                              const std::vector<Node>& nodes, const std::vector<double>* counts,
                              std::vector<Tally>& tallies,
                              const std::function<void(std::size_t candidate, std::size_t row)>& keep) {
  std::vector<std::size_t> held;
  const auto constraints = plan.program->constraints();
  std::vector<std::size_t> violated;
  std::vector<Sides> sides;
  for (Slot slot : constraints) {
    sides.push_back(sides_of(*plan.program, plan.program->rules().constraints()[plan.program->symbol(slot).index]));
  }
  const auto miss = [&](std::size_t constraint, std::size_t row) {
    if (!sides[constraint]) return std::numeric_limits<double>::infinity();
    const double a = std::abs(evaluator.value(sides[constraint]->first, row));
    const double b = std::abs(evaluator.value(sides[constraint]->second, row));
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

/// A trace of one candidate with all its inputs.
std::shared_ptr<rules::TraceVm> trace(const RolePlan& plan, const SiteUse& used, std::size_t candidate,
                                      const Node& node, std::optional<double> count) {
  const rules::Program& program = *plan.program;
  auto vm = std::make_shared<rules::TraceVm>(plan.program);
  const auto set = [&](std::string_view name, double value) {
    if (const auto slot = program.find(name)) vm->set(*slot, value);
  };
  for (const Fact& fact : plan.problem.facts) {
    set(fact.name, fact.is_word ? program.intern(fact.word) : fact.number);
  }
  set("site.used_power", used.power_w);
  set("site.used_rack_units", used.rack_units);
  set("site.used_nodes", used.nodes);
  for (const auto& [name, value] : node_inputs(node)) set(name, value);
  for (const Axis& axis : plan.problem.axes) {
    set(axis.name, axis.is_word ? program.intern(axis.words[candidate]) : axis.numbers[candidate]);
  }
  if (count) set("role.nodes", *count);
  vm->run();
  return vm;
}

HostNeed host_need(const Evaluator& evaluator, const rules::Program& program, std::size_t row) {
  const auto read = [&](const char* name) {
    const auto slot = program.find(name);
    const double value = slot ? evaluator.value(*slot, row) : 0;
    return rules::is_not_applicable(value) ? 0 : value;
  };
  return {read("host.cores"), read("host.memory"), read("host.disk"), read("host.disk_write"), read("host.nic"),
          read("host.racked") > 0};
}

/// Total order of candidates that do the job: cheapest, then fewest nodes, then the more exact weights, then least power,
/// then the simpler form, then by place in the list.
bool better(const Candidate& a, const Candidate& b) {
  if (a.price_usd.has_value() != b.price_usd.has_value()) return a.price_usd.has_value();
  if (a.price_usd && *a.price_usd != *b.price_usd) return *a.price_usd < *b.price_usd;
  if (a.nodes != b.nodes) return a.nodes < b.nodes;
  const double power_a = a.power_w.value_or(std::numeric_limits<double>::infinity());
  const double power_b = b.power_w.value_or(std::numeric_limits<double>::infinity());
  if (a.bits_per_weight != b.bits_per_weight) return a.bits_per_weight > b.bits_per_weight;
  if (power_a != power_b) return power_a < power_b;
  // Dividing the work has to gain something.
  if (a.instances != b.instances) return a.instances < b.instances;
  return a.index < b.index;
}

void rejections(RolePlan& plan, const SiteUse& used, const std::vector<Tally>& tallies, const std::vector<Node>& nodes,
                const std::vector<double>& counts) {
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
    const auto vm = trace(plan, used, nearest, nodes[nearest], count > 0 ? std::optional<double>(count) : std::nullopt);
    rejection.example_family = family_of(plan.problem, nearest);
    rejection.because = rules::fill_in(definition.because, *plan.program, vm->values());
    if (tallies[c].refused_alone > 0) rejection.relaxation = relaxation(*plan.program, definition, *vm);
    plan.rejections.push_back(std::move(rejection));
  }
  std::stable_sort(plan.rejections.begin(), plan.rejections.end(),
                   [](const Rejection& a, const Rejection& b) { return a.candidates > b.candidates; });
}

/// How far a candidate of fixed machines gets: one that does not even run has few constraints that apply.
struct Standing {
  std::size_t applied = 0, refused = 0;
  double missed_by = 0;
  double bits_per_weight = 0, answer_s = 0;  // of model roles; with several ways that do, the more exact and the quicker
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
    const Sides compared = sides_of(program, program.rules().constraints()[program.symbol(slot).index]);
    if (!compared) continue;
    const double a = std::abs(evaluator.value(compared->first, row));
    const double b = std::abs(evaluator.value(compared->second, row));
    const double factor = std::max(a, b) / std::max(std::min(a, b), std::numeric_limits<double>::min());
    if (std::isfinite(factor)) result.missed_by += std::log(std::max(factor, 1.0));
  }
  return result;
}

}  // namespace

std::optional<std::pair<Slot, Slot>> sides(const rules::Program& program,
                                           const rules::Constraint& constraint) {
  return sides_of(program, constraint);
}

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

std::string relaxation(const rules::Program& program, const rules::Constraint& constraint, const rules::TraceVm& vm) {
  // Only plain comparisons of two names have an obvious way to be relaxed.
  const Sides sides = sides_of(program, constraint);
  if (!sides) return {};
  const auto [left, right] = *sides;
  if (rules::is_not_applicable(vm.value(left)) || rules::is_not_applicable(vm.value(right))) return {};
  const bool left_is_limit = program.symbol(left).origin == rules::Symbol::Origin::input &&
                             program.symbol(right).origin != rules::Symbol::Origin::input;
  const Slot limit = left_is_limit ? left : right;
  const Slot need = left_is_limit ? right : left;
  return "`" + program.symbol(limit).name + "` would have to be " + program.print(need, vm.value(need)) + " instead of " +
         program.print(limit, vm.value(limit));
}

void move_to(RolePlan& plan, const Node& node, const SiteUse& used) {
  Candidate& chosen = *plan.chosen;
  chosen.node = node;
  if (node.price_usd) chosen.price_usd = *node.price_usd * static_cast<double>(chosen.nodes);
  chosen.trace = trace(plan, used, chosen.index, node, static_cast<double>(chosen.nodes));
}

void solve(RolePlan& plan, const Composer& composer, const SiteUse& used, int runners_up) {
  const rules::Program& program = *plan.program;
  RoleProblem& problem = plan.problem;
  const std::size_t total = problem.nodes.size();
  plan.looked_at = static_cast<std::int64_t>(total);
  Evaluator evaluator(plan, used);
  std::vector<Tally> tallies(program.constraints().size());
  std::vector<std::size_t> all(total);
  for (std::size_t i = 0; i < total; ++i) all[i] = i;

  std::vector<double> counts(total, 0);
  std::vector<Node> nodes = problem.nodes;
  std::int64_t uncomposed = 0;
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
        ++uncomposed;
        return;
      }
      nodes[candidate] = std::move(*node);
    }
    composed.push_back(candidate);
  });

  std::vector<Candidate> feasible;
  const Axis* bits = nullptr;
  const Axis* instances = nullptr;
  for (const Axis& axis : problem.axes) {
    if (axis.name == "llm.bits_per_weight") bits = &axis;
    if (axis.name == "llm.instances") instances = &axis;
  }
  const auto power_slot = program.find("role.power");
  pass(evaluator, plan, composed, nodes, &counts, tallies, [&](std::size_t candidate, std::size_t row) {
    Candidate found;
    found.index = candidate;
    found.node = nodes[candidate];
    found.nodes = static_cast<std::int64_t>(std::llround(counts[candidate]));
    if (found.node.price_usd) found.price_usd = *found.node.price_usd * static_cast<double>(found.nodes);
    const double power = power_slot ? evaluator.value(*power_slot, row) : rules::not_applicable();
    if (!rules::is_not_applicable(power) && std::isfinite(power)) found.power_w = power;
    found.family = family_of(problem, candidate);
    if (problem.form) found.form = problem.form(described_as(problem, candidate));
    if (bits) found.bits_per_weight = bits->numbers[candidate];
    if (instances) found.instances = instances->numbers[candidate];
    feasible.push_back(std::move(found));
  });
  plan.feasible = static_cast<std::int64_t>(feasible.size());
  std::sort(feasible.begin(), feasible.end(), better);

  const auto other = std::find_if(feasible.begin(), feasible.end(), [&](const Candidate& candidate) {
    return candidate.family == feasible.front().family && candidate.form != feasible.front().form;
  });
  if (other != feasible.end()) {
    plan.other_form = *other;
    if (problem.describe) plan.other_form->choices = problem.describe(described_as(problem, other->index));
  }
  std::vector<std::string> seen;
  for (Candidate& candidate : feasible) {
    const bool fresh = std::find(seen.begin(), seen.end(), candidate.family) == seen.end();
    if (plan.chosen && (!fresh || static_cast<int>(plan.runners_up.size()) >= runners_up)) continue;
    seen.push_back(candidate.family);
    candidate.trace = trace(plan, used, candidate.index, candidate.node, static_cast<double>(candidate.nodes));
    if (problem.describe) candidate.choices = problem.describe(described_as(problem, candidate.index));
    if (!plan.chosen) {
      plan.chosen = std::move(candidate);
    } else {
      plan.runners_up.push_back(std::move(candidate));
    }
  }
  rejections(plan, used, tallies, nodes, counts);
  plan.without_platform = uncomposed;
}

}  // namespace rackfit::search
