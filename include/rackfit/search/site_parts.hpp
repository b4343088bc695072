// What stands around the nodes of a plan: racks and what feeds them, switches, cables and rails.
//
// The search sizes nodes; this counts what they plug into, from the parts catalog and the habits of
// profiles/composition.yaml. Reference prices only choose between parts that all do; what the parts cost is
// the business of cost/bill.hpp. Machines that are there already keep their places and their ports.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rackfit/search/compose.hpp"
#include "rackfit/search/plan.hpp"

namespace rackfit::search {

/// Nodes of one kind, counted once, whoever shares them.
struct SiteNodes {
  const RolePlan* role = nullptr;  // whose nodes; others may run on them
  std::vector<const RolePlan*> guests;
  std::int64_t count = 0;
  bool existing = false;
  bool racked = false;
  double rack_units = 0;
  std::optional<double> power_w;  // of one node, at the wall, at peak

  const Node& node() const { return role->chosen->node; }
};

/// A part beside the nodes; `row` is null where the catalog has nothing that would do.
struct SitePart {
  std::string kind;  // switch, cable, rails, rack, pdu, ups
  const catalog::RowInfo* row = nullptr;
  std::string name;
  std::int64_t count = 0;
  std::string because;
};

struct Rack {
  std::vector<std::int64_t> nodes;  // of each of SiteParts::nodes
  double switch_units = 0, node_units = 0;
  double power_w = 0;  // of nodes and switches whose draw is known

  double used_units() const { return switch_units + node_units; }
};

struct SiteParts {
  std::vector<SiteNodes> nodes;
  std::vector<Rack> racks;
  std::vector<SitePart> parts;    // to be bought
  std::vector<SitePart> options;  // a site may want them
  std::vector<std::string> notes;
  bool racks_are_there = false;
  bool limits_given = false;  // by the workload, on units or power of a rack
  double rack_units = 0;      // of each
  double switch_power_w = 0;
};

/// Nodes as they stand, in the order of the plan's roles; roles without a choice are left out.
std::vector<SiteNodes> site_nodes(const Plan& plan);

SiteParts site_parts(const Plan& plan);

}  // namespace rackfit::search
