// Calls in formulas: the language's own functions, and natives.
#include <fmt/format.h>

#include <cmath>

#include "check.hpp"
#include "rackfit/base/did_you_mean.hpp"

namespace rackfit::rules {
namespace {

struct Arity {
  const char* name;
  std::size_t least, most;
};
constexpr std::size_t any_number = 1000;
constexpr Arity arities[] = {
    {"abs", 1, 1},           {"ceil", 1, 2},  {"clamp", 3, 3}, {"exp", 1, 1},          {"floor", 1, 2},
    {"is_applicable", 1, 1}, {"log", 1, 1},   {"log2", 1, 1},  {"max", 1, any_number}, {"min", 1, any_number},
    {"pow", 2, 2},           {"round", 1, 2}, {"sqrt", 1, 1},  {"sum", 1, any_number}};

std::string count_text(const Arity& arity) {
  if (arity.most == any_number) return "at least one argument";
  if (arity.least != arity.most) return fmt::format("{} or {} arguments", arity.least, arity.most);
  return arity.least == 1 ? "one argument" : fmt::format("{} arguments", arity.least);
}

}  // namespace

Checked Checker::call(const Syntax& syntax, const SyntaxNode& node, const std::vector<Checked>& arguments,
                      Span span) {
  for (const Arity& arity : arities) {
    if (node.text != arity.name) continue;
    if (arguments.size() < arity.least || arguments.size() > arity.most) {
      diagnostics_.error(
          "RF0304", span,
          fmt::format("`{}` takes {}, got {}", node.text, count_text(arity), arguments.size()));
      return broken(span);
    }
    if (!node.output.empty()) {
      diagnostics_.error("RF0303", place(*syntax.formula, node.output_begin, node.end),
                         "`" + node.text + "` has one result only");
      return broken(span);
    }
    return function(syntax, node, arguments, span);
  }
  return native(syntax, node, arguments, span);
}

Checked Checker::chain(Op op, const SyntaxNode& node, const std::vector<Checked>& arguments, Span span) {
  Checked result = arguments[0];
  Checked common = arguments[0];  // the first with a dimension, for the message
  bool fits = require_kind(ValueKind::number, "`" + node.text + "`", result);
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    fits = require_kind(ValueKind::number, "`" + node.text + "`", arguments[i]) && fits;
    if (!fits) continue;
    if (common.type.any_dimension) common = arguments[i];
    const Type type = unify("`" + node.text + "` needs values of one dimension, got", common, arguments[i]);
    common.type = type;
    result = make(op, type, span, result, arguments[i]);
  }
  return fits ? result : broken(span);
}

Checked Checker::function(const Syntax& syntax, const SyntaxNode& node, const std::vector<Checked>& arguments,
                          Span span) {
  const std::string& name = node.text;
  if (name == "min") return chain(Op::minimum, node, arguments, span);
  if (name == "max") return chain(Op::maximum, node, arguments, span);
  if (name == "sum") return chain(Op::sum, node, arguments, span);
  const Checked& first = arguments[0];
  if (name == "is_applicable") return make(Op::is_applicable, truth_type(), span, first);
  if (name == "ceil" || name == "floor" || name == "round") {
    const Op op = name == "ceil" ? Op::ceil : name == "floor" ? Op::floor : Op::round;
    return rounded(op, name, first, arguments.size() > 1 ? &arguments[1] : nullptr, span);
  }
  for (const Checked& argument : arguments) {
    if (!require_kind(ValueKind::number, "`" + name + "`", argument)) return broken(span);
  }
  if (name == "clamp") {
    const Checked capped =
        bounded(Op::minimum, "`clamp` needs values of one dimension, got", first, arguments[2], span);
    return bounded(Op::maximum, "`clamp` needs values of one dimension, got", capped, arguments[1], span);
  }
  if (name == "abs") return make(Op::absolute, first.type, span, first);
  if (name == "sqrt" || name == "pow") return power(syntax, node, arguments, span);
  if (!first.type.any_kind && !first.type.dimension.dimensionless()) {
    diagnostics_.error("RF0305", first.span, "`" + name + "` needs a plain number",
                       "this is " + described(first.type), "divide by a reference value of the same unit");
    return broken(span);
  }
  const Op op = name == "exp" ? Op::exponential : name == "log" ? Op::logarithm : Op::logarithm2;
  return make(op, number_type({}), span, first);
}

