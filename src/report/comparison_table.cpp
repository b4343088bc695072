// Comparisons for terminals and Markdown.
#include <algorithm>
#include <cmath>

#include "comparison_words.hpp"

namespace rackfit::report {

namespace {

using cost::Compared;
using cost::Comparison;
using cost::Kind;
using cost::Scope;

void write_tornado(Canvas& canvas, const Scope& scope) {
  const std::vector<cost::Swing>& swings = scope.per_token.empty() ? scope.per_hour : scope.per_token;
  if (swings.empty()) return;
  canvas.blank();
  canvas.text(tornado_title(scope), 2, 2, Tone::faint);
  Grid grid;
  grid.columns = {{"", false, true},    {"from", true},         {"to", true},
                  {"at the one", true}, {"at the other", true}, {""}};
  const double widest = swings.front().width();
  for (const cost::Swing& swing : swings) {
    grid.rows.push_back({{swing.name},
                         {input_text(swing, swing.low)},
                         {input_text(swing, swing.high)},
                         {unit_text(swing.at_low)},
                         {unit_text(swing.at_high)},
                         {bar(widest > 0 ? swing.width() / widest : 0, 10)}});
  }
  canvas.grid(grid, 2);
}

void write_options(Canvas& canvas, const Scope& scope, bool roomy) {
  Grid grid;
  grid.columns = {
      {"option", false, true}, {"at once", true}, {"a year", true}, {"total", true}, {"today's value", true}};
  if (roomy) {
    if (!unit_title(scope).empty()) grid.columns.push_back({unit_title(scope), true});
    grid.columns.push_back({"buying pays", true});
  }
  for (const Compared& each : scope.options) {
    const cost::Option& option = each.option;
    const std::string name = option_name(option);
    const bool is_choice =
        scope.recommendation.option && &each == &scope.options[*scope.recommendation.option];
    std::vector<Piece> cells{{name, is_choice           ? Tone::good
                                    : option.complete() ? Tone::plain
                                                        : Tone::faint},
                             {sum_of(option, option.capex.amount())},
                             {sum_of(option, option.yearly.amount())},
                             {sum_of(option, option.total.amount())},
                             {sum_of(option, option.npv)}};
    if (roomy) {
      if (!unit_title(scope).empty()) cells.push_back({unit_of(scope, each)});
      cells.push_back({even_text(each, scope)});
    }
    grid.rows.push_back(std::move(cells));
  }
  canvas.grid(grid, 2);
}

void write_missing(Canvas& canvas, const Scope& scope) {
  for (const Compared& each : scope.options) {
    if (each.option.complete()) continue;
    std::string missing;
    for (const std::string& text : each.option.missing) missing += (missing.empty() ? "" : ", ") + text;
    canvas.text(fmt::format("{}: n/a without {}", each.option.name, missing), 2, 4, Tone::caution);
  }
}

void write_bought(Canvas& canvas, const Scope& scope, const Comparison& comparison) {
  const cost::Option& own = scope.options.front().option;
  canvas.blank();
  canvas.text("what buying is made of", 2, 2, Tone::faint);
  Grid grid;
  grid.columns = {{"", false, true}, {"at once", true}, {"first year", true}, {"total", true}};
  for (const cost::Line& line : own.lines) {
    Cents year;
    for (std::size_t month = 1; month < line.months.size() && month <= 12; ++month)
      year += line.months[month];
    grid.rows.push_back({{line.name},
                         {whole_amount(line.months.front().amount())},
                         {whole_amount(year.amount())},
                         {whole_amount(line.total.amount())}});
  }
  canvas.grid(grid, 2);
  std::string power = fmt::format("{} kWh a year", whole_amount(own.kwh_per_year));
  if (own.co2e_kg_per_year) power += fmt::format(", {} kg CO2e", whole_amount(*own.co2e_kg_per_year));
  canvas.text(power, 2, 4);
  canvas.text(buying_basis(scope, comparison), 2, 4, Tone::faint);
}

/// Which machines or rows the best of each other kind are.
void write_cheapest(Canvas& canvas, const Scope& scope) {
  for (const cost::Option* option : best_of_kinds(scope)) {
    if (option->kind == Kind::own || option->notes.empty()) continue;
    std::string notes;
    for (const std::string& note : option->notes) notes += (notes.empty() ? "" : "; ") + note;
    canvas.text(fmt::format("{}: {}", option->name, notes), 2, 4, Tone::faint);
  }
}

void write_scope(Canvas& canvas, const Scope& scope, const Comparison& comparison) {
  canvas.blank();
  canvas.heading(scope.title);
  constexpr std::size_t roomy_width = 110;
  const std::size_t width = canvas.options().width;
  write_options(canvas, scope, width == 0 || width >= roomy_width);
  write_missing(canvas, scope);
  canvas.blank();
  canvas.text({{"Recommended: ", Tone::strong}, {scope.recommendation.because}}, 2, 4);
  if (scope.break_even_tokens) {
    canvas.text(
        fmt::format("buying costs as much as the cheapest tokens at {} a month, {} token/s day and night",
                    cost::tokens_text(*scope.break_even_tokens),
                    whole_amount(*scope.break_even_tokens / cost::seconds_per_month)),
        2, 4);
  }
  for (const std::string& line : {use_verdict(scope), staff_verdict(scope)}) {
    if (!line.empty()) canvas.text(line, 2, 4);
  }
  write_cheapest(canvas, scope);
  write_bought(canvas, scope, comparison);
  write_chart(canvas, scope, comparison);
  if (scope.npv && scope.options.front().option.complete()) {
    canvas.blank();
    canvas.text(spread_text(scope), 2, 4);
    write_tornado(canvas, scope);
  }
  if (!scope.notes.empty()) canvas.blank();
  for (const std::string& note : scope.notes) canvas.text("note: " + note, 2, 4, Tone::faint);
}

void write_marks(Canvas& canvas, const Comparison& comparison) {
  const std::vector<std::string> lines = price_lines(comparison);
  canvas.blank();
  for (const std::string& line : lines)
    canvas.text(line, 0, 2, &line == &lines.front() ? Tone::faint : Tone::caution);
}

}  // namespace

std::string write_table(const std::vector<Comparison>& comparisons, const TextOptions& options) {
  Canvas canvas(options);
  for (const Comparison& comparison : comparisons) {
    if (&comparison != &comparisons.front()) canvas.blank();
    canvas.text({{comparison_title(comparison), Tone::strong}});
    for (const std::string& line : comparison_basis(comparison)) canvas.text(line, 0, 2);
    for (const Scope& scope : comparison.scopes) write_scope(canvas, scope, comparison);
    write_marks(canvas, comparison);
    canvas.text(terms_text(), 0, 2, Tone::faint);
  }
  return canvas.take();
}

}  // namespace rackfit::report
