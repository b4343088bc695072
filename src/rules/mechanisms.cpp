// Rewrites what a rule file offers beside formulas (tables, tiers, cap, floor, round, applies_if) to plain
// operations, so that the executors know none of them.
#include <fmt/format.h>

#include <optional>

#include "compile.hpp"

namespace rackfit::rules {

Checked Compiler::table_value(const Rule& rule, const Item& item, Checker& checker, AstBody& body) {
  std::vector<std::pair<Checked, Checked>> rows;
  std::optional<Checked> otherwise;
  std::optional<Checked> common;  // the first value, with the type that all have
  for (std::size_t i = 0; i < item.parts.rows.size(); ++i) {
    int condition_text = -1;
    int value_text = -1;
    const auto& part = item.parts.rows[i];
    std::optional<Checked> condition;
    if (part.first) condition = checker.formula(part.first, condition_text);
    const Checked value = checker.formula(part.second, value_text);
    body.rows.emplace_back(condition_text, value_text);
    if (condition) checker.require_kind(ValueKind::boolean, "`if`", *condition);
    if (!common) common = value;
    common->type = checker.unify("a table needs values of one dimension, got", *common, value);
    if (condition) {
      rows.emplace_back(*condition, value);
    } else {
      otherwise = value;
    }
  }
  check_overlaps(rule, item);
  Checked result = otherwise ? *otherwise : checker.nothing(rule.span);
  const Type type = common ? common->type : result.type;
  for (std::size_t i = rows.size(); i-- > 0;) {
    result = checker.make(Op::select, type, rule.span, rows[i].first, rows[i].second, result);
  }
  result.type = type;
  return result;
}

Checked Compiler::tiers_value(const Rule& rule, const Item& item, Checker& checker, AstBody& body) {
  const Checked of = checker.formula(item.parts.tiers_of, body.tiers_of);
  struct Bracket {
    Checked up_to, value;
  };
  std::vector<Bracket> brackets;
  std::optional<Checked> common;
  const auto agree = [&](const Checked& value) {
    if (!common) common = value;
    common->type = checker.unify("brackets need values of one dimension, got", *common, value);
  };
  for (const auto& part : item.parts.rows) {
    int up_to_text = -1;
    int value_text = -1;
    const Checked up_to = checker.formula(part.first, up_to_text);
    const Checked value = checker.formula(part.second, value_text);
    body.rows.emplace_back(up_to_text, value_text);
    checker.unify("a bracket ends in the dimension of `of`, got", of, up_to);
    agree(value);
    const AstNode& last = ast_->nodes[up_to.node];
    if (!brackets.empty() && last.op == Op::constant) {
      const AstNode& before = ast_->nodes[brackets.back().up_to.node];
      if (before.op == Op::constant && last.value <= before.value) {
        diagnostics_.error("RF0312", up_to.span, "brackets of `" + rule.name + "` must rise");
      }
    }
    brackets.push_back({up_to, value});
  }
  Checked beyond = checker.nothing(rule.span);
  if (item.parts.tiers_above) {
    int above_text = -1;
    beyond = checker.formula(item.parts.tiers_above, above_text);
    body.rows.emplace_back(-1, above_text);
    agree(beyond);
  }
  const bool marginal = rule.tiers_marginal;
  Type type = common->type;
  if (marginal && !type.any_kind && !of.type.any_kind) type = checker.multiply(of, *common, rule.span).type;
  // full[i]: what all brackets below i come to when they are full; a bracket adds its rate times what is left
  // above its foot.
  std::vector<Checked> results;
  std::optional<Checked> full;
  for (std::size_t i = 0; i <= brackets.size(); ++i) {
    const Checked value = i < brackets.size() ? brackets[i].value : beyond;
    if (!marginal || value.type.any_kind) {
      results.push_back(value);
      continue;
    }
    const auto part_up_to = [&](const Checked& top) {
      const Checked inside =
          i == 0 ? top : checker.make(Op::subtract, of.type, rule.span, top, brackets[i - 1].up_to);
      const Checked amount = checker.make(Op::multiply, type, rule.span, inside, value);
      return full ? checker.make(Op::add, type, rule.span, *full, amount) : amount;
    };
    results.push_back(part_up_to(of));
    if (i < brackets.size()) full = part_up_to(brackets[i].up_to);
  }
  Checked result = results.back();
  for (std::size_t i = brackets.size(); i-- > 0;) {
    const Checked within = checker.make(Op::less_equal, truth_type(), rule.span, of, brackets[i].up_to);
    result = checker.make(Op::select, type, rule.span, within, results[i], result);
  }
  result.type = type;
  return result;
}

Checked Compiler::bound_value(const Rule& rule, const Item& item, Checked value, Checker& checker,
                              AstBody& body) {
  if (item.parts.floor) {
    const Checked floor = checker.formula(item.parts.floor, body.floor);
    value =
        checker.bounded(Op::maximum, "`floor` must be of the rule's dimension, got", value, floor, rule.span);
  }
  if (item.parts.cap) {
    const Checked cap = checker.formula(item.parts.cap, body.cap);
    value = checker.bounded(Op::minimum, "`cap` must be of the rule's dimension, got", value, cap, rule.span);
  }
  if (rule.round) {
    std::optional<Checked> step;
    if (item.parts.round_to) step = checker.formula(item.parts.round_to, body.round_to);
    const Rounding::Mode mode = rule.round->mode;
    const Op op = mode == Rounding::Mode::up     ? Op::ceil
                  : mode == Rounding::Mode::down ? Op::floor
                                                 : Op::round;
    value = checker.rounded(op, "round", value, step ? &*step : nullptr, rule.span);
  }
  return value;
}

Checked Compiler::rule_value(const Rule& rule, const Item& item, Checker& checker, AstBody& body) {
  Checked value;
  if (rule.tiers_of) {
    value = tiers_value(rule, item, checker, body);
  } else if (!rule.table.empty()) {
    value = table_value(rule, item, checker, body);
  } else {
    value = checker.formula(item.parts.formula, body.formula);
  }
  return bound_value(rule, item, value, checker, body);
}

void Compiler::check_declared(const Rule& rule, const Checked& value, const Type& declared,
                              Checker& checker) {
  if (value.type.any_kind) return;
  const Span span = value.span ? value.span : rule.span;
  if (value.type.kind != ValueKind::number) {
    if (rule.unit.empty()) return;
    diagnostics_.error(
        "RF0307", span,
        "rule `" + rule.name + "` gives " + checker.described(value.type) + ", which has no unit", {},
        "leave out `unit`");
    return;
  }
  if (rule.unit.empty()) {
    diagnostics_.error("RF0307", span, "rule `" + rule.name + "` gives a number but declares no unit", {},
                       "add `unit: " + units_.base_unit_text(value.type.dimension) + "`");
    return;
  }
  if (declared.any_kind || value.type.any_dimension || declared.dimension == value.type.dimension) return;
  // `formula: 3` for nodes, as an input's default may say it.
  const bool literal = ast_->nodes[value.node].op == Op::constant;
  if (literal && units_.counted_words_left_out(value.type.dimension, declared.dimension)) return;
  const std::string factor = units_.missing_factor(value.type.dimension, declared.dimension);
  diagnostics_.error("RF0307", span,
                     fmt::format("rule `{}` is declared in `{}`, but its value is {}", rule.name, rule.unit,
                                 checker.described(value.type)),
                     "this is " + checker.described(value.type),
                     factor.empty() ? "" : fmt::format("to get `{}`, {}", rule.unit, factor));
}

void Compiler::check_item(const Item& item, Checker& checker) {
  if (item.broken) return;
  AstBody body;
  body.first = static_cast<NodeId>(ast_->nodes.size());
  Checked value;
  if (item.origin == Symbol::Origin::rule) {
    const Rule& rule = rules_->rules()[item.index];
    value = rule_value(rule, item, checker, body);
    check_declared(rule, value, types_[item.slot], checker);
    if (rule.unit.empty()) {
      types_[item.slot] = value.type;
      program_->symbols_[item.slot].kind = value.type.kind;
      program_->symbols_[item.slot].dimension = value.type.dimension;
    }
  } else {
    value = checker.formula(item.parts.formula, body.formula);
    const char* key = item.origin == Symbol::Origin::constraint ? "`require`" : "`when`";
    checker.require_kind(ValueKind::boolean, key, value);
  }
  if (item.parts.applies_if) {
    const Checked condition = checker.formula(item.parts.applies_if, body.applies_if);
    checker.require_kind(ValueKind::boolean, "`applies_if`", condition);
    value = checker.only_if(condition, value);
  }
  body.root = value.node;
  body.last = static_cast<NodeId>(ast_->nodes.size());
  ast_->bodies[item.slot] = std::move(body);
}

}  // namespace rackfit::rules
