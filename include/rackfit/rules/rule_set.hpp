// Rules as text: what profiles/rules/*.yaml, a user's `--rules` file and a workload's `rules:` and
// `overrides:` say.
//
// A RuleSet is the union of such files before any checking of formulas: later files add names or override
// them, and every override is remembered, because the report must show it. `compile` (program.hpp) turns it
// into a Program.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rackfit/base/diagnostic.hpp"
#include "rackfit/base/provenance.hpp"
#include "rackfit/units/registry.hpp"
#include "rackfit/yaml/tree.hpp"

namespace rackfit::rules {

/// A formula's text and where it stands, so that a caret can point into the middle of it.
struct Formula {
  std::string text;
  Span span;  // of the text in the file
};

/// A fact that comes from outside the rules: the workload, a catalog row, the candidate.
struct Input {
  std::string name;  // "kafka.replication"
  std::string role;  // file's `role:`; empty: every role
  std::string title;
  std::string unit;                         // "B/s"; empty for words and truth values
  std::vector<std::string> values;          // enums: allowed words; empty with `is_enum`: any word
  bool is_enum = false;                     // `type: word`
  bool is_boolean = false;                  // `type: boolean`
  bool overridden = false;                  // the default is the user's, not ours
  std::optional<std::string> default_text;  // quantity or word, as written
  // What the source leaves open about the default: quantities from and to, as written.
  std::optional<std::pair<std::string, std::string>> range_text;
  Provenance source;  // of the default
  Span span;          // of the name
  Span unit_span, default_span, range_span;
};

/// One row of a rule's table: `{if: condition, value: formula}` or, as the last, `{else: formula}`.
struct TableRow {
  std::optional<Formula> condition;  // none: the `else` row
  Formula value;
};

/// What a value is rounded to: multiples of `to`, by default whole numbers.
struct Rounding {
  enum class Mode { up, down, nearest };
  std::optional<Formula> to;
  Mode mode = Mode::nearest;
};

/// A value for a name, as an example or an override writes it.
struct Given {
  std::string name;
  std::string text;  // quantity, word, true/false or `not applicable`
  Span name_span, span;
};

struct Example {
  std::vector<Given> given;  // inputs and other rules; those rules are then not evaluated
  std::string expect;        // quantity, word, true/false or `not applicable`
  double relative_margin = 1e-9;
  Span span;  // of `expect`
};

struct Rule {
  std::string name;
  std::string role;
  std::string title;
  std::string unit;  // empty: boolean or enum result
  std::optional<Formula> formula;
  std::optional<Formula> applies_if;
  // Sugar, rewritten to plain operations by the compiler. In this order: the value (formula, table or tiers),
  // floor, cap, round, applies_if.
  std::vector<TableRow> table;
  bool table_unique =
      true;  // `hit: unique`: no two rows may hold together; `hit: first`: the first that holds
  std::optional<Formula> tiers_of;
  std::vector<std::pair<Formula, Formula>> tiers;  // up to and including, value
  std::optional<Formula> tiers_above;  // value beyond the last bracket; without it: not applicable
  bool tiers_marginal =
      false;  // each bracket's value is a rate for the part of `of` inside it; else the bracket's value is it
  std::optional<Formula> cap, floor;
  std::optional<Rounding> round;
  Provenance source;
  std::vector<Example> examples;
  Span span;  // of the name
  Span unit_span;
};

struct Constraint {
  std::string name, role;
  Formula require;
  std::optional<Formula> applies_if;
  std::string because;  // a sentence for people; `{name}` is replaced by the value of a symbol
  std::string family;   // groups rejections in the report; default: the name
  Provenance source;
  std::vector<Example> examples;  // expect: true | false | not applicable
  Span span;
};

enum class AdviceLevel { info, warning, risk };

struct Advice {
  std::string name, role;
  Formula when;
  AdviceLevel level = AdviceLevel::info;
  std::string say;  // `{name}` is replaced by the value of a symbol
  Provenance source;
  std::vector<Example> examples;
  Span span;
};

/// A later file's replacement of an earlier value, for the report.
struct Override {
  enum class Kind { input, rule, constraint, advice };
  std::string name;
  Kind kind = Kind::rule;
  std::string was, is;  // formulas or values as text
  std::string because;
  Span span, was_span;
};

class RuleSet {
 public:
  /// Adds one file. `layer` > 0 marks user files, whose redefinitions count as overrides; within one layer a
  /// name defined twice is an error. Codes RF03xx.
  void add(const std::shared_ptr<const yaml::Tree>& tree, int layer, const units::Registry& units,
           Diagnostics& diagnostics);
  /// Adds the `rules:`/`constraints:`/`advice:` maps found under `node` of a workload file.
  void add_inline(const std::shared_ptr<const yaml::Tree>& tree, yaml::Node node, int layer,
                  const units::Registry& units, Diagnostics& diagnostics);
  /// `overrides: {name: value or {value|formula, because}}`: replaces a rule's formula or an input's default.
  void add_overrides(const std::shared_ptr<const yaml::Tree>& tree, yaml::Node node,
                     const units::Registry& units, Diagnostics& diagnostics);

  const std::vector<Input>& inputs() const { return inputs_; }
  const std::vector<Rule>& rules() const { return rules_; }
  const std::vector<Constraint>& constraints() const { return constraints_; }
  const std::vector<Advice>& advice() const { return advice_; }
  const std::vector<Override>& overrides() const { return overrides_; }
  /// Every role that some file names, sorted.
  std::vector<std::string> roles() const;

 private:
  friend class RuleFileReader;
  struct Entry {
    Override::Kind kind = Override::Kind::rule;
    std::string role;
    int layer = 0;
    std::size_t index = 0;  // into the vector of its kind
  };
  std::multimap<std::string, Entry, std::less<>> by_name_;
  std::vector<Input> inputs_;
  std::vector<Rule> rules_;
  std::vector<Constraint> constraints_;
  std::vector<Advice> advice_;
  std::vector<Override> overrides_;
  std::vector<std::shared_ptr<const yaml::Tree>> trees_;  // keeps spans alive
};

}  // namespace rackfit::rules
