#include "options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "rackfit/base/did_you_mean.hpp"

namespace rackfit::cost {

namespace {

std::string provider_name(const catalog::Market& market, const std::string& id) {
  const catalog::Provider* provider = market.providers.find(id);
  return provider ? provider->row.name : id;
}

bool is_hyperscaler(const catalog::Market& market, const std::string& id) {
  const catalog::Provider* provider = market.providers.find(id);
  return provider && provider->kind == "hyperscaler";
}

void add(Course& to, const Course& from, const Terms& terms) {
  for (const Flow& flow : from.flows) {
    Flow& sum = to.flow(flow.category, flow.name, terms);
    for (std::size_t month = 0; month < flow.months.size(); ++month) sum.months[month] += flow.months[month];
  }
  const auto append = [](std::vector<std::string>& all, const std::vector<std::string>& more) {
    for (const std::string& each : more) {
      if (std::find(all.begin(), all.end(), each) == all.end()) all.push_back(each);
    }
  };
  append(to.missing, from.missing);
  append(to.notes, from.notes);
  append(to.stale, from.stale);
  append(to.unverified, from.unverified);
}

/// The cheapest offer of each provider on given terms, for one role's models.
std::map<std::string, RentalOffer> offers_of(const ModelWork& work, RentTerm term, const Setting& setting) {
  std::map<std::string, RentalOffer> best;
  for (const DeviceNeed& way : work.ways) {
    for (const RentalOffer& offer : rentals(setting.market, way.device->row.id, way.devices, way.together,
                                            setting.exchange, setting.discounts())) {
      if (offer.term != term) continue;
      const auto [at, fresh] = best.emplace(offer.instance->provider, offer);
      if (!fresh && offer.hourly * offer.instances < at->second.hourly * at->second.instances)
        at->second = offer;
    }
  }
  return best;
}

struct Discounted {
  double factor = 1;
  std::string note;
};

Course rented(const RentalOffer& offer, RentTerm term, const Discounted& discounted, const Setting& setting) {
  RentCase rent;
  rent.currency = setting.exchange.currency();
  rent.terms = setting.terms;
  rent.term = term;
  rent.instances = offer.instances;
  rent.hourly = offer.hourly * discounted.factor;
  if (term == RentTerm::spot) rent.interruption_overhead = setting.usual("spot-interruption-overhead");
  if (is_hyperscaler(setting.market, offer.instance->provider)) {
    rent.support_fraction = setting.usual("cloud-support-fraction");
  }
  Course course = rent_course(rent);
  course.notes.push_back(
      fmt::format("{:.0f} x {} in {}", offer.instances, offer.instance->type, offer.region->region));
  if (!discounted.note.empty()) course.notes.push_back(discounted.note);
  setting.mark(course, "instance", offer.instance->type, offer.region->source);
  return course;
}

/// All roles at one provider; nothing when it lacks a device of one.
std::optional<Course> all_roles(const Served& models, const std::string& provider, RentTerm term,
                                const Discounted& discounted, const Setting& setting) {
  Course sum;
  sum.kind = Kind::rent;
  sum.provider = provider_name(setting.market, provider);
  sum.currency = setting.exchange.currency();
  for (const ModelWork& work : models.models) {
    const auto offers = offers_of(work, term, setting);
    const auto found = offers.find(provider);
    if (found == offers.end()) return {};
    const Course course = rented(found->second, term, discounted, setting);
    add(sum, course, setting.terms);
    sum.interruptible = sum.interruptible || course.interruptible;
  }
  double nodes = 0, devices = 0;
  for (const Gear& gear : models.gear) {
    nodes += gear.nodes;
    devices += gear.nodes * gear.devices;
  }
  add_staff(sum, staff_for(setting.market, nodes, devices), setting);
  sum.name = fmt::format("{}, {}", sum.provider, discounted.note.empty() ? to_string(term) : "committed");
  return sum;
}

std::vector<std::string> providers_of(const Served& models, RentTerm term, const Setting& setting) {
  std::vector<std::string> providers;
  if (models.models.empty()) return providers;
  for (const auto& entry : offers_of(models.models.front(), term, setting)) providers.push_back(entry.first);
  return providers;
}

struct ApiOffer {
  const catalog::ApiPrice* api = nullptr;
  TokenRates rates;
  double blended = 0;
};

/// Who sells a model's tokens, cheapest first, discounts taken off.
std::vector<ApiOffer> apis_of(const ModelWork& work, const Setting& setting) {
  std::vector<ApiOffer> offers;
  for (const catalog::ApiPrice& api : setting.market.apis.rows()) {
    if (work.model.empty() || fold_name(api.model) != fold_name(work.model)) continue;
    auto rates = token_rates(api, work.tokens.prompt_tokens, setting.exchange);
    if (!rates) continue;
    const double factor = catalog::factor_of(setting.discounts(), api.row.id, "api", api.provider);
    *rates = {rates->input * factor, rates->cached_input * factor, rates->output * factor};
    offers.push_back({&api, *rates, blended(*rates, work.tokens)});
  }
  std::stable_sort(offers.begin(), offers.end(),
                   [](const ApiOffer& a, const ApiOffer& b) { return a.blended < b.blended; });
  return offers;
}

Course by_token(const ModelWork& work, const ApiOffer& offer, const Setting& setting) {
  ApiCase api;
  api.currency = setting.exchange.currency();
  api.terms = setting.terms;
  api.work = work.tokens;
  api.rates = offer.rates;
  Course course = api_course(api);
  if (!offer.api->row.notes.empty()) course.notes.push_back(offer.api->row.id + ": " + offer.api->row.notes);
  setting.mark(course, "api", offer.api->row.id, offer.api->row.source);
  return course;
}

}  // namespace

const std::vector<catalog::Discount>& Setting::discounts() const {
  static const std::vector<catalog::Discount> none;
  return book ? book->discounts : none;
}

double Setting::usual(std::string_view name, double otherwise) const {
  const catalog::Coefficient* row = market.coefficients.find(name);
  return row ? row->usual : otherwise;
}

std::optional<double> Setting::fte_cost() const {
  const std::string local = "fte-cost-" + fold_name(country);
  return money(market.coefficients.find(local) ? local : "fte-cost");
}

std::optional<double> Setting::money(std::string_view name) const {
  const catalog::Coefficient* row = market.coefficients.find(name);
  if (!row || row->unit.size() < 3) return {};
  return exchange(catalog::Money{row->usual, row->unit.substr(0, 3)});
}

void Setting::mark(Course& course, std::string_view kind, const std::string& what,
                   const Provenance& source) const {
  const auto fresh = catalog::freshness(market, kind, source.date, as_of);
  const std::string text = fmt::format("{} ({})", what, source.date.empty() ? "undated" : source.date);
  if (fresh != catalog::Freshness::fresh) course.stale.push_back(text);
  if (source.confidence == Confidence::unverified) course.unverified.push_back(text);
}

void add_staff(Course& course, double fte, const Setting& setting) {
  const double share = setting.usual("rent-staff-share");
  const auto cost = setting.fte_cost();
  if (!(fte * share > 0)) return;
  if (!cost) course.missing.push_back("cost of staff");
  Flow& flow = course.flow(Category::staff, "staff", setting.terms);
  for (std::size_t month = 1; month < flow.months.size(); ++month)
    flow.months[month] += fte * share * cost.value_or(0) / 12;
  course.notes.push_back(fmt::format("{:.0f} % of the people that nodes of one's own need", share * 100));
}

OwnCase own_case(const Served& half, const Setting& setting, bool brokers) {
  OwnCase own;
  own.name = "bought";
  own.currency = setting.exchange.currency();
  own.terms = setting.terms;
  own.gear = half.gear;
  own.network_fraction = half.network_fraction.value_or(setting.usual("network-fraction"));
  own.network_priced = half.network_fraction.has_value();
  own.install_fraction = setting.usual("install-fraction");
  // Between the two ages that have figures, evenly; before and after them, theirs.
  const double beyond_three_years = std::clamp((setting.terms.months - 36) / 24.0, 0.0, 1.0);
  own.residual_fraction = (1 - beyond_three_years) * setting.usual("residual-after-3y") +
                          beyond_three_years * setting.usual("residual-after-5y");
  own.maintenance_fraction = setting.usual("maintenance-fraction");
  own.spares_fraction = setting.usual("spares-fraction");
  own.pue = setting.usual("pue-colo", 1);
  own.idle_fraction = setting.usual("idle-fraction");
  own.power_factor = setting.usual("power-factor", 1);
  own.licence_per_device = setting.money("licence-per-device").value_or(0);
  own.space_per_kw_month = setting.money("colo-per-kw-month");
  double nodes = 0;
  for (const Gear& gear : own.gear) nodes += gear.nodes;
  own.staff_fte =
      brokers ? setting.usual("kafka-staff-fte") : staff_for(setting.market, nodes, devices_of(own));
  own.fte_cost = setting.fte_cost();
  if (const catalog::Energy* energy = setting.market.energy_of(setting.country)) {
    own.energy_price = setting.exchange(energy->price);
    own.carbon_g_per_kwh = energy->carbon_g_per_kwh;
  }
  return own;
}

std::vector<Course> rented_models(const Served& models, const Setting& setting) {
  std::vector<Course> courses;
  for (const RentTerm term :
       {RentTerm::on_demand, RentTerm::spot, RentTerm::committed_1y, RentTerm::committed_3y}) {
    for (const std::string& provider : providers_of(models, term, setting)) {
      if (auto course = all_roles(models, provider, term, {}, setting)) courses.push_back(std::move(*course));
    }
  }
  // Where no committed price was read, the usual discount of that provider on its hourly one.
  for (const std::string& provider : providers_of(models, RentTerm::on_demand, setting)) {
    const double discount = setting.usual("commit-discount-" + provider);
    if (!(discount > 0)) continue;
    const Discounted discounted{1 - discount,
                                fmt::format("a commitment of a year taken as {:.0f} % off", discount * 100)};
    if (auto course = all_roles(models, provider, RentTerm::on_demand, discounted, setting)) {
      course->unverified.push_back(fmt::format("commitment discount of {}", course->provider));
      courses.push_back(std::move(*course));
    }
  }
  if (courses.empty()) {
    Course nobody;
    nobody.kind = Kind::rent;
    nobody.name = "rented";
    nobody.currency = setting.exchange.currency();
    nobody.missing.push_back("a cloud of the catalog that rents out these devices");
    courses.push_back(std::move(nobody));
  }
  return courses;
}

std::vector<Course> models_by_token(const Served& models, const Setting& setting) {
  std::vector<Course> courses;
  Course cheapest;
  cheapest.kind = Kind::api;
  cheapest.name = "tokens, cheapest provider of each model";
  cheapest.currency = setting.exchange.currency();
  for (const ModelWork& work : models.models) {
    const auto offers = apis_of(work, setting);
    if (offers.empty()) {
      cheapest.missing.push_back(
          fmt::format("price of tokens of {}", work.model.empty() ? work.role : work.model));
      continue;
    }
    add(cheapest, by_token(work, offers.front(), setting), setting.terms);
    cheapest.notes.push_back(fmt::format("{} at {}", work.model, offers.front().api->provider));
  }
  if (models.models.size() != 1 || !cheapest.missing.empty()) {
    courses.push_back(std::move(cheapest));
    return courses;
  }
  // One model: its providers side by side.
  constexpr std::size_t shown = 4;
  const ModelWork& work = models.models.front();
  for (const ApiOffer& offer : apis_of(work, setting)) {
    if (courses.size() == shown) break;
    Course course = by_token(work, offer, setting);
    course.provider = offer.api->provider;
    const std::string& notes = offer.api->row.notes;
    const std::string sold = notes.rfind("sold as ", 0) == 0 ? " (" + notes.substr(8) + ")" : "";
    course.name = fmt::format("tokens from {}{}", offer.api->row.id, sold);
    courses.push_back(std::move(course));
  }
  return courses;
}

std::optional<double> cheapest_tokens(const Served& models, const Setting& setting) {
  double cost = 0, tokens = 0;
  for (const ModelWork& work : models.models) {
    const auto offers = apis_of(work, setting);
    const double all = work.tokens.input + work.tokens.output;
    if (offers.empty()) return {};
    cost += offers.front().blended * all;
    tokens += all;
  }
  return tokens > 0 ? std::optional<double>(cost / tokens) : std::nullopt;
}

}  // namespace rackfit::cost
