// One replica under load: latencies at a request rate or concurrency, and the largest rate at given targets.
//
// Continuous batching is solved as a fixed point (Little's law between rate, running batch and time per
// token), waiting by the Allen–Cunneen approximation of a G/G/c queue, percentiles by log-normal fits to mean
// and variance. That is quick and good enough to rank thousands of candidates; the chosen ones are meant to
// be simulated.
#pragma once

#include "rackfit/llm/queueing.hpp"
#include "rackfit/llm/step.hpp"

namespace rackfit::llm {

/// A log-normal length given as people know it; p95 = 0 or p95 ≤ mean: all of the same length.
struct TokenLengths {
  double mean = 0;
  double p95 = 0;
};
/// Standard deviation of the logarithm; p95 / mean beyond what a log-normal can have (3.87) gives the widest
/// one.
double lognormal_sigma(const TokenLengths& lengths);
/// Quantile of the length, 0 < q < 1.
double quantile(const TokenLengths& lengths, double q);

struct Load {
  TokenLengths prompt;
  TokenLengths output;                // mean 0 for embedding models and rerankers
  std::optional<double> rate_per_s;   // open loop: requests arrive at this rate …
  std::optional<double> concurrency;  // … or closed loop: as many are always in progress
  double arrival_cv = 1;              // of the time between arrivals; 1: Poisson, real traces 1.1 and more
  double prefix_hit_share = 0;        // share of prompt tokens found in the prefix cache
  double kv_reserve_sigmas = 2;       // KV kept for the spread of running sequences, standard deviations
};

/// Limits in seconds; empty ones do not bind.
struct Targets {
  struct Limits {
    std::optional<double> mean, p50, p95, p99;
  };
  Limits ttft_s, tpot_s, e2e_s;
  std::optional<double> min_user_tokens_per_s;  // 1 / mean time per token
  bool conservative = false;  // hold them at the high end of the band, not at the prediction
};

/// A prediction and the factors that span its P10–P90 band.
struct Prediction {
  Percentiles value;
  catalog::Band band{1, 1};
};

/// What keeps a replica from taking more.
enum class Limit {
  none,
  unknown,          // times are unknown: see ServingResult::missing
  misfit,           // it does not fit the devices at all: see ServingResult::memory reasons
  kv_memory,        // no room for more running sequences
  max_sequences,    // engine's own limit on running sequences
  prefill_compute,  // prompts take all the time there is
  ttft,
  tpot,
  e2e,
  user_rate,
  kv_transfer,      // the link between separate pools
};
std::string_view to_string(Limit limit);

struct ServingResult {
  bool known = false;
  Missing missing = Missing::none;
  bool stable = false;             // the load is below saturation; otherwise the latencies are infinite
  double rate_per_s = 0;           // requests served
  double running = 0;              // mean number of decoding sequences
  double waiting = 0;              // mean number of requests not yet started
  double max_running = 0;          // by KV memory and scheduler
  double kv_utilization = 0;       // mean share of the KV budget in use
  double compute_utilization = 0;  // share of time spent on prompts
  double output_tokens_per_s = 0;
  double saturation_rate_per_s = 0;
  Limit saturated_by = Limit::none;
  Prediction ttft_s, tpot_s, e2e_s;
};

struct MaxRate {
  double rate_per_s = 0;  // 0: not even one request at a time holds the targets
  Limit limit = Limit::none;
  ServingResult at_rate;
};

/// A deployment with all that its load does not change; build once, evaluate often.
struct ServingModel {
  Memory memory;
  StepModel step;
  std::optional<Disaggregation> disaggregation = {};

  /// Instances that hold running sequences.
  double decoding_instances() const { return disaggregation ? double(disaggregation->decode) : 1; }
};
ServingModel serving_model(const Deployment& deployment, StepLog* log = nullptr);

/// Latencies of one replica at the load's rate or concurrency.
ServingResult serve(const ServingModel& model, const Load& load, StepLog* log = nullptr);
/// Largest request rate that one replica takes while every target holds; the load's own rate is ignored.
MaxRate max_rate_at_targets(const ServingModel& model, const Load& load, const Targets& targets,
                            StepLog* log = nullptr);

}  // namespace rackfit::llm
