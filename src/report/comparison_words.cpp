#include "comparison_words.hpp"

namespace rackfit::report {

using cost::Compared;
using cost::Comparison;
using cost::Kind;
using cost::Option;
using cost::Scope;

namespace {

std::string percent(double share) { return fmt::format("{:.3g} %", share * 100); }

/// "0.0871", "160,000".
std::string price_text(double amount) {
  constexpr double grouped_from = 1000;
  return amount >= grouped_from ? whole_amount(amount) : fmt::format("{:.3g}", amount);
}

}  // namespace

std::string unit_title(const Scope& scope) {
  if (scope.id == "kafka") return "per GB";
  return scope.work.tokens > 0 ? "per 1M tokens" : "";
}

std::string unit_of(const Scope& scope, const Compared& each) {
  if (!each.option.complete()) return "n/a";
  return unit_text(scope.id == "kafka" ? each.units.per_gb : each.units.per_million_tokens);
}

std::string option_name(const Option& option) {
  std::string name = fmt::format("{}: {}", cost::to_string(option.kind), option.name);
  if (option.interruptible) name += " (may be taken away)";
  if (!option.stale.empty() || !option.unverified.empty()) name += " [!]";
  return name;
}

std::string comparison_title(const Comparison& comparison) {
  return fmt::format("{}: what it costs over {:g} years, in {}", comparison.workload,
                     comparison.terms.months / 12.0, comparison.currency);
}

std::vector<std::string> comparison_basis(const Comparison& comparison) {
  std::vector<std::string> lines;
  if (comparison.scopes.empty()) return lines;
  const cost::OwnCase& own = comparison.scopes.front().own;
  std::string text = fmt::format("Money costs {} a year", percent(comparison.terms.discount_rate));
  if (comparison.terms.growth != 0)
    text += fmt::format("; the load grows by {} a year", percent(comparison.terms.growth));
  text += fmt::format("; the {} machines stand in a {} with a PUE of {:g}",
                      comparison.proposal ? "proposed" : "planned",
                      comparison.own_room ? "room of one's own" : "rented rack", own.pue);
  if (own.energy_price)
    text += fmt::format("; electricity {} {}/kWh ({})", price_text(*own.energy_price), comparison.currency,
                        comparison.energy_of);
  lines.push_back(text);
  if (comparison.stated.empty()) return lines;
  std::string stated;
  for (const std::string& each : comparison.stated) stated += (stated.empty() ? "" : ", ") + each;
  lines.push_back("Stated by the workload: " + stated);
  return lines;
}

std::string buying_basis(const Scope& scope, const Comparison& comparison) {
  const cost::OwnCase& own = scope.own;
  std::string text = fmt::format(
      "counted for buying, of the hardware's price: network {}, installation {}, maintenance {} and spare "
      "parts {} a "
      "year, {} back when sold",
      percent(own.network_fraction), percent(own.install_fraction), percent(own.maintenance_fraction),
      percent(own.spares_fraction), percent(own.residual_fraction));
  if (own.space_per_kw_month && *own.space_per_kw_month > 0)
    text += fmt::format("; space {} {} per kW and month", price_text(*own.space_per_kw_month),
                        comparison.currency);
  if (own.staff_fte > 0 && own.fte_cost)
    text += fmt::format("; {:g} people at {} {} a year", own.staff_fte, price_text(*own.fte_cost),
                        comparison.currency);
  return text + fmt::format("; machines draw {} of their rated power under load, idle {} of that",
                            percent(own.power_factor), percent(own.idle_fraction));
}

std::string staff_verdict(const Scope& scope) {
  if (!scope.without_staff || !(scope.own.staff_fte > 0)) return {};
  const Option& cheapest = scope.options[scope.without_staff->cheapest].option;
  const bool same =
      scope.recommendation.option && *scope.recommendation.option == scope.without_staff->cheapest;
  std::string text = fmt::format("without people buying would cost {} in today's money",
                                 whole_amount(scope.without_staff->own_npv));
  if (cheapest.kind != Kind::own)
    text += fmt::format(" and {} {}", cheapest.name, whole_amount(scope.without_staff->npv));
  return text + (same ? ": the recommendation stays"
                      : fmt::format(": then {} would be the cheapest",
                                    cheapest.kind == Kind::own ? "buying" : cheapest.name));
}

std::string use_verdict(const Scope& scope) {
  if (scope.id != "models" || !scope.options.front().option.complete()) return {};
  for (const Compared& each : scope.options) {
    if (each.option.kind != Kind::rent || !each.option.stands() || !each.even.use) continue;
    if (*each.even.use > 1)
      return fmt::format("against {} buying is dearer even around the clock", each.option.name);
    return fmt::format("against {} buying is cheaper once machines are needed {:.0f} % of the hours",
                       each.option.name, *each.even.use * 100);
  }
  return {};
}

std::string spread_text(const Scope& scope) {
  return fmt::format(
      "Buying in today's money: {} at the usual values; drawn from all ranges, {} in one case of ten or "
      "less, {} in half, {} "
      "in nine of ten",
      whole_amount(scope.npv_usual), whole_amount(scope.npv->p10), whole_amount(scope.npv->p50),
      whole_amount(scope.npv->p90));
}

std::string input_text(const cost::Swing& swing, double value) {
  if (swing.unit == "%") return percent(value);
  if (swing.unit == "people") return fmt::format("{:.3g} FTE", value);
  if (swing.unit == "years") return fmt::format("{:.3g} years", value);
  if (swing.unit == "times") return fmt::format("× {:.3g}", value);
  return price_text(value) + (swing.unit.empty() ? "" : " " + swing.unit);
}

std::string tornado_title(const Scope& scope) {
  if (!scope.per_token.empty()) return "what a million tokens hang on";
  return scope.own.gear.empty() || !(cost::devices_of(scope.own) > 0) ? "what a year hangs on"
                                                                      : "what an accelerator's hour hangs on";
}

std::vector<std::string> price_lines(const Comparison& comparison) {
  std::string day = fmt::format("Prices as of {}; without tax", comparison.as_of);
  if (!comparison.rate_note.empty()) day += "; at " + comparison.rate_note;
  std::vector<std::string> lines{day};
  const auto stale = comparison.stale();
  if (stale.empty()) return lines;
  constexpr std::size_t shown = 6;
  std::string names;
  for (std::size_t i = 0; i < stale.size() && i < shown; ++i) names += (i > 0 ? ", " : "") + stale[i];
  if (stale.size() > shown) names += fmt::format(" and {} more", stale.size() - shown);
  lines.push_back("[!] old, undated or unverified prices, among them " + names);
  return lines;
}

std::string terms_text() {
  return "Terms: today's value is the net present value, every year's payments discounted at its end; buying "
         "pays in the first "
         "month in which less has been paid for it in all; FTE is one person's full time; PUE is the site's "
         "power over the "
         "machines'; × is times the reference price";
}

std::vector<const Option*> best_of_kinds(const Scope& scope) {
  std::vector<const Option*> best;
  for (const Kind kind : {Kind::own, Kind::rent, Kind::api, Kind::managed}) {
    for (const Compared& each : scope.options) {
      if (each.option.kind != kind || !each.option.stands()) continue;
      best.push_back(&each.option);
      break;
    }
  }
  return best;
}

}  // namespace rackfit::report
