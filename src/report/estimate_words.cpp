#include "estimate_words.hpp"

#include <fmt/format.h>

#include <cmath>

#include "rackfit/report/layout.hpp"
#include "rackfit/units/registry.hpp"

namespace rackfit::report {

std::string_view tier_word(catalog::Tier tier) {
  switch (tier) {
    case catalog::Tier::calibrated:
      return "calibrated";
    case catalog::Tier::textbook:
      return "textbook";
    case catalog::Tier::extrapolated:
      return "extrapolated";
  }
  return "textbook";
}

std::string tier_sentence(catalog::Tier tier) {
  switch (tier) {
    case catalog::Tier::calibrated:
      return "calibrated: fitted to measurements of this engine on devices of this class";
    case catalog::Tier::textbook:
      return "textbook: physical values, checked against few measurements of this engine and class of "
             "devices";
    case catalog::Tier::extrapolated:
      return "extrapolated: carried over from other devices, engines or kinds of models; measure before you "
             "buy";
  }
  return {};
}

std::string bound_phrase(std::string_view bound) {
  struct Phrase {
    std::string_view word, phrase;
  };
  static constexpr Phrase phrases[] = {
      {"memory-bandwidth", "memory bandwidth: weights and KV cache are read for every step"},
      {"host-memory-bandwidth", "the bandwidth of host memory, where a part of the model lives"},
      {"compute", "arithmetic: the devices' peak compute rate"},
      {"link", "the link between the devices"},
      {"overhead", "overheads of every step: launches, scheduling, synchronisation"},
      {"kv-memory", "memory for the KV cache: more requests at once would not fit"},
      {"max-sequences", "the engine's own limit on running sequences"},
      {"prefill-compute", "prompts: they take all the time there is"},
      {"unknown", "unknown: a figure of the device is missing"},
  };
  for (const Phrase& phrase : phrases) {
    if (phrase.word == bound) return std::string(phrase.phrase);
  }
  return std::string(bound);
}

std::int64_t all_devices(const estimate::Subject& subject) {
  const auto& pools = subject.deployment.disaggregation;
  return static_cast<std::int64_t>(std::llround(subject.replicas)) * subject.deployment.devices() *
         (pools ? pools->instances() : 1);
}

std::string device_phrase(const estimate::Subject& subject) {
  const llm::Deployment& d = subject.deployment;
  const std::int64_t count = all_devices(subject);
  std::string text =
      count > 1 ? fmt::format("{}\u00A0×\u00A0{}", count, d.device->row.name) : d.device->row.name;
  if (d.device_memory_bytes) text += fmt::format(" with {}", gibibytes(*d.device_memory_bytes));
  return text;
}

std::string gibibytes(double bytes) {
  return fmt::format("{:.{}f}\u00A0GiB", bytes / gib, bytes < 10 * gib ? 2 : 1);
}

std::string duration(double seconds) {
  constexpr double minute = 60, hour = 3600;
  if (!std::isfinite(seconds)) return "unknown";
  if (seconds < 1) return amount(seconds * 1e3, "ms");
  if (seconds < 2 * minute) return amount(seconds, "s");
  return seconds < 2 * hour ? amount(seconds / minute, "min") : amount(seconds / hour, "h");
}

std::string count_text(double value) {
  if (!std::isfinite(value)) return "unlimited";
  if (value < 1e3) return units::format_number(value);
  // Three digits of what is no better than that.
  const double step = std::pow(10, std::floor(std::log10(value)) - 2);
  return grouped(fmt::format("{:.0f}", std::round(value / step) * step));
}

std::string rate_text(double value, std::string_view unit) {
  return count_text(value) + "\u00A0" + std::string(unit);
}

}  // namespace rackfit::report
