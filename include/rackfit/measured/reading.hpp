// What a measured row says, as a question to `estimate` and the figure of its answer that is to be compared.
//
// Published tables mean different things by the same words: tokens per second may count prompts or not, be of
// one GPU, of a tensor-parallel group or of the whole machine; a device count may hide replicas; a mean over
// a growing context is not a rate at a context. All of that is settled here, once, so that scoring and
// fitting see the same figures. A row that cannot be compared fairly is left out with a reason, and one that
// says little is kept apart as doubtful.
#pragma once

#include <variant>

#include "rackfit/estimate/estimate.hpp"
#include "rackfit/measured/row.hpp"

namespace rackfit::measured {

/// The figure of an answer that is compared; the unit of `Reading::measured` stands behind it.
enum class Metric {
  weights,       // bytes per device
  kv_pool,       // bytes per device that the engine leaves for the cache
  kv_cache,      // bytes per device of the sequences asked for
  kv_tokens,     // tokens that the pool holds
  activation,    // bytes per device
  memory_total,  // weights, KV cache and activation, bytes per device
  decode,        // tokens/s of one sequence
  prefill,       // tokens/s of one prompt
  ttft,          // seconds
  tpot,          // seconds
  output_rate,   // generated tokens/s of the whole system
  total_rate,    // tokens/s of the whole system, prompts included
  request_rate,  // requests/s of the whole system
};

/// Under what load the row was taken. Offline: as many requests as there is room for, all the time. Burst: so
/// many at once, then the queue drains.
enum class Setting { memory, single_stream, concurrency, rate, offline, burst };

std::string_view to_string(Metric metric);
std::string_view to_string(Setting setting);
/// "TPOT at a concurrency", "decode, one stream", "KV pool".
std::string title(Metric metric, Setting setting);

struct Reading {
  estimate::Query query;
  Metric metric = Metric::weights;
  Setting setting = Setting::memory;
  double measured = 0;
  double prompt_tokens = 0;  // of the prefill: those that are not in the cache already
  std::string doubt;         // why the row says little; empty: sound
};

/// Why a row is not compared.
struct LeftOut {
  std::string reason;
};

std::variant<Reading, LeftOut> read(const Row& row);

/// The answer's figure with its P10–P90 band; nothing when the answer does not give it.
std::optional<estimate::Range> predicted(const Reading& reading, const estimate::Answer& answer);

/// True for readings of which a source may hold several of the same question (back ends, builds, thread
/// counts): the fastest counts, because that is what somebody who sizes hardware would run.
bool repeats(const Reading& reading);
/// The same for all rows that ask the same question of the same source.
std::string repeat_key(const Row& row, const Reading& reading);

}  // namespace rackfit::measured
