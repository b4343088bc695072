// Walks a trace from one quantity to the inputs it rests on.
#include <fmt/format.h>

#include <set>

#include "rackfit/report/build.hpp"

namespace rackfit::report {

namespace {

using rules::Slot;
using rules::Symbol;

class Walker {
 public:
  Walker(const search::RolePlan& role) : role_(role), program_(*role.program), vm_(*role.chosen->trace) {}

  Explanation explain(Slot slot, int depth) {
    const Symbol& symbol = program_.symbol(slot);
    const rules::TraceValue trace = vm_.trace(slot);
    Explanation node;
    node.name = symbol.name;
    node.role = role_.problem.role;
    node.title = program_.title(slot);
    node.value = program_.print(slot, trace.value);
    node.unit = symbol.unit;
    if (!rules::is_not_applicable(trace.value) && symbol.kind == rules::ValueKind::number) node.number = trace.value;
    node.origin = origin(slot, node);
    if (symbol.origin == Symbol::Origin::input) return node;
    node.formula = trace.formula;
    node.substituted = trace.substituted;
    node.source = cite(program_.source(slot));
    node.confidence = to_string(program_.source(slot).confidence);
    const bool first_time = shown_.insert(slot).second;
    node.shown_above = !first_time && !trace.reads.empty();
    if (!first_time || depth <= 0) return node;
    for (const std::string& note : trace.notes) node.steps.push_back(note);
    for (const rules::NativeStep& step : trace.steps) node.steps.push_back(step_text(step));
    for (Slot read : trace.reads) node.inputs.push_back(explain(read, depth - 1));
    return node;
  }

 private:
  std::string step_text(const rules::NativeStep& step) const {
    const auto unit = program_.units().parse_unit(step.unit);
    const std::string value = unit ? program_.units().format(step.value, unit.value->dimension) : fmt::format("{:g}", step.value);
    std::string text = fmt::format("{} = {}", step.name, step.formula);
    if (!step.substituted.empty() && step.substituted != step.formula) text += " = " + step.substituted;
    text += " = " + value;
    if (!step.source.document.empty() || !step.source.url.empty()) text += "  [" + cite(step.source) + "]";
    return text;
  }

  std::string origin(Slot slot, Explanation& node) const {
    const Symbol& symbol = program_.symbol(slot);
    if (symbol.origin != Symbol::Origin::input) return "rule at " + file_line(program_.span(slot));
    for (const search::Fact& fact : role_.problem.facts) {
      if (fact.name == symbol.name) return from(fact.origin, node);
    }
    for (const search::Axis& axis : role_.problem.axes) {
      if (axis.name == symbol.name) return of_candidate(symbol.name, node);
    }
    const search::Node& host = role_.chosen->node;
    for (const auto& [name, value] : search::node_inputs(host)) {
      if (name != symbol.name) continue;
      const auto of = [&](const auto* part, std::string_view field) {
        node.source = cite(part->row.source_for(field));
        node.confidence = to_string(part->row.source_for(field).confidence);
        return fmt::format("catalog: {}.{}", part->row.id, field);
      };
      if (!host.existing.empty()) return fmt::format("workload: site.existing.{}", host.existing);
      if (name == "device.power" && host.device) return of(host.device, "power");
      if (name.rfind("node.disk_", 0) == 0 && name != "node.disk_count" && name != "node.disk_power" && host.disk) {
        return of(host.disk, name == "node.disk_iops" ? "write_iops" : std::string_view(name).substr(10));
      }
      if (name == "node.nic_bandwidth" && host.nic) return of(host.nic, "speed");
      if (name == "node.cores" && host.cpu) return of(host.cpu, "cores");
      if (name == "node.memory" && host.dimm) return of(host.dimm, "capacity");
      if (name.rfind("node.psu_", 0) == 0 && name != "node.psu_efficiency" && host.platform) return of(host.platform, "psu");
      return "candidate's parts";
    }
    if (symbol.name.rfind("site.used_", 0) == 0) return "the other roles";
    if (symbol.name == "role.nodes") return "candidate: the node count";
    if (!symbol.default_value) return "not given";
    node.source = cite(program_.source(slot));
    node.confidence = to_string(program_.source(slot).confidence);
    return "default at " + file_line(program_.span(slot));
  }

  /// An axis of the search; what it says of an accelerator is in the catalog.
  std::string of_candidate(const std::string& name, Explanation& node) const {
    const catalog::Device* device = role_.chosen->node.device;
    const std::string_view prefix = "device.";
    if (!device || name.rfind(prefix, 0) != 0) return "candidate";
    const std::string field = name == "device.condition" ? "availability" : name == "device.link_scope" ? "link" : name.substr(prefix.size());
    node.source = cite(device->row.source_for(field));
    node.confidence = to_string(device->row.source_for(field).confidence);
    return fmt::format("catalog: {}.{}", device->row.id, field);
  }

  std::string from(const search::Origin& origin, Explanation& node) const {
    switch (origin.kind) {
      case search::Origin::Kind::workload: return file_line(origin.span, "command line");
      case search::Origin::Kind::catalog: break;
      case search::Origin::Kind::candidate: return "candidate";
      case search::Origin::Kind::other_role: return "the plan of " + origin.text;
      case search::Origin::Kind::defaulted: break;
    }
    node.source = cite(origin.source);
    node.confidence = to_string(origin.source.confidence);
    return origin.kind == search::Origin::Kind::catalog ? "catalog: " + origin.text : "default";
  }

  const search::RolePlan& role_;
  const rules::Program& program_;
  const rules::TraceVm& vm_;
  std::set<Slot> shown_;
};

/// "llm.assistant.tpot_p50" names the symbol `llm.tpot_p50` of the role `llm:assistant`.
std::string symbol_in(const search::RolePlan& role, std::string_view quantity) {
  const std::string prefix = role.problem.rule_role + "." + role.problem.name + ".";
  if (!role.problem.name.empty() && quantity.substr(0, prefix.size()) == prefix) {
    return role.problem.rule_role + "." + std::string(quantity.substr(prefix.size()));
  }
  return std::string(quantity);
}

/// Pipelines stand behind the roles: they have values, and no nodes.
std::vector<const search::RolePlan*> all_roles(const search::Plan& plan) {
  std::vector<const search::RolePlan*> roles;
  for (const search::RolePlan& role : plan.roles) roles.push_back(&role);
  for (const search::PipelinePlan& pipeline : plan.pipelines) roles.push_back(&pipeline.role);
  return roles;
}

}  // namespace

std::vector<Explanation> explain(const search::Plan& plan, std::string_view quantity,
                                 const std::optional<std::string>& role, int depth,
                                 std::vector<std::string>& known_names) {
  std::vector<Explanation> found;
  std::set<std::string> names;
  bool named_service = false;
  const auto roles = all_roles(plan);
  for (const search::RolePlan* each : roles) {
    const search::RolePlan& candidate = *each;
    named_service = named_service || symbol_in(candidate, quantity) != quantity;
  }
  for (const search::RolePlan* each : roles) {
    const search::RolePlan& candidate = *each;
    if (!candidate.chosen || (role && candidate.problem.role != *role && candidate.problem.rule_role != *role)) continue;
    for (const Symbol& symbol : candidate.program->symbols()) names.insert(symbol.name);
    const std::string name = symbol_in(candidate, quantity);
    if (named_service && name == quantity) continue;
    if (const auto slot = candidate.program->find(name)) found.push_back(Walker(candidate).explain(*slot, depth));
  }
  known_names.assign(names.begin(), names.end());
  return found;
}

}  // namespace rackfit::report
