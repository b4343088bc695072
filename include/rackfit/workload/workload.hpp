// The workload profile: what somebody wants to run, where, and how well (YAML; tables in src/workload/schema.cpp).
//
// Everything here is as written, with its span: nothing is defaulted. Defaults live in profiles/rules with their
// sources, and facts.hpp hands over only what was given, so that the report can name each default it had to use.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "rackfit/catalog/model.hpp"
#include "rackfit/schema/schema.hpp"
#include "rackfit/workload/costs.hpp"
#include "rackfit/workload/proposal.hpp"

namespace rackfit::workload {

using schema::Given;
using schema::Named;

/// A length distribution in tokens.
struct Lengths {
  Given<double> mean, p95;
};

/// Latency and speed targets; seconds, tokens per second.
struct LlmTargets {
  Given<double> ttft_p50, ttft_p95, ttft_p99, tpot_p50, tpot_p95, e2e_p50, e2e_p95, e2e_p99;
  Given<double> tokens_per_second_per_user;
};

/// Load over a repeating day: a named shape or 24 numbers from midnight, in any unit.
struct Day {
  std::string shape;
  std::vector<double> hours;
};

/// How often it is asked; `users` and `concurrency` are closed loops, the others open.
struct Load {
  Given<double> users;                // people at their desks; active_share of them ask at once
  Given<double> concurrency;          // requests in flight at peak
  Given<double> rate;                 // requests per second, mean of the peak hour unless peak_factor is given
  Given<double> requests_per_day;
  Given<double> tokens_per_second;    // generated, whole service
  Given<double> peak_factor;          // peak over mean
  Given<double> active_share;
  Given<double> think_time;           // s between a user's requests
  Given<double> burstiness;           // coefficient of variation of inter-arrival times
  Given<Day> day;
};

/// Tokens proposed before the model has said them; it then checks several in one step.
struct Speculation {
  Given<std::string> method;          // draft | mtp | ngram
  Given<std::int64_t> tokens;         // proposed per step
  Given<double> acceptance;           // chance that one is accepted
  Given<std::string> draft;           // model that proposes
  Span span;
};

/// Adapters held beside the model.
struct Lora {
  Given<std::int64_t> adapters, rank;
};

struct LlmService {
  Given<std::string> model;
  std::optional<catalog::Model> architecture;   // inline instead of a catalog id
  Given<std::vector<std::string>> quantization; // ids, or the one word `any`
  Given<std::string> kv_format;
  Given<std::string> engine;
  Given<std::string> engine_version;
  Given<double> context;
  Lengths prompt, output;
  Load load;
  Given<double> prefix_hit;           // share of prompt tokens found in the prefix cache
  Given<double> response_cache_hit;   // share of requests answered without the model
  LlmTargets targets;
  Given<std::string> priority;
  std::optional<Speculation> speculation;
  Lora lora;
  Given<double> replicas;
  Span span;
};

struct EmbeddingService {
  Given<std::string> model;
  Given<std::string> kind;            // embedding | reranker
  Given<double> rate;                 // documents per second
  Given<double> documents_per_day;
  Given<double> peak_factor;
  Given<double> tokens_per_document;
  Given<double> latency_p95;
  Given<Day> day;
  Span span;
};

struct TrainingJob {
  Given<std::string> model;
  Given<std::string> method;          // full | lora | qlora
  Given<std::string> precision;       // mixed | fp32 | bf16
  Given<double> sequence, micro_batch, global_batch;
  Given<double> tokens;               // to train on in all (dataset × epochs)
  Given<double> deadline;             // s
  Given<std::string> sharding;        // none | zero1 | zero2 | zero3 | fsdp
  Given<double> lora_rank;
  Given<std::string> recompute;       // none | selective | full
  Given<double> mfu;
  Given<double> runs_per_year;        // how often it is done, for costs
  Given<std::string> feed_from;       // kafka or kafka.<topic>
  Given<double> bytes_per_token;
  Span span;
};

struct Compression {
  Given<std::string> codec;
  Given<double> ratio;                // uncompressed over compressed
};

struct Topic {
  Given<double> ingress;              // B/s before compression
  Given<double> messages;             // message/s
  Given<double> message_size;         // B/message
  Given<double> peak_factor;
  Given<Day> day;
  Compression compression;
  Given<double> replication;
  Given<double> retention;            // s
  Given<double> retention_bytes;      // per partition
  Given<double> partitions;
  Given<double> consumer_groups;
  Given<bool> compaction;
  Span span;
};

/// Consumers that share the partitions between them.
struct ConsumerGroup {
  Given<double> lag_window;   // s it may be behind
  Given<std::string> reads;   // memory | disk: where what it is behind is read from
  Given<double> share;        // of the data
  Given<double> throughput;   // B/s one consumer gets through, before compression
  Given<double> concurrency;  // consumers at work at once
  Span span;
};

/// What a client may send and fetch, in bytes on the wire.
struct Quotas {
  Given<double> produce, consume;  // B/s for each client
};

/// Traffic with another cluster, before compression.
struct Mirror {
  Given<double> sends, receives;  // B/s
};

struct KafkaCluster {
  Topic all;                          // the aggregate, or defaults for topics
  std::vector<Named<Topic>> topics;
  std::vector<Named<ConsumerGroup>> groups;
  Given<double> min_insync;
  Given<std::string> acks;
  Given<double> fan_out;
  Given<double> lagging_groups;
  Given<double> lag_window;
  Given<bool> tls;
  Given<double> tiered_local_retention;
  Given<double> racks;
  Given<double> heap;
  Given<std::string> raid;
  Given<double> batch_size;
  Given<std::string> coordination;    // kraft | zookeeper
  Given<bool> combined_mode;
  Given<double> brokers;
  Given<bool> follower_fetch;          // consumers read from the replica in their own rack
  Given<double> producers, consumers;  // clients that hold connections
  Given<double> partition_throughput;  // B/s one partition takes
  Given<double> hottest_partition;     // its bytes over the mean partition's
  Quotas quotas;
  Mirror mirror;
  Given<double> stretch_rtt;                 // s between the sites of one cluster
  Given<double> replication_throttle;        // B/s
  Given<double> rebuild_within;              // s a replaced broker may take to fill
  Given<std::vector<std::string>> claims;    // what a guide says of Kafka, for the rules to judge
  std::vector<Named<std::string>> settings;  // broker configuration as it is, for the rules to judge
  Span span;
};

/// A topic that keeps what a pipeline asked and was answered.
struct RequestLog {
  Given<double> request_bytes, response_bytes;   // of one request
  Given<double> retention;                       // s
};

struct Pipeline {
  Given<std::string> from;            // kafka or kafka.<topic>
  Given<std::string> to;              // llm.<name> or embedding.<name>
  Given<double> share;                // of the messages
  Given<double> prompt_tokens, output_tokens;
  Given<double> documents;            // in 24 hours, instead of the topic's rate
  Given<double> chunks_per_document;  // requests a message makes
  Given<double> tokens_per_chunk;
  Given<double> lag_p95;              // acceptable age, s
  Given<double> drained_by;           // time of day by which nothing waits, s after midnight
  Given<double> outage;               // of the service, which retention and disks must hold, s
  Given<RequestLog> log;
  Span span;
};

/// A machine that is there already.
struct ExistingNode {
  Given<std::string> device;
  Given<double> devices;
  Given<double> count;
  Given<double> cores, threads, memory;
  Given<double> disks, disk_capacity, disk_write;
  Given<double> nic;                  // B/s per direction
  Given<std::string> use;             // llm | kafka | any
  Span span;
};

struct Site {
  Given<std::string> country, currency;
  Given<double> rack_power, rack_units, racks, max_nodes;
  Given<catalog::Money> budget;       // purchase price of everything together
  Given<double> power;                // of everything at the wall, W
  Given<std::vector<std::string>> vendors, devices, exclude_devices;
  Given<std::string> condition;       // new | used | any
  Given<std::string> layout;          // separate | shared
  Given<std::string> place;           // colo | room
  Given<std::string> runtime;         // bare | container | kubernetes
  std::vector<Named<ExistingNode>> existing;
};

/// How the load grows until the hardware is replaced.
struct Growth {
  Given<double> yearly;               // share per year
  Given<double> horizon;              // s
};

struct Workload {
  std::string name;
  std::string description;
  std::vector<Named<LlmService>> llm;
  std::vector<Named<EmbeddingService>> embedding;
  std::vector<Named<TrainingJob>> training;
  std::optional<KafkaCluster> kafka;
  std::vector<Named<Pipeline>> pipelines;
  Given<Day> day;                     // of whatever states none of its own
  Site site;
  Given<std::string> availability;    // n | n+1 | rack-loss
  Growth growth;
  std::vector<Named<double>> headroom;
  std::optional<Proposal> proposal;    // machines on offer and what is claimed of them, for `audit`
  std::vector<Named<Claim>> claims;
  Costs costs;                         // what is known of money, for `compare`
  bool has_rules = false;              // `rules`, `constraints`, `advice` or `overrides` are given
  std::shared_ptr<const yaml::Tree> tree;  // keeps spans alive; `rules:` and `overrides:` are read from it
};

/// The field table: decoding, JSON Schema and documentation of a workload file.
const schema::Record<Workload>& workload_schema();

/// Reads what can be read of a workload, whatever is wrong with the rest; problems are diagnostics.
Workload read(std::shared_ptr<const yaml::Tree> tree, const units::Registry& units, Diagnostics& diagnostics);

/// Reads a workload that has no errors, or nothing.
std::optional<Workload> load(std::shared_ptr<const yaml::Tree> tree, const units::Registry& units,
                             Diagnostics& diagnostics);

/// `--set llm.chat.qps=5`: returns a copy of the tree's text with the value at the dotted path replaced or added.
/// Unknown paths are reported when the result is loaded.
std::shared_ptr<const yaml::Tree> with_settings(const std::shared_ptr<const yaml::Tree>& tree,
                                                const std::vector<std::string>& settings, Diagnostics& diagnostics);

}  // namespace rackfit::workload
