// Values of one evaluation by symbol, in the unit a view asks for.
#pragma once

#include <cmath>
#include <optional>
#include <string>

#include "rackfit/rules/program.hpp"
#include "rackfit/units/registry.hpp"

namespace rackfit::report {

class Reader {
 public:
  Reader(const rules::TraceVm& vm, const units::Registry& units)
      : vm_(vm), program_(vm.program()), units_(units) {}

  std::optional<double> base(const std::string& name) const {
    const auto slot = name.empty() ? std::nullopt : program_.find(name);
    if (!slot) return {};
    const double value = vm_.value(*slot);
    if (rules::is_not_applicable(value) || !std::isfinite(value)) return {};
    return value;
  }
  std::optional<double> in(const std::string& name, const std::string& unit) const {
    const auto value = base(name);
    return value ? std::optional<double>(*value / factor(unit)) : std::nullopt;
  }
  /// Base units in one of these.
  double factor(const std::string& unit) const {
    const auto parsed = unit.empty() ? units::Parsed<units::Unit>() : units_.parse_unit(unit);
    return parsed ? parsed.value->factor : 1;
  }
  std::string fill(const std::string& text) const { return rules::fill_in(text, program_, vm_.values()); }

 private:
  const rules::TraceVm& vm_;
  const rules::Program& program_;
  const units::Registry& units_;
};

}  // namespace rackfit::report
