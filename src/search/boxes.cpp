#include "boxes.hpp"

#include <algorithm>
#include <cmath>

#include "evaluator.hpp"
#include "objective.hpp"

namespace rackfit::search {

namespace {

double value_of(const RolePlan& role, const rules::TraceVm& vm, const char* name) {
  const auto slot = role.program->find(name);
  const double found = slot ? vm.value(*slot) : rules::not_applicable();
  return rules::is_not_applicable(found) || !std::isfinite(found) ? 0 : found;
}

HostNeed need_of(const RolePlan& service, const rules::TraceVm& vm) {
  const auto value = [&](const char* name) { return value_of(service, vm, name); };
  return {value("host.cores"),      value("host.memory"), value("host.disk"),
          value("host.disk_write"), value("host.nic"),    value("host.racked") > 0};
}

/// A service as it would stand on a shared node.
struct Tenant {
  RolePlan* role = nullptr;
  std::size_t number = 0;  // of the role
  Candidate candidate;
  HostNeed need;  // alone
  HostNeed own;   // without what a node needs only once
};

Tenant tenant(RolePlan& role, std::size_t number, const Candidate& candidate) {
  Tenant result{&role, number, candidate, {}, {}};
  if (!result.candidate.trace) {
    result.candidate.trace =
        trace(role, {}, candidate.index, candidate.node, static_cast<double>(candidate.nodes));
  }
  const rules::TraceVm& vm = *result.candidate.trace;
  result.need = result.own = need_of(role, vm);
  result.own.cores = std::max(0.0, result.own.cores - value_of(role, vm, "host.cores_system"));
  result.own.disk_bytes = std::max(0.0, result.own.disk_bytes - value_of(role, vm, "host.system_disk"));
  return result;
}

HostNeed together(const std::vector<Tenant>& tenants) {
  HostNeed sum = tenants.front().need;
  for (std::size_t i = 1; i < tenants.size(); ++i) {
    const HostNeed& own = tenants[i].own;
    sum.cores += own.cores;
    sum.memory_bytes += own.memory_bytes;
    sum.disk_bytes += own.disk_bytes;
    // Models are copied one after another, but answers leave all at once.
    sum.disk_write_bytes_per_s = std::max(sum.disk_write_bytes_per_s, own.disk_write_bytes_per_s);
    sum.nic_bytes_per_s += own.nic_bytes_per_s;
    sum.racked = sum.racked || own.racked;
  }
  return sum;
}

/// What the others leave a tenant of the node.
Changes left_for(const Tenant& tenant, const std::vector<Tenant>& tenants, const Node& node) {
  HostNeed others;
  double power = 0;
  bool power_known = true;
  for (const Tenant& other : tenants) {
    if (other.number == tenant.number) continue;
    others.cores += other.own.cores;
    others.memory_bytes += other.own.memory_bytes;
    others.disk_bytes += other.own.disk_bytes;
    others.nic_bytes_per_s += other.own.nic_bytes_per_s;
    power += other.candidate.devices() * node.device->power_w.value_or(0);
    power_known = power_known && node.device->power_w;
  }
  Changes changes = {{"node.cores", std::max(0.0, node.cores - others.cores)},
                     {"node.memory", std::max(0.0, node.memory_bytes - others.memory_bytes)}};
  if (node.disk) {
    const double each = others.disk_bytes / std::max(node.disk_count, 1);
    changes.emplace_back("node.disk_capacity", std::max(0.0, node.disk->capacity_bytes - each));
  }
  if (node.nic) {
    const double ports = std::max(1.0, static_cast<double>(node.nic->ports * node.nic_count));
    changes.emplace_back("node.nic_bandwidth",
                         std::max(0.0, node.nic->speed_bytes_per_s - others.nic_bytes_per_s / ports));
  }
  if (power_known && power > 0) changes.emplace_back("node.neighbour_power", power);
  return changes;
}

std::shared_ptr<rules::TraceVm> stand(const Tenant& tenant, const std::vector<Tenant>& tenants,
                                      const Node& node, double nodes, const SiteUse& used) {
  const Changes changes = tenants.size() > 1 ? left_for(tenant, tenants, node) : Changes{};
  return trace(*tenant.role, used, tenant.candidate.index, node, nodes, changes);
}

bool holds(const rules::TraceVm& vm) {
  const auto constraints = vm.program().constraints();
  return std::none_of(constraints.begin(), constraints.end(),
                      [&](rules::Slot slot) { return vm.value(slot) == 0; });
}

/// Tenants on a node that was found for them.
struct Packed {
  std::vector<Tenant> tenants;  // traced there; the host first
  Node node;
  HostNeed need;
  Bill bill;
};

void charge(Candidate& host, const RolePlan& role, const Node& node, std::int64_t nodes) {
  host.node = node;
  host.nodes = nodes;
  host.price_usd =
      node.price_usd ? std::optional<double>(*node.price_usd * static_cast<double>(nodes)) : std::nullopt;
  host.power_w = value_of(role, *host.trace, "node.power_wall") * static_cast<double>(nodes);
  const double cost = value_of(role, *host.trace, "role.cost");
  host.cost_usd = cost > 0 ? std::optional<double>(cost) : std::nullopt;
}

class Packer {
 public:
  Packer(Plan& plan, const Composer& composer) : plan_(plan), composer_(composer) {}

