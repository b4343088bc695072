#include "money.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "rackfit/cost/site_costs.hpp"
#include "verdicts.hpp"

namespace rackfit::audit {

namespace {

using cost::Category;
using workload::Claim;

/// A course's sums over its whole time.
struct Sums {
  double hardware = 0, network = 0, install = 0, energy = 0, space = 0, upkeep = 0, staff = 0;

  double fitting() const { return network + install; }
  double running() const { return energy + space + upkeep; }
};

Sums sums_of(const cost::OwnCase& own) {
  Sums sums;
  for (const cost::Flow& flow : cost::own_course(own).flows) {
    double all = 0;
    for (const double month : flow.months) all += month;
    if (flow.category == Category::hardware) (flow.name == "network" ? sums.network : sums.hardware) += all;
    if (flow.category == Category::install) sums.install += all;
    if (flow.category == Category::energy) sums.energy += all;
    if (flow.category == Category::space) sums.space += all;
    if (flow.category == Category::upkeep) sums.upkeep += all;
    if (flow.category == Category::staff) sums.staff += all;
  }
  return sums;
}

std::string name_of(const cost::Option& option) {
  const bool said = option.provider.empty() || option.name.find(option.provider) != std::string::npos;
  return said ? option.name : option.provider + " " + option.name;
}

}  // namespace

std::optional<double> proposed_power_w(const Auditor& auditor, const std::vector<JudgedRole>& roles,
                                       const Boxes& boxes, const std::string& use) {
  double sum = 0;
  bool any = false;
  for (const auto& box : boxes) {
    if (!use.empty() && box_for(boxes, use) != &box) continue;
    double power = box.value.power.value_or(0);
    for (const JudgedRole& judged : roles) {
      if (judged.box != box.name || power > 0) continue;
      power =
          Values(*judged.plan.chosen->trace, *auditor.request().units).base("node.power_wall").value_or(0);
    }
    if (power <= 0) return {};
    any = true;
    sum += power * box.value.count.value_or(1);
  }
  return any ? std::optional<double>(sum) : std::nullopt;
}

bool Money::counts(const schema::Named<workload::ProposedNode>& box, const std::string& use) const {
  return use.empty() || box_for(boxes_, use) == &box;
}

void Money::add_card(const Claim& claim, const cost::Exchange& exchange, Figures& facts) const {
  const catalog::Catalog& catalog = *auditor_.request().catalog;
  const catalog::Device* device = catalog.devices.find(*claim.at.device);
  if (!device) return;
  const double count = claim.at.devices.value_or(1);
  std::vector<std::string> rows;
  std::optional<double> newest, low, high;
  for (const catalog::Price* row : catalog.prices_of(device->row.id)) {
    const auto amount = exchange(row->money);
    // Undated rows and those of other things that go by the name (a guide's own list) prove nothing.
    if (row->kind != "device" || row->condition == catalog::PriceCondition::used || row->date.empty() ||
        !amount)
      continue;
    if (!newest) newest = *amount;
    low = std::min(low.value_or(*amount), *amount);
    high = std::max(high.value_or(*amount), *amount);
    rows.push_back(fmt::format("{:.0f} {} in {}", row->money.amount, row->money.currency, row->date));
  }
  if (!newest) {
    facts.note = fmt::format("no dated reference price of the {} is known", device->row.name);
    return;
  }
  facts.numbers.emplace("claim.market_price", *newest * count);
  facts.numbers.emplace("claim.market_price_low", *low * count);
  facts.numbers.emplace("claim.market_price_high", *high * count);
  facts.words.emplace(
      "claim.priced",
      fmt::format("{}{} at the newest of its dated reference prices ({}) comes to",
                  count > 1 ? fmt::format("{:.0f} × ", count) : "", device->row.name, fmt::join(rows, ", ")));
}

void Money::add_price(const Claim& claim, const std::string& use, const cost::Exchange& exchange,
                      Figures& facts) const {
  if (claim.price && claim.at.device) return add_card(claim, exchange, facts);
  double market = 0;
  for (const auto& box : boxes_) {
    if (!counts(box, use)) continue;
    const auto price = search::market_price(box.value, *auditor_.request().catalog, auditor_.composer());
    const auto amount = price ? exchange(catalog::Money{price->usd, "USD"}) : std::nullopt;
    if (!amount || price->floor) {
      facts.note = fmt::format("no reference price of the whole `{}` is known", box.name);
      if (amount)
        facts.note += fmt::format("; its accelerators alone come to {:.0f} {}", *amount, exchange.currency());
      return;
    }
    market += *amount;
  }
  if (market <= 0) return;
  facts.numbers.emplace("claim.market_price", market);
  facts.words.emplace("claim.priced", "machines like these, put together from reference prices, come to");
}

/// What the machines of a claim cost to buy: what is paid once, else what is offered, else the market.
std::optional<double> Money::worth(const Claim& claim, const std::string& use, const cost::Exchange& exchange,
                                   const Figures& facts) const {
  if (claim.at.once) return exchange(*claim.at.once);
  const auto& proposal = auditor_.request().workload->proposal;
  if (use.empty() && proposal && proposal->price) {
    return exchange(
        catalog::Money{(proposal->price->low + proposal->price->high) / 2, proposal->price->currency});
  }
  double sum = 0;
  for (const auto& box : boxes_) {
    if (!counts(box, use)) continue;
    const auto& price = box.value.price;
    const auto one =
        price ? exchange(catalog::Money{(price->low + price->high) / 2, price->currency}) : std::nullopt;
    if (!one) {
      const auto market = facts.numbers.find("claim.market_price");
      return market == facts.numbers.end() ? std::nullopt : std::optional<double>(market->second);
    }
    sum += *one * box.value.count.value_or(1);
  }
  return sum;
}

std::vector<cost::Gear> Money::gear(const std::string& use, double worth) const {
  std::vector<cost::Gear> all;
  double machines = 0;
  for (const auto& box : boxes_) machines += counts(box, use) ? box.value.count.value_or(1) : 0;
  for (const auto& box : boxes_) {
    if (!counts(box, use)) continue;
    cost::Gear gear;
    gear.name = box.name;
    gear.price = worth / machines;
    gear.nodes = box.value.count.value_or(1);
    gear.devices = box.value.device ? box.value.devices.value_or(1) : 0;
    gear.power_w = proposed_power_w(auditor_, audit_.roles, {box}).value_or(0);
    for (const JudgedRole& judged : audit_.roles) {
      if (judged.box != box.name) continue;
      const Values found(*judged.plan.chosen->trace, *auditor_.request().units);
      for (const char* name : {"llm.utilization", "kafka.utilization.cpu"})
        gear.utilisation = std::max(gear.utilisation, std::min(1.0, found.base(name).value_or(0)));
      if (judged.plan.problem.rule_role == "training") gear.utilisation = 1;
    }
    all.push_back(std::move(gear));
  }
  return all;
}

void Money::add_own(const Claim& claim, const std::string& use, const cost::Exchange& exchange,
                    Figures& facts) const {
  const auto value = worth(claim, use, exchange, facts);
  if (!value || boxes_.empty()) return;
  cost::SiteRequest site;
  site.catalog = auditor_.request().catalog;
  site.market = market_;
  site.currency = exchange.currency();
  site.workload = auditor_.request().workload;
  site.brokers = use == "kafka";
  if (claim.at.over)
    site.months = std::max(1, static_cast<int>(std::lround(*claim.at.over / cost::seconds_per_month)));
  const cost::OwnCase own = cost::own_at(gear(use, *value), site);
  const Sums sums = sums_of(own), low = sums_of(cost::at_end(own, site, false)),
             high = sums_of(cost::at_end(own, site, true));
  const auto add = [&](const char* name, double number) { facts.numbers.emplace(name, number); };
  add("own.hardware", sums.hardware);
  add("own.network", sums.network);
  add("own.network_share", own.network_fraction);
  add("own.install", sums.install);
  add("own.install_share", own.install_fraction);
  add("own.fitting_low", low.fitting());
  add("own.fitting_high", high.fitting());
  add("own.upkeep", sums.upkeep);
  add("own.upkeep_share", own.maintenance_fraction + own.spares_fraction);
  add("own.pue", own.pue);
  if (own.energy_price) add("own.kwh_price", *own.energy_price);
  if (own.fte_cost) {
    add("own.people", own.staff_fte);
    add("own.salary", *own.fte_cost);
    add("own.staff", sums.staff);
    add("own.staff_low", low.staff);
    add("own.staff_high", high.staff);
  }
  // Without power there is no running cost to tell.
  if (!own.energy_price || !own.space_per_kw_month || cost::average_power_w(own) <= 0) return;
  add("own.energy", sums.energy);
  add("own.space", sums.space);
  add("own.running_low", low.running());
  add("own.running_high", high.running());
}

/// The cheapest way to rent what the workload asks for, in the first year.
void Money::add_cloud(const std::string& use, const std::string& currency, Figures& facts) {
  if (!audit_.instead->feasible()) return;
  if (compared_.count(currency) == 0) {
    cost::ComparisonRequest request;
    request.plan = audit_.instead.get();
    request.market = market_;
    request.currency = currency;
    request.draws = 1;
    compared_.emplace(currency, cost::compare(request));
  }
  const cost::Option* best = nullptr;
  for (const cost::Scope& scope : compared_.at(currency).scopes) {
    if (scope.id != (use == "kafka" ? "kafka" : "models")) continue;
    for (const cost::Compared& each : scope.options) {
      const cost::Option& option = each.option;
      if (option.kind == cost::Kind::own || !option.complete() || option.interruptible) continue;
      if (!best || option.yearly.amount() < best->yearly.amount()) best = &option;
    }
  }
  if (!best) return;
  facts.numbers.emplace("claim.cloud_found", best->yearly.amount());
  facts.words.emplace("claim.cloud_way", name_of(*best));
}

void Money::add(const Claim& claim, const std::string& role, Figures& facts) {
  const auto currency = facts.words.find("claim.currency");
  if (currency == facts.words.end()) return;
  if (!market_) {
    facts.note = "market prices were not read";
    return;
  }
  const cost::Exchange exchange(auditor_.request().catalog->rates, currency->second);
  if (!exchange(catalog::Money{1, "USD"})) {
    facts.note = fmt::format("no exchange rate for {} is known; a price book (`--prices`) can give one",
                             exchange.currency());
    return;
  }
  const std::string use = role.empty() ? "" : use_of(role);
  if (const auto power = proposed_power_w(auditor_, audit_.roles, boxes_, use))
    facts.numbers.emplace("claim.watts", *power);
  add_price(claim, use, exchange, facts);
  add_own(claim, use, exchange, facts);
  if (claim.saving) add_cloud(use, currency->second, facts);
}

}  // namespace rackfit::audit
