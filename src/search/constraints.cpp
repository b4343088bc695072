#include "rackfit/search/constraints.hpp"

namespace rackfit::search {

using rules::Slot;

std::optional<std::pair<Slot, Slot>> sides(const rules::Program& program,
                                           const rules::Constraint& constraint) {
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

std::string relaxation(const rules::Program& program, const rules::Constraint& constraint,
                       const rules::TraceVm& vm) {
  // Only plain comparisons of two names have an obvious way to be relaxed.
  const auto compared = sides(program, constraint);
  if (!compared) return {};
  const auto [left, right] = *compared;
  if (rules::is_not_applicable(vm.value(left)) || rules::is_not_applicable(vm.value(right))) return {};
  const bool left_is_limit = program.symbol(left).origin == rules::Symbol::Origin::input &&
                             program.symbol(right).origin != rules::Symbol::Origin::input;
  const Slot limit = left_is_limit ? left : right;
  const Slot need = left_is_limit ? right : left;
  // Beside an amount of money stands its currency, since a rule's own units are fixed.
  const auto currency = program.find(program.symbol(limit).name + "_currency");
  const std::string of = currency ? " " + program.print(*currency, vm.value(*currency)) : "";
  return "`" + program.symbol(limit).name + "` would have to be " + program.print(need, vm.value(need)) + of +
         " instead of " + program.print(limit, vm.value(limit)) + of;
}

}  // namespace rackfit::search
