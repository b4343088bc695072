#include "rackfit/llm/serving.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "serving_state.hpp"

namespace rackfit::llm {
namespace {

constexpr int search_steps = 24;  // 2^-24 of the slots is far below any band
constexpr double infinite = std::numeric_limits<double>::infinity();

/// Unchecked: callers have looked at `decode_missing` and `prefill_missing`.
double step_at(const ServingModel& m, double batch, double context) {
  return *decode_step_s(m.step, batch, context);
}

/// Squared coefficient of variation of a log-normal.
double lognormal_cv2(double sigma) { return std::expm1(sigma * sigma); }

/// Mean and variance of the prefill time over the prompts, by Gauss–Hermite quadrature with five points: time
/// is not linear in length, and the tail is what matters.
void integrate_prompts(const ServingModel& m, const Load& load, Job& job) {
  static constexpr std::array<double, 5> nodes = {-2.8569700138728056, -1.3556261799742659, 0,
                                                  1.3556261799742659, 2.8569700138728056};
  static constexpr std::array<double, 5> weights = {0.011257411327720693, 0.22207592200561266,
                                                    0.5333333333333333, 0.22207592200561266,
                                                    0.011257411327720693};
  const double sigma = lognormal_sigma(load.prompt);
  const double median = load.prompt.mean * std::exp(-sigma * sigma / 2);
  const double missed = 1 - load.prefix_hit_share;
  double square = 0;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const double length = median * std::exp(sigma * nodes[i]);
    const double time = *prefill_s(m.step, length * missed, length - length * missed);
    const double work = *prefill_work_s(m.step, length * missed, length - length * missed);
    job.prefill_mean_s += weights[i] * time;
    square += weights[i] * time * time;
    job.work_s += weights[i] * work;
    job.work_square += weights[i] * work * work;
  }
  job.prefill_variance = std::max(0.0, square - job.prefill_mean_s * job.prefill_mean_s);
  job.work_cv2 = job.work_s > 0 ? std::max(0.0, job.work_square / (job.work_s * job.work_s) - 1) : 0;
  const std::array<double, 3> at = {0.0, z95, z99};
  for (std::size_t i = 0; i < at.size(); ++i) {
    const double length = median * std::exp(sigma * at[i]);
    job.prefill_at[i] = *prefill_s(m.step, length * missed, length - length * missed);
  }
}

/// Running sequences that the KV budget holds with a reserve for their spread, and the engine's own limit.
void limit_running(const ServingModel& m, const Load& load, double context_variance, Job& job) {
  const double ranks = m.step.attention_ranks;
  const double slots = double(m.memory.scheduler_sequences) * ranks;
  job.held_bytes = m.memory.kv.held_bytes(job.context_tokens);
  job.max_running = slots;
  job.running_limit = Limit::max_sequences;
  if (job.held_bytes <= 0) return;
  const double budget = m.memory.kv_budget_bytes * ranks;
  const double spread =
      load.kv_reserve_sigmas * m.memory.kv.full_bytes_per_token * std::sqrt(context_variance);
  // n · held + spread · sqrt(n) = budget, for sqrt(n).
  const double root =
      (std::sqrt(spread * spread + 4 * job.held_bytes * budget) - spread) / (2 * job.held_bytes);
  double by_memory = std::floor(root * root);
  // The reserve is for many sequences at once; whatever holds one mean sequence runs one.
  if (by_memory < 1 && budget >= job.held_bytes) by_memory = 1;
  if (by_memory < slots) {
    job.max_running = by_memory;
    job.running_limit = Limit::kv_memory;
  }
}

/// Completes a point whose decoding batch is set. `others` is the mean number of other running sequences.
void complete(const ServingModel& m, const Job& job, double others, Point& p) {
  p.seen_batch = 1 + others;
  p.step_s = step_at(m, p.seen_batch, job.context_tokens);
  if (job.output_tokens > 0) {
    p.tpot_s = p.step_s + m.step.interference * others * job.work_s / job.lanes / job.output_tokens;
  }
  p.occupancy_s = (job.work_s + job.chunk_share * p.step_s) / job.lanes;
  p.first_token_s = job.prefill_mean_s + job.chunks * std::max(0.0, p.step_s - job.single_step_s);
  p.residence_s = p.first_token_s + std::max(0.0, job.output_tokens - 1) * p.tpot_s;
}

/// Open loop: Poisson-like arrivals find `decoding` others on average, less where slots are few.
Point open_point(const ServingModel& m, const Job& job, double load_share) {
  Point p;
  if (job.output_tokens <= 0) {
    complete(m, job, 0, p);
    p.rate_per_s = load_share / p.occupancy_s;
    p.prefill_load = load_share;
    p.slot_load = 0;
    return p;
  }
  p.decoding = load_share * job.max_running;
  complete(m, job, p.decoding * (job.max_running - 1) / job.max_running, p);
  p.rate_per_s = p.decoding / (job.output_tokens * p.tpot_s);
  p.prefill_load = p.rate_per_s * p.occupancy_s;
  p.slot_load = p.rate_per_s * p.residence_s / job.max_running;
  return p;
}

bool sustainable(const Point& p) { return p.prefill_load < 1 && p.slot_load < 1; }

/// Largest share of the slots that can be decoding for good; both loads rise with it.
double largest_share(const ServingModel& m, const Job& job) {
  double low = 0, high = 1;
  for (int i = 0; i < search_steps; ++i) {
    const double middle = (low + high) / 2;
    (sustainable(open_point(m, job, middle)) ? low : high) = middle;
  }
  return low;
}

double share_at_rate(const ServingModel& m, const Job& job, double rate, double limit) {
  double low = 0, high = limit;
  for (int i = 0; i < 40; ++i) {
    const double middle = (low + high) / 2;
    (open_point(m, job, middle).rate_per_s < rate ? low : high) = middle;
  }
  return (low + high) / 2;
}

/// Percentiles from the variances of waiting, lengths and the running batch. `fluctuation`: variance of the
/// batch.
Latencies latencies(const ServingModel& m, const Job& job, const Point& p, double waiting_s,
                    double waiting_variance, double fluctuation) {
  Latencies out;
  out.waiting_s = waiting_s;
  const double crowd = p.first_token_s - job.prefill_mean_s;
  // An arrival finds the current step half done, if there is one.
  const double residual = p.step_s / 2 * p.decoding / (1 + p.decoding);
  const double ttft = p.first_token_s + residual + waiting_s;
  const double ttft_variance = job.prefill_variance + waiting_variance + residual * residual / 3;
  out.ttft = lognormal_percentiles(ttft, ttft_variance);
  // A rare long wait pulls the fitted median down; nobody is faster than the own prefill.
  const double floor = crowd + residual;
  out.ttft.p50 = std::max(out.ttft.p50, job.prefill_at[0] + floor);
  out.ttft.p95 = std::max(out.ttft.p95, job.prefill_at[1] + floor);
  out.ttft.p99 = std::max(out.ttft.p99, job.prefill_at[2] + floor);

  if (job.output_tokens <= 0) {
    out.e2e = out.ttft;
    return out;
  }
  const double kappa = m.step.interference / job.lanes;
  const double per_request = kappa / job.output_tokens;
  const double slope = p.step_slope_s + per_request * job.work_s;
  const double interrupted =
      per_request * per_request * (p.seen_batch - 1) * job.work_square * (1 + job.output_cv2);
  const double tpot_variance = interrupted + fluctuation * slope * slope;
  out.tpot = lognormal_percentiles(p.tpot_s, tpot_variance);
  const double steps = std::max(0.0, job.output_tokens - 1);
  const double output_variance = job.output_square - job.output_tokens * job.output_tokens;
  out.e2e =
      lognormal_percentiles(ttft + steps * p.tpot_s, ttft_variance + p.tpot_s * p.tpot_s * output_variance +
                                                         job.output_square * tpot_variance);
  return out;
}

Latencies open_latencies(const ServingModel& m, const Job& job, Point& p) {
  const Waiting prompt = queue_wait(1, p.prefill_load, p.occupancy_s, job.arrival_cv2, job.work_cv2);
  Waiting slot;
  if (job.output_tokens > 0) {
    slot = queue_wait(job.max_running, p.slot_load, p.residence_s, job.arrival_cv2, job.output_cv2);
    p.step_slope_s = step_at(m, p.seen_batch + 1, job.context_tokens) - p.step_s;
  }
  const double fluctuation = (p.seen_batch - 1) * (1 + job.arrival_cv2) / 2;
  return latencies(m, job, p, prompt.mean_s + slot.mean_s, prompt.variance() + slot.variance(), fluctuation);
}

void fill(const ServingModel& m, const Job& job, const Point& p, const Latencies& l, ServingResult& out) {
  out.rate_per_s = p.rate_per_s;
  out.running = p.decoding;
  out.waiting = p.rate_per_s * l.waiting_s;
  out.compute_utilization = p.prefill_load;
  out.output_tokens_per_s = p.rate_per_s * job.output_tokens;
  const double budget = m.memory.kv_budget_bytes * m.step.attention_ranks;
  const double in_slots = p.slot_load * job.max_running;
  out.kv_utilization = budget > 0 ? in_slots * job.held_bytes / budget : 0;
  out.ttft_s = {l.ttft, m.step.ttft_band};
  out.tpot_s = {l.tpot, m.step.decode_band};
  // A request is part prompt, part output: its band is the wider of the two on each side.
  out.e2e_s = {l.e2e,
               {std::min(m.step.ttft_band.low, m.step.decode_band.low),
                std::max(m.step.ttft_band.high, m.step.decode_band.high)}};
}

void unstable(ServingResult& out) {
  const Percentiles never{infinite, infinite, infinite, infinite};
  out.stable = false;
  out.ttft_s.value = out.e2e_s.value = never;
  if (out.running <= 0) out.tpot_s.value = never;  // nothing runs at all
}

/// Closed loop: `users` take turns between the prefill station and decoding; Little's law closes the circle.
void serve_closed(const ServingModel& m, const Load& load, const Job& job, double users, ServingResult& out,
                  StepLog* log) {
  const double inside = std::min(users, std::max(1.0, job.max_running));
  Point p;
  double decoding = job.output_tokens > 0 ? inside : 0;
  double queued = 0, cycle = 0;
  for (int i = 0; i < 12; ++i) {
    p.decoding = decoding;
    complete(m, job, std::max(0.0, decoding - 1), p);
    const double elsewhere = p.residence_s;
    queued = closed_loop_response(inside, p.occupancy_s, elsewhere) - p.occupancy_s;
    cycle = p.residence_s + queued;
    const double next = job.output_tokens > 0 ? inside * (p.residence_s - p.first_token_s) / cycle : 0;
    decoding = (decoding + next) / 2;  // damped: the plain iteration swings when prompts dominate
  }
  p.rate_per_s = inside / cycle;
  p.prefill_load = std::min(1.0, p.rate_per_s * p.occupancy_s);
  p.slot_load = p.rate_per_s * p.residence_s / std::max(1.0, job.max_running);
  const double outside = (users - inside) / p.rate_per_s;
  // Who starts together waits for the others' prompts once; later on most of them are out of step.
  const double ramp = m.step.ramp_share * std::max(0.0, inside / job.lanes - 1) * job.work_s;
  const double waiting = m.step.queue_factor * queued;
  const Latencies l = latencies(m, job, p, waiting + ramp + outside, waiting * waiting + ramp * ramp, 0);
  out.stable = true;
  fill(m, job, p, l, out);
  if (log) explain_serving(m, load, job, p, l, *log);
}

double saturate(const ServingModel& m, const Job& job, ServingResult& out) {
  const double share = largest_share(m, job);
  const Point edge = open_point(m, job, share);
  out.saturation_rate_per_s = edge.rate_per_s;
  out.saturated_by = edge.prefill_load >= edge.slot_load ? Limit::prefill_compute : job.running_limit;
  out.max_running = job.max_running;
  return share;
}

bool exceeds(const Percentiles& p, double factor, const Targets::Limits& limits) {
  return (limits.mean && p.mean * factor > *limits.mean) || (limits.p50 && p.p50 * factor > *limits.p50) ||
         (limits.p95 && p.p95 * factor > *limits.p95) || (limits.p99 && p.p99 * factor > *limits.p99);
}

}  // namespace

