// Writes one explained step; beside it, how this room prints numbers inside equations.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

#include "rackfit/llm/steps.hpp"
#include "rackfit/units/bytes.hpp"

namespace rackfit::llm {

/// Appends a step; call only when there is a log.
inline void record(StepLog& log, std::string_view name, std::string_view formula, std::string substituted,
                   double value, std::string_view unit, Provenance source = {}) {
  rules::NativeStep step;
  step.name = name;
  step.formula = formula;
  step.substituted = std::move(substituted);
  step.value = value;
  step.unit = unit;
  step.source = std::move(source);
  log.push_back(std::move(step));
}

/// Six significant digits: enough to check an equation by hand.
inline std::string number(double value) { return fmt::format("{:.6g}", value); }
inline std::string gib(double bytes) { return fmt::format("{:.2f} GiB", bytes / units::gib_bytes); }
inline std::string milliseconds(double seconds) { return fmt::format("{:.4g} ms", seconds * 1e3); }

}  // namespace rackfit::llm
