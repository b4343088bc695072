#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "rackfit/estimate/estimate.hpp"

namespace rackfit::estimate {
namespace {

/// The band around a time.
Range around(double value, const catalog::Band& band) { return {value, value * band.low, value * band.high}; }

/// The band of a rate whose time has this band: slow and fast change places.
Range around_rate(double value, const catalog::Band& band) {
  return {value, band.high > 0 ? value / band.high : value, band.low > 0 ? value / band.low : value};
}

double mean_context(const llm::Load& load) { return load.prompt.mean + load.output.mean / 2; }

/// Seconds of the replica that one request costs when `batch` of them decode together.
double cost_s(const llm::StepModel& step, const llm::Load& load, double batch) {
  const double decode =
      load.output.mean > 0 ? llm::decode_step_s(step, batch, mean_context(load)).value_or(0) : 0;
  const double missed = load.prompt.mean * (1 - load.prefix_hit_share);
  return decode * load.output.mean / batch +
         llm::prefill_work_s(step, missed, load.prompt.mean - missed).value_or(0);
}

/// The same model with twice of one resource.
llm::StepModel with_twice(llm::StepModel step, std::string_view resource) {
  if (resource == "memory-bandwidth") {
    for (double* rate :
         {&step.bandwidth_bytes_per_s, &step.expert_bandwidth_bytes_per_s, &step.kv_bandwidth_bytes_per_s}) {
      *rate *= 2;
    }
    step.traffic_s_per_token /= 2;
  } else if (resource == "host-memory-bandwidth") {
    step.host_bandwidth_bytes_per_s *= 2;
    step.upload_bandwidth_bytes_per_s *= 2;
  } else if (resource == "compute") {
    llm::ComputeSeconds& c = step.compute;
    for (double* part :
         {&c.per_token, &c.per_token_experts, &c.lm_head, &c.full_prefill, &c.full_decode, &c.sliding}) {
      *part /= 2;
    }
  } else if (resource == "link") {
    step.comm_s_per_token /= 2;
  } else {
    for (double* part : {&step.fixed_s, &step.per_request_s, &step.setup_s}) *part /= 2;
  }
  return step;
}

/// The resource that would help most if there were twice of it.
std::string dominant(const llm::StepModel& step, const llm::Load& load, double batch) {
  static constexpr std::string_view resources[] = {"memory-bandwidth", "host-memory-bandwidth", "compute",
                                                   "link", "overhead"};
  std::string_view best = resources[0];
  double least = cost_s(step, load, batch);
  for (const std::string_view resource : resources) {
    const double cost = cost_s(with_twice(step, resource), load, batch);
    if (cost < least) {
      least = cost;
      best = resource;
    }
  }
  return std::string(best);
}

// A load this near to what a system takes is limited by the part that takes least.
constexpr double saturated_share = 0.98;

class Answering {
 public:
  Answering(const Subject& subject, const llm::ServingModel& model) : s_(subject), m_(model) {}

  Answer run() {
    a_.id = s_.id;
    a_.notes = s_.notes;
    a_.tier = m_.step.tier;
    // No measured row proposes tokens, holds adapters or divides the work.
    const bool unmeasured = s_.deployment.speculative_tokens > 0 || s_.deployment.lora_adapters > 0 ||
                            s_.deployment.disaggregation;
    if (unmeasured && a_.tier == catalog::Tier::calibrated) a_.tier = catalog::Tier::extrapolated;
    fill_memory();
    fill_limits();
    if (!a_.fits) {
      a_.bound = llm::to_string(a_.reasons.front().kind);
      return std::move(a_);
    }
    fill_times();
    return std::move(a_);
  }

 private:
  /// Sequences that one replica holds at once under the asked load.
  double sequences() const { return std::max(1.0, std::ceil(s_.load.concurrency.value_or(1))); }

  void fill_memory() {
    const double context = double(s_.deployment.context_tokens);
    // An engine with a pool queues what does not fit; the others set aside every sequence's cache when they
    // start.
    const double held = s_.pool ? 1 : sequences();
    llm::Memory memory = held == 1 ? m_.memory : llm::memory(s_.deployment, held);
    a_.memory = memory.stack;
    a_.reasons = s_.reasons;
    a_.reasons.insert(a_.reasons.end(), memory.reasons.begin(), memory.reasons.end());
    a_.fits = a_.reasons.empty();
    const double share = std::ceil(sequences() / double(s_.deployment.data_parallel_attention));
    a_.kv_needed_bytes = memory.kv.held_bytes(context) * share;
    if (s_.pool && a_.fits && memory.kv.grows()) {
      const double pool = std::max(0.0, a_.memory.usable - (a_.memory.total - a_.memory.kv_cache));
      a_.memory.total += pool - a_.memory.kv_cache;
      a_.memory.kv_cache = pool;
    }
    if (const auto* file = llm::exact_weights(s_.deployment))
      a_.notes.push_back(fmt::format("weights: exact, from `{}`", file->file));
    if (a_.fits) {
      std::string advice = llm::lending_advice(s_.deployment, used_bytes());
      if (!advice.empty()) a_.notes.push_back(std::move(advice));
    }
    if (memory.kv.state_unknown)
      a_.notes.push_back("the state of the model's linear layers is unknown and not counted");
    for (const llm::Reason& reason : a_.reasons) a_.notes.push_back(llm::describe(reason));
    if (!s_.reasons.empty()) a_.notes.push_back("requests are longer than the context that was asked for");
  }

  /// What the asked load needs of a device, without the pool that an engine takes beyond it.
  double used_bytes() const {
    return a_.memory.total - a_.memory.kv_cache + std::min(a_.kv_needed_bytes, a_.memory.kv_cache);
  }

