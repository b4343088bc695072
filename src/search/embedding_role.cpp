// An embedding model or reranker as a search problem.
#include "fact_list.hpp"
#include "pipeline_load.hpp"
#include "rackfit/catalog/tables.hpp"
#include "replicas.hpp"

namespace rackfit::search {

RoleProblem embedding_role(const schema::Named<workload::EmbeddingService>& named,
                           const RoleContext& context) {
  const workload::EmbeddingService& service = named.value;
  RoleProblem problem;
  problem.role = "embedding:" + named.name;
  problem.rule_role = "embedding";
  problem.name = named.name;
  problem.title = "embedding service `" + named.name + "`";
  problem.nodes_rule = "embedding.nodes";
  problem.compose_host = true;

  FactList facts;
  facts.append(common_facts(context.workload));
  facts.given("embedding.rate", service.rate);
  facts.given("embedding.documents_per_day", service.documents_per_day);
  facts.given("embedding.peak_factor", service.peak_factor);
  facts.given("embedding.tokens_per_document", service.tokens_per_document);
  facts.given("embedding.target.latency_p95", service.latency_p95);
  const PipelineLoad load = pipeline_load("embedding." + named.name, context);
  if (load.count > 0) {
    const Origin origin{Origin::Kind::workload, load.span, {}, {}};
    facts.number("embedding.pipeline_rate", load.messages_per_s, origin);
    if (load.peak_factor) facts.number("embedding.pipeline_peak_factor", *load.peak_factor, origin);
    if (load.prompt_tokens) facts.number("embedding.pipeline_tokens", *load.prompt_tokens, origin);
    if (load.lag_p95_s) facts.number("embedding.pipeline_lag_p95", *load.lag_p95_s, origin);
  }

  ReplicaRequest request;
  request.model = find_model(service.model, context);
  // Quantized embedding models are rare and change every vector that is already stored: the published weights
  // are served.
  for (const char* id : {"bf16", "fp16"}) {
    const auto* format = context.catalog.quantizations.find(id);
    if (format) request.formats.push_back(format);
  }
  if (request.model) {
    const auto& row = request.model->row;
    problem.title += ": " + row.name;
    facts.word("embedding.model", row.name, from_catalog(row, "name"));
    facts.word("embedding.model_kind", std::string(catalog::to_string(request.model->kind)),
               from_catalog(row, "kind"));
    facts.number("embedding.model_parameters", request.model->parameters, from_catalog(row, "parameters"));
    if (request.model->context_tokens) {
      facts.number("embedding.model_context", static_cast<double>(*request.model->context_tokens),
                   from_catalog(row, "context"));
    }
  }
  problem.facts = facts.take();
  if (request.model) {
    fill_replicas(request, "embedding", context, problem);
    add_flow(load, service.day, service.peak_factor, "embedding.pipeline_flow", context, problem);
  }
  return problem;
}

}  // namespace rackfit::search
