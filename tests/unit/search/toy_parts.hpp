// A parts catalog small enough to be worked out on paper: two processors, two modules, three disks, three
// network cards, four chassis, at round prices. Models, devices and engines are the built-in ones.
#pragma once

#include "support/world.hpp"

namespace rackfit::test {

inline const char* const toy_source =
    "sources: {toy: {document: toy, read: 2026-01-01, confidence: measured}}\n";

inline Files toy_files(const std::string& more_prices = {}) {
  const std::string source = toy_source;
  return {
      {"hardware/parts/cpus.yaml",
       source +
           "cpus:\n"
           "  small: {cores: 8, socket: s, power: 65 W, pcie: {generation: 4, lanes: 16}, source: toy}\n"
           "  large: {cores: 32, socket: s, power: 200 W, pcie: {generation: 5, lanes: 128}, source: toy}\n"},
      {"hardware/parts/dimms.yaml", source +
                                        "dimms:\n"
                                        "  d16: {capacity: 16 GiB, type: ddr5, power: 5 W, source: toy}\n"
                                        "  d64: {capacity: 64 GiB, type: ddr5, power: 5 W, source: toy}\n"},
      {"hardware/parts/ssds.yaml", source + "ssds:\n"
                                            "  u1: {capacity: 1 TB, interface: nvme-u2, write: 1 GB/s, read: "
                                            "1 GB/s, write_iops: 1e6, power: 10 W, source: toy}\n"
                                            "  u4: {capacity: 4 TB, interface: nvme-u2, write: 2 GB/s, read: "
                                            "2 GB/s, write_iops: 1e6, power: 10 W, source: toy}\n"
                                            "  m1: {capacity: 1 TB, interface: nvme-m2, write: 1 GB/s, read: "
                                            "1 GB/s, write_iops: 1e6, power: 5 W, source: toy}\n"},
      {"hardware/parts/nics.yaml",
       source + "nics:\n"
                "  onboard-1g: {speed: 1 Gbit/s, kind: ethernet, onboard: true, power: 0 W, source: toy}\n"
                "  ten: {speed: 10 Gbit/s, kind: ethernet, power: 10 W, source: toy}\n"
                "  quarter: {speed: 25 Gbit/s, kind: ethernet, power: 15 W, source: toy}\n"
                "  quantum: {speed: 400 Gbit/s, kind: infiniband, power: 25 W, source: toy}\n"},
      {"hardware/parts/psus.yaml",
       source + "psus:\n"
                "  atx-1000: {output: 1000 W, form: atx, efficiency: 94 %, source: toy}\n"},
      {"hardware/platforms.yaml",
       source + "platforms:\n"
                "  server: {form: rack, rack_units: 2, sockets: 1, cpu_socket: s, dimm_slots: 8, "
                "memory_type: ddr5,\n"
                "    gpu: {form: pcie, slots: 2}, bays: {nvme: 4}, psu: {bays: 2, unit: 1000 W, redundant: "
                "1}, base_power: 0 W, source: toy}\n"
                "  tower: {form: tower, rack_units: 0, sockets: 1, cpu_socket: s, dimm_slots: 2, "
                "memory_type: ddr5,\n"
                "    gpu: {form: pcie, slots: 2}, bays: {m2: 2}, psu: {bays: 1, unit: 1000 W, included: "
                "false}, base_power: 0 W, source: toy}\n"
                "  gpu-server: {form: rack, rack_units: 4, sockets: 1, cpu_socket: s, dimm_slots: 8, "
                "memory_type: ddr5,\n"
                "    gpu: {form: pcie, slots: 4, consumer_slots: 2}, bays: {nvme: 4}, psu: {bays: 4, unit: "
                "1000 W, redundant: 2}, base_power: 0 W, source: toy}\n"
                "  board: {form: rack, rack_units: 8, sockets: 2, cpu_socket: s, dimm_slots: 32, "
                "memory_type: ddr5,\n"
                "    gpu: {form: sxm, slots: 8, device: h100-sxm-80gb}, bays: {nvme: 8}, psu: {bays: 8, "
                "unit: 2000 W, redundant: 2}, base_power: 0 W, source: toy}\n"},
      {"prices/msrp.yaml", "prices: []\n"},
      {"prices/systems.yaml", "prices: []\n"},
      {"prices/currencies.yaml", source + "rates: [{currency: CNY, per_usd: 7.1, source: toy}]\n"},
      {"prices/hardware.yaml",
       source +
           "prices:\n"
           "  - {item: small, price: 100 USD, date: 2026-06-01, source: toy}\n"
           "  - {item: large, price: 900 USD, date: 2026-06-01, source: toy}\n"
           "  - {item: d16, price: 100 USD, date: 2026-06-01, source: toy}\n"
           "  - {item: d64, price: 500 USD, date: 2026-06-01, source: toy}\n"
           "  - {item: u1, price: 100 USD, date: 2026-06-01, source: toy}\n"
           "  - {item: u4, price: 300 USD, date: 2026-06-01, source: toy}\n"
           "  - {item: m1, price: 50 USD, date: 2026-06-01, source: toy}\n"
           "  - {item: ten, price: 80 USD, date: 2026-06-01, source: toy}\n"
           "  - {item: quarter, price: 200 USD, date: 2026-06-01, source: toy}\n"
           "  - {item: quantum, price: 10 USD, date: 2026-06-01, source: toy}\n"
           "  - {item: atx-1000, price: 150 USD, date: 2026-06-01, source: toy}\n"
           "  - {item: server, price: 2000 USD, date: 2026-06-01, source: toy}\n"
           "  - {item: tower, price: 300 USD, date: 2026-06-01, source: toy}\n"
           "  - {item: gpu-server, price: 6000 USD, date: 2026-06-01, source: toy}\n"
           "  - {item: board, price: 50000 USD, date: 2026-06-01, source: toy}\n"
           "  - {item: l4, price: 2500 USD, date: 2026-06-01, source: toy}\n"
           "  - {item: l40s, price: 8000 USD, date: 2026-06-01, source: toy}\n"
           "  - {item: rtx-5090, price: 3000 USD, date: 2026-06-01, source: toy}\n"
           "  - {item: h100-sxm-80gb, price: 25000 USD, date: 2026-06-01, source: toy}\n" +
           more_prices}};
}

inline const Overlaid& toy() {
  static const Overlaid loaded(toy_files());
  return loaded;
}

}  // namespace rackfit::test
