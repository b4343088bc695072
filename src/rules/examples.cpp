// Runs the examples that rule files carry: they are the rules' tests and their documentation at once.
#include <cmath>
#include <set>

#include "rackfit/base/did_you_mean.hpp"
#include "rackfit/rules/program.hpp"

namespace rackfit::rules {
namespace {

using Programs = std::map<std::string, std::shared_ptr<const Program>>;

/// The first role that knows the rule and everything its example gives.
std::shared_ptr<const Program> program_for(const Programs& programs, const std::string& role,
                                           const std::string& name, const Example& example) {
  std::shared_ptr<const Program> second_best;
  for (const auto& entry : programs) {
    const auto& program = entry.second;
    if (!program || (!role.empty() && entry.first != role) || !program->find(name)) continue;
    if (!second_best) second_best = program;
    bool all = true;
    for (const Given& given : example.given) all = all && program->find(given.name).has_value();
    if (all) return program;
  }
  return second_best;
}

bool near(double actual, double expected, double margin) {
  if (is_not_applicable(actual) || is_not_applicable(expected))
    return is_not_applicable(actual) && is_not_applicable(expected);
  if (actual == expected) return true;
  return std::fabs(actual - expected) <= margin * std::fmax(std::fabs(actual), std::fabs(expected));
}

/// Inputs without a value that the result depends on, for the message of an example that gave too little.
std::string missing_inputs(const Program& program, const TraceVm& vm, Slot slot,
                           const std::set<Slot>& given) {
  std::string result;
  std::vector<bool> needed(slot + 1, false);
  needed[slot] = true;
  for (Slot at = slot + 1; at-- > 0;) {
    if (!needed[at] || given.count(at)) continue;
    for (Slot read : program.reads(at)) needed[read] = true;
    if (program.symbol(at).origin != Symbol::Origin::input || !is_not_applicable(vm.value(at))) continue;
    result += (result.empty() ? "" : ", ") + program.symbol(at).name;
  }
  return result;
}

bool set_given(const Program& program, const Example& example, TraceVm& vm, std::set<Slot>& given,
               Diagnostics& diagnostics) {
  bool all = true;
  for (const Given& item : example.given) {
    const auto slot = program.find(item.name);
    if (!slot) {
      std::vector<std::string> known;
      for (const Symbol& symbol : program.symbols()) known.push_back(symbol.name);
      diagnostics.error("RF0319", item.name_span,
                        "an example gives a value to an unknown name `" + item.name + "`", {},
                        suggestion_help(item.name, known));
      all = false;
      continue;
    }
    std::string reason;
    const auto value = program.read(*slot, item.text, reason);
    if (!value) {
      diagnostics.error("RF0319", item.span, "an example's `" + item.name + "`: " + reason);
      all = false;
      continue;
    }
    vm.set(*slot, *value);
    given.insert(*slot);
  }
  return all;
}

ExampleResult run_example(const std::shared_ptr<const Program>& program, const std::string& name,
                          bool unique_table, const Example& example, Diagnostics& diagnostics) {
  ExampleResult result;
  result.name = name;
  result.span = example.span;
  result.expected = example.expect;
  const Slot slot = *program->find(name);
  TraceVm vm(program);
  std::set<Slot> given;
  if (!set_given(*program, example, vm, given, diagnostics)) {
    result.actual = "not run";
    return result;
  }
  std::string reason;
  const auto expected = program->read(slot, example.expect, reason);
  if (!expected) {
    diagnostics.error("RF0319", example.span, "an example of `" + name + "`: " + reason);
    result.actual = "not run";
    return result;
  }
  vm.run(slot);
  const double actual = vm.value(slot);
  result.expected = program->print(slot, *expected);
  result.actual = program->print(slot, actual);
  result.passed = near(actual, *expected, example.relative_margin);
  if (!result.passed && is_not_applicable(actual)) {
    const std::string missing = missing_inputs(*program, vm, slot, given);
    if (!missing.empty()) result.actual += " (without a value: " + missing + ")";
  }
  const auto rows = vm.matching_rows(slot);
  if (unique_table && rows.size() > 1) {
    result.passed = false;
    diagnostics.error("RF0323", example.span,
                      "rows " + std::to_string(rows[0] + 1) + " and " + std::to_string(rows[1] + 1) +
                          " of `" + name + "` both hold in this example",
                      {}, "narrow one of them, or write `hit: first`");
  }
  return result;
}

bool same(const Diagnostic& a, const Diagnostic& b) {
  if (a.code != b.code || a.message != b.message || a.labels.size() != b.labels.size()) return false;
  for (std::size_t i = 0; i < a.labels.size(); ++i) {
    const Span& left = a.labels[i].span;
    const Span& right = b.labels[i].span;
    if (left.file != right.file || left.begin != right.begin || left.end != right.end) return false;
  }
  return true;
}

}  // namespace

Programs compile_all(const std::shared_ptr<const RuleSet>& rules,
                     const std::shared_ptr<const NativeTable>& natives, const units::Registry& units,
                     Diagnostics& diagnostics) {
  Programs result;
  std::vector<std::string> roles = rules->roles();
  roles.insert(roles.begin(), "");
  std::vector<Diagnostic> seen;
  bool failed = false;
  for (const std::string& role : roles) {
    Diagnostics problems;
    result[role] = Program::compile(rules, role, natives, units, problems);
    failed = failed || problems.has_errors();
    for (const Diagnostic& problem : problems.items()) {
      bool known = false;
      for (const Diagnostic& other : seen) known = known || same(problem, other);
      if (known) continue;
      seen.push_back(problem);
      diagnostics.add(problem);
    }
  }
  if (failed) result.clear();
  return result;
}

std::vector<ExampleResult> run_examples(const std::shared_ptr<const RuleSet>& rules,
                                        const std::shared_ptr<const NativeTable>& natives,
                                        const units::Registry& units, Diagnostics& diagnostics) {
  std::vector<ExampleResult> results;
  const Programs programs = compile_all(rules, natives, units, diagnostics);
  const auto run = [&](const std::string& name, const std::string& role, bool unique_table,
                       const std::vector<Example>& examples) {
    for (const Example& example : examples) {
      const auto program = program_for(programs, role, name, example);
      if (program) results.push_back(run_example(program, name, unique_table, example, diagnostics));
    }
  };
  for (const Rule& rule : rules->rules())
    run(rule.name, rule.role, rule.table_unique && !rule.table.empty(), rule.examples);
  for (const Constraint& constraint : rules->constraints())
    run(constraint.name, constraint.role, false, constraint.examples);
  for (const Advice& advice : rules->advice()) run(advice.name, advice.role, false, advice.examples);
  return results;
}

}  // namespace rackfit::rules
