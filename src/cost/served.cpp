#include "rackfit/cost/served.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "offered.hpp"
#include "rackfit/base/did_you_mean.hpp"
#include "rackfit/search/compose.hpp"
#include "rackfit/search/proposed_plan.hpp"

namespace rackfit::cost {

namespace {

using search::Candidate;
using search::RolePlan;

constexpr double seconds_per_day = 86400, seconds_per_hour = 3600;
constexpr double days_per_month = seconds_per_month / seconds_per_day;

/// Figures of a chosen candidate by name.
class Figures {
 public:
  Figures(const RolePlan& role, const Candidate& candidate)
      : program_(*role.program), vm_(*candidate.trace) {}

  std::optional<double> operator()(std::string_view name) const {
    const auto slot = program_.find(std::string(name));
    if (!slot) return {};
    const double value = vm_.value(*slot);
    if (rules::is_not_applicable(value) || !std::isfinite(value)) return {};
    return value;
  }
  double or_(std::string_view name, double fallback) const { return (*this)(name).value_or(fallback); }

 private:
  const rules::Program& program_;
  const rules::TraceVm& vm_;
};

struct PartCount {
  const catalog::RowInfo* row = nullptr;
  double count = 0;
};

std::vector<PartCount> parts_of(const search::Node& node) {
  std::vector<PartCount> parts;
  const auto add = [&](const auto* part, double count) {
    if (part && count > 0) parts.push_back({&part->row, count});
  };
  add(node.platform, 1);
  add(node.device, node.device_count);
  add(node.cpu, node.cpu_count);
  add(node.dimm, node.dimm_count);
  add(node.disk, node.disk_count);
  add(node.nic, node.nic_count);
  add(node.psu, node.psu_count);
  return parts;
}

class Bridge {
 public:
  explicit Bridge(const ServedRequest& request)
      : request_(request), catalog_(*request.plan->catalog), prices_(catalog_), offered_(request) {}

  ServedPlan serve() {
    const search::Plan& bought = request_.proposed ? *request_.proposed : *request_.plan;
    for (const RolePlan& role : bought.roles) {
      if (!role.chosen) continue;
      if (role.problem.rule_role == "kafka-broker" || role.problem.rule_role == "kafka-controller") {
        add_gear(role, served_.brokers);
        if (role.problem.rule_role == "kafka-broker") add_brokers(role);
      } else {
        add_gear(role, served_.models);
        add_model(role);
      }
    }
    if (request_.proposed) offered_.finish(served_);
    return std::move(served_);
  }

 private:
  /// A proposed machine, with what the role makes of it; several roles on it buy it once.
  void add_box(const Offered::Box& box, const RolePlan& role, Served& half) {
    const Candidate& chosen = *role.chosen;
    const Figures figure(role, chosen);
    const double use = std::min(1.0, figure.or_("llm.utilization", 1));
    const double mean = role.problem.rule_role == "training" ? training_use(role, figure, half)
                                                             : use * mean_over_peak(role, figure);
    if (search::misses_any(role)) {
      half.misses = true;
      half.notes.push_back(fmt::format("`{}` misses a target or limit of {}: `rackfit audit` says which",
                                       box.name, role.problem.role));
    }
    for (Served* other : {&served_.models, &served_.brokers}) {
      for (Gear& known : other->gear) {
        if (known.name != box.name) continue;
        known.utilisation = std::max(known.utilisation, mean);
        if (other != &half)
          half.notes.push_back(fmt::format("{} runs on `{}`, bought above", role.problem.title, box.name));
        return;
      }
    }
    Gear gear = offered_.gear_of(box);
    gear.price = offered_.price_of(box, chosen.node.price_usd, half);
    gear.spare_nodes = std::min(gear.nodes, figure.or_("llm.spare_nodes", 0));
    gear.busy_nodes = (gear.nodes - gear.spare_nodes) * use / figure.or_("growth.factor", 1);
    gear.utilisation = mean;
    const double needed = static_cast<double>(chosen.nodes);
    if (!box.value.power && needed > 0) gear.power_w = figure.or_("role.power", 0) / needed;
    half.gear.push_back(std::move(gear));
  }

