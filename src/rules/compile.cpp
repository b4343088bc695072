#include "compile.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lower.hpp"
#include "rackfit/base/did_you_mean.hpp"

namespace rackfit::rules {

std::vector<const Syntax*> Parts::all() const {
  std::vector<const Syntax*> result;
  const auto add = [&](const Syntax& syntax) {
    if (syntax) result.push_back(&syntax);
  };
  add(formula);
  add(tiers_of);
  for (const auto& row : rows) {
    add(row.first);
    add(row.second);
  }
  add(tiers_above);
  add(floor);
  add(cap);
  add(round_to);
  add(applies_if);
  return result;
}

Compiler::Compiler(std::shared_ptr<const RuleSet> rules, std::string_view role,
                   std::shared_ptr<const NativeTable> natives, const units::Registry& units,
                   Diagnostics& diagnostics)
    : rules_(std::move(rules)),
      role_(role),
      natives_(std::move(natives)),
      units_(units),
      diagnostics_(diagnostics) {
  if (!natives_) natives_ = std::make_shared<NativeTable>();
}

template <class T>
void Compiler::gather_kind(const std::vector<T>& items, Symbol::Origin origin) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    everywhere_.insert(items[i].name);
    if (!items[i].role.empty() && items[i].role != role_) continue;
    Item item;
    item.origin = origin;
    item.index = i;
    item.name = &items[i].name;
    item.every_role = items[i].role.empty();
    items_.push_back(std::move(item));
  }
}

void Compiler::gather() {
  gather_kind(rules_->inputs(), Symbol::Origin::input);
  gather_kind(rules_->rules(), Symbol::Origin::rule);
  gather_kind(rules_->constraints(), Symbol::Origin::constraint);
  gather_kind(rules_->advice(), Symbol::Origin::advice);
  for (Item& item : items_) parse(item);
}

Syntax Compiler::parse_part(const Formula& formula, Item& item) {
  Syntax syntax = parse_formula(formula, units_, diagnostics_);
  if (!syntax) item.broken = true;
  return syntax;
}

Syntax Compiler::parse_part(const std::optional<Formula>& formula, Item& item) {
  return formula ? parse_part(*formula, item) : Syntax();
}

void Compiler::parse_rule(const Rule& rule, Item& item) {
  Parts& parts = item.parts;
  parts.formula = parse_part(rule.formula, item);
  parts.applies_if = parse_part(rule.applies_if, item);
  parts.tiers_of = parse_part(rule.tiers_of, item);
  parts.tiers_above = parse_part(rule.tiers_above, item);
  parts.cap = parse_part(rule.cap, item);
  parts.floor = parse_part(rule.floor, item);
  if (rule.round) parts.round_to = parse_part(rule.round->to, item);
  for (const TableRow& row : rule.table) {
    Syntax condition = parse_part(row.condition, item);
    parts.rows.emplace_back(std::move(condition), parse_part(row.value, item));
  }
  for (const auto& tier : rule.tiers) {
    Syntax bound = parse_part(tier.first, item);
    parts.rows.emplace_back(std::move(bound), parse_part(tier.second, item));
  }
}

// Formulas live in the RuleSet, which the Program keeps, so Syntax may point at them.
void Compiler::parse(Item& item) {
  std::string_view mentioning;
  if (item.origin == Symbol::Origin::rule) parse_rule(rules_->rules()[item.index], item);
  if (item.origin == Symbol::Origin::constraint) {
    const Constraint& constraint = rules_->constraints()[item.index];
    item.parts.formula = parse_part(constraint.require, item);
    item.parts.applies_if = parse_part(constraint.applies_if, item);
    mentioning = constraint.because;
  }
  if (item.origin == Symbol::Origin::advice) {
    item.parts.formula = parse_part(rules_->advice()[item.index].when, item);
    mentioning = rules_->advice()[item.index].say;
  }
  for (const Placeholder& placeholder : placeholders(mentioning)) item.mentions.push_back(placeholder.name);
}

