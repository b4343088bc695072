// Roles on the same machines: what each needs is added up, resource by resource.
//
// Every role has been judged as if alone. That is right for times and for its own memory, and too kind where
// two share a machine, so the sums are judged here. Accelerators are shared only when the services' replicas
// do not find enough of them to stand side by side.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "auditor.hpp"
#include "rackfit/units/registry.hpp"
#include "verdicts.hpp"

namespace rackfit::audit {

namespace {

using Sharing = std::vector<const JudgedRole*>;

/// What roles are asked for, by the names of their rules.
struct Resource {
  const char *id, *title, *unit;
  const char* planned;               // of a model service: sized to its accelerators
  const char* used;                  // likewise, after the role's name: what it really holds; null: the same
  std::vector<const char*> brokers;  // the largest counts
  std::vector<const char*> there;    // the first that a role knows
  const char* remedy;
};

const std::vector<Resource>& resources() {
  static const std::vector<Resource> all = {
      {"cpu",
       "CPU cores per machine",
       "core",
       "host.cores",
       ".cores_needed",
       {"kafka.cpu"},
       {"node.cores"},
       "processors with more cores, or machines of their own for one of them"},
      {"ram",
       "RAM per machine",
       "GiB",
       "host.memory",
       ".ram_needed",
       {"kafka.memory"},
       {"node.memory"},
       "more memory, or machines of their own for one of them"},
      {"disk",
       "disk space per machine",
       "GB",
       "host.disk",
       nullptr,
       {"kafka.storage"},
       {"llm.disk_capacity", "embedding.disk_capacity", "kafka.hard.disk_space"},
       "larger disks, or machines of their own for one of them"},
      {"nic",
       "network per machine",
       "MB/s",
       "host.nic",
       nullptr,
       {"kafka.nic_in", "kafka.nic_out"},
       {"llm.nic_capacity", "embedding.nic_capacity", "node.nic_bandwidth"},
       "a faster port, or machines of their own for one of them"}};
  return all;
}

class Together {
 public:
  Together(Auditor& auditor, const Boxes& boxes, std::size_t box, Sharing roles)
      : auditor_(auditor),
        boxes_(boxes),
        index_(box),
        box_(boxes[box].name),
        devices_(boxes[box].value.device ? boxes[box].value.devices.value_or(1) : 0),
        roles_(std::move(roles)) {}

  std::vector<Verdict> verdicts() {
    add_devices();
    for (const Resource& resource : resources()) add_sum(resource);
    add_power();
    return std::move(verdicts_);
  }

 private:
  Values values(const JudgedRole& role) const {
    return Values(*role.plan.chosen->trace, *auditor_.request().units);
  }
  std::string printed(double base, const char* unit) const {
    const units::Registry& units = *auditor_.request().units;
    return units.format(base, units.parse_unit(unit).value->dimension, unit);
  }
  double in(double base, const char* unit) const {
    return base / auditor_.request().units->parse_unit(unit).value->factor;
  }

  Verdict start(const char* id, const char* title, const char* unit) const {
    Verdict verdict;
    verdict.id = "shared/" + box_ + "." + id;
    verdict.subject = box_;
    verdict.title = fmt::format("{}, together", title);
    verdict.unit = unit;
    verdict.limit = true;
    return verdict;
  }

  void finish(Verdict verdict, double need, double there, const char* remedy) {
    verdict.wanted = in(there, verdict.unit.c_str());
    verdict.predicted = in(need, verdict.unit.c_str());
    if (there > 0) verdict.margin = 1 - need / there;
    verdict.ruling = need <= there ? Ruling::holds : Ruling::fails;
    if (verdict.ruling == Ruling::fails) verdict.remedy = remedy;
    verdicts_.push_back(std::move(verdict));
  }

