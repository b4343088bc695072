// A formula's text as a tree, before anybody knows what its names mean.
//
// Children always stand before their parents in `nodes`, so later passes are plain loops and no input,
// however nested, can exhaust the stack. Places are byte offsets into the formula's text; `place` turns them
// into spans of the file.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rackfit/base/diagnostic.hpp"
#include "rackfit/rules/rule_set.hpp"
#include "rackfit/units/registry.hpp"

namespace rackfit::rules {

enum class SyntaxKind : std::uint8_t { number, word, truth, nothing, name, unary, binary, conditional, call };

struct SyntaxNode {
  SyntaxKind kind = SyntaxKind::number;
  std::string text;    // name, word, operator, or called function
  std::string output;  // of a native call: what follows its `)`, empty when nothing does
  double value = 0;    // numbers in base units, truth values
  units::Dimension dimension;
  bool bare_zero = false;  // `0` without a unit fits every dimension
  std::vector<std::uint32_t> children;
  std::uint32_t begin = 0, end = 0;  // with the parentheses around it
  std::uint32_t token_begin = 0;     // of a name itself
  std::uint32_t output_begin = 0;
};

struct Syntax {
  const Formula* formula = nullptr;
  std::vector<SyntaxNode> nodes;  // the last one is the root; empty when the text could not be read

  explicit operator bool() const { return !nodes.empty(); }
  const SyntaxNode& root() const { return nodes.back(); }
};

constexpr std::size_t max_formula_bytes = 4096;
constexpr int max_formula_depth = 64;

/// Reads a formula, which must outlive the result; on any problem adds one diagnostic and returns an empty
/// Syntax.
Syntax parse_formula(const Formula& formula, const units::Registry& units, Diagnostics& diagnostics);

/// The place of bytes [begin, end) of a formula's text in its file, whatever YAML style the text was written
/// in.
Span place(const Formula& formula, std::size_t begin, std::size_t end);

/// True for `a`, `kafka.nic_out`: what a formula can call by name.
bool is_name(std::string_view text);
/// Words that cannot name a rule: `true`, `min`, …
bool is_reserved(std::string_view name);
/// The functions of the language, sorted.
const std::vector<std::string>& function_names();

}  // namespace rackfit::rules