bool computable(const ServingModel& m, ServingResult& out) {
  out.missing = m.step.decode_missing != Missing::none ? m.step.decode_missing : m.step.prefill_missing;
  out.known = out.missing == Missing::none;
  if (!m.memory.fits()) {
    out.saturated_by = Limit::misfit;
  } else if (!out.known) {
    out.saturated_by = Limit::unknown;
  }
  return out.known && m.memory.fits();
}

Limit missed(const ServingModel& m, const Latencies& l, const Targets& t) {
  const double first = t.conservative ? m.step.ttft_band.high : 1;
  const double next = t.conservative ? m.step.decode_band.high : 1;
  if (exceeds(l.ttft, first, t.ttft_s)) return Limit::ttft;
  if (exceeds(l.tpot, next, t.tpot_s)) return Limit::tpot;
  if (exceeds(l.e2e, std::max(first, next), t.e2e_s)) return Limit::e2e;
  if (t.min_user_tokens_per_s && l.tpot.mean * next * *t.min_user_tokens_per_s > 1) return Limit::user_rate;
  return Limit::none;
}

std::string_view to_string(Limit limit) {
  switch (limit) {
    case Limit::none:
      return "none";
    case Limit::unknown:
      return "unknown";
    case Limit::misfit:
      return "misfit";
    case Limit::kv_memory:
      return "kv-memory";
    case Limit::max_sequences:
      return "max-sequences";
    case Limit::prefill_compute:
      return "prefill-compute";
    case Limit::ttft:
      return "ttft";
    case Limit::tpot:
      return "tpot";
    case Limit::e2e:
      return "e2e";
    case Limit::user_rate:
      return "user-rate";
    case Limit::kv_transfer:
      return "kv-transfer";
  }
  return "none";
}