  /// A service that has accelerators of its own needs the host that goes with those. Where all share all of
  /// them the host is there once, and must at least hold what they use together.
  std::optional<double> need_of(const Resource& resource, const JudgedRole& role) const {
    const Values found = values(role);
    const std::string& kind = role.plan.problem.rule_role;
    if (use_of(kind) != "kafka") {
      const bool used = crowded_ && resource.used;
      return found.base(used ? kind + resource.used : std::string(resource.planned));
    }
    std::optional<double> most;
    for (const char* name : resource.brokers) {
      if (const auto value = found.base(name)) most = std::max(most.value_or(0), *value);
    }
    return most;
  }

  void add_sum(const Resource& resource) {
    Verdict verdict = start(resource.id, resource.title, resource.unit);
    double need = 0;
    std::optional<double> there;
    std::vector<std::string> terms;
    for (const JudgedRole* role : roles_) {
      const auto own = need_of(resource, *role);
      if (!own) {
        verdict.because = fmt::format("what {} needs of it is not known", role->plan.problem.role);
        verdicts_.push_back(std::move(verdict));
        return;
      }
      need += *own;
      terms.push_back(fmt::format("{} {}", role->plan.problem.role, printed(*own, resource.unit)));
      for (const char* name : resource.there) {
        if (!there) there = values(*role).base(name);
      }
    }
    if (!there || *there <= 0) {
      verdict.because = fmt::format("the proposal does not say what the machines have; {} are needed",
                                    printed(need, resource.unit));
      verdicts_.push_back(std::move(verdict));
      return;
    }
    verdict.formula = fmt::format("{} = {}", fmt::join(terms, " + "), printed(need, resource.unit));
    verdict.because = fmt::format("{}; the machine has {}", verdict.formula, printed(*there, resource.unit));
    finish(std::move(verdict), need, *there, resource.remedy);
  }

  /// A machine draws what its parts draw at full load, whoever works on them.
  void add_power() {
    std::optional<double> need, there;
    for (const JudgedRole* role : roles_) {
      const Values found = values(*role);
      if (const auto own = found.base("node.power_dc")) need = std::max(need.value_or(0), *own);
      if (!there) there = found.base("node.psu_usable");
    }
    if (!need || !there) return;
    Verdict verdict = start("psu", "power supplies per machine", "W");
    verdict.because = fmt::format("all parts at full load draw {}, whoever uses them; the supplies give {}",
                                  printed(*need, "W"), printed(*there, "W"));
    finish(std::move(verdict), *need, *there, "larger power supplies");
  }

  /// The fewest accelerators of each machine on which a service misses nothing that it holds on all of them.
  double least_devices(JudgedRole& role) {
    const auto missed = [](const std::vector<Verdict>& verdicts) {
      std::set<std::string> ids;
      for (const Verdict& verdict : verdicts) {
        if (verdict.ruling == Ruling::fails || verdict.ruling == Ruling::impossible) ids.insert(verdict.id);
      }
      return ids;
    };
    const std::set<std::string> known = missed(auditor_.verdicts(role));
    for (double devices = 1; devices < devices_; devices *= 2) {
      Boxes fewer = boxes_;
      workload::ProposedNode& node = fewer[index_].value;
      if (node.tensor_parallel && *node.tensor_parallel > devices) continue;
      node.devices = {devices, boxes_[index_].span};
      const auto again = auditor_.judged(*auditor_.request().workload, fewer, role.plan.problem.role);
      if (again.empty()) continue;
      const std::set<std::string> now = missed(auditor_.verdicts(again.front()));
      if (!std::includes(known.begin(), known.end(), now.begin(), now.end())) continue;
      role = again.front();
      return devices;
    }
    return devices_;
  }