  void add_gear(const RolePlan& role, Served& half) {
    if (!role.problem.shared_with.empty()) {
      half.notes.push_back(
          fmt::format("{} runs on the nodes of {}", role.problem.title, role.problem.shared_with));
      return;
    }
    const Candidate& chosen = *role.chosen;
    if (const Offered::Box* box = offered_.box_of(chosen.node)) return add_box(*box, role, half);
    const Figures figure(role, chosen);
    Gear gear;
    gear.name = fmt::format("nodes of {}", role.problem.role);
    gear.role = role.problem.role;
    const catalog::Money price{chosen.node.price_usd.value_or(0) - discount_usd(chosen.node), "USD"};
    if (chosen.node.price_usd) gear.price = (*request_.exchange)(price);
    gear.nodes = static_cast<double>(chosen.nodes);
    gear.spare_nodes = std::min(gear.nodes, figure.or_("llm.spare_nodes", 0));
    gear.devices = chosen.node.device_count;
    if (chosen.power_w) gear.power_w = *chosen.power_w / gear.nodes;
    const double peak_use = std::min(1.0, figure.or_("llm.utilization", 1));
    gear.busy_nodes = (gear.nodes - gear.spare_nodes) * peak_use / figure.or_("growth.factor", 1);
    gear.utilisation = role.problem.rule_role == "training" ? training_use(role, figure, half)
                                                            : peak_use * mean_over_peak(role, figure);
    if (!chosen.node.existing.empty()) {
      half.notes.push_back(
          fmt::format("{}: `{}` is there already and not bought", role.problem.role, chosen.node.existing));
    }
    add_owned(chosen.node, gear);
    check_prices(chosen.node, half);
    half.gear.push_back(std::move(gear));
  }

  /// What a price book's discounts take off a node.
  double discount_usd(const search::Node& node) const {
    if (!request_.book || !node.price_usd || *node.price_usd <= 0) return 0;
    double off = 0;
    for (const PartCount& part : parts_of(node)) {
      const auto price = prices_.price(part.row->id);
      if (!price || !price->row || price->row->quote) continue;
      off += price->usd * part.count *
             (1 - catalog::factor_of(request_.book->discounts, part.row->id, price->row->kind, {}));
    }
    return off;
  }

  /// Whole nodes by their platform; single parts lower what is to be paid at the start.
  void add_owned(const search::Node& node, Gear& gear) {
    if (!request_.book) return;
    for (const catalog::OwnedGear& owned : request_.book->owned) {
      for (const PartCount& part : parts_of(node)) {
        if (fold_name(owned.item) != fold_name(part.row->id)) continue;
        const double count = static_cast<double>(owned.count);
        const auto age = catalog::age_days(owned.bought, request_.as_of);
        if (node.platform && part.row == &node.platform->row) {
          gear.owned.push_back({count, age.value_or(0) / days_per_month});
          continue;
        }
        const auto price = prices_.price(part.row->id);
        const auto each = price ? (*request_.exchange)(catalog::Money{price->usd, "USD"}) : std::nullopt;
        if (each) gear.owned_parts += std::min(count, part.count * gear.nodes) * *each;
      }
    }
  }

  void check_prices(const search::Node& node, Served& half) {
    for (const PartCount& part : parts_of(node)) {
      const auto price = prices_.price(part.row->id);
      if (!price || !price->row) continue;
      const std::string kind = price->row->kind;
      const auto fresh = catalog::freshness(*request_.market, kind, price->row->date, request_.as_of);
      const std::string date = price->row->date.empty() ? "undated" : price->row->date;
      const std::string text = fmt::format("{} ({})", part.row->name, date);
      if (fresh != catalog::Freshness::fresh) half.stale.push_back(text);
      if (price->row->source.confidence == Confidence::unverified) half.unverified.push_back(text);
    }
  }

