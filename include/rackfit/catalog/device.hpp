// Accelerators, whole machines with one (Apple, Jetson, DGX Spark) and CPUs used for inference
// (profiles/hardware/accelerators/*.yaml). Unknown figures are empty, never zero.
#pragma once

#include "rackfit/catalog/model.hpp"

namespace rackfit::catalog {

enum class DeviceClass { datacenter, workstation, consumer, apple, edge, cpu };
enum class DeviceForm { pcie, sxm, oam, soc, socket, hosted };
enum class Availability { new_, used, rented, announced };
enum class LinkScope { none, pair, node };

/// Dense peak rates in FLOP/s (integer formats: operations per second).
struct ComputePeaks {
  std::optional<double> fp32, fp16, bf16, fp8, int8, fp4, int4;
};

struct DeviceLink {
  std::string type;                                // nvlink, xgmi, pcie, unified …
  std::optional<double> bandwidth_bytes_per_s;     // per device, both directions summed
  LinkScope scope = LinkScope::none;
};

struct PcieLink {
  double generation = 0;
  std::int64_t lanes = 0;
};

struct Device {
  RowInfo row;
  std::string vendor;
  DeviceClass device_class = DeviceClass::datacenter;
  DeviceForm form = DeviceForm::pcie;
  std::string architecture;
  std::optional<double> compute_capability;
  std::optional<double> memory_bytes;          // nameplate
  std::optional<double> usable_memory_bytes;   // where measured
  std::vector<double> memory_options_bytes;    // whole machines sold with several sizes
  std::optional<double> bandwidth_bytes_per_s;
  ComputePeaks compute;
  std::optional<double> power_w;
  DeviceLink link;
  std::optional<PcieLink> pcie;
  std::optional<std::int64_t> launched;
  Availability availability = Availability::new_;
  std::optional<std::int64_t> cores;            // CPUs
  std::optional<std::int64_t> memory_channels;
};

}  // namespace rackfit::catalog
