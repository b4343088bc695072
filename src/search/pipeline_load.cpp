#include "pipeline_load.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "day.hpp"
#include "flows.hpp"

namespace rackfit::search {
namespace {

using kafka::DayCurve;

struct Source {
  std::optional<double> messages_per_s, peak_factor, message_bytes, retention_s;
  std::optional<DayCurve> curve;
};

/// Topics that pipelines' logs add are no source of messages.
const workload::Workload& as_written(const RoleContext& context) {
  return context.as_written ? *context.as_written : context.workload;
}

Source topic_source(const workload::Topic& topic, const RoleContext& context) {
  const workload::Topic& all = as_written(context).kafka->all;
  Source source;
  source.messages_per_s = message_rate(topic, all);
  source.curve = topic_curve(topic, context);
  source.peak_factor = topic.peak_factor ? topic.peak_factor.value : all.peak_factor.value;
  if (source.curve) source.peak_factor = source.curve->peak();
  source.message_bytes = topic.message_size ? topic.message_size.value : all.message_size.value;
  if (!source.message_bytes && topic.ingress && source.messages_per_s)
    source.message_bytes = *topic.ingress / *source.messages_per_s;
  source.retention_s = topic.retention ? topic.retention.value : all.retention.value;
  return source;
}

/// All topics together.
Source all_topics(const RoleContext& context) {
  const workload::KafkaCluster& kafka = *as_written(context).kafka;
  Source sum;
  double messages = 0, bytes = 0;
  std::vector<double> steps(kafka::steps_per_day, 0.0);
  bool curves = true, sizes = true;
  for (const auto& topic : kafka.topics) {
    const Source one = topic_source(topic.value, context);
    if (!one.messages_per_s) return {};
    messages += *one.messages_per_s;
    bytes += *one.messages_per_s * one.message_bytes.value_or(0);
    sizes = sizes && one.message_bytes;
    curves = curves && one.curve;
    if (one.peak_factor) sum.peak_factor = std::max(sum.peak_factor.value_or(0), *one.peak_factor);
    if (one.retention_s)
      sum.retention_s = std::min(sum.retention_s.value_or(*one.retention_s), *one.retention_s);
    for (std::size_t hour = 0; curves && hour < kafka::hours_per_day; ++hour) {
      // The middle of an hour is a corner of every curve.
      steps[hour] += *one.messages_per_s *
                     one.curve->at((static_cast<double>(hour) + 0.5) * kafka::day_s / kafka::hours_per_day);
    }
  }
  sum.messages_per_s = messages;
  if (sizes && messages > 0) sum.message_bytes = bytes / messages;
  steps.resize(kafka::hours_per_day);
  if (curves) sum.curve = DayCurve::of_hours(steps);
  if (sum.curve) sum.peak_factor = sum.curve->peak();
  return sum;
}

/// "kafka": all topics together; "kafka.<topic>": one of them.
Source find_source(const std::string& from, const RoleContext& context) {
  const workload::KafkaCluster& kafka = *as_written(context).kafka;
  const std::string prefix = "kafka.";
  if (from.rfind(prefix, 0) == 0) {
    for (const auto& topic : kafka.topics) {
      if (topic.name == from.substr(prefix.size())) return topic_source(topic.value, context);
    }
    return {};
  }
  return kafka.topics.empty() ? topic_source(kafka.all, context) : all_topics(context);
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

/// The sum of days; a pipeline whose day is not known makes the whole unknown.
void add_day(PipelineLoad& load, const PipelineFlow& flow) {
  if (!flow.curve || (load.count > 0 && load.arrivals.empty())) {
    load.arrivals.clear();
    return;
  }
  const auto steps = flow.curve->steps();
  const double sum = load.messages_per_s + flow.requests_per_s;
  load.arrivals.resize(steps.size(), 0.0);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    load.arrivals[i] = (load.arrivals[i] * load.messages_per_s + steps[i] * flow.requests_per_s) / sum;
  }
}

}  // namespace

std::optional<double> message_rate(const workload::Topic& topic, const workload::Topic& defaults) {
  if (topic.messages) return *topic.messages;
  const auto& size = topic.message_size ? topic.message_size : defaults.message_size;
  if (topic.ingress && size && *size > 0) return *topic.ingress / *size;
  return std::nullopt;
}

std::optional<double> source_bytes(const std::string& from, const RoleContext& context) {
  if (!as_written(context).kafka) return {};
  const workload::KafkaCluster& kafka = *as_written(context).kafka;
  const auto bytes = [&](const workload::Topic& topic) -> std::optional<double> {
    if (topic.ingress) return *topic.ingress;
    const auto& size = topic.message_size ? topic.message_size : kafka.all.message_size;
    if (topic.messages && size) return *topic.messages * *size;
    return {};
  };
  if (from == "kafka" && kafka.topics.empty()) return bytes(kafka.all);
  std::optional<double> sum;
  for (const auto& topic : kafka.topics) {
    if (from != "kafka" && from != "kafka." + topic.name) continue;
    const auto one = bytes(topic.value);
    if (!one) return {};
    sum = sum.value_or(0) + *one;
  }
  return sum;
}

std::optional<PipelineFlow> pipeline_flow(const schema::Named<workload::Pipeline>& named,
                                          const RoleContext& context) {
  const workload::Pipeline& pipeline = named.value;
  if (!pipeline.from || !as_written(context).kafka) return {};
  const Source source = find_source(*pipeline.from, context);
  PipelineFlow flow;
  double share = pipeline.share.value_or(1);
  if (pipeline.documents) {
    const double documents = *pipeline.documents / kafka::day_s;
    flow.messages_per_s = source.messages_per_s.value_or(documents);
    share = flow.messages_per_s > 0 ? documents / flow.messages_per_s : 0;
  } else if (source.messages_per_s) {
    flow.messages_per_s = *source.messages_per_s;
  } else {
    return {};
  }
  flow.requests_per_message = share * pipeline.chunks_per_document.value_or(1);
  flow.requests_per_s = flow.messages_per_s * flow.requests_per_message;
  flow.peak_factor = source.peak_factor;
  flow.curve = source.curve;
  flow.message_bytes = source.message_bytes;
  flow.retention_s = source.retention_s;
  return flow;
}

PipelineLoad pipeline_load(const std::string& service, const RoleContext& context) {
  PipelineLoad load;
  if (!context.workload.kafka) return load;
  for (const auto& named : context.workload.pipelines) {
    const workload::Pipeline& pipeline = named.value;
    if (!pipeline.to || *pipeline.to != service || !pipeline.from) continue;
    const auto flow = pipeline_flow(named, context);
    if (!flow) {
      context.diagnostics.error("RF0605", pipeline.from.span,
                                fmt::format("the message rate of `{}` is not known", *pipeline.from), {},
                                "give the topic `messages`, or `ingress` with `message_size`");
      continue;
    }
    const double rate = flow->requests_per_s;
    const auto& prompt = pipeline.tokens_per_chunk ? pipeline.tokens_per_chunk : pipeline.prompt_tokens;
    blend(load.prompt_tokens, load.messages_per_s, prompt.value, rate, load.count == 0);
    blend(load.output_tokens, load.messages_per_s, pipeline.output_tokens.value, rate, load.count == 0);
    add_day(load, *flow);
    load.messages_per_s += rate;
    if (flow->peak_factor) load.peak_factor = std::max(load.peak_factor.value_or(0), *flow->peak_factor);
    if (pipeline.lag_p95)
      load.lag_p95_s = std::min(load.lag_p95_s.value_or(*pipeline.lag_p95), *pipeline.lag_p95);
    if (pipeline.drained_by) load.drained_by_s.push_back(*pipeline.drained_by);
    if (load.count++ == 0) load.span = pipeline.share ? pipeline.share.span : pipeline.from.span;
  }
  return load;
}

std::vector<double> others_over_peak(const schema::Given<workload::Day>& own_day,
                                     const schema::Given<double>& peak_factor, const RoleContext& context) {
  const auto curve = curve_of(own_day, as_written(context).day, peak_factor, context);
  if (!curve) return {};
  std::vector<double> steps = curve->steps();
  for (double& value : steps) value /= curve->peak();
  return steps;
}

void add_flow(const PipelineLoad& load, const schema::Given<workload::Day>& own_day,
              const schema::Given<double>& peak_factor, const std::string& fact, const RoleContext& context,
              RoleProblem& problem) {
  if (load.arrivals.empty()) return;
  Flows::Entry entry;
  entry.arrivals = load.arrivals;
  entry.drained_by_s = load.drained_by_s;
  entry.others = others_over_peak(own_day, peak_factor, context);
  auto flows = std::make_shared<Flows>();
  const std::size_t number = flows->add(std::move(entry));
  use_flows(flows, problem);
  Fact given;
  given.name = fact;
  given.number = static_cast<double>(number);
  given.origin = {Origin::Kind::workload, load.span, {}, {}};
  problem.facts.push_back(std::move(given));
}

}  // namespace rackfit::search
