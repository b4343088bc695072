#include "rackfit/rules/program.hpp"

#include <algorithm>
#include <cctype>

#include "compile.hpp"
#include "ops.hpp"
#include "rackfit/base/did_you_mean.hpp"

namespace rackfit::rules {

double not_applicable() { return ops::nothing; }
bool is_not_applicable(double value) { return !ops::applies(value); }

std::optional<Slot> Program::find(std::string_view name) const {
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) return std::nullopt;
  return found->second;
}

std::span<const Slot> Program::reads(Slot slot) const { return reads_[slot]; }

double Program::intern(std::string_view word) const {
  const auto found = word_ids_.find(word);
  if (found != word_ids_.end()) return found->second;
  const auto id = static_cast<double>(words_.size());
  words_.emplace_back(word);
  word_ids_.emplace(std::string(word), id);
  return id;
}

std::string_view Program::word(double value) const {
  if (!(value >= 0) || value >= static_cast<double>(words_.size())) return {};
  return words_[static_cast<std::size_t>(value)];
}

std::string Program::print(Slot slot, double value) const {
  const Symbol& symbol = symbols_[slot];
  if (is_not_applicable(value)) return "not applicable";
  if (symbol.kind == ValueKind::boolean) return value != 0 ? "true" : "false";
  if (symbol.kind == ValueKind::word) return std::string(word(value));
  // A share is read as written, in percent; other values in whatever unit suits their size.
  const bool share = symbol.dimension.dimensionless() && symbol.unit != "1";
  return units_->format(value, symbol.dimension, share ? std::string_view(symbol.unit) : std::string_view());
}

std::optional<double> Program::read(Slot slot, std::string_view text, std::string& reason) const {
  const Symbol& symbol = symbols_[slot];
  reason.clear();
  if (text == "not applicable" || text == "not_applicable") return not_applicable();
  if (symbol.kind == ValueKind::boolean) {
    if (text == "true" || text == "false") return text == "true" ? 1.0 : 0.0;
    reason = "expected `true` or `false`, got `" + std::string(text) + "`";
    return std::nullopt;
  }
  if (symbol.kind == ValueKind::word) {
    if (symbol.origin == Symbol::Origin::input) {
      const auto& words = rules_->inputs()[symbol.index].values;
      if (!words.empty() && std::find(words.begin(), words.end(), text) == words.end()) {
        reason = "`" + std::string(text) + "` is none of its words; " + suggestion_help(text, words);
        return std::nullopt;
      }
    }
    return intern(text);
  }
  const auto quantity = units_->parse_quantity(text);
  if (!quantity) {
    reason = quantity.error.message + (quantity.error.help.empty() ? "" : "; " + quantity.error.help);
    return std::nullopt;
  }
  const units::Quantity& value = *quantity.value;
  if (value.dimension == symbol.dimension) return value.value;
  if (value.value == 0 && value.dimension.dimensionless()) return 0.0;
  if (units_->counted_words_left_out(value.dimension, symbol.dimension)) return value.value;
  reason = "expected `" + (symbol.unit.empty() ? units_->base_unit_text(symbol.dimension) : symbol.unit) +
           "`, got `" + std::string(text) + "`";
  return std::nullopt;
}

std::string_view Program::title(Slot slot) const {
  const Symbol& symbol = symbols_[slot];
  switch (symbol.origin) {
    case Symbol::Origin::input:
      return rules_->inputs()[symbol.index].title;
    case Symbol::Origin::rule:
      return rules_->rules()[symbol.index].title;
    case Symbol::Origin::constraint:
      return rules_->constraints()[symbol.index].because;
    case Symbol::Origin::advice:
      return rules_->advice()[symbol.index].say;
  }
  return {};
}

const Provenance& Program::source(Slot slot) const {
  const Symbol& symbol = symbols_[slot];
  if (symbol.origin == Symbol::Origin::input) return rules_->inputs()[symbol.index].source;
  if (symbol.origin == Symbol::Origin::rule) return rules_->rules()[symbol.index].source;
  if (symbol.origin == Symbol::Origin::constraint) return rules_->constraints()[symbol.index].source;
  return rules_->advice()[symbol.index].source;
}

Span Program::span(Slot slot) const {
  const Symbol& symbol = symbols_[slot];
  if (symbol.origin == Symbol::Origin::input) return rules_->inputs()[symbol.index].span;
  if (symbol.origin == Symbol::Origin::rule) return rules_->rules()[symbol.index].span;
  if (symbol.origin == Symbol::Origin::constraint) return rules_->constraints()[symbol.index].span;
  return rules_->advice()[symbol.index].span;
}

std::vector<Placeholder> placeholders(std::string_view text) {
  std::vector<Placeholder> result;
  for (std::size_t at = text.find('{'); at != std::string_view::npos; at = text.find('{', at)) {
    const std::size_t close = text.find('}', at);
    if (text.substr(at, 2) == "{{" || close == std::string_view::npos) {
      at += 2;
      if (at >= text.size()) break;
      continue;
    }
    Placeholder placeholder;
    placeholder.begin = at;
    placeholder.end = close + 1;
    const std::string_view inside = text.substr(at + 1, close - at - 1);
    const std::size_t colon = inside.find(':');
    placeholder.name = std::string(inside.substr(0, colon));
    if (colon != std::string_view::npos) placeholder.unit = std::string(inside.substr(colon + 1));
    result.push_back(std::move(placeholder));
    at = close + 1;
  }
  return result;
}

std::string fill_in(std::string_view text, const Program& program, std::span<const double> values) {
  std::string result;
  const auto plain = [&](std::string_view part) {
    for (std::size_t i = 0; i < part.size(); ++i) {
      result += part[i];
      if (part.substr(i, 2) == "{{") ++i;
    }
  };
  std::size_t at = 0;
  for (const Placeholder& placeholder : placeholders(text)) {
    plain(text.substr(at, placeholder.begin - at));
    at = placeholder.end;
    const auto slot = program.find(placeholder.name);
    if (!slot || *slot >= values.size()) {
      result += text.substr(placeholder.begin, placeholder.end - placeholder.begin);
      continue;
    }
    const double value = values[*slot];
    const Symbol& symbol = program.symbol(*slot);
    const bool in_unit =
        !placeholder.unit.empty() && symbol.kind == ValueKind::number && !is_not_applicable(value);
    result += in_unit ? program.units().format(value, symbol.dimension, placeholder.unit)
                      : program.print(*slot, value);
  }
  plain(text.substr(at));
  return result;
}

}  // namespace rackfit::rules
