#include <algorithm>
#include <string>

#include "lexer.hpp"
#include "syntax.hpp"

namespace rackfit::rules {
namespace {

// Binding powers: `?:` lowest, then ||, &&, comparisons, ??, + -, * /. `a ?? b` binds tighter than a
// comparison, because a fallback nearly always belongs to the value that is compared.
int binding(std::string_view symbol) {
  if (symbol == "?") return 1;
  if (symbol == "||") return 2;
  if (symbol == "&&") return 3;
  if (symbol == "<" || symbol == "<=" || symbol == ">" || symbol == ">=" || symbol == "==" || symbol == "!=")
    return 4;
  if (symbol == "??") return 5;
  if (symbol == "+" || symbol == "-") return 6;
  if (symbol == "*" || symbol == "/") return 7;
  return 0;
}
constexpr int comparison_binding = 4;
constexpr int unary_binding = 8;

struct Failure {
  std::size_t begin = 0, end = 0;
  std::string message, help;
  const char* code = "RF0301";
};

class Parser {
 public:
  Parser(const Formula& formula, const units::Registry& units) : lexer_(formula.text, units) {
    syntax_.formula = &formula;
    advance();
  }

  bool run() {
    if (token_.kind == TokenKind::end) return fail(0, syntax_.formula->text.size(), "the formula is empty");
    std::uint32_t root = 0;
    if (!expression(1, root)) return false;
    if (token_.kind == TokenKind::end) return true;
    if (token_.kind == TokenKind::bad) return fail_at_token();
    return fail(token_.begin, token_.end, "expected an operator before `" + shown() + "`",
                token_.text == "," ? "arguments belong into a function's parentheses" : "");
  }
  Syntax take() { return std::move(syntax_); }
  const Failure& failure() const { return failure_; }

 private:
  void advance() { token_ = lexer_.next(); }
  bool at(std::string_view symbol) const { return token_.kind == TokenKind::symbol && token_.text == symbol; }
  std::string shown() const {
    return std::string(syntax_.formula->text.substr(token_.begin, token_.end - token_.begin));
  }

  bool fail(std::size_t begin, std::size_t end, std::string message, std::string help = {}) {
    failure_ = {begin, end, std::move(message), std::move(help), "RF0301"};
    return false;
  }
  bool fail_at_token() { return fail(token_.begin, token_.end, token_.message, token_.help); }
  bool expected(const std::string& what) {
    if (token_.kind == TokenKind::bad) return fail_at_token();
    if (token_.kind == TokenKind::end) {
      const std::size_t end = syntax_.formula->text.size();
      return fail(end > 0 ? end - 1 : 0, end, "expected " + what + " after this, where the formula ends");
    }
    return fail(token_.begin, token_.end, "expected " + what + ", found `" + shown() + "`");
  }

  std::uint32_t push(SyntaxNode node) {
    syntax_.nodes.push_back(std::move(node));
    return static_cast<std::uint32_t>(syntax_.nodes.size() - 1);
  }

  bool expression(int least, std::uint32_t& out) {
    if (++depth_ > max_formula_depth) {
      fail(token_.begin, token_.end,
           "the formula nests deeper than " + std::to_string(max_formula_depth) + " levels",
           "give its parts names of their own");
      failure_.code = "RF0310";
      return false;
    }
    if (!prefix(out)) return false;
    for (;;) {
      const int power = token_.kind == TokenKind::symbol ? binding(token_.text) : 0;
      if (power == 0 || power < least) break;
      if (power == 1 ? !conditional(out) : !binary(power, out)) return false;
    }
    --depth_;
    return true;
  }

  bool conditional(std::uint32_t& out) {
    advance();
    SyntaxNode node;
    node.kind = SyntaxKind::conditional;
    node.children = {out, 0, 0};
    node.begin = syntax_.nodes[out].begin;
    if (!expression(1, node.children[1])) return false;
    if (!at(":")) return expected("`:` and what holds otherwise");
    advance();
    if (!expression(1, node.children[2])) return false;
    node.end = syntax_.nodes[node.children[2]].end;
    out = push(std::move(node));
    return true;
  }

  bool binary(int power, std::uint32_t& out) {
    SyntaxNode node;
    node.kind = SyntaxKind::binary;
    node.text = std::string(token_.text);
    node.children = {out, 0};
    node.begin = syntax_.nodes[out].begin;
    advance();
    if (!expression(power + 1, node.children[1])) return false;
    if (power == comparison_binding && token_.kind == TokenKind::symbol &&
        binding(token_.text) == comparison_binding) {
      return fail(token_.begin, token_.end, "comparisons cannot be chained", "write `a < b && b < c`");
    }
    node.end = syntax_.nodes[node.children[1]].end;
    out = push(std::move(node));
    return true;
  }

