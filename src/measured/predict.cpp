#include <fmt/format.h>

#include <algorithm>

#include "rackfit/measured/reading.hpp"

namespace rackfit::measured {
namespace {

estimate::Range exact(double value) { return {value, value, value}; }

std::optional<estimate::Range> positive(estimate::Range range) {
  if (!(range.mid > 0) || range.mid > 1e300) return std::nullopt;
  return range;
}

/// One over a time: its low end is the rate's high end.
estimate::Range rate_of(const estimate::Range& time) {
  const auto inverse = [](double value) { return value > 0 ? 1 / value : 0; };
  return {inverse(time.mid), inverse(time.high), inverse(time.low)};
}

/// A figure without a band of its own, with the band of one that it follows.
estimate::Range with_band(double mid, const estimate::Range& like) {
  if (!(like.mid > 0)) return exact(mid);
  return {mid, mid * like.low / like.mid, mid * like.high / like.mid};
}

std::optional<estimate::Range> memory_figure(const Reading& reading, const estimate::Answer& answer) {
  const llm::MemoryStack& memory = answer.memory;
  switch (reading.metric) {
    case Metric::weights:
      return exact(memory.weights);
    case Metric::kv_pool:
      return exact(memory.usable - memory.weights - memory.activation - memory.non_torch - memory.graphs);
    case Metric::kv_cache:
      return exact(memory.kv_cache);
    case Metric::kv_tokens:
      return exact(answer.kv_cache_tokens);
    case Metric::activation:
      return exact(memory.activation);
    case Metric::memory_total:
      return exact(memory.weights + memory.kv_cache + memory.activation + memory.non_torch);
    default:
      return std::nullopt;
  }
}

}  // namespace

std::optional<estimate::Range> predicted(const Reading& reading, const estimate::Answer& answer) {
  if (reading.metric <= Metric::memory_total) {
    const auto figure = memory_figure(reading, answer);
    return figure ? positive(*figure) : std::nullopt;
  }
  std::optional<estimate::Range> figure;
  switch (reading.metric) {
    case Metric::decode:
      if (answer.tpot_s) figure = rate_of(*answer.tpot_s);
      break;
    case Metric::prefill:
      // Of one prompt alone, the first token included: what the benchmarks time.
      if (answer.ttft_s) {
        figure = rate_of(*answer.ttft_s);
        figure->mid *= reading.prompt_tokens;
        figure->low *= reading.prompt_tokens;
        figure->high *= reading.prompt_tokens;
      }
      break;
    case Metric::ttft:
      figure = answer.ttft_s;
      break;
    case Metric::tpot:
      figure = answer.tpot_s;
      break;
    case Metric::output_rate:
      figure = answer.output_tokens_per_s;
      break;
    case Metric::total_rate:
      if (answer.total_tokens_per_s) {
        figure =
            with_band(*answer.total_tokens_per_s, answer.output_tokens_per_s.value_or(estimate::Range{}));
      }
      break;
    case Metric::request_rate:
      if (answer.requests_per_s) {
        figure = with_band(*answer.requests_per_s, answer.output_tokens_per_s.value_or(estimate::Range{}));
      }
      break;
    default:
      break;
  }
  return figure ? positive(*figure) : std::nullopt;
}

std::string_view to_string(Metric metric) {
  switch (metric) {
    case Metric::weights:
      return "weights";
    case Metric::kv_pool:
      return "kv-pool";
    case Metric::kv_cache:
      return "kv-cache";
    case Metric::kv_tokens:
      return "kv-tokens";
    case Metric::activation:
      return "activation";
    case Metric::memory_total:
      return "memory-total";
    case Metric::decode:
      return "decode";
    case Metric::prefill:
      return "prefill";
    case Metric::ttft:
      return "ttft";
    case Metric::tpot:
      return "tpot";
    case Metric::output_rate:
      return "output-rate";
    case Metric::total_rate:
      return "total-rate";
    case Metric::request_rate:
      return "request-rate";
  }
  return "unknown";
}

std::string_view to_string(Setting setting) {
  switch (setting) {
    case Setting::memory:
      return "memory";
    case Setting::single_stream:
      return "single-stream";
    case Setting::concurrency:
      return "concurrency";
    case Setting::rate:
      return "rate";
    case Setting::offline:
      return "offline";
    case Setting::burst:
      return "burst";
  }
  return "unknown";
}

std::string title(Metric metric, Setting setting) {
  if (setting == Setting::memory) return std::string(to_string(metric));
  return fmt::format("{} {}", to_string(metric), to_string(setting));
}

std::string repeat_key(const Row& row, const Reading& reading) {
  const estimate::Query& query = reading.query;
  return fmt::format("{}|{}|{}|{}|{}|{}|{}|{}|{:.0f}|{:.0f}|{:.4f}", row.source, row.engine, row.device,
                     row.devices.value_or(1), row.split, row.model, row.weights, to_string(reading.metric),
                     query.input_tokens.value_or(0), query.output_tokens.value_or(0),
                     query.prefix_hit_share.value_or(0));
}

}  // namespace rackfit::measured
