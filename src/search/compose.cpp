#include "rackfit/search/compose.hpp"

#include <algorithm>
#include <cmath>

#include "rackfit/base/did_you_mean.hpp"

namespace rackfit::search {

namespace {

using catalog::PriceCondition;

/// How well a row's condition suits: 0 best.
int condition_rank(PriceCondition condition, bool used) {
  if (condition == PriceCondition::msrp) return 1;
  return (condition == PriceCondition::used) == used ? 0 : 2;
}

template <class Part>
void sort_by_price(std::vector<Offer<Part>>& offers) {
  std::stable_sort(offers.begin(), offers.end(), [](const Offer<Part>& a, const Offer<Part>& b) {
    if (a.usd != b.usd) return a.usd < b.usd;
    return a.part->row.id < b.part->row.id;
  });
}

/// As many modules on each processor, and on each of its channels that has any: all, or an even part of them.
bool fills_evenly(const Node& node, int modules) {
  const int sockets = std::max(node.cpu_count, 1);
  if (modules % sockets != 0) return false;
  const int each = modules / sockets;
  const int channels = node.cpu ? static_cast<int>(node.cpu->memory_channels.value_or(each)) : each;
  return std::max(each, channels) % std::min(each, channels) == 0;
}

}  // namespace

std::int64_t disk_bays(const catalog::Platform& platform, const std::string& interface) {
  // Platforms whose bays nobody listed are taken to hold a pair of U.2 drives, as every server of the kind does.
  if (platform.bays.empty()) return 2;
  const auto count = [&](std::string_view kind) {
    for (const auto& [name, bays] : platform.bays) {
      if (name == kind) return bays;
    }
    return std::int64_t{0};
  };
  if (interface == "nvme-m2") return count("m2");
  if (interface == "sata") return count("sata");
  return interface == "nvme-u2" || interface == "nvme-u3" ? count("nvme") : 0;
}

PriceBook::PriceBook(const catalog::Catalog& catalog) : catalog_(catalog) {}

std::optional<double> PriceBook::to_usd(const catalog::Money& money) const {
  if (money.currency == "USD") return money.amount;
  for (const catalog::Rate& rate : catalog_.rates) {
    if (rate.currency == money.currency) return money.amount / rate.per_usd;
  }
  return {};
}

bool PriceBook::rate_is_known(const std::string& currency) const {
  const auto known = [&](const catalog::Rate& rate) {
    return rate.currency == currency && rate.source.confidence != Confidence::unverified;
  };
  return currency == "USD" || std::any_of(catalog_.rates.begin(), catalog_.rates.end(), known);
}

std::optional<PartPrice> PriceBook::price(const std::string& item, bool used, const std::string& oldest) const {
  const catalog::Price* best = nullptr;
  // A rate without a date would blur a good price: rows in such a currency come last.
  const auto rank = [&](const catalog::Price& row) {
    return std::make_pair(condition_rank(row.condition, used), rate_is_known(row.money.currency) ? 0 : 1);
  };
  for (const catalog::Price* row : catalog_.prices_of(item)) {  // newest first
    // A bare year stands for the whole of it.
    const bool too_old = !oldest.empty() && row->date.substr(0, 4) == oldest.substr(0, 4) && row->date.size() > 4
                             ? row->date < oldest
                             : row->date.substr(0, 4) < oldest.substr(0, std::min<std::size_t>(4, oldest.size()));
    if (too_old || !to_usd(row->money)) continue;
    if (!best || rank(*row) < rank(*best)) best = row;
  }
  if (!best) return {};
  return PartPrice{*to_usd(best->money), best};
}

Composer::Composer(const catalog::Catalog& catalog) : catalog_(catalog), prices_(catalog) {
  for (const catalog::Cpu& cpu : catalog.cpus.rows()) {
    if (const auto price = prices_.price(cpu.row.id)) {
      if (price->row->condition == PriceCondition::used) continue;
      cpus_by_socket_[cpu.socket].push_back({&cpu, 1, static_cast<double>(cpu.cores), price->usd});
    }
  }
  for (auto& [socket, offers] : cpus_by_socket_) sort_by_price(offers);
  for (const catalog::Dimm& dimm : catalog.dimms.rows()) {
    const auto price = prices_.price(dimm.row.id, false, catalog.composition.oldest_memory_price);
    if (!price) continue;
    for (double count : catalog.composition.dimm_counts) {
      dimms_by_type_[dimm.type].push_back(
          {&dimm, static_cast<int>(count), dimm.capacity_bytes * count, price->usd * count});
    }
  }
  for (auto& [type, offers] : dimms_by_type_) sort_by_price(offers);
  for (const catalog::Disk& disk : catalog.disks.rows()) {
    const auto price = prices_.price(disk.row.id, false, catalog.composition.oldest_flash_price);
    if (!price || disk.rpm) continue;
    for (double count : catalog.composition.disk_counts) {
      disks_.push_back({&disk, static_cast<int>(count), disk.capacity_bytes * count, price->usd * count});
    }
  }
  sort_by_price(disks_);
  for (const catalog::Nic& nic : catalog.nics.rows()) {
    const auto price = prices_.price(nic.row.id);
    if (nic.kind == "infiniband" || !(nic.onboard || price)) continue;
    nics_.push_back({&nic, 1, nic.speed_bytes_per_s, nic.onboard ? 0.0 : price->usd});
  }
  sort_by_price(nics_);
  for (const catalog::Psu& psu : catalog.psus.rows()) {
    if (const auto price = prices_.price(psu.row.id)) psus_.push_back({&psu, 1, psu.output_w, price->usd});
  }
  sort_by_price(psus_);
}

bool Composer::takes(const catalog::Platform& platform, const catalog::Device& device, int count) const {
  if (!platform.gpu || platform.gpu->form != device.form) return false;
  const catalog::GpuSlots& slots = *platform.gpu;
  if (!slots.device.empty() && catalog_.devices.find(slots.device) != &device) return false;
  if (device.form != catalog::DeviceForm::pcie) return slots.slots == count;  // baseboards come full
  // Cards made for servers have no fan of their own: only a rack chassis blows enough air through them.
  if (device.device_class == catalog::DeviceClass::datacenter && platform.form == "tower") return false;
  if (device.device_class == catalog::DeviceClass::consumer && platform.form != "tower") {
    return count <= slots.consumer_slots;
  }
  return count <= slots.slots;
}

bool Composer::choose_cpu(Node& node, double cores) const {
  const auto offers = cpus_by_socket_.find(node.platform->cpu_socket);
  if (offers == cpus_by_socket_.end()) return false;
  const int sockets = static_cast<int>(node.platform->sockets.value_or(1));
  const double lanes = node.device_count * catalog_.composition.min_lanes_per_device;
  double best = 0;
  for (const auto& offer : offers->second) {
    for (int count = 1; count <= std::min(sockets, static_cast<int>(offer.part->max_sockets)); ++count) {
      const bool enough_lanes =
          !offer.part->pcie || static_cast<double>(offer.part->pcie->lanes * count) >= lanes;
      if (offer.size * count < cores || !enough_lanes) continue;
      if (node.cpu && offer.usd * count >= best) continue;
      node.cpu = offer.part;
      node.cpu_count = count;
      best = offer.usd * count;
    }
  }
  return node.cpu != nullptr;
}

bool Composer::choose_memory(Node& node, double bytes) const {
  const auto offers = dimms_by_type_.find(node.platform->memory_type);
  if (offers == dimms_by_type_.end()) return false;
  for (const auto& offer : offers->second) {
    if (offer.size < bytes || !fills_evenly(node, offer.count) ||
        offer.count > node.platform->dimm_slots.value_or(offer.count)) {
      continue;
    }
    node.dimm = offer.part;
    node.dimm_count = offer.count;
    return true;
  }
  return false;
}

bool Composer::choose_disks(Node& node, double bytes, double write) const {
  if (bytes <= 0) return true;
  for (const auto& offer : disks_) {
    const std::int64_t bays = disk_bays(*node.platform, offer.part->interface);
    const bool slow = offer.part->write_bytes_per_s && *offer.part->write_bytes_per_s * offer.count < write;
    if (offer.size < bytes || offer.count > bays || slow) continue;
    node.disk = offer.part;
    node.disk_count = offer.count;
    return true;
  }
  return false;
}

bool Composer::has_nic(const catalog::Platform& platform, const catalog::Nic& nic) const {
  if (!nic.onboard) return true;
  const std::string& own = platform.onboard_nic;
  return nic.row.id == (own.empty() ? catalog_.composition.usual_onboard_nic : own);
}

bool Composer::choose_nic(Node& node, double bytes_per_s) const {
  const bool rack = node.platform->form == "rack";
  const double least = rack ? std::max(bytes_per_s, catalog_.composition.rack_nic_bytes_per_s) : bytes_per_s;
  for (const auto& offer : nics_) {
    if (offer.size < least || !has_nic(*node.platform, *offer.part)) continue;
    node.nic = offer.part;
    node.nic_count = 1;
    return true;
  }
  return false;
}

bool Composer::choose_psu(Node& node) const {
  if (!node.platform->psu) return true;
  node.psu_count = static_cast<int>(node.platform->psu->bays);
  node.psu_redundant = static_cast<int>(node.platform->psu->redundant);
  const bool atx = node.platform->form == "tower";
  for (const auto& offer : psus_) {
    const bool form_fits = (offer.part->form == "atx") == atx;
    if (!form_fits || offer.size < node.platform->psu->unit_w) continue;
    node.psu = offer.part;
    return true;
  }
  return true;  // the platform's own unit, without a row in the parts catalog
}

std::optional<double> Composer::usd(const catalog::RowInfo& row, bool used, const std::string& oldest) const {
  const auto known = usd_.find(&row);
  if (known != usd_.end()) return known->second;
  const auto price = prices_.price(row.id, used, oldest);
  const std::optional<double> value = price ? std::optional<double>(price->usd) : std::nullopt;
  usd_.emplace(&row, value);
  return value;
}

void Composer::total(Node& node) const {
  node.unpriced.clear();
  double sum = 0;
  const auto add = [&](const catalog::RowInfo& row, int count, bool used, const std::string& oldest) {
    const auto each = usd(row, used, oldest);
    if (each) {
      sum += *each * count;
    } else {
      node.unpriced.push_back(row.name);
    }
  };
  const catalog::Composition& habits = catalog_.composition;
  if (node.platform) add(node.platform->row, 1, false, {});
  if (node.device && node.device_count > 0 && node.device->form != catalog::DeviceForm::socket) {
    add(node.device->row, node.device_count,
        node.device->availability == catalog::Availability::used, {});
  }
  if (node.cpu) add(node.cpu->row, node.cpu_count, false, {});
  if (node.dimm) add(node.dimm->row, node.dimm_count, false, habits.oldest_memory_price);
  if (node.disk) add(node.disk->row, node.disk_count, false, habits.oldest_flash_price);
  if (node.nic && !node.nic->onboard) add(node.nic->row, node.nic_count, false, {});
  if (node.psu && node.platform && node.platform->psu && !node.platform->psu->included) {
    add(node.psu->row, node.psu_count, false, {});
  }
  node.price_usd = node.unpriced.empty() ? std::optional<double>(sum) : std::nullopt;
  if (!node.existing.empty()) node.price_usd = 0;
  if (node.cpu) node.cores = static_cast<double>(node.cpu->cores) * node.cpu_count;
  if (node.dimm) node.memory_bytes = node.dimm->capacity_bytes * node.dimm_count;
}

std::optional<Node> Composer::on_platform(const catalog::Platform& platform, const catalog::Device* device, int count,
                                          const HostNeed& need) const {
  Node node;
  node.platform = &platform;
  if (device && device->form != catalog::DeviceForm::socket) {
    node.device = device;
    node.device_count = count;
  }
  if (!choose_cpu(node, need.cores) || !choose_memory(node, need.memory_bytes) ||
      !choose_disks(node, need.disk_bytes, need.disk_write_bytes_per_s) || !choose_nic(node, need.nic_bytes_per_s)) {
    return {};
  }
  choose_psu(node);
  total(node);
  return node;
}

std::optional<Node> Composer::machine(const catalog::Device& device, int count) const {
  Node node;
  node.device = &device;
  node.device_count = count;
  node.cores = static_cast<double>(device.cores.value_or(0));
  total(node);
  return node;
}

std::optional<Node> Composer::compose(const catalog::Device* device, int count, const HostNeed& need) const {
  if (device && device->form == catalog::DeviceForm::soc) return machine(*device, count);
  std::optional<Node> best;
  for (const catalog::Platform& platform : catalog_.platforms.rows()) {
    if (need.racked && platform.form != "rack") continue;
    if (device && !takes(platform, *device, count)) continue;
    // A host without accelerators is not built on a chassis meant for many of them.
    if (!device && platform.gpu && platform.gpu->slots > 2) continue;
    auto node = on_platform(platform, device, count, need);
    if (!node) continue;
    const NodePower power = node_power(*node);
    const double supplied = platform.psu
                                ? platform.psu->unit_w * static_cast<double>(platform.psu->bays - platform.psu->redundant)
                                : 0;
    const double drawn = node->device_count * (device ? device->power_w.value_or(0) : 0) + power.cpu.value_or(0) +
                         power.dimm.value_or(0) + power.disk.value_or(0) + power.base.value_or(0);
    if (supplied > 0 && drawn > supplied * catalog_.composition.psu_load) continue;
    const auto better = [&](const Node& a, const Node& b) {
      if (a.price_usd.has_value() != b.price_usd.has_value()) return a.price_usd.has_value();
      if (a.price_usd && *a.price_usd != *b.price_usd) return *a.price_usd < *b.price_usd;
      if (a.unpriced.size() != b.unpriced.size()) return a.unpriced.size() < b.unpriced.size();
      return a.platform->row.id < b.platform->row.id;
    };
    if (!best || better(*node, *best)) best = std::move(node);
  }
  return best;
}

NodePower node_power(const Node& node) {
  const auto times = [](std::optional<double> each, int count) {
    return each ? std::optional<double>(*each * count) : std::nullopt;
  };
  NodePower power;
  if (node.cpu) power.cpu = times(node.cpu->power_w, node.cpu_count);
  if (node.dimm) power.dimm = times(node.dimm->power_w, node.dimm_count);
  if (node.disk) power.disk = times(node.disk->power_w, node.disk_count);
  if (node.nic) power.nic = times(node.nic->power_w, node.nic_count);
  if (node.platform) power.base = node.platform->base_power_w;
  return power;
}

}  // namespace rackfit::search
