// Switches and cables for groups of ports. Shared between the files of site_parts().
#pragma once

#include "rackfit/search/site_parts.hpp"

namespace rackfit::search {

/// Ports of one kind that share switches.
struct PortClass {
  std::string connector;         // empty: nobody says
  double speed_bytes_per_s = 0;  // of the fastest
  std::int64_t data = 0, management = 0;
};

/// A part and how many of it do.
struct Pick {
  const catalog::Accessory* part = nullptr;
  std::int64_t count = 0;
};

/// The fewest units, then the cheapest: for what takes room.
Pick fewest_of(const Plan& plan, const std::string& kind, double power_w, double load);

/// Counts switches and cables, group by group.
class Fabric {
 public:
  Fabric(const Plan& plan, SiteParts& site);

  /// For a rack, or what stands in none; returns their height. `members`: how many of each of site.nodes.
  double add_switches(const std::vector<std::int64_t>& members, bool several_groups);
  /// Cables of all nodes, and between the switches.
  void add_cables(bool several_groups);
  double power_w() const { return power_w_; }
  std::vector<SitePart> take() { return std::move(parts_); }

 private:
  std::vector<PortClass> ports_of(const std::vector<std::int64_t>& members) const;
  std::int64_t copies(const PortClass& ports, bool several_groups) const;
  Pick pick_switch(const PortClass& ports, std::int64_t copies) const;
  void add(const std::string& kind, const catalog::RowInfo* row, const std::string& name, std::int64_t count,
           const std::string& because);
  /// `between_racks`: longer than what stays within one.
  void add_cable(const std::string& connector, double speed, bool between_racks, std::int64_t count,
                 const std::string& because);
  std::string speed_text(double bytes_per_s) const;

  struct Linked {
    std::string connector;
    double speed_bytes_per_s = 0;
    std::int64_t switches = 0;
  };

  const Plan& plan_;
  const SiteParts& site_;
  const catalog::Composition& habits_;
  PriceBook prices_;
  std::vector<SitePart> parts_;
  std::vector<Linked> linked_;  // switches for data, by connector
  double power_w_ = 0;
};

/// The card or board ports of a node; nullptr when not even the usual board is known.
const catalog::Nic* nic_of(const Node& node, const catalog::Catalog& catalog);

}  // namespace rackfit::search
