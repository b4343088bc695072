// A broker in words, as people type it: `3x"8 cores, 32 GiB, 2x1.92TB nvme, 10GbE"`.
//
// Unlike a profile, a command line is written in haste, so this takes the spellings that price lists use
// (`GbE`, `25G`, `vCPU`, `TB` for a disk, `GB` for memory) in any order, and says which part it did not
// understand. What is left out stays unknown, except a disk's speed, which the parts catalog may know.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rackfit/base/codes.hpp"
#include "rackfit/catalog/catalog.hpp"
#include "rackfit/kafka/capacity.hpp"
#include "rackfit/units/registry.hpp"

namespace rackfit::kafka {

namespace code {

inline constexpr char hardware[] = "RF1601";
inline constexpr char twice[] = "RF1602";
inline constexpr char missing[] = "RF1603";

inline constexpr Code all[] = {
    {hardware, "a part of a broker's description cannot be understood"},
    {twice, "a broker's description says something twice"},
    {missing, "a broker's description lacks what is needed to judge it"},
};

}  // namespace code

/// A broker's disks, all alike.
struct Disks {
  double count = 1;
  double capacity_bytes = 0;
  std::string kind;                                           // nvme, ssd, hdd; empty: not said
  std::string raid;                                           // as in kafka.raid; empty: not said
  std::optional<double> write_bytes_per_s, read_bytes_per_s;  // of one disk
};

/// So many brokers, all alike; what is not said is empty.
struct Brokers {
  double count = 1;
  std::optional<double> cores, memory_bytes, nic_bytes_per_s, nic_ports;
  std::optional<Disks> disks;
};

/// Reads a description; all problems are reported, and then there is no result.
std::optional<Brokers> read_brokers(const std::shared_ptr<const SourceFile>& text, Diagnostics& diagnostics);

/// Takes the speed of disks that have none from the catalog's disk of that kind nearest in size, the slowest
/// of equals. Says what was assumed, or why nothing could be; empty when there was nothing to do.
std::string assume_disk_speed(Brokers& brokers, const catalog::Catalog& catalog,
                              const units::Registry& units);

/// "3 brokers, each 8 cores, 32 GiB, 2 × 1.92 TB nvme, 10 Gbit/s".
std::string describe(const Brokers& brokers, const units::Registry& units);

/// Hands the hardware to the rules.
void apply(const Brokers& brokers, Cluster& cluster);

}  // namespace rackfit::kafka
