// Facts of rules/choice.yaml: the budget in its own currency, and what a site costs to run.
#include <algorithm>
#include <vector>

#include "rackfit/search/compose.hpp"
#include "rackfit/search/role.hpp"

namespace rackfit::search {

namespace {

constexpr double seconds_per_year = 365 * 86400.0;  // as the unit `y`

std::optional<double> per_usd(const catalog::Catalog& catalog, const std::string& currency) {
  if (currency == "USD") return 1;
  for (const catalog::Rate& rate : catalog.rates) {
    if (rate.currency == currency) return rate.per_usd;
  }
  return {};
}

Provenance rate_source(const catalog::Catalog& catalog, const std::string& currency) {
  for (const catalog::Rate& rate : catalog.rates) {
    if (rate.currency == currency) return rate.source;
  }
  return {};
}

Fact number(const char* name, double value, Origin origin) {
  Fact fact;
  fact.name = name;
  fact.number = value;
  fact.origin = std::move(origin);
  return fact;
}

class RunningCosts {
 public:
  RunningCosts(const RoleContext& context, const catalog::Market& market)
      : context_(context), market_(market) {}

  std::vector<Fact> take() {
    add_years();
    if (const catalog::Energy* energy = market_.energy_of(context_.workload.site.country.value_or(""))) {
      add_money("running.electricity", energy->price, per_kwh, energy->row);
    }
    add("running.pue", "pue-colo");
    add("running.power_factor", "power-factor");
    add("running.idle_share", "idle-fraction");
    add("running.utilisation", "utilisation");
    if (const catalog::Coefficient* space = market_.coefficients.find("colo-per-kw-month")) {
      const std::string currency = space->unit.substr(0, space->unit.find('/'));
      add_money("running.space", catalog::Money{space->usual, currency}, per_kw_month, space->row);
    }
    add_upkeep();
    return std::move(facts_);
  }

 private:
  static constexpr double per_kwh = 1 / 3.6e6;                                // of a joule
  static constexpr double per_kw_month = 1 / (1000 * seconds_per_year / 12);  // of a joule

  /// As long as the hardware must do, or as comparisons look ahead.
  void add_years() {
    const auto& horizon = context_.workload.growth.horizon;
    if (horizon) {
      facts_.push_back(number("running.years", *horizon, {Origin::Kind::workload, horizon.span, {}, {}}));
    } else if (const catalog::Coefficient* row = market_.coefficients.find("horizon-years")) {
      add("running.years", row->usual * seconds_per_year, row->row);
    }
  }

  void add_upkeep() {
    const catalog::Coefficient* maintenance = market_.coefficients.find("maintenance-fraction");
    const catalog::Coefficient* spares = market_.coefficients.find("spares-fraction");
    if (!maintenance) return;
    const double share = maintenance->usual + (spares ? spares->usual : 0);
    add("running.upkeep", share / seconds_per_year, maintenance->row);
  }

  void add(const char* name, const char* coefficient) {
    if (const catalog::Coefficient* row = market_.coefficients.find(coefficient))
      add(name, row->usual, row->row);
  }
  void add(const char* name, double value, const catalog::RowInfo& row) {
    facts_.push_back(number(name, value, {Origin::Kind::catalog, {}, row.id, row.source}));
  }
  void add_money(const char* name, const std::optional<catalog::Money>& money, double factor,
                 const catalog::RowInfo& row) {
    const auto usd = money ? context_.composer.prices().to_usd(*money) : std::nullopt;
    if (usd) add(name, *usd * factor, row);
  }

  const RoleContext& context_;
  const catalog::Market& market_;
  std::vector<Fact> facts_;
};

}  // namespace

void check_budget(const RoleContext& context) {
  const auto& budget = context.workload.site.budget;
  if (!budget || per_usd(context.catalog, budget->currency)) return;
  std::string known = "USD";
  for (const catalog::Rate& rate : context.catalog.rates) known += ", " + rate.currency;
  context.diagnostics.error("RF0609", budget.span, "no exchange rate for " + budget->currency + " is known",
                            "",
                            "give the budget in one of " + known + ", or add a rate to a file of --data-dir");
}

std::vector<Fact> choice_facts(const RoleContext& context, const catalog::Market* market) {
  std::vector<Fact> facts;
  const auto& budget = context.workload.site.budget;
  const auto rate = budget ? per_usd(context.catalog, budget->currency) : std::nullopt;
  if (rate) {
    const Origin written{Origin::Kind::workload, budget.span, {}, {}};
    facts.push_back(number("site.budget", budget->amount, written));
    Fact currency = number("site.budget_currency", 0, written);
    currency.word = budget->currency;
    currency.is_word = true;
    facts.push_back(std::move(currency));
    facts.push_back(number("site.budget_per_usd", *rate,
                           {Origin::Kind::catalog,
                            {},
                            "rate of " + budget->currency,
                            rate_source(context.catalog, budget->currency)}));
  }
  if (!market) return facts;
  for (Fact& fact : RunningCosts(context, *market).take()) facts.push_back(std::move(fact));
  return facts;
}

}  // namespace rackfit::search
