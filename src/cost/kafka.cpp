#include "rackfit/cost/kafka.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace rackfit::cost {

namespace {

constexpr double gb = 1e9;

void add(Course& course, const Terms& terms, Category category, const std::string& name, int month,
         double amount) {
  if (amount != 0) course.flow(category, name, terms).months[static_cast<std::size_t>(month)] += amount;
}

StreamWork grown(StreamWork work, double factor) {
  work.average_bytes_per_s *= factor;
  work.peak_bytes_per_s *= factor;
  return work;
}

/// A month at a bandwidth; nothing when it is larger than any tier or a currency has no rate.
std::optional<double> by_bandwidth(const catalog::KafkaService& service, double bytes_per_s,
                                   const Exchange& exchange) {
  for (const catalog::BandwidthTier& tier : service.tiers) {
    if (bytes_per_s > tier.up_to_bytes_per_s) continue;
    const auto base = exchange(tier.base);
    const auto step = exchange(tier.step);
    if (!base || !step) return {};
    const double above = std::max(0.0, bytes_per_s - tier.from_bytes_per_s);
    return *base + std::ceil(above / tier.step_bytes_per_s) * *step;
  }
  return {};
}

/// A price that a service may not have: nothing to pay then. A price whose currency has no rate is missing.
double optional_price(const std::optional<catalog::Money>& money, const Exchange& exchange, const char* what,
                      Course& course) {
  if (!money) return 0;
  const auto amount = exchange(*money);
  const std::string missing = fmt::format("exchange rate for {}", what);
  const bool known = std::find(course.missing.begin(), course.missing.end(), missing) != course.missing.end();
  if (!amount && !known) course.missing.push_back(missing);
  return amount.value_or(0);
}

}  // namespace

double gb_in(const StreamWork& work) { return work.average_bytes_per_s * seconds_per_month / gb; }

double gb_stored(const StreamWork& work, double copies) {
  const double fill = work.storage_fill > 0 ? work.storage_fill : 1;
  return work.average_bytes_per_s * work.retention_s * copies / fill / gb;
}

double gb_between_zones(const StreamWork& work, bool replicas) {
  if (work.zones <= 1) return 0;
  const double elsewhere = (work.zones - 1) / work.zones;
  double times = elsewhere;
  if (!work.fetch_from_follower) times += elsewhere * work.fan_out;
  // Replicas are spread over the zones, so that each copy but the leader's own crosses one.
  if (replicas) times += std::min(work.replication, work.zones) - 1;
  return gb_in(work) * times;
}

ZoneTraffic zone_traffic(const catalog::Market& market, std::string_view provider, const Exchange& exchange) {
  for (const catalog::Traffic& row : market.traffic.rows()) {
    if (row.kind != catalog::TrafficKind::cross_zone || row.provider != provider || row.tiers.empty())
      continue;
    const auto price = exchange(row.tiers.front().price);
    if (price) return {*price * (row.each_way ? 2 : 1)};
  }
  return {};
}

std::optional<double> units_for(const catalog::KafkaService& service, const StreamWork& work) {
  if (!service.ingress_per_unit_bytes_per_s) return {};
  double units = std::ceil(work.peak_bytes_per_s / *service.ingress_per_unit_bytes_per_s);
  if (service.egress_per_unit_bytes_per_s) {
    units = std::max(units,
                     std::ceil(work.peak_bytes_per_s * work.fan_out / *service.egress_per_unit_bytes_per_s));
  }
  units = std::max(units, static_cast<double>(service.least_units));
  const bool in_zones = service.unit == "broker" && work.zones > 1;
  return in_zones ? std::ceil(units / work.zones) * work.zones : units;
}

Course managed_course(const ManagedCase& managed, const Exchange& exchange) {
  const catalog::KafkaService& service = *managed.service;
  Course course;
  course.kind = Kind::managed;
  course.name = managed.name.empty() ? service.row.name : managed.name;
  course.provider = service.provider;
  course.currency = exchange.currency();
  if (service.row.source.confidence == Confidence::unverified) course.unverified.push_back(service.row.name);
  const double hourly = optional_price(service.per_unit, exchange, "its units", course) * managed.factor;
  const double storage = optional_price(service.storage, exchange, "its storage", course) * managed.factor;
  const double in = optional_price(service.data_in, exchange, "data in", course) * managed.factor;
  const double out = optional_price(service.data_out, exchange, "data out", course) * managed.factor;
  const double partition = optional_price(service.partition, exchange, "partitions", course) * managed.factor;
  if (!service.storage && managed.work.retention_s > 0) course.missing.push_back("price of storage");
  const double between = gb_between_zones(managed.work, !service.replication_free);
  if (!service.client_traffic_free && between > 0 && !managed.zone_price) {
    course.missing.push_back("price of traffic between zones");
  }
  for (int month = 1; month <= managed.terms.months; ++month) {
    const StreamWork work = grown(managed.work, growth_in(managed.terms, month));
    double units_cost = 0;
    if (service.tiers.empty()) {
      const auto units = units_for(service, work);
      if (!units && month == 1) course.missing.push_back("throughput of a " + service.unit);
      units_cost = units.value_or(0) * hourly * hours_per_month;
    } else {
      const double copies = service.counts_copies ? work.replication : 1;
      const auto price = by_bandwidth(service, work.peak_bytes_per_s * copies, exchange);
      if (!price && month == 1) course.missing.push_back("price of this bandwidth");
      units_cost = price.value_or(0) * managed.factor;
    }
    units_cost += work.partitions * partition * hours_per_month;
    const double stored = gb_stored(work, static_cast<double>(service.stored_copies)) * storage;
    const double data = gb_in(work) * (in + work.fan_out * out);
    const double zones = service.client_traffic_free ? 0
                                                     : gb_between_zones(work, !service.replication_free) *
                                                           managed.zone_price.value_or(0);
    add(course, managed.terms, Category::compute, service.unit.empty() ? "service" : service.unit + "s",
        month, units_cost);
    add(course, managed.terms, Category::storage, "storage", month, stored);
    add(course, managed.terms, Category::traffic, "data in and out", month, data);
    add(course, managed.terms, Category::traffic, "traffic between zones", month, zones);
    add(course, managed.terms, Category::support, "support", month,
        (units_cost + stored + data + zones) * managed.support_fraction);
  }
  return course;
}

RentCase brokers_on_machines(const StreamWork& work, double brokers, std::optional<double> hourly,
                             std::optional<double> storage_price, std::optional<double> zone_price,
                             const Terms& terms) {
  RentCase rent;
  rent.terms = terms;
  rent.instances = work.zones > 1 ? std::ceil(brokers / work.zones) * work.zones : brokers;
  rent.hourly = hourly;
  rent.storage_gb = gb_stored(work, work.replication);
  rent.storage_price = storage_price;
  rent.cross_zone_gb = gb_between_zones(work, true);
  rent.cross_zone_price = zone_price;
  return rent;
}

}  // namespace rackfit::cost
