// Any bytes as a formula: reading it must end in a program or in diagnostics, and both executors must give
// the same values.
//
// An input that starts with `#` is a seed: rules made from it are well formed and reach deep into the
// executors.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>

#include "../unit/rules/random_formula.hpp"
#include "rackfit/base/diagnostic.hpp"
#include "rackfit/rules/program.hpp"
#include "rackfit/yaml/tree.hpp"

using namespace rackfit;
using namespace rackfit::rules;

namespace {

const char* const unit_file = R"(
base: {information: B, time: s, usd: USD, token: token, node: node}
counted: [token, node]
prefixes: {decimal: {k: 1e3, M: 1e6, G: 1e9, T: 1e12}, small: {m: 1e-3}, binary: {Ki: 1024, Mi: 1048576, Gi: 1073741824}}
units:
  B: {is: B, prefixes: [decimal, binary]}
  s: {is: s, prefixes: [small]}
  min: {is: 60 s}
  "%": {is: 0.01}
  USD: {is: USD}
  token: {is: token}
  node: {is: node}
)";

std::shared_ptr<const yaml::Tree> tree_of(std::string text) {
  Diagnostics diagnostics;
  auto tree = yaml::parse(std::make_shared<SourceFile>("fuzz.yaml", std::move(text)), diagnostics);
  return tree;
}

const units::Registry& registry() {
  static const std::shared_ptr<const yaml::Tree> tree = tree_of(unit_file);
  static const std::optional<units::Registry> registry = [] {
    Diagnostics diagnostics;
    auto loaded = tree ? units::Registry::load(*tree, diagnostics) : std::nullopt;
    if (!loaded) {
      std::fputs(render(diagnostics).c_str(), stderr);
      std::abort();
    }
    return loaded;
  }();
  return *registry;
}

NativeFunction pick() {
  NativeFunction native;
  native.name = "pick";
  native.parameters = {{"a", "1"}, {"b", "1"}};
  native.outputs = {{"low", "1", ""}, {"high", "1", ""}};
  native.batch = [](const double* const* args, double* const* outputs, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      outputs[0][i] = args[0][i] - args[1][i];
      outputs[1][i] = args[0][i] * args[1][i];
    }
  };
  return native;
}

/// The formula as a double-quoted YAML scalar.
std::string quoted(const std::string& formula) {
  std::string result = "\"";
  for (char c : formula) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + "\"";
}

std::string rule_file(const std::uint8_t* data, std::size_t size) {
  if (size > 1 && data[0] == '#') {
    std::uint64_t seed = 1;
    for (std::size_t i = 1; i < size; ++i) seed = seed * 257 + data[i];
    test::Random random(seed);
    return test::random_rules(random, 3, 4, 3);
  }
  const std::string formula = quoted(std::string(reinterpret_cast<const char*>(data), size));
  return "inputs: {n: {unit: \"1\"}, m: {unit: B, default: 3 GB}, in.t0: {type: boolean}, in.n0: {unit: "
         "\"1\"}, w: {values: [a, b]}}\n"
         "rules:\n  x: {unit: \"1\", formula: " +
         formula + "}\n  z: {formula: " + formula + "}\n  q: {unit: B, formula: " + formula +
         ", applies_if: in.t0, cap: " + formula + "}\n";
}

void compare(const std::shared_ptr<const Program>& program) {
  static const double values[] = {0, 1, -1, 2.5, 1e300, not_applicable(), -3, 1e-9};
  constexpr std::size_t width = 8;
  BatchVm batch(program, width);
  std::size_t turn = 0;
  for (Slot slot : program->inputs()) {
    for (double& value : batch.column(slot)) {
      const double number = values[turn++ % 8];
      value = program->symbol(slot).kind == ValueKind::boolean && !is_not_applicable(number)
                  ? (number > 0 ? 1 : 0)
                  : number;
    }
    ++turn;
  }
  batch.run(width);
  for (std::size_t i = 0; i < width; ++i) {
    TraceVm trace(program);
    for (Slot slot : program->inputs()) trace.set(slot, batch.column(slot)[i]);
    trace.run();
    for (Slot slot = 0; slot < program->symbols().size(); ++slot) {
      const double traced = trace.value(slot);
      const double batched = batch.column(slot)[i];
      if (std::memcmp(&traced, &batched, sizeof traced) != 0) std::abort();
      trace.trace(slot);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 6000) return 0;
  const auto tree = tree_of(rule_file(data, size));
  if (!tree) return 0;
  static const auto natives = [] {
    auto table = std::make_shared<NativeTable>();
    table->push_back(pick());
    return table;
  }();
  // The formula stands for numbers, truth values and bytes at once, so some of its rules are always wrong;
  // each is compiled alone.
  const bool made = size > 1 && data[0] == '#';
  const auto compile = [&](const yaml::Node& only) {
    Diagnostics diagnostics;
    auto rules = std::make_shared<RuleSet>();
    if (made) {
      rules->add(tree, 0, registry(), diagnostics);
    } else {
      auto single = tree_of(
          "inputs: {n: {unit: \"1\"}, m: {unit: B, default: 3 GB}, in.t0: {type: boolean}, in.n0: {unit: "
          "\"1\"}, w: {values: [a, b]}}\n"
          "rules: {" +
          std::string(only.key()) + ": " +
          std::string(
              only.span().file->text().substr(only.span().begin, only.span().end - only.span().begin)) +
          "}\n");
      if (!single) return;
      rules->add(single, 0, registry(), diagnostics);
    }
    const auto program = Program::compile(rules, "", natives, registry(), diagnostics);
    render(diagnostics);
    if (program) compare(program);
    if (made && !program) std::abort();
  };
  if (made) {
    compile({});
  } else {
    const yaml::Node section = tree->root().find("rules");
    for (std::size_t i = 0; i < section.size(); ++i) compile(section[i]);
  }
  return 0;
}
