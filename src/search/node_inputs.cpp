#include "solve.hpp"

namespace rackfit::search {

std::vector<std::pair<std::string, double>> node_inputs(const Node& node) {
  std::vector<std::pair<std::string, double>> inputs;
  const auto add = [&](const char* name, std::optional<double> value) {
    if (value) inputs.emplace_back(name, *value);
  };
  const auto positive = [](double value) { return value > 0 ? std::optional<double>(value) : std::nullopt; };
  add("node.device_count", node.device_count);
  if (node.device) add("device.power", node.device->power_w);
  add("node.cores", positive(node.cores));
  add("node.memory", positive(node.memory_bytes));
  if (node.cpu) {
    add("node.sockets", node.cpu_count);
    if (node.cpu->memory_channels)
      add("node.memory_channels", static_cast<double>(*node.cpu->memory_channels * node.cpu_count));
    if (node.cpu->threads && node.cpu->cores > 0) {
      add("node.threads_per_core",
          static_cast<double>(*node.cpu->threads) / static_cast<double>(node.cpu->cores));
    }
  }
  if (node.dimm) add("node.dimm_count", node.dimm_count);
  if (node.disk) {
    add("node.disk_count", node.disk_count);
    add("node.disk_capacity", node.disk->capacity_bytes);
    add("node.disk_write", node.disk->write_bytes_per_s);
    add("node.disk_read", node.disk->read_bytes_per_s);
    add("node.disk_iops", node.disk->write_iops);
    // Rated by the day; rules reckon in seconds.
    constexpr double day_s = 86400;
    if (node.disk->endurance_dwpd) add("node.disk_endurance", *node.disk->endurance_dwpd / day_s);
  }
  if (node.nic) {
    add("node.nic_bandwidth", node.nic->speed_bytes_per_s);
    add("node.nic_ports", static_cast<double>(node.nic->ports * node.nic_count));
  }
  if (!node.existing.empty()) {
    if (node.given_threads > 0 && node.cores > 0)
      add("node.threads_per_core", node.given_threads / node.cores);
    add("node.disk_count", positive(node.given_disks));
    add("node.disk_capacity", positive(node.given_disk_bytes));
    add("node.disk_write", positive(node.given_disk_write));
    add("node.nic_bandwidth", positive(node.given_nic));
    add("node.nic_ports", positive(node.given_nics));
    add("node.psu_output", positive(node.given_psu_w));
    add("node.psu_count", positive(node.given_psus));
    if (node.given_psus > 0) add("node.psu_redundant", node.given_redundant_psus);
    add("node.rack_units", positive(node.given_rack_units));
  }
  const NodePower power = node_power(node);
  add("node.cpu_power", power.cpu);
  add("node.dimm_power", power.dimm);
  add("node.disk_power", power.disk);
  add("node.nic_power", power.nic);
  add("node.base_power", power.base);
  if (node.platform) {
    add("node.rack_units", node.platform->rack_units);
    if (node.platform->psu) {
      add("node.psu_output", node.platform->psu->unit_w);
      add("node.psu_count", static_cast<double>(node.platform->psu->bays));
      add("node.psu_redundant", static_cast<double>(node.platform->psu->redundant));
    }
  }
  if (node.psu) add("node.psu_efficiency", node.psu->efficiency);
  add("node.price", node.price_usd);
  return inputs;
}

}  // namespace rackfit::search
