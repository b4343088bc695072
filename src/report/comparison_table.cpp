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

std::string unit_title(const Scope& scope) { return scope.id == "kafka" ? "per GB" : "per 1M tokens"; }

std::optional<double> unit_of(const Scope& scope, const Compared& each) {
  return scope.id == "kafka" ? each.units.per_gb : each.units.per_million_tokens;
}

std::string title_of(const Comparison& comparison) {
  return fmt::format("{}: what it costs over {:g} years, in {}", comparison.workload,
                     comparison.terms.months / 12.0, comparison.currency);
}

/// An end of a range: "0.15", "4,500".
std::string range_text(double value) { return value >= 1000 ? whole_amount(value) : fmt::format("{:.3g}", value); }

/// The best of each kind that has all its prices: what the chart draws.
std::vector<const cost::Option*> best_of_kinds(const Scope& scope) {
  std::vector<const cost::Option*> best;
  for (const Kind kind : {Kind::own, Kind::rent, Kind::api, Kind::managed}) {
    for (const Compared& each : scope.options) {
      if (each.option.kind != kind || !each.option.complete() || each.option.interruptible) continue;
      best.push_back(&each.option);
      break;
    }
  }
  return best;
}

char letter_of(Kind kind) {
  switch (kind) {
    case Kind::own:
      return 'O';
    case Kind::rent:
      return 'R';
    case Kind::api:
      return 'A';
    case Kind::managed:
      return 'M';
  }
  return '?';
}

/// Lines as wide as words may not be broken: spaces that bind.
std::string bound(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == ' ' ? std::string("\u00A0") : std::string(1, c);
  return out;
}

void write_chart(Canvas& canvas, const Scope& scope, const Comparison& comparison) {
  const auto options = best_of_kinds(scope);
  double most = 0;
  for (const cost::Option* option : options) most = std::max(most, option->cumulative.back().amount());
  if (options.size() < 2 || !(most > 0)) return;
  constexpr std::size_t height = 10;
  const std::size_t room = canvas.options().width == 0 ? 80 : canvas.options().width;
  const std::size_t margin = 14;
  const std::size_t width = std::min<std::size_t>(60, room > margin + 22 ? room - margin - 2 : 20);
  std::vector<std::string> rows(height, std::string(width, ' '));
  for (const cost::Option* option : options) {
    const std::size_t months = option->cumulative.size() - 1;
    for (std::size_t x = 0; x < width; ++x) {
      const std::size_t month = x * months / (width - 1);
      const double share = std::max(0.0, option->cumulative[month].amount()) / most;
      const auto y = std::min(height - 1, static_cast<std::size_t>(std::lround(share * (height - 1))));
      char& cell = rows[height - 1 - y][x];
      cell = cell == ' ' ? letter_of(option->kind) : '*';
    }
  }
  canvas.blank();
  std::string legend;
  for (const cost::Option* option : options) {
    legend += fmt::format("{}{} {}", legend.empty() ? "" : ", ", letter_of(option->kind), option->name);
  }
  canvas.text(fmt::format("paid so far, {} ({}; * where they meet)", comparison.currency, legend), 2, 2,
              Tone::faint);
  for (std::size_t y = 0; y < height; ++y) {
    const bool labelled = y == 0 || y == height - 1;
    const std::string label = labelled ? whole_amount(y == 0 ? most : 0) : "";
    std::string row = rows[y];
    row.erase(row.find_last_not_of(' ') + 1);
    canvas.text(bound(fmt::format("{:>12} |{}", label, row)), 0);
  }
  const std::string end = fmt::format("{} months", comparison.terms.months);
  canvas.text(bound(fmt::format("{:>14}0{:>{}}", "", end, width - 1)), 0);
}

