// One evaluation read by name: figures in any unit, words, answers, and the formulas behind them.
#pragma once

#include <optional>
#include <string>

#include "rackfit/rules/program.hpp"
#include "rackfit/units/registry.hpp"

namespace rackfit::audit {

/// Values of one evaluation by name.
class Values {
 public:
  Values(const rules::TraceVm& vm, const units::Registry& units)
      : vm_(vm), program_(vm.program()), units_(units) {}

  const rules::Program& program() const { return program_; }
  const rules::TraceVm& vm() const { return vm_; }
  /// In base units; nothing when it is unknown, not applicable or not finite.
  std::optional<double> base(const std::string& name) const;
  std::optional<double> in(const std::string& name, const std::string& unit) const;
  /// Infinite: what waits is never served.
  bool endless(const std::string& name) const;
  /// Of a symbol that is a word; empty for others and where it is unknown.
  std::string word(const std::string& name) const;
  /// "x = a / b = 15 request / 3 s = 5 request/s"; empty for inputs.
  std::string formula(const std::string& name) const;
  /// A constraint's or advice's answer.
  std::optional<bool> truth(rules::Slot slot) const;
  std::string fill(const std::string& text) const { return rules::fill_in(text, program_, vm_.values()); }
  /// "6.2 s", as the symbol is printed.
  std::string print(const std::string& name, const std::string& unit = {}) const;

 private:
  const rules::TraceVm& vm_;
  const rules::Program& program_;
  const units::Registry& units_;
};

}  // namespace rackfit::audit