double lognormal_sigma(const TokenLengths& lengths) {
  if (lengths.mean <= 0 || lengths.p95 <= lengths.mean) return 0;
  const double remainder = z95 * z95 - 2 * std::log(lengths.p95 / lengths.mean);
  return z95 - std::sqrt(std::max(0.0, remainder));
}

Job prepare(const ServingModel& m, const Load& load) {
  Job job;
  job.lanes = m.step.micro_batches * m.step.attention_ranks;
  job.arrival_cv2 = load.arrival_cv * load.arrival_cv;
  job.prompt_tokens = load.prompt.mean * (1 - load.prefix_hit_share);
  job.output_tokens = load.output.mean;
  job.output_cv2 = lognormal_cv2(lognormal_sigma(load.output));
  const double out2 = 1 + job.output_cv2;
  job.output_square = job.output_tokens * job.output_tokens * out2;
  // Long answers run longer and are met more often: mean progress of a running one is E[n²] / 2 E[n].
  const double progress = job.output_tokens * out2 / 2;
  job.context_tokens = load.prompt.mean + progress;
  job.chunk_share = job.prompt_tokens / m.step.max_batched_tokens;
  job.chunks = std::max(1.0, job.chunk_share);
  integrate_prompts(m, load, job);
  const double prompt_variance =
      load.prompt.mean * load.prompt.mean * lognormal_cv2(lognormal_sigma(load.prompt));
  const double progress_square = job.output_tokens * job.output_tokens * out2 * out2 * out2 / 3;
  limit_running(m, load, prompt_variance + std::max(0.0, progress_square - progress * progress), job);
  job.single_step_s = step_at(m, 1, job.context_tokens);
  return job;
}

