#include "pipeline_load.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rackfit::search {
namespace {

struct Source {
  std::optional<double> messages_per_s, peak_factor;
};

std::optional<double> optional(const schema::Given<double>& value) { return value.value; }

Source topic_source(const workload::Topic& topic, const workload::Topic& defaults) {
  return {message_rate(topic, defaults),
          topic.peak_factor ? topic.peak_factor.value : defaults.peak_factor.value};
}

/// "kafka": all topics together; "kafka.<topic>": one of them.
Source find_source(const std::string& from, const workload::KafkaCluster& kafka) {
  const std::string prefix = "kafka.";
  if (from.rfind(prefix, 0) == 0) {
    for (const auto& topic : kafka.topics) {
      if (topic.name == from.substr(prefix.size())) return topic_source(topic.value, kafka.all);
    }
    return {};
  }
  if (kafka.topics.empty()) return topic_source(kafka.all, kafka.all);
  Source sum{0.0, {}};
  for (const auto& topic : kafka.topics) {
    const Source one = topic_source(topic.value, kafka.all);
    if (!one.messages_per_s) return {};
    *sum.messages_per_s += *one.messages_per_s;
    if (one.peak_factor) sum.peak_factor = std::max(sum.peak_factor.value_or(0), *one.peak_factor);
  }
  return sum;
}

/// Mean over messages: lengths that nobody gave leave the mean unknown.
void blend(std::optional<double>& mean, double weight, const std::optional<double>& value, double added,
           bool first) {
  if (first) {
    mean = value;
  } else if (mean && value && weight + added > 0) {
    mean = (*mean * weight + *value * added) / (weight + added);
  } else if (!value) {
    mean.reset();
  }
}

}  // namespace

std::optional<double> message_rate(const workload::Topic& topic, const workload::Topic& defaults) {
  if (topic.messages) return *topic.messages;
  const auto& size = topic.message_size ? topic.message_size : defaults.message_size;
  if (topic.ingress && size && *size > 0) return *topic.ingress / *size;
  return std::nullopt;
}

PipelineLoad pipeline_load(const std::string& service, const RoleContext& context) {
  PipelineLoad load;
  if (!context.workload.kafka) return load;
  for (const auto& named : context.workload.pipelines) {
    const workload::Pipeline& pipeline = named.value;
    if (!pipeline.to || *pipeline.to != service || !pipeline.from) continue;
    const Source source = find_source(*pipeline.from, *context.workload.kafka);
    if (!source.messages_per_s) {
      context.diagnostics.error("RF0605", pipeline.from.span,
                                fmt::format("the message rate of `{}` is not known", *pipeline.from), {},
                                "give the topic `messages`, or `ingress` with `message_size`");
      continue;
    }
    const double rate = *source.messages_per_s * pipeline.share.value_or(1);
    blend(load.prompt_tokens, load.messages_per_s, optional(pipeline.prompt_tokens), rate, load.count == 0);
    blend(load.output_tokens, load.messages_per_s, optional(pipeline.output_tokens), rate, load.count == 0);
    load.messages_per_s += rate;
    if (source.peak_factor) load.peak_factor = std::max(load.peak_factor.value_or(0), *source.peak_factor);
    if (pipeline.lag_p95)
      load.lag_p95_s = std::min(load.lag_p95_s.value_or(*pipeline.lag_p95), *pipeline.lag_p95);
    if (load.count++ == 0) load.span = pipeline.share ? pipeline.share.span : pipeline.from.span;
  }
  return load;
}

}  // namespace rackfit::search
