#include "fabric.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>

namespace rackfit::search {

namespace {

bool redundant(const Plan& plan) { return plan.workload->availability.value_or("n") != "n"; }

/// Ports that a switch has left for nodes.
std::int64_t usable_ports(const catalog::Accessory& part, const catalog::Composition& habits) {
  // A hair above a whole port is rounding of the share.
  constexpr double hair = 1e-9;
  const double kept = static_cast<double>(part.ports.value_or(0)) * (1 - habits.switch_ports_free);
  return static_cast<std::int64_t>(std::floor(kept + hair) - habits.switch_links);
}

std::int64_t ports_of(const catalog::Nic* nic, const Node& node) {
  if (!nic) return 1;
  return nic->ports * std::max(node.nic_count, 1);
}

std::string connector_text(const std::string& connector) {
  if (connector == "rj45") return "RJ45";
  return connector == "sfp" ? "SFP" : connector == "qsfp" ? "QSFP" : connector;
}

}  // namespace

const catalog::Nic* nic_of(const Node& node, const catalog::Catalog& catalog) {
  return node.nic ? node.nic : catalog.nics.find(catalog.composition.usual_onboard_nic);
}

Pick fewest_of(const Plan& plan, const std::string& kind, double power_w, double load) {
  const PriceBook prices(*plan.catalog);
  Pick best;
  std::optional<double> cost;
  for (const catalog::Accessory& part : plan.catalog->accessories.rows()) {
    if (part.kind != kind || part.capacity_w.value_or(0) <= 0) continue;
    const auto count =
        static_cast<std::int64_t>(std::max(1.0, std::ceil(power_w / (*part.capacity_w * load))));
    const auto price = prices.price(part.row.id);
    const auto together =
        price ? std::optional<double>(price->usd * static_cast<double>(count)) : std::nullopt;
    const bool cheaper = !best.part || (together && (!cost || *together < *cost));
    if (best.part && (count > best.count || (count == best.count && !cheaper))) continue;
    best = {&part, count};
    cost = together;
  }
  return best;
}

Fabric::Fabric(const Plan& plan, SiteParts& site)
    : plan_(plan), site_(site), habits_(plan.catalog->composition), prices_(*plan.catalog) {}

std::string Fabric::speed_text(double bytes_per_s) const {
  const auto rate = plan_.units->parse_unit("B/s").value->dimension;
  return plan_.units->format(bytes_per_s, rate, "Gbit/s");
}

std::vector<PortClass> Fabric::ports_of(const std::vector<std::int64_t>& members) const {
  std::vector<PortClass> classes;
  const auto class_of = [&](const std::string& connector, double speed) -> PortClass& {
    for (PortClass& known : classes) {
      // Cages take slower modules; twisted pair of 10 Gbit/s is not wasted on ports of 1 Gbit/s.
      const bool same = known.connector == connector;
      if (same && (connector != "rj45" || known.speed_bytes_per_s == speed)) {
        known.speed_bytes_per_s = std::max(known.speed_bytes_per_s, speed);
        return known;
      }
    }
    classes.push_back({connector, speed, 0, 0});
    return classes.back();
  };
  for (std::size_t i = 0; i < members.size(); ++i) {
    const SiteNodes& nodes = site_.nodes[i];
    if (members[i] == 0 || nodes.existing) continue;
    const catalog::Nic* nic = nic_of(nodes.node(), *plan_.catalog);
    class_of(nic ? nic->connector : "", nic ? nic->speed_bytes_per_s : 0).data +=
        search::ports_of(nic, nodes.node()) * members[i];
    if (nodes.racked) class_of("rj45", habits_.management_bytes_per_s).management += members[i];
  }
  return classes;
}

std::int64_t Fabric::copies(const PortClass& ports, bool several_groups) const {
  if (ports.data == 0 || !redundant(plan_)) return 1;
  // A rack that may be lost loses its switch with it: the others have theirs.
  const bool rack_loss = plan_.workload->availability.value_or("n") == "rack-loss";
  return rack_loss && several_groups ? 1 : 2;
}

Pick Fabric::pick_switch(const PortClass& ports, std::int64_t copies) const {
  // Fewest first: switches in a chain share the links between them.
  Pick best;
  std::tuple<bool, std::int64_t, double> least;
  const std::int64_t each = (ports.data + ports.management + copies - 1) / copies;
  for (const catalog::Accessory& part : plan_.catalog->accessories.rows()) {
    const bool plugs = part.connector.empty() || ports.connector.empty() || part.connector == ports.connector;
    if (part.kind != "ethernet" || !plugs || part.speed_bytes_per_s.value_or(0) < ports.speed_bytes_per_s)
      continue;
    const std::int64_t usable = usable_ports(part, habits_);
    if (usable < 1) continue;
    const std::int64_t count = copies * ((each + usable - 1) / usable);
    const auto price = prices_.price(part.row.id);
    const auto rank = std::make_tuple(!price, count, price ? price->usd : 0);
    if (best.part && rank >= least) continue;
    best = {&part, count};
    least = rank;
  }
  return best;
}

void Fabric::add(const std::string& kind, const catalog::RowInfo* row, const std::string& name,
                 std::int64_t count, const std::string& because) {
  for (SitePart& known : parts_) {
    if (known.kind != kind || known.row != row || known.name != name || known.because != because) continue;
    known.count += count;
    return;
  }
  parts_.push_back({kind, row, name, count, because});
}

double Fabric::add_switches(const std::vector<std::int64_t>& members, bool several_groups) {
  double height = 0;
  for (const PortClass& ports : ports_of(members)) {
    const std::int64_t twice = copies(ports, several_groups);
    const Pick pick = pick_switch(ports, twice);
    std::string because = fmt::format("{} {} ports for data", speed_text(ports.speed_bytes_per_s),
                                      connector_text(ports.connector));
    if (ports.data == 0)
      because = fmt::format("{} ports for management", speed_text(ports.speed_bytes_per_s));
    if (ports.data > 0 && ports.management > 0) because += " and management";
    if (several_groups) because += ", in each rack";
    if (twice > 1) because += ", twice: one may fail";
    if (!pick.part) {
      add("switch", nullptr,
          fmt::format("switch with {} ports of {}", connector_text(ports.connector),
                      speed_text(ports.speed_bytes_per_s)),
          twice, because);
      continue;
    }
    add("switch", &pick.part->row, pick.part->row.name, pick.count, because);
    height += static_cast<double>(pick.count) * pick.part->rack_units.value_or(habits_.switch_rack_units);
    power_w_ += static_cast<double>(pick.count) * pick.part->power_w.value_or(0);
    if (ports.data == 0) continue;
    const auto at = std::find_if(linked_.begin(), linked_.end(), [&](const Linked& known) {
      return known.connector == pick.part->connector;
    });
    if (at == linked_.end()) {
      linked_.push_back({pick.part->connector, pick.part->speed_bytes_per_s.value_or(0), pick.count});
    } else {
      at->switches += pick.count;
    }
  }
  return height;
}

void Fabric::add_cable(const std::string& connector, double speed, bool between_racks, std::int64_t count,
                       const std::string& because) {
  const catalog::Accessory* best = nullptr;
  for (const catalog::Accessory& part : plan_.catalog->accessories.rows()) {
    const double length_m = part.length_m.value_or(0);
    const bool reaches = between_racks ? length_m > habits_.cable_m : length_m >= habits_.cable_m;
    const bool plugs = part.kind == "cable" && part.connector == connector;
    if (!plugs || !reaches || part.speed_bytes_per_s.value_or(0) < speed) continue;
    const auto price = prices_.price(part.row.id), known = best ? prices_.price(best->row.id) : std::nullopt;
    const bool closer = best && part.speed_bytes_per_s.value_or(0) < best->speed_bytes_per_s.value_or(0);
    if (!best || (price && (!known || price->usd < known->usd)) || (!price && !known && closer)) best = &part;
  }
  if (best) {
    add("cable", &best->row, best->row.name, count, because);
  } else {
    add("cable", nullptr,
        fmt::format("{} cable of {}, {} {:g} m", connector_text(connector), speed_text(speed),
                    between_racks ? "longer than" : "at least", habits_.cable_m),
        count, because);
  }
}

void Fabric::add_cables(bool several_groups) {
  std::int64_t managed = 0;
  for (const SiteNodes& nodes : site_.nodes) {
    if (nodes.existing) continue;
    const catalog::Nic* nic = nic_of(nodes.node(), *plan_.catalog);
    add_cable(nic ? nic->connector : "", nic ? nic->speed_bytes_per_s : 0, false,
              search::ports_of(nic, nodes.node()) * nodes.count, "one for each port for data");
    if (nodes.racked) managed += nodes.count;
  }
  if (managed > 0) {
    add_cable("rj45", habits_.management_bytes_per_s, false, managed, "one for each management port");
  }
  for (const Linked& linked : linked_) {
    const auto links = static_cast<std::int64_t>(habits_.switch_links) * (linked.switches - 1);
    if (links <= 0) continue;
    add_cable(linked.connector, linked.speed_bytes_per_s, several_groups, links,
              several_groups ? "between the switches of the racks" : "between the switches");
  }
}

}  // namespace rackfit::search