  std::vector<Box> run() {
    for (std::size_t i = 0; i < plan_.roles.size(); ++i) {
      RolePlan& role = plan_.roles[i];
      const std::string& kind = role.problem.rule_role;
      if (!role.chosen || (kind != "llm" && kind != "embedding")) continue;
      place(role, i);
    }
    std::vector<Box> boxes;
    for (Packed& packed : packed_) boxes.push_back(moved(packed));
    return boxes;
  }

 private:
  /// Into the box that gains most by it, or into one of its own.
  void place(RolePlan& role, std::size_t number) {
    std::optional<Packed> best;
    std::size_t into = 0;
    for (std::size_t b = 0; b < packed_.size(); ++b) {
      const Bill apart = packed_[b].bill + bill_of(*role.chosen, plan_.objective);
      for (const Candidate* candidate : ways(role, packed_[b].node)) {
        auto joined = join(packed_[b], role, number, *candidate);
        if (!joined || !(joined->bill < apart)) continue;
        Bill others;
        for (std::size_t o = 0; o < packed_.size(); ++o) {
          if (o != b) others = others + packed_[o].bill;
        }
        const Bill all = joined->bill + others;
        if (best && !(all < best_all_)) continue;
        best = std::move(joined);
        best_all_ = all;
        into = b;
      }
    }
    if (best) {
      packed_[into] = std::move(*best);
      return;
    }
    Packed alone;
    alone.tenants.push_back(tenant(role, number, *role.chosen));
    alone.node = role.chosen->node;
    alone.need = alone.tenants.front().need;
    alone.bill = bill_of(*role.chosen, plan_.objective);
    packed_.push_back(std::move(alone));
  }

  static bool can_share(const Node& node) {
    return node.existing.empty() && node.device && node.device->form == catalog::DeviceForm::pcie;
  }

  /// The chosen candidate and the best of the box's accelerator, when they fit into its node at all.
  static std::vector<const Candidate*> ways(const RolePlan& role, const Node& box) {
    std::vector<const Candidate*> found;
    const auto add = [&](const Candidate& candidate) {
      const Node& node = candidate.node;
      if (!can_share(box) || !can_share(node) || node.device != box.device) return;
      const bool known = std::any_of(found.begin(), found.end(),
                                     [&](const Candidate* other) { return other->index == candidate.index; });
      if (!known && node.device_memory_bytes == box.device_memory_bytes) found.push_back(&candidate);
    };
    add(*role.chosen);
    for (const Candidate& candidate : role.families) add(candidate);
    return found;
  }

