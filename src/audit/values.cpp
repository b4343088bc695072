#include "values.hpp"

#include <cmath>
#include <limits>

namespace rackfit::audit {

using rules::Slot;

std::optional<double> Values::base(const std::string& name) const {
  const auto slot = name.empty() ? std::nullopt : program_.find(name);
  if (!slot || program_.symbol(*slot).kind == rules::ValueKind::word) return {};
  const double value = vm_.value(*slot);
  if (rules::is_not_applicable(value) || !std::isfinite(value)) return {};
  return value;
}

std::optional<double> Values::in(const std::string& name, const std::string& unit) const {
  const auto value = base(name);
  if (!value || unit.empty()) return value;
  const auto parsed = units_.parse_unit(unit);
  return parsed ? std::optional<double>(*value / parsed.value->factor) : value;
}

bool Values::endless(const std::string& name) const {
  const auto slot = program_.find(name);
  return slot && program_.symbol(*slot).kind != rules::ValueKind::word &&
         vm_.value(*slot) == std::numeric_limits<double>::infinity();
}

std::string Values::word(const std::string& name) const {
  const auto slot = name.empty() ? std::nullopt : program_.find(name);
  if (!slot || program_.symbol(*slot).kind != rules::ValueKind::word) return {};
  const double value = vm_.value(*slot);
  return rules::is_not_applicable(value) ? std::string() : std::string(program_.word(value));
}

std::string Values::formula(const std::string& name) const {
  const auto slot = name.empty() ? std::nullopt : program_.find(name);
  if (!slot || !base(name)) return {};
  const rules::TraceValue trace = vm_.trace(*slot);
  if (trace.given || trace.formula.empty()) return {};
  std::string text = name + " = " + trace.formula;
  if (!trace.substituted.empty() && trace.substituted != trace.formula) text += " = " + trace.substituted;
  return text + " = " + print(name);
}

std::optional<bool> Values::truth(Slot slot) const {
  const double value = vm_.value(slot);
  if (rules::is_not_applicable(value)) return {};
  return value != 0;
}

std::string Values::print(const std::string& name, const std::string& unit) const {
  if (!program_.find(name)) return "unknown";
  return fill("{" + name + (unit.empty() || unit == "1" ? "" : ":" + unit) + "}");
}

}  // namespace rackfit::audit
