#include "rackfit/rules/rule_set.hpp"

#include <algorithm>
#include <set>

#include "rackfit/base/check.hpp"
#include "rackfit/base/did_you_mean.hpp"
#include "rule_file.hpp"

namespace rackfit::rules {
namespace {

bool meet(const std::string& role, const std::string& other) {
  return role.empty() || other.empty() || role == other;
}

// A rule that computes what was an input is the normal way to refine a model; turning a requirement into a
// number is a mistake.
bool interchangeable(Override::Kind kind, Override::Kind old) {
  const auto valued = [](Override::Kind k) {
    return k == Override::Kind::input || k == Override::Kind::rule;
  };
  return kind == old || (valued(kind) && valued(old));
}

std::string article(Override::Kind kind) {
  switch (kind) {
    case Override::Kind::input:
      return "an input";
    case Override::Kind::rule:
      return "a rule";
    case Override::Kind::constraint:
      return "a constraint";
    case Override::Kind::advice:
      return "advice";
  }
  return {};
}

void replace_value(Rule& rule, Formula formula) {
  rule.formula = std::move(formula);
  rule.table.clear();
  rule.tiers_of.reset();
  rule.tiers.clear();
  rule.tiers_above.reset();
  rule.cap.reset();
  rule.floor.reset();
  rule.round.reset();
}

}  // namespace

std::string_view to_string(Override::Kind kind) {
  switch (kind) {
    case Override::Kind::input:
      return "input";
    case Override::Kind::rule:
      return "rule";
    case Override::Kind::constraint:
      return "constraint";
    case Override::Kind::advice:
      return "advice";
  }
  return {};
}

std::string summary(const Rule& rule) {
  if (rule.formula) return rule.formula->text;
  if (!rule.table.empty()) return "a table of " + std::to_string(rule.table.size()) + " rows";
  return "tiers of " + (rule.tiers_of ? rule.tiers_of->text : std::string());
}

std::string RuleFileReader::described(Override::Kind kind, std::size_t index) const {
  switch (kind) {
    case Override::Kind::input:
      return set_.inputs_[index].default_text.value_or("no default");
    case Override::Kind::rule:
      return summary(set_.rules_[index]);
    case Override::Kind::constraint:
      return set_.constraints_[index].require.text;
    case Override::Kind::advice:
      return set_.advice_[index].when.text;
  }
  return {};
}

Span RuleFileReader::span_of(Override::Kind kind, std::size_t index) const {
  switch (kind) {
    case Override::Kind::input:
      return set_.inputs_[index].span;
    case Override::Kind::rule:
      return set_.rules_[index].span;
    case Override::Kind::constraint:
      return set_.constraints_[index].span;
    case Override::Kind::advice:
      return set_.advice_[index].span;
  }
  return {};
}

void RuleFileReader::erase(Override::Kind kind, std::size_t index) {
  const auto position = static_cast<std::ptrdiff_t>(index);
  if (kind == Override::Kind::input) set_.inputs_.erase(set_.inputs_.begin() + position);
  if (kind == Override::Kind::rule) set_.rules_.erase(set_.rules_.begin() + position);
  for (auto it = set_.by_name_.begin(); it != set_.by_name_.end();) {
    if (it->second.kind == kind && it->second.index == index) {
      it = set_.by_name_.erase(it);
      continue;
    }
    if (it->second.kind == kind && it->second.index > index) --it->second.index;
    ++it;
  }
}

bool RuleFileReader::may_replace(Override::Kind kind, const RuleSet::Entry& old, const std::string& name,
                                 Span span) {
  const Span old_span = span_of(old.kind, old.index);
  if (old.layer == layer_) {
    auto& problem = diagnostics_.error("RF0309", span, "`" + name + "` is defined twice", "again here");
    problem.labels.push_back({old_span, "first defined here", false});
    return false;
  }
  if (!interchangeable(kind, old.kind)) {
    auto& problem = diagnostics_.error(
        "RF0309", span, "`" + name + "` is " + article(old.kind) + " and cannot become " + article(kind), {},
        "choose another name");
    problem.labels.push_back({old_span, "defined here", false});
    return false;
  }
  return true;
}

template <class T>
void RuleFileReader::add(Override::Kind kind, std::vector<T>& items, T item) {
  std::vector<RuleSet::Entry> olds;
  const auto range = set_.by_name_.equal_range(item.name);
  for (auto it = range.first; it != range.second; ++it) {
    if (meet(it->second.role, item.role)) olds.push_back(it->second);
  }
  for (const RuleSet::Entry& old : olds) {
    if (!may_replace(kind, old, item.name, item.span)) return;
  }
  // From the back, so that erasing one does not move the others.
  std::sort(olds.begin(), olds.end(), [](const auto& a, const auto& b) { return a.index > b.index; });
  std::vector<std::string> roles;
  std::vector<std::size_t> notices;
  for (const RuleSet::Entry& old : olds) {
    notices.push_back(set_.overrides_.size());
    set_.overrides_.push_back(
        {item.name, kind, described(old.kind, old.index), {}, {}, item.span, span_of(old.kind, old.index)});
    roles.push_back(item.role.empty() ? old.role : item.role);
  }
  if (roles.empty()) roles.push_back(item.role);
  for (std::size_t i = 0; i < roles.size(); ++i) {
    T copy = item;
    copy.role = roles[i];
    std::size_t index = items.size();
    if (i < olds.size() && olds[i].kind == kind) {
      index = olds[i].index;
      items[index] = std::move(copy);
      const auto entries = set_.by_name_.equal_range(item.name);
      for (auto it = entries.first; it != entries.second; ++it) {
        if (it->second.kind == kind && it->second.index == index)
          it->second = {kind, roles[i], layer_, index};
      }
    } else {
      if (i < olds.size()) erase(olds[i].kind, olds[i].index);
      items.push_back(std::move(copy));
      set_.by_name_.emplace(item.name, RuleSet::Entry{kind, roles[i], layer_, index});
    }
    if (i < notices.size()) set_.overrides_[notices[i]].is = described(kind, index);
  }
}
template void RuleFileReader::add(Override::Kind, std::vector<Input>&, Input);
template void RuleFileReader::add(Override::Kind, std::vector<Rule>&, Rule);
template void RuleFileReader::add(Override::Kind, std::vector<Constraint>&, Constraint);
template void RuleFileReader::add(Override::Kind, std::vector<Advice>&, Advice);

void RuleFileReader::read_overrides(const yaml::Node& node) {
  if (!node || node.is_null()) return;
  if (!node.is_map()) {
    shape(node, "a map of names and values");
    return;
  }
  for (std::size_t i = 0; i < node.size(); ++i) read_override(node[i]);
}

void RuleFileReader::read_override(const yaml::Node& node) {
  const std::string name(node.key());
  std::optional<Formula> value;
  std::string because;
  if (node.is_map()) {
    if (!check_keys(node, "an override", {"value", "formula", "because"})) return;
    because = text(node, "because");
    value = node.find("formula") ? formula(node, "formula")
                                 : required_formula(node, "value", "override `" + name + "`");
    if (!value) return;
  } else if (node.is_scalar()) {
    value = Formula{std::string(node.text()), node.span()};
  } else {
    shape(node, "a value or `{value: …, because: …}`");
    return;
  }
  const auto range = set_.by_name_.equal_range(name);
  if (range.first == range.second) {
    std::vector<std::string> known;
    for (const auto& entry : set_.by_name_) known.push_back(entry.first);
    diagnostics_.error("RF0314", node.key_span(), "no rule or input is called `" + name + "`", {},
                       suggestion_help(name, known));
    return;
  }
  for (auto it = range.first; it != range.second; ++it) {
    const RuleSet::Entry& entry = it->second;
    set_.overrides_.push_back({name, entry.kind, described(entry.kind, entry.index), value->text, because,
                               value->span, span_of(entry.kind, entry.index)});
    if (entry.kind == Override::Kind::input) {
      Input& input = set_.inputs_[entry.index];
      input.default_text = value->text;
      input.default_span = value->span;
      input.overridden = true;
      input.range_text.reset();  // it spoke of our value, not of the user's
      input.source = Provenance{};
      input.source.note = because;
    } else if (entry.kind == Override::Kind::rule) {
      Rule& rule = set_.rules_[entry.index];
      replace_value(rule, *value);
      rule.examples.clear();
      rule.source = Provenance{};
      rule.source.note = because;
    } else if (entry.kind == Override::Kind::constraint) {
      set_.constraints_[entry.index].require = *value;
      set_.constraints_[entry.index].examples.clear();
    } else {
      set_.advice_[entry.index].when = *value;
      set_.advice_[entry.index].examples.clear();
    }
  }
}

void RuleSet::add(const std::shared_ptr<const yaml::Tree>& tree, int layer, const units::Registry& units,
                  Diagnostics& diagnostics) {
  trees_.push_back(tree);
  RuleFileReader(*this, tree, layer, units, diagnostics).read_file(tree->root());
}

void RuleSet::add_inline(const std::shared_ptr<const yaml::Tree>& tree, yaml::Node node, int layer,
                         const units::Registry& units, Diagnostics& diagnostics) {
  trees_.push_back(tree);
  RuleFileReader(*this, tree, layer, units, diagnostics).read_inline(node);
}

void RuleSet::add_overrides(const std::shared_ptr<const yaml::Tree>& tree, yaml::Node node,
                            const units::Registry& units, Diagnostics& diagnostics) {
  trees_.push_back(tree);
  RuleFileReader(*this, tree, 0, units, diagnostics).read_overrides(node);
}

std::vector<std::string> RuleSet::roles() const {
  std::set<std::string> roles;
  for (const auto& entry : by_name_) {
    if (!entry.second.role.empty()) roles.insert(entry.second.role);
  }
  return {roles.begin(), roles.end()};
}

}  // namespace rackfit::rules
