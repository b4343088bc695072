#include "rackfit/llm/speculation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "rackfit/llm/step.hpp"

namespace rackfit::llm {
namespace {

constexpr std::pair<Speculation, std::string_view> words[] = {
    {Speculation::draft, "draft"}, {Speculation::mtp, "mtp"}, {Speculation::ngram, "ngram"}};

Speculation usual_method(const SpeculationRequest& request, const catalog::Model& model) {
  if (request.draft) return Speculation::draft;
  return model.mtp_layers > 0 ? Speculation::mtp : Speculation::ngram;
}

struct Usual {
  const catalog::SourcedValue *tokens, *acceptance;
};

Usual usual(Speculation method, const catalog::ServingHabits& h) {
  switch (method) {
    case Speculation::draft:
      return {&h.draft_tokens, &h.draft_acceptance};
    case Speculation::mtp:
      return {&h.mtp_tokens, &h.mtp_acceptance};
    case Speculation::ngram:
      break;
  }
  return {&h.ngram_tokens, &h.ngram_acceptance};
}

double expected_tokens(const SpeculationPlan& plan) {
  const double proposed = double(plan.tokens);
  if (plan.acceptance >= 1) return proposed + 1;
  return (1 - std::pow(plan.acceptance, proposed + 1)) / (1 - plan.acceptance);
}

}  // namespace

std::string_view to_string(Speculation method) {
  for (const auto& [each, word] : words) {
    if (each == method) return word;
  }
  return "ngram";
}

std::optional<Speculation> speculation_method(std::string_view word) {
  const auto* found =
      std::find_if(std::begin(words), std::end(words), [&](const auto& each) { return each.second == word; });
  if (found == std::end(words)) return std::nullopt;
  return found->first;
}

std::variant<SpeculationPlan, SpeculationProblem> plan_speculation(const SpeculationRequest& request,
                                                                   const catalog::Model& model,
                                                                   const catalog::ServingHabits& habits) {
  SpeculationPlan plan;
  plan.method = request.method.value_or(usual_method(request, model));
  if (plan.method == Speculation::draft && !request.draft)
    return SpeculationProblem{"speculation with a draft model, but no model to draft",
                              "name a small model of the same family and vocabulary"};
  if (plan.method != Speculation::draft && request.draft)
    return SpeculationProblem{
        fmt::format("a draft model is given, but `{}` speculation uses none", to_string(plan.method)),
        "leave the draft model out, or take the method `draft`"};
  if (plan.method == Speculation::mtp && model.mtp_layers <= 0)
    return SpeculationProblem{
        fmt::format("`{}` has no multi-token-prediction layers that the catalog knows of", model.row.id),
        "take the method `draft` or `ngram`, or give `mtp_layers` in a model file of your own"};
  if (request.acceptance && !(*request.acceptance >= 0 && *request.acceptance <= 1))
    return SpeculationProblem{fmt::format("an acceptance of {} is no share", *request.acceptance),
                              "give a number from 0 to 1, or a percentage"};
  const Usual assumed = usual(plan.method, habits);
  if (!request.tokens) plan.assumed_tokens = assumed.tokens;
  if (!request.acceptance) plan.assumed_acceptance = assumed.acceptance;
  plan.tokens = request.tokens.value_or(static_cast<std::int64_t>(std::llround(assumed.tokens->value)));
  plan.acceptance = request.acceptance.value_or(assumed.acceptance->value);
  plan.draft = request.draft;
  return plan;
}

void apply_speculation(const SpeculationPlan& plan, const catalog::Catalog& catalog, Deployment& d) {
  d.speculative_tokens = plan.tokens;
  d.draft_acceptance = plan.acceptance;
  d.mtp_layers = plan.tokens > 0 && plan.method == Speculation::mtp ? d.model->mtp_layers : 0;
  d.draft = plan.tokens > 0 && plan.method == Speculation::draft ? plan.draft : nullptr;
  d.draft_quantization = nullptr;
  if (!d.draft) return;
  const bool blocks = d.quantization && d.quantization->family == "gguf";
  d.draft_quantization = blocks ? d.quantization : catalog.quantizations.find(d.draft->native_quantization);
}

std::string describe(const SpeculationPlan& plan) {
  return fmt::format("{} {} a step proposed by {}, each accepted in {:.3g} % of cases: {:.2f} tokens a step",
                     plan.tokens, plan.tokens == 1 ? "token" : "tokens",
                     plan.draft ? plan.draft->row.name : std::string(to_string(plan.method)),
                     plan.acceptance * 100, expected_tokens(plan));
}

std::optional<double> peer_bandwidth_bytes_per_s(const catalog::Device& device) {
  // Catalog figures are both directions summed.
  if (device.link.scope == catalog::LinkScope::node && device.link.bandwidth_bytes_per_s)
    return *device.link.bandwidth_bytes_per_s / 2;
  return pcie_bandwidth_bytes_per_s(device);
}

Disaggregation disaggregation(std::int64_t prefill, std::int64_t decode, bool same_node,
                              const catalog::Device& device, const catalog::ServingHabits& habits) {
  Disaggregation d;
  d.prefill = prefill;
  d.decode = decode;
  const double network = habits.network_per_device_bytes_per_s.value;
  d.link_bytes_per_s = same_node ? peer_bandwidth_bytes_per_s(device).value_or(network) : network;
  d.link_latency_s = habits.kv_transfer_latency_s.value;
  d.prefill_share = habits.prefill_pool_share.value;
  d.decode_share = habits.decode_pool_share.value;
  return d;
}

}  // namespace rackfit::llm
