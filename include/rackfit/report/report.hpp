// What a plan says, ready for any writer: plain values with their units, in the order they are to be shown.
//
// The Report is built once from the chosen plan (build.hpp); the writers (table, JSON, Markdown, CSV) are pure
// functions of it, so no two formats can disagree. Numbers are in the unit that stands beside them; an empty
// optional is something unknown and is shown as such, never as zero.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rackfit::report {

/// Money as printed: a decimal text and an ISO currency.
struct Money {
  std::string amount;      // "12400.00"
  std::string currency;    // "USD"
};

/// One resource of one role: what is needed of what there is.
struct Requirement {
  std::string resource;    // stable id: "vram", "nic_out"
  std::string title;       // for people: "VRAM per GPU"
  std::optional<double> need, capacity;
  std::string unit;
  std::optional<double> utilization;   // need ÷ capacity
  bool binding = false;    // the fullest one
  std::string breaks;      // what happens when it runs out
  std::string rule;        // constraint's name, for `explain`
};

enum class Met { yes, no, unknown };

/// A latency, speed or lag the workload asks for.
struct Target {
  std::string name;        // "e2e_p95"
  std::string title;       // "end-to-end latency, p95"
  std::optional<double> wanted, predicted, low, high;
  std::string unit;
  Met met = Met::unknown;
};

/// A line of a node's parts list.
struct Part {
  std::string kind;        // device, cpu, memory, disk, nic, psu, platform
  std::string id, name;
  std::int64_t count = 0;  // per node
  std::optional<Money> unit_price;
  std::string price_note;  // "2026-06, used, secondary"
};

struct Fact {
  std::string key;         // "tensor_parallel"
  std::string title;       // "tensor parallel"
  std::string value;       // "2"
};

/// One kind of node.
struct Configuration {
  std::string id;          // deterministic short name
  std::string summary;     // "2 × RTX 6000 Ada 48 GB · EPYC 7302P · 128 GiB · 2 × 3.84 TB NVMe · 2 × 10 GbE"
  std::vector<Fact> facts; // model format, engine, parallelism, replicas …
  std::vector<Part> parts; // of one node
  std::optional<Money> node_price;     // indicative purchase price of one node, when every part has one
  std::vector<std::string> unpriced;   // parts without a price
  std::optional<double> power_w;       // peak at the wall, one node
  std::optional<double> rack_units;
};

struct RunnerUp {
  Configuration configuration;
  std::int64_t nodes = 0;
  std::optional<Money> price;          // all nodes
  std::string lost_because;
};

/// A way to do the job that no other beats in money, time and power at once.
struct Trade {
  std::string id, summary;             // of the node, as in Configuration
  std::string way;                     // what sets it apart: accelerators, format, parallelism
  std::int64_t nodes = 0;
  std::optional<Money> price, cost;    // all nodes: to buy, and over the years
  std::optional<double> latency_s, power_w;
  bool chosen = false;
};

/// A figure worth knowing that is neither limit nor target: "requests per second at peak", "backlog after …".
struct KeyFigure {
  std::string name, title;
  std::optional<double> value, low, high;
  std::string unit;
};

/// A resource that asks for a number of nodes; the one that decided stands first.
struct Limit {
  std::string name, title;
  std::optional<double> nodes, slack;  // slack: what is left of the limit with the nodes chosen
};

/// How full one resource is in a state.
struct StateCell {
  std::string resource, brief, title;
  std::optional<double> need, capacity, utilization;
  std::string unit;
};

/// The cluster with something missing: the same rules again.
struct State {
  std::string name, title;
  std::optional<double> alive;  // nodes left
  bool holds = false;           // nothing is given up and every resource is within its limit
  std::vector<StateCell> cells;
  std::vector<std::string> given_up;  // sentences
  std::vector<std::string> reduced;   // what still holds, with less to spare
};

/// What a service takes of a box, and what its container is given.
struct Share {
  std::string service, resource, title;
  std::optional<double> value, request, limit;
  std::string unit;
};

