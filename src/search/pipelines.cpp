#include "pipelines.hpp"

#include <algorithm>
#include <cmath>

#include "flows.hpp"
#include "pipeline_load.hpp"

namespace rackfit::search {
namespace {

constexpr double same_rate = 1e-6;

std::optional<double> value_of(const RolePlan& role, const std::string& name) {
  const auto slot = role.program ? role.program->find(name) : std::nullopt;
  if (!slot || !role.chosen) return {};
  const double found = role.chosen->trace->value(*slot);
  if (rules::is_not_applicable(found)) return {};
  return found;
}

Fact number(std::string name, double value, Origin origin) {
  Fact fact;
  fact.name = std::move(name);
  fact.number = value;
  fact.origin = std::move(origin);
  return fact;
}

void trace(RolePlan& role) {
  auto vm = std::make_shared<rules::TraceVm>(role.program);
  for (const Fact& fact : role.problem.facts) {
    const auto slot = role.program->find(fact.name);
    if (slot) vm->set(*slot, fact.is_word ? role.program->intern(fact.word) : fact.number);
  }
  vm->run();
  if (!role.chosen) role.chosen.emplace();
  role.chosen->trace = std::move(vm);
}

/// The service's day and peak factor, by "llm.<name>" or "embedding.<name>".
std::vector<double> others_of(const std::string& service, const RoleContext& context) {
  for (const auto& each : context.workload.llm) {
    if ("llm." + each.name == service)
      return others_over_peak(each.value.load.day, each.value.load.peak_factor, context);
  }
  for (const auto& each : context.workload.embedding) {
    if ("embedding." + each.name == service)
      return others_over_peak(each.value.day, each.value.peak_factor, context);
  }
  return {};
}

/// What the workload says of a pipeline.
std::vector<Fact> stated_facts(const schema::Named<workload::Pipeline>& named, const PipelineFlow& flow,
                               double share_of_service, const RoleContext& context) {
  const workload::Pipeline& pipeline = named.value;
  std::vector<Fact> facts = common_facts(context.workload);
  const auto add = [&](const char* name, double value, Span span) {
    facts.push_back(number(name, value, {Origin::Kind::workload, span, {}, {}}));
  };
  const Span here = pipeline.share ? pipeline.share.span : pipeline.from.span;
  add("pipeline.messages", flow.messages_per_s, pipeline.from.span);
  add("pipeline.requests_per_message", flow.requests_per_message, here);
  add("pipeline.service_share", share_of_service, here);
  add("pipeline.day_known", flow.curve ? 1 : 0, here);
  add("pipeline.flow", 0, here);
  if (flow.peak_factor) add("pipeline.peak_factor", *flow.peak_factor, pipeline.from.span);
  if (flow.message_bytes) add("pipeline.message_size", *flow.message_bytes, pipeline.from.span);
  if (flow.retention_s) add("pipeline.retention", *flow.retention_s, pipeline.from.span);
  if (pipeline.lag_p95) add("pipeline.lag_wanted", *pipeline.lag_p95, pipeline.lag_p95.span);
  if (pipeline.drained_by) add("pipeline.drained_by", *pipeline.drained_by, pipeline.drained_by.span);
  if (pipeline.outage) add("pipeline.outage", *pipeline.outage, pipeline.outage.span);
  return facts;
}

/// What the plan of its service says: the rate at the targets with the headroom kept free, and how long
/// answers take.
std::vector<Fact> service_facts(const RolePlan& service) {
  const std::string& role = service.problem.rule_role;
  const std::string time = role == "llm" ? "llm.e2e_" : "embedding.latency_";
  std::vector<Fact> facts;
  const auto add = [&](const char* name, const std::optional<double>& value) {
    if (value)
      facts.push_back(number(name, *value, {Origin::Kind::other_role, {}, service.problem.role, {}}));
  };
  const auto most = value_of(service, role + ".rate_capacity");
  const auto planned = value_of(service, role + ".rate_utilization");
  if (most && planned) add("pipeline.service_capacity", *most * *planned);
  add("pipeline.service_others", value_of(service, role + ".others_peak"));
  // Texts to embed are of one length, so their median is their mean.
  add("pipeline.service_mean", value_of(service, time + (role == "llm" ? "mean" : "p50")));
  add("pipeline.service_p95", value_of(service, time + "p95"));
  add("pipeline.service_p99", value_of(service, time + "p99"));
  return facts;
}

std::shared_ptr<const Flows> flows_of(const PipelineFlow& flow, const std::string& service,
                                      const RoleContext& context) {
  Flows::Entry entry;
  entry.arrivals = (flow.curve ? *flow.curve : kafka::DayCurve()).steps();
  entry.others = others_of(service, context);
  auto flows = std::make_shared<Flows>();
  flows->add(std::move(entry));
  return flows;
}

/// The day behind the figures, for a chart.
void draw(PipelinePlan& pipeline, const Flows& flows) {
  const auto rate = value_of(pipeline.role, "pipeline.queued_rate");
  const auto capacity = value_of(pipeline.role, "pipeline.service_capacity");
  const auto share = value_of(pipeline.role, "pipeline.service_share");
  if (!rate || !capacity || !share) return;
  const Flows::Entry& entry = *flows.find(0);
  std::vector<double> others =
      entry.others.empty() ? std::vector<double>(kafka::steps_per_day, 1.0) : entry.others;
  for (double& value : others) value *= value_of(pipeline.role, "pipeline.service_others").value_or(0);
  kafka::Flow day{entry.arrivals, kafka::left_over(*capacity, others)};
  for (double& value : day.arrivals) value *= *rate;
  for (double& value : day.capacity) value *= *share;
  pipeline.waiting = kafka::run_day(day).waiting;
  pipeline.arrivals = std::move(day.arrivals);
}

void plan_one(const schema::Named<workload::Pipeline>& named, std::size_t service,
              const std::shared_ptr<const RolePlan>& peak, const RoleContext& context, Plan& plan) {
  const auto flow = pipeline_flow(named, context);
  if (!flow) return;
  const PipelineLoad all = pipeline_load(*named.value.to, context);
  const double share = all.messages_per_s > 0 ? flow->requests_per_s / all.messages_per_s : 1;
  const auto flows = flows_of(*flow, *named.value.to, context);
  PipelinePlan pipeline;
  pipeline.from = *named.value.from;
  pipeline.to = *named.value.to;
  pipeline.service = service;
  pipeline.planned = *plan.roles[service].chosen;
  pipeline.day_known = flow->curve.has_value();
  RoleProblem& problem = pipeline.role.problem;
  problem.role = "pipeline:" + named.name;
  problem.rule_role = "pipeline";
  problem.name = named.name;
  problem.title = "Pipeline `" + named.name + "`: " + pipeline.from + " → " + pipeline.to;
  problem.facts = stated_facts(named, *flow, share, context);
  use_flows(flows, problem);
  pipeline.role.program =
      rules::Program::compile(plan.rules, "pipeline", problem.natives, context.units, context.diagnostics);
  if (!pipeline.role.program) return;
  const auto in_front_of = [&](const RolePlan& of) {
    RolePlan role = pipeline.role;
    for (Fact& fact : service_facts(of)) role.problem.facts.push_back(std::move(fact));
    trace(role);
    return role;
  };
  if (peak) {
    pipeline.peak_service = peak;
    pipeline.peak_role = std::make_shared<RolePlan>(in_front_of(*peak));
  }
  pipeline.role = in_front_of(plan.roles[service]);
  draw(pipeline, *flows);
  plan.pipelines.push_back(std::move(pipeline));
}

}  // namespace

std::shared_ptr<const RolePlan> sized_to_peak(const RolePlan& service, const Composer& composer,
                                              const SiteUse& used) {
  const std::string& role = service.problem.rule_role;
  const auto sustained = value_of(service, role + ".sustained_rate");
  const auto peak = value_of(service, role + ".pipeline_peak");
  if (!sustained || !peak) return nullptr;
  if (*sustained >= (*peak + value_of(service, role + ".others_peak").value_or(0)) * (1 - same_rate))
    return nullptr;
  auto again = std::make_shared<RolePlan>();
  again->problem = service.problem;
  again->program = service.program;
  again->objective = service.objective;
  Fact sizing;
  sizing.name = role + ".pipeline_sizing";
  sizing.word = "peak";
  sizing.is_word = true;
  again->problem.facts.push_back(std::move(sizing));
  solve(*again, composer, used, 0);
  return again;
}

void plan_pipelines(Plan& plan, const RoleContext& context,
                    const std::vector<std::shared_ptr<const RolePlan>>& peaks) {
  for (const auto& named : context.workload.pipelines) {
    if (!named.value.to || !named.value.from) continue;
    for (std::size_t i = 0; i < plan.roles.size(); ++i) {
      const RolePlan& role = plan.roles[i];
      if (role.problem.rule_role + "." + role.problem.name != *named.value.to || !role.chosen) continue;
      plan_one(named, i, i < peaks.size() ? peaks[i] : nullptr, context, plan);
    }
  }
}

void add_pipeline_facts(RoleProblem& brokers, const Plan& plan) {
  std::optional<double> workers, longest, age, kept, held;
  std::string from;
  const auto most = [](std::optional<double>& sum, const std::optional<double>& value) {
    if (value && std::isfinite(*value)) sum = std::max(sum.value_or(*value), *value);
  };
  for (const PipelinePlan& pipeline : plan.pipelines) {
    const auto value = [&](const char* name) { return value_of(pipeline.role, name); };
    most(workers, value("pipeline.workers"));
    most(longest, value("pipeline.service_p99"));
    most(age, value("pipeline.retention_needed"));
    if (const auto raw = value("pipeline.held_raw"); raw && std::isfinite(*raw))
      held = held.value_or(0) + *raw;
    if (const auto time = value("pipeline.retention")) kept = std::min(kept.value_or(*time), *time);
    from += (from.empty() ? "" : ", ") + pipeline.role.problem.role;
  }
  for (const RolePlan& role : plan.roles) {
    const auto readers = value_of(role, "training.feed_consumers");
    most(workers, readers);
    if (readers) from += (from.empty() ? "" : ", ") + role.problem.role;
  }
  const auto add = [&](const char* name, const std::optional<double>& value) {
    if (value) brokers.facts.push_back(number(name, *value, {Origin::Kind::other_role, {}, from, {}}));
  };
  add("kafka.consumer_concurrency", workers);
  add("kafka.consumer_service_time", longest);
  add("kafka.pipeline_age", age);
  add("kafka.pipeline_retention", kept);
  add("kafka.pipeline_held", held);
}

void tell_brokers(Plan& plan, const RolePlan& brokers) {
  for (PipelinePlan& pipeline : plan.pipelines) {
    const Origin origin{Origin::Kind::other_role, {}, brokers.problem.role, {}};
    if (const auto ratio = value_of(brokers, "kafka.wire_ratio")) {
      pipeline.role.problem.facts.push_back(number("pipeline.wire_ratio", *ratio, origin));
    }
    if (const auto copies = value_of(brokers, "kafka.replication")) {
      pipeline.role.problem.facts.push_back(number("pipeline.replication", *copies, origin));
    }
    trace(pipeline.role);
  }
}

}  // namespace rackfit::search