bool Compiler::only_elsewhere(const std::string& name) const {
  return by_name_.find(name) == by_name_.end() && everywhere_.find(name) != everywhere_.end();
}

void Compiler::leave_out_other_roles() {
  for (bool changed = true; changed;) {
    changed = false;
    by_name_.clear();
    for (std::size_t i = 0; i < items_.size(); ++i) by_name_.emplace(*items_[i].name, i);
    std::vector<Item> kept;
    for (Item& item : items_) {
      bool leave = false;
      for (const Syntax* syntax : item.parts.all()) {
        for (const SyntaxNode& node : syntax->nodes)
          leave = leave || (node.kind == SyntaxKind::name && only_elsewhere(node.text));
      }
      for (const std::string& name : item.mentions) leave = leave || only_elsewhere(name);
      if (leave && item.every_role) {
        changed = true;
      } else {
        kept.push_back(std::move(item));
      }
    }
    items_ = std::move(kept);
  }
}

void Compiler::unknown_name(const Item& item, const Syntax& syntax, const SyntaxNode& node) {
  const auto length = static_cast<std::uint32_t>(node.text.size());
  const Span span = place(*syntax.formula, node.token_begin, node.token_begin + length);
  std::vector<std::string> known;
  for (const auto& entry : by_name_) known.push_back(entry.first);
  std::string help;
  if (units_.find_unit(node.text)) {
    help = "`" + node.text +
           "` is a unit: it follows a number, and compound units have no spaces, as in `2 CNY/kWh`";
  } else if (std::find(function_names().begin(), function_names().end(), node.text) !=
             function_names().end()) {
    help = "`" + node.text + "` is a function: call it with parentheses";
  } else if (const auto near = did_you_mean(node.text, known)) {
    help = "did you mean `" + *near + "`?";
  }
  auto& problem = diagnostics_.error("RF0302", span,
                                     "unknown name `" + node.text + "` in `" + *item.name + "`", {}, help);
  if (only_elsewhere(node.text))
    problem.notes.push_back("another role has this name, role `" + role_ + "` does not");
}

void Compiler::check_mentions(const Item& item) {
  if (item.mentions.empty()) return;
  for (const std::string& name : item.mentions) {
    if (by_name_.find(name) != by_name_.end()) continue;
    std::vector<std::string> known;
    for (const auto& entry : by_name_) known.push_back(entry.first);
    const auto near = did_you_mean(name, known);
    const Span span = item.origin == Symbol::Origin::advice ? rules_->advice()[item.index].span
                                                            : rules_->constraints()[item.index].span;
    diagnostics_.error("RF0322", span,
                       "the text of `" + *item.name + "` mentions an unknown name `{" + name + "}`", {},
                       near ? "did you mean `" + *near + "`?" : "a plain brace is written `{{`");
  }
}

void Compiler::resolve() {
  for (Item& item : items_) {
    for (const Syntax* syntax : item.parts.all()) {
      for (const SyntaxNode& node : syntax->nodes) {
        if (node.kind != SyntaxKind::name) continue;
        const auto found = by_name_.find(node.text);
        if (found == by_name_.end()) {
          unknown_name(item, *syntax, node);
        } else if (std::find(item.reads.begin(), item.reads.end(), found->second) == item.reads.end()) {
          item.reads.push_back(found->second);
        }
      }
    }
    check_mentions(item);
  }
}

