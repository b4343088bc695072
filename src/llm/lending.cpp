// Memory that the graphics part borrows from its host: a limit that can be raised, so advice and no refusal.
#include <cmath>

#include "rackfit/llm/memory.hpp"
#include "recorder.hpp"

namespace rackfit::llm {
namespace {

constexpr double page_bytes = 4096;  // of the kernels that count in pages

void replace(std::string& text, std::string_view what, const std::string& with) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
}

std::string whole_gib(double bytes) { return fmt::format("{:.0f} GiB", bytes / units::gib_bytes); }

}  // namespace

std::string lending_advice(const Deployment& d, double needed_bytes) {
  if (!d.lending) return {};
  const double memory = d.device_memory_bytes.value_or(d.device->memory_bytes.value_or(0));
  const double lent = memory * d.lending->share_of(memory);
  if (memory <= 0 || needed_bytes <= lent || needed_bytes > memory) return {};
  // Limits are set to whole gibibytes.
  const double wanted = std::ceil(needed_bytes / units::gib_bytes) * units::gib_bytes;
  std::string text = d.lending->advice;
  replace(text, "{lent}", whole_gib(lent));
  replace(text, "{memory}", whole_gib(memory));
  replace(text, "{needed}", whole_gib(wanted));
  replace(text, "{needed_mib}", fmt::format("{:.0f}", wanted / units::mib_bytes));
  replace(text, "{needed_pages}", fmt::format("{:.0f}", wanted / page_bytes));
  return text;
}

}  // namespace rackfit::llm
