#include "rackfit/report/json.hpp"

#include <map>

#include "rackfit/report/json_text.hpp"
#include "words.hpp"

namespace rackfit::report {
namespace {

/// The file's name alone: the same plan gives the same bytes from whichever folder it is asked for.
std::string without_folder(const std::string& place) {
  const std::size_t slash = place.rfind('/');
  return slash == std::string::npos ? place : place.substr(slash + 1);
}

void money(JsonText& json, const char* name, const std::optional<Money>& value) {
  json.key(name);
  if (!value) {
    json.null();
    return;
  }
  json.begin_object().field("amount", value->amount).field("currency", value->currency).end_object();
}

template <class Items, class Write>
void list(JsonText& json, const char* name, const Items& items, const Write& write) {
  json.key(name).begin_array();
  for (const auto& item : items) {
    json.begin_object();
    write(item);
    json.end_object();
  }
  json.end_array();
}

void configuration(JsonText& json, const Configuration& node) {
  json.key("configuration").begin_object();
  json.field("id", node.id).field("summary", node.summary);
  json.key("facts").begin_object();
  for (const Fact& fact : node.facts) json.field(fact.key, fact.value);
  json.end_object();
  list(json, "parts", node.parts, [&](const Part& part) {
    json.field("kind", part.kind).field("id", part.id).field("name", part.name).field("count", part.count);
    money(json, "unit_price", part.unit_price);
    json.known("price_note", part.price_note);
  });
  money(json, "node_price", node.node_price);
  json.texts("unpriced", node.unpriced);
  json.field("power_w", node.power_w).field("rack_units", node.rack_units);
  json.end_object();
}

void requirement(JsonText& json, const Requirement& item) {
  json.field("resource", item.resource).field("title", item.title).field("need", item.need);
  json.field("capacity", item.capacity).field("unit", item.unit).field("utilization", item.utilization);
  json.field("binding", item.binding).known("breaks", trimmed(item.breaks)).known("rule", item.rule);
}

void target(JsonText& json, const Target& item) {
  json.field("name", item.name).field("title", item.title).field("wanted", item.wanted);
  json.field("predicted", item.predicted)
      .field("low", item.low)
      .field("high", item.high)
      .field("unit", item.unit);
  json.key("met");
  if (item.met == Met::unknown) {
    json.null();
  } else {
    json.value(item.met == Met::yes);
  }
}

void figure(JsonText& json, const KeyFigure& item) {
  json.field("name", item.name).field("title", item.title).field("value", item.value);
  json.field("low", item.low).field("high", item.high).field("unit", item.unit);
}

void state(JsonText& json, const State& item) {
  json.field("name", item.name)
      .field("title", item.title)
      .field("alive", item.alive)
      .field("holds", item.holds);
  list(json, "resources", item.cells, [&](const StateCell& cell) {
    json.field("resource", cell.resource).field("need", cell.need).field("capacity", cell.capacity);
    json.field("unit", cell.unit).field("utilization", cell.utilization);
  });
  json.texts("given_up", item.given_up);
  json.texts("reduced", item.reduced);
}

void role(JsonText& json, const Role& role) {
  json.field("role", role.role).field("title", role.title).field("feasible", role.feasible);
  json.field("nodes", role.nodes).known("nodes_why", role.nodes_why);
  if (role.feasible) {
    configuration(json, role.configuration);
  } else {
    json.key("configuration").null();
  }
  money(json, "price", role.price);
  json.known("shares_nodes_with", role.shares_nodes_with).known("chosen_because", role.chosen_because);
  list(json, "requirements", role.requirements, [&](const Requirement& item) { requirement(json, item); });
  list(json, "targets", role.targets, [&](const Target& item) { target(json, item); });
  list(json, "figures", role.figures, [&](const KeyFigure& item) { figure(json, item); });
  list(json, "limits", role.limits, [&](const Limit& item) {
    json.field("name", item.name)
        .field("title", item.title)
        .field("nodes", item.nodes)
        .field("slack", item.slack);
  });
  list(json, "states", role.states, [&](const State& item) { state(json, item); });
  list(json, "shares", role.shares, [&](const Share& item) {
    json.field("service", item.service).field("resource", item.resource).field("title", item.title);
    json.field("value", item.value)
        .field("request", item.request)
        .field("limit", item.limit)
        .field("unit", item.unit);
  });
  json.known("breaks_first", trimmed(role.breaks_first)).known("trust", trimmed(role.trust));
  list(json, "runners_up", role.runners_up, [&](const RunnerUp& item) {
    configuration(json, item.configuration);
    json.field("nodes", item.nodes);
    money(json, "price", item.price);
    json.field("lost_because", trimmed(item.lost_because));
  });
  list(json, "pareto", role.front, [&](const Trade& item) {
    json.field("id", item.id)
        .field("summary", item.summary)
        .field("way", item.way)
        .field("nodes", item.nodes);
    money(json, "price", item.price);
    money(json, "cost", item.cost);
    json.field("latency_s", item.latency_s).field("power_w", item.power_w).field("chosen", item.chosen);
  });
  json.field("pareto_left_out", role.front_left_out).field("pareto_margin", role.front_margin);
}

void numbers(JsonText& json, const char* name, const std::vector<double>& items) {
  json.key(name).begin_array();
  for (const double item : items) json.value(item);
  json.end_array();
}

void pipeline(JsonText& json, const Pipeline& item) {
  json.field("name", item.name).field("title", item.title).field("from", item.from).field("to", item.to);
  json.field("day_known", item.day_known);
  list(json, "targets", item.targets, [&](const Target& wanted) { target(json, wanted); });
  list(json, "figures", item.figures, [&](const KeyFigure& shown) { figure(json, shown); });
  list(json, "services", item.services, [&](const SizedService& service) {
    json.field("sized_to", service.sized_to).field("feasible", service.feasible);
    json.field("summary", service.summary).field("nodes", service.nodes).field("devices", service.devices);
    money(json, "price", service.price);
    json.field("rate", service.rate).field("utilization", service.utilization);
    json.field("lag_p95_s", service.lag_p95_s).field("max_backlog", service.max_backlog);
  });
  json.key("devices_saved");
  if (item.devices_saved) {
    json.value(*item.devices_saved);
  } else {
    json.null();
  }
  money(json, "price_saved", item.price_saved);
  numbers(json, "arrivals", item.arrivals);
  numbers(json, "waiting", item.waiting);
}

void footnotes(JsonText& json, const Plan& plan) {
  list(json, "advice", plan.advice, [&](const AdviceItem& item) {
    json.field("id", item.id).known("role", item.role).field("level", item.level);
    json.field("message", trimmed(item.message)).known("source", item.source);
  });
  list(json, "defaults", plan.defaults, [&](const DefaultUsed& item) {
    json.field("name", item.name)
        .known("role", item.role)
        .field("title", item.title)
        .field("value", item.value);
    json.known("source", item.source);
  });
  list(json, "overrides", plan.overrides, [&](const OverrideUsed& item) {
    json.field("name", item.name)
        .known("was", item.was)
        .field("is", item.is)
        .known("because", trimmed(item.because));
    json.known("where", without_folder(item.where));
  });
  list(json, "rejected", plan.rejected, [&](const Rejected& item) {
    json.known("role", item.role).field("constraint", item.constraint).field("family", item.family);
    json.field("candidates", item.candidates).known("because", trimmed(item.because));
    json.known("relaxation", trimmed(item.relaxation)).known("where", without_folder(item.where));
  });
}

void plan_object(JsonText& json, const Plan& plan) {
  json.begin_object();
  json.field("format_version", plan.format_version).field("rackfit_version", plan.rackfit_version);
  json.field("workload", plan.workload)
      .known("description", trimmed(plan.description))
      .field("file", without_folder(plan.file));
  json.field("feasible", plan.feasible)
      .field("candidates", plan.candidates)
      .field("objective", plan.objective);
  json.key("totals").begin_object().field("nodes", plan.totals.nodes).field("power_w", plan.totals.power_w);
  json.field("rack_units", plan.totals.rack_units);
  money(json, "price", plan.totals.price);
  json.known("price_note", trimmed(plan.totals.price_note)).end_object();
  list(json, "roles", plan.roles, [&](const Role& item) { role(json, item); });
  list(json, "pipelines", plan.pipelines, [&](const Pipeline& item) { pipeline(json, item); });
  footnotes(json, plan);
  json.end_object();
}

/// Fuller derivations win over "shown above" and over those cut at the depth limit.
void collect(const Explanation& node, std::map<std::string, const Explanation*>& values) {
  const auto [found, added] = values.emplace(node.name, &node);
  if (!added && found->second->inputs.empty() && !node.inputs.empty()) found->second = &node;
  for (const Explanation& input : node.inputs) collect(input, values);
}

void explained(JsonText& json, const Explanation& node) {
  json.field("title", node.title)
      .field("value", node.value)
      .field("number", node.number)
      .known("unit", node.unit);
  json.known("formula", node.formula).known("substituted", node.substituted).known("origin", node.origin);
  json.known("source", node.source).known("confidence", node.confidence);
  json.texts("steps", node.steps);
  json.key("inputs").begin_array();
  for (const Explanation& input : node.inputs) json.value(input.name);
  json.end_array();
}

}  // namespace

std::string write_json(const std::vector<Plan>& plans) {
  JsonText json;
  if (plans.size() == 1) {
    plan_object(json, plans.front());
    return json.take();
  }
  json.begin_object().field("format_version", Plan().format_version).key("plans").begin_array();
  for (const Plan& plan : plans) plan_object(json, plan);
  json.end_array().end_object();
  return json.take();
}

std::string write_json(const std::vector<Explanation>& explanations) {
  JsonText json;
  json.begin_object().field("format_version", Plan().format_version).key("explanations").begin_array();
  for (const Explanation& root : explanations) {
    std::map<std::string, const Explanation*> values;
    collect(root, values);
    json.begin_object().known("role", root.role).field("root", root.name).key("values").begin_object();
    for (const auto& [name, node] : values) {
      json.key(name).begin_object();
      explained(json, *node);
      json.end_object();
    }
    json.end_object().end_object();
  }
  json.end_array().end_object();
  return json.take();
}

}  // namespace rackfit::report