Checked Checker::power(const Syntax& syntax, const SyntaxNode& node, const std::vector<Checked>& arguments,
                       Span span) {
  const Checked& base = arguments[0];
  units::Dimension dimension = base.type.dimension;
  if (node.text == "sqrt") {
    for (auto& exponent : dimension.exponents) {
      if (exponent % 2 != 0) {
        diagnostics_.error("RF0305", base.span, "`sqrt` needs a unit that is a square",
                           "this is " + described(base.type));
        return broken(span);
      }
      exponent = static_cast<std::int8_t>(exponent / 2);
    }
    return make(Op::square_root, number_type(dimension), span, base);
  }
  const Checked& exponent = arguments[1];
  if (!exponent.type.dimension.dimensionless() && !exponent.type.any_kind) {
    diagnostics_.error("RF0305", exponent.span, "an exponent is a plain number",
                       "this is " + described(exponent.type));
    return broken(span);
  }
  if (!dimension.dimensionless()) {
    const SyntaxNode& literal = syntax.nodes[node.children[1]];
    constexpr double most = 8;
    if (literal.kind != SyntaxKind::number || literal.value != std::floor(literal.value) ||
        literal.value > most) {
      diagnostics_.error("RF0305", exponent.span,
                         "the exponent of " + described(base.type) + " must be a whole number up to 8", {},
                         "only plain numbers can be raised to a computed power");
      return broken(span);
    }
    units::Dimension raised;
    for (int i = 0; i < static_cast<int>(literal.value); ++i)
      raised = product(raised, dimension, false, span);
    dimension = raised;
  }
  return make(Op::power, number_type(dimension), span, base, exponent);
}

Checked Checker::unknown_function(const Syntax& syntax, const SyntaxNode& node, Span span) {
  std::vector<std::string> known = function_names();
  for (const NativeFunction& native : scope_.natives) known.push_back(native.name);
  const auto length = static_cast<std::uint32_t>(node.text.size());
  const auto near = did_you_mean(node.text, known);
  diagnostics_.error("RF0303", place(*syntax.formula, node.token_begin, node.token_begin + length),
                     "unknown function `" + node.text + "`", {}, near ? "did you mean `" + *near + "`?" : "");
  return broken(span);
}

bool Checker::native_argument(const NativeFunction& function, std::size_t index, const Checked& argument) {
  const NativeParameter& parameter = function.parameters[index];
  const std::string what = fmt::format("`{}` of `{}`", parameter.name, function.name);
  if (parameter.unit == "enum") return require_kind(ValueKind::word, what, argument);
  if (parameter.unit == "bool") return require_kind(ValueKind::boolean, what, argument);
  if (!require_kind(ValueKind::number, what, argument)) return false;
  const auto unit = scope_.units.parse_unit(parameter.unit);
  if (!unit || argument.type.any_kind || argument.type.any_dimension) return true;
  if (unit.value->dimension == argument.type.dimension) return true;
  const std::string factor = scope_.units.missing_factor(argument.type.dimension, unit.value->dimension);
  diagnostics_.error("RF0305", argument.span, fmt::format("{} is in `{}`", what, parameter.unit),
                     "this is " + described(argument.type), factor);
  return false;
}

Checked Checker::native(const Syntax& syntax, const SyntaxNode& node, const std::vector<Checked>& arguments,
                        Span span) {
  std::size_t index = 0;
  while (index < scope_.natives.size() && scope_.natives[index].name != node.text) ++index;
  if (index == scope_.natives.size()) return unknown_function(syntax, node, span);
  const NativeFunction& function = scope_.natives[index];
  if (arguments.size() != function.parameters.size()) {
    std::string names;
    for (const NativeParameter& parameter : function.parameters)
      names += (names.empty() ? "" : ", ") + parameter.name;
    diagnostics_.error("RF0304", span,
                       fmt::format("`{}` takes {} arguments, got {}", node.text, function.parameters.size(),
                                   arguments.size()),
                       {}, fmt::format("`{}({})`", node.text, names));
    return broken(span);
  }
  bool fits = true;
  for (std::size_t i = 0; i < arguments.size(); ++i)
    fits = native_argument(function, i, arguments[i]) && fits;
  std::vector<std::string> outputs;
  for (const NativeOutput& output : function.outputs) outputs.push_back(output.name);
  std::size_t output = 0;
  while (output < outputs.size() && outputs[output] != node.output) ++output;
  if (node.output.empty() && outputs.size() == 1) output = 0;
  if (output == outputs.size()) {
    const Span at = node.output.empty() ? span : place(*syntax.formula, node.output_begin, node.end);
    diagnostics_.error("RF0303", at,
                       node.output.empty() ? "`" + node.text + "` has several results: say which"
                                           : "`" + node.text + "` has no result `" + node.output + "`",
                       {},
                       node.output.empty() ? fmt::format("for example `{}(…).{}`", node.text,
                                                         outputs.empty() ? "" : outputs[0])
                                           : suggestion_help(node.output, outputs));
    return broken(span);
  }
  if (!fits) return broken(span);
  AstCall ast_call;
  ast_call.native = static_cast<std::uint32_t>(index);
  for (const Checked& argument : arguments) ast_call.arguments.push_back(argument.node);
  AstNode result;
  result.op = Op::native;
  result.call = static_cast<std::uint32_t>(ast_.calls.size());
  result.output = static_cast<std::uint32_t>(output);
  ast_.calls.push_back(std::move(ast_call));
  Type type;
  const std::string& unit = function.outputs[output].unit;
  if (unit == "bool") {
    type.kind = ValueKind::boolean;
  } else if (unit == "enum") {
    type.kind = ValueKind::word;
  } else if (const auto parsed = scope_.units.parse_unit(unit)) {
    type.dimension = parsed.value->dimension;
  }
  return push(result, type, span);
}

}  // namespace rackfit::rules
