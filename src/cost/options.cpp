#include "options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "rackfit/base/did_you_mean.hpp"

namespace rackfit::cost {

namespace {

constexpr double seconds_per_hour = 3600;

std::string provider_name(const catalog::Market& market, const std::string& id) {
  const catalog::Provider* provider = market.providers.find(id);
  return provider ? provider->row.name : id;
}

bool is_hyperscaler(const catalog::Market& market, const std::string& id) {
  const catalog::Provider* provider = market.providers.find(id);
  return provider && provider->kind == "hyperscaler";
}

/// The cheapest offer of each provider on given terms, for one role's models.
std::map<std::string, RentalOffer> offers_of(const ModelWork& work, RentTerm term, const Setting& setting) {
  std::map<std::string, RentalOffer> best;
  const bool same = setting.costs.rent && *setting.costs.rent == "same";
  for (const DeviceNeed& way : work.ways) {
    if (same && &way != &work.ways.front()) break;
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

/// Storage by the provider's own price, else by the dearest that is known, which a note says.
void add_disk(RentCase& rent, const RentalOffer& offer, const ModelWork& work, const Setting& setting,
              std::string& note) {
  constexpr double bytes_per_gb = 1e9;
  const double wanted = setting.costs.rented_disk ? *setting.costs.rented_disk / bytes_per_gb : work.disk_gb;
  const double local = offer.instance->disk_bytes.value_or(0) / bytes_per_gb;
  rent.storage_gb = std::max(0.0, wanted - local) * offer.instances;
  if (!(rent.storage_gb > 0)) return;
  const catalog::Volume* dearest = nullptr;
  for (const catalog::Volume& volume : setting.market.volumes.rows()) {
    const auto price = setting.exchange(volume.capacity);
    if (!price) continue;
    if (volume.provider == offer.instance->provider) {
      rent.storage_price = price;
      return;
    }
    if (!rent.storage_price || *price > *rent.storage_price) {
      rent.storage_price = price;
      dearest = &volume;
    }
  }
  if (dearest)
    note += fmt::format("{:.0f} GB of disk at the price of {}, the dearest known, its own is not",
                        rent.storage_gb, dearest->row.name);
}

/// Answers leave the cloud: a few bytes for each token.
void add_egress(RentCase& rent, const RentalOffer& offer, const ModelWork& work, const Setting& setting,
                std::string& note) {
  constexpr double bytes_per_gb = 1e9;
  rent.egress_gb = work.tokens.output * setting.usual("answer-bytes-per-token") / bytes_per_gb;
  if (!(rent.egress_gb > 0)) return;
  const catalog::Traffic* used = nullptr;
  double most = 0;
  for (const catalog::Traffic& row : setting.market.traffic.rows()) {
    if (row.kind != catalog::TrafficKind::egress || row.tiers.empty()) continue;
    const auto price = setting.exchange(row.tiers.front().price);
    if (!price) continue;
    const bool own = row.provider == offer.instance->provider;
    const bool known = used && used->provider == offer.instance->provider;
    if (known || (!own && *price <= most)) continue;
    used = &row;
    most = *price;
  }
  if (!used) return;
  for (const catalog::TrafficTier& tier : used->tiers) {
    std::optional<double> up_to;
    if (tier.up_to_bytes) up_to = *tier.up_to_bytes / bytes_per_gb;
    rent.egress.push_back({up_to, setting.exchange(tier.price).value_or(most)});
  }
  constexpr double noticeable_gb = 100;
  const bool noticeable = rent.egress_gb >= noticeable_gb;
  if (used->provider != offer.instance->provider && noticeable) {
    note += fmt::format("{}{:.0f} GB a month out of the cloud at the price of {}, its own is not known",
                        note.empty() ? "" : "; ", rent.egress_gb, used->row.id);
  }
}

Course rented(const RentalOffer& offer, RentTerm term, const Discounted& discounted, const ModelWork& work,
              const Setting& setting) {
  RentCase rent;
  rent.currency = setting.exchange.currency();
  rent.terms = setting.terms;
  rent.term = term;
  rent.instances = offer.instances;
  rent.hourly = offer.hourly * discounted.factor;
  rent.hours = setting.costs.rented_hours ? *setting.costs.rented_hours / seconds_per_hour : work.hours;
  // What is committed is paid whether it runs or not.
  if (!discounted.note.empty() || term == RentTerm::committed_1y || term == RentTerm::committed_3y)
    rent.hours = hours_per_month;
  if (term == RentTerm::spot) rent.interruption_overhead = setting.usual("spot-interruption-overhead");
  if (is_hyperscaler(setting.market, offer.instance->provider)) {
    rent.support_fraction = setting.usual("cloud-support-fraction");
  }
  std::string note;
  add_disk(rent, offer, work, setting, note);
  add_egress(rent, offer, work, setting, note);
  Course course = rent_course(rent);
  course.hours_share = rent.hours / hours_per_month;
  course.notes.push_back(fmt::format("{:.0f} x {} in {}, {:.0f} hours a month", offer.instances,
                                     offer.instance->type, offer.region->region, rent.hours));
  if (!discounted.note.empty()) course.notes.push_back(discounted.note);
  if (!note.empty()) course.notes.push_back(note);
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
    const Course course = rented(found->second, term, discounted, work, setting);
    add(sum, course, setting.terms);
    sum.interruptible = sum.interruptible || course.interruptible;
    sum.hours_share = std::min(sum.hours_share, course.hours_share);
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

}  // namespace

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

const std::vector<catalog::Discount>& Setting::discounts() const {
  static const std::vector<catalog::Discount> none;
  return book ? book->discounts : none;
}

double Setting::usual(std::string_view name, double otherwise) const {
  const catalog::Coefficient* row = market.coefficients.find(name);
  return row ? row->usual : otherwise;
}

std::optional<double> Setting::fte_cost() const {
  const auto stated = costs.coefficients.find("fte-cost");
  if (stated != costs.coefficients.end() && stated->second) return money("fte-cost");
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

RangeNames range_names(const Served& half, const Setting& setting, bool brokers) {
  RangeNames names;
  if (brokers) names.staff = "kafka-staff-fte";
  if (setting.own_room) names.pue = "pue-server-room", names.space = "room-per-kw-month";
  const auto stated = setting.costs.coefficients.find("hardware-price");
  if (half.offered && (stated == setting.costs.coefficients.end() || !stated->second))
    names.offered = std::make_pair(half.price_low, half.price_high);
  const catalog::Coefficient* licence = setting.market.coefficients.find("licence-per-device");
  if (licence && licence->unit.size() >= 3)
    names.licence_rate = setting.exchange(catalog::Money{1, licence->unit.substr(0, 3)}).value_or(1);
  return names;
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
  const RangeNames names = range_names(half, setting, brokers);
  own.pue = setting.usual(names.pue, 1);
  own.idle_fraction = setting.usual("idle-fraction");
  own.power_factor = setting.usual("power-factor", 1);
  own.licence_per_device = setting.money("licence-per-device").value_or(0);
  own.space_per_kw_month = setting.money(names.space);
  double nodes = 0;
  for (const Gear& gear : own.gear) nodes += gear.nodes;
  own.staff_fte =
      brokers ? setting.usual("kafka-staff-fte") : staff_for(setting.market, nodes, devices_of(own));
  own.fte_cost = setting.fte_cost();
  if (const catalog::Energy* energy = setting.market.energy_of(setting.country)) {
    own.energy_price = setting.exchange(energy->price);
    own.carbon_g_per_kwh = energy->carbon_g_per_kwh;
  }
  if (setting.electricity) own.energy_price = setting.exchange(*setting.electricity);
  const auto use = setting.costs.coefficients.find("utilisation");
  if (use != setting.costs.coefficients.end() && use->second) {
    for (Gear& gear : own.gear) gear.utilisation = use->second->usual;
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

}  // namespace rackfit::cost