void Compiler::report_cycle(const std::vector<std::size_t>& path) {
  std::string text;
  for (std::size_t item : path) text += "`" + *items_[item].name + "` → ";
  text += "`" + *items_[path.front()].name + "`";
  Diagnostic problem;
  problem.code = "RF0308";
  problem.message = path.size() == 1 ? "`" + *items_[path[0]].name + "` is defined by itself"
                                     : "rules need each other: " + text;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const std::string& next = *items_[path[(i + 1) % path.size()]].name;
    for (const Syntax* syntax : items_[path[i]].parts.all()) {
      const auto node = std::find_if(syntax->nodes.begin(), syntax->nodes.end(), [&](const SyntaxNode& n) {
        return n.kind == SyntaxKind::name && n.text == next;
      });
      if (node == syntax->nodes.end()) continue;
      const auto length = static_cast<std::uint32_t>(node->text.size());
      const Span span = place(*syntax->formula, node->token_begin, node->token_begin + length);
      problem.labels.push_back({span, "`" + *items_[path[i]].name + "` needs it here", i == 0});
      break;
    }
  }
  diagnostics_.add(std::move(problem));
}

// Depth first without recursion; `order_` has operands before their readers, otherwise in the order of the
// files.
void Compiler::sort() {
  std::vector<int> state(items_.size(), 0);
  std::vector<bool> in_cycle(items_.size(), false);
  for (std::size_t start = 0; start < items_.size(); ++start) {
    std::vector<std::pair<std::size_t, std::size_t>> stack;  // item, next of its reads
    if (state[start] == 0) stack.emplace_back(start, 0);
    while (!stack.empty()) {
      const std::size_t item = stack.back().first;
      state[item] = 1;
      if (stack.back().second == items_[item].reads.size()) {
        state[item] = 2;
        if (items_[item].origin != Symbol::Origin::input) order_.push_back(item);
        stack.pop_back();
        continue;
      }
      const std::size_t next = items_[item].reads[stack.back().second++];
      if (state[next] == 0) stack.emplace_back(next, 0);
      if (state[next] != 1) continue;
      std::vector<std::size_t> path;
      bool known = true;
      bool inside = false;
      for (const auto& entry : stack) {
        inside = inside || entry.first == next;
        if (!inside) continue;
        path.push_back(entry.first);
        known = known && in_cycle[entry.first];
        in_cycle[entry.first] = true;
      }
      if (!known) report_cycle(path);
    }
  }
}

void Compiler::input_type(const Input& input, Symbol& symbol, Type& type) {
  symbol.kind = type.kind = input.is_enum      ? ValueKind::word
                            : input.is_boolean ? ValueKind::boolean
                                               : ValueKind::number;
  if (input.is_enum && !input.values.empty()) type.words = &input.values;
  if (symbol.kind != ValueKind::number) return;
  const auto unit = units_.parse_unit(input.unit);
  if (unit) {
    symbol.dimension = type.dimension = unit.value->dimension;
  } else {
    type.any_kind = true;
    diagnostics_.error("RF0320", input.unit_span, "input `" + input.name + "`: " + unit.error.message, {},
                       unit.error.help);
  }
}

Type Compiler::declared_type(const Item& item) {
  Type type = truth_type();
  if (item.origin != Symbol::Origin::rule) return type;
  const Rule& rule = rules_->rules()[item.index];
  type = Type{};
  type.any_kind = true;
  if (rule.unit.empty()) return type;  // known when its formula is
  const auto unit = units_.parse_unit(rule.unit);
  if (unit) return number_type(unit.value->dimension);
  diagnostics_.error("RF0320", rule.unit_span, "rule `" + rule.name + "`: " + unit.error.message, {},
                     unit.error.help);
  return type;
}

void Compiler::assign_slots() {
  std::vector<std::size_t> all;
  for (std::size_t i = 0; i < items_.size(); ++i) {
    if (items_[i].origin == Symbol::Origin::input) all.push_back(i);
  }
  all.insert(all.end(), order_.begin(), order_.end());
  for (std::size_t i : all) {
    Item& item = items_[i];
    item.slot = static_cast<Slot>(program_->symbols_.size());
    Symbol symbol;
    symbol.name = *item.name;
    symbol.origin = item.origin;
    symbol.index = item.index;
    Type type = declared_type(item);
    if (item.origin == Symbol::Origin::input) {
      const Input& input = rules_->inputs()[item.index];
      symbol.unit = input.unit;
      type = Type{};
      input_type(input, symbol, type);
      program_->inputs_.push_back(item.slot);
    } else {
      symbol.kind = type.kind;
      symbol.dimension = type.dimension;
    }
    if (item.origin == Symbol::Origin::rule) symbol.unit = rules_->rules()[item.index].unit;
    if (item.origin == Symbol::Origin::constraint) program_->constraints_.push_back(item.slot);
    if (item.origin == Symbol::Origin::advice) program_->advice_.push_back(item.slot);
    program_->by_name_.emplace(symbol.name, item.slot);
    program_->symbols_.push_back(std::move(symbol));
    types_.push_back(type);
  }
  program_->reads_.resize(all.size());
  for (const Item& item : items_) {
    for (std::size_t read : item.reads) program_->reads_[item.slot].push_back(items_[read].slot);
  }
}

