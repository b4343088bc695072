#include "parallel.hpp"

#include <cmath>

#include "traps.hpp"

namespace rackfit::measured {
namespace {

bool holds(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

std::optional<std::int64_t> whole(std::optional<double> value) {
  if (!value || *value < 1) return std::nullopt;
  return std::llround(*value);
}

/// Ranks with their own attention, the experts over all of them.
void attention_ranks(estimate::Query& query, std::int64_t devices, std::int64_t ranks) {
  query.dp = ranks;
  query.tp = devices / ranks;
  query.ep = devices;
}

/// Independent copies of the model side by side.
std::optional<std::string> replicas(estimate::Query& query, std::int64_t devices, std::int64_t tp,
                                    std::int64_t pp) {
  if (devices % (tp * pp) != 0) return reason::no_parallelism;
  query.tp = tp;  // `dp` stays open: with a mixture of experts it would mean attention ranks
  query.pp = pp;
  return std::nullopt;
}

}  // namespace

std::optional<std::string> set_parallelism(const Row& row, estimate::Query& query) {
  const std::int64_t devices = whole(row.devices).value_or(1);
  query.devices = devices;
  if (devices == 1) {
    query.tp = 1;
    return std::nullopt;
  }
  const std::string& words = row.parallel;
  if (row.split == "layer" || holds(words, "layer split")) {
    query.split = "layer";
    return std::nullopt;
  }
  const auto pp = whole(row.pp ? row.pp : noted_number(row.notes, "pp=")).value_or(1);
  if (holds(row.notes, "instance(s) behind nginx")) {
    return replicas(query, devices, whole(noted_number(row.notes, "tp=")).value_or(1), pp);
  }
  // TensorRT-LLM's "DEPn", and its "TPn" of mixtures of experts from 1.0 on, run attention data-parallel.
  if (words.rfind("DEP", 0) == 0 || holds(row.notes, "enable_attention_dp")) {
    attention_ranks(query, devices, devices);
    return std::nullopt;
  }
  const auto ranks = whole(noted_number(words, "attn_dp=")).value_or(1);
  const auto experts = whole(noted_number(words, "moe_ep="));
  if (ranks > 1) {
    attention_ranks(query, devices, ranks);
    return std::nullopt;
  }
  if (holds(words, "dp-attention")) {
    attention_ranks(query, devices, whole(noted_number(words, "dp=")).value_or(devices));
    return std::nullopt;
  }
  const auto all_experts = experts ? experts : whole(noted_number(words, "ep="));
  if (all_experts && *all_experts > 1) {
    const auto own = whole(noted_number(words, ";dp=")).value_or(1);
    if (own > 1) {
      attention_ranks(query, devices, own);
    } else {
      query.tp = devices / pp;
      query.pp = pp;
      query.ep = *all_experts;
    }
    return std::nullopt;
  }
  if (words.rfind("dp=", 0) == 0 && holds(row.notes, "DP+EP")) {
    attention_ranks(query, devices, devices);
    return std::nullopt;
  }
  auto tp = whole(row.tp);
  if (!tp && row.split == "tensor") tp = devices / pp;
  if (!tp) return reason::no_parallelism;
  return replicas(query, devices, *tp, pp);
}

}  // namespace rackfit::measured
