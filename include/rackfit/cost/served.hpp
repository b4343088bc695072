// What a plan serves and with what, in the words of the cost engine: the bridge from search.
//
// What is bought is the plan's nodes, or the machines of the workload's proposal at their price and power.
// Sizes come from the peak, costs from the mean, so that the month's requests and tokens are read from what
// the workload states (a day's requests, a mean rate) and, where it states people only, taken as busy during
// office hours, which is said.
#pragma once

#include "rackfit/cost/kafka.hpp"
#include "rackfit/cost/own.hpp"
#include "rackfit/search/plan.hpp"

namespace rackfit::cost {

/// A way to hold a role's models, to be looked for at the clouds.
struct DeviceNeed {
  const catalog::Device* device = nullptr;
  double devices = 0;   // in all
  double together = 0;  // in one machine
};

/// What is asked of a role's models in a month.
struct ModelWork {
  std::string role, model;  // catalog id of the model; empty: one of the user's own
  TokenWork tokens;
  double requests = 0;
  bool office_hours = false;       // the mean is our assumption
  bool training = false;           // a job: nobody sells it by the token
  double hours = hours_per_month;  // a month that a rented machine is kept for it
  double parameters = 0, active_parameters = 0;
  std::vector<DeviceNeed> ways;  // the chosen one first
  double disk_gb = 0;            // of one node
};

struct BrokerNeed {
  StreamWork work;
  double brokers = 0;
  double vcpus = 0, memory_bytes = 0, network_bytes_per_s = 0;  // of one broker
};

/// One half of a plan: its models, or its brokers.
struct Served {
  std::vector<Gear> gear;
  std::vector<ModelWork> models;
  std::optional<BrokerNeed> brokers;
  std::optional<double> network_fraction;             // of hardware, where a bill of materials prices it
  std::vector<std::string> stale, unverified, notes;  // prices that the gear's rest on
  double price_low = 1, price_high = 1;  // ends of an offered price over its middle; both 1: no range
  bool offered = false;                  // prices are those of a proposal
  bool misses = false;                   // and its machines miss a target or limit
};

struct ServedPlan {
  Served models, brokers;
};

struct ServedRequest {
  const search::Plan* plan = nullptr;
  const search::Plan* proposed = nullptr;  // the proposal's machines, bought instead of the plan's
  const catalog::Market* market = nullptr;
  const catalog::PriceBookFile* book = nullptr;
  const Exchange* exchange = nullptr;
  std::string as_of;
  const search::Plan* uncapped = nullptr;  // made without budget and power cap, for what may be rented
};

ServedPlan served_by(const ServedRequest& request);

}  // namespace rackfit::cost
