// The part of the rule file reader that knows how a rule's value can be said: formula, table, tiers, and what
// bounds it.
#include "rackfit/base/did_you_mean.hpp"
#include "rule_file.hpp"

namespace rackfit::rules {

void RuleFileReader::read_rule(const yaml::Node& node) {
  if (!check_name(node)) return;
  if (!check_keys(node, "a rule",
                  {"title", "unit", "formula", "table", "tiers", "applies_if", "cap", "floor", "round",
                   "source", "examples"})) {
    return;
  }
  Rule rule;
  rule.name = std::string(node.key());
  rule.role = role_;
  rule.title = text(node, "title");
  rule.unit = text(node, "unit");
  rule.applies_if = formula(node, "applies_if");
  rule.cap = formula(node, "cap");
  rule.floor = formula(node, "floor");
  rule.source = source(node);
  rule.examples = read_examples(node);
  rule.span = rule.unit_span = node.key_span();
  if (const yaml::Node unit = node.find("unit")) rule.unit_span = unit.span();
  read_round(node, rule);
  read_value(node, rule);
  if (!rule.formula && rule.table.empty() && !rule.tiers_of) {
    // The problem has been said; the name stays known, so that its readers are not blamed as well.
    rule.formula = Formula{"not_applicable", rule.span};
  }
  add(Override::Kind::rule, set_.rules_, std::move(rule));
}

void RuleFileReader::read_value(const yaml::Node& node, Rule& rule) {
  const yaml::Node ways[] = {node.find("formula"), node.find("table"), node.find("tiers")};
  int given = 0;
  for (const yaml::Node& way : ways) given += way ? 1 : 0;
  if (given == 0) {
    diagnostics_.error("RF0318", node.key_span(),
                       "rule `" + rule.name + "` needs `formula`, `table` or `tiers`");
  } else if (given > 1) {
    diagnostics_.error("RF0317", node.key_span(),
                       "rule `" + rule.name + "` has more than one of `formula`, `table`, `tiers`");
  }
  rule.formula = formula(node, "formula");
  if (ways[1]) read_table(ways[1], rule);
  if (ways[2]) read_tiers(ways[2], rule);
}

void RuleFileReader::read_table(const yaml::Node& node, Rule& rule) {
  if (!check_keys(node, "a table", {"hit", "rows"})) return;
  const std::string hit = text(node, "hit");
  if (!hit.empty() && hit != "unique" && hit != "first") {
    diagnostics_.error("RF0317", node.find("hit").span(), "unknown hit policy `" + hit + "`", {},
                       suggestion_help(hit, {"first", "unique"}));
  }
  rule.table_unique = hit != "first";
  const yaml::Node rows = node.find("rows");
  if (!rows || !rows.is_sequence() || rows.size() == 0) {
    diagnostics_.error("RF0318", rows ? rows.span() : node.key_span(), "a table needs a list of `rows`");
    return;
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const yaml::Node row = rows[i];
    if (!check_keys(row, "a table's row", {"if", "value", "else"})) continue;
    if (row.find("else")) {
      const auto otherwise = formula(row, "else");
      if (i + 1 != rows.size() || row.find("if") || row.find("value")) {
        diagnostics_.error("RF0312", row.find("else").key_span(),
                           "`else` stands alone in a table's last row");
      } else if (otherwise) {
        rule.table.push_back({std::nullopt, *otherwise});
      }
      continue;
    }
    const auto condition = required_formula(row, "if", "a table's row");
    const auto value = required_formula(row, "value", "a table's row");
    if (condition && value) rule.table.push_back({condition, *value});
  }
}

void RuleFileReader::read_tiers(const yaml::Node& node, Rule& rule) {
  if (!check_keys(node, "tiers", {"of", "marginal", "brackets"})) return;
  const std::string marginal = text(node, "marginal");
  if (!marginal.empty() && marginal != "true" && marginal != "false")
    shape(node.find("marginal"), "`true` or `false`");
  rule.tiers_marginal = marginal == "true";
  const auto of = required_formula(node, "of", "tiers");
  const yaml::Node brackets = node.find("brackets");
  if (!brackets || !brackets.is_sequence() || brackets.size() == 0) {
    diagnostics_.error("RF0318", brackets ? brackets.span() : node.key_span(),
                       "tiers need a list of `brackets`");
    return;
  }
  for (std::size_t i = 0; i < brackets.size(); ++i) {
    const yaml::Node bracket = brackets[i];
    if (!check_keys(bracket, "a bracket", {"up_to", "value", "above"})) continue;
    if (bracket.find("above")) {
      if (i + 1 != brackets.size() || bracket.find("up_to") || bracket.find("value")) {
        diagnostics_.error("RF0312", bracket.find("above").key_span(),
                           "`above` stands alone in the last bracket");
      } else {
        rule.tiers_above = formula(bracket, "above");
      }
      continue;
    }
    const auto up_to = required_formula(bracket, "up_to", "a bracket");
    const auto value = required_formula(bracket, "value", "a bracket");
    if (up_to && value) rule.tiers.emplace_back(*up_to, *value);
  }
  if (!rule.tiers.empty()) {
    rule.tiers_of = of;
  } else {
    diagnostics_.error("RF0318", brackets.span(), "tiers need at least one bracket with `up_to`");
  }
}

void RuleFileReader::read_round(const yaml::Node& node, Rule& rule) {
  const yaml::Node value = node.find("round");
  if (!value) return;
  Rounding rounding;
  std::string mode;
  yaml::Node place = value;
  if (value.is_scalar()) {
    mode = std::string(value.text());
  } else {
    if (!check_keys(value, "`round`", {"to", "mode"})) return;
    rounding.to = formula(value, "to");
    mode = text(value, "mode");
    if (value.find("mode")) place = value.find("mode");
  }
  if (mode == "up") rounding.mode = Rounding::Mode::up;
  if (mode == "down") rounding.mode = Rounding::Mode::down;
  if (!mode.empty() && mode != "up" && mode != "down" && mode != "nearest") {
    diagnostics_.error("RF0317", place.span(), "unknown way to round `" + mode + "`", {},
                       suggestion_help(mode, {"down", "nearest", "up"}));
  }
  rule.round = rounding;
}

}  // namespace rackfit::rules
