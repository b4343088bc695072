#include "rackfit/cost/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "options.hpp"
#include "rackfit/cost/bill.hpp"

namespace rackfit::cost {

namespace {

Terms terms_of(const ComparisonRequest& request, const catalog::Market& market) {
  const auto usual = [&](std::string_view name, double otherwise) {
    const catalog::Coefficient* row = market.coefficients.find(name);
    return row ? row->usual : otherwise;
  };
  Terms terms;
  constexpr double most_months = 360;
  const double months = request.years.value_or(usual("horizon-years", 5)) * 12;
  terms.months = static_cast<int>(std::lround(std::clamp(months, 1.0, most_months)));
  terms.discount_rate = usual("discount-rate", 0);
  terms.growth = request.plan->workload->growth.yearly.value_or(0);
  return terms;
}

double hardware_of(const Served& half) {
  double sum = 0;
  for (const Gear& gear : half.gear) sum += gear.nodes * gear.price.value_or(0);
  return sum;
}

/// Nodes that are bought: what stands around the nodes is divided by them.
double bought_nodes(const Served& half) {
  double sum = 0;
  for (const Gear& gear : half.gear) sum += gear.price.value_or(0) > 0 ? gear.nodes : 0;
  return sum;
}

/// Switches, cables, racks and power distribution as the bill prices them, where it prices all of them.
void price_network(ServedPlan& served, const ComparisonRequest& request, const Comparison& comparison,
                   const Setting& setting) {
  const Bill bill =
      bill_of({request.plan, request.market, request.book, comparison.currency, comparison.as_of});
  const double nodes = bought_nodes(served.models) + bought_nodes(served.brokers);
  for (Served* half : {&served.models, &served.brokers}) {
    const double hardware = hardware_of(*half);
    if (!(hardware > 0) || !(nodes > 0)) continue;
    const std::string usual =
        fmt::format("{:.0f} % of the hardware", setting.usual("network-fraction") * 100);
    if (!bill.site_sum.complete) {
      half->notes.push_back(
          fmt::format("the network is taken as {}: `rackfit bom` lacks a price for it", usual));
      continue;
    }
    const double share = bill.site_sum.known.amount() * bought_nodes(*half) / nodes;
    half->network_fraction = share / hardware;
    for (const BillLine& line : bill.site) {
      if (line.basis != PriceBasis::price) continue;
      if (line.freshness != catalog::Freshness::fresh) half->stale.push_back(line.dated());
      if (line.confidence == to_string(Confidence::unverified)) half->unverified.push_back(line.dated());
    }
    half->notes.push_back(
        fmt::format("the network is what stands around the nodes in `rackfit bom`, {:.0f} {} by the number "
                    "of nodes, instead of {}",
                    share, comparison.currency, usual));
  }
}

/// Bought first, then by present value; what is incomplete stands last.
void order(std::vector<Compared>& options) {
  std::stable_sort(options.begin(), options.end(), [](const Compared& a, const Compared& b) {
    const auto key = [](const Compared& each) {
      return std::make_pair(each.option.kind != Kind::own, !each.option.complete());
    };
    if (key(a) != key(b)) return key(a) < key(b);
    return a.option.npv < b.option.npv;
  });
}

void weigh(Scope& scope, bool misses, const Terms& terms) {
  order(scope.options);
  const Option& own = scope.options.front().option;
  for (Compared& each : scope.options) {
    each.units = unit_costs(each.option.equivalent_yearly, scope.work);
    if (each.option.kind != Kind::own && own.complete()) each.even = break_even(own, each.option, terms);
    const auto& price = each.option.token_price;
    if (!price || !(*price > 0) || !own.complete()) continue;
    each.break_even_tokens = break_even_tokens(own.equivalent_yearly, *price);
    // The dearest volume is that of the cheapest tokens.
    if (each.option.stands())
      scope.break_even_tokens = std::max(scope.break_even_tokens.value_or(0), *each.break_even_tokens);
  }
  for (std::size_t i = 1; i < scope.options.size(); ++i) {
    if (!scope.options[i].option.stands()) continue;
    scope.options.front().even = scope.options[i].even;
    break;
  }
  std::vector<Option> options;
  for (const Compared& each : scope.options) options.push_back(each.option);
  scope.recommendation = recommend(options, terms);
  const auto& choice = scope.recommendation.option;
  if (misses && choice && options[*choice].kind == Kind::own)
    scope.recommendation.because +=
        "; but what is proposed misses a target or limit, `rackfit audit` says which";
  scope.without_staff = without_staff(options);
}

double busiest(const OwnCase& own) {
  double use = 0;
  for (const Gear& gear : own.gear) use = std::max(use, gear.devices > 0 ? gear.utilisation : 0);
  return use;
}

/// Why this workload ends so and another otherwise: its volume against the one at which both cost the same.
void add_volume(Scope& scope) {
  if (!scope.tokens_per_month || !scope.break_even_tokens || !(*scope.break_even_tokens > 0)) return;
  const double share = *scope.tokens_per_month / *scope.break_even_tokens;
  const std::string much = tokens_text(*scope.tokens_per_month), even = tokens_text(*scope.break_even_tokens);
  std::string& because = scope.recommendation.because;
  if (share >= 1) {
    because += fmt::format(
        "; {} a month are {:.3g} times the {} from which buying is cheaper than the cheapest tokens", much,
        share, even);
  } else {
    because += fmt::format(
        "; {} a month are {:.2g} % of the {} from which buying is cheaper than the cheapest tokens: "
        "bought machines would be busy {:.2g} % of the time",
        much, share * 100, even, busiest(scope.own) * 100);
  }
}

void sway(Scope& scope, const RangeNames& names, const catalog::Market& market,
          const ComparisonRequest& request) {
  const OwnCase& own = scope.own;
  const auto inputs = own_inputs(market, own, names);
  scope.npv_usual = net_present_value(own_course(own), own.terms);
  const Metric value = [](const OwnCase& each) { return net_present_value(own_course(each), each.terms); };
  scope.npv = monte_carlo(own, inputs, value, request.seed, request.draws);
  if (devices_of(own) > 0)
    scope.device_hour = monte_carlo(own, inputs, cost_per_device_hour, request.seed, request.draws);
  scope.per_hour = tornado(own, inputs, cost_per_device_hour);
  const double use = busiest(own);
  const double full = use > 0 ? scope.work.tokens / (use * seconds_per_month * 12) : 0;
  if (full > 0) {
    scope.per_token =
        tornado(own, inputs, [full](const OwnCase& each) { return cost_per_million_tokens(each, full); });
  }
}

Compared bought(const Served& half, const OwnCase& own, const Terms& terms) {
  Course course = own_course(own);
  course.stale = half.stale;
  course.unverified = half.unverified;
  return {settle(course, terms), {}, {}, {}};
}

void add_options(Scope& scope, const std::vector<Course>& courses, const Terms& terms) {
  for (const Course& course : courses) scope.options.push_back({settle(course, terms), {}, {}, {}});
}

/// How long rented machines are paid for.
std::string hours_note(const Served& models, const Setting& setting) {
  if (setting.costs.rented_hours) {
    constexpr double seconds_per_hour = 3600;
    return fmt::format(
        "rented machines are paid {:g} hours a month, as the workload states; committed ones all 730",
        *setting.costs.rented_hours / seconds_per_hour);
  }
  const auto serves = [](const ModelWork& work) { return !work.training; };
  if (std::none_of(models.models.begin(), models.models.end(), serves)) return {};
  return "rented machines are paid around the clock, 730 hours a month: `costs: {rented_hours: 176 h}` if "
         "they can be "
         "switched off";
}

Scope models_scope(const Served& models, const Setting& setting, const ComparisonRequest& request) {
  Scope scope;
  scope.id = "models";
  scope.title = "Models";
  scope.notes = models.notes;
  scope.own = own_case(models, setting, false);
  scope.options.push_back(bought(models, scope.own, setting.terms));
  add_options(scope, rented_models(models, setting), setting.terms);
  add_options(scope, models_by_token(models, setting), setting.terms);
  double tokens = 0;
  for (const ModelWork& work : models.models) {
    tokens += work.tokens.input + work.tokens.output;
    scope.work.requests += work.requests * 12;
    if (work.office_hours && !work.training) {
      scope.notes.push_back(
          fmt::format("{}: only people are stated, so they are taken as busy during office hours, {:.0f} % "
                      "of the month",
                      work.role, setting.usual("office-hours-share", 1) * 100));
    }
    const std::string nearest = nearest_sold(work, setting);
    if (!nearest.empty()) scope.notes.push_back(nearest);
  }
  const std::string hours = hours_note(models, setting);
  if (!hours.empty()) scope.notes.push_back(hours);
  scope.work.tokens = tokens * 12;
  scope.work.device_hours = devices_of(scope.own) * hours_per_year;
  if (tokens > 0) scope.tokens_per_month = tokens;
  weigh(scope, models.misses, setting.terms);
  add_volume(scope);
  sway(scope, range_names(models, setting, false), setting.market, request);
  return scope;
}

Scope brokers_scope(const Served& brokers, const Setting& setting, const ComparisonRequest& request) {
  Scope scope;
  scope.id = "kafka";
  scope.title = "Kafka";
  scope.notes = brokers.notes;
  scope.own = own_case(brokers, setting, true);
  scope.options.push_back(bought(brokers, scope.own, setting.terms));
  add_options(scope, rented_brokers(*brokers.brokers, setting), setting.terms);
  add_options(scope, managed_brokers(*brokers.brokers, setting), setting.terms);
  const StreamWork& work = brokers.brokers->work;
  scope.notes.push_back(
      fmt::format("elsewhere {:.0f} zones, {:.0f} copies, disks {:.0f} % full; consumers read {}", work.zones,
                  work.replication, work.storage_fill * 100,
                  work.fetch_from_follower ? "in their own zone" : "from the leader, in any zone"));
  scope.notes.push_back("nobody is paid for managed brokers; somebody still looks after topics and clients");
  scope.work.streamed_gb = gb_in(work) * 12;
  weigh(scope, brokers.misses, setting.terms);
  sway(scope, range_names(brokers, setting, true), setting.market, request);
  return scope;
}

}  // namespace

bool Comparison::complete() const {
  for (const Scope& scope : scopes) {
    for (const Compared& each : scope.options) {
      if (each.option.kind == Kind::own && !each.option.complete()) return false;
    }
    if (!scope.recommendation.option) return false;
  }
  return true;
}

bool Comparison::prices_hold() const {
  if (!complete()) return false;
  for (const Scope& scope : scopes) {
    const Option& recommended = scope.options[*scope.recommendation.option].option;
    if (!scope.options.front().option.stale.empty() || !recommended.stale.empty()) return false;
  }
  return true;
}

std::vector<std::string> Comparison::stale() const {
  std::vector<std::string> all;
  for (const Scope& scope : scopes) {
    for (const Compared& each : scope.options) {
      if (!each.option.complete()) continue;
      for (const std::string& text : each.option.stale) {
        if (std::find(all.begin(), all.end(), text) == all.end()) all.push_back(text);
      }
    }
  }
  return all;
}

Comparison compare(const ComparisonRequest& request) {
  const search::Plan& plan = *request.plan;
  const workload::Costs& costs = plan.workload->costs;
  const catalog::Market market = with_stated(*request.market, costs);
  Comparison comparison;
  comparison.workload = plan.workload->name;
  comparison.currency = currency_for(request.currency, *plan.workload, request.book);
  comparison.as_of = request.as_of.empty() ? market.newest_date() : request.as_of;
  comparison.terms = terms_of(request, market);
  comparison.proposal = request.proposed != nullptr;
  comparison.own_room = plan.workload->site.place.value_or("colo") == "room";
  comparison.stated = stated_texts(costs);
  Setting setting{*plan.catalog,
                  market,
                  request.book,
                  Exchange(plan.catalog->rates, comparison.currency),
                  comparison.terms,
                  comparison.as_of,
                  plan.workload->site.country.value_or(""),
                  costs,
                  comparison.own_room,
                  {}};
  setting.electricity = stated_electricity(costs);
  const catalog::Energy* energy = market.energy_of(setting.country);
  if (energy) comparison.energy_of = energy->row.id == "WORLD" ? "world average" : energy->row.name;
  if (setting.electricity) comparison.energy_of = "as stated";
  comparison.rate_note = rate_text(setting.exchange);
  ServedPlan served = served_by({request.plan, request.proposed, &market, request.book, &setting.exchange,
                                 comparison.as_of, request.uncapped});
  // The bill is of the plan's machines; a share that the workload states is its owner's word.
  if (!request.proposed && costs.coefficients.count("network-fraction") == 0)
    price_network(served, request, comparison, setting);
  if (!served.models.models.empty())
    comparison.scopes.push_back(models_scope(served.models, setting, request));
  if (served.brokers.brokers) comparison.scopes.push_back(brokers_scope(served.brokers, setting, request));
  return comparison;
}

}  // namespace rackfit::cost
