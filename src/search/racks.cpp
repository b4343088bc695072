#include "racks.hpp"

#include <algorithm>

namespace rackfit::search {

namespace {

struct Item {
  std::size_t kind = 0;
  double units = 0, power_w = 0;
};

bool fits(const Rack& rack, const Item& item, const RackLimits& limits, double reserved_units) {
  const bool room = limits.units <= 0 || rack.node_units + item.units + reserved_units <= limits.units;
  return room && (!limits.power_w || rack.power_w + item.power_w <= *limits.power_w);
}

}  // namespace

std::vector<Rack> place(const std::vector<SiteNodes>& nodes, const RackLimits& limits,
                        double reserved_units) {
  std::vector<Item> items;
  for (std::size_t kind = 0; kind < nodes.size(); ++kind) {
    if (!nodes[kind].racked || nodes[kind].existing) continue;
    for (std::int64_t i = 0; i < nodes[kind].count; ++i)
      items.push_back({kind, nodes[kind].rack_units, nodes[kind].power_w.value_or(0)});
  }
  std::stable_sort(items.begin(), items.end(), [](const Item& a, const Item& b) {
    return a.units != b.units ? a.units > b.units : a.power_w > b.power_w;
  });
  const Rack empty{std::vector<std::int64_t>(nodes.size(), 0), 0, 0, 0};
  std::vector<Rack> racks;
  if (limits.spread && !items.empty()) racks.assign(static_cast<std::size_t>(limits.least), empty);
  for (const Item& item : items) {
    Rack* chosen = nullptr;
    for (Rack& rack : racks) {
      if (!fits(rack, item, limits, reserved_units)) continue;
      const bool better = !chosen || (limits.spread && rack.nodes[item.kind] < chosen->nodes[item.kind]);
      if (better) chosen = &rack;
    }
    if (!chosen) {
      racks.push_back(empty);
      chosen = &racks.back();
    }
    ++chosen->nodes[item.kind];
    chosen->node_units += item.units;
    chosen->power_w += item.power_w;
  }
  return racks;
}

}  // namespace rackfit::search
