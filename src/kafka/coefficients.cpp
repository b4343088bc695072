#include "rackfit/kafka/coefficients.hpp"

#include <algorithm>

namespace rackfit::kafka {
namespace {

using rules::Slot;

/// Everything that a symbol is computed from, itself included.
std::vector<bool> ancestors(const rules::Program& program, Slot slot) {
  std::vector<bool> needed(program.symbols().size(), false);
  needed[slot] = true;
  // A slot reads lower slots only.
  for (Slot at = slot + 1; at-- > 0;) {
    if (!needed[at]) continue;
    for (const Slot read : program.reads(at)) needed[read] = true;
  }
  return needed;
}

constexpr Slot settled = static_cast<Slot>(-1);

double evaluated(const rules::TraceVm& state, Slot slot, std::span<const Setting> settings) {
  rules::TraceVm vm = state;
  for (const Setting& setting : settings) vm.set(setting.slot, setting.value);
  vm.run(slot);
  return vm.value(slot);
}

/// Open inputs that nobody gave.
std::vector<Slot> undecided(const rules::TraceVm& state, Slot slot) {
  std::vector<Slot> found;
  for (const Slot input : open_inputs(state.program(), slot)) {
    const auto& standard = state.program().symbol(input).default_value;
    if (standard && state.value(input) == *standard) found.push_back(input);
  }
  return found;
}

/// The ends that push a symbol down (`sign` −1) or up (+1). A second round sees inputs that matter only once
/// another stands at its end, because the symbol is a maximum or rounded.
std::vector<Setting> extreme(const rules::TraceVm& state, Slot slot, std::vector<Slot> open, double sign) {
  std::vector<Setting> chosen;
  for (int round = 0; round < 2; ++round) {
    for (Slot& input : open) {
      if (input == settled) continue;
      const auto [low, high] = *state.program().symbol(input).range;
      chosen.push_back({input, low});
      const double at_low = evaluated(state, slot, chosen);
      chosen.back().value = high;
      const double at_high = evaluated(state, slot, chosen);
      const bool silent =
          rules::is_not_applicable(at_low) || rules::is_not_applicable(at_high) || at_low == at_high;
      if (silent) {
        chosen.pop_back();
        continue;
      }
      if (sign * at_low > sign * at_high) chosen.back().value = low;
      input = settled;
    }
  }
  return chosen;
}

}  // namespace

std::vector<Slot> open_inputs(const rules::Program& program, Slot slot) {
  const std::vector<bool> needed = ancestors(program, slot);
  std::vector<Slot> found;
  for (const Slot input : program.inputs()) {
    if (needed[input] && program.symbol(input).range) found.push_back(input);
  }
  return found;
}

Ends ends(const rules::TraceVm& state, Slot slot) {
  const std::vector<Slot> open = undecided(state, slot);
  return {extreme(state, slot, open, -1), extreme(state, slot, open, 1)};
}

Interval interval(const rules::TraceVm& state, Slot slot, std::span<const Setting> pins) {
  rules::TraceVm pinned = state;
  for (const Setting& pin : pins) pinned.set(pin.slot, pin.value);
  Interval result;
  result.value = evaluated(pinned, slot, {});
  const Ends at = ends(pinned, slot);
  result.low = evaluated(pinned, slot, at.least);
  result.high = evaluated(pinned, slot, at.greatest);
  if (rules::is_not_applicable(result.value)) return result;
  // Rounding up to whole brokers can hide an input that matters only together with another.
  result.low = std::min(result.low, result.value);
  result.high = std::max(result.high, result.value);
  return result;
}

}  // namespace rackfit::kafka
