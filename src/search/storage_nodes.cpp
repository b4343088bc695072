// Broker-like nodes: every sensible combination of cores, memory, disks and network, each as cheaply as it comes.
#include <algorithm>

#include "rackfit/search/compose.hpp"

namespace rackfit::search {

namespace {

/// Offers that are not beaten by a cheaper one of at least the same size.
template <class Part>
std::vector<Offer<Part>> frontier(std::vector<Offer<Part>> offers) {
  std::vector<Offer<Part>> kept;
  for (const auto& offer : offers) {  // by rising price
    const bool beaten = std::any_of(kept.begin(), kept.end(), [&](const auto& other) { return other.size >= offer.size; });
    if (!beaten) kept.push_back(offer);
  }
  return kept;
}

std::int64_t nvme_bays(const catalog::Platform& platform) {
  for (const auto& [kind, count] : platform.bays) {
    if (kind == "nvme") return count;
  }
  return 0;
}

}  // namespace

std::vector<Node> Composer::storage_nodes() const {
  // The cheapest chassis of each socket and number of bays.
  std::map<std::pair<std::string, std::int64_t>, const catalog::Platform*> chassis;
  for (const catalog::Platform& platform : catalog_.platforms.rows()) {
    const std::int64_t bays = nvme_bays(platform);
    const bool for_gpus = platform.gpu && platform.gpu->slots > 2;
    if (bays == 0 || for_gpus || platform.form != "rack" || !prices_.price(platform.row.id)) continue;
    const catalog::Platform*& best = chassis[{platform.cpu_socket, bays}];
    if (!best || prices_.price(platform.row.id)->usd < prices_.price(best->row.id)->usd) best = &platform;
  }
  std::map<double, Offer<catalog::Disk>> disk_by_capacity;  // cheapest of each capacity
  for (const auto& offer : disks_) {
    if (offer.count == 1 && offer.part->write_bytes_per_s && (offer.part->interface == "nvme-u2" || offer.part->interface == "nvme-u3")) {
      disk_by_capacity.emplace(offer.size, offer);
    }
  }
  std::vector<Node> nodes;
  for (const auto& [key, platform] : chassis) {
    const auto cpus = cpus_by_socket_.find(platform->cpu_socket);
    const auto dimms = dimms_by_type_.find(platform->memory_type);
    if (cpus == cpus_by_socket_.end() || dimms == dimms_by_type_.end()) continue;
    std::vector<Offer<catalog::Nic>> fitting;
    for (const auto& offer : nics_) {
      const bool enough = offer.size >= catalog_.composition.rack_nic_bytes_per_s;
      if (enough && has_nic(*platform, *offer.part)) fitting.push_back(offer);
    }
    const auto nics = frontier(std::move(fitting));
    for (const auto& cpu : frontier(cpus->second)) {
      for (double memory : catalog_.composition.broker_memory_bytes) {
        Node base;
        base.platform = platform;
        base.cpu = cpu.part;
        base.cpu_count = 1;
        if (!choose_memory(base, memory)) continue;
        if (base.dimm->capacity_bytes * base.dimm_count >= 2 * memory) continue;  // the next size up covers it
        choose_psu(base);
        for (const auto& [capacity, disk] : disk_by_capacity) {
          for (double disks : catalog_.composition.disk_counts) {
            if (disks > static_cast<double>(nvme_bays(*platform))) break;
            for (const auto& nic : nics) {
              Node node = base;
              node.disk = disk.part;
              node.disk_count = static_cast<int>(disks);
              node.nic = nic.part;
              node.nic_count = 1;
              nodes.push_back(std::move(node));
            }
          }
        }
      }
    }
  }
  for (Node& node : nodes) total(node);
  return nodes;
}

}  // namespace rackfit::search