  double usual(std::string_view name, double otherwise) const {
    const catalog::Coefficient* row = request_.market->coefficients.find(name);
    return row ? row->usual : otherwise;
  }

  std::optional<double> runs_per_year(const RolePlan& role) const {
    for (const auto& job : request_.plan->workload->training) {
      if (job.name == role.problem.name && job.value.runs_per_year) return *job.value.runs_per_year;
    }
    return {};
  }

  /// Share of the year that a training job keeps its machines busy.
  double training_share(const RolePlan& role, const Figures& figure) const {
    const auto seconds = figure("training.duration");
    if (!seconds) return usual("utilisation", 1);
    constexpr double seconds_per_year = seconds_per_month * 12;
    return std::min(1.0, *seconds * runs_per_year(role).value_or(1) / seconds_per_year);
  }

  double training_use(const RolePlan& role, const Figures& figure, Served& half) const {
    const double share = training_share(role, figure);
    const auto seconds = figure("training.duration");
    const auto runs = runs_per_year(role);
    std::string note;
    if (!seconds) {
      note = fmt::format(
          "how much is trained is not stated (`tokens`), so that it is taken as busy {:.0f} % of the time",
          share * 100);
    } else if (!runs) {
      note = fmt::format(
          "how often it is run is not stated (`runs_per_year`), so that one run of {:.1f} h a year counts",
          *seconds / seconds_per_hour);
    } else {
      note = fmt::format("{:g} runs of {:.1f} h a year", *runs, *seconds / seconds_per_hour);
    }
    half.notes.push_back(fmt::format("{}: {}; rented machines are paid for these {:.3g} hours a month",
                                     role.problem.role, note, share * hours_per_month));
    return share;
  }

  double office_hours() const { return usual("office-hours-share", 1); }

  /// Mean requests a second, where the workload lets them be known.
  std::optional<double> stated_mean(const Figures& figure) const {
    std::optional<double> mean;
    if (const auto rate = figure("llm.rate")) mean = *rate;
    if (const auto day = figure("llm.requests_per_day")) mean = *day / seconds_per_day;
    const auto tokens = figure("llm.tokens_per_second");
    const auto output = figure("llm.output_mean");
    if (tokens && output && *output > 0) mean = *tokens / *output;
    if (mean) mean = *mean * (1 - figure.or_("llm.response_cache_hit", 0));
    if (const auto pipelines = figure("llm.pipeline_rate")) mean = mean.value_or(0) + *pipelines;
    return mean;
  }

  double mean_over_peak(const RolePlan& role, const Figures& figure) const {
    if (role.problem.rule_role != "llm") return 1;
    const double growth = figure.or_("growth.factor", 1);
    const auto peak = figure("llm.rate_peak");
    const auto mean = stated_mean(figure);
    if (mean && peak && *peak > 0) return std::min(1.0, *mean * growth / *peak);
    return office_hours();
  }

  void add_model(const RolePlan& role) {
    const Figures figure(role, *role.chosen);
    ModelWork work;
    work.role = role.problem.role;
    work.training = role.problem.rule_role == "training";
    if (work.training) work.hours = training_share(role, figure) * hours_per_month;
    name_model(role, work);
    auto mean = stated_mean(figure);
    if (!mean) {
      mean = figure.or_("llm.rate_peak", 0) / figure.or_("growth.factor", 1) * office_hours();
      work.office_hours = true;
    }
    work.requests = *mean * seconds_per_month;
    work.tokens.prompt_tokens = figure("llm.mixed.prompt_mean").value_or(figure.or_("llm.prompt_mean", 0));
    work.tokens.input = work.requests * work.tokens.prompt_tokens;
    work.tokens.output =
        work.requests * figure("llm.mixed.output_mean").value_or(figure.or_("llm.output_mean", 0));
    work.tokens.cached_share = figure.or_("llm.prefix_hit", 0);
    work.disk_gb = figure.or_("llm.disk_needed", 0) / 1e9;
    add_way(role, *role.chosen, work);
    for (const Candidate& other : role.runners_up) add_way(role, other, work);
    if (request_.proposed) add_planned_ways(*request_.plan, role.problem.role, work);
    if (request_.uncapped) add_planned_ways(*request_.uncapped, role.problem.role, work);
    served_.models.models.push_back(std::move(work));
  }

