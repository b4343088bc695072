// A generative service as a search problem: its facts, and every way to run its model.
#include "fact_list.hpp"
#include "pipeline_load.hpp"
#include "replicas.hpp"

namespace rackfit::search {
namespace {

void add_load(const workload::LlmService& service, FactList& facts) {
  const workload::Load& load = service.load;
  facts.given("llm.users", load.users);
  facts.given("llm.concurrency", load.concurrency);
  facts.given("llm.rate", load.rate);
  facts.given("llm.requests_per_day", load.requests_per_day);
  facts.given("llm.tokens_per_second", load.tokens_per_second);
  facts.given("llm.peak_factor", load.peak_factor);
  facts.given("llm.active_share", load.active_share);
  facts.given("llm.think_time", load.think_time);
  facts.given("llm.burstiness", load.burstiness);
  facts.given("llm.context", service.context);
  facts.given("llm.prompt_mean", service.prompt.mean);
  facts.given("llm.prompt_p95", service.prompt.p95);
  facts.given("llm.output_mean", service.output.mean);
  facts.given("llm.output_p95", service.output.p95);
  facts.given("llm.prefix_hit", service.prefix_hit);
  facts.given("llm.response_cache_hit", service.response_cache_hit);
  facts.given("llm.priority", service.priority);
  facts.given("llm.kv_format", service.kv_format);
  facts.given("llm.replicas_fixed", service.replicas);
}

void add_targets(const workload::LlmTargets& targets, FactList& facts) {
  facts.given("llm.target.ttft_p50", targets.ttft_p50);
  facts.given("llm.target.ttft_p95", targets.ttft_p95);
  facts.given("llm.target.ttft_p99", targets.ttft_p99);
  facts.given("llm.target.tpot_p50", targets.tpot_p50);
  facts.given("llm.target.tpot_p95", targets.tpot_p95);
  facts.given("llm.target.e2e_p50", targets.e2e_p50);
  facts.given("llm.target.e2e_p95", targets.e2e_p95);
  facts.given("llm.target.e2e_p99", targets.e2e_p99);
  facts.given("llm.target.tokens_per_second_per_user", targets.tokens_per_second_per_user);
}

void add_pipelines(const PipelineLoad& load, FactList& facts) {
  if (load.count == 0) return;
  const Origin origin{Origin::Kind::workload, load.span, {}, {}};
  const auto add = [&](const char* name, const std::optional<double>& value) {
    if (value) facts.number(name, *value, origin);
  };
  add("llm.pipelines", load.count);
  add("llm.pipeline_rate", load.messages_per_s);
  add("llm.pipeline_peak_factor", load.peak_factor);
  add("llm.pipeline_prompt", load.prompt_tokens);
  add("llm.pipeline_output", load.output_tokens);
  add("llm.pipeline_lag_p95", load.lag_p95_s);
}

void add_model(const catalog::Model& model, bool inline_architecture, FactList& facts) {
  const auto origin = [&](const char* field) {
    if (inline_architecture) return Origin{Origin::Kind::workload, model.row.span, {}, model.row.source};
    return from_catalog(model.row, field);
  };
  facts.word("llm.model", model.row.name.empty() ? model.row.id : model.row.name, origin("name"));
  facts.number("llm.model_parameters", model.parameters, origin("parameters"));
  if (model.active_parameters) {
    facts.number("llm.model_active_parameters", *model.active_parameters, origin("active_parameters"));
  }
  if (model.context_tokens) {
    facts.number("llm.model_context", static_cast<double>(*model.context_tokens), origin("context"));
  }
  if (model.hidden > 0) facts.number("llm.model_hidden", static_cast<double>(model.hidden), origin("hidden"));
}

/// Speculation as planned: what the workload gives with its place, what it leaves open with the citation of the
/// default.
void add_serving(const workload::LlmService& service, const ReplicaRequest& request, const RoleContext& context,
                 FactList& facts) {
  const auto origin = [](Span span, const catalog::SourcedValue* assumed) {
    if (assumed) return Origin{Origin::Kind::defaulted, {}, {}, assumed->source};
    return Origin{Origin::Kind::workload, span, {}, {}};
  };
  if (service.lora.adapters) {
    facts.number("llm.lora_adapters", static_cast<double>(request.lora_adapters),
                 origin(service.lora.adapters.span, nullptr));
  }
  if (request.lora_adapters > 0) {
    facts.number("llm.lora_rank", static_cast<double>(request.lora_rank),
                 origin(service.lora.rank.span,
                        service.lora.rank ? nullptr : &context.catalog.serving.lora_rank));
  }
  const llm::SpeculationPlan& plan = request.speculation;
  if (plan.tokens <= 0 || !service.speculation) return;
  const workload::Speculation& asked = *service.speculation;
  facts.word("llm.speculation", std::string(llm::to_string(plan.method)),
             origin(asked.method ? asked.method.span : asked.span, nullptr));
  facts.number("llm.speculative_tokens", static_cast<double>(plan.tokens),
               origin(asked.tokens.span, plan.assumed_tokens));
  facts.number("llm.draft_acceptance", plan.acceptance, origin(asked.acceptance.span, plan.assumed_acceptance));
}

}  // namespace

RoleProblem llm_role(const schema::Named<workload::LlmService>& named, const RoleContext& context) {
  const workload::LlmService& service = named.value;
  RoleProblem problem;
  problem.role = "llm:" + named.name;
  problem.rule_role = "llm";
  problem.name = named.name;
  problem.nodes_rule = "llm.nodes";
  problem.compose_host = true;

  ReplicaRequest request;
  request.model = service.architecture ? &*service.architecture : find_model(service.model, context);
  find_formats(service.quantization, context, request);
  request.engine = find_engine(service.engine, context);
  request.engine_version = service.engine_version.value_or("");
  request.kv_format = find_kv_format(service.kv_format, context);
  find_serving(service, request.model, context, request);
  request.pools = true;

  FactList facts;
  facts.append(common_facts(context.workload));
  add_load(service, facts);
  add_targets(service.targets, facts);
  const PipelineLoad pipelines = pipeline_load("llm." + named.name, context);
  add_pipelines(pipelines, facts);
  if (!request.model) {
    problem.title = "LLM service `" + named.name + "`";
    problem.facts = facts.take();
    return problem;
  }
  add_model(*request.model, service.architecture.has_value(), facts);
  add_serving(service, request, context, facts);
  problem.title = "LLM service `" + named.name + "`: " + request.model->row.name;
  problem.facts = facts.take();
  fill_replicas(request, "llm", context, problem);
  add_flow(pipelines, service.load.day, service.load.peak_factor, "llm.pipeline_flow", context, problem);
  return problem;
}

}  // namespace rackfit::search
