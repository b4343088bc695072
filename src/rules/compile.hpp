// From a RuleSet to a Program: parse, resolve names, sort, check, rewrite mechanisms, lower.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "ast.hpp"
#include "check.hpp"
#include "rackfit/rules/program.hpp"
#include "syntax.hpp"

namespace rackfit::rules {

/// The formulas of one definition, parsed.
struct Parts {
  Syntax formula, applies_if, cap, floor, round_to, tiers_of, tiers_above;
  std::vector<std::pair<Syntax, Syntax>>
      rows;  // table: condition (none for `else`), value; tiers: up to, value
  std::vector<const Syntax*> all() const;
};

class Compiler {
 public:
  Compiler(std::shared_ptr<const RuleSet> rules, std::string_view role,
           std::shared_ptr<const NativeTable> natives, const units::Registry& units,
           Diagnostics& diagnostics);
  std::shared_ptr<const Program> run();

 private:
  /// One definition of the role.
  struct Item {
    Symbol::Origin origin = Symbol::Origin::rule;
    std::size_t index = 0;
    const std::string* name = nullptr;
    bool every_role = false;
    bool broken = false;  // a formula could not be read
    Parts parts;
    std::vector<std::size_t> reads;     // items
    std::vector<std::string> mentions;  // names in `say` and `because`
    Slot slot = 0;
  };

  void gather();
  template <class T>
  void gather_kind(const std::vector<T>& items, Symbol::Origin origin);
  void parse(Item& item);
  void parse_rule(const Rule& rule, Item& item);
  Syntax parse_part(const Formula& formula, Item& item);
  Syntax parse_part(const std::optional<Formula>& formula, Item& item);
  Syntax parse_part(std::optional<Formula>&& formula, Item& item) = delete;  // Syntax points at the formula
  void leave_out_other_roles();
  bool only_elsewhere(const std::string& name) const;
  void resolve();
  void unknown_name(const Item& item, const Syntax& syntax, const SyntaxNode& node);
  void check_mentions(const Item& item);
  void sort();
  void report_cycle(const std::vector<std::size_t>& path);
  void assign_slots();
  Type declared_type(const Item& item);
  void input_type(const Input& input, Symbol& symbol, Type& type);
  void check_natives();
  void read_range(Slot slot, const Input& input);

  // mechanisms.cpp
  void check_item(const Item& item, Checker& checker);
  Checked rule_value(const Rule& rule, const Item& item, Checker& checker, AstBody& body);
  Checked table_value(const Rule& rule, const Item& item, Checker& checker, AstBody& body);
  Checked tiers_value(const Rule& rule, const Item& item, Checker& checker, AstBody& body);
  Checked bound_value(const Rule& rule, const Item& item, Checked value, Checker& checker, AstBody& body);
  void check_declared(const Rule& rule, const Checked& value, const Type& declared, Checker& checker);
  // table_overlap.cpp
  void check_overlaps(const Rule& rule, const Item& item);

  std::shared_ptr<const RuleSet> rules_;
  std::string role_;
  std::shared_ptr<const NativeTable> natives_;
  const units::Registry& units_;
  Diagnostics& diagnostics_;
  std::vector<Item> items_;
  std::map<std::string, std::size_t, std::less<>> by_name_;
  std::set<std::string, std::less<>> everywhere_;  // names of all roles
  std::vector<std::size_t> order_;
  std::vector<Type> types_;  // by slot
  std::shared_ptr<Program> program_;
  std::shared_ptr<Ast> ast_;
};

/// Names between braces in a `say` or `because` text, with their places in it; `{{` is a plain brace.
struct Placeholder {
  std::string name, unit;
  std::size_t begin = 0, end = 0;  // with the braces
};
std::vector<Placeholder> placeholders(std::string_view text);

}  // namespace rackfit::rules
