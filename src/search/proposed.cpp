#include "rackfit/search/proposed.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>

namespace rackfit::search {

namespace {

using schema::Given;
using schema::Named;
using workload::ProposedNode;

Node node_of(const Named<ProposedNode>& box, const catalog::Catalog& catalog) {
  const ProposedNode& given = box.value;
  Node node;
  node.existing = box.name;
  node.device = given.device ? catalog.devices.find(*given.device) : nullptr;
  node.device_count = node.device ? static_cast<int>(given.devices.value_or(1)) : 0;
  node.cpu = given.cpu ? catalog.cpus.find(*given.cpu) : nullptr;
  node.cpu_count = node.cpu ? static_cast<int>(given.cpus.value_or(1)) : 0;
  node.cores = given.cores.value_or(node.cpu ? static_cast<double>(node.cpu->cores * node.cpu_count) : 0);
  node.memory_bytes = given.memory.value_or(0);
  node.given_disks = given.disks.value_or(given.disk_capacity ? 1 : 0);
  node.given_disk_bytes = given.disk_capacity.value_or(0);
  node.given_disk_write = given.disk_write.value_or(0);
  node.given_nic = given.nic.value_or(0);
  node.given_nics = given.nic ? given.nics.value_or(1) : 0;
  node.given_psu_w = given.psu.value_or(0);
  node.given_psus = given.psu ? given.psus.value_or(1) : 0;
  node.given_redundant_psus = given.psus_redundant.value_or(0);
  node.given_rack_units = given.rack_units.value_or(0);
  node.price_usd = 0;
  return node;
}

const Axis* axis(const RoleProblem& problem, const std::string& name) {
  for (const Axis& each : problem.axes) {
    if (each.name == name) return &each;
  }
  return nullptr;
}

double at(const RoleProblem& problem, const std::string& name, std::size_t i, double otherwise) {
  const Axis* found = axis(problem, name);
  return found && !found->is_word && !rules::is_not_applicable(found->numbers[i]) ? found->numbers[i]
                                                                                  : otherwise;
}

/// A candidate of the builder's, and what is different on the box.
struct Taken {
  std::size_t like = 0;
  std::vector<std::pair<std::string, double>> set;
};

/// Replicas that the machines hold with the spare ones down.
double replicas_on(const ProposedNode& box, double devices_of_replica, const std::string& availability) {
  const double devices = box.devices.value_or(1), count = box.count.value_or(1);
  const double nodes_of_replica = std::max(1.0, std::ceil(devices_of_replica / devices));
  const double per_node = std::max(1.0, std::floor(devices / devices_of_replica));
  const double working = availability == "n" ? count : count - nodes_of_replica;
  return std::max(1.0, std::floor(working / nodes_of_replica) * per_node);
}

std::vector<Taken> model_candidates(const RoleProblem& problem, const ProposedNode& box,
                                    const catalog::Device* device, const std::string& availability) {
  const std::string prefix = problem.rule_role;
  const double all = box.devices.value_or(1) * box.count.value_or(1);
  std::vector<Taken> taken;
  std::set<double> seen;
  for (std::size_t i = 0; i < problem.nodes.size(); ++i) {
    if (problem.nodes[i].device != device) continue;
    const double tensor = at(problem, prefix + ".tensor_parallel", i, 1);
    const double of_replica =
        tensor * at(problem, prefix + ".pipeline_parallel", i, 1) * at(problem, prefix + ".instances", i, 1);
    if (of_replica > all || tensor > box.devices.value_or(1) || at(problem, prefix + ".instances", i, 1) > 1)
      continue;
    if (box.tensor_parallel && tensor != *box.tensor_parallel) continue;
    // Nodes of several sizes hold the same replica.
    if (!seen.insert(at(problem, prefix + ".deployment", i, static_cast<double>(i))).second) continue;
    taken.push_back({i,
                     {{"node.device_count", box.devices.value_or(1)},
                      {prefix + ".replicas_fixed", replicas_on(box, of_replica, availability)}}});
  }
  return taken;
}

std::vector<Taken> training_candidates(const RoleProblem& problem, const ProposedNode& box,
                                       const catalog::Device* device) {
  const double all = box.devices.value_or(1) * box.count.value_or(1);
  std::vector<Taken> taken;
  std::set<double> seen;
  for (std::size_t i = 0; i < problem.nodes.size(); ++i) {
    if (problem.nodes[i].device != device) continue;
    if (!seen.insert(at(problem, "training.zero_stage", i, 0)).second) continue;
    taken.push_back({i, {{"node.device_count", box.devices.value_or(1)}, {"training.devices", all}}});
  }
  return taken;
}

}  // namespace

std::string use_of(const std::string& rule_role) {
  if (rule_role == "kafka-controller") return "controller";
  if (rule_role.rfind("kafka", 0) == 0) return "kafka";
  return rule_role == "training" ? "training" : "llm";
}

const Named<ProposedNode>* box_for(const Boxes& boxes, const std::string& use) {
  for (const auto& box : boxes) {
    const std::string given = box.value.use.value_or("any");
    const bool able = use == "controller" ? given == use
                      : use == "kafka"    ? given != "any" || !box.value.device || boxes.size() == 1
                                          : bool(box.value.device);
    if (able && (given == use || given == "any")) return &box;
  }
  return nullptr;
}

workload::Workload on_boxes(const workload::Workload& workload, const Boxes& boxes) {
  workload::Workload result = workload;
  workload::Site& site = result.site;
  site.vendors = {};
  site.exclude_devices = {};
  site.condition = {};
  site.existing.clear();
  std::vector<std::string> devices;
  for (const auto& box : boxes) {
    if (!box.value.device) continue;
    devices.push_back(*box.value.device);
    workload::ExistingNode there;
    there.device = box.value.device;
    there.devices = box.value.devices;
    site.existing.push_back({box.name, box.span, std::move(there)});
  }
  site.devices = {};
  if (!devices.empty()) site.devices = {devices, boxes.front().span};
  if (const auto* box = box_for(boxes, "llm")) {
    for (auto& service : result.llm) {
      if (box->value.quantization) service.value.quantization = box->value.quantization;
      if (box->value.engine) service.value.engine = box->value.engine;
    }
  }
  const auto* brokers = box_for(boxes, "kafka");
  if (!brokers || !result.kafka) return result;
  result.kafka->brokers = {brokers->value.count.value_or(1), brokers->span};
  if (brokers->value.heap) result.kafka->heap = brokers->value.heap;
  if (brokers->value.raid) result.kafka->raid = brokers->value.raid;
  return result;
}

RoleProblem restricted(const RoleProblem& problem, const Named<ProposedNode>& box,
                       const workload::Workload& workload, const catalog::Catalog& catalog) {
  RoleProblem result = problem;
  result.compose_host = false;
  result.nodes.clear();
  result.like.clear();
  const Node node = node_of(box, catalog);
  std::vector<Taken> taken;
  if (use_of(problem.rule_role) == "kafka" || use_of(problem.rule_role) == "controller") {
    if (!problem.nodes.empty()) taken.push_back({0, {}});
  } else if (node.device && problem.rule_role == "training") {
    taken = training_candidates(problem, box.value, node.device);
  } else if (node.device) {
    taken = model_candidates(problem, box.value, node.device, workload.availability.value_or("n"));
  }
  std::set<std::string> added;
  for (const Taken& each : taken) {
    for (const auto& [name, value] : each.set) {
      if (!axis(result, name) && added.insert(name).second) result.axes.push_back({name, false, {}, {}});
    }
  }
  if (!axis(result, "node.available")) result.axes.push_back({"node.available", false, {}, {}});
  for (Axis& each : result.axes) {
    const Axis* built = axis(problem, each.name);
    std::vector<double> numbers;
    std::vector<std::string> words;
    for (const Taken& candidate : taken) {
      if (each.is_word) {
        words.push_back(built->words[candidate.like]);
        continue;
      }
      double value = built ? built->numbers[candidate.like] : rules::not_applicable();
      for (const auto& [name, own] : candidate.set) {
        if (name == each.name) value = own;
      }
      if (each.name == "node.available") value = box.value.count.value_or(1);
      numbers.push_back(value);
    }
    each.numbers = std::move(numbers);
    each.words = std::move(words);
  }
  for (const Taken& candidate : taken) {
    result.nodes.push_back(node);
    result.nodes.back().device_memory_bytes = problem.nodes[candidate.like].device_memory_bytes;
    result.like.push_back(candidate.like);
  }
  return result;
}

std::optional<MarketPrice> market_price(const ProposedNode& box, const catalog::Catalog& catalog,
                                        const Composer& composer) {
  const catalog::Device* device = box.device ? catalog.devices.find(*box.device) : nullptr;
  if (box.device && !device) return {};
  const catalog::Cpu* cpu = box.cpu ? catalog.cpus.find(*box.cpu) : nullptr;
  HostNeed need;
  need.cores = box.cores.value_or(cpu ? static_cast<double>(cpu->cores) * box.cpus.value_or(1) : 0);
  need.memory_bytes = box.memory.value_or(0);
  need.disk_bytes = box.disk_capacity.value_or(0) * box.disks.value_or(1);
  need.nic_bytes_per_s = box.nic.value_or(0);
  need.racked = bool(box.rack_units);
  const auto node = composer.compose(device, device ? static_cast<int>(box.devices.value_or(1)) : 0, need);
  const double count = box.count.value_or(1);
  if (node && node->price_usd) return MarketPrice{*node->price_usd * count, false};
  const auto card =
      device ? composer.prices().price(device->row.id, device->availability == catalog::Availability::used)
             : std::nullopt;
  if (!card) return {};
  return MarketPrice{card->usd * box.devices.value_or(1) * count, true};
}

}  // namespace rackfit::search