void write_tornado(Canvas& canvas, const std::vector<cost::Swing>& swings, const std::string& title) {
  if (swings.empty()) return;
  canvas.blank();
  canvas.text(title, 2, 2, Tone::faint);
  Grid grid;
  grid.columns = {{"", false, true}, {"low", true},     {"high", true},
                  {"at low", true},  {"at high", true}, {""}};
  const double widest = swings.front().width();
  for (const cost::Swing& swing : swings) {
    grid.rows.push_back({{swing.name},
                         {range_text(swing.low)},
                         {range_text(swing.high)},
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
    grid.columns.push_back({unit_title(scope), true});
    grid.columns.push_back({"buying pays", true});
  }
  for (const Compared& each : scope.options) {
    const cost::Option& option = each.option;
    std::string name = fmt::format("{}: {}", cost::to_string(option.kind), option.name);
    const bool is_choice =
        scope.recommendation.option && &each == &scope.options[*scope.recommendation.option];
    if (!option.stale.empty() || !option.unverified.empty()) name += " [!]";
    std::vector<Piece> cells{{name, is_choice           ? Tone::good
                                    : option.complete() ? Tone::plain
                                                        : Tone::faint},
                             {sum_of(option, option.capex.amount())},
                             {sum_of(option, option.yearly.amount())},
                             {sum_of(option, option.total.amount())},
                             {sum_of(option, option.npv)}};
    if (roomy) {
      cells.push_back({option.complete() ? unit_text(unit_of(scope, each)) : "n/a"});
      cells.push_back({option.complete() ? even_text(each) : "n/a"});
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

void write_bought(Canvas& canvas, const cost::Option& own) {
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
  if (scope.tokens_per_month && scope.break_even_tokens) {
    canvas.text(
        fmt::format(
            "{} a month; bought nodes cost as much as the cheapest tokens from {} on, {} token/s all day",
            cost::tokens_text(*scope.tokens_per_month), cost::tokens_text(*scope.break_even_tokens),
            whole_amount(*scope.break_even_tokens / cost::seconds_per_month)),
        2, 4);
  }
  for (const Compared& each : scope.options) {
    if (scope.id != "models") break;
    if (each.option.kind != Kind::rent || !each.option.complete() || each.option.interruptible ||
        !each.even.use)
      continue;
    const std::string verdict = *each.even.use <= 1
                                    ? fmt::format("from {:.0f} % of the hours on", *each.even.use * 100)
                                    : std::string("at no use");
    canvas.text(fmt::format("against {} buying is cheaper {}", each.option.name, verdict), 2, 4);
    break;
  }
  const cost::Option& own = scope.options.front().option;
  write_bought(canvas, own);
  write_chart(canvas, scope, comparison);
  if (scope.npv && own.complete()) {
    canvas.blank();
    canvas.text(
        fmt::format(
            "Buying in today's money: {} at the usual values; drawn from all ranges, {} in one case of ten "
            "or less, {} in half, {} in nine of ten",
            whole_amount(scope.npv_usual), whole_amount(scope.npv->p10), whole_amount(scope.npv->p50), whole_amount(scope.npv->p90)),
        2, 4);
    write_tornado(canvas, scope.per_token.empty() ? scope.per_hour : scope.per_token,
                  scope.per_token.empty() ? "what it hangs on, a year" : "what it hangs on, per 1M tokens");
  }
  for (const std::string& note : scope.notes) canvas.text("note: " + note, 2, 4, Tone::faint);
}

void write_marks(Canvas& canvas, const Comparison& comparison) {
  const auto stale = comparison.stale();
  canvas.blank();
  std::string line = fmt::format("Prices as of {}; without tax", comparison.as_of);
  if (!comparison.rate_note.empty()) line += "; at " + comparison.rate_note;
  canvas.text(line, 0, 2, Tone::faint);
  if (stale.empty()) return;
  constexpr std::size_t shown = 6;
  std::string names;
  for (std::size_t i = 0; i < stale.size() && i < shown; ++i) names += (i > 0 ? ", " : "") + stale[i];
  if (stale.size() > shown) names += fmt::format(" and {} more", stale.size() - shown);
  canvas.text(fmt::format("[!] old, undated or unverified prices, among them {}", names), 0, 4,
              Tone::caution);
}

}  // namespace

std::string write_table(const std::vector<Comparison>& comparisons, const TextOptions& options) {
  Canvas canvas(options);
  for (const Comparison& comparison : comparisons) {
    if (&comparison != &comparisons.front()) canvas.blank();
    canvas.text({{title_of(comparison), Tone::strong}});
    for (const Scope& scope : comparison.scopes) write_scope(canvas, scope, comparison);
    write_marks(canvas, comparison);
  }
  return canvas.take();
}

std::string write_markdown(const std::vector<Comparison>& comparisons) {
  std::string out;
  for (const Comparison& comparison : comparisons) {
    out += fmt::format("{}# {}\n", out.empty() ? "" : "\n", title_of(comparison));
    for (const Scope& scope : comparison.scopes) {
      out +=
          fmt::format("\n## {}\n\n| option | at once | a year | total | today's value | {} | buying pays |\n",
                      scope.title, unit_title(scope));
      out += "|---|---:|---:|---:|---:|---:|---:|\n";
      for (const Compared& each : scope.options) {
        const cost::Option& option = each.option;
        out += fmt::format("| {}: {} | {} | {} | {} | {} | {} | {} |\n", cost::to_string(option.kind),
                           clean(option.name, false), sum_of(option, option.capex.amount()),
                           sum_of(option, option.yearly.amount()), sum_of(option, option.total.amount()),
                           sum_of(option, option.npv),
                           option.complete() ? unit_text(unit_of(scope, each)) : "n/a",
                           option.complete() ? even_text(each) : "n/a");
      }
      out += fmt::format("\n**Recommended:** {}\n", clean(scope.recommendation.because, false));
    }
  }
  return out;
}

}  // namespace rackfit::report
