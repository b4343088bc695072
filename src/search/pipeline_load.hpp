// What a topic sends to a service: rate, lengths, and how much of it at which time of day.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rackfit/kafka/curve.hpp"
#include "rackfit/search/role.hpp"

namespace rackfit::search {

class Flows;

/// A service's load from all its pipelines, today and on average.
struct PipelineLoad {
  int count = 0;
  double messages_per_s = 0;          // requests they make, after `share` and chunks
  std::optional<double> peak_factor;  // peak over mean, the highest of the topics'
  std::optional<double> prompt_tokens, output_tokens;
  std::optional<double> lag_p95_s;   // the shortest that is asked for
  std::vector<double> drained_by_s;  // times of day
  std::vector<double> arrivals;  // of each step of the day, over their mean; empty when a day is not known
  Span span;
};

/// Sums the pipelines into "llm.<name>" or "embedding.<name>"; a topic without a rate is reported (RF0605).
PipelineLoad pipeline_load(const std::string& service, const RoleContext& context);

/// Lets rules ask about the backlog in front of a service; adds the number to know it by as `fact`.
void add_flow(const PipelineLoad& load, const schema::Given<workload::Day>& own_day,
              const schema::Given<double>& peak_factor, const std::string& fact, const RoleContext& context,
              RoleProblem& problem);

/// What goes before a service's pipelines at each step, over its peak; empty when that is level.
std::vector<double> others_over_peak(const schema::Given<workload::Day>& own_day,
                                     const schema::Given<double>& peak_factor, const RoleContext& context);

/// One pipeline, today.
struct PipelineFlow {
  double messages_per_s = 0;        // of the topic, mean
  double requests_per_s = 0;        // mean
  double requests_per_message = 0;  // share × chunks
  std::optional<double> peak_factor;
  std::optional<kafka::DayCurve> curve;
  std::optional<double> message_bytes;  // before compression, mean
  std::optional<double> retention_s;    // the shortest of the topics', when stated
};

/// Nothing when the rate is not known.
std::optional<PipelineFlow> pipeline_flow(const schema::Named<workload::Pipeline>& pipeline,
                                          const RoleContext& context);

/// Bytes per second, before compression, of "kafka" or "kafka.<topic>".
std::optional<double> source_bytes(const std::string& from, const RoleContext& context);

/// Messages per second of one topic, from its messages or its bytes; fields it leaves out are the cluster's.
std::optional<double> message_rate(const workload::Topic& topic, const workload::Topic& defaults);

}  // namespace rackfit::search
