#include "bill_figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace rackfit::cost {

namespace {

using search::Node;
using search::RolePlan;

std::optional<double> value_of(const RolePlan& role, const char* name) {
  const auto slot = role.program->find(name);
  if (!slot) return {};
  const double value = role.chosen->trace->value(*slot);
  return rules::is_not_applicable(value) || !std::isfinite(value) ? std::nullopt
                                                                  : std::optional<double>(value);
}

std::string chassis_of(const Node& node) {
  if (!node.platform) return node.existing.empty() ? "whole machine" : "";
  const bool rack = node.platform->form == "rack";
  if (!rack) return node.platform->form;
  return node.platform->rack_units ? fmt::format("{:g}U rack server", *node.platform->rack_units)
                                   : "rack server";
}

/// Kafka's own words where brokers run on the node; other roles have no rule for RAID.
void add_disks(const Node& node, const RolePlan* brokers, const workload::Workload& workload,
               NodeFigures& figures) {
  if (!node.disk) return;
  figures.disks = node.disk_count;
  figures.disk_bytes = node.disk->capacity_bytes;
  figures.usable_bytes = node.disk->capacity_bytes * node.disk_count;
  figures.raid = "none";
  if (!brokers) return;
  if (workload.kafka) figures.raid = workload.kafka->raid.value_or("none");
  if (figures.raid == "none" && node.disk_count > 1) figures.raid = "JBOD";
  if (const auto data = value_of(*brokers, "kafka.data_disks"))
    figures.usable_bytes = node.disk->capacity_bytes * *data;
  constexpr double day_s = 86400;
  if (const auto wear = value_of(*brokers, "kafka.disk_wear")) figures.wear_per_day = *wear * day_s;
  if (const auto life = value_of(*brokers, "kafka.disk_life"))
    figures.disk_life_years = *life / (365 * day_s);
}

void add_memory(const Node& node, const RolePlan& role, NodeFigures& figures) {
  figures.memory_bytes = node.memory_bytes;
  figures.dimms = node.dimm_count;
  if (!node.cpu || !node.cpu->memory_channels || !node.dimm) return;
  figures.channels = *node.cpu->memory_channels * node.cpu_count;
  figures.channels_filled = std::min<std::int64_t>(node.dimm_count, *figures.channels);
  const auto advice = role.program->find("node.memory_uneven");
  figures.even_memory = !advice || role.chosen->trace->value(*advice) != 1;
}

void add_supplies(const Node& node, NodeFigures& figures) {
  if (node.platform && node.platform->psu) {
    figures.psus = node.platform->psu->bays;
    figures.psu_redundant = node.platform->psu->redundant;
    figures.psu_w =
        node.psu && !node.platform->psu->included ? node.psu->output_w : node.platform->psu->unit_w;
  }
  if (node.psu) figures.psu_efficiency = node.psu->efficiency;
}

const Gear* gear_of(const ServedPlan& served, const std::string& role) {
  for (const Served* half : {&served.models, &served.brokers}) {
    for (const Gear& gear : half->gear) {
      if (gear.role == role) return &gear;
    }
  }
  return nullptr;
}

/// Draw of one node at a share of its work, by the habits that `compare` counts energy with.
double draw_w(double peak_w, double utilisation, const catalog::Market& market) {
  const auto usual = [&](const char* name, double otherwise) {
    const catalog::Coefficient* row = market.coefficients.find(name);
    return row ? row->usual : otherwise;
  };
  OwnCase own;
  own.power_factor = usual("power-factor", 1);
  own.idle_fraction = usual("idle-fraction", 0);
  Gear gear;
  gear.power_w = peak_w;
  gear.utilisation = utilisation;
  own.gear = {gear};
  return average_power_w(own);
}

}  // namespace

double btu_per_hour(double power_w, const units::Registry& units) {
  const auto unit = units.parse_unit("BTU/h");
  return unit ? power_w / unit.value->factor : 0;
}

NodeFigures figures_of(const search::SiteNodes& nodes, const search::Plan& plan,
                       const catalog::Market& market, const ServedPlan& served) {
  const Node& node = nodes.node();
  NodeFigures figures;
  figures.chassis = chassis_of(node);
  if (node.platform) figures.rack_units = node.platform->rack_units;
  const RolePlan* brokers = nodes.role->problem.rule_role == "kafka-broker" ? nodes.role : nullptr;
  for (const RolePlan* guest : nodes.guests) {
    if (guest->problem.rule_role == "kafka-broker") brokers = guest;
  }
  add_disks(node, brokers, *plan.workload, figures);
  if (node.disk) figures.rated_wear_per_day = node.disk->endurance_dwpd;
  add_memory(node, *nodes.role, figures);
  add_supplies(node, figures);
  if (node.nic) {
    figures.nic_ports = node.nic->ports * std::max(1, node.nic_count);
    figures.nic_bytes_per_s = node.nic->speed_bytes_per_s;
  }
  figures.peak_w = nodes.power_w;
  if (!nodes.power_w) return figures;
  figures.load_w = draw_w(*nodes.power_w, 1, market);
  if (const Gear* gear = gear_of(served, nodes.role->problem.role))
    figures.mean_w = draw_w(*nodes.power_w, gear->utilisation, market);
  figures.peak_btu_per_h = btu_per_hour(*nodes.power_w, *plan.units);
  if (figures.mean_w) figures.mean_btu_per_h = btu_per_hour(*figures.mean_w, *plan.units);
  return figures;
}

}  // namespace rackfit::cost
