// The smallest change that makes a verdict hold: changes of the machines are tried from small to large, each
// by judging the role again.
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>

#include "auditor.hpp"

namespace rackfit::audit {

namespace {

using workload::ProposedNode;

struct Change {
  std::string text;
  ProposedNode box;
};

// Beyond eight times of anything it is another proposal.
constexpr double steps[] = {2, 4, 8};

/// "4 × NVIDIA L40S in each machine instead of 2", as far as a platform takes them.
void more_devices(const ProposedNode& box, const Auditor& auditor, std::vector<Change>& changes) {
  const auto* device = box.device ? auditor.request().catalog->devices.find(*box.device) : nullptr;
  if (!device) return;
  const double now = box.devices.value_or(1);
  for (const double step : steps) {
    if (!auditor.composer().compose(device, static_cast<int>(now * step), {})) break;
    Change change{
        fmt::format("{:.0f} × {} in each machine instead of {:.0f}", now * step, device->row.name, now), box};
    change.box.devices.value = now * step;
    change.box.tensor_parallel = {};
    changes.push_back(std::move(change));
  }
}

void more_machines(const ProposedNode& box, std::vector<Change>& changes) {
  const double now = box.count.value_or(1);
  std::set<double> counts = {now + 1};
  for (const double step : steps) counts.insert(now * step);
  for (const double count : counts) {
    Change change{fmt::format("{:.0f} such machines instead of {:.0f}", count, now), box};
    change.box.count.value = count;
    changes.push_back(std::move(change));
  }
}

/// Formats offered for serving with fewer bits than the one used, the more exact first.
void smaller_formats(const ProposedNode& box, double bits_now, const catalog::Catalog& catalog,
                     std::vector<Change>& changes) {
  std::vector<const catalog::Quantization*> formats;
  for (const auto& format : catalog.quantizations.rows()) {
    if (format.serving && format.bits_per_weight < bits_now) formats.push_back(&format);
  }
  std::stable_sort(formats.begin(), formats.end(),
                   [](const auto* a, const auto* b) { return a->bits_per_weight > b->bits_per_weight; });
  for (const auto* format : formats) {
    Change change{fmt::format("weights as {}", format->row.name), box};
    change.box.quantization = {std::vector<std::string>{format->row.id}, {}};
    changes.push_back(std::move(change));
  }
}

void faster_ports(const ProposedNode& box, const catalog::Catalog& catalog, const units::Registry& units,
                  std::vector<Change>& changes) {
  const auto rate = units.parse_unit("B/s").value->dimension;
  std::set<double> speeds;
  for (const auto& nic : catalog.nics.rows()) {
    if (nic.kind != "infiniband" && nic.speed_bytes_per_s > box.nic.value_or(0))
      speeds.insert(nic.speed_bytes_per_s);
  }
  for (const double speed : speeds) {
    Change change{fmt::format("a port of {} in each machine", units.format(speed, rate, "Gbit/s")), box};
    change.box.nic.value = speed;
    changes.push_back(std::move(change));
  }
}

/// The figure of the box that a verdict is about is doubled until it holds.
void larger(const ProposedNode& box, schema::Given<double> ProposedNode::*part, const char* dimension,
            const char* unit, const char* what, const units::Registry& units, std::vector<Change>& changes) {
  if (!(box.*part)) return;
  const auto parsed = units.parse_unit(dimension).value->dimension;
  for (const double factor : {2., 4., 8., 16., 32., 64.}) {
    const double value = *(box.*part) * factor;
    Change change{fmt::format("{} of {} instead of {}", what, units.format(value, parsed, unit),
                              units.format(*(box.*part), parsed, unit)),
                  box};
    (change.box.*part).value = value;
    changes.push_back(std::move(change));
  }
}

double bits_of(const JudgedRole& role) {
  const auto slot = role.plan.program->find("llm.bits_per_weight");
  const double bits = slot ? role.plan.chosen->trace->value(*slot) : 0;
  return rules::is_not_applicable(bits) ? 0 : bits;
}

std::vector<Change> changes_of(const JudgedRole& role, const ProposedNode& box, const Auditor& auditor) {
  std::vector<Change> changes;
  const catalog::Catalog& catalog = *auditor.request().catalog;
  const units::Registry& units = *auditor.request().units;
  const std::string use = use_of(role.plan.problem.rule_role);
  const bool brokers = use == "kafka" || use == "controller";
  if (brokers) {
    faster_ports(box, catalog, units, changes);
    larger(box, &ProposedNode::disk_capacity, "B", "", "disks", units, changes);
    larger(box, &ProposedNode::memory, "B", "GiB", "memory", units, changes);
    larger(box, &ProposedNode::cores, "core", "", "processors", units, changes);
    more_machines(box, changes);
    return changes;
  }
  larger(box, &ProposedNode::memory, "B", "GiB", "memory", units, changes);
  larger(box, &ProposedNode::disk_capacity, "B", "", "disks", units, changes);
  larger(box, &ProposedNode::cores, "core", "", "processors", units, changes);
  faster_ports(box, catalog, units, changes);
  smaller_formats(box, bits_of(role), catalog, changes);
  more_devices(box, auditor, changes);
  more_machines(box, changes);
  return changes;
}

/// What is tried for a verdict: changes of the part it is about first, and no others where the part is clear.
bool concerns(const Change& change, const ProposedNode& now, const Verdict& verdict) {
  const auto about = [&](std::initializer_list<const char*> words) {
    return std::any_of(words.begin(), words.end(), [&](const char* word) {
      return verdict.title.find(word) != std::string::npos || verdict.id.find(word) != std::string::npos;
    });
  };
  const bool ram = verdict.title.rfind("RAM", 0) == 0;
  const auto differs = [](const auto& a, const auto& b) { return a.value != b.value; };
  if (differs(change.box.nic, now.nic)) return about({"etwork", "nic"});
  if (differs(change.box.disk_capacity, now.disk_capacity))
    return about({"isk space", "disk_fits", "storage"});
  if (differs(change.box.memory, now.memory)) return ram || about({"host_memory", "kafka.memory"});
  if (differs(change.box.cores, now.cores)) return about({"CPU", "cores", "cpu"});
  // Shares of a machine's own parts do not change with more machines or accelerators.
  return !ram && !about({"host_memory", "llm.cores", "llm.disk", "llm.network", "psu", "rack"});
}

}  // namespace

void find_remedies(Auditor& auditor, const JudgedRole& role, const Boxes& boxes,
                   std::vector<Verdict>& verdicts) {
  const auto missed = [](const Verdict& verdict) {
    return verdict.ruling == Ruling::fails || verdict.ruling == Ruling::impossible;
  };
  if (!role.plan.chosen || std::none_of(verdicts.begin(), verdicts.end(), missed)) return;
  const auto box =
      std::find_if(boxes.begin(), boxes.end(), [&](const auto& each) { return each.name == role.box; });
  ProposedNode base = box->value;
  // A processor's cores would win over those tried; the format found best stays while other things change.
  const auto cores = role.plan.chosen->node.cores;
  if (cores > 0) base.cores.value = cores;
  for (const search::Choice& choice : role.plan.chosen->choices) {
    if (choice.key != "quantization") continue;
    for (const auto& format : auditor.request().catalog->quantizations.rows()) {
      if (format.row.name == choice.value) base.quantization = {std::vector<std::string>{format.row.id}, {}};
    }
  }
  std::vector<Verdict*> open;
  for (Verdict& verdict : verdicts) {
    if (missed(verdict)) open.push_back(&verdict);
  }
  for (const Change& change : changes_of(role, base, auditor)) {
    if (open.empty()) break;
    const bool useful = std::any_of(open.begin(), open.end(),
                                    [&](const Verdict* each) { return concerns(change, base, *each); });
    if (!useful) continue;
    Boxes changed = boxes;
    changed[static_cast<std::size_t>(box - boxes.begin())].value = change.box;
    const auto roles = auditor.judged(*auditor.request().workload, changed, role.plan.problem.role);
    if (roles.empty()) continue;
    const std::vector<Verdict> found = auditor.verdicts(roles.front());
    for (auto it = open.begin(); it != open.end();) {
      const auto same =
          std::find_if(found.begin(), found.end(), [&](const Verdict& each) { return each.id == (*it)->id; });
      const bool holds = same != found.end() && same->ruling == Ruling::holds && concerns(change, base, **it);
      if (!holds) {
        ++it;
        continue;
      }
      // A limit that would have to be another one is no alternative to a change that does.
      const bool alternative = !(*it)->remedy.empty() && (*it)->remedy.front() != '`';
      (*it)->remedy = change.text + (alternative ? "; or " + (*it)->remedy : "");
      it = open.erase(it);
    }
  }
}

}  // namespace rackfit::audit
