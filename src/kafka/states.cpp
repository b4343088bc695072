#include "rackfit/kafka/states.hpp"

namespace rackfit::kafka {

namespace {

/// What the advice whose names begin so says in this state.
std::vector<std::string> said(const rules::TraceVm& values, const std::string& beginning) {
  std::vector<std::string> sentences;
  if (beginning.empty()) return sentences;
  const rules::Program& program = values.program();
  for (const rules::Slot slot : program.advice()) {
    if (program.symbol(slot).name.rfind(beginning, 0) != 0 || values.value(slot) != 1) continue;
    const auto& advice = program.rules().advice()[program.symbol(slot).index];
    sentences.push_back(rules::fill_in(advice.say, program, values.values()));
  }
  return sentences;
}

}  // namespace

std::vector<State> states(const rules::TraceVm& chosen, const catalog::StatesView& view) {
  std::vector<State> found;
  const rules::Program& program = chosen.program();
  const auto input = program.find(view.input);
  const auto applies = program.find(view.applies);
  if (!input || !applies) return found;
  for (const auto& name : view.names) {
    rules::TraceVm values = chosen;
    for (const std::string& symbol : view.pinned) {
      if (const auto slot = program.find(symbol)) values.set(*slot, chosen.value(*slot));
    }
    values.set(*input, program.intern(name.name));
    values.run();
    if (values.value(*applies) != 1) continue;
    std::vector<std::string> given_up = said(values, view.given_up);
    std::vector<std::string> reduced = said(values, view.reduced);
    found.push_back({name.name, name.value, std::move(values), std::move(given_up), std::move(reduced)});
  }
  return found;
}

}  // namespace rackfit::kafka
