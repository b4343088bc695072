// Formulas and whole rule files from a stream of numbers, for the property test and the fuzzer: what they
// make is nearly always well formed, so that the executors see most of it.
#pragma once

#include <cstdint>
#include <string>

namespace rackfit::rules::test {

/// A small generator of its own, because the standard library's distributions differ between implementations.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed * 2685821657736338717u + 1442695040888963407u) {}
  std::uint32_t below(std::uint32_t limit) {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return static_cast<std::uint32_t>((state_ * 2685821657736338717u) >> 33) % limit;
  }

 private:
  std::uint64_t state_;
};

/// Names in scope: `in.n0`… and `rule.n0`… are plain numbers, `in.t0`… and `rule.t0`… truth values.
class FormulaMaker {
 public:
  FormulaMaker(Random& random, unsigned inputs) : random_(random), inputs_(inputs) {}

  std::string number(int depth) {
    static const char* const binary[] = {" + ", " - ", " * ", " / ", " ?? "};
    static const char* const calls[] = {"min", "max", "sum"};
    static const char* const singles[] = {"ceil", "floor", "round", "abs", "sqrt", "exp", "log", "log2"};
    if (depth == 0 || random_.below(8) == 0) return number_leaf();
    switch (random_.below(10)) {
      case 0:
        return "(" + truth(depth - 1) + " ? " + number(depth - 1) + " : " + number(depth - 1) + ")";
      case 1:
        return std::string(calls[random_.below(3)]) + "(" + number(depth - 1) + ", " + number(depth - 1) +
               ", " + number(depth - 1) + ")";
      case 2:
        return std::string(singles[random_.below(8)]) + "(" + number(depth - 1) + ")";
      case 3:
        return "clamp(" + number(depth - 1) + ", " + number(depth - 1) + ", " + number(depth - 1) + ")";
      case 4:
        return "-" + number_leaf();
      case 5:
        return "ceil(" + number(depth - 1) + ", " + number(depth - 1) + ")";
      case 6:
        return random_.below(4) == 0 ? "pow(" + number(depth - 1) + ", 2)"
                                     : "pick(" + number(depth - 1) + ", " + number_leaf() + ")" +
                                           (random_.below(2) ? ".low" : ".high");
      default:
        return "(" + number(depth - 1) + binary[random_.below(5)] + number(depth - 1) + ")";
    }
  }

  std::string truth(int depth) {
    static const char* const comparisons[] = {" < ", " <= ", " > ", " >= ", " == ", " != "};
    if (depth == 0) return truth_leaf();
    switch (random_.below(6)) {
      case 0:
        return "(" + truth(depth - 1) + " && " + truth(depth - 1) + ")";
      case 1:
        return "(" + truth(depth - 1) + " || " + truth(depth - 1) + ")";
      case 2:
        return "!" + truth_leaf();
      case 3:
        return "is_applicable(" + number(depth - 1) + ")";
      default:
        return "(" + number(depth - 1) + comparisons[random_.below(6)] + number(depth - 1) + ")";
    }
  }

  void number_rules(unsigned count) { numbers_ = count; }
  void truth_rules(unsigned count) { truths_ = count; }

 private:
  std::string number_leaf() {
    static const char* const literals[] = {"0", "1", "2", "0.5", "3", "1e9", "25 %", "0.1", "not_applicable"};
    const std::uint32_t kind = random_.below(4);
    if (kind == 0) return literals[random_.below(9)];
    if (kind == 1 && numbers_ > 0) return "rule.n" + std::to_string(random_.below(numbers_));
    return "in.n" + std::to_string(random_.below(inputs_));
  }
  std::string truth_leaf() {
    const std::uint32_t kind = random_.below(6);
    if (kind == 0) return random_.below(2) ? "true" : "false";
    if (kind < 3 && truths_ > 0) return "rule.t" + std::to_string(random_.below(truths_));
    return "in.t" + std::to_string(random_.below(inputs_));
  }

  Random& random_;
  unsigned inputs_;
  unsigned numbers_ = 0, truths_ = 0;
};

/// A rule file with `count` rules of each kind.
inline std::string random_rules(Random& random, unsigned inputs, unsigned count, int depth) {
  FormulaMaker maker(random, inputs);
  std::string text = "inputs:\n";
  for (unsigned i = 0; i < inputs; ++i) {
    text +=
        "  in.n" + std::to_string(i) + ": {unit: \"1\"}\n  in.t" + std::to_string(i) + ": {type: boolean}\n";
  }
  text += "rules:\n";
  for (unsigned i = 0; i < count; ++i) {
    text += "  rule.n" + std::to_string(i) + ":\n    unit: \"1\"\n";
    switch (random.below(6)) {
      case 0:
        text += "    table:\n      hit: first\n      rows:\n        - {if: '" + maker.truth(2) +
                "', value: '" + maker.number(2) + "'}\n        - {if: '" + maker.truth(2) + "', value: '" +
                maker.number(2) + "'}\n";
        if (random.below(2)) text += "        - {else: '" + maker.number(2) + "'}\n";
        break;
      case 1:
        text += std::string("    tiers:\n      marginal: ") + (random.below(2) ? "true" : "false") +
                "\n      of: '" + maker.number(2) + "'\n      brackets:\n        - {up_to: 1, value: '" +
                maker.number(1) + "'}\n        - {up_to: 5, value: '" + maker.number(1) + "'}\n";
        if (random.below(2)) text += "        - {above: '" + maker.number(1) + "'}\n";
        break;
      default:
        text += "    formula: '" + maker.number(depth) + "'\n";
        break;
    }
    if (random.below(5) == 0) text += "    cap: '" + maker.number(1) + "'\n";
    if (random.below(5) == 0) text += "    floor: '" + maker.number(1) + "'\n";
    if (random.below(6) == 0) text += "    round: up\n";
    if (random.below(5) == 0) text += "    applies_if: '" + maker.truth(2) + "'\n";
    text += "  rule.t" + std::to_string(i) + ":\n    formula: '" + maker.truth(depth) + "'\n";
    maker.number_rules(i + 1);
    maker.truth_rules(i + 1);
  }
  return text;
}

}  // namespace rackfit::rules::test
