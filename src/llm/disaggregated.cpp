// Prompts and answers on instances of their own: a pool that only reads prompts, a link, a pool that only
// decodes.
//
// The prompt pool is an M/G/c queue of prefills, full steps shared among prompts; the KV cache then crosses
// the link once, whole, before the next token; the decode pool runs steps without any prompt in between.
// Pools are never in step with each other, so a system reaches only a share of either pool's own rate.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "recorder.hpp"
#include "serving_state.hpp"

namespace rackfit::llm {
namespace {

constexpr int search_steps = 24;  // 2^-24 of the slots is far below any band
constexpr int rate_steps = 40;
constexpr int closed_steps = 24;

/// What the load does not change about the pools.
struct Pools {
  const ServingModel& m;
  const Disaggregation& d;
  Job job;
  double occupancy_s = 0;  // of a prompt instance per request, losses of the system included
  double transfer_s = 0;   // of the mean prompt's cache
  double transfer_cv2 = 0;
  std::array<double, 3> transfer_at{};  // at the prompt's p50, p95, p99
  double links = 1;

  double slots() const { return std::max(1.0, job.max_running); }
};

/// What a step costs a prompt instance beside the arithmetic of its tokens: reading the weights, launching.
double step_cost_s(const StepModel& s) {
  const double full = s.max_batched_tokens;
  return std::max(0.0, *prefill_s(s, full) - *prefill_work_s(s, full) - s.setup_s);
}

double transfer_time(const ServingModel& m, const Disaggregation& d, double tokens) {
  return m.memory.kv.held_bytes(tokens) / d.link_bytes_per_s + d.link_latency_s;
}

Pools make_pools(const ServingModel& m, const Load& load) {
  Pools p{m, *m.disaggregation, prepare(m, load)};
  const Job& job = p.job;
  p.occupancy_s = (job.work_s + job.chunk_share * step_cost_s(m.step)) / job.lanes / p.d.prefill_share;
  const double sigma = lognormal_sigma(load.prompt);
  const double median = load.prompt.mean * std::exp(-sigma * sigma / 2);
  p.transfer_s = transfer_time(m, p.d, load.prompt.mean);
  p.transfer_cv2 = std::expm1(sigma * sigma);
  const std::array<double, 3> at = {0.0, z95, z99};
  for (std::size_t i = 0; i < at.size(); ++i)
    p.transfer_at[i] = transfer_time(m, p.d, median * std::exp(sigma * at[i]));
  // A cache goes from one instance to one other.
  p.links = double(std::min(p.d.prefill, p.d.decode));
  return p;
}

/// One instance for answers with `running` sequences on average; rates are those of the whole group.
Point decode_point(const Pools& p, double running) {
  Point at;
  at.decoding = running;
  at.seen_batch = 1 + running * (p.slots() - 1) / p.slots();
  at.step_s = at.tpot_s = *decode_step_s(p.m.step, at.seen_batch, p.job.context_tokens);
  at.slot_load = running / p.slots();
  at.rate_per_s =
      p.d.decode_share * double(p.d.decode) * running / (std::max(1.0, p.job.output_tokens) * at.tpot_s);
  return at;
}

struct Capacity {
  double rate_per_s = 0;
  Limit limit = Limit::none;
};

Capacity capacity(const Pools& p) {
  Capacity most{double(p.d.prefill) / p.occupancy_s, Limit::prefill_compute};
  const auto lower = [&](double rate, Limit limit) {
    if (rate < most.rate_per_s) most = {rate, limit};
  };
  if (p.job.output_tokens > 0) lower(decode_point(p, p.slots()).rate_per_s, p.job.running_limit);
  if (p.transfer_s > 0) lower(p.links / p.transfer_s, Limit::kv_transfer);
  return most;
}

Point point_at_rate(const Pools& p, double rate) {
  if (p.job.output_tokens <= 0) {
    Point at;
    at.rate_per_s = rate;
    return at;
  }
  double low = 0, high = p.slots();
  for (int i = 0; i < rate_steps; ++i) {
    const double middle = (low + high) / 2;
    (decode_point(p, middle).rate_per_s < rate ? low : high) = middle;
  }
  Point at = decode_point(p, (low + high) / 2);
  at.rate_per_s = rate;
  return at;
}

/// Between idle and `edge`, by the running batch: that needs no search of its own.
Point point_at_share(const Pools& p, const Point& edge, double share) {
  return p.job.output_tokens > 0 ? decode_point(p, share * edge.decoding)
                                 : point_at_rate(p, share * edge.rate_per_s);
}

struct Delays {
  double mean_s = 0, variance = 0;
  double batch_variance = 0;
};

Latencies latencies(const Pools& p, Point& at, const Delays& delays) {
  const Job& job = p.job;
  at.occupancy_s = p.occupancy_s;
  at.prefill_load = at.rate_per_s * p.occupancy_s / double(p.d.prefill);
  at.first_token_s = job.prefill_mean_s + p.transfer_s;
  const double residual = at.step_s / 2 * at.decoding / (1 + at.decoding);
  Latencies out;
  out.waiting_s = delays.mean_s;
  const double ttft = at.first_token_s + residual + delays.mean_s;
  const double ttft_variance = job.prefill_variance + p.transfer_s * p.transfer_s * p.transfer_cv2 +
                               delays.variance + residual * residual / 3;
  out.ttft = lognormal_percentiles(ttft, ttft_variance);
  out.ttft.p50 = std::max(out.ttft.p50, job.prefill_at[0] + p.transfer_at[0] + residual);
  out.ttft.p95 = std::max(out.ttft.p95, job.prefill_at[1] + p.transfer_at[1] + residual);
  out.ttft.p99 = std::max(out.ttft.p99, job.prefill_at[2] + p.transfer_at[2] + residual);
  const double steps = std::max(0.0, job.output_tokens - 1);
  const double slope = *decode_step_s(p.m.step, at.seen_batch + 1, job.context_tokens) - at.step_s;
  const double tpot_variance = delays.batch_variance * slope * slope;
  out.tpot = lognormal_percentiles(at.tpot_s, tpot_variance);
  const double output_variance = job.output_square - job.output_tokens * job.output_tokens;
  out.e2e = lognormal_percentiles(
      ttft + steps * at.tpot_s,
      ttft_variance + at.tpot_s * at.tpot_s * output_variance + job.output_square * tpot_variance);
  return out;
}

/// Waiting for an instance for prompts, for the link and for a slot: one queue after the other.
Latencies open_latencies(const Pools& p, Point& at) {
  const Job& job = p.job;
  const double servers = double(p.d.prefill);
  const auto load = [](double utilization) { return std::min(utilization, 1 - 1e-9); };
  const Waiting prompt = queue_wait(servers, load(at.rate_per_s * p.occupancy_s / servers), p.occupancy_s,
                                    job.arrival_cv2, job.work_cv2);
  const Waiting link = queue_wait(p.links, load(at.rate_per_s * p.transfer_s / p.links), p.transfer_s,
                                  job.arrival_cv2, p.transfer_cv2);
  Waiting slot;
  if (job.output_tokens > 0) {
    slot = queue_wait(std::floor(p.slots() * double(p.d.decode)), load(at.slot_load),
                      job.output_tokens * at.tpot_s, job.arrival_cv2, job.output_cv2);
  }
  return latencies(
      p, at,
      {prompt.mean_s + link.mean_s + slot.mean_s, prompt.variance() + link.variance() + slot.variance(),
       (at.seen_batch - 1) * (1 + job.arrival_cv2) / 2});
}

void fill(const Pools& p, const Point& at, const Latencies& l, ServingResult& out) {
  const StepModel& step = p.m.step;
  out.rate_per_s = at.rate_per_s;
  out.running = at.decoding * double(p.d.decode);
  out.waiting = at.rate_per_s * l.waiting_s;
  out.compute_utilization = at.prefill_load;
  out.output_tokens_per_s = at.rate_per_s * p.job.output_tokens;
  const double budget = p.m.memory.kv_budget_bytes * step.attention_ranks;
  out.kv_utilization = budget > 0 ? at.decoding * p.job.held_bytes / budget : 0;
  out.ttft_s = {l.ttft, step.ttft_band};
  out.tpot_s = {l.tpot, step.decode_band};
  out.e2e_s = {l.e2e,
               {std::min(step.ttft_band.low, step.decode_band.low),
                std::max(step.ttft_band.high, step.decode_band.high)}};
}

void explain(const Pools& p, const Load& load, const Point& at, const Latencies& l, StepLog& log) {
  const double tokens = p.job.context_tokens;
  record(log, "prefill_pool", "rate · (prefill_work + chunks · step) / (share · instances)",
         fmt::format("{} /s · {} / {}", number(at.rate_per_s), milliseconds(p.occupancy_s), p.d.prefill),
         at.prefill_load, "1");
  record(log, "kv_transfer", "prompt's KV cache on one device / link + latency",
         fmt::format("{} / {} GB/s + {}", gib(p.m.memory.kv.held_bytes(load.prompt.mean)),
                     number(p.d.link_bytes_per_s / 1e9), milliseconds(p.d.link_latency_s)),
         p.transfer_s, "s");
  decode_step_s(p.m.step, at.seen_batch, tokens, &log);
  record(log, "decode_pool", "rate · output · tpot / (share · instances)",
         fmt::format("{} /s · {} · {} / ({} · {})", number(at.rate_per_s), number(p.job.output_tokens),
                     milliseconds(at.tpot_s), number(p.d.decode_share), p.d.decode),
         at.decoding, "1");
  record(log, "ttft_mean", "prefill + KV transfer + rest of the step + waiting",
         fmt::format("{} + {} + {} + {}", milliseconds(p.job.prefill_mean_s), milliseconds(p.transfer_s),
                     milliseconds(l.ttft.mean - at.first_token_s - l.waiting_s), milliseconds(l.waiting_s)),
         l.ttft.mean, "s");
}

/// Closed loop: so many requests go round; whatever the narrowest pool cannot take waits in front of it.
Latencies serve_closed(const Pools& p, double users, const Capacity& most, Point& at) {
  const Job& job = p.job;
  const double station = p.occupancy_s / double(p.d.prefill);
  const double steps = std::max(0.0, job.output_tokens - 1);
  double running = std::min(users / double(p.d.decode), p.slots());
  double queued = 0, outside = 0;
  for (int i = 0; i < closed_steps; ++i) {
    at = job.output_tokens > 0 ? decode_point(p, running) : Point{};
    const double elsewhere = job.prefill_mean_s + p.transfer_s + steps * at.tpot_s;
    queued = closed_loop_response(users, station, elsewhere) - station;
    const double free = users / (elsewhere + queued);
    at.rate_per_s = std::min(free, most.rate_per_s);
    outside = users / at.rate_per_s - elsewhere - queued;
    const double next = at.rate_per_s * job.output_tokens * at.tpot_s / p.d.decode_share / double(p.d.decode);
    running = (running + std::min(next, p.slots())) / 2;
  }
  const double waiting = p.m.step.queue_factor * queued;
  const double ramp =
      p.m.step.ramp_share * std::max(0.0, users / job.lanes / double(p.d.prefill) - 1) * job.work_s;
  return latencies(p, at, {waiting + ramp + std::max(0.0, outside), waiting * waiting + ramp * ramp, 0});
}

/// False when there is nothing to compute with.
bool ready(const ServingModel& m, ServingResult& out) {
  if (!computable(m, out)) return false;
  if (m.disaggregation->link_bytes_per_s > 0) return true;
  out.known = false;
  out.missing = Missing::link;
  out.saturated_by = Limit::unknown;
  return false;
}

void never(ServingResult& out) {
  constexpr double infinite = std::numeric_limits<double>::infinity();
  out.stable = false;
  out.ttft_s.value = out.e2e_s.value = {infinite, infinite, infinite, infinite};
  if (out.running <= 0) out.tpot_s.value = out.ttft_s.value;
}

/// Capacity into the result; false when not even one sequence has room.
bool bounded(const Pools& p, Capacity& most, ServingResult& out) {
  if (p.job.max_running < 1) {
    out.saturated_by = p.job.running_limit;
    return false;
  }
  most = capacity(p);
  out.saturation_rate_per_s = most.rate_per_s;
  out.saturated_by = most.limit;
  out.max_running = p.job.max_running * double(p.d.decode);
  return true;
}

}  // namespace

ServingResult serve_disaggregated(const ServingModel& m, const Load& load, StepLog* log) {
  ServingResult out;
  if (!ready(m, out)) return out;
  const Pools p = make_pools(m, load);
  Capacity most;
  if (!bounded(p, most, out)) {
    never(out);
    return out;
  }
  Point at;
  Latencies l;
  out.stable = true;
  if (load.concurrency) {
    l = serve_closed(p, std::max(1.0, *load.concurrency), most, at);
  } else {
    const double rate = load.rate_per_s.value_or(0);
    out.stable = rate <= most.rate_per_s;
    at = point_at_rate(p, std::min(rate, most.rate_per_s));
    l = open_latencies(p, at);
  }
  fill(p, at, l, out);
  if (!out.stable) never(out);
  if (log) explain(p, load, at, l, *log);
  return out;
}

MaxRate max_rate_disaggregated(const ServingModel& m, const Load& load, const Targets& targets,
                               StepLog* log) {
  MaxRate best;
  ServingResult& out = best.at_rate;
  if (!ready(m, out)) {
    best.limit = out.saturated_by;
    return best;
  }
  const Pools p = make_pools(m, load);
  Capacity most;
  const bool room = bounded(p, most, out);
  best.limit = out.saturated_by;
  if (!room) return best;
  const Point edge = point_at_rate(p, most.rate_per_s);
  double low = 0, high = 1;
  for (int i = 0; i < search_steps; ++i) {
    // The edge is tried first: often nothing else limits.
    const double share = i == 0 ? high : (low + high) / 2;
    Point at = point_at_share(p, edge, share);
    const Limit limit = missed(m, open_latencies(p, at), targets);
    if (limit == Limit::none) {
      low = share;
      if (i == 0) break;
    } else {
      high = share;
      best.limit = limit;
    }
  }
  Point at = point_at_share(p, edge, low);
  const Latencies l = open_latencies(p, at);
  best.rate_per_s = std::min(at.rate_per_s, most.rate_per_s);
  out.stable = true;
  fill(p, at, l, out);
  // Not even an idle group holds the targets: its latencies are reported, and no rate.
  if (missed(m, l, targets) != Limit::none) best.rate_per_s = 0;
  if (log) explain(p, load, at, l, *log);
  return best;
}

}  // namespace rackfit::llm
