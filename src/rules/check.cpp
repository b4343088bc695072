#include "check.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include "rackfit/base/did_you_mean.hpp"

namespace rackfit::rules {

Type number_type(const units::Dimension& dimension) {
  Type type;
  type.dimension = dimension;
  return type;
}

Type truth_type() {
  Type type;
  type.kind = ValueKind::boolean;
  return type;
}

std::string Checker::described(const Type& type) const {
  if (type.any_kind) return "not applicable";
  if (type.kind == ValueKind::boolean) return "true or false";
  if (type.kind == ValueKind::word) return "a word";
  if (type.dimension.dimensionless()) return "a plain number";
  return fmt::format("`{}`", scope_.units.base_unit_text(type.dimension));
}

Checked Checker::push(AstNode node, const Type& type, Span span) {
  ast_.nodes.push_back(node);
  return {static_cast<NodeId>(ast_.nodes.size() - 1), type, span};
}

Checked Checker::constant(double value, const Type& type, Span span) {
  AstNode node;
  node.value = value;
  return push(node, type, span);
}

Checked Checker::nothing(Span span) {
  Type type;
  type.any_dimension = type.any_kind = true;
  return constant(not_applicable(), type, span);
}

Checked Checker::broken(Span span) { return nothing(span); }

Checked Checker::make(Op op, const Type& type, Span span, const Checked& a) {
  AstNode node;
  node.op = op;
  node.in = {a.node, 0, 0};
  return push(node, type, span);
}

Checked Checker::make(Op op, const Type& type, Span span, const Checked& a, const Checked& b) {
  AstNode node;
  node.op = op;
  node.in = {a.node, b.node, 0};
  return push(node, type, span);
}

Checked Checker::make(Op op, const Type& type, Span span, const Checked& a, const Checked& b,
                      const Checked& c) {
  AstNode node;
  node.op = op;
  node.in = {a.node, b.node, c.node};
  return push(node, type, span);
}

Type Checker::unify(const std::string& what, const Checked& a, const Checked& b) {
  if (a.type.any_kind) return b.type;
  if (b.type.any_kind) return a.type;
  const auto labels = [&](Diagnostic& problem) {
    problem.labels.clear();
    problem.labels.push_back({b.span, "this is " + described(b.type), true});
    problem.labels.push_back({a.span, "this is " + described(a.type), false});
  };
  if (a.type.kind != b.type.kind) {
    labels(diagnostics_.error("RF0306", b.span,
                              fmt::format("{} {} and {}", what, described(a.type), described(b.type))));
    return nothing(a.span).type;
  }
  if (a.type.kind != ValueKind::number) {
    Type type = a.type;
    if (b.type.words != a.type.words) type.words = nullptr;
    return type;
  }
  if (a.type.any_dimension) return b.type;
  if (b.type.any_dimension || a.type.dimension == b.type.dimension) return a.type;
  const std::string factor = scope_.units.missing_factor(b.type.dimension, a.type.dimension);
  labels(diagnostics_.error("RF0305", b.span,
                            fmt::format("{} {} and {}", what, described(a.type), described(b.type)), {},
                            factor.empty() ? "" : "to make the second fit the first, " + factor));
  return nothing(a.span).type;
}

bool Checker::require_kind(ValueKind kind, const std::string& what, const Checked& value) {
  if (value.type.any_kind || value.type.kind == kind) return true;
  const char* wanted = kind == ValueKind::boolean ? "true or false"
                       : kind == ValueKind::word  ? "a word"
                                                  : "a number";
  diagnostics_.error(
      "RF0306", value.span, fmt::format("{} needs {}", what, wanted), "this is " + described(value.type),
      kind == ValueKind::boolean && value.type.kind == ValueKind::number ? "compare it, as in `… > 0`" : "");
  return false;
}

units::Dimension Checker::product(const units::Dimension& a, const units::Dimension& b, bool divide,
                                  Span span) {
  constexpr int most = 30;  // far beyond sense, far below overflow
  for (std::size_t i = 0; i < units::max_base_quantities; ++i) {
    const int exponent = divide ? a.exponents[i] - b.exponents[i] : a.exponents[i] + b.exponents[i];
    if (std::abs(exponent) > most) {
      diagnostics_.error("RF0310", span, fmt::format("a unit to a power beyond {} cannot be meant", most));
      return {};
    }
  }
  return divide ? a / b : a * b;
}

Checked Checker::multiply(const Checked& a, const Checked& b, Span span) {
  const Type type = number_type(product(a.type.dimension, b.type.dimension, false, span));
  return make(Op::multiply, type, span, a, b);
}

Checked Checker::only_if(const Checked& condition, const Checked& value) {
  return make(Op::select, value.type, value.span, condition, value, nothing(value.span));
}

Checked Checker::bounded(Op op, const std::string& name, const Checked& value, const Checked& bound,
                         Span span) {
  const Type type = unify(name, value, bound);
  // min and max pass over what is not applicable; a bound must not stand in for a missing value.
  const Checked both = make(op, type, span, value, bound);
  return only_if(make(Op::is_applicable, truth_type(), span, value), both);
}

Checked Checker::rounded(Op op, const std::string& name, const Checked& value, const Checked* step,
                         Span span) {
  if (!require_kind(ValueKind::number, "`" + name + "`", value)) return broken(span);
  if (!step) {
    const bool counts = scope_.units.counted_words_left_out({}, value.type.dimension);
    if (!counts && !value.type.any_dimension && !value.type.any_kind) {
      diagnostics_.error("RF0326", value.span,
                         fmt::format("`{}` of {} needs a step", name, described(value.type)),
                         "this is " + described(value.type),
                         fmt::format("say to multiples of what, as in `{}(…, {})`", name,
                                     scope_.units.example(value.type.dimension)));
      return broken(span);
    }
    return make(op, value.type, span, value);
  }
  const Type type = unify(fmt::format("`{}` to a step needs one dimension, got", name), value, *step);
  const Checked ratio = make(Op::divide, number_type({}), span, value, *step);
  const Checked whole = make(op, number_type({}), span, ratio);
  return make(Op::multiply, type, span, whole, *step);
}

Checked Checker::formula(const Syntax& syntax, int& text_index) {
  AstText text;
  text.formula = syntax.formula;
  std::vector<Checked> done;
  done.reserve(syntax.nodes.size());
  for (const SyntaxNode& node : syntax.nodes) {
    const Span span = place(*syntax.formula, node.begin, node.end);
    switch (node.kind) {
      case SyntaxKind::unary:
        done.push_back(unary(node, done[node.children[0]], span));
        break;
      case SyntaxKind::binary: {
        const Checked a = done[node.children[0]];
        const Checked b = done[node.children[1]];
        done.push_back(binary(node, a, b, span));
        break;
      }
      case SyntaxKind::conditional: {
        const Checked condition = done[node.children[0]];
        const Checked a = done[node.children[1]];
        const Checked b = done[node.children[2]];
        const bool fits = require_kind(ValueKind::boolean, "`?`", condition);
        const Type type = unify("both branches of `?:` need one dimension, got", a, b);
        done.push_back(fits ? make(Op::select, type, span, condition, a, b) : broken(span));
        break;
      }
      case SyntaxKind::call: {
        std::vector<Checked> arguments;
        for (std::uint32_t child : node.children) arguments.push_back(done[child]);
        done.push_back(call(syntax, node, arguments, span));
        break;
      }
      default:
        done.push_back(leaf(syntax, node, text));
        break;
    }
  }
  text.root = done.back().node;
  text_index = static_cast<int>(ast_.texts.size());
  ast_.texts.push_back(std::move(text));
  return done.back();
}

Checked Checker::leaf(const Syntax& syntax, const SyntaxNode& node, AstText& text) {
  const Span span = place(*syntax.formula, node.begin, node.end);
  if (node.kind == SyntaxKind::number) {
    Type type = number_type(node.dimension);
    type.any_dimension = node.bare_zero;
    return constant(node.value, type, span);
  }
  if (node.kind == SyntaxKind::truth) return constant(node.value, truth_type(), span);
  if (node.kind == SyntaxKind::word) {
    Type type;
    type.kind = ValueKind::word;
    const Checked result = constant(scope_.intern(node.text), type, span);
    literal_words_[result.node] = node.text;
    return result;
  }
  if (node.kind == SyntaxKind::nothing) return nothing(span);
  const auto found = scope_.slots.find(node.text);
  if (found == scope_.slots.end()) return broken(span);  // the compiler has named it
  text.names.push_back(
      {node.token_begin, node.token_begin + static_cast<std::uint32_t>(node.text.size()), found->second});
  AstNode load;
  load.op = Op::load;
  load.slot = found->second;
  return push(load, scope_.types[found->second], span);
}

Checked Checker::unary(const SyntaxNode& node, const Checked& a, Span span) {
  if (node.text == "!") {
    if (!require_kind(ValueKind::boolean, "`!`", a)) return broken(span);
    return make(Op::logical_not, truth_type(), span, a);
  }
  if (!require_kind(ValueKind::number, "`-`", a)) return broken(span);
  return make(Op::negate, a.type, span, a);
}

Checked Checker::binary(const SyntaxNode& node, const Checked& a, const Checked& b, Span span) {
  const std::string& symbol = node.text;
  if (symbol == "&&" || symbol == "||") {
    const bool left = require_kind(ValueKind::boolean, "`" + symbol + "`", a);
    const bool right = require_kind(ValueKind::boolean, "`" + symbol + "`", b);
    if (!left || !right) return broken(span);
    return make(symbol == "&&" ? Op::logical_and : Op::logical_or, truth_type(), span, a, b);
  }
  if (symbol == "??")
    return make(Op::coalesce, unify("`??` needs values of one dimension, got", a, b), span, a, b);
  if (symbol == "+" || symbol == "-" || symbol == "*" || symbol == "/") return arithmetic(symbol, a, b, span);
  return comparison(symbol, a, b, span);
}

Checked Checker::arithmetic(const std::string& symbol, const Checked& a, const Checked& b, Span span) {
  const bool left = require_kind(ValueKind::number, "`" + symbol + "`", a);
  const bool right = require_kind(ValueKind::number, "`" + symbol + "`", b);
  if (!left || !right) return broken(span);
  if (symbol == "*" || symbol == "/") {
    if (a.type.any_kind || b.type.any_kind) return broken(span);
    if (symbol == "*") return multiply(a, b, span);
    return make(Op::divide, number_type(product(a.type.dimension, b.type.dimension, true, span)), span, a, b);
  }
  const Type type = unify(symbol == "+" ? "cannot add" : "cannot subtract between", a, b);
  return make(symbol == "+" ? Op::add : Op::subtract, type, span, a, b);
}

void Checker::check_word(const Checked& a, const Checked& b) {
  const auto literal = literal_words_.find(b.node);
  if (literal == literal_words_.end() || !a.type.words) return;
  for (const std::string& word : *a.type.words) {
    if (word == literal->second) return;
  }
  diagnostics_.error("RF0311", b.span, "`" + literal->second + "` is none of the words this can be", {},
                     suggestion_help(literal->second, *a.type.words));
}

Checked Checker::comparison(const std::string& symbol, const Checked& a, const Checked& b, Span span) {
  if (symbol == "==" || symbol == "!=") {
    unify("cannot compare", a, b);
    check_word(a, b);
    check_word(b, a);
    return make(symbol == "==" ? Op::equal : Op::not_equal, truth_type(), span, a, b);
  }
  const bool left = require_kind(ValueKind::number, "`" + symbol + "`", a);
  const bool right = require_kind(ValueKind::number, "`" + symbol + "`", b);
  if (!left || !right) return broken(span);
  unify("cannot compare", a, b);
  if (symbol == "<") return make(Op::less, truth_type(), span, a, b);
  if (symbol == "<=") return make(Op::less_equal, truth_type(), span, a, b);
  if (symbol == ">") return make(Op::less, truth_type(), span, b, a);
  return make(Op::less_equal, truth_type(), span, b, a);
}

}  // namespace rackfit::rules
