// A box that somebody offers and what is claimed of it: the part of a workload that `rackfit audit` judges.
//
// Guides, quotations and forum posts name machines and promise figures. The machines are `proposal:`, the
// promises `claims:`. Everything is as written, with its place; `plan` passes over both. A claim has exactly
// one figure, and `at` says under which conditions it is claimed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rackfit/catalog/hardware.hpp"
#include "rackfit/schema/schema.hpp"

namespace rackfit::workload {

using schema::Given;
using schema::Named;

/// A figure as guides give it: one number, or from one to another.
struct Range {
  double low = 0, high = 0;
};

/// Likewise an amount of money.
struct MoneyRange {
  double low = 0, high = 0;
  std::string currency;
};

/// One kind of machine on offer.
struct ProposedNode {
  Given<std::string> device;
  Given<double> devices;  // per machine
  Given<double> count;    // machines
  Given<std::string> cpu;
  Given<double> cpus;
  Given<double> cores, memory;
  Given<double> disks, disk_capacity, disk_write;
  Given<std::string> raid;
  Given<double> nic, nics;  // B/s of one port and direction; ports
  Given<std::string> link;  // nvlink | pcie
  Given<double> psu, psus, psus_redundant;
  Given<double> rack_units;
  Given<double> power;      // W of one machine at full load, as stated
  Given<std::string> use;   // llm | kafka | controller | training | any
  Given<MoneyRange> price;  // of one machine
  // how the software is set up on it
  Given<std::string> engine;
  Given<std::vector<std::string>> quantization;
  Given<double> tensor_parallel;
  Given<double> heap, io_threads, open_files;
  Span span;
};

struct Proposal {
  Given<std::string> says;  // whose it is, for the report
  Given<MoneyRange> price;  // of everything
  std::vector<Named<ProposedNode>> nodes;
  Span span;
};

/// Under which conditions a figure is claimed.
struct Conditions {
  Given<std::string> model, format, from_format, device;
  Given<double> devices, parameters;
  Given<double> context, prompt, output, concurrency;
  Given<Range> e2e;
  Given<double> message_size;
  Given<catalog::Money> cloud, once;  // what is paid there for each period, and here once
  Given<std::string> per;             // month | year
  Given<double> over;                 // s
  Given<double> before, feed_before, feed_after;
  Span span;
};

struct Claim {
  Given<std::string> says;   // the sentence
  Given<std::string> about;  // llm.<name>, training.<name>, kafka
  // exactly one of these
  Given<Range> messages, ingress, rate, requests_per_day, output_rate, ttft, e2e, tpot;
  Given<Range> memory, weights, device_memory, reduction, speedup, saving, utilization, brokers, duration;
  Given<Range> network_latency;
  Given<MoneyRange> price, power_cost, deployment_cost, running_cost;
  Given<std::string> link, statement;
  Given<bool> fits, trains;
  Conditions at;
  Span span;

  /// Which figure is claimed: "e2e"; empty when there is none.
  std::string metric() const;
};

}  // namespace rackfit::workload
