#include "rackfit/report/csv.hpp"

#include <fmt/format.h>

#include "csv_text.hpp"
#include "rackfit/report/json_text.hpp"
#include "words.hpp"

namespace rackfit::report {
namespace {

class Rows {
 public:
  explicit Rows(std::string& out) : out_(out) {}

  void at(const std::string& workload, const std::string& role) {
    workload_ = workload;
    role_ = role;
  }
  void text(const char* section, const std::string& name, const char* field, const std::string& value,
            const std::string& unit = {}) {
    out_ += fmt::format("{},{},{},{},{},{},{}\n", csv_cell(workload_), csv_cell(role_), section,
                        csv_cell(name), field, csv_cell(value), csv_cell(unit));
  }
  void number(const char* section, const std::string& name, const char* field,
              const std::optional<double>& value, const std::string& unit) {
    text(section, name, field, value ? json_number(*value) : "", unit);
  }
  void money(const char* section, const std::string& name, const char* field,
             const std::optional<Money>& value) {
    text(section, name, field, value ? value->amount : "", value ? value->currency : "");
  }

 private:
  std::string& out_;
  std::string workload_, role_;
};

std::string whole(std::int64_t number) { return fmt::format("{}", number); }

void write_target(Rows& rows, const Target& item) {
  rows.number("target", item.name, "wanted", item.wanted, item.unit);
  rows.number("target", item.name, "predicted", item.predicted, item.unit);
  rows.number("target", item.name, "low", item.low, item.unit);
  rows.number("target", item.name, "high", item.high, item.unit);
  const char* met = item.met == Met::unknown ? "" : item.met == Met::yes ? "true" : "false";
  rows.text("target", item.name, "met", met);
}

void write_figure(Rows& rows, const KeyFigure& item) {
  rows.number("figure", item.name, "value", item.value, item.unit);
  rows.number("figure", item.name, "low", item.low, item.unit);
  rows.number("figure", item.name, "high", item.high, item.unit);
}

void write_role(Rows& rows, const Role& role) {
  rows.text("role", "feasible", "value", role.feasible ? "true" : "false");
  rows.text("role", "nodes", "value", whole(role.nodes), "node");
  if (!role.feasible) return;
  rows.text("role", "configuration", "id", role.configuration.id);
  rows.text("role", "configuration", "summary", role.configuration.summary);
  rows.money("role", "price", "value", role.price);
  if (!role.shares_nodes_with.empty()) rows.text("role", "shares_nodes_with", "value", role.shares_nodes_with);
  if (!role.chosen_because.empty()) rows.text("role", "chosen_because", "value", trimmed(role.chosen_because));
  rows.number("role", "node_power", "value", role.configuration.power_w, "W");
  rows.number("role", "node_rack_units", "value", role.configuration.rack_units, "U");
  for (const Fact& fact : role.configuration.facts) rows.text("fact", fact.key, "value", fact.value);
  for (const Part& part : role.configuration.parts) {
    rows.text("part", part.id, "kind", part.kind);
    rows.text("part", part.id, "count_per_node", whole(part.count));
    rows.money("part", part.id, "unit_price", part.unit_price);
  }
  for (const Requirement& item : role.requirements) {
    rows.number("requirement", item.resource, "need", item.need, item.unit);
    rows.number("requirement", item.resource, "capacity", item.capacity, item.unit);
    rows.number("requirement", item.resource, "utilization", item.utilization, "1");
    rows.text("requirement", item.resource, "binding", item.binding ? "true" : "false");
  }
  for (const Limit& item : role.limits) {
    rows.number("limit", item.name, "nodes", item.nodes, "node");
    rows.number("limit", item.name, "slack", item.slack, "1");
  }
  for (const State& item : role.states) {
    rows.text("state", item.name, "holds", item.holds ? "true" : "false");
    rows.number("state", item.name, "alive", item.alive, "node");
    for (const StateCell& cell : item.cells) {
      rows.number("state", item.name + ":" + cell.resource, "utilization", cell.utilization, "1");
    }
    for (const std::string& sentence : item.given_up)
      rows.text("state", item.name, "given_up", trimmed(sentence));
    for (const std::string& sentence : item.reduced)
      rows.text("state", item.name, "reduced", trimmed(sentence));
  }
  for (const Share& item : role.shares) {
    const std::string name = item.service + ":" + item.resource;
    rows.number("share", name, "value", item.value, item.unit);
    rows.number("share", name, "request", item.request, item.unit);
    rows.number("share", name, "limit", item.limit, item.unit);
  }
  for (const Target& item : role.targets) write_target(rows, item);
  for (const KeyFigure& item : role.figures) write_figure(rows, item);
  for (const RunnerUp& item : role.runners_up) {
    rows.text("runner_up", item.configuration.id, "summary", item.configuration.summary);
    rows.text("runner_up", item.configuration.id, "nodes", whole(item.nodes), "node");
    rows.money("runner_up", item.configuration.id, "price", item.price);
    rows.text("runner_up", item.configuration.id, "lost_because", trimmed(item.lost_because));
  }
  for (std::size_t i = 0; i < role.front.size(); ++i) {
    const Trade& item = role.front[i];
    const std::string name = fmt::format("{}", i + 1);
    rows.text("pareto", name, "id", item.id);
    rows.text("pareto", name, "way", item.way);
    rows.text("pareto", name, "nodes", whole(item.nodes), "node");
    rows.money("pareto", name, "price", item.price);
    rows.money("pareto", name, "cost", item.cost);
    rows.number("pareto", name, "latency", item.latency_s, "s");
    rows.number("pareto", name, "power", item.power_w, "W");
    rows.text("pareto", name, "chosen", item.chosen ? "true" : "false");
  }
}

void write_pipeline(Rows& rows, const std::string& workload, const Pipeline& pipeline) {
  rows.at(workload, "pipeline:" + pipeline.name);
  for (const SizedService& item : pipeline.services) {
    const std::string name = "sized_to_" + item.sized_to;
    rows.text("service", name, "nodes", whole(item.nodes), "node");
    rows.text("service", name, "devices", whole(item.devices), "device");
    rows.money("service", name, "price", item.price);
    rows.number("service", name, "rate", item.rate, "request/s");
    rows.number("service", name, "utilization", item.utilization, "1");
    rows.number("service", name, "lag_p95", item.lag_p95_s, "s");
    rows.number("service", name, "max_backlog", item.max_backlog, "request");
  }
  for (const Target& item : pipeline.targets) write_target(rows, item);
  for (const KeyFigure& item : pipeline.figures) write_figure(rows, item);
}

void write_plan(Rows& rows, const Plan& plan) {
  rows.at(plan.workload, "");
  rows.text("plan", "feasible", "value", plan.feasible ? "true" : "false");
  rows.text("plan", "nodes", "value", whole(plan.totals.nodes), "node");
  rows.number("plan", "power", "value", plan.totals.power_w, "W");
  rows.number("plan", "rack_units", "value", plan.totals.rack_units, "U");
  rows.money("plan", "price", "value", plan.totals.price);
  rows.text("plan", "objective", "value", plan.objective);
  for (const Role& role : plan.roles) {
    rows.at(plan.workload, role.role);
    write_role(rows, role);
  }
  for (const Pipeline& pipeline : plan.pipelines) write_pipeline(rows, plan.workload, pipeline);
  for (const AdviceItem& item : plan.advice) {
    rows.at(plan.workload, item.role);
    rows.text("advice", item.id, "level", item.level);
    rows.text("advice", item.id, "message", trimmed(item.message));
    rows.text("advice", item.id, "source", item.source);
  }
  for (const DefaultUsed& item : plan.defaults) {
    rows.at(plan.workload, item.role);
    rows.text("default", item.name, "value", item.value);
    rows.text("default", item.name, "source", item.source);
  }
  rows.at(plan.workload, "");
  for (const OverrideUsed& item : plan.overrides) {
    rows.text("override", item.name, "was", item.was);
    rows.text("override", item.name, "is", item.is);
  }
  for (const Rejected& item : plan.rejected) {
    rows.at(plan.workload, item.role);
    rows.text("rejected", item.constraint, "candidates", whole(item.candidates));
    rows.text("rejected", item.constraint, "family", item.family);
    rows.text("rejected", item.constraint, "because", trimmed(item.because));
    rows.text("rejected", item.constraint, "relaxation", trimmed(item.relaxation));
  }
}

}  // namespace

std::string write_csv(const std::vector<Plan>& plans) {
  std::string out = "workload,role,section,name,field,value,unit\n";
  Rows rows(out);
  for (const Plan& plan : plans) write_plan(rows, plan);
  return out;
}

}  // namespace rackfit::report
