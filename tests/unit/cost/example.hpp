// The worked example that several tests of this room share: one node of eight H100 over five years.
#pragma once

#include "rackfit/cost/own.hpp"
#include "support/world.hpp"

namespace rackfit::test {

inline const catalog::Market& built_in_market() {
  static const catalog::Market loaded = [] {
    Diagnostics diagnostics;
    auto market = catalog::Market::load(catalog::Library::built_in(), registry(), diagnostics);
    if (!market) throw std::runtime_error(render(diagnostics));
    return *std::move(market);
  }();
  return loaded;
}

/// 260,000 USD, 10.2 kW rated, half a person, in a rack rented without power.
inline cost::OwnCase node_of_eight_h100() {
  cost::OwnCase own;
  own.name = "8 x H100";
  own.currency = "USD";
  own.terms = {60, 0.08, 0};
  cost::Gear node;
  node.name = "node";
  node.price = 260000;
  node.power_w = 10200;
  node.devices = 8;
  node.utilisation = 0.4;
  own.gear = {node};
  own.network_fraction = 0.08;
  own.install_fraction = 0.03;
  own.residual_fraction = 0.1;
  own.maintenance_fraction = 0.08;
  own.spares_fraction = 0.02;
  own.energy_price = 0.1;
  own.pue = 1.4;
  own.space_per_kw_month = 180;
  own.idle_fraction = 0.3;
  own.staff_fte = 0.5;
  own.fte_cost = 160000;
  own.carbon_g_per_kwh = 400;
  return own;
}

}  // namespace rackfit::test