// A native's unit that cannot be read is a bug of ours, but it must not pass unseen.
void Compiler::check_natives() {
  const auto check = [&](const NativeFunction& native, const std::string& unit) {
    if (unit == "enum" || unit == "bool" || units_.parse_unit(unit)) return;
    diagnostics_.error("RF0320", {}, "native function `" + native.name + "`: unknown unit `" + unit + "`");
  };
  for (const NativeFunction& native : *natives_) {
    for (const NativeParameter& parameter : native.parameters) check(native, parameter.unit);
    for (const NativeOutput& output : native.outputs) check(native, output.unit);
  }
}

void Compiler::read_range(Slot slot, const Input& input) {
  Symbol& symbol = program_->symbols_[slot];
  std::string low_reason, high_reason;
  const auto low = program_->read(slot, input.range_text->first, low_reason);
  const auto high = program_->read(slot, input.range_text->second, high_reason);
  if (!low || !high) {
    diagnostics_.error("RF0324", input.range_span,
                       "range of `" + input.name + "`: " + (low ? high_reason : low_reason));
  } else if (symbol.default_value && !(*low <= *symbol.default_value && *symbol.default_value <= *high)) {
    diagnostics_.error("RF0324", input.range_span,
                       "range of `" + input.name + "`: the default is not within it");
  } else {
    symbol.range = std::make_pair(*low, *high);
  }
}

std::shared_ptr<const Program> Compiler::run() {
  const std::size_t errors_before = diagnostics_.error_count();
  program_ = std::shared_ptr<Program>(new Program());
  ast_ = std::make_shared<Ast>();
  program_->rules_ = rules_;
  program_->natives_ = natives_;
  program_->units_ = &units_;
  program_->ast_ = ast_;
  check_natives();
  gather();
  leave_out_other_roles();
  resolve();
  sort();
  assign_slots();
  for (Slot slot : program_->inputs_) {
    const Input& input = rules_->inputs()[program_->symbols_[slot].index];
    for (const std::string& word : input.values) program_->intern(word);
    if (!input.default_text || types_[slot].any_kind) continue;
    std::string reason;
    program_->symbols_[slot].default_value = program_->read(slot, *input.default_text, reason);
    if (!reason.empty())
      diagnostics_.error("RF0324", input.default_span, "default of `" + input.name + "`: " + reason);
    if (input.range_text) read_range(slot, input);
  }
  ast_->bodies.resize(program_->symbols_.size());
  const Scope scope{units_, *natives_, program_->by_name_, types_,
                    [this](std::string_view word) { return program_->intern(word); }};
  Checker checker(scope, *ast_, diagnostics_);
  for (std::size_t item : order_) check_item(items_[item], checker);
  if (diagnostics_.error_count() > errors_before) return nullptr;
  program_->code_ = lower(*program_);
  return program_;
}

std::shared_ptr<const Program> Program::compile(std::shared_ptr<const RuleSet> rules, std::string_view role,
                                                std::shared_ptr<const NativeTable> natives,
                                                const units::Registry& units, Diagnostics& diagnostics) {
  return Compiler(std::move(rules), role, std::move(natives), units, diagnostics).run();
}

}  // namespace rackfit::rules
