// How much the column executor gains over walking each rule's tree for each candidate: `rackfit_rules_bench
// [RULE_FILE…]`.
//
// The walk is the one somebody would write first: a node an object, children behind pointers, names already
// resolved to slots, both branches of a condition evaluated only when needed. It shares the meaning of the
// operations, so all three executors must come to the same checksum.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <memory>

#include "ast.hpp"
#include "code.hpp"
#include "unit/rules/fixture.hpp"
#include "unit/rules/random_formula.hpp"

using namespace rackfit;
using namespace rackfit::rules;

namespace {

struct Tree {
  Op op = Op::constant;
  double value = 0;
  Slot slot = 0;
  std::vector<std::unique_ptr<Tree>> children;
};

std::unique_ptr<Tree> grow(const Ast& ast, NodeId id) {
  const AstNode& node = ast.nodes[id];
  auto tree = std::make_unique<Tree>();
  tree->op = node.op;
  tree->value = node.value;
  tree->slot = node.slot;
  for (int i = 0; i < operand_count(node.op); ++i)
    tree->children.push_back(grow(ast, node.in[static_cast<std::size_t>(i)]));
  return tree;
}

double walk(const Tree& tree, const std::vector<double>& values) {
  const auto child = [&](std::size_t i) { return walk(*tree.children[i], values); };
  switch (tree.op) {
    case Op::constant:
      return tree.value;
    case Op::load:
      return values[tree.slot];
    case Op::native:
      return not_applicable();
    case Op::select: {
      const double condition = child(0);
      if (is_not_applicable(condition)) return condition;
      return condition != 0 ? child(1) : child(2);
    }
    default:
      break;
  }
  if (tree.children.size() == 1) return apply(tree.op, child(0));
  const double a = child(0);
  return apply(tree.op, a, child(1));
}

double seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Least time of one pass of `run` over all candidates, in microseconds a candidate: other programs only ever
/// add to it.
template <class Run>
double measure(std::size_t candidates, Run run) {
  std::vector<double> times;
  for (int round = 0; round < 25; ++round) {
    const double start = seconds();
    run();
    times.push_back((seconds() - start) * 1e6 / static_cast<double>(candidates));
  }
  return *std::min_element(times.begin(), times.end());
}

/// Order matters, so that two wrongs do not cancel out.
void mix(std::uint64_t& sum, double value) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  sum = (sum ^ bits) * 0x100000001B3u;
}

class Bench {
 public:
  Bench(std::string name, std::shared_ptr<const Program> program)
      : name_(std::move(name)), program_(std::move(program)) {
    test::Random random(42);
    for (Slot slot : program_->inputs()) {
      const Symbol& symbol = program_->symbol(slot);
      for (std::size_t i = 0; i < candidates; ++i) {
        const double base = symbol.default_value.value_or(
            symbol.kind == ValueKind::number ? 1 + random.below(100) : random.below(2));
        inputs_.push_back(symbol.kind == ValueKind::number ? base * (0.5 + random.below(1000) / 1000.0)
                                                           : base);
      }
    }
  }

  void run() {
    const Code& code = program_->code();
    std::size_t nodes = 0;
    for (const AstBody& body : program_->ast().bodies) nodes += body.last - body.first;
    const std::size_t rules = program_->symbols().size() - program_->inputs().size();
    fmt::print("{}: {} rules, {} nodes -> {} instructions, {} registers\n", name_, rules, nodes,
               code.instructions.size(), code.registers);
    const double naive = measure(candidates, [&] { walk_all(); });
    fmt::print("  tree walk      {:8.3f} us/candidate\n", naive);
    for (std::size_t width : {std::size_t{64}, std::size_t{128}, std::size_t{256}}) {
      BatchVm vm(program_, width);
      const double batch = measure(candidates, [&] { batch_all(vm, width); });
      fmt::print("  columns of {:<3} {:8.3f} us/candidate  {:5.1f} x  {}\n", width, batch, naive / batch,
                 batch_sum_ == walk_sum_ ? "same results" : "RESULTS DIFFER");
    }
  }

 private:
  static constexpr std::size_t candidates = 2048;

