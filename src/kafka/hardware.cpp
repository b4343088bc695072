#include "rackfit/kafka/hardware.hpp"

#include <fmt/format.h>

#include <cmath>
#include <tuple>

namespace rackfit::kafka {
namespace {

/// nvme, ssd or hdd.
std::string kind_of(const catalog::Disk& disk) {
  if (disk.rpm) return "hdd";
  return disk.interface.compare(0, 4, "nvme") == 0 ? "nvme" : "ssd";
}

std::string printed(const units::Registry& units, double value, const char* unit) {
  const auto parsed = units.find_unit(unit);
  return units.format(value, parsed ? parsed->dimension : units::Dimension(), unit);
}

std::string speed(const units::Registry& units, double bytes_per_s) {
  const auto parsed = units.parse_unit("B/s");
  return units.format(bytes_per_s, parsed ? parsed.value->dimension : units::Dimension());
}

}  // namespace

std::string assume_disk_speed(Brokers& brokers, const catalog::Catalog& catalog,
                              const units::Registry& units) {
  if (!brokers.disks || brokers.disks->write_bytes_per_s) return {};
  Disks& disks = *brokers.disks;
  const char* const way_out = "; give it, as in `2x1.92TB nvme, 1.4 GB/s`";
  if (disks.kind.empty())
    return fmt::format("the disks' throughput is not judged: their kind is not said{}", way_out);
  const catalog::Disk* nearest = nullptr;
  // Drives for desktops give their speed while a cache lasts, which a broker's log outlasts.
  const auto rank = [&](const catalog::Disk& disk) {
    return std::make_tuple(disk.interface == "nvme-m2",
                           std::abs(std::log(disk.capacity_bytes / disks.capacity_bytes)),
                           *disk.write_bytes_per_s);
  };
  for (const catalog::Disk& disk : catalog.disks.rows()) {
    if (!disk.write_bytes_per_s || !(disk.capacity_bytes > 0) || kind_of(disk) != disks.kind) continue;
    if (!nearest || rank(disk) < rank(*nearest)) nearest = &disk;
  }
  if (!nearest)
    return fmt::format("the disks' throughput is not judged: no {} in the catalog has one{}", disks.kind,
                       way_out);
  disks.write_bytes_per_s = nearest->write_bytes_per_s;
  disks.read_bytes_per_s = nearest->read_bytes_per_s;
  return fmt::format(
      "disk throughput: {} written each, that of {}, the slowest {} in the catalog of the nearest size",
      speed(units, *disks.write_bytes_per_s), nearest->row.name, disks.kind);
}

std::string describe(const Brokers& brokers, const units::Registry& units) {
  std::string out = fmt::format("{:g} {}", brokers.count, brokers.count == 1 ? "broker" : "brokers, each");
  std::string separator = brokers.count == 1 ? " with " : " ";
  const auto add = [&](const std::string& part) {
    out += separator + part;
    separator = ", ";
  };
  if (brokers.cores) add(fmt::format("{:g} cores", *brokers.cores));
  if (brokers.memory_bytes) {
    const double gib = *brokers.memory_bytes / 1073741824.0;
    add(gib == std::floor(gib) ? fmt::format("{:g} GiB", gib) : printed(units, *brokers.memory_bytes, "GB"));
  }
  if (brokers.disks) {
    const Disks& disks = *brokers.disks;
    add(fmt::format("{:g} × {:g} TB{}{}", disks.count, disks.capacity_bytes / 1e12,
                    disks.kind.empty() ? "" : " " + disks.kind,
                    disks.raid.empty() ? "" : " in " + disks.raid));
  }
  if (brokers.nic_bytes_per_s) {
    const std::string ports =
        brokers.nic_ports.value_or(1) > 1 ? fmt::format("{:g} × ", *brokers.nic_ports) : "";
    add(fmt::format("{}{:g} GbE", ports, *brokers.nic_bytes_per_s * 8e-9));
  }
  return out;
}

void apply(const Brokers& brokers, Cluster& cluster) {
  const auto set = [&](const char* name, const std::optional<double>& value) {
    if (value) cluster.set(name, *value);
  };
  cluster.set("kafka.brokers_fixed", brokers.count);
  set("node.cores", brokers.cores);
  set("node.memory", brokers.memory_bytes);
  set("node.nic_bandwidth", brokers.nic_bytes_per_s);
  set("node.nic_ports", brokers.nic_ports);
  if (!brokers.disks) return;
  cluster.set("node.disk_count", brokers.disks->count);
  cluster.set("node.disk_capacity", brokers.disks->capacity_bytes);
  set("node.disk_write", brokers.disks->write_bytes_per_s);
  set("node.disk_read", brokers.disks->read_bytes_per_s);
  if (!brokers.disks->raid.empty()) cluster.set_word("kafka.raid", brokers.disks->raid);
}

}  // namespace rackfit::kafka
