#include "site_schema.hpp"

#include "proposal_schema.hpp"
#include "rackfit/catalog/tables.hpp"

namespace rackfit::workload {

using schema::list;
using schema::named_map;
using schema::number;
using schema::quantity;
using schema::Record;
using schema::record;
using schema::text;

namespace {

const Record<ExistingNode>& existing_table() {
  static const Record<ExistingNode> table =
      Record<ExistingNode>("existing_node", "Machines that are there already")
          .locate(&ExistingNode::span)
          .optional("device", &ExistingNode::device, text(), "accelerator id")
          .optional("devices", &ExistingNode::devices, number(1), "accelerators per machine")
          .optional("count", &ExistingNode::count, number(1), "machines")
          .optional("cores", &ExistingNode::cores, quantity("core"), "CPU cores per machine")
          .optional("threads", &ExistingNode::threads, quantity("core"),
                    "hardware threads (vCPUs) per machine; left out: as many as cores")
          .optional("memory", &ExistingNode::memory, quantity("B"), "RAM per machine")
          .optional("disks", &ExistingNode::disks, number(1), "data disks per machine")
          .optional("disk_capacity", &ExistingNode::disk_capacity, quantity("B"), "of one disk")
          .optional("disk_write", &ExistingNode::disk_write, quantity("B/s"), "sustained write of one disk")
          .optional("nic", &ExistingNode::nic, quantity("B/s"), "network, each direction")
          .optional("use", &ExistingNode::use, word({"llm", "kafka", "any"}), "what it may be used for");
  return table;
}

}  // namespace

const Record<Site>& site_table() {
  static const Record<Site> table =
      Record<Site>("site", "Where it stands and what is allowed there")
          .optional("country", &Site::country, text(), "ISO country code")
          .optional("currency", &Site::currency, text(), "ISO currency code")
          .optional("rack_power", &Site::rack_power, quantity("W"), "power of one rack")
          .optional("rack_units", &Site::rack_units, number(0), "free height per rack")
          .optional("racks", &Site::racks, number(1), "racks")
          .optional("max_nodes", &Site::max_nodes, number(1), "machines at most")
          .optional("budget", &Site::budget, money(), "purchase price of everything together, at most")
          .optional("power", &Site::power, quantity("W"), "peak power of everything at the wall, at most")
          .optional("vendors", &Site::vendors, list(text(), true), "allowed device vendors")
          .optional("devices", &Site::devices, list(text(), true), "allowed devices")
          .optional("exclude_devices", &Site::exclude_devices, list(text(), true), "forbidden devices")
          .optional("condition", &Site::condition, word({"new", "used", "any"}),
                    "state of what may be bought")
          .optional("layout", &Site::layout, word({"separate", "shared"}), "own nodes per role, or one box")
          .optional("place", &Site::place, word({"colo", "room"}),
                    "a rented rack, or a room of one's own, for costs")
          .optional("runtime", &Site::runtime, word({"bare", "container", "kubernetes"}), "how services run")
          .optional("existing", &Site::existing, named_map(record(existing_table())), "machines by name");
  return table;
}

schema::Type<std::string> word(std::vector<std::string> words) {
  schema::Choices<std::string> choices;
  for (const std::string& each : words) choices.emplace_back(each, each);
  return schema::choice(std::move(choices));
}

}  // namespace rackfit::workload
