// Checked formulas: every name a slot, every number in base units, every mechanism (table, tiers, cap, …)
// rewritten to the operations of ops.hpp. Operands stand before the nodes that use them; the nodes of one
// symbol are contiguous.
//
// The tracing executor walks this; lower.cpp makes the flat program of the batch executor from it.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "ops.hpp"
#include "rackfit/rules/program.hpp"

namespace rackfit::rules {

using NodeId = std::uint32_t;

struct AstNode {
  Op op = Op::constant;
  std::array<NodeId, 3> in{};
  double value = 0;          // constant
  Slot slot = 0;             // load
  std::uint32_t call = 0;    // native: into Ast::calls
  std::uint32_t output = 0;  // native: which result
};

/// A call of a native function with the nodes of its arguments.
struct AstCall {
  std::uint32_t native = 0;
  std::vector<NodeId> arguments;
};

/// A formula as text with the places of the names in it, for putting values in.
struct AstText {
  struct Name {
    std::uint32_t begin = 0, end = 0;
    Slot slot = 0;
  };
  const Formula* formula = nullptr;
  std::vector<Name> names;  // in the order of the text
  NodeId root = 0;
};

/// What evaluates one rule, constraint or advice. Text indices are into Ast::texts, -1 for none.
struct AstBody {
  NodeId first = 0, last = 0;  // nodes [first, last)
  NodeId root = 0;
  int applies_if = -1;
  int formula = -1;
  int tiers_of = -1;
  int cap = -1, floor = -1, round_to = -1;
  std::vector<std::pair<int, int>> rows;  // table: condition, value; tiers: up to, value
};

struct Ast {
  std::vector<AstNode> nodes;
  std::vector<AstCall> calls;
  std::vector<AstText> texts;
  std::vector<AstBody> bodies;  // by slot; those of inputs are empty
};

}  // namespace rackfit::rules
