#include "rackfit/kafka/capacity.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace rackfit::kafka {
namespace {

using rules::Slot;

constexpr std::string_view all_families = "kafka.capacity.";
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double precision = 1e-9;
constexpr double nothing = 1e-6, without_end = 1e21;  // below and above every rate and time that can be meant
constexpr int most_steps = 200;
constexpr double first_ingress = 1e8, first_retention_s = 1e5;

std::string_view family(Basis basis) {
  switch (basis) {
    case Basis::planned:
      return "kafka.capacity.planned.";
    case Basis::physical:
      return "kafka.capacity.physical.";
    case Basis::broker_lost:
    case Basis::rack_lost:
      break;
  }
  return "kafka.capacity.survivor.";
}

double solved(rules::TraceVm& state, Slot wanted, Slot variable, double start) {
  return largest_within(
      [&](double x) {
        state.set(variable, x);
        state.run(wanted);
        return state.value(wanted);
      },
      start);
}

/// The ingress at which a limit is full with these coefficients.
double full_at(const rules::TraceVm& state, Slot limit, Slot ingress, const std::vector<Setting>& settings) {
  rules::TraceVm vm = state;
  for (const Setting& setting : settings) vm.set(setting.slot, setting.value);
  return solved(vm, limit, ingress, first_ingress);
}

}  // namespace

double largest_within(const std::function<double(double)>& f, double start) {
  double low = 0, high = infinity, x = start;
  for (int step = 0; step < most_steps; ++step) {
    const double full = f(x);
    (full <= 1 ? low : high) = x;
    if (low >= without_end) return infinity;
    if (high <= nothing) return 0;
    if (high < infinity && high - low <= precision * high) return low;
    // Most limits are proportional, and then this is the answer; a hair beside it closes the bracket.
    double next = x / full;
    if (!std::isfinite(next) || next <= 0 || step % 4 == 3)
      next = high < infinity ? (low + high) / 2 : low * 1e3;
    if (low > 0) next = std::max(next, low * (1 + precision / 2));
    if (high < infinity) next = std::min(next, high * (1 - precision / 2));
    if (low == 0 && high < infinity && next < high * 1e-3) next = high * 1e-3;
    x = next;
  }
  return low;
}

bool only_for_capacity(std::string_view rule) { return rule.substr(0, all_families.size()) == all_families; }

std::shared_ptr<const rules::Program> broker_program(std::shared_ptr<const rules::RuleSet> rules,
                                                     const units::Registry& units, Diagnostics& diagnostics) {
  return rules::Program::compile(std::move(rules), "kafka-broker",
                                 std::make_shared<const rules::NativeTable>(), units, diagnostics);
}

Cluster::Cluster(std::shared_ptr<const rules::Program> program) : state_(std::move(program)) {
  ingress_ = state_.program().find("kafka.ingress").value_or(0);
  retention_ = state_.program().find("kafka.retention");
  given_.resize(state_.program().symbols().size(), false);
}

void Cluster::set(Slot input, double value) {
  state_.set(input, value);
  given_[input] = true;
}

void Cluster::set(std::string_view input, double value) {
  if (const auto slot = program().find(input)) set(*slot, value);
}

void Cluster::set_word(std::string_view input, std::string_view word) {
  if (const auto slot = program().find(input)) set(*slot, program().intern(word));
}

std::vector<Slot> Cluster::defaults(const Capacity& capacity) const {
  rules::TraceVm vm = at(capacity.basis);
  if (std::isfinite(capacity.ingress.value)) vm.set(ingress_, capacity.ingress.value);
  std::vector<bool> seen(program().symbols().size(), false);
  std::vector<Slot> open;
  for (const Bound& bound : capacity.bounds) {
    vm.run(bound.slot);
    open.push_back(bound.slot);
    while (!open.empty()) {
      const Slot slot = open.back();
      open.pop_back();
      if (seen[slot]) continue;
      seen[slot] = true;
      for (const Slot read : vm.trace(slot).reads) open.push_back(read);
    }
  }
  std::vector<Slot> found;
  for (const Slot input : program().inputs()) {
    const bool mine = input == ingress_ || program().symbol(input).name == "availability";
    if (seen[input] && !given_[input] && !mine && program().symbol(input).default_value)
      found.push_back(input);
  }
  return found;
}

