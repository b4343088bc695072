// Kafka as role problems: facts from the profile's cluster and topics, candidates from the parts catalog.
#include <fmt/format.h>

#include "rackfit/kafka/groups.hpp"
#include "rackfit/search/compose.hpp"
#include "rackfit/search/role.hpp"

namespace rackfit::search {

namespace {

using schema::Given;
using workload::KafkaCluster;
using workload::Topic;

class Facts {
 public:
  void number(const char* name, const Given<double>& given) {
    if (given) add(name, *given, given.span);
  }
  void truth(const char* name, const Given<bool>& given) {
    if (given) add(name, *given ? 1 : 0, given.span);
  }
  void word(const char* name, const Given<std::string>& given) {
    if (given) facts_.push_back({name, 0, *given, true, {Origin::Kind::workload, given.span, {}, {}}});
  }
  void add(const char* name, double value, Span span) {
    facts_.push_back({name, value, {}, false, {Origin::Kind::workload, span, {}, {}}});
  }
  std::vector<Fact> take() { return std::move(facts_); }

 private:
  std::vector<Fact> facts_;
};

std::optional<double> bytes_per_s(const Topic& topic) {
  if (topic.ingress) return *topic.ingress;
  if (topic.messages && topic.message_size) return *topic.messages * *topic.message_size;
  return {};
}

/// Sums over topics; what one topic leaves out, the cluster's own keys say.
struct TopicSums {
  double bytes_per_s = 0;
  double messages_per_s = 0;
  double read_bytes_per_s = 0;
  double compressed_per_s = 0;
  double kept_bytes = 0;
  double compacted_per_s = 0;
  double partitions = 0;
  double replication = 0;
  bool all_groups = true, all_ratios = true, all_retained = true, all_partitions = true, all_messages = true;
};

TopicSums sum_topics(const KafkaCluster& kafka, const RoleContext& context) {
  TopicSums sums;
  const auto either = [](const Given<double>& own, const Given<double>& shared) { return own ? own : shared; };
  for (const auto& entry : kafka.topics) {
    Topic topic = entry.value;
    if (!topic.message_size) topic.message_size = kafka.all.message_size;
    const auto rate = bytes_per_s(topic);
    if (!rate) {
      context.diagnostics.error("RF0602", entry.span, "topic `" + entry.name + "` has no rate", "",
                                "give `ingress`, or `messages` and `message_size`");
      continue;
    }
    const auto groups = either(topic.consumer_groups, kafka.all.consumer_groups);
    const auto ratio = either(topic.compression.ratio, kafka.all.compression.ratio);
    const auto retention = either(topic.retention, kafka.all.retention);
    sums.bytes_per_s += *rate;
    sums.messages_per_s += topic.messages ? *topic.messages : topic.message_size ? *rate / *topic.message_size : 0;
    sums.all_messages = sums.all_messages && (topic.messages || topic.message_size);
    sums.all_groups = sums.all_groups && groups;
    sums.all_ratios = sums.all_ratios && ratio;
    sums.all_retained = sums.all_retained && retention && ratio;
    sums.all_partitions = sums.all_partitions && topic.partitions;
    sums.read_bytes_per_s += *rate * groups.value_or(0);
    sums.compressed_per_s += *rate / ratio.value_or(1);
    const double kept =
        std::min(retention.value_or(0), kafka.tiered_local_retention.value_or(retention.value_or(0)));
    sums.kept_bytes += *rate / ratio.value_or(1) * kept;
    sums.partitions += topic.partitions.value_or(0);
    if (topic.compaction.value_or(false)) sums.compacted_per_s += *rate;
    sums.replication = std::max(sums.replication, either(topic.replication, kafka.all.replication).value_or(0));
  }
  return sums;
}

void topic_facts(Facts& facts, const KafkaCluster& kafka, const RoleContext& context) {
  const TopicSums sums = sum_topics(kafka, context);
  const Span span = kafka.topics.front().span;
  facts.add("kafka.ingress", sums.bytes_per_s, span);
  facts.add("kafka.topics", static_cast<double>(kafka.topics.size()), span);
  if (sums.all_messages) facts.add("kafka.message_rate", sums.messages_per_s, span);
  const double named = kafka::demand(kafka).count.value_or(0);
  if (sums.all_groups && sums.bytes_per_s > 0) {
    facts.add("kafka.fan_out", sums.read_bytes_per_s / sums.bytes_per_s + named, span);
  } else if (named > 0) {
    facts.add("kafka.consumer_groups", named, span);
  }
  if (sums.all_ratios && sums.compressed_per_s > 0) {
    facts.add("kafka.compression_ratio", sums.bytes_per_s / sums.compressed_per_s, span);
  }
  if (sums.all_retained) facts.add("kafka.topic_bytes", sums.kept_bytes, span);
  if (sums.all_partitions) facts.add("kafka.partitions_fixed", sums.partitions, span);
  if (sums.compacted_per_s > 0) facts.add("kafka.compacted_share", sums.compacted_per_s / sums.bytes_per_s, span);
  if (sums.replication > 0) facts.add("kafka.replication", sums.replication, span);
}

void aggregate_facts(Facts& facts, const KafkaCluster& kafka, const RoleContext& context) {
  const Topic& all = kafka.all;
  if (!bytes_per_s(all)) {
    context.diagnostics.error("RF0602", kafka.span, "the Kafka cluster has no rate", "",
                              "give `ingress`, or `messages` and `message_size`, or `topics`");
  }
  facts.number("kafka.ingress", all.ingress);
  facts.number("kafka.message_rate", all.messages);
  facts.number("kafka.message_size", all.message_size);
  facts.number("kafka.compression_ratio", all.compression.ratio);
  facts.number("kafka.replication", all.replication);
  if (kafka.groups.empty()) {
    facts.number("kafka.consumer_groups", all.consumer_groups);
  } else {
    facts.add("kafka.consumer_groups", *kafka::demand(kafka).count + all.consumer_groups.value_or(0),
              kafka.groups.front().span);
  }
  facts.number("kafka.fan_out", kafka.fan_out);
  facts.number("kafka.partitions_fixed", all.partitions);
}

/// Named groups say more than a count; where both stand, the count is of groups without a name.
void group_facts(Facts& facts, const KafkaCluster& kafka) {
  if (kafka.groups.empty()) {
    facts.number("kafka.lag_window", kafka.lag_window);
    facts.number("kafka.lagging_groups", kafka.lagging_groups);
    return;
  }
  const Span span = kafka.groups.front().span;
  const kafka::GroupDemand all = kafka::demand(kafka);
  const auto add = [&](const char* name, const std::optional<double>& value) {
    if (value) facts.add(name, *value, span);
  };
  const auto window =
      kafka.lag_window ? std::max(all.lag_window.value_or(0), *kafka.lag_window) : all.lag_window;
  add("kafka.lag_window", window);
  add("kafka.lagging_groups", kafka.lagging_groups ? kafka.lagging_groups.value : all.from_disk);
  add("kafka.consumer_throughput", all.throughput);
  add("kafka.group_concurrency", all.concurrency);
}

void client_facts(Facts& facts, const KafkaCluster& kafka) {
  facts.truth("kafka.follower_fetch", kafka.follower_fetch);
  facts.number("kafka.producers", kafka.producers);
  facts.number("kafka.consumers", kafka.consumers);
  facts.number("kafka.partition_rate", kafka.partition_throughput);
  facts.number("kafka.partition_skew", kafka.hottest_partition);
  facts.number("kafka.quota_produce", kafka.quotas.produce);
  facts.number("kafka.quota_consume", kafka.quotas.consume);
  facts.number("kafka.mirror_out", kafka.mirror.sends);
  facts.number("kafka.mirror_in", kafka.mirror.receives);
  facts.number("kafka.stretch_rtt", kafka.stretch_rtt);
  facts.number("kafka.replication_throttle", kafka.replication_throttle);
  facts.number("kafka.rebuild_wanted", kafka.rebuild_within);
}

std::vector<Fact> kafka_facts(const KafkaCluster& kafka, const RoleContext& context) {
  Facts facts;
  if (kafka.topics.empty()) {
    aggregate_facts(facts, kafka, context);
  } else {
    topic_facts(facts, kafka, context);
  }
  facts.number("kafka.peak_factor", kafka.all.peak_factor);
  facts.word("kafka.codec", kafka.all.compression.codec);
  facts.number("kafka.retention", kafka.all.retention);
  facts.number("kafka.retention_bytes", kafka.all.retention_bytes);
  facts.number("kafka.min_insync", kafka.min_insync);
  facts.word("kafka.acks", kafka.acks);
  group_facts(facts, kafka);
  client_facts(facts, kafka);
  facts.truth("kafka.tls", kafka.tls);
  facts.number("kafka.local_retention", kafka.tiered_local_retention);
  facts.number("kafka.racks", kafka.racks);
  facts.number("kafka.heap", kafka.heap);
  facts.word("kafka.raid", kafka.raid);
  facts.number("kafka.batch_size", kafka.batch_size);
  facts.word("kafka.coordination", kafka.coordination);
  facts.truth("kafka.combined_mode", kafka.combined_mode);
  facts.number("kafka.brokers_fixed", kafka.brokers);
  double pipelines = 0;
  for (const auto& pipeline : context.workload.pipelines) pipelines += pipeline.value.from ? 1 : 0;
  if (pipelines > 0) facts.add("kafka.llm_pipelines", pipelines, context.workload.pipelines.front().span);
  return facts.take();
}

std::string shape(const Node& node) {
  if (!node.existing.empty()) return "existing " + node.existing;
  return fmt::format("{} × {}", node.disk_count, node.disk ? node.disk->row.name : "disk");
}

RoleProblem problem(const KafkaCluster& kafka, const RoleContext& context, const char* role, const char* title) {
  RoleProblem result;
  result.role = role;
  result.rule_role = role;
  result.title = title;
  result.natives = std::make_shared<const rules::NativeTable>();
  result.facts = common_facts(context.workload);
  for (Fact& fact : kafka_facts(kafka, context)) result.facts.push_back(std::move(fact));
  result.describe = [](std::size_t) { return std::vector<Choice>{}; };
  return result;
}

}  // namespace

RoleProblem kafka_broker_role(const KafkaCluster& kafka, const RoleContext& context) {
  RoleProblem result = problem(kafka, context, "kafka-broker", "Kafka brokers");
  result.nodes_rule = "kafka.brokers";
  result.nodes = context.composer.storage_nodes();
  auto nodes = std::make_shared<std::vector<Node>>(result.nodes);
  result.family = [nodes](std::size_t i) { return i < nodes->size() ? shape((*nodes)[i]) : std::string("existing"); };
  return result;
}

RoleProblem kafka_controller_role(const KafkaCluster& kafka, const RoleContext& context) {
  RoleProblem result = problem(kafka, context, "kafka-controller", "Kafka controllers (KRaft)");
  result.nodes_rule = "kafka.controllers";
  result.nodes.resize(1);
  result.compose_host = true;
  result.family = [](std::size_t) { return std::string("controller"); };
  return result;
}

}  // namespace rackfit::search