  bool prefix(std::uint32_t& out) {
    SyntaxNode node;
    node.begin = node.token_begin = token_.begin;
    node.end = token_.end;
    if (at("-") || at("!")) {
      node.kind = SyntaxKind::unary;
      node.text = std::string(token_.text);
      advance();
      std::uint32_t operand = 0;
      if (!expression(unary_binding, operand)) return false;
      node.children = {operand};
      node.end = syntax_.nodes[operand].end;
      out = push(std::move(node));
      return true;
    }
    if (at("(")) {
      advance();
      if (!expression(1, out)) return false;
      if (!at(")")) return expected("`)`");
      syntax_.nodes[out].begin = node.begin;
      syntax_.nodes[out].end = token_.end;
      advance();
      return true;
    }
    if (token_.kind == TokenKind::number) {
      node.kind = SyntaxKind::number;
      node.value = token_.value;
      node.dimension = token_.dimension;
      node.bare_zero = token_.value == 0 && !token_.has_unit;
    } else if (token_.kind == TokenKind::word) {
      node.kind = SyntaxKind::word;
    } else if (token_.kind != TokenKind::name) {
      return expected("a value");
    } else if (token_.text == "true" || token_.text == "false") {
      node.kind = SyntaxKind::truth;
      node.value = token_.text == "true" ? 1 : 0;
    } else {
      node.kind = token_.text == "not_applicable" ? SyntaxKind::nothing : SyntaxKind::name;
    }
    node.text = std::string(token_.text);
    advance();
    if (node.kind == SyntaxKind::name && at("(")) return call(std::move(node), out);
    out = push(std::move(node));
    return true;
  }

  bool call(SyntaxNode node, std::uint32_t& out) {
    node.kind = SyntaxKind::call;
    advance();
    while (!at(")")) {
      std::uint32_t argument = 0;
      if (!node.children.empty()) {
        if (!at(",")) return expected("`,` or `)`");
        advance();
      }
      if (!expression(1, argument)) return false;
      node.children.push_back(argument);
    }
    node.end = token_.end;
    advance();
    if (at(".")) {
      advance();
      if (token_.kind != TokenKind::name) return expected("the name of a result");
      node.output = std::string(token_.text);
      node.output_begin = token_.begin;
      node.end = token_.end;
      advance();
    }
    out = push(std::move(node));
    return true;
  }

  Lexer lexer_;
  Token token_;
  Syntax syntax_;
  Failure failure_;
  int depth_ = 0;
};

}  // namespace

Syntax parse_formula(const Formula& formula, const units::Registry& units, Diagnostics& diagnostics) {
  if (formula.text.size() > max_formula_bytes) {
    diagnostics.error("RF0310", formula.span,
                      "a formula has at most " + std::to_string(max_formula_bytes) + " bytes", {},
                      "give its parts names of their own");
    return {};
  }
  Parser parser(formula, units);
  if (parser.run()) return parser.take();
  const Failure& failure = parser.failure();
  diagnostics.error(failure.code, place(formula, failure.begin, failure.end), failure.message, {},
                    failure.help);
  return {};
}

Span place(const Formula& formula, std::size_t begin, std::size_t end) {
  Span span = formula.span;
  if (!span || formula.text.empty()) return span;
  const std::string_view source = span.file->text().substr(span.begin, span.end - span.begin);
  const auto is_space = [](char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; };
  // One line, bare or in quotes without escapes: nearly every formula.
  const std::size_t quote = source.size() == formula.text.size() + 2 ? 1 : 0;
  if (source.substr(quote, formula.text.size()) == formula.text) {
    const std::uint32_t start = span.begin + static_cast<std::uint32_t>(quote);
    span.begin = start + static_cast<std::uint32_t>(begin);
    span.end = start + static_cast<std::uint32_t>(end);
    return span;
  }
  // Otherwise YAML drops quotes, block indicators and indentation, and folds lines; so both texts are walked
  // side by side.
  std::size_t at = 0;
  std::size_t first = source.size();
  std::size_t last = 0;
  for (std::size_t i = 0; i < formula.text.size() && at < source.size(); ++i) {
    if (is_space(formula.text[i])) {
      while (at < source.size() && !is_space(source[at])) ++at;
    } else {
      while (at < source.size() && source[at] != formula.text[i]) ++at;
    }
    if (at == source.size()) return span;
    if (i == begin) first = at;
    if (i + 1 == end) last = at + 1;
    ++at;
    if (is_space(formula.text[i]) && (i + 1 >= formula.text.size() || !is_space(formula.text[i + 1]))) {
      while (at < source.size() && is_space(source[at])) ++at;
    }
  }
  if (first >= last) return span;
  const std::uint32_t base = span.begin;
  span.begin = base + static_cast<std::uint32_t>(first);
  span.end = base + static_cast<std::uint32_t>(last);
  return span;
}

bool is_name(std::string_view text) {
  bool starts = true;
  for (char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    const bool digit = c >= '0' && c <= '9';
    if (c == '.') {
      if (starts) return false;
      starts = true;
      continue;
    }
    if (!letter && !digit) return false;
    starts = false;
  }
  return !starts && !(text[0] >= '0' && text[0] <= '9');
}

const std::vector<std::string>& function_names() {
  static const std::vector<std::string> names = {"abs",           "ceil",  "clamp", "exp", "floor",
                                                 "is_applicable", "log",   "log2",  "max", "min",
                                                 "pow",           "round", "sqrt",  "sum"};
  return names;
}

bool is_reserved(std::string_view name) {
  if (name == "true" || name == "false" || name == "not_applicable") return true;
  return std::find(function_names().begin(), function_names().end(), name) != function_names().end();
}

}  // namespace rackfit::rules
