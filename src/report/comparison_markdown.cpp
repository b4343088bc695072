// Comparisons for documents and merge requests.
#include "comparison_words.hpp"

namespace rackfit::report {

using cost::Compared;
using cost::Comparison;
using cost::Scope;

namespace {

std::string line(const std::string& text) { return text.empty() ? text : "\n" + clean(text, false) + "\n"; }

std::string options_table(const Scope& scope) {
  const std::string unit = unit_title(scope);
  std::string out = "| option | at once | a year | total | today's value | ";
  if (!unit.empty()) out += unit + " | ";
  out += std::string("buying pays |\n|---|---:|---:|---:|---:|---:|") + (unit.empty() ? "" : "---:|") + "\n";
  for (const Compared& each : scope.options) {
    const cost::Option& option = each.option;
    out += fmt::format("| {} | {} | {} | {} | {} | ", clean(option_name(option), false),
                       sum_of(option, option.capex.amount()), sum_of(option, option.yearly.amount()),
                       sum_of(option, option.total.amount()), sum_of(option, option.npv));
    if (!unit.empty()) out += unit_of(scope, each) + " | ";
    out += even_text(each, scope) + " |\n";
  }
  return out;
}

std::string tornado_table(const Scope& scope) {
  const auto& swings = scope.per_token.empty() ? scope.per_hour : scope.per_token;
  if (swings.empty() || !scope.options.front().option.complete()) return {};
  std::string out = fmt::format(
      "\n| {} | from | to | at the one | at the other |\n|---|---:|---:|---:|---:|\n", tornado_title(scope));
  for (const cost::Swing& swing : swings) {
    out += fmt::format("| {} | {} | {} | {} | {} |\n", swing.name, input_text(swing, swing.low),
                       input_text(swing, swing.high), unit_text(swing.at_low), unit_text(swing.at_high));
  }
  return out;
}

std::string missing_lines(const Scope& scope) {
  std::string out;
  for (const Compared& each : scope.options) {
    std::string missing;
    for (const std::string& text : each.option.missing) missing += (missing.empty() ? "" : ", ") + text;
    if (!missing.empty())
      out += fmt::format("- {}: n/a without {}\n", clean(each.option.name, false), clean(missing, false));
  }
  return out.empty() ? out : "\n" + out;
}

}  // namespace

std::string write_markdown(const std::vector<Comparison>& comparisons) {
  std::string out;
  for (const Comparison& comparison : comparisons) {
    out += fmt::format("{}# {}\n", out.empty() ? "" : "\n", clean(comparison_title(comparison), false));
    for (const std::string& text : comparison_basis(comparison)) out += line(text);
    for (const Scope& scope : comparison.scopes) {
      out += fmt::format("\n## {}\n\n{}", scope.title, options_table(scope)) + missing_lines(scope);
      out += fmt::format("\n**Recommended:** {}\n", clean(scope.recommendation.because, false));
      out += line(use_verdict(scope)) + line(staff_verdict(scope)) + line(buying_basis(scope, comparison));
      if (scope.npv && scope.options.front().option.complete()) out += line(spread_text(scope));
      out += tornado_table(scope);
      if (!scope.notes.empty()) out += "\n";
      for (const std::string& note : scope.notes) out += "- " + clean(note, false) + "\n";
    }
    for (const std::string& text : price_lines(comparison)) out += line(text);
    out += line(terms_text());
  }
  return out;
}

}  // namespace rackfit::report
