// Small rule files as text, compiled.
#pragma once

#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "rackfit/base/diagnostic.hpp"
#include "rackfit/rules/program.hpp"
#include "rackfit/yaml/tree.hpp"

namespace rackfit::rules::test {

inline std::shared_ptr<const yaml::Tree> tree_of(const std::string& path, const std::string& text,
                                                 Diagnostics& diagnostics) {
  return yaml::parse(std::make_shared<SourceFile>(path, text), diagnostics);
}

inline const units::Registry& registry() {
  static const units::Registry registry = [] {
    std::ifstream stream(std::string(RACKFIT_SOURCE_DIR) + "/profiles/units.yaml");
    const std::string text((std::istreambuf_iterator<char>(stream)), {});
    Diagnostics diagnostics;
    const auto tree = tree_of("units.yaml", text, diagnostics);
    auto loaded = tree ? units::Registry::load(*tree, diagnostics) : std::nullopt;
    if (!loaded) throw std::runtime_error(render(diagnostics));
    return *std::move(loaded);
  }();
  return registry;
}

/// A rule set, its natives and whatever was wrong with them.
struct Rules {
  std::shared_ptr<RuleSet> set = std::make_shared<RuleSet>();
  std::shared_ptr<NativeTable> natives = std::make_shared<NativeTable>();
  Diagnostics diagnostics;

  Rules() = default;
  explicit Rules(const std::string& yaml) { add(yaml); }
  Rules& add(const std::string& yaml, int layer = 0) {
    const std::string path = layer == 0 ? "rules.yaml" : "mine.yaml";
    if (const auto tree = tree_of(path, yaml, diagnostics)) set->add(tree, layer, registry(), diagnostics);
    return *this;
  }
  Rules& override_with(const std::string& yaml) {
    if (const auto tree = tree_of("workload.yaml", yaml, diagnostics)) {
      set->add_overrides(tree, tree->root().find("overrides"), registry(), diagnostics);
    }
    return *this;
  }
  std::shared_ptr<const Program> compile(const std::string& role = {}) {
    auto program = Program::compile(set, role, natives, registry(), diagnostics);
    return diagnostics.has_errors() ? nullptr : program;
  }
  std::string problems() const { return render(diagnostics); }
};

/// Everything wrong with a rule file, as printed, without the closing count line's text changing the tests'
/// meaning.
inline std::string problems_of(const std::string& yaml) {
  Rules rules(yaml);
  rules.compile();
  std::string all;
  for (const Diagnostic& diagnostic : rules.diagnostics.sorted()) all += render(diagnostic);
  return all;
}

/// The value of `x` where `x` has this formula, among a few inputs.
inline std::string value_of(const std::string& formula, const std::string& unit = "\"1\"") {
  Rules rules(
      "inputs:\n"
      "  missing: {unit: \"1\"}\n"
      "  missing.size: {unit: B}\n"
      "  missing.truth: {type: boolean}\n"
      "  two: {unit: \"1\", default: 2}\n"
      "  rate: {unit: B/s, default: 90 MB/s}\n"
      "  kind: {values: [mha, gqa, mla], default: mla}\n"
      "rules:\n"
      "  x: {" +
      (unit.empty() ? "" : "unit: " + unit + ", ") + "formula: '" + formula + "'}\n");
  const auto program = rules.compile();
  if (!program) {
    std::string all;
    for (const Diagnostic& diagnostic : rules.diagnostics.sorted()) all += render(diagnostic);
    return all;
  }
  const Slot x = *program->find("x");
  TraceVm trace(program);
  trace.run();
  BatchVm batch(program, 8);
  batch.run(1);
  const std::string traced = program->print(x, trace.value(x));
  const std::string batched = program->print(x, batch.column(x)[0]);
  return traced == batched ? traced : "trace " + traced + ", batch " + batched;
}

}  // namespace rackfit::rules::test
