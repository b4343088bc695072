#include "rackfit/search/site_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "fabric.hpp"
#include "racks.hpp"

namespace rackfit::search {

namespace {

std::optional<double> value_of(const RolePlan& role, const char* name) {
  const auto slot = role.program->find(name);
  if (!slot || !role.chosen) return {};
  const double value = role.chosen->trace->value(*slot);
  return rules::is_not_applicable(value) || !std::isfinite(value) ? std::nullopt
                                                                  : std::optional<double>(value);
}

/// Racks that what must survive the loss of one stands in.
std::int64_t failure_domains(const Plan& plan) {
  constexpr double least = 2;  // one is lost, one is left
  double racks = plan.workload->site.racks.value_or(least);
  if (plan.workload->kafka) racks = plan.workload->kafka->racks.value_or(racks);
  return static_cast<std::int64_t>(std::max(least, racks));
}

class Site {
 public:
  explicit Site(const Plan& plan) : plan_(plan), habits_(plan.catalog->composition) {
    site_.nodes = site_nodes(plan);
  }

  SiteParts build() {
    const workload::Site& given = plan_.workload->site;
    site_.racks_are_there = static_cast<bool>(given.rack_units);
    site_.limits_given = given.rack_units || given.rack_power;
    const catalog::Accessory* kind = choose_racks();
    add_fabric();
    if (!site_.racks.empty()) add_racks(kind);
    add_rails();
    add_ups();
    tell();
    return std::move(site_);
  }

 private:
  std::int64_t bought() const {
    std::int64_t count = 0;
    for (const SiteNodes& nodes : site_.nodes) count += nodes.existing ? 0 : nodes.count;
    return count;
  }

  /// Whether the machines get a network of their own.
  bool has_network() const {
    const std::int64_t count = bought();
    bool existing = false, slow = true;
    for (const SiteNodes& nodes : site_.nodes) {
      existing = existing || nodes.existing;
      const catalog::Nic* nic = nic_of(nodes.node(), *plan_.catalog);
      if (nic && nic->speed_bytes_per_s > habits_.unswitched_bytes_per_s) slow = false;
    }
    if (count == 0 || (count == 1 && !existing)) return false;
    return !slow || static_cast<double>(count) > habits_.unswitched_nodes;
  }

  /// Nodes into racks, with room for the switches, which depend on how many racks there are.
  double arrange(double units) {
    const bool spread = plan_.workload->availability.value_or("n") == "rack-loss";
    const auto& power_w = plan_.workload->site.rack_power;
    const RackLimits limits{units, power_w ? std::optional<double>(*power_w) : std::nullopt,
                            spread ? failure_domains(plan_) : 0, spread};
    constexpr int rounds = 4;  // a rack more needs a switch more; it settles at once or not at all
    double reserved = 0;
    for (int round = 0; round < rounds; ++round) {
      site_.racks = place(site_.nodes, limits, reserved);
      Fabric fabric(plan_, site_);
      const double height = place_switches(fabric);
      if (height <= reserved) break;
      reserved = height;
    }
    return static_cast<double>(site_.racks.size());
  }

  /// Height of the switches of the fullest rack.
  double place_switches(Fabric& fabric) {
    double most = 0;
    if (!has_network()) return most;
    std::vector<std::int64_t> beside(site_.nodes.size(), 0);  // what stands in no rack
    for (std::size_t i = 0; i < site_.nodes.size(); ++i) {
      if (!site_.nodes[i].racked) beside[i] = site_.nodes[i].count;
    }
    if (site_.racks.empty()) fabric.add_switches(beside, false);
    for (std::size_t i = 0; i < site_.racks.size(); ++i) {
      Rack& rack = site_.racks[i];
      std::vector<std::int64_t> members = rack.nodes;
      for (std::size_t kind = 0; i == 0 && kind < members.size(); ++kind) members[kind] += beside[kind];
      const double before_w = fabric.power_w();
      rack.switch_units = fabric.add_switches(members, site_.racks.size() > 1);
      rack.power_w += fabric.power_w() - before_w;
      most = std::max(most, rack.switch_units);
    }
    return most;
  }

