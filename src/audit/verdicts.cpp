#include "verdicts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "rackfit/search/constraints.hpp"

namespace rackfit::audit {

namespace {

using catalog::RequirementView;
using catalog::TargetView;
using rules::Slot;
using schema::Named;

bool begins(std::string_view text, std::string_view with) { return text.substr(0, with.size()) == with; }

/// "4 s to 4 s" is "4 s": the ends of a range may be one.
std::string without_repeats(std::string text) {
  constexpr std::string_view word = " to ";
  for (std::size_t at = 0; (at = text.find(word, at)) != std::string::npos; at += word.size()) {
    const std::size_t from = at + word.size();
    std::size_t end = text.find(' ', from);
    // A figure and its unit.
    if (end != std::string::npos) end = text.find_first_of(" ,;:", end + 1);
    const std::string right = text.substr(from, end == std::string::npos ? end : end - from);
    if (right.empty() || right.size() > at || text.compare(at - right.size(), right.size(), right) != 0)
      continue;
    // "3.75 s to 5 s" only looks the same from behind.
    const bool whole = right.size() == at || text[at - right.size() - 1] == ' ';
    if (whole) text.erase(at, word.size() + right.size());
  }
  return text;
}

std::optional<double> margin(const std::optional<double>& wanted, const std::optional<double>& predicted,
                             bool at_least) {
  if (!wanted || !predicted || *wanted == 0) return {};
  return at_least ? *predicted / *wanted - 1 : 1 - *predicted / *wanted;
}

const rules::Constraint& definition(const rules::Program& program, Slot slot) {
  return program.rules().constraints()[program.symbol(slot).index];
}

/// The row whose figures a constraint speaks of.
const Named<RequirementView>* row_of(const catalog::View* view, const rules::Program& program,
                                     Slot constraint) {
  if (!view) return nullptr;
  const std::string& name = program.symbol(constraint).name;
  const auto reads = program.reads(constraint);
  const auto speaks_of = [&](const std::string& symbol) {
    const auto slot = symbol.empty() ? std::nullopt : program.find(symbol);
    return slot && std::find(reads.begin(), reads.end(), *slot) != reads.end();
  };
  for (const auto& row : view->requirements) {
    const auto& named = row.value.constraints;
    if (std::find(named.begin(), named.end(), name) != named.end()) return &row;
  }
  for (const auto& row : view->requirements) {
    if (speaks_of(row.value.utilization) || speaks_of(row.value.need)) return &row;
  }
  return nullptr;
}

bool beyond_hardware(const RequirementView& row, const Values& values) {
  const auto need = row.hard_need.empty() ? std::nullopt : values.base(row.hard_need);
  const auto most = row.hard_capacity.empty() ? std::nullopt : values.base(row.hard_capacity);
  return need && most && *need > *most;
}

/// "VRAM per GPU at 93 %": the fullest resource that grows with the load.
std::string binding(const catalog::View* view, const Values& values) {
  const Named<RequirementView>* fullest = nullptr;
  double most = 0;
  for (const auto& row : view->requirements) {
    if (row.value.fixed) continue;
    const auto need = values.base(row.value.need), capacity = values.base(row.value.capacity);
    double share = values.base(row.value.utilization).value_or(0);
    if (share <= 0 && need && capacity && *capacity > 0) share = *need / *capacity;
    if (share <= most) continue;
    most = share;
    fullest = &row;
  }
  return fullest ? fmt::format("{} at {:.0f} %", fullest->value.title, most * 100) : std::string();
}

Verdict figures(const TargetView& row, const Values& values) {
  Verdict verdict;
  verdict.title = row.title;
  verdict.unit = row.unit;
  verdict.at_least = row.at_least;
  verdict.wanted = values.in(row.wanted, row.unit);
  verdict.predicted = values.in(row.predicted, row.unit);
  verdict.low = row.low.empty() ? std::nullopt : values.in(row.low, row.unit);
  verdict.high = row.high.empty() ? std::nullopt : values.in(row.high, row.unit);
  verdict.margin = margin(verdict.wanted, verdict.predicted, row.at_least);
  if (!verdict.wanted) verdict.wanted_word = values.word(row.wanted);
  if (!verdict.predicted) verdict.predicted_word = values.word(row.predicted);
  verdict.formula = values.formula(row.predicted);
  // "claim.e2e" and "claim.e2e_high" are the ends of one claim.
  constexpr std::string_view upper = "_high";
  const bool ends = row.wanted.size() > upper.size() &&
                    row.wanted.compare(row.wanted.size() - upper.size(), upper.size(), upper) == 0;
  const std::string low = ends ? row.wanted.substr(0, row.wanted.size() - upper.size()) : row.wanted;
  verdict.wanted_low = values.in(low, row.unit);
  verdict.wanted_high = values.in(low + std::string(upper), row.unit);
  return verdict;
}

bool better_than_bound(const TargetView& row, const Values& values) {
  const auto wanted = values.base(row.wanted);
  const auto bound = row.bound.empty() ? std::nullopt : values.base(row.bound);
  return wanted && bound && (row.at_least ? *wanted > *bound : *wanted < *bound);
}

/// What the other end of the band says when it says something else.
std::string about_band(const TargetView& row, const Verdict& verdict, const Values& values) {
  if (row.low.empty() || row.high.empty()) return {};  // one end alone is a bound, not a band
  const bool holds = verdict.ruling == Ruling::holds;
  const std::string& end = holds == row.at_least ? row.low : row.high;
  const auto value = end.empty() ? std::nullopt : values.base(end);
  const auto wanted = values.base(row.wanted);
  if (!value || !wanted) return {};
  const bool would = row.at_least ? *value >= *wanted : *value <= *wanted;
  if (would == holds) return {};
  return fmt::format("; the {} end of the band, {}, {}", holds ? "unfavourable" : "favourable",
                     values.print(end, row.unit), holds ? "misses it" : "meets it");
}

/// The first constraint refused that keeps the role from running at all, as far as that can be told.
struct Blocked {
  bool any = false, beyond = false;
  std::string because;
};

Blocked blocked(const catalog::View* view, const Values& values) {
  Blocked result;
  for (Slot slot : values.program().constraints()) {
    if (values.truth(slot) != false) continue;
    const auto* row = row_of(view, values.program(), slot);
    const bool beyond = row && beyond_hardware(row->value, values);
    if (result.any && (result.beyond || !beyond)) continue;
    result = {true, beyond, values.fill(definition(values.program(), slot).because)};
  }
  return result;
}

constexpr const char* ever_longer = "ever longer";

std::string promise(const TargetView& row, const Values& values) {
  const std::string& safe = row.at_least ? row.low : row.high;
  const std::string text = "promise " + values.print(row.predicted);
  return safe.empty() ? text : text + ", to be safe " + values.print(safe);
}

Verdict target(const Named<TargetView>& row, const catalog::View* view, const RolePlan& role,
               const Values& values, const Blocked& stopped) {
  Verdict verdict = figures(row.value, values);
  verdict.subject = role.problem.role;
  verdict.id = role.problem.role + "/" + row.name;
  if (!verdict.predicted && !stopped.beyond && values.endless(row.value.predicted)) {
    verdict.ruling = Ruling::fails;
    verdict.predicted_word = ever_longer;
    verdict.because = "it does not keep up: more comes in than it answers, and waits ever longer";
    return verdict;
  }
  if (!verdict.predicted) {
    verdict.ruling = stopped.beyond ? Ruling::impossible : stopped.any ? Ruling::fails : Ruling::unknown;
    verdict.because = stopped.any ? "it does not run: " + stopped.because
                                  : "a figure that it depends on is not in the catalog";
    return verdict;
  }
  const bool holds =
      row.value.at_least ? *verdict.predicted >= *verdict.wanted : *verdict.predicted <= *verdict.wanted;
  verdict.ruling = holds                                  ? Ruling::holds
                   : better_than_bound(row.value, values) ? Ruling::impossible
                                                          : Ruling::fails;
  verdict.because = fmt::format("{} predicted", values.print(row.value.predicted));
  if (verdict.low && verdict.high) {
    verdict.because += fmt::format(", {} to {} in eight of ten cases", values.print(row.value.low),
                                   values.print(row.value.high));
  }
  if (!holds && !row.value.bound.empty() && values.base(row.value.bound)) {
    const rules::Slot bound = *values.program().find(row.value.bound);
    verdict.because +=
        fmt::format("; nothing on this hardware betters {}, the weights read once a token ({})",
                    values.print(row.value.bound), values.vm().trace(bound).substituted);
  }
  const std::string fullest = binding(view, values);
  if (!fullest.empty()) verdict.because += "; fullest is " + fullest;
  verdict.because += about_band(row.value, verdict, values);
  if (!holds) verdict.remedy = promise(row.value, values);
  return verdict;
}

/// Both sides of a plain comparison: what is needed and what there is.
void fill_sides(Verdict& verdict, const rules::Constraint& constraint, const Values& values) {
  const auto compared = search::sides(values.program(), constraint);
  if (!compared) return;
  const auto& program = values.program();
  const bool at_most = constraint.require.text.find("<=") != std::string::npos;
  const rules::Symbol& need = program.symbol(at_most ? compared->first : compared->second);
  const rules::Symbol& there = program.symbol(at_most ? compared->second : compared->first);
  verdict.unit = need.unit == "B" ? "GB" : need.unit;
  verdict.predicted = values.in(need.name, verdict.unit);
  verdict.wanted = values.in(there.name, verdict.unit);
  verdict.formula = values.formula(need.name);
}

Verdict of_constraint(Slot slot, bool holds, const catalog::View* view, const RolePlan& role,
                      const Values& values) {
  const rules::Constraint& constraint = definition(values.program(), slot);
  Verdict verdict;
  verdict.subject = role.problem.role;
  verdict.id = role.problem.role + "/" + constraint.name;
  verdict.title = constraint.family.empty() ? constraint.name : constraint.family;
  verdict.limit = true;
  // In a plan these machines are there already; here they are on offer.
  if (constraint.name == "node.enough_existing") verdict.title = "machines of this kind";
  verdict.ruling = holds ? Ruling::holds : Ruling::fails;
  verdict.because = values.fill(constraint.because);
  const auto compared = search::sides(values.program(), constraint);
  if (const auto* row = row_of(view, values.program(), slot)) {
    verdict.title = row->value.title;
    verdict.unit = row->value.unit;
    verdict.predicted = values.in(row->value.need, row->value.unit);
    verdict.wanted = values.in(row->value.capacity, row->value.unit);
    verdict.formula = values.formula(row->value.need);
    if (!holds && beyond_hardware(row->value, values)) {
      verdict.ruling = Ruling::impossible;
      const std::string all = values.print(row->value.hard_capacity, row->value.unit);
      if (all != values.print(row->value.capacity, row->value.unit))
        verdict.because += fmt::format("; the hardware has {} in all", all);
    }
    if (!holds && !row->value.remedy.empty()) verdict.remedy = values.fill(row->value.remedy);
  } else {
    fill_sides(verdict, constraint, values);
  }
  if (!holds && compared && std::isinf(values.vm().value(compared->first))) {
    if (verdict.wanted && *verdict.wanted == 0) {
      verdict.because = "even one request alone misses a target: it takes longer than is promised";
      verdict.wanted = {};
      verdict.wanted_word = "not one";
    } else {
      verdict.because = "it does not keep up: more comes in than is answered, and waits ever longer";
      verdict.predicted_word = ever_longer;
    }
  }
  verdict.margin = margin(verdict.wanted, verdict.predicted, false);
  if (holds) verdict.because.clear();  // the sentences are about what is missing
  const bool told = row_of(view, values.program(), slot) != nullptr;
  verdict.minor = holds && (!told || !verdict.predicted || !verdict.wanted);
  if (!holds && verdict.remedy.empty() && !told)
    verdict.remedy = search::relaxation(values.program(), constraint, values.vm());
  return verdict;
}

/// A constraint that compares a target's own two figures says nothing that the target does not.
bool is_target(const catalog::View* view, const rules::Program& program,
               const rules::Constraint& constraint) {
  const auto compared = search::sides(program, constraint);
  if (!view || !compared) return false;
  return std::any_of(view->targets.begin(), view->targets.end(), [&](const auto& row) {
    const auto wanted = program.find(row.value.wanted), predicted = program.find(row.value.predicted);
    return wanted && predicted &&
           ((compared->first == *wanted && compared->second == *predicted) ||
            (compared->first == *predicted && compared->second == *wanted));
  });
}

}  // namespace

std::string_view to_string(Ruling ruling) {
  switch (ruling) {
    case Ruling::holds:
      return "holds";
    case Ruling::fails:
      return "fails";
    case Ruling::impossible:
      return "impossible";
    case Ruling::unknown:
      return "unknown";
  }
  return "unknown";
}

std::string_view to_string(VerdictKind kind) {
  return kind == VerdictKind::target ? "target" : kind == VerdictKind::claim ? "claim" : "consistency";
}

const catalog::View* view_of(const catalog::Catalog& catalog, const std::string& role) {
  for (const catalog::View& view : catalog.views) {
    if (view.role == role) return &view;
  }
  return nullptr;
}

std::vector<Verdict> role_verdicts(const RolePlan& role, const catalog::View* view,
                                   const units::Registry& units) {
  std::vector<Verdict> verdicts;
  if (!role.chosen) return verdicts;
  const Values values(*role.chosen->trace, units);
  const Blocked stopped = blocked(view, values);
  if (view) {
    for (const auto& row : view->targets) {
      const auto slot = values.program().find(row.value.wanted);
      if (slot && values.base(row.value.wanted)) verdicts.push_back(target(row, view, role, values, stopped));
    }
  }
  for (Slot slot : values.program().constraints()) {
    const auto holds = values.truth(slot);
    if (!holds || is_target(view, values.program(), definition(values.program(), slot))) continue;
    verdicts.push_back(of_constraint(slot, *holds, view, role, values));
  }
  // Of several constraints on one resource the refused ones are told, else the first.
  for (std::size_t i = 0; i < verdicts.size(); ++i) {
    for (std::size_t j = 0; j < verdicts.size(); ++j) {
      if (i == j || verdicts[i].ruling != Ruling::holds || verdicts[i].title != verdicts[j].title) continue;
      if (verdicts[j].ruling != Ruling::holds || (j < i && !verdicts[j].minor)) verdicts[i].minor = true;
    }
  }
  return verdicts;
}

std::optional<Verdict> claim_verdict(const Named<TargetView>& row, const std::string& scope,
                                     const Values& values) {
  const rules::Program& program = values.program();
  const auto wanted = program.find(row.value.wanted);
  if (!wanted || rules::is_not_applicable(values.vm().value(*wanted))) return {};
  Verdict verdict = figures(row.value, values);
  const std::string prefix = scope + "." + row.name + ".";
  bool asked = false, settled = true;
  for (Slot slot : program.constraints()) {
    const rules::Constraint& constraint = definition(program, slot);
    if (!begins(constraint.name, prefix)) continue;
    const auto holds = values.truth(slot);
    if (!holds && constraint.name == prefix + "holds") settled = false;
    if (!holds) continue;
    const bool possible = begins(std::string_view(constraint.name).substr(prefix.size()), "possible");
    const Ruling ruling = *holds ? Ruling::holds : possible ? Ruling::impossible : Ruling::fails;
    // The first refusal decides; of those that hold, the last one's sentence has the prediction.
    if (asked && verdict.ruling != Ruling::holds) continue;
    asked = true;
    verdict.ruling = ruling;
    verdict.because = without_repeats(values.fill(constraint.because));
  }
  // Possible is not yet true.
  if (!asked || (verdict.ruling == Ruling::holds && !settled)) {
    verdict.ruling = Ruling::unknown;
    verdict.because = "nothing known decides it: measure, or state the conditions under `at`";
    return verdict;
  }
  if (verdict.ruling == Ruling::fails || verdict.ruling == Ruling::holds)
    verdict.because += about_band(row.value, verdict, values);
  if (verdict.ruling == Ruling::holds) return verdict;
  for (Slot slot : program.advice()) {
    const auto& advice = program.rules().advice()[program.symbol(slot).index];
    if (begins(advice.name, prefix + "remedy") && values.truth(slot) == true)
      verdict.remedy = without_repeats(values.fill(advice.say));
  }
  return verdict;
}

}  // namespace rackfit::audit
