#include "evaluator.hpp"

#include <algorithm>
#include <cmath>

namespace rackfit::search {

using rules::Slot;

namespace {

/// What the roles before took, by the input that says so.
std::vector<std::pair<const char*, double>> taken(const SiteUse& used) {
  return {{"site.used_power", used.power_w},
          {"site.used_rack_units", used.rack_units},
          {"site.used_nodes", used.nodes},
          {"site.used_price", used.price_usd}};
}

}  // namespace

std::size_t described_as(const RoleProblem& problem, std::size_t candidate) {
  const std::size_t built = problem.nodes.size() - problem.like.size();
  return candidate < built ? candidate : problem.like[candidate - built];
}

std::string family_of(const RoleProblem& problem, std::size_t candidate) {
  if (!problem.nodes[candidate].existing.empty()) return "existing " + problem.nodes[candidate].existing;
  return problem.family ? problem.family(described_as(problem, candidate)) : std::string();
}

Evaluator::Evaluator(const RolePlan& plan, const SiteUse& used) : plan_(plan), vm_(plan.program) {
  const rules::Program& program = *plan.program;
  for (const Fact& fact : plan.problem.facts) {
    if (const auto slot = program.find(fact.name)) {
      vm_.broadcast(*slot, fact.is_word ? program.intern(fact.word) : fact.number);
    }
  }
  for (const auto& [name, value] : taken(used)) {
    if (const auto slot = program.find(name)) vm_.broadcast(*slot, value);
  }
  for (const Axis& axis : plan.problem.axes) {
    axis_slots_.push_back(program.find(axis.name));
    interned_.emplace_back();
    if (!axis.is_word) continue;
    for (std::size_t i = 0; i < plan.problem.nodes.size(); ++i)
      interned_.back().push_back(program.intern(axis.words[i]));
  }
  nodes_slot_ = program.find("role.nodes");
  for (const char* name : {"node.device_count",     "device.power",         "node.cores",
                           "node.threads_per_core", "node.memory",          "node.sockets",
                           "node.disk_count",       "node.disk_capacity",   "node.disk_endurance",
                           "node.dimm_count",       "node.memory_channels", "node.disk_write",
                           "node.disk_read",        "node.disk_iops",       "node.nic_bandwidth",
                           "node.nic_ports",        "node.cpu_power",       "node.dimm_power",
                           "node.disk_power",       "node.nic_power",       "node.base_power",
                           "node.rack_units",       "node.psu_output",      "node.psu_count",
                           "node.psu_redundant",    "node.psu_efficiency",  "node.price"}) {
    if (const auto slot = program.find(name)) node_slots_.emplace(name, *slot);
  }
}

std::optional<double> Evaluator::known(const std::optional<Slot>& slot, std::size_t row) const {
  if (!slot) return {};
  const double found = value(*slot, row);
  if (rules::is_not_applicable(found) || !std::isfinite(found)) return {};
  return found;
}

void Evaluator::run(std::span<const std::size_t> candidates, const std::vector<Node>& nodes,
                    const std::vector<double>* counts) {
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
    if (nodes_slot_)
      vm_.column(*nodes_slot_)[row] = counts ? (*counts)[candidates[row]] : rules::not_applicable();
  }
  vm_.run(candidates.size());
}

bool Evaluator::is_axis(Slot slot) const {
  return std::any_of(axis_slots_.begin(), axis_slots_.end(),
                     [&](const auto& axis) { return axis && *axis == slot; });
}

std::shared_ptr<rules::TraceVm> trace(const RolePlan& plan, const SiteUse& used, std::size_t candidate,
                                      const Node& node, std::optional<double> count, const Changes& changes) {
  const rules::Program& program = *plan.program;
  auto vm = std::make_shared<rules::TraceVm>(plan.program);
  const auto set = [&](std::string_view name, double value) {
    if (const auto slot = program.find(name)) vm->set(*slot, value);
  };
  for (const Fact& fact : plan.problem.facts) {
    set(fact.name, fact.is_word ? program.intern(fact.word) : fact.number);
  }
  for (const auto& [name, value] : taken(used)) set(name, value);
  for (const auto& [name, value] : node_inputs(node)) set(name, value);
  for (const Axis& axis : plan.problem.axes) {
    set(axis.name, axis.is_word ? program.intern(axis.words[candidate]) : axis.numbers[candidate]);
  }
  if (count) set("role.nodes", *count);
  for (const auto& [name, value] : changes) set(name, value);
  vm->run();
  return vm;
}

}  // namespace rackfit::search