  void add_devices() {
    Sharing services;
    for (const JudgedRole* role : roles_) {
      if (use_of(role->plan.problem.rule_role) == "llm") services.push_back(role);
    }
    if (services.size() < 2) return;
    double asked = 0;
    std::vector<std::string> terms;
    std::vector<JudgedRole> alone;
    for (const JudgedRole* role : services) {
      alone.push_back(*role);
      const double least = least_devices(alone.back());
      asked += least;
      terms.push_back(fmt::format("{} {:.0f}", role->plan.problem.role, least));
    }
    crowded_ = asked > devices_;
    if (crowded_) return add_crowded(services);
    Verdict devices = start("devices", "accelerators per machine", "1");
    devices.formula = fmt::format("{} = {:.0f}", fmt::join(terms, " + "), asked);
    devices.because = fmt::format("{} so that each service stands on its own; the machine has {:.0f}",
                                  devices.formula, devices_);
    finish(std::move(devices), asked, devices_, "");
    // From here on each is judged with accelerators of its own.
    alone_ = std::move(alone);
    for (const JudgedRole*& role : roles_) {
      for (const JudgedRole& own : alone_) {
        if (own.plan.problem.role == role->plan.problem.role) role = &own;
      }
    }
  }

  /// Too few to stand side by side: they hold each other's memory and wait for each other.
  void add_crowded(const Sharing& services) {
    double memory = 0, usable = 0, busy = 0;
    std::vector<std::string> parts, shares;
    for (const JudgedRole* role : services) {
      const std::string& prefix = role->plan.problem.rule_role;
      const Values found = values(*role);
      const auto need = found.base(prefix + ".memory_total"), may = found.base(prefix + ".memory_usable");
      const auto peak = found.base(prefix + ".rate_peak"), most = found.base(prefix + ".rate_capacity");
      if (!need || !may) return;
      // A service on fewer accelerators than there are leaves the others to its neighbours.
      const double of_replica = found.base(prefix + ".devices").value_or(1);
      const double replicas = found.base(prefix + ".replicas_for_load").value_or(1);
      const double share = *need * std::min(1.0, of_replica * replicas / devices_);
      const double load = peak && most && *most > 0 ? *peak / *most : 1;
      memory += share;
      busy += load;
      usable = std::max(usable, *may);
      parts.push_back(fmt::format("{} {}", role->plan.problem.role, printed(share, "GiB")));
      shares.push_back(fmt::format("{} {:.0f} %", role->plan.problem.role, load * 100));
    }
    Verdict vram = start("vram", "VRAM per accelerator", "GiB");
    vram.formula = fmt::format("{} = {}", fmt::join(parts, " + "), printed(memory, "GiB"));
    vram.because = fmt::format("{}; of one {} may be used", vram.formula, printed(usable, "GiB"));
    finish(std::move(vram), memory, usable, "an accelerator more for each service, or a smaller format");
    Verdict time = start("time", "time of the accelerators", "%");
    time.formula = fmt::format("{} = {:.0f} %", fmt::join(shares, " + "), busy * 100);
    time.because =
        fmt::format("at peak {} of what each could do alone; answers wait for one another", time.formula);
    finish(std::move(time), busy, 1, "accelerators of their own for one of them");
  }

  Auditor& auditor_;
  const Boxes& boxes_;
  std::size_t index_ = 0;
  std::string box_;
  double devices_ = 0;  // of one machine
  Sharing roles_;
  std::vector<JudgedRole> alone_;  // services with accelerators of their own, which roles_ then points to
  bool crowded_ = false;           // too few accelerators for that
  std::vector<Verdict> verdicts_;
};

}  // namespace

std::vector<Verdict> shared_verdicts(Auditor& auditor, const std::vector<JudgedRole>& roles,
                                     const Boxes& boxes) {
  std::vector<Verdict> verdicts;
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    Sharing sharing;
    for (const JudgedRole& role : roles) {
      const std::string& kind = role.plan.problem.rule_role;
      // Training jobs run one after another, pipelines on the services' machines.
      if (role.box == boxes[i].name && kind != "training" && kind != "pipeline" && role.plan.chosen)
        sharing.push_back(&role);
    }
    if (sharing.size() < 2) continue;
    for (Verdict& verdict : Together(auditor, boxes, i, std::move(sharing)).verdicts())
      verdicts.push_back(std::move(verdict));
  }
  return verdicts;
}

}  // namespace rackfit::audit
