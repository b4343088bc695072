// What given brokers can carry: the plan's rules read backwards.
//
// A plan goes from a load to brokers. Here the brokers are given, and each limit of the rules (the families
// `kafka.capacity.*` of profiles/rules/kafka-capacity.yaml) is asked at which ingress it is full. The
// formulas stay in the rules; this only looks for the ingress, so a limit that somebody adds there, or a
// coefficient that he overrides, counts here too.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rackfit/kafka/coefficients.hpp"
#include "rackfit/rules/program.hpp"

namespace rackfit::kafka {

/// Which family of limits is asked for.
enum class Basis {
  planned,      // with the targets that leave room: what to plan with
  physical,     // what measured runs reached: where it stops
  broker_lost,  // planned for a broker lost, of the survivors
  rack_lost,    // the same for a rack
};

/// One limit. An ingress of infinity: the limit does not depend on the ingress, and holds; of zero: it never
/// holds.
struct Bound {
  std::string limit;  // "nic_out"
  std::string title;
  rules::Slot slot = 0;
  Interval ingress;        // B/s, before compression, at which it is full
  double utilization = 0;  // at the answer's ingress
  /// What a broker has of it, and in which symbol; planned limits only.
  std::optional<rules::Slot> amount;
};

struct Capacity {
  Basis basis = Basis::planned;
  Interval ingress;           // of the tightest limit; low and high of the tightest at each end
  std::vector<Bound> bounds;  // tightest first
  std::optional<double>
      retention_s;                   // after which the disks are as full as the limit allows, at this ingress
  std::vector<std::string> unknown;  // titles of limits that the facts do not allow to judge
  const Bound* tightest() const { return bounds.empty() ? nullptr : &bounds.front(); }
};

/// True for the rules that are only asked here: no plan rests on them.
bool only_for_capacity(std::string_view rule);

/// The program of the brokers' rules; nullptr with diagnostics when they do not compile.
std::shared_ptr<const rules::Program> broker_program(std::shared_ptr<const rules::RuleSet> rules,
                                                     const units::Registry& units, Diagnostics& diagnostics);

/// A cluster as the rules see it. Names that the rules do not have are passed over, so that a user's smaller
/// rule set still answers.
class Cluster {
 public:
  explicit Cluster(std::shared_ptr<const rules::Program> program);
  void set(std::string_view input, double value);
  void set_word(std::string_view input, std::string_view word);
  void set(rules::Slot input, double value);
  /// Inputs that nobody gave and that the limits rest on at this ingress, in the order of the rules.
  std::vector<rules::Slot> defaults(const Capacity& capacity) const;
  const rules::Program& program() const { return state_.program(); }
  /// A symbol's value at an ingress; not applicable when there is none of that name.
  double value(std::string_view name, double ingress) const;
  /// Limits of one family, whether they can be judged or not.
  std::vector<Bound> limits(Basis basis) const;
  /// Without a retention that somebody gave, limits that rest on it are left out and the retention is
  /// answered.
  Capacity capacity(Basis basis) const;
  /// Ingress at which the tightest limit of the family is full, and nothing else: for fits, which ask often.
  double ingress(Basis basis) const;

 private:
  rules::TraceVm at(Basis basis) const;
  bool judged(rules::Slot slot) const;
  Interval full_between(const rules::TraceVm& state, rules::Slot limit) const;
  void fill(Capacity& result, rules::TraceVm& state, double answer) const;

  rules::TraceVm state_;
  std::vector<bool> given_;  // by slot
  rules::Slot ingress_ = 0;
  std::optional<rules::Slot> retention_;
};

/// The largest x with f(x) ≤ 1 of a function that does not fall: infinity when it never exceeds 1, 0 when it
/// always does.
double largest_within(const std::function<double(double)>& f, double start);

}  // namespace rackfit::kafka