  std::optional<Packed> join(const Packed& box, RolePlan& role, std::size_t number,
                             const Candidate& candidate) {
    Packed packed;
    packed.tenants = box.tenants;
    packed.tenants.push_back(tenant(role, number, candidate));
    std::stable_sort(packed.tenants.begin(), packed.tenants.end(),
                     [](const Tenant& a, const Tenant& b) { return a.candidate.nodes > b.candidate.nodes; });
    int devices = 0;
    double latency = 0;
    for (const Tenant& each : packed.tenants) {
      devices += each.candidate.devices();
      latency += each.candidate.latency_s.value_or(0);
    }
    packed.need = together(packed.tenants);
    const auto node = composer_.compose(candidate.node.device, devices, packed.need);
    if (!node) return {};
    packed.node = *node;
    for (Tenant& each : packed.tenants) {
      each.candidate.own_devices = each.candidate.devices();
      each.candidate.trace =
          stand(each, packed.tenants, *node, static_cast<double>(each.candidate.nodes), {});
      if (!holds(*each.candidate.trace)) return {};
    }
    Tenant& host = packed.tenants.front();
    charge(host.candidate, *host.role, *node, host.candidate.nodes);
    packed.bill = bill_of(host.candidate, plan_.objective);
    if (plan_.objective == Objective::latency) packed.bill.measure = latency;
    return packed;
  }

  /// Roles of a box with several services are told; those alone stay as they were planned.
  Box moved(Packed& packed) {
    Box box;
    box.node = packed.node;
    box.need = packed.need;
    box.nodes = packed.tenants.front().candidate.nodes;
    for (const Tenant& each : packed.tenants) box.members.push_back(each.number);
    if (packed.tenants.size() == 1) return box;
    const std::string host = packed.tenants.front().role->problem.role;
    for (Tenant& each : packed.tenants) {
      RolePlan& role = *each.role;
      const bool as_planned = role.chosen->index == each.candidate.index;
      if (!as_planned) {
        if (role.problem.describe) each.candidate.choices = role.problem.describe(each.candidate.index);
      } else {
        each.candidate.choices = role.chosen->choices;
      }
      if (role.problem.role != host) {
        role.problem.shared_with = host;
        each.candidate.node = packed.node;
        each.candidate.price_usd = each.candidate.power_w = each.candidate.cost_usd = std::nullopt;
      }
      role.chosen = each.candidate;
    }
    return box;
  }

