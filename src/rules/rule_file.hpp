// Reads one file's `inputs:`, `rules:`, `constraints:` and `advice:` into a RuleSet. Formulas stay text here:
// what they mean can only be said when every file is there.
#pragma once

#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <string>

#include "rackfit/rules/rule_set.hpp"

namespace rackfit::rules {

class RuleFileReader {
 public:
  RuleFileReader(RuleSet& set, std::shared_ptr<const yaml::Tree> tree, int layer,
                 const units::Registry& units, Diagnostics& diagnostics);
  /// A whole rule file: unknown keys are errors.
  void read_file(const yaml::Node& root);
  /// The same maps inside a workload, whose other keys are not ours.
  void read_inline(const yaml::Node& node);
  void read_overrides(const yaml::Node& node);

 private:
  using Keys = std::initializer_list<std::string_view>;
  void read_sections(const yaml::Node& root);
  void read_sources(const yaml::Node& node);
  void read_input(const yaml::Node& node);
  void read_input_type(const yaml::Node& node, Input& input);
  void read_range(const yaml::Node& node, Input& input);
  void read_rule(const yaml::Node& node);
  void read_value(const yaml::Node& node, Rule& rule);
  void read_table(const yaml::Node& node, Rule& rule);
  void read_tiers(const yaml::Node& node, Rule& rule);
  void read_round(const yaml::Node& node, Rule& rule);
  void read_constraint(const yaml::Node& node);
  void read_advice(const yaml::Node& node);
  void read_override(const yaml::Node& node);
  std::vector<Example> read_examples(const yaml::Node& node);

  void each(const yaml::Node& root, std::string_view key, void (RuleFileReader::*read)(const yaml::Node&));
  bool check_keys(const yaml::Node& node, const std::string& what, Keys known);
  bool check_name(const yaml::Node& node);
  std::optional<Formula> formula(const yaml::Node& node, std::string_view key);
  std::optional<Formula> required_formula(const yaml::Node& node, std::string_view key,
                                          const std::string& what);
  std::string text(const yaml::Node& node, std::string_view key);
  Provenance source(const yaml::Node& node);
  Provenance inline_source(const yaml::Node& node);
  void shape(const yaml::Node& node, const std::string& wanted);

  template <class T>
  void add(Override::Kind kind, std::vector<T>& items, T item);
  bool may_replace(Override::Kind kind, const RuleSet::Entry& old, const std::string& name, Span span);
  void erase(Override::Kind kind, std::size_t index);
  std::string described(Override::Kind kind, std::size_t index) const;
  Span span_of(Override::Kind kind, std::size_t index) const;

  RuleSet& set_;
  std::shared_ptr<const yaml::Tree> tree_;
  int layer_;
  const units::Registry& units_;
  Diagnostics& diagnostics_;
  std::string role_;
  std::map<std::string, Provenance, std::less<>> sources_;
};

/// A value or formula of a definition in one line, for override notices: "kafka.a * 2", "a table of 4 rows".
std::string summary(const Rule& rule);

std::string_view to_string(Override::Kind kind);

}  // namespace rackfit::rules
