// A node as a parts list: which chassis, processors, memory, disks, network cards and accelerators, and their price.
//
// Brokers are enumerated as whole nodes; model servers start as accelerators with a count, and the rest of the node is
// composed around them once the rules have said what the host must hold (compose.hpp).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rackfit/catalog/catalog.hpp"

namespace rackfit::search {

/// What a host must offer beside its accelerators; base units.
struct HostNeed {
  double cores = 0;
  double memory_bytes = 0;
  double disk_bytes = 0;           // usable data space
  double disk_write_bytes_per_s = 0;
  double nic_bytes_per_s = 0;      // per direction
  bool racked = false;             // towers will not do
};

/// One kind of node. Null parts are absent or, for `existing` and whole machines, not itemised.
struct Node {
  const catalog::Platform* platform = nullptr;
  const catalog::Device* device = nullptr;
  int device_count = 0;
  double device_memory_bytes = 0;  // chosen size, for devices sold with several
  const catalog::Cpu* cpu = nullptr;
  int cpu_count = 0;
  const catalog::Dimm* dimm = nullptr;
  int dimm_count = 0;
  const catalog::Disk* disk = nullptr;
  int disk_count = 0;
  const catalog::Nic* nic = nullptr;
  int nic_count = 0;
  const catalog::Psu* psu = nullptr;
  int psu_count = 0;
  int psu_redundant = 0;
  std::string existing;            // name in `site.existing`, when it is there already
  double given_threads = 0;        // of an existing node, as the next four; 0: not said
  double given_disks = 0, given_disk_bytes = 0, given_disk_write = 0, given_nic = 0;
  double given_nics = 0, given_psu_w = 0, given_psus = 0, given_redundant_psus = 0, given_rack_units = 0;

  double cores = 0;
  double memory_bytes = 0;
  std::optional<double> price_usd; // of the whole node; empty when a part has no price
  std::vector<std::string> unpriced;
};

/// A part's price for planning, with the row it comes from.
struct PartPrice {
  double usd = 0;
  const catalog::Price* row = nullptr;
};

}  // namespace rackfit::search
