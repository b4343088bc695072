// Roles on the same machines: what each needs is added up, resource by resource.
//
// Every role has been judged as if alone. That is right for times and for its own memory, and too kind where
// two share a machine, so the sums are judged here. Accelerators are shared only when the services' replicas
// do not find enough of them to stand side by side.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "auditor.hpp"
#include "rackfit/units/registry.hpp"
#include "verdicts.hpp"

namespace rackfit::audit {

namespace {

using Sharing = std::vector<const JudgedRole*>;

/// What roles are asked for: the symbol of each kind of role, and of what there is.
struct Resource {
  const char *id, *title, *unit;
  const char *model, *brokers;     // needs of a model service and of brokers
  std::vector<const char*> there;  // the first that a role knows
  const char* remedy;
};

const std::vector<Resource>& resources() {
  static const std::vector<Resource> all = {
      {"cpu",
       "CPU cores per machine",
       "core",
       "host.cores",
       "kafka.share.cpu",
       {"node.cores"},
       "processors with more cores, or machines of their own for one of them"},
      {"ram",
       "RAM per machine",
       "GiB",
       "host.memory",
       "kafka.container.memory",
       {"node.memory"},
       "more memory, or machines of their own for one of them"},
      {"disk",
       "disk space per machine",
       "GB",
       "host.disk",
       "kafka.share.disk",
       {"llm.disk_capacity", "embedding.disk_capacity", "kafka.hard.disk_space"},
       "larger disks, or machines of their own for one of them"},
      {"nic",
       "network per machine",
       "MB/s",
       "host.nic",
       "kafka.share.nic",
       {"llm.nic_capacity", "embedding.nic_capacity", "node.nic_bandwidth"},
       "a faster port, or machines of their own for one of them"}};
  return all;
}

class Together {
 public:
  Together(const Auditor& auditor, const std::string& box, double devices, Sharing roles)
      : auditor_(auditor), box_(box), devices_(devices), roles_(std::move(roles)) {}

  std::vector<Verdict> verdicts() {
    for (const Resource& resource : resources()) add_sum(resource);
    add_power();
    add_devices();
    return std::move(verdicts_);
  }

 private:
  Values values(const JudgedRole& role) const {
    return Values(*role.plan.chosen->trace, *auditor_.request().units);
  }
  std::string names() const {
    std::vector<std::string> all;
    for (const JudgedRole* role : roles_) all.push_back(role->plan.problem.role);
    return fmt::format("{}", fmt::join(all, " + "));
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
    verdict.title = fmt::format("{}, {}", title, names());
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

  void add_sum(const Resource& resource) {
    Verdict verdict = start(resource.id, resource.title, resource.unit);
    double need = 0;
    std::optional<double> there;
    std::vector<std::string> terms;
    for (const JudgedRole* role : roles_) {
      const Values found = values(*role);
      const bool brokers = use_of(role->plan.problem.rule_role) == "kafka";
      const auto own = found.base(brokers ? resource.brokers : resource.model);
      if (!own) {
        verdict.because = fmt::format("what {} needs of it is not known", role->plan.problem.role);
        verdicts_.push_back(std::move(verdict));
        return;
      }
      need += *own;
      terms.push_back(fmt::format("{} {}", role->plan.problem.role, printed(*own, resource.unit)));
      for (const char* name : resource.there) {
        if (!there) there = found.base(name);
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

  void add_devices() {
    struct User {
      const JudgedRole* role;
      double devices, memory, usable, busy;
    };
    std::vector<User> users;
    double asked = 0;
    for (const JudgedRole* role : roles_) {
      const std::string& prefix = role->plan.problem.rule_role;
      if (use_of(prefix) != "llm") continue;
      const Values found = values(*role);
      const auto memory = found.base(prefix + ".memory_total"),
                 usable = found.base(prefix + ".memory_usable");
      if (!memory || !usable) return;
      const auto peak = found.base(prefix + ".rate_peak"), most = found.base(prefix + ".rate_capacity");
      const double replicas = std::isfinite(found.base(prefix + ".replicas_for_load").value_or(1))
                                  ? found.base(prefix + ".replicas_for_load").value_or(1)
                                  : 1;
      users.push_back({role, found.base(prefix + ".devices").value_or(1) * replicas, *memory, *usable,
                       peak && most && *most > 0 ? *peak / *most : 0});
      asked += users.back().devices;
    }
    if (users.size() < 2) return;
    if (asked <= devices_) {
      Verdict verdict = start("devices", "accelerators", "1");
      verdict.because =
          fmt::format("{:.0f} of {:.0f} are needed: each service stands on its own", asked, devices_);
      finish(std::move(verdict), asked, devices_, "");
      return;
    }
    double memory = 0, usable = 0, busy = 0;
    std::vector<std::string> parts, shares;
    for (const User& user : users) {
      // Spread over all of them, a service holds its share on each.
      const double own = user.memory * std::min(1.0, user.devices / devices_);
      memory += own;
      usable = std::max(usable, user.usable);
      busy += user.busy;
      parts.push_back(fmt::format("{} {}", user.role->plan.problem.role, printed(own, "GiB")));
      shares.push_back(fmt::format("{} {:.0f} %", user.role->plan.problem.role, user.busy * 100));
    }
    Verdict vram = start("vram", "VRAM per accelerator", "GiB");
    vram.formula = fmt::format("{} = {}", fmt::join(parts, " + "), printed(memory, "GiB"));
    vram.because =
        fmt::format("{}; of one {} may be used, and there are {:.0f} for {:.0f} that the services ask for",
                    vram.formula, printed(usable, "GiB"), devices_, asked);
    finish(std::move(vram), memory, usable, "an accelerator more for each service, or a smaller format");
    Verdict time = start("time", "time of the accelerators", "%");
    time.formula = fmt::format("{} = {:.0f} %", fmt::join(shares, " + "), busy * 100);
    time.because =
        fmt::format("at peak {} of what each could do alone; answers wait for one another", time.formula);
    finish(std::move(time), busy, 1, "accelerators of their own for one of them");
  }

  const Auditor& auditor_;
  std::string box_;
  double devices_ = 0;
  Sharing roles_;
  std::vector<Verdict> verdicts_;
};

}  // namespace

std::vector<Verdict> shared_verdicts(const Auditor& auditor, const std::vector<JudgedRole>& roles,
                                     const Boxes& boxes) {
  std::vector<Verdict> verdicts;
  for (const auto& box : boxes) {
    Sharing sharing;
    for (const JudgedRole& role : roles) {
      const std::string& kind = role.plan.problem.rule_role;
      // Training jobs run one after another, pipelines on the services' machines.
      if (role.box == box.name && kind != "training" && kind != "pipeline" && role.plan.chosen)
        sharing.push_back(&role);
    }
    if (sharing.size() < 2) continue;
    const double devices = box.value.device ? box.value.devices.value_or(1) * box.value.count.value_or(1) : 0;
    for (Verdict& verdict : Together(auditor, box.name, devices, std::move(sharing)).verdicts())
      verdicts.push_back(std::move(verdict));
  }
  return verdicts;
}

}  // namespace rackfit::audit