  void name_model(const RolePlan& role, ModelWork& work) const {
    const catalog::Model* model = nullptr;
    for (const search::Fact& fact : role.problem.facts) {
      if (fact.name == "llm.model") model = catalog_.models.find(fact.word);
    }
    if (model) work.model = model->row.id;
    for (const auto& service : request_.plan->workload->llm) {
      if (!model && service.name == role.problem.name && service.value.architecture)
        model = &*service.value.architecture;
    }
    if (!model) return;
    work.parameters = model->parameters;
    work.active_parameters = model->active_parameters.value_or(model->parameters);
  }

  /// What the plan would take for the same role may be rented as well.
  void add_planned_ways(const search::Plan& plan, const std::string& name, ModelWork& work) const {
    for (const RolePlan& role : plan.roles) {
      if (role.problem.role != name || !role.chosen) continue;
      add_way(role, *role.chosen, work);
      for (const Candidate& other : role.runners_up) add_way(role, other, work);
    }
  }

  void add_way(const RolePlan& role, const Candidate& candidate, ModelWork& work) const {
    if (!candidate.node.device || candidate.node.device_count < 1) return;
    double together = candidate.devices();
    if (candidate.trace) {
      const Figures figure(role, candidate);
      together = std::min(together, figure.or_("llm.devices", together));
    }
    const Offered::Box* box = offered_.box_of(candidate.node);
    const double nodes = box ? box->value.count.value_or(1) : static_cast<double>(candidate.nodes);
    const double devices = nodes * candidate.devices();
    work.ways.push_back({candidate.node.device, devices, together});
  }

  void add_brokers(const RolePlan& role) {
    const Figures figure(role, *role.chosen);
    const double growth = figure.or_("kafka.growth_factor", 1);
    BrokerNeed need;
    need.brokers = static_cast<double>(role.chosen->nodes);
    need.work.average_bytes_per_s = figure.or_("kafka.ingress_avg", 0) / growth;
    need.work.peak_bytes_per_s = figure.or_("kafka.ingress_peak", 0) / growth;
    need.work.retention_s = figure.or_("kafka.kept_time", 0);
    need.work.replication = figure.or_("kafka.replication", need.work.replication);
    need.work.fan_out = figure.or_("kafka.readers", 1);
    need.work.partitions = figure.or_("kafka.partitions", 0);
    need.work.storage_fill = 1 - figure("headroom.disk").value_or(figure.or_("kafka.disk_headroom", 0));
    const double racks = figure.or_("kafka.racks", 1);
    if (racks > 1) need.work.zones = racks;
    need.work.fetch_from_follower = request_.plan->workload->kafka->follower_fetch.value_or(false);
    // A rented vCPU is a hardware thread.
    need.vcpus = figure.or_("node.threads_per_core", 1) * role.chosen->node.cores * figure.or_("kafka.utilization.cpu", 1);
    need.memory_bytes = figure.or_("kafka.memory", 0);
    need.network_bytes_per_s = std::max(figure.or_("kafka.nic_in", 0), figure.or_("kafka.nic_out", 0));
    served_.brokers.brokers = need;
  }

  const ServedRequest& request_;
  const catalog::Catalog& catalog_;
  search::PriceBook prices_;
  Offered offered_;
  ServedPlan served_;
};

}  // namespace

ServedPlan served_by(const ServedRequest& request) { return Bridge(request).serve(); }

}  // namespace rackfit::cost