  /// The kind of rack of which fewest do, then the cheapest; nullptr where the site's own are used.
  const catalog::Accessory* choose_racks() {
    const auto& given = plan_.workload->site.rack_units;
    if (given) {
      site_.rack_units = *given;
      arrange(*given);
      return nullptr;
    }
    const PriceBook prices(*plan_.catalog);
    const catalog::Accessory* best = nullptr;
    double fewest = 0;
    for (const catalog::Accessory& part : plan_.catalog->accessories.rows()) {
      if (part.kind != "rack" || !part.rack_units) continue;
      const double count = arrange(*part.rack_units);
      const auto price = prices.price(part.row.id), known = best ? prices.price(best->row.id) : std::nullopt;
      const bool cheaper = price && (!known || price->usd < known->usd);
      if (best && (count > fewest || (count == fewest && !cheaper))) continue;
      best = &part;
      fewest = count;
    }
    site_.rack_units = best ? *best->rack_units : 0;
    arrange(site_.rack_units);
    return best;
  }

  void add_fabric() {
    Fabric fabric(plan_, site_);
    for (Rack& rack : site_.racks) {
      rack.power_w = 0;
      for (std::size_t i = 0; i < rack.nodes.size(); ++i)
        rack.power_w += static_cast<double>(rack.nodes[i]) * site_.nodes[i].power_w.value_or(0);
    }
    place_switches(fabric);
    if (bought() > 0) fabric.add_cables(site_.racks.size() > 1);
    site_.switch_power_w = fabric.power_w();
    for (SitePart& part : fabric.take()) site_.parts.push_back(std::move(part));
    if (has_network() || bought() == 0) return;
    site_.notes.push_back(
        bought() == 1 ? "one machine plugs into the network that is there: no switch is counted"
                      : fmt::format("{} machines on slow ports plug into the network that is there: no "
                                    "switch is counted",
                                    bought()));
  }

  double units_used() const {
    double units = 0;
    for (const Rack& rack : site_.racks) units += rack.used_units();
    return units;
  }

  bool two_feeds(const Rack& rack) const {
    for (std::size_t i = 0; i < rack.nodes.size(); ++i) {
      const Node& node = site_.nodes[i].node();
      if (rack.nodes[i] > 0 && node.psu_count > 1 && node.psu_redundant > 0) return true;
    }
    return false;
  }

  void add_racks(const catalog::Accessory* kind) {
    if (site_.racks_are_there) {
      site_.notes.push_back(
          "racks and what feeds them are taken to be there, because the workload gives `site.rack_units`, "
          "their "
          "free units");
      return;
    }
    const auto count = static_cast<std::int64_t>(site_.racks.size());
    site_.parts.push_back({"rack", kind ? &kind->row : nullptr, kind ? kind->row.name : "rack", count,
                           fmt::format("for {:g} U of nodes and switches", units_used())});
    std::map<const catalog::Accessory*, std::int64_t> units;
    std::vector<const catalog::Accessory*> order;
    bool twice = false;
    for (const Rack& rack : site_.racks) {
      const bool two = two_feeds(rack);
      const Pick pick = fewest_of(plan_, "pdu", rack.power_w, habits_.pdu_load);
      if (units.count(pick.part) == 0) order.push_back(pick.part);
      units[pick.part] += pick.count * (two ? 2 : 1);
      twice = twice || two;
    }
    const std::string because =
        twice ? fmt::format("feeds A and B, each for the whole rack at {:.0f} % of its rating",
                            habits_.pdu_load * 100)
              : fmt::format("one feed, at {:.0f} % of its rating", habits_.pdu_load * 100);
    for (const catalog::Accessory* part : order) {
      site_.parts.push_back({"pdu", part ? &part->row : nullptr,
                             part ? part->row.name : "power distribution unit",
                             std::max<std::int64_t>(1, units[part]), because});
    }
  }

