// Brokers elsewhere: on rented machines, and managed.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "options.hpp"

namespace rackfit::cost {

namespace {

struct Machine {
  const catalog::Instance* instance = nullptr;
  const catalog::RegionPrice* region = nullptr;
  double hourly = 0;
  double count = 0;  // of them, in whole zones
};

/// Machines of this kind that carry what the brokers carry: as many as brokers, or more smaller ones; nothing
/// when a figure is unknown, or when there would be far more of them.
std::optional<double> count_of(const catalog::Instance& instance, const BrokerNeed& need, double most_times) {
  if (!instance.device.empty() || !instance.vcpus || !instance.memory_bytes || !instance.network_bytes_per_s)
    return {};
  const double times = std::max({need.vcpus / *instance.vcpus, need.memory_bytes / *instance.memory_bytes,
                                 need.network_bytes_per_s / *instance.network_bytes_per_s});
  if (times > most_times) return {};
  const double count = std::ceil(need.brokers * std::max(1.0, times));
  return need.work.zones > 1 ? std::ceil(count / need.work.zones) * need.work.zones : count;
}

/// The cheapest machines of each provider that carry the brokers.
std::map<std::string, Machine> machines_for(const BrokerNeed& need, const Setting& setting) {
  std::map<std::string, Machine> best;
  for (const catalog::Instance& instance : setting.market.instances.rows()) {
    const auto count = count_of(instance, need, setting.usual("broker-machines-most-times"));
    if (!count) continue;
    for (const catalog::RegionPrice& region : instance.prices) {
      const auto listed = setting.exchange(region.on_demand);
      if (!listed) continue;
      const double hourly = *listed * catalog::factor_of(setting.discounts(), instance.row.id, "instance",
                                                         instance.provider, "on-demand");
      const Machine machine{&instance, &region, hourly, *count};
      const auto [at, fresh] = best.emplace(instance.provider, machine);
      if (!fresh && hourly * *count < at->second.hourly * at->second.count) at->second = machine;
    }
  }
  return best;
}

const catalog::Volume* volume_of(const catalog::Market& market, const std::string& provider) {
  for (const catalog::Volume& volume : market.volumes.rows()) {
    if (volume.provider == provider) return &volume;
  }
  return nullptr;
}

}  // namespace

std::vector<Course> rented_brokers(const BrokerNeed& need, const Setting& setting) {
  std::vector<Course> courses;
  for (const auto& entry : machines_for(need, setting)) {
    const std::string& provider = entry.first;
    const Machine& machine = entry.second;
    const catalog::Volume* volume = volume_of(setting.market, provider);
    const auto storage = volume ? setting.exchange(volume->capacity) : std::nullopt;
    const auto zones = zone_traffic(setting.market, provider, setting.exchange).price;
    RentCase rent =
        brokers_on_machines(need.work, machine.count, machine.hourly, storage, zones, setting.terms);
    rent.currency = setting.exchange.currency();
    rent.support_fraction = setting.usual("cloud-support-fraction");
    const catalog::Provider* row = setting.market.providers.find(provider);
    rent.provider = row ? row->row.name : provider;
    rent.name = fmt::format("{}, brokers on machines", rent.provider);
    Course course = rent_course(rent);
    course.notes.push_back(
        fmt::format("{:.0f} x {} in {}", rent.instances, machine.instance->type, machine.region->region));
    add_staff(course, setting.usual("kafka-staff-fte"), setting);
    setting.mark(course, "instance", machine.instance->type, machine.region->source);
    if (volume) setting.mark(course, "volume", volume->row.name, volume->row.source);
    courses.push_back(std::move(course));
  }
  return courses;
}

std::vector<Course> managed_brokers(const BrokerNeed& need, const Setting& setting) {
  std::vector<Course> courses;
  std::map<std::string, Course> by_service;  // sizes of one service compete; the cheapest is shown
  for (const catalog::KafkaService& service : setting.market.kafka_services.rows()) {
    ManagedCase managed;
    managed.currency = setting.exchange.currency();
    managed.terms = setting.terms;
    managed.work = need.work;
    managed.service = &service;
    managed.zone_price = zone_traffic(setting.market, service.provider, setting.exchange).price;
    managed.factor = catalog::factor_of(setting.discounts(), service.row.id, "kafka", service.provider);
    Course course = managed_course(managed, setting.exchange);
    course.unverified.clear();
    setting.mark(course, "kafka", service.row.name, service.row.source);
    if (const catalog::Provider* row = setting.market.providers.find(service.provider))
      course.provider = row->row.name;
    const auto value = [&](const Course& each) {
      return std::make_pair(!each.missing.empty(), net_present_value(each, setting.terms));
    };
    const std::string key = service.provider + "/" + service.service;
    const auto [at, fresh] = by_service.emplace(key, course);
    if (!fresh && value(course) < value(at->second)) at->second = std::move(course);
  }
  for (auto& entry : by_service) courses.push_back(std::move(entry.second));
  return courses;
}

}  // namespace rackfit::cost
