// Parts, platforms and their prices (profiles/hardware/parts, platforms.yaml, profiles/prices): what a node is built of.
#pragma once

#include "rackfit/catalog/device.hpp"

namespace rackfit::catalog {

struct Cpu {
  RowInfo row;
  std::string vendor, socket, memory_type;
  std::int64_t cores = 0;
  std::int64_t max_sockets = 2;        // how many of them a board may carry
  std::optional<std::int64_t> threads, memory_channels;
  std::optional<double> memory_speed;  // MT/s
  std::optional<PcieLink> pcie;
  std::optional<double> power_w, base_clock_hz;
};

struct Dimm {
  RowInfo row;
  double capacity_bytes = 0;
  std::string type;                    // ddr5-rdimm …
  std::optional<double> speed, power_w;
};

/// SSDs and hard disks.
struct Disk {
  RowInfo row;
  double capacity_bytes = 0;
  std::string interface;
  std::optional<double> read_bytes_per_s, write_bytes_per_s, read_iops, write_iops, endurance_dwpd, power_w;
  std::optional<double> rpm;
};

struct Nic {
  RowInfo row;
  std::int64_t ports = 1;
  double speed_bytes_per_s = 0;        // per port and direction
  std::string kind;                    // ethernet, infiniband
  std::string connector;               // rj45, sfp, qsfp
  std::optional<double> power_w;
  bool onboard = false;                // part of every platform, no price of its own
};

struct Psu {
  RowInfo row;
  double output_w = 0;
  std::optional<double> efficiency;
  std::string form;
};

/// Switches, cables, racks, power distribution and RAID cards: what a site needs beside its nodes.
struct Accessory {
  RowInfo row;
  std::string kind;                    // ethernet, infiniband, cable, optic, rack, rails, pdu, ups; empty: RAID
  std::string connector;               // of switches and cables: rj45, sfp, qsfp
  std::optional<double> length_m;      // of cables
  std::optional<std::int64_t> ports;
  std::optional<double> speed_bytes_per_s, power_w, capacity_w, rack_units;
  std::optional<PcieLink> pcie;
};

struct GpuSlots {
  DeviceForm form = DeviceForm::pcie;
  std::int64_t slots = 0;
  std::string device;                  // when the platform comes with one device only
  std::int64_t consumer_slots = 0;     // consumer cards (three slots wide) that its maker allows; towers: as many as slots
};

struct PsuBays {
  std::int64_t bays = 0;
  double unit_w = 0;
  std::int64_t redundant = 0;          // units that may fail
  bool included = true;                // in the platform's price
};

/// A chassis with its board.
struct Platform {
  RowInfo row;
  std::string vendor, form;            // rack, tower
  std::optional<double> rack_units;
  std::optional<std::int64_t> sockets, dimm_slots;
  std::string cpu_socket, memory_type;
  std::optional<GpuSlots> gpu;
  std::vector<std::pair<std::string, std::int64_t>> bays;  // nvme: 24 …
  std::optional<PsuBays> psu;
  std::string onboard_nic;             // id; empty: the usual one of composition.yaml
  std::optional<double> base_power_w;
};

/// A dated exchange rate.
struct Rate {
  std::string currency;
  double per_usd = 1;
  std::string date;
  SourceRef source_ref;
  Provenance source;
};

/// How nodes are put together (profiles/composition.yaml).
struct Composition {
  double min_lanes_per_device = 0;
  double psu_load = 1;
  double rack_nic_bytes_per_s = 0;     // least network port of a racked node
  std::string usual_onboard_nic;       // of boards whose ports nobody listed
  std::string oldest_memory_price, oldest_flash_price;
  std::vector<double> dimm_counts, disk_counts, broker_memory_bytes;
  // what a shared box is tried with beside its model service's own host
  std::vector<double> shared_disk_bytes, shared_cores, shared_nic_bytes_per_s;
  // of the site around the nodes
  double switch_ports_free = 0;        // share of a switch's ports
  double switch_links = 0;             // ports of each switch for the way out and to other switches
  double switch_rack_units = 0;        // where the catalog does not say
  double unswitched_nodes = 0;         // so few machines on slow ports plug into what the building has
  double unswitched_bytes_per_s = 0;   // the fastest of such ports
  double management_bytes_per_s = 0;   // management port of a racked node
  double cable_m = 0;                  // within a rack
  double pdu_load = 1, ups_load = 1;   // planned share of their rating
};

enum class PriceCondition { new_, used, msrp };

/// An amount of one currency; arithmetic on exact amounts is the business of cost/.
struct Money {
  double amount = 0;
  std::string currency;                // ISO 4217
};

struct Price {
  std::string item, kind, date;
  Money money;
  PriceCondition condition = PriceCondition::new_;
  SourceRef source_ref;
  Provenance source;                   // resolved when loaded
  std::string note;
  Span span;
  bool quote = false;                  // of the user's price book: replaces every other price of the item
};

}  // namespace rackfit::catalog
