// Buying: nodes, their power and their keepers, over the years.
//
// Capacity grows in steps (a node is bought in the month the load outgrows the others), wears out after its
// life and is sold for a residual; owned gear is not bought until then. Power is charged at the meter and
// space by contracted power, each on its own: a colocation contract that includes power has an energy price
// of zero and says so.
#pragma once

#include "rackfit/cost/flow.hpp"

namespace rackfit::cost {

/// Nodes that are there already, of one age.
struct OwnedNodes {
  double count = 0;
  double age_months = 0;
};

/// One kind of node.
struct Gear {
  std::string name;
  std::optional<double> price;  // of one
  double nodes = 1;             // at the start, spares included
  double busy_nodes = 0;        // that today's load fills; 0: growth fits into what is there
  double spare_nodes = 0;       // beyond the load, for a failure
  double power_w = 0;           // rated, one node
  double devices = 0;           // accelerators in one node
  double utilisation = 0;       // of today's load
  std::string role;             // of the plan, whose nodes these are
  std::vector<OwnedNodes> owned;
  double owned_parts = 0;  // worth of parts that are there and need not be bought for the first nodes
};

struct OwnCase {
  std::string name, currency;
  Terms terms;
  std::vector<Gear> gear;
  double hardware_factor = 1;                            // street price over the price of the parts list
  double network_fraction = 0;                           // of hardware
  bool network_priced = false;                           // by a bill of materials: no guess to vary
  double install_fraction = 0;                           // of hardware and network
  double residual_fraction = 0;                          // of the price at the end of life
  double life_months = 0;                                // 0: the horizon
  double maintenance_fraction = 0, spares_fraction = 0;  // of hardware, a year
  std::optional<double> energy_price;                    // per kWh
  double pue = 1;
  std::optional<double> space_per_kw_month;
  double idle_fraction = 0;  // of the power under load
  double power_factor = 1;   // power under load over rated
  double staff_fte = 0;
  std::optional<double> fte_cost;  // a year
  double licence_per_device = 0;   // a year
  std::optional<double> carbon_g_per_kwh;
};

Course own_course(const OwnCase& own);

/// Accelerators at the start.
double devices_of(const OwnCase& own);
/// Mean draw of all nodes at today's load, before cooling.
double average_power_w(const OwnCase& own);
/// People for a site: a small cluster's share of one, or by nodes when there are many accelerators.
double staff_for(const catalog::Market& market, double nodes, double devices);

}  // namespace rackfit::cost
