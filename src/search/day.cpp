#include "day.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "pipeline_load.hpp"
#include "rackfit/base/did_you_mean.hpp"

namespace rackfit::search {
namespace {

using kafka::DayCurve;
using schema::Given;
using workload::Day;
using workload::Topic;

// Numbers read off a chart are no better than this.
constexpr double same_peak = 0.02;

std::optional<DayCurve> shape_of(const Given<Day>& day, const RoleContext& context) {
  if (day->shape.empty()) return DayCurve::of_hours(day->hours);
  if (const auto* row = context.catalog.curves.find(day->shape)) return DayCurve::of_hours(row->hours);
  const std::string suggestion = suggestion_help(day->shape, context.catalog.curves.names());
  context.diagnostics.error("RF0607", day.span, "no shape of a day called `" + day->shape + "`", "",
                            suggestion.empty() ? "`rackfit catalog curves` lists them; 24 numbers do too" : suggestion);
  return {};
}

void fill(Given<double>& peak_factor, const Given<Day>& own, const Given<Day>& shared,
          const RoleContext& context) {
  if (peak_factor) return;
  const auto curve = curve_of(own, shared, peak_factor, context);
  if (curve) peak_factor = {curve->peak(), own ? own.span : shared.span};
}

/// All topics together, by bytes: peaks of the day do not all fall on the same hour.
std::optional<double> joint_peak(const workload::KafkaCluster& kafka, const RoleContext& context) {
  std::vector<double> sum(kafka::steps_per_day, 0.0);
  double mean = 0;
  bool any = false;
  for (const auto& topic : kafka.topics) {
    const auto messages = message_rate(topic.value, kafka.all);
    const auto size = topic.value.message_size ? topic.value.message_size : kafka.all.message_size;
    const double rate = topic.value.ingress ? *topic.value.ingress : messages.value_or(0) * size.value_or(0);
    const auto curve = topic_curve(topic.value, context);
    any = any || curve || topic.value.peak_factor;
    const auto steps = curve ? curve->steps()
                             : std::vector<double>(kafka::steps_per_day, topic.value.peak_factor.value_or(1));
    for (std::size_t i = 0; i < steps.size(); ++i) sum[i] += rate * steps[i];
    mean += rate;
  }
  if (!any || !(mean > 0)) return {};
  return std::max(1.0, *std::max_element(sum.begin(), sum.end()) / mean);
}

void fill_cluster(workload::Workload& workload, const RoleContext& context) {
  workload::KafkaCluster& kafka = *workload.kafka;
  if (kafka.topics.empty()) {
    fill(kafka.all.peak_factor, kafka.all.day, workload.day, context);
    return;
  }
  if (!kafka.all.peak_factor) {
    if (const auto peak = joint_peak(kafka, context))
      kafka.all.peak_factor = {*peak, kafka.topics.front().span};
  }
  for (auto& topic : kafka.topics) {
    if (topic.value.peak_factor) continue;
    if (const auto curve = topic_curve(topic.value, context)) {
      topic.value.peak_factor = {curve->peak(), topic.value.day ? topic.value.day.span : topic.span};
    }
  }
}

/// `documents` a day are the rate of a topic that states none.
void fill_documents(workload::Workload& workload) {
  for (const auto& named : workload.pipelines) {
    const workload::Pipeline& pipeline = named.value;
    if (!pipeline.documents || !pipeline.from) continue;
    const auto fill_topic = [&](Topic& topic) {
      if (!topic.messages && !topic.ingress)
        topic.messages = {*pipeline.documents / kafka::day_s, pipeline.documents.span};
    };
    if (*pipeline.from == "kafka" && workload.kafka->topics.empty()) fill_topic(workload.kafka->all);
    for (auto& topic : workload.kafka->topics) {
      if (*pipeline.from == "kafka." + topic.name) fill_topic(topic.value);
    }
  }
}

/// What the aggregate says becomes a topic, so that others can stand beside it.
void name_aggregate(workload::KafkaCluster& kafka) {
  if (!kafka.topics.empty()) return;
  schema::Named<Topic> all{"messages", kafka.span, kafka.all};
  if (kafka.fan_out) all.value.consumer_groups = kafka.fan_out;
  kafka.topics.push_back(std::move(all));
}

void add_logs(workload::Workload& workload, const RoleContext& context) {
  std::vector<schema::Named<Topic>> logs;
  for (const auto& named : workload.pipelines) {
    const auto& log = named.value.log;
    if (!log) continue;
    const auto flow = pipeline_flow(named, context);
    if (!flow) continue;
    const double bytes = log->request_bytes.value_or(0) + log->response_bytes.value_or(0);
    schema::Named<Topic> topic{named.name + "-log", log.span, {}};
    topic.value.messages = {flow->requests_per_s, log.span};
    topic.value.message_size = {bytes, log.span};
    topic.value.ingress = {flow->requests_per_s * bytes, log.span};
    topic.value.retention = log->retention;
    topic.value.consumer_groups = {1.0, log.span};
    topic.value.span = log.span;
    logs.push_back(std::move(topic));
  }
  if (logs.empty()) return;
  name_aggregate(*workload.kafka);
  // Retentions that differ count only where the ratio is known, and without a codec it is.
  auto& compression = workload.kafka->all.compression;
  if (compression.codec && *compression.codec == "none" && !compression.ratio)
    compression.ratio = {1.0, compression.codec.span};
  for (auto& topic : logs) workload.kafka->topics.push_back(std::move(topic));
}

}  // namespace

std::optional<DayCurve> curve_of(const Given<Day>& own, const Given<Day>& shared,
                                 const Given<double>& peak_factor, const RoleContext& context) {
  const Given<Day>& day = own ? own : shared;
  if (!day) return {};
  const auto curve = shape_of(day, context);
  if (!curve || !peak_factor) return curve;
  const bool stretches = !own || !own->shape.empty();
  if (!stretches) {
    if (std::abs(curve->peak() / *peak_factor - 1) <= same_peak) return curve;
    context.diagnostics.error(
        "RF0608", peak_factor.span,
        fmt::format("`peak_factor` is {:g}, but the highest hour of `day` is {:.2f} times its mean",
                    *peak_factor, curve->peak()),
        {}, "leave `peak_factor` out: it follows from `day`");
    return {};
  }
  if (const auto steep = curve->with_peak(*peak_factor)) return steep;
  context.diagnostics.error("RF0608", peak_factor.span,
                            fmt::format("no day of this shape peaks at {:g} times its mean", *peak_factor),
                            {}, "name another shape, or give 24 numbers");
  return {};
}

std::optional<DayCurve> topic_curve(const Topic& topic, const RoleContext& context) {
  const workload::KafkaCluster& kafka = *context.workload.kafka;
  const Given<Day>& shared = kafka.all.day ? kafka.all.day : context.workload.day;
  // With topics by name the cluster's factor is the joint one once it has been worked out, so only a topic's
  // own counts.
  return curve_of(topic.day, shared, topic.peak_factor ? topic.peak_factor : kafka.all.peak_factor, context);
}

void check_days(const RoleContext& context) {
  const workload::Workload& workload = context.workload;
  curve_of(workload.day, {}, {}, context);
  if (workload.kafka) {
    if (workload.kafka->all.day)
      curve_of(workload.kafka->all.day, {}, workload.kafka->all.peak_factor, context);
    for (const auto& topic : workload.kafka->topics) {
      if (topic.value.day) topic_curve(topic.value, context);
    }
  }
  for (const auto& service : workload.llm) {
    if (service.value.load.day) curve_of(service.value.load.day, {}, service.value.load.peak_factor, context);
  }
  for (const auto& service : workload.embedding) {
    if (service.value.day) curve_of(service.value.day, {}, service.value.peak_factor, context);
  }
}

workload::Workload completed(const RoleContext& context) {
  workload::Workload result = context.workload;
  for (auto& service : result.llm) {
    auto& load = service.value.load;
    if (load.rate || load.requests_per_day || load.tokens_per_second)
      fill(load.peak_factor, load.day, result.day, context);
  }
  for (auto& service : result.embedding) {
    auto& load = service.value;
    if (load.rate || load.documents_per_day) fill(load.peak_factor, load.day, result.day, context);
  }
  if (!result.kafka) return result;
  fill_documents(result);
  fill_cluster(result, context);
  add_logs(result, context);
  return result;
}

}  // namespace rackfit::search
