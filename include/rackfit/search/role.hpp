// One role of a plan as a search problem: facts, candidates in columns, and the rules that judge them.
//
// Each role's builder (llm_role.cpp, embedding_role.cpp, training_role.cpp, kafka_role.cpp) turns its part of the workload
// into a RoleProblem; solve.cpp evaluates all problems in the same way: fill a block of columns, run the rules, drop
// what a constraint refuses, compose hosts, run again, rank.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "rackfit/catalog/market.hpp"
#include "rackfit/rules/program.hpp"
#include "rackfit/search/node.hpp"
#include "rackfit/workload/workload.hpp"

namespace rackfit::search {

class Composer;  // compose.hpp

/// Where an input's value comes from, for `explain` and the list of defaults.
struct Origin {
  enum class Kind { workload, catalog, candidate, defaulted, other_role };
  Kind kind = Kind::candidate;
  Span span;                 // workload: where it was written
  std::string text;          // catalog: "l40s-48gb.memory"; other_role: "llm:tickets"
  Provenance source;         // catalog rows, defaults
};

/// An input that is the same for every candidate of a role. Truth is 0 or 1.
struct Fact {
  std::string name;          // of the rule input, "llm.prompt_mean"
  double number = 0;         // base units
  std::string word;          // for inputs that are words; `number` is unused then
  bool is_word = false;
  Origin origin;
};

/// An input that differs between candidates, one value each; NaN-free: leave out a value with rules::not_applicable().
struct Axis {
  std::string name;
  bool is_word = false;
  std::vector<double> numbers;
  std::vector<std::string> words;
};

/// "tensor parallel: 2": what a reader wants to know of a candidate beside its parts.
struct Choice {
  std::string key, title, value;
};

struct RoleProblem {
  std::string role;          // "llm:assistant"
  std::string rule_role;     // "llm": which rule files apply
  std::string name;          // "assistant"; empty for Kafka
  std::string title;         // "LLM service `assistant`: Llama-3.3-70B-Instruct"
  std::string nodes_rule;    // rule that gives the node count: "llm.nodes", "kafka.brokers"
  std::shared_ptr<const rules::NativeTable> natives;
  std::vector<Fact> facts;
  std::vector<Axis> axes;    // all of the same length
  std::vector<Node> nodes;   // one per candidate; only the accelerators when `compose_host`
  std::vector<const catalog::Device*> only_existing;  // that machines have which are there, but that are not for buying
  std::string shared_with;        // role whose nodes these are, in a shared layout: "llm:assistant"
  std::vector<std::size_t> like;  // for candidates appended after the builder's: whose description they share
  bool compose_host = false; // the host is built to the rules host.cores, host.memory, host.disk, host.disk_write, host.nic
  std::function<std::vector<Choice>(std::size_t candidate)> describe;   // model format, engine, parallelism …
  std::function<std::string(std::size_t candidate)> form;               // how instances divide the work; empty: one way only
  std::function<std::string(std::size_t candidate)> family;             // "RTX 4090": rejections and runners-up are grouped by it
};

/// Shared by the builders.
struct RoleContext {
  const catalog::Catalog& catalog;
  const Composer& composer;
  const workload::Workload& workload;
  const units::Registry& units;
  Diagnostics& diagnostics;
  const workload::Workload* as_written = nullptr;  // before topics of pipelines' logs were added; none: `workload`
};

/// Builders add diagnostics for unknown ids (codes RF06xx) and then return what they can.
RoleProblem llm_role(const schema::Named<workload::LlmService>& service, const RoleContext& context);
RoleProblem embedding_role(const schema::Named<workload::EmbeddingService>& service, const RoleContext& context);
RoleProblem training_role(const schema::Named<workload::TrainingJob>& job, const RoleContext& context);
RoleProblem kafka_broker_role(const workload::KafkaCluster& kafka, const RoleContext& context);
RoleProblem kafka_controller_role(const workload::KafkaCluster& kafka, const RoleContext& context);

/// Reports vendors that no device has (RF0601) and headrooms of resources that no rule knows (RF0606).
void check_site(const RoleContext& context, const rules::RuleSet& rules);

/// Reports a budget in a currency without a rate (RF0608).
void check_budget(const RoleContext& context);
/// Facts of money and power that the whole site may take, and of what running it costs (with a market).
std::vector<Fact> choice_facts(const RoleContext& context, const catalog::Market* market);
/// Facts of site, availability and growth, which every role shares.
std::vector<Fact> common_facts(const workload::Workload& workload);
/// Devices of the machines that are there.
std::vector<const catalog::Device*> existing_devices(const RoleContext& context);
/// The site allows buying it (vendors, devices, exclude_devices, condition); announced and hosted ones never.
bool may_be_bought(const catalog::Device& device, const RoleContext& context);
/// Devices that may be bought, and those of the machines that are there, in id order.
std::vector<const catalog::Device*> allowed_devices(const RoleContext& context);

}  // namespace rackfit::search