struct Role {
  std::string role;        // "llm:assistant", "kafka-broker" …
  std::string title;       // "LLM service `assistant`: DeepSeek-R1-Distill-Qwen-32B"
  bool feasible = false;
  std::int64_t nodes = 0;
  std::string nodes_why;   // "1 for the load + 1 spare (n+1)"
  Configuration configuration;
  std::optional<Money> price;          // all nodes
  std::optional<double> price_usd;     // the same, for sums
  std::vector<Requirement> requirements;
  std::vector<Target> targets;
  std::vector<KeyFigure> figures;
  std::vector<Limit> limits;  // most nodes first
  std::string limits_text;    // "decided by storage with 4 % slack; next network out with 89 % slack"
  std::vector<State> states;
  std::vector<Share> shares;
  std::string breaks_first;            // "VRAM at 91 %: …"
  std::string trust;                   // how far the predictions are calibrated
  std::vector<RunnerUp> runners_up;
  std::string chosen_because;          // by the plan's objective; empty for the usual one
  std::string shares_nodes_with;       // role whose nodes these are, and where their price stands
  std::vector<Trade> front;            // where it was asked for
  std::int64_t front_left_out = 0;     // within `front_margin` of a row in money, time and power
  double front_margin = 0;
  bool front_counts_cost = false;      // money is what it costs over the years
  std::string latency_title;           // what the time is: "time of a whole answer, p95"
};

/// A service in front of which a topic waits, sized in one way.
struct SizedService {
  std::string sized_to;                // "lag" or "peak"
  bool feasible = false;
  std::string summary;                 // of one node
  std::int64_t nodes = 0, devices = 0;
  std::optional<Money> price;          // all nodes
  std::optional<double> rate;          // request/s it is planned to take
  std::optional<double> utilization;   // of it over the day
  std::optional<double> lag_p95_s, max_backlog;
};

/// A consumer group that calls a model.
struct Pipeline {
  std::string name, title, from, to;
  bool day_known = false;
  std::vector<Target> targets;
  std::vector<KeyFigure> figures;
  std::vector<SizedService> services;  // as planned; then sized to the peak, when that is more
  std::optional<std::int64_t> devices_saved;
  std::optional<Money> price_saved;
  std::vector<double> arrivals, waiting;  // request/s and requests, of each half hour from midnight
};

struct AdviceItem {
  std::string id, role, level, message, source;
};

/// A value nobody gave.
struct DefaultUsed {
  std::string name, role, title;
  std::string value;       // printed with its unit
  std::string source;
};

/// A built-in rule or value that the user's files changed.
struct OverrideUsed {
  std::string name, was, is, because, where;
};

/// Candidates that one constraint ruled out.
struct Rejected {
  std::string role;
  std::string constraint;
  std::string family;      // "consumer GPUs", "single GPU"
  std::int64_t candidates = 0;
  std::string because;     // with the numbers of the nearest miss
  std::string relaxation;  // smallest change that would let one through; empty when unknown
  std::string where;       // file:line of the constraint
};

struct Totals {
  std::int64_t nodes = 0;
  std::optional<double> power_w, rack_units;
  std::optional<Money> price;
  std::string price_note;  // dates and confidence of the prices, what is left out
};

struct Plan {
  std::string format_version = "1.0";
  std::string rackfit_version;
  std::string workload;    // name
  std::string description;
  std::string file;        // as given on the command line
  bool feasible = false;
  std::string objective = "capex";
  std::string aim;         // the same as a sentence; empty for the usual one
  std::vector<Role> roles;
  std::vector<Pipeline> pipelines;
  Totals totals;
  std::vector<AdviceItem> advice;
  std::vector<DefaultUsed> defaults;
  std::vector<OverrideUsed> overrides;
  std::vector<Rejected> rejected;
  std::int64_t candidates = 0;         // looked at
};

/// A value's derivation: `explain` prints this tree.
struct Explanation {
  std::string name, title, role;
  std::string value;                   // printed, "112 MB/s", or "not applicable"
  std::optional<double> number;        // base units, for JSON
  std::string unit;                    // declared unit
  std::string formula;                 // as written
  std::string substituted;             // with values
  std::string origin;                  // "workload.yaml:12", "default", "catalog: l40s-48gb.memory", "candidate", "rule kafka-broker.yaml:40"
  std::string source;                  // citation
  std::string confidence;
  std::vector<std::string> steps;      // inside native functions: "kv_bytes_per_token = 2 · 64 · 8 · 128 · 2 B = 256 KiB/token (source)"
  std::vector<Explanation> inputs;
  bool shown_above = false;            // its derivation stands earlier in the tree
};

}  // namespace rackfit::report