  void fill_limits() {
    a_.kv_cache_tokens = std::floor(m_.memory.max_tokens);
    a_.max_concurrency = m_.memory.max_sequences * m_.decoding_instances() * s_.replicas;
  }

  /// Copies of the model that have anything to do.
  double busy() const {
    return s_.concurrency > 0 ? std::min(s_.replicas, std::max(1.0, s_.concurrency)) : s_.replicas;
  }

  void fill_times() {
    const llm::Load& asked = s_.load;
    if (const auto prefill = llm::prefill_s(m_.step, asked.prompt.mean); prefill && *prefill > 0) {
      a_.prefill_tokens_per_s = asked.prompt.mean / *prefill;
    }
    llm::Load load = asked;
    if (s_.offline) load.concurrency = 1;
    llm::ServingResult r = llm::serve(m_, load);
    if (s_.offline && r.known && r.max_running >= 1) {
      load.concurrency = r.max_running;
      r = llm::serve(m_, load);
    }
    if (!r.known) {
      unserved(load, r);
      return;
    }
    if (!r.stable) {
      saturated(r);
      return;
    }
    a_.ttft_s = around(r.ttft_s.value.p50, r.ttft_s.band);
    if (asked.output.mean > 0) {
      a_.tpot_s = around(r.tpot_s.value.p50, r.tpot_s.band);
      if (r.tpot_s.value.p50 > 0) a_.decode_tokens_per_s = 1 / r.tpot_s.value.p50;
    }
    fill_rates(r.rate_per_s * busy(), asked.output.mean > 0 ? r.tpot_s.band : r.ttft_s.band);
    note_crowd(load, r);
    note_speculation(r);
    a_.bound = bound(load, r);
  }

  void fill_rates(double rate, const catalog::Band& band) {
    a_.requests_per_s = rate;
    if (s_.load.output.mean > 0) a_.output_tokens_per_s = around_rate(rate * s_.load.output.mean, band);
    a_.total_tokens_per_s = rate * (s_.load.prompt.mean + s_.load.output.mean);
  }

  /// Without the compute rate of a device the time between tokens is still known.
  void unserved(const llm::Load& load, const llm::ServingResult& r) {
    a_.notes.push_back(fmt::format("times are unknown: the catalog has no {}", llm::to_string(r.missing)));
    a_.bound = "unknown";
    const double batch = sequences();
    const auto step = llm::decode_step_s(m_.step, batch, mean_context(load));
    if (!step || load.output.mean <= 0) return;
    a_.tpot_s = around(*step, m_.step.decode_band);
    a_.decode_tokens_per_s = 1 / *step;
    a_.bound = "memory-bandwidth";
  }

  void saturated(const llm::ServingResult& r) {
    const double most = r.saturation_rate_per_s * s_.replicas;
    a_.notes.push_back(fmt::format("overloaded: {:.3g} requests/s are the most it takes, limited by {}", most,
                                   llm::to_string(r.saturated_by)));
    a_.bound = llm::to_string(r.saturated_by);
    fill_rates(most, r.tpot_s.band);
  }

  /// Running sequences that the schedulers of a replica allow.
  double slots() const {
    return double(m_.memory.scheduler_sequences) * m_.step.attention_ranks * m_.decoding_instances();
  }

  /// Whether speculation gains anything at this load: large batches have no arithmetic to spare.
  void note_speculation(const llm::ServingResult& r) {
    if (m_.step.verified_tokens <= 1 || s_.load.output.mean <= 0) return;
    const double batch = std::max(1.0, r.running / m_.decoding_instances());
    llm::StepModel plain = m_.step;
    plain.verified_tokens = plain.emitted_tokens = 1;
    plain.draft_s = 0;
    const auto with = llm::decode_step_s(m_.step, batch, mean_context(s_.load));
    const auto without = llm::decode_step_s(plain, batch, mean_context(s_.load));
    if (!with || !without) return;
    a_.notes.push_back(fmt::format("speculation: a token takes {:.3g} ms instead of {:.3g} ms with {:.0f} running{}",
                                   *with * 1e3, *without * 1e3, batch,
                                   *with < *without ? "" : ": it costs more than it gains here"));
  }

  void note_crowd(const llm::Load& load, const llm::ServingResult& r) {
    if (!load.concurrency || *load.concurrency <= r.max_running) return;
    a_.notes.push_back(
        fmt::format("{:.0f} of {:.0f} requests run at a time on a replica, the others wait: limited by {}",
                    r.max_running, *load.concurrency,
                    r.max_running < slots()
                        ? llm::to_string(llm::Limit::kv_memory)
                        : llm::to_string(llm::Limit::max_sequences)));
  }

  std::string bound(const llm::Load& load, const llm::ServingResult& r) const {
    const bool full = load.concurrency ? (*load.concurrency > r.max_running || s_.offline) : false;
    // Where the work is divided, the pool that is full limits, whatever a single device could still do.
    if (m_.disaggregation && r.rate_per_s >= saturated_share * r.saturation_rate_per_s)
      return std::string(llm::to_string(r.saturated_by));
    const std::string device = dominant(m_.step, s_.load, std::max(1.0, r.running / m_.decoding_instances()));
    // A full batch only limits where a larger one would still gain something.
    if (full && device != "compute") {
      return std::string(llm::to_string(r.max_running >= slots() ? llm::Limit::max_sequences : llm::Limit::kv_memory));
    }
    return device;
  }

  const Subject& s_;
  const llm::ServingModel& m_;
  Answer a_;
};

}  // namespace

Answer answer(const Subject& subject) { return answer(subject, llm::serving_model(subject.deployment)); }

Answer answer(const Subject& subject, const llm::ServingModel& model) {
  return Answering(subject, model).run();
}

}  // namespace rackfit::estimate
