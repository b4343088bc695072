// Comparisons for programs: JSON, and billing rows in the columns of FOCUS 1.2.
#include <algorithm>

#include "comparison_words.hpp"
#include "csv_text.hpp"
#include "rackfit/report/json_text.hpp"

namespace rackfit::report {

namespace {

using cost::Compared;
using cost::Comparison;
using cost::Scope;

std::string money(double amount) { return Cents::of(amount).text(); }

/// Sums of an option that lacks a price are lower bounds; a bound of nothing is unknown, never zero.
std::optional<std::string> bound(const cost::Option& option, double amount) {
  if (!option.complete() && !(amount > 0)) return {};
  return money(amount);
}

void write_unit(JsonText& json, std::string_view name, const std::optional<double>& amount, bool complete) {
  if (amount && complete) {
    json.field(name, fmt::format("{:.6f}", *amount));
  } else {
    json.key(name).null();
  }
}

void write_option(JsonText& json, const Scope& scope, const Compared& each) {
  const cost::Option& option = each.option;
  json.begin_object()
      .field("kind", cost::to_string(option.kind))
      .field("name", option.name)
      .field("scope", scope.id)
      .known("provider", option.provider)
      .known("other_model", option.other_model)
      .field("currency", option.currency)
      .field("capex", bound(option, option.capex.amount()))
      .field("yearly", bound(option, option.yearly.amount()))
      .field("total", bound(option, option.total.amount()))
      .field("npv", bound(option, option.npv))
      .field("npv_without_staff", bound(option, option.npv - option.npv_staff))
      .field("equivalent_yearly", bound(option, option.equivalent_yearly));
  json.key("break_even_month");
  if (each.even.exact_month && option.complete()) {
    json.value(static_cast<std::int64_t>(*each.even.exact_month));
  } else {
    json.null();
  }
  json.computed("break_even_months_undiscounted", each.even.rule_months);
  json.computed("break_even_use", each.even.use);
  write_unit(json, "price_per_million_tokens", option.token_price, option.complete());
  json.computed("break_even_tokens_per_month", each.break_even_tokens);
  json.field("complete", option.complete()).field("interruptible", option.interruptible);
  json.texts("missing", option.missing);
  json.key("per_unit").begin_object();
  write_unit(json, "device_hour", each.units.per_device_hour, option.complete());
  write_unit(json, "million_tokens", each.units.per_million_tokens, option.complete());
  write_unit(json, "thousand_requests", each.units.per_thousand_requests, option.complete());
  write_unit(json, "streamed_gb", each.units.per_gb, option.complete());
  json.end_object();
  const bool powered = option.kwh_per_year > 0;
  json.computed("energy_kwh_per_year", powered ? std::optional(option.kwh_per_year) : std::nullopt);
  json.computed("co2e_kg_per_year", option.co2e_kg_per_year);
  json.key("lines").begin_array();
  for (const cost::Line& line : option.lines) {
    json.begin_object()
        .field("category", cost::to_string(line.category))
        .field("name", line.name)
        .field("first_month", (line.months.size() > 1 ? line.months[1] : Cents()).text())
        .field("total", line.total.text())
        .end_object();
  }
  json.end_array().key("monthly").begin_array();
  for (const Cents amount : option.monthly) json.value(amount.text());
  json.end_array().key("cumulative").begin_array();
  for (const Cents amount : option.cumulative) json.value(amount.text());
  json.end_array();
  json.texts("stale_prices", option.stale);
  json.texts("unverified_prices", option.unverified);
  json.texts("notes", option.notes);
  json.end_object();
}

void write_swings(JsonText& json, std::string_view name, const std::vector<cost::Swing>& swings) {
  json.key(name).begin_array();
  for (const cost::Swing& swing : swings) {
    json.begin_object().field("input", swing.name).known("unit", swing.unit);
    json.computed("low", swing.low);
    json.computed("high", swing.high);
    json.computed("at_low", swing.at_low);
    json.computed("at_high", swing.at_high);
    json.end_object();
  }
  json.end_array();
}

/// What is recommended in one scope, or what it costs in all of them; nothing when any has no recommendation.
std::optional<std::string> recommended_total(const std::vector<const Scope*>& scopes) {
  Cents sum;
  for (const Scope* scope : scopes) {
    if (!scope->recommendation.option) return {};
    sum += scope->options[*scope->recommendation.option].option.total;
  }
  return sum.text();
}

void write_recommendation(JsonText& json, const Scope& scope, const std::vector<const Scope*>& counted) {
  json.begin_object().field("scope", scope.id);
  if (scope.recommendation.option) {
    const cost::Option& option = scope.options[*scope.recommendation.option].option;
    json.field("kind", cost::to_string(option.kind)).field("name", option.name);
  } else {
    json.key("kind").null().key("name").null();
  }
  json.field("total", recommended_total(counted)).field("because", scope.recommendation.because).end_object();
}

/// The rest of an object that holds the usual value.
void write_quantiles(JsonText& json, const std::optional<cost::Quantiles>& quantiles, int digits) {
  const auto text = [&](double cost::Quantiles::*member) {
    return quantiles ? std::optional<std::string>(fmt::format("{:.{}f}", *quantiles.*member, digits))
                     : std::nullopt;
  };
  json.key("p10").value(text(&cost::Quantiles::p10));
  json.key("p50").value(text(&cost::Quantiles::p50));
  json.key("p90").value(text(&cost::Quantiles::p90));
  json.end_object();
}

void write_without_staff(JsonText& json, const Scope& scope) {
  json.key("without_staff");
  if (!scope.without_staff) {
    json.null();
    return;
  }
  const cost::Option& cheapest = scope.options[scope.without_staff->cheapest].option;
  json.begin_object()
      .field("bought_npv", money(scope.without_staff->own_npv))
      .field("kind", cost::to_string(cheapest.kind))
      .field("name", cheapest.name)
      .field("npv", money(scope.without_staff->npv))
      .end_object();
}

/// What buying is counted with, so that a reader can put in other values.
void write_assumptions(JsonText& json, const cost::OwnCase& own) {
  json.key("bought_with").begin_object();
  json.computed("power_usage_effectiveness", own.pue);
  json.computed("electricity_per_kwh", own.energy_price);
  json.computed("space_per_kw_month", own.space_per_kw_month);
  json.computed("staff_fte", own.staff_fte);
  json.computed("fte_cost", own.fte_cost);
  json.computed("network_fraction", own.network_fraction);
  json.computed("install_fraction", own.install_fraction);
  json.computed("maintenance_fraction", own.maintenance_fraction);
  json.computed("spares_fraction", own.spares_fraction);
  json.computed("residual_fraction", own.residual_fraction);
  json.computed("power_factor", own.power_factor);
  json.computed("idle_fraction", own.idle_fraction);
  json.computed("licence_per_device", own.licence_per_device);
  json.computed("average_power_w", cost::average_power_w(own));
  json.end_object();
}

void write_comparison(JsonText& json, const Comparison& comparison) {
  json.begin_object()
      .field("format_version", "1.0")
      .field("workload", comparison.workload)
      .field("currency", comparison.currency)
      .field("as_of", comparison.as_of)
      .known("exchange_rate", comparison.rate_note)
      .field("horizon_months", static_cast<std::int64_t>(comparison.terms.months))
      .field("discount_rate", comparison.terms.discount_rate)
      .field("growth_per_year", comparison.terms.growth)
      .field("bought", comparison.proposal ? "proposal" : "plan")
      .field("place", comparison.own_room ? "room" : "colo")
      .field("complete", comparison.complete());
  json.texts("stated", comparison.stated);
  json.key("options").begin_array();
  for (const Scope& scope : comparison.scopes) {
    for (const Compared& each : scope.options) write_option(json, scope, each);
  }
  json.end_array().key("recommendation");
  if (comparison.scopes.empty()) {
    json.null();
  } else {
    std::vector<const Scope*> all;
    for (const Scope& scope : comparison.scopes) all.push_back(&scope);
    write_recommendation(json, comparison.scopes.front(), all);
  }
  json.key("scopes").begin_array();
  for (const Scope& scope : comparison.scopes) {
    json.begin_object().field("scope", scope.id).key("recommendation");
    write_recommendation(json, scope, {&scope});
    json.computed("tokens_per_month", scope.tokens_per_month);
    json.computed("break_even_tokens_per_month", scope.break_even_tokens);
    json.key("bought_npv").begin_object().field("usual", money(scope.npv_usual));
    write_quantiles(json, scope.npv, 2);
    json.key("bought_device_hour").begin_object();
    write_unit(json, "usual", scope.options.front().units.per_device_hour,
               scope.options.front().option.complete());
    write_quantiles(json, scope.device_hour, 6);
    write_without_staff(json, scope);
    write_assumptions(json, scope.own);
    write_swings(json, "tornado_device_hour", scope.per_hour);
    write_swings(json, "tornado_million_tokens", scope.per_token);
    json.texts("notes", scope.notes);
    json.end_object();
  }
  json.end_array();
  json.texts("stale_prices", comparison.stale());
  json.end_object();
}

std::string service_category(cost::Category category) {
  switch (category) {
    case cost::Category::storage:
      return "Storage";
    case cost::Category::traffic:
      return "Networking";
    case cost::Category::tokens:
      return "AI and Machine Learning";
    case cost::Category::hardware:
    case cost::Category::compute:
      return "Compute";
    default:
      return "Other";
  }
}

std::string year_after(const std::string& date, int years) {
  if (date.size() < 4) return date;
  const int year =
      (date[0] - '0') * 1000 + (date[1] - '0') * 100 + (date[2] - '0') * 10 + (date[3] - '0') + years;
  return fmt::format("{:04}{}", year, date.substr(4));
}

/// The line's amounts of one year; what is paid at the start belongs to the first.
Cents billed(const cost::Line& line, int year) {
  Cents sum = year == 0 ? line.months.front() : Cents();
  for (int month = year * 12 + 1; month <= (year + 1) * 12; ++month) {
    if (static_cast<std::size_t>(month) < line.months.size())
      sum += line.months[static_cast<std::size_t>(month)];
  }
  return sum;
}

void write_rows(std::string& out, const Comparison& comparison, const Scope& scope,
                const cost::Option& option) {
  const int years = (comparison.terms.months + 11) / 12;
  for (const cost::Line& line : option.lines) {
    const bool purchase =
        line.category == cost::Category::hardware || line.category == cost::Category::install;
    for (int year = 0; year < years; ++year) {
      const Cents paid = billed(line, year);
      // A purchase is used up evenly; the last year takes what division left over.
      const std::int64_t share = line.total.count() / years;
      const Cents used =
          !purchase ? paid : Cents(year + 1 < years ? share : line.total.count() - share * (years - 1));
      out += fmt::format(
          "{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}\n", paid.text(), used.text(), paid.text(),
          paid.text(),
          purchase                                    ? "Purchase"
          : line.category == cost::Category::residual ? "Credit"
                                                      : "Usage",
          purchase ? "One-Time" : "Recurring", csv_cell(line.name), service_category(line.category),
          csv_cell(option.provider.empty() ? "own" : option.provider), option.currency,
          year_after(comparison.as_of, year), year_after(comparison.as_of, year + 1),
          csv_cell(comparison.workload + "/" + scope.id), csv_cell(option.name),
          csv_cell(fmt::format("{{\"kind\": \"{}\", \"complete\": \"{}\"}}", cost::to_string(option.kind),
                               option.complete() ? "true" : "false")));
    }
  }
}

}  // namespace

std::string write_json(const std::vector<Comparison>& comparisons) {
  JsonText json;
  if (comparisons.size() == 1) {
    write_comparison(json, comparisons.front());
    return json.take();
  }
  json.begin_array();
  for (const Comparison& comparison : comparisons) write_comparison(json, comparison);
  json.end_array();
  return json.take();
}

std::string write_csv(const std::vector<Comparison>& comparisons) {
  std::string out =
      "BilledCost,EffectiveCost,ListCost,ContractedCost,ChargeCategory,ChargeFrequency,ChargeDescription,"
      "ServiceCategory,"
      "ProviderName,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,ResourceId,SkuId,Tags\n";
  for (const Comparison& comparison : comparisons) {
    for (const Scope& scope : comparison.scopes) {
      for (const Compared& each : scope.options) write_rows(out, comparison, scope, each.option);
    }
  }
  return out;
}

}  // namespace rackfit::report
