// Candidates of one role put through the rules: in blocks, to tell which do, and one by one, to explain them.
//
// solve.cpp and judge.cpp decide with the blocks; whatever is kept gets a trace with the same inputs.
#pragma once

#include "solve.hpp"

namespace rackfit::search {

/// A block's columns by the inputs of one problem.
class Evaluator {
 public:
  Evaluator(const RolePlan& plan, const SiteUse& used);

  std::size_t width() const { return vm_.width(); }
  double value(rules::Slot slot, std::size_t row) const { return vm_.column(slot)[row]; }
  /// A value that somebody may use: nothing when the rule does not exist or gave no finite number.
  std::optional<double> known(const std::optional<rules::Slot>& slot, std::size_t row) const;

  /// Evaluates these candidates; with `counts` (one per candidate) the whole node and the count are known.
  void run(std::span<const std::size_t> candidates, const std::vector<Node>& nodes,
           const std::vector<double>* counts);

 private:
  bool is_axis(rules::Slot slot) const;

  const RolePlan& plan_;
  rules::BatchVm vm_;
  std::vector<std::optional<rules::Slot>> axis_slots_;
  std::vector<std::vector<double>> interned_;  // words of word axes, per axis
  std::optional<rules::Slot> nodes_slot_;
  std::map<std::string, rules::Slot, std::less<>> node_slots_;
};

/// Inputs of a candidate that are not what its node alone would say, by name.
using Changes = std::vector<std::pair<std::string, double>>;

/// A trace of one candidate with all its inputs; `changes` come last.
std::shared_ptr<rules::TraceVm> trace(const RolePlan& plan, const SiteUse& used, std::size_t candidate,
                                      const Node& node, std::optional<double> count,
                                      const Changes& changes = {});

/// The builder's candidate that this one is like: itself, or for an existing machine the one bought new.
std::size_t described_as(const RoleProblem& problem, std::size_t candidate);
std::string family_of(const RoleProblem& problem, std::size_t candidate);

}  // namespace rackfit::search
