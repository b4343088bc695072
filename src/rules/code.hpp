// The flat program of the batch executor: one instruction an operation, operands in numbered registers
// (columns) or constants. The first registers are the symbols, by slot; the rest are scratch columns, used
// again as soon as their last reader has run.
#pragma once

#include <cstdint>
#include <vector>

#include "ops.hpp"
#include "rackfit/rules/program.hpp"

namespace rackfit::rules {

/// A register or, when negative, the constant ~index.
using Operand = std::int32_t;

struct Instruction {
  Op op = Op::copy;
  std::uint32_t out = 0;  // register; native: index into Code::calls
  Operand a = 0, b = 0, c = 0;
};

struct NativeCall {
  std::uint32_t native = 0;
  std::vector<Operand> arguments;
  std::vector<std::uint32_t> outputs;  // registers
  /// For word parameters with a list: Program's number of the word -> index in the list, −1 for none.
  std::vector<std::vector<double>> words;
};

struct Code {
  std::vector<Instruction> instructions;
  std::vector<NativeCall> calls;
  std::vector<double> constants;
  std::uint32_t registers = 0;
};

/// Translates a word's number for a native; `map` empty: unchanged.
inline double native_word(const std::vector<double>& map, double word) {
  if (map.empty() || word != word) return word;
  const bool inside = word >= 0 && word < static_cast<double>(map.size());
  return inside ? map[static_cast<std::size_t>(word)] : -1.0;
}
/// The translation tables of one native's parameters.
std::vector<std::vector<double>> word_maps(const Program& program, const NativeFunction& native);

}  // namespace rackfit::rules