ServingModel serving_model(const Deployment& d, StepLog* log) {
  ServingModel m;
  m.memory = memory(d, 1, 0, log);
  m.step = step_model(d);
  if (log) m.step = step_model(d, log);
  m.disaggregation = d.disaggregation;
  return m;
}

ServingResult serve(const ServingModel& m, const Load& load, StepLog* log) {
  if (m.disaggregation) return serve_disaggregated(m, load, log);
  ServingResult out;
  if (!computable(m, out)) return out;
  const Job job = prepare(m, load);
  if (job.max_running < 1) {
    out.saturated_by = job.running_limit;
    unstable(out);
    return out;
  }
  const double limit = saturate(m, job, out);
  if (load.concurrency) {
    serve_closed(m, load, job, std::max(1.0, *load.concurrency), out, log);
    return out;
  }
  const double rate = load.rate_per_s.value_or(0);
  out.stable = rate <= out.saturation_rate_per_s;
  Point p = open_point(m, job, out.stable ? share_at_rate(m, job, rate, limit) : limit);
  const Latencies l = open_latencies(m, job, p);
  fill(m, job, p, l, out);
  if (!out.stable) unstable(out);
  if (log) explain_serving(m, load, job, p, l, *log);
  return out;
}

MaxRate max_rate_at_targets(const ServingModel& m, const Load& load, const Targets& targets, StepLog* log) {
  if (m.disaggregation) return max_rate_disaggregated(m, load, targets, log);
  MaxRate best;
  ServingResult& out = best.at_rate;
  if (!computable(m, out)) {
    best.limit = out.saturated_by;
    return best;
  }
  const Job job = prepare(m, load);
  if (job.max_running < 1) {
    best.limit = out.saturated_by = job.running_limit;
    return best;
  }
  double high = saturate(m, job, out), low = 0;
  best.limit = out.saturated_by;
  for (int i = 0; i < search_steps; ++i) {
    // The edge of saturation itself is tried first: often nothing else limits.
    const double share = i == 0 ? high : (low + high) / 2;
    Point p = open_point(m, job, share);
    const Limit limit = missed(m, open_latencies(m, job, p), targets);
    if (limit == Limit::none) {
      low = share;
      if (i == 0) break;
    } else {
      high = share;
      best.limit = limit;
    }
  }
  Point p = open_point(m, job, low);
  const Latencies l = open_latencies(m, job, p);
  best.rate_per_s = p.rate_per_s;
  out.stable = true;
  fill(m, job, p, l, out);
  // Not even an idle replica holds the targets: report its latencies, and no rate.
  if (missed(m, l, targets) != Limit::none) best.rate_per_s = 0;
  if (log) explain_serving(m, load, job, p, l, *log);
  return best;
}

double quantile(const TokenLengths& lengths, double q) {
  // Bisection is exact enough here: this never runs inside the search.
  const double sigma = lognormal_sigma(lengths);
  double low = -9, high = 9;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (0.5 * std::erfc(-middle / std::sqrt(2.0)) < q ? low : high) = middle;
  }
  return lengths.mean * std::exp(sigma * (low + high) / 2 - sigma * sigma / 2);
}

}  // namespace rackfit::llm
