// Finds rows of a table that can hold together although the table promises unique hits.
//
// Only conditions made of `&&` and comparisons of one name with one constant are looked at: each is a box of
// intervals, and two boxes overlap or not. Other conditions are watched when examples run.
#include <fmt/format.h>

#include "compile.hpp"

namespace rackfit::rules {
namespace {

/// Values of one name that a condition lets pass.
struct Range {
  double low = -ops::infinity, high = ops::infinity;
  bool low_open = false, high_open = false;
  std::string word;  // `name == "word"`
  std::set<std::string> not_words;

  bool meets(const Range& other) const {
    if (!word.empty() && !other.word.empty()) return word == other.word;
    if (!word.empty() && other.not_words.count(word)) return false;
    if (!other.word.empty() && not_words.count(other.word)) return false;
    const double foot = std::max(low, other.low);
    const double top = std::min(high, other.high);
    const bool open = (foot == low && low_open) || (foot == other.low && other.low_open) ||
                      (top == high && high_open) || (top == other.high && other.high_open);
    return foot < top || (foot == top && !open);
  }
  void above(double value, bool open) {
    if (value > low || (value == low && open)) {
      low = value;
      low_open = open;
    }
  }
  void below(double value, bool open) {
    if (value < high || (value == high && open)) {
      high = value;
      high_open = open;
    }
  }
};
using Box = std::map<std::string, Range>;

bool compare(const SyntaxNode& name, std::string symbol, const SyntaxNode& value, bool turned, Box& box) {
  if (name.kind != SyntaxKind::name) return false;
  Range& range = box[name.text];
  if (value.kind == SyntaxKind::word) {
    if (symbol == "==") {
      if (!range.word.empty() && range.word != value.text) return false;
      range.word = value.text;
      return true;
    }
    range.not_words.insert(value.text);
    return symbol == "!=";
  }
  if (value.kind != SyntaxKind::number && value.kind != SyntaxKind::truth) return false;
  if (turned)
    symbol = symbol == "<"    ? ">"
             : symbol == "<=" ? ">="
             : symbol == ">"  ? "<"
             : symbol == ">=" ? "<="
                              : symbol;
  if (symbol == "!=") return false;
  if (symbol != "<" && symbol != "<=") range.above(value.value, symbol == ">");
  if (symbol != ">" && symbol != ">=") range.below(value.value, symbol == "<");
  return true;
}

/// The box of a condition; nothing when it is of another shape.
std::optional<Box> box_of(const Syntax& syntax) {
  Box box;
  std::vector<std::uint32_t> open = {static_cast<std::uint32_t>(syntax.nodes.size() - 1)};
  while (!open.empty()) {
    const SyntaxNode& node = syntax.nodes[open.back()];
    open.pop_back();
    if (node.kind == SyntaxKind::name) {
      box[node.text].above(1, false);
    } else if (node.kind == SyntaxKind::unary && node.text == "!" &&
               syntax.nodes[node.children[0]].kind == SyntaxKind::name) {
      box[syntax.nodes[node.children[0]].text].below(0, false);
    } else if (node.kind == SyntaxKind::binary && node.text == "&&") {
      open.insert(open.end(), node.children.begin(), node.children.end());
    } else if (node.kind == SyntaxKind::binary) {
      const SyntaxNode& a = syntax.nodes[node.children[0]];
      const SyntaxNode& b = syntax.nodes[node.children[1]];
      if (!compare(a, node.text, b, false, box) && !compare(b, node.text, a, true, box)) return std::nullopt;
    } else {
      return std::nullopt;
    }
  }
  return box;
}

bool overlap(const Box& a, const Box& b) {
  for (const auto& entry : a) {
    const auto other = b.find(entry.first);
    if (other != b.end() && !entry.second.meets(other->second)) return false;
  }
  return true;
}

}  // namespace

void Compiler::check_overlaps(const Rule& rule, const Item& item) {
  if (!rule.table_unique) return;
  std::vector<std::optional<Box>> boxes;
  for (const auto& row : item.parts.rows) boxes.push_back(row.first ? box_of(row.first) : std::nullopt);
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    for (std::size_t k = i + 1; k < boxes.size(); ++k) {
      if (!boxes[i] || !boxes[k] || !overlap(*boxes[i], *boxes[k])) continue;
      auto& problem =
          diagnostics_.error("RF0312", item.parts.rows[k].first.formula->span,
                             fmt::format("rows {} and {} of `{}` can both hold", i + 1, k + 1, rule.name),
                             "this row", "narrow one of them, or write `hit: first`");
      problem.labels.push_back({item.parts.rows[i].first.formula->span, "and this one", false});
    }
  }
}

}  // namespace rackfit::rules