  /// Servers are sold with rails; a bare chassis, whose supplies are bought apart as well, is not.
  void add_rails() {
    const catalog::Accessory* rails = nullptr;
    for (const catalog::Accessory& part : plan_.catalog->accessories.rows()) {
      if (part.kind == "rails" && !rails) rails = &part;
    }
    std::int64_t bare = 0;
    bool with_rails = false;
    for (const SiteNodes& nodes : site_.nodes) {
      if (nodes.existing || !nodes.racked || !nodes.node().platform) continue;
      const auto& psu = nodes.node().platform->psu;
      if (psu && !psu->included) {
        bare += nodes.count;
      } else {
        with_rails = true;
      }
    }
    if (bare > 0)
      site_.parts.push_back(
          {"rails", rails ? &rails->row : nullptr, "rail kit", bare, "one for each bare chassis"});
    if (with_rails) site_.notes.push_back("makers' servers are taken to come with their rails");
  }

  void add_ups() {
    double power_w = site_.switch_power_w;
    for (const SiteNodes& nodes : site_.nodes) {
      if (nodes.existing || !nodes.power_w) continue;
      power_w += *nodes.power_w * static_cast<double>(nodes.count);
    }
    if (power_w <= 0) return;
    const Pick pick = fewest_of(plan_, "ups", power_w, habits_.ups_load);
    if (!pick.part) return;
    site_.options.push_back(
        {"ups", &pick.part->row, pick.part->row.name, pick.count,
         fmt::format("{:.1f} kW at peak, at {:.0f} % of its rating, for minutes: where the room "
                     "has none",
                     power_w / 1000, habits_.ups_load * 100)});
  }

  void tell() {
    bool existing = false, loose = false, single = false;
    for (const SiteNodes& nodes : site_.nodes) {
      existing = existing || nodes.existing;
      if (nodes.existing) continue;
      loose = loose || (!nodes.racked && nodes.count > 0);
      const catalog::Nic* nic = nic_of(nodes.node(), *plan_.catalog);
      single = single || !nic || nic->ports * std::max(1, nodes.node().nic_count) == 1;
    }
    if (existing)
      site_.notes.push_back(
          "machines that are there already keep their places, ports and cables: nothing is counted");
    if (loose) site_.notes.push_back("towers and desktop boxes stand beside the rack and need none");
    if (single && plan_.workload->availability.value_or("n") != "n" && has_network())
      site_.notes.push_back("machines with one port hang on one switch: the other does not help them");
    std::size_t overfull = 0;
    for (const Rack& rack : site_.racks)
      overfull += site_.rack_units > 0 && rack.used_units() > site_.rack_units ? 1 : 0;
    if (overfull > 0)
      site_.notes.push_back(
          fmt::format("in {} of {} racks nodes and switches together are higher than {:g} U: the "
                      "switches have to stand elsewhere",
                      overfull, site_.racks.size(), site_.rack_units));
    const auto& most = plan_.workload->site.racks;
    if (most && static_cast<double>(site_.racks.size()) > *most) {
      site_.notes.push_back(
          fmt::format("{} racks are needed for what has to fit into {:g} (`site.racks`): whole "
                      "machines and switches leave gaps",
                      site_.racks.size(), *most));
    }
  }

  const Plan& plan_;
  const catalog::Composition& habits_;
  SiteParts site_;
};

}  // namespace

std::vector<SiteNodes> site_nodes(const Plan& plan) {
  std::vector<SiteNodes> all;
  for (const RolePlan& role : plan.roles) {
    if (!role.chosen || !role.problem.shared_with.empty()) continue;
    SiteNodes nodes;
    nodes.role = &role;
    nodes.count = role.chosen->nodes;
    for (const RolePlan& guest : plan.roles) {
      if (!guest.chosen || guest.problem.shared_with != role.problem.role) continue;
      nodes.guests.push_back(&guest);
      nodes.count = std::max(nodes.count, guest.chosen->nodes);
    }
    const Node& node = role.chosen->node;
    nodes.existing = !node.existing.empty();
    nodes.racked = node.platform && node.platform->form == "rack";
    nodes.rack_units = value_of(role, "node.rack_units").value_or(0);
    nodes.power_w = value_of(role, "node.power_wall");
    all.push_back(std::move(nodes));
  }
  return all;
}

SiteParts site_parts(const Plan& plan) { return Site(plan).build(); }

}  // namespace rackfit::search