  Plan& plan_;
  const Composer& composer_;
  std::vector<Packed> packed_;
  Bill best_all_;
};

bool same(const Node& a, const Node& b) {
  return a.platform == b.platform && a.cpu == b.cpu && a.cpu_count == b.cpu_count && a.dimm == b.dimm &&
         a.dimm_count == b.dimm_count && a.disk == b.disk && a.disk_count == b.disk_count && a.nic == b.nic;
}

/// Builds around the services' accelerators with ever more of everything, without repeats.
std::vector<Node> larger_builds(const Node& base, const HostNeed& need, const Composer& composer,
                                const catalog::Composition& habits) {
  if (!base.existing.empty()) return {base};
  std::vector<Node> builds;
  for (double memory : habits.broker_memory_bytes) {
    for (double disk : habits.shared_disk_bytes) {
      for (double cores : habits.shared_cores) {
        for (double nic : habits.shared_nic_bytes_per_s) {
          HostNeed larger = need;
          larger.memory_bytes += memory;
          larger.disk_bytes += disk;
          larger.cores += cores;
          larger.nic_bytes_per_s = std::max(need.nic_bytes_per_s, nic);
          auto node = composer.compose(base.device, base.device_count, larger);
          if (!node) continue;
          const bool known = std::any_of(builds.begin(), builds.end(),
                                         [&](const Node& other) { return same(other, *node); });
          if (!known) builds.push_back(std::move(*node));
        }
      }
    }
  }
  return builds;
}

void settle(Plan& plan, Box& box, const Candidate& brokers) {
  box.node = brokers.node;
  box.nodes = std::max(box.nodes, brokers.nodes);
  std::vector<Tenant> tenants;
  for (const std::size_t number : box.members) {
    tenants.push_back(tenant(plan.roles[number], number, *plan.roles[number].chosen));
  }
  for (Tenant& each : tenants) {
    each.candidate.node = box.node;
    const std::int64_t nodes = &each == &tenants.front() ? box.nodes : each.candidate.nodes;
    each.candidate.trace = stand(each, tenants, box.node, static_cast<double>(nodes), {});
  }
  Tenant& host = tenants.front();
  charge(host.candidate, *host.role, box.node, box.nodes);
  for (Tenant& each : tenants) each.role->chosen = each.candidate;
}

}  // namespace

SiteUse use_of(const RolePlan& role) {
  SiteUse use;
  if (!role.chosen || !role.problem.shared_with.empty()) return use;
  const rules::TraceVm& vm = *role.chosen->trace;
  const auto nodes = static_cast<double>(role.chosen->nodes);
  use.power_w = value_of(role, vm, "node.power_wall") * nodes;
  use.rack_units = value_of(role, vm, "node.rack_units") * nodes;
  use.nodes = nodes;
  use.price_usd = role.chosen->price_usd.value_or(0);
  if (!role.chosen->node.existing.empty()) use.existing[role.chosen->node.existing] = role.chosen->nodes;
  return use;
}

bool wants_shared_box(const workload::Workload& workload) {
  return workload.site.layout.value_or("separate") == "shared" && workload.kafka && !workload.llm.empty();
}

bool wants_shared_services(const workload::Workload& workload) {
  return workload.site.layout.value_or("separate") == "shared" &&
         workload.llm.size() + workload.embedding.size() > 1;
}

std::vector<Box> pack(Plan& plan, const Composer& composer) { return Packer(plan, composer).run(); }

void share_nodes(RoleProblem& brokers, const Box& box, const RolePlan& host, const Composer& composer,
                 const catalog::Composition& habits) {
  brokers.nodes = larger_builds(box.node, box.need, composer, habits);
  brokers.like.clear();
  Axis cores{"node.cores", false, {}, {}}, memory{"node.memory", false, {}, {}},
      disk{"node.disk_capacity", false, {}, {}};
  for (const Node& node : brokers.nodes) {
    const double disks = std::max(node.disk ? node.disk_count : static_cast<int>(node.given_disks), 1);
    const double each = node.disk ? node.disk->capacity_bytes : node.given_disk_bytes;
    cores.numbers.push_back(std::max(0.0, node.cores - box.need.cores));
    memory.numbers.push_back(std::max(0.0, node.memory_bytes - box.need.memory_bytes));
    disk.numbers.push_back(each > 0 ? std::max(0.0, each - box.need.disk_bytes / disks)
                                    : rules::not_applicable());
  }
  brokers.axes = {std::move(cores), std::move(memory), std::move(disk)};
  for (const Axis& axis : host.problem.axes) {
    if (axis.name != "node.available" || box.node.existing.empty()) continue;
    brokers.axes.push_back({axis.name, false, {axis.numbers[host.chosen->index]}, {}});
  }
  brokers.shared_with = host.problem.role;
  brokers.family = [](std::size_t) { return std::string("shared box"); };
}

Box alone(Plan& plan, std::size_t number) {
  const Tenant only = tenant(plan.roles[number], number, *plan.roles[number].chosen);
  return {{number}, only.candidate.node, only.need, only.candidate.nodes};
}

bool stands_beside(Plan& plan, const Box& box, const SiteUse& others) {
  std::vector<Tenant> tenants;
  for (const std::size_t number : box.members) {
    tenants.push_back(tenant(plan.roles[number], number, *plan.roles[number].chosen));
  }
  bool all = true;
  for (const Tenant& each : tenants) {
    Candidate& chosen = *each.role->chosen;
    chosen.trace = stand(each, tenants, chosen.node, static_cast<double>(chosen.nodes), others);
    all = all && holds(*chosen.trace);
  }
  return all;
}

bool move_in(Plan& plan, Box& box, const Candidate& brokers, const std::optional<Candidate>& apart) {
  const Box before = box;
  std::vector<Candidate> members;
  for (const std::size_t number : box.members) members.push_back(*plan.roles[number].chosen);
  settle(plan, box, brokers);
  if (!apart) return true;
  const Bill separately = bill_of(members.front(), plan.objective) + bill_of(*apart, plan.objective);
  if (bill_of(*plan.roles[box.members.front()].chosen, plan.objective) < separately) return true;
  for (std::size_t i = 0; i < box.members.size(); ++i) plan.roles[box.members[i]].chosen = members[i];
  box = before;
  return false;
}

}  // namespace rackfit::search
