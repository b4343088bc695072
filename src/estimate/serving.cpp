#include "serving.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "choose.hpp"
#include "rackfit/base/did_you_mean.hpp"

namespace rackfit::estimate {
namespace {

constexpr std::int64_t most_instances = 4096;  // beyond it products of counts would mean nothing

std::optional<std::int64_t> whole(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (value < 1 || value > most_instances) return std::nullopt;
  return value;
}

bool wanted(const Query& q) {
  return q.speculative_tokens || q.draft_acceptance || !q.draft_model.empty() ||
         !q.speculative_method.empty();
}

void note_default(const char* what, const std::string& value, const catalog::SourcedValue& from,
                  Subject& subject) {
  subject.notes.push_back(fmt::format("{}: {} ({})", what, value, from.source.document));
}

std::string plural(std::int64_t count, const char* one, const char* many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

}  // namespace

std::variant<PoolCounts, Problem> pool_counts(const Query& query) {
  PoolCounts counts;
  if (query.disaggregate.empty()) return counts;
  const std::string_view text = query.disaggregate;
  const std::size_t colon = text.find(':');
  const auto prefill = whole(text.substr(0, colon));
  const auto decode = colon == std::string_view::npos ? std::nullopt : whole(text.substr(colon + 1));
  if (!prefill || !decode) {
    return Problem{"bad-value", fmt::format("`disaggregate` must be two counts from 1 to {} such as `2:6`, "
                                            "instances for prompts and for answers, not `{}`",
                                            most_instances, text.substr(0, 40))};
  }
  counts.prefill = *prefill;
  counts.decode = *decode;
  return counts;
}

std::optional<Problem> take_speculation(const Query& query, Lookup& lookup, Subject& subject) {
  if (!wanted(query)) return {};
  llm::SpeculationRequest request;
  request.tokens = query.speculative_tokens;
  request.acceptance = query.draft_acceptance;
  if (!query.speculative_method.empty()) {
    request.method = llm::speculation_method(query.speculative_method);
    if (!request.method) {
      return Problem{"bad-value",
                     fmt::format("`speculative_method` must be `draft`, `mtp` or `ngram`, not `{}`",
                                 query.speculative_method.substr(0, 40))};
    }
  }
  if (!query.draft_model.empty()) {
    const FoundModel& draft = lookup.model(query.draft_model);
    if (!draft.row) return draft.problem;
    subject.notes.insert(subject.notes.end(), draft.notes.begin(), draft.notes.end());
    subject.draft = draft.imported;
    request.draft = draft.row;
  }
  const catalog::Catalog& catalog = lookup.catalog();
  auto planned = llm::plan_speculation(request, *subject.deployment.model, catalog.serving);
  if (const auto* problem = std::get_if<llm::SpeculationProblem>(&planned))
    return Problem{"bad-value", problem->message + "; " + problem->help};
  subject.speculation = std::get<llm::SpeculationPlan>(planned);
  const llm::SpeculationPlan& plan = subject.speculation;
  llm::apply_speculation(plan, catalog, subject.deployment);
  if (plan.tokens <= 0) return {};
  if (plan.assumed_tokens) {
    note_default("tokens proposed per step", fmt::format("{}", plan.tokens), *plan.assumed_tokens, subject);
  }
  if (plan.assumed_acceptance) {
    note_default("acceptance", fmt::format("{:.3g} %", plan.acceptance * 100), *plan.assumed_acceptance,
                 subject);
  }
  if (!request.method && plan.method == llm::Speculation::ngram)
    subject.notes.push_back("speculation: from repeated text (n-grams), as no draft model is named");
  subject.notes.push_back("speculation: " + llm::describe(plan));
  return {};
}

void take_adapters(const Query& query, const catalog::Catalog& catalog, Subject& subject) {
  const std::int64_t adapters = query.lora_adapters.value_or(0);
  if (adapters <= 0) return;
  const catalog::SourcedValue& usual = catalog.serving.lora_rank;
  subject.deployment.lora_adapters = adapters;
  subject.deployment.lora_rank = query.lora_rank.value_or(static_cast<std::int64_t>(usual.value));
  if (!query.lora_rank)
    note_default("rank of the adapters", fmt::format("{}", subject.deployment.lora_rank), usual, subject);
}

std::optional<Problem> take_pools(const PoolCounts& counts, std::int64_t devices,
                                  const catalog::Catalog& catalog, Subject& subject,
                                  std::vector<std::string>& notes) {
  llm::Deployment& d = subject.deployment;
  if (!d.engine->disaggregates) {
    return Problem{
        "no-parallelism",
        fmt::format("{} does not serve prompts and answers from instances of their own", d.engine->row.name)};
  }
  if (!llm::generates(*d.model)) {
    return Problem{"no-parallelism",
                   fmt::format("{} writes no tokens: there are no answers to divide off", d.model->row.name)};
  }
  const std::int64_t each = d.devices();
  const std::int64_t group = each * counts.instances();
  const std::string pools = fmt::format("{} for prompts and {} for answers, {} each",
                                        plural(counts.prefill, "instance", "instances"), counts.decode,
                                        plural(each, "device", "devices"));
  if (group > devices) {
    return Problem{"no-parallelism",
                   fmt::format("{}: {} devices are needed, there are {}", pools, group, devices)};
  }
  const bool same_node = group <= ranks_per_node(catalog, *d.device);
  d.disaggregation =
      llm::disaggregation(counts.prefill, counts.decode, same_node, *d.device, catalog.serving);
  subject.replicas = double(devices / group);
  notes.push_back(fmt::format("{}; caches go over the {} at {:.3g} GB/s a device", pools,
                              same_node ? "node's link" : "network",
                              d.disaggregation->link_bytes_per_s / 1e9));
  if (subject.replicas > 1) notes.push_back(fmt::format("{} such groups side by side", subject.replicas));
  if (const std::int64_t idle = devices % group; idle > 0)
    notes.push_back(fmt::format("{} of {} devices stay idle", idle, devices));
  return {};
}

}  // namespace rackfit::estimate
