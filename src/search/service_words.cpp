// The words of a service (model, formats, engine, speculation) as catalog rows and figures of a request.
#include <fmt/format.h>

#include "rackfit/base/did_you_mean.hpp"
#include "rackfit/catalog/tables.hpp"
#include "replicas.hpp"

namespace rackfit::search {
namespace {

template <class Row>
const Row* find_row(const catalog::Table<Row>& table, const schema::Given<std::string>& name,
                    const char* code, const char* what, const char* list, Diagnostics& diagnostics) {
  if (!name) return nullptr;
  const Row* row = table.find(*name);
  if (row) return row;
  const auto near = did_you_mean(*name, table.names());
  diagnostics.error(code, name.span, fmt::format("unknown {} `{}`", what, *name), {},
                    near ? "did you mean `" + *near + "`?" : fmt::format("see `rackfit catalog {}`", list));
  return nullptr;
}

}  // namespace

const catalog::Model* find_model(const schema::Given<std::string>& name, const RoleContext& context) {
  return find_row(context.catalog.models, name, "RF0601", "model", "models", context.diagnostics);
}

void find_formats(const schema::Given<std::vector<std::string>>& names, const RoleContext& context,
                  ReplicaRequest& request) {
  if (!names) return;
  for (const std::string& name : *names) {
    if (name == "any") {
      request.formats.clear();
      return;
    }
    const schema::Given<std::string> one{name, names.span};
    const auto* format = find_row(context.catalog.quantizations, one, "RF0601", "quantization format",
                                  "quantization", context.diagnostics);
    if (format) request.formats.push_back(format);
  }
}

const catalog::Engine* find_engine(const schema::Given<std::string>& name, const RoleContext& context) {
  if (name && *name == "any") return nullptr;
  return find_row(context.catalog.engines, name, "RF0601", "engine", "engines", context.diagnostics);
}

const catalog::KvFormat* find_kv_format(const schema::Given<std::string>& name, const RoleContext& context) {
  return find_row(context.catalog.kv_formats, name, "RF0601", "KV cache format", "quantization",
                  context.diagnostics);
}

void find_serving(const workload::LlmService& service, const catalog::Model* model,
                  const RoleContext& context, ReplicaRequest& request) {
  const auto& habits = context.catalog.serving;
  request.lora_adapters = service.lora.adapters.value_or(0);
  request.lora_rank = service.lora.rank.value_or(static_cast<std::int64_t>(habits.lora_rank.value));
  if (!service.speculation) return;
  const workload::Speculation& asked = *service.speculation;
  llm::SpeculationRequest wanted;
  if (asked.method) wanted.method = llm::speculation_method(*asked.method);
  if (asked.tokens) wanted.tokens = *asked.tokens;
  if (asked.acceptance) wanted.acceptance = *asked.acceptance;
  wanted.draft = find_model(asked.draft, context);
  if (!model || (asked.draft && !wanted.draft)) return;
  auto planned = llm::plan_speculation(wanted, *model, habits);
  if (const auto* problem = std::get_if<llm::SpeculationProblem>(&planned)) {
    context.diagnostics.error("RF0607", asked.method ? asked.method.span : asked.span, problem->message, {},
                              problem->help);
    return;
  }
  request.speculation = std::get<llm::SpeculationPlan>(planned);
}

}  // namespace rackfit::search
