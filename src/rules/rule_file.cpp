#include "rule_file.hpp"

#include <algorithm>

#include "rackfit/base/did_you_mean.hpp"
#include "rackfit/schema/schema.hpp"
#include "syntax.hpp"

namespace rackfit::rules {

RuleFileReader::RuleFileReader(RuleSet& set, std::shared_ptr<const yaml::Tree> tree, int layer,
                               const units::Registry& units, Diagnostics& diagnostics)
    : set_(set), tree_(std::move(tree)), layer_(layer), units_(units), diagnostics_(diagnostics) {}

void RuleFileReader::shape(const yaml::Node& node, const std::string& wanted) {
  const std::string key(node.key());
  diagnostics_.error("RF0317", node.span(),
                     key.empty() ? "expected " + wanted : "`" + key + "` must be " + wanted);
}

bool RuleFileReader::check_keys(const yaml::Node& node, const std::string& what, Keys known) {
  if (!node.is_map()) {
    shape(node, "a map");
    return false;
  }
  const std::vector<std::string> names(known.begin(), known.end());
  for (std::size_t i = 0; i < node.size(); ++i) {
    const std::string key(node[i].key());
    if (key.rfind("x-", 0) == 0 || std::find(names.begin(), names.end(), key) != names.end()) continue;
    diagnostics_.error("RF0316", node[i].key_span(), "unknown key `" + key + "` in " + what, {},
                       suggestion_help(key, names));
  }
  return true;
}

bool RuleFileReader::check_name(const yaml::Node& node) {
  const std::string name(node.key());
  const char* why = nullptr;
  if (!is_name(name)) {
    why = "names are letters, digits, `_` and dots, as in `kafka.nic_out`";
  } else if (is_reserved(name)) {
    why = "the word belongs to the language of formulas";
  } else if (units_.find_unit(name)) {
    why = "the word is a unit";
  }
  if (why) diagnostics_.error("RF0313", node.key_span(), "`" + name + "` cannot be a name", {}, why);
  return why == nullptr;
}

std::optional<Formula> RuleFileReader::formula(const yaml::Node& node, std::string_view key) {
  const yaml::Node value = node.find(key);
  if (!value) return std::nullopt;
  if (!value.is_scalar()) {
    shape(value, "a formula");
    return std::nullopt;
  }
  return Formula{std::string(value.text()), value.span()};
}

std::optional<Formula> RuleFileReader::required_formula(const yaml::Node& node, std::string_view key,
                                                        const std::string& what) {
  if (!node.find(key)) {
    diagnostics_.error("RF0318", node.key().empty() ? node.span() : node.key_span(),
                       what + " needs `" + std::string(key) + "`");
    return std::nullopt;
  }
  return formula(node, key);
}

std::string RuleFileReader::text(const yaml::Node& node, std::string_view key) {
  const yaml::Node value = node.find(key);
  if (!value) return {};
  if (!value.is_scalar()) {
    shape(value, "a text");
    return {};
  }
  return std::string(value.text());
}

Provenance RuleFileReader::inline_source(const yaml::Node& node) {
  Provenance result;
  schema::Context context{units_, diagnostics_};
  schema::provenance_schema().decode(node, result, context);
  return result;
}

Provenance RuleFileReader::source(const yaml::Node& node) {
  const yaml::Node value = node.find("source");
  if (!value) return {};
  if (value.is_map()) return inline_source(value);
  if (!value.is_scalar()) {
    shape(value, "a name from `sources` or a map");
    return {};
  }
  const auto found = sources_.find(value.text());
  if (found != sources_.end()) return found->second;
  std::vector<std::string> known;
  for (const auto& entry : sources_) known.push_back(entry.first);
  diagnostics_.error("RF0321", value.span(), "unknown source `" + std::string(value.text()) + "`", {},
                     known.empty() ? "describe it under `sources:` at the top of the file"
                                   : suggestion_help(value.text(), known));
  return {};
}

void RuleFileReader::read_file(const yaml::Node& root) {
  if (!check_keys(root, "a rule file",
                  {"title", "role", "sources", "inputs", "rules", "constraints", "advice"}))
    return;
  role_ = text(root, "role");
  read_sections(root);
}

void RuleFileReader::read_inline(const yaml::Node& node) {
  if (node && node.is_map()) read_sections(node);
}

void RuleFileReader::each(const yaml::Node& root, std::string_view key,
                          void (RuleFileReader::*read)(const yaml::Node&)) {
  const yaml::Node section = root.find(key);
  if (!section || section.is_null()) return;
  if (!section.is_map()) {
    shape(section, "a map by name");
    return;
  }
  for (std::size_t i = 0; i < section.size(); ++i) (this->*read)(section[i]);
}

void RuleFileReader::read_sources(const yaml::Node& node) {
  sources_[std::string(node.key())] = inline_source(node);
}

void RuleFileReader::read_sections(const yaml::Node& root) {
  each(root, "sources", &RuleFileReader::read_sources);
  each(root, "inputs", &RuleFileReader::read_input);
  each(root, "rules", &RuleFileReader::read_rule);
  each(root, "constraints", &RuleFileReader::read_constraint);
  each(root, "advice", &RuleFileReader::read_advice);
}

void RuleFileReader::read_input(const yaml::Node& node) {
  if (!check_name(node)) return;
  if (!check_keys(node, "an input", {"title", "unit", "type", "values", "default", "range", "source"}))
    return;
  Input input;
  input.name = std::string(node.key());
  input.role = role_;
  input.title = text(node, "title");
  input.unit = text(node, "unit");
  input.source = source(node);
  input.span = input.unit_span = node.key_span();
  if (const yaml::Node unit = node.find("unit")) input.unit_span = unit.span();
  read_input_type(node, input);
  if (const yaml::Node value = node.find("default"); value && !value.is_null()) {
    input.default_text = text(node, "default");
    input.default_span = value.span();
  }
  read_range(node, input);
  add(Override::Kind::input, set_.inputs_, std::move(input));
}

void RuleFileReader::read_range(const yaml::Node& node, Input& input) {
  const yaml::Node range = node.find("range");
  if (!range || !check_keys(range, "a range", {"low", "high"})) return;
  input.range_span = range.span();
  if (!range.find("low") || !range.find("high")) {
    diagnostics_.error("RF0318", range.span(), "a range needs `low` and `high`");
  } else if (!input.default_text || input.is_enum || input.is_boolean) {
    diagnostics_.error("RF0317", range.span(), "a range stands beside a default that is a quantity");
  } else {
    input.range_text = std::make_pair(text(range, "low"), text(range, "high"));
  }
}

void RuleFileReader::read_input_type(const yaml::Node& node, Input& input) {
  const std::string type = text(node, "type");
  if (const yaml::Node values = node.find("values")) {
    input.is_enum = true;
    if (!values.is_sequence()) shape(values, "a list of words");
    for (std::size_t i = 0; values.is_sequence() && i < values.size(); ++i) {
      input.values.push_back(std::string(values[i].text()));
    }
  }
  input.is_enum = input.is_enum || type == "word";
  input.is_boolean = type == "boolean";
  const std::vector<std::string> types = {"boolean", "number", "word"};
  if (!type.empty() && std::find(types.begin(), types.end(), type) == types.end()) {
    diagnostics_.error("RF0317", node.find("type").span(), "unknown type `" + type + "`", {},
                       suggestion_help(type, types));
    input.is_enum = true;  // anything but a number, so that no second message about a unit follows
  } else if (type == "number" && input.unit.empty()) {
    input.unit = "1";
  } else if (input.unit.empty() && !input.is_enum && !input.is_boolean) {
    diagnostics_.error("RF0318", node.key_span(), "input `" + input.name + "` needs `unit` or `type`", {},
                       "`unit: 1` for a plain number, `type: boolean` or `type: word` for others");
    input.unit = "1";
  } else if (!input.unit.empty() && (input.is_enum || input.is_boolean)) {
    diagnostics_.error("RF0317", node.find("unit").span(),
                       "a " + std::string(input.is_enum ? "word" : "truth value") + " has no unit");
    input.unit.clear();
  }
}

void RuleFileReader::read_constraint(const yaml::Node& node) {
  if (!check_name(node)) return;
  if (!check_keys(node, "a constraint",
                  {"title", "require", "applies_if", "because", "family", "source", "examples"}))
    return;
  Constraint constraint;
  constraint.name = std::string(node.key());
  constraint.role = role_;
  constraint.applies_if = formula(node, "applies_if");
  constraint.because = text(node, "because");
  constraint.family = text(node, "family");
  if (constraint.family.empty()) constraint.family = constraint.name;
  constraint.source = source(node);
  constraint.examples = read_examples(node);
  constraint.span = node.key_span();
  const auto require = required_formula(node, "require", "constraint `" + constraint.name + "`");
  if (!require) return;
  constraint.require = *require;
  add(Override::Kind::constraint, set_.constraints_, std::move(constraint));
}

void RuleFileReader::read_advice(const yaml::Node& node) {
  if (!check_name(node)) return;
  if (!check_keys(node, "advice", {"title", "when", "level", "say", "source", "examples"})) return;
  Advice advice;
  advice.name = std::string(node.key());
  advice.role = role_;
  advice.say = text(node, "say");
  advice.source = source(node);
  advice.examples = read_examples(node);
  advice.span = node.key_span();
  const std::string level = text(node, "level");
  const std::vector<std::string> levels = {"info", "warning", "risk"};
  if (level == "warning") advice.level = AdviceLevel::warning;
  if (level == "risk") advice.level = AdviceLevel::risk;
  if (!level.empty() && std::find(levels.begin(), levels.end(), level) == levels.end()) {
    diagnostics_.error("RF0317", node.find("level").span(), "unknown level `" + level + "`", {},
                       suggestion_help(level, levels));
  }
  if (advice.say.empty())
    diagnostics_.error("RF0318", node.key_span(), "advice `" + advice.name + "` needs `say`");
  const auto when = required_formula(node, "when", "advice `" + advice.name + "`");
  if (!when) return;
  advice.when = *when;
  add(Override::Kind::advice, set_.advice_, std::move(advice));
}

std::vector<Example> RuleFileReader::read_examples(const yaml::Node& node) {
  std::vector<Example> result;
  const yaml::Node list = node.find("examples");
  if (!list) return result;
  if (!list.is_sequence()) {
    shape(list, "a list of `{given: …, expect: …}`");
    return result;
  }
  for (std::size_t i = 0; i < list.size(); ++i) {
    const yaml::Node item = list[i];
    if (!check_keys(item, "an example", {"title", "given", "expect", "margin"})) continue;
    Example example;
    const yaml::Node expect = item.find("expect");
    if (!expect) {
      diagnostics_.error("RF0318", item.span(), "an example needs `expect`");
      continue;
    }
    example.expect = text(item, "expect");
    example.span = expect.span();
    if (const yaml::Node margin = item.find("margin")) {
      const auto read = units_.parse_quantity(margin.text());
      if (!read || !read.value->dimension.dimensionless() || !(read.value->value >= 0)) {
        shape(margin, "a share such as `1e-6` or `1 %`");
      } else {
        example.relative_margin = read.value->value;
      }
    }
    const yaml::Node given = item.find("given");
    if (given && !given.is_map() && !given.is_null()) shape(given, "a map of names and values");
    for (std::size_t k = 0; given && given.is_map() && k < given.size(); ++k) {
      example.given.push_back(
          {std::string(given[k].key()), std::string(given[k].text()), given[k].key_span(), given[k].span()});
    }
    result.push_back(std::move(example));
  }
  return result;
}

}  // namespace rackfit::rules