double Cluster::value(std::string_view name, double ingress) const {
  const auto slot = program().find(name);
  if (!slot) return rules::not_applicable();
  rules::TraceVm vm = state_;
  vm.set(ingress_, ingress);
  vm.run(*slot);
  return vm.value(*slot);
}

rules::TraceVm Cluster::at(Basis basis) const {
  rules::TraceVm vm = state_;
  const auto availability = program().find("availability");
  if (availability && basis == Basis::broker_lost) vm.set(*availability, program().intern("n+1"));
  if (availability && basis == Basis::rack_lost) vm.set(*availability, program().intern("rack-loss"));
  return vm;
}

bool Cluster::judged(Slot slot) const {
  if (!retention_ || given_[*retention_]) return true;
  // Asked of the values, not of the formulas: with brokers given, their number no longer rests on what they
  // hold.
  rules::TraceVm vm = state_;
  vm.set(ingress_, first_ingress);
  vm.set(*retention_, first_retention_s);
  vm.run(slot);
  const double before = vm.value(slot);
  vm.set(*retention_, 2 * first_retention_s);
  vm.run(slot);
  return vm.value(slot) == before;
}

std::vector<Bound> Cluster::limits(Basis basis) const {
  std::vector<Bound> found;
  const std::string_view prefix = family(basis);
  for (Slot slot = 0; slot < program().symbols().size(); ++slot) {
    const std::string& name = program().symbol(slot).name;
    if (name.compare(0, prefix.size(), prefix) != 0) continue;
    Bound bound;
    bound.limit = name.substr(prefix.size());
    bound.title = std::string(program().title(slot));
    bound.slot = slot;
    if (basis == Basis::planned) bound.amount = program().find("kafka.capacity.amount." + bound.limit);
    found.push_back(std::move(bound));
  }
  return found;
}

double Cluster::ingress(Basis basis) const {
  const rules::TraceVm state = at(basis);
  double least = infinity;
  for (const Bound& bound : limits(basis)) {
    if (judged(bound.slot)) least = std::min(least, full_at(state, bound.slot, ingress_, {}));
  }
  return least;
}

Interval Cluster::full_between(const rules::TraceVm& state, Slot limit) const {
  const Ends at_ends = ends(state, limit);
  Interval found;
  found.value = full_at(state, limit, ingress_, {});
  // The more a limit is used at one and the same load, the less ingress it takes.
  found.low = std::min(found.value, full_at(state, limit, ingress_, at_ends.greatest));
  found.high = std::max(found.value, full_at(state, limit, ingress_, at_ends.least));
  return found;
}

Capacity Cluster::capacity(Basis basis) const {
  Capacity result;
  result.basis = basis;
  result.ingress = {infinity, infinity, infinity};
  rules::TraceVm state = at(basis);
  for (Bound& bound : limits(basis)) {
    state.set(ingress_, first_ingress);
    state.run(bound.slot);
    if (rules::is_not_applicable(state.value(bound.slot))) {
      result.unknown.push_back(bound.title);
      continue;
    }
    bound.ingress =
        judged(bound.slot) ? full_between(state, bound.slot) : Interval{infinity, infinity, infinity};
    result.ingress.low = std::min(result.ingress.low, bound.ingress.low);
    result.ingress.value = std::min(result.ingress.value, bound.ingress.value);
    result.ingress.high = std::min(result.ingress.high, bound.ingress.high);
    result.bounds.push_back(std::move(bound));
  }
  std::stable_sort(result.bounds.begin(), result.bounds.end(),
                   [](const Bound& a, const Bound& b) { return a.ingress.value < b.ingress.value; });
  const double answer = result.ingress.value;
  if (answer > 0 && std::isfinite(answer)) fill(result, state, answer);
  return result;
}

void Cluster::fill(Capacity& result, rules::TraceVm& state, double answer) const {
  state.set(ingress_, answer);
  const auto storage = std::find_if(result.bounds.begin(), result.bounds.end(),
                                    [](const Bound& bound) { return bound.limit == "storage"; });
  if (storage != result.bounds.end() && retention_) {
    rules::TraceVm vm = state;
    result.retention_s = solved(vm, storage->slot, *retention_, first_retention_s);
    // What else rests on the retention is then judged with it.
    if (!given_[*retention_]) state.set(*retention_, *result.retention_s);
  }
  for (Bound& bound : result.bounds) {
    state.run(bound.slot);
    bound.utilization = state.value(bound.slot);
  }
}

}  // namespace rackfit::kafka