  void walk_all() {
    if (trees_.empty()) {
      for (Slot slot = 0; slot < program_->symbols().size(); ++slot) {
        const bool input = program_->symbol(slot).origin == Symbol::Origin::input;
        trees_.push_back(input ? nullptr : grow(program_->ast(), program_->ast().bodies[slot].root));
      }
    }
    std::vector<double> values(trees_.size());
    walk_sum_ = 0;
    for (std::size_t i = 0; i < candidates; ++i) {
      for (std::size_t p = 0; p < program_->inputs().size(); ++p)
        values[program_->inputs()[p]] = inputs_[p * candidates + i];
      for (std::size_t slot = 0; slot < trees_.size(); ++slot) {
        if (trees_[slot]) values[slot] = walk(*trees_[slot], values);
      }
      mix(walk_sum_, values.back());
    }
  }

  void batch_all(BatchVm& vm, std::size_t width) {
    batch_sum_ = 0;
    for (std::size_t at = 0; at < candidates; at += width) {
      for (std::size_t p = 0; p < program_->inputs().size(); ++p) {
        std::copy_n(inputs_.begin() + static_cast<std::ptrdiff_t>(p * candidates + at), width,
                    vm.column(program_->inputs()[p]).begin());
      }
      vm.run(width);
      const auto last = vm.column(static_cast<Slot>(program_->symbols().size() - 1));
      for (std::size_t i = 0; i < width; ++i) mix(batch_sum_, last[i]);
    }
  }

  std::string name_;
  std::shared_ptr<const Program> program_;
  std::vector<double> inputs_;  // by input, then candidate
  std::vector<std::unique_ptr<Tree>> trees_;
  std::uint64_t walk_sum_ = 0, batch_sum_ = 0;
};

/// 300 rules in the manner of real ones: about 13 nodes each, reading inputs and earlier rules.
std::string synthetic() {
  test::Random random(11);
  std::string text = "inputs:\n";
  for (int i = 0; i < 40; ++i) text += fmt::format("  in.n{}: {{unit: \"1\", default: {}}}\n", i, 1 + i);
  text += "rules:\n";
  for (int i = 0; i < 300; ++i) {
    const auto name = [&] {
      return i > 0 && random.below(2) ? fmt::format("r.n{}", random.below(static_cast<std::uint32_t>(i)))
                                      : fmt::format("in.n{}", random.below(40));
    };
    static const char* const shapes[] = {
        "{0} * {1} / (1 + {2}) + min({3}, {0}) - 0.5 * {2}", "max({0} - {1}, 0) / ({2} + 1) + {3} * 0.01",
        "{0} > {1} ? {2} * 1.2 + {3} : {3} / ({0} + 2)", "ceil({0} / ({1} + 3)) * {2} - {3} * 0.3 + 1",
        "({0} + {1} + {2}) / ({3} + 4) < 10 && {0} > 1 ? {1} : {2} * 0.7"};
    const std::string formula =
        fmt::format(fmt::runtime(shapes[random.below(5)]), name(), name(), name(), name());
    text += fmt::format("  r.n{}: {{unit: \"1\", formula: '{}'}}\n", i, formula);
  }
  return text;
}

}  // namespace

int main(int argc, char** argv) {
  test::Rules made(synthetic());
  const auto program = made.compile();
  if (!program) return fmt::print("{}", made.problems()), 1;
  Bench("synthetic", program).run();
  if (argc < 2) return 0;
  test::Rules real;
  for (int i = 1; i < argc; ++i) {
    std::ifstream stream(argv[i]);
    const std::string text((std::istreambuf_iterator<char>(stream)), {});
    if (const auto tree = test::tree_of(argv[i], text, real.diagnostics))
      real.set->add(tree, 0, test::registry(), real.diagnostics);
  }
  for (const std::string& role : real.set->roles()) {
    const double start = seconds();
    const auto compiled = real.compile(role);
    if (!compiled) continue;
    fmt::print("compiled in {:.2f} ms\n", (seconds() - start) * 1e3);
    Bench(role, compiled).run();
  }
  for (const ExampleResult& result :
       run_examples(real.set, real.natives, test::registry(), real.diagnostics)) {
    if (!result.passed)
      fmt::print("{}: example of {} expects {}, got {}\n", file_line(result.span), result.name,
                 result.expected, result.actual);
  }
  if (real.diagnostics.has_errors()) return fmt::print("{}", real.problems()), 1;
  return 0;
}
