// What the pipelines of a workload ask of one service, summed: messages, their lengths, the tightest lag.
#pragma once

#include <optional>
#include <string>

#include "rackfit/search/role.hpp"

namespace rackfit::search {

struct PipelineLoad {
  int count = 0;
  double messages_per_s = 0;                           // mean, today
  std::optional<double> peak_factor;                   // the largest of their topics
  std::optional<double> prompt_tokens, output_tokens;  // mean over the messages
  std::optional<double> lag_p95_s;                     // the smallest
  Span span;                                           // of the first
};

/// Pipelines into `service` ("llm.assistant"); a topic whose message rate cannot be told is reported
/// (RF0605).
PipelineLoad pipeline_load(const std::string& service, const RoleContext& context);

/// A topic or cluster's messages per second, mean: as stated, or bytes over message size.
std::optional<double> message_rate(const workload::Topic& topic, const workload::Topic& defaults);

}  // namespace rackfit::search
