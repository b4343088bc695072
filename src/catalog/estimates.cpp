#include "rackfit/catalog/estimates.hpp"

#include <algorithm>

namespace rackfit::catalog {
namespace {

template <class T, class U>
bool matches(const std::vector<T>& wanted, const U& value) {
  return wanted.empty() || std::find(wanted.begin(), wanted.end(), value) != wanted.end();
}

bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

}  // namespace

std::string Estimates::family_of(std::string_view id) const {
  const std::string* best = nullptr;
  std::size_t longest = 0;
  for (const auto& family : families) {
    for (const std::string& name : family.value.names) {
      if (name.size() <= longest || id.substr(0, name.size()) != name) continue;
      longest = name.size();
      best = &family.name;
    }
  }
  if (best) return *best;
  return std::string(id.begin(), std::find_if_not(id.begin(), id.end(), letter));
}

double Estimates::worth_at_bits(double bits) const {
  const auto& steps = ranking.worth_at_bits;
  if (steps.empty() || bits >= steps.front().bits_per_weight) return 1;
  for (std::size_t i = 1; i < steps.size(); ++i) {
    const WorthAtBits& above = steps[i - 1];
    const WorthAtBits& below = steps[i];
    if (bits < below.bits_per_weight) continue;
    const double width = above.bits_per_weight - below.bits_per_weight;
    if (width <= 0) return below.worth;
    return below.worth + (above.worth - below.worth) * (bits - below.bits_per_weight) / width;
  }
  return steps.back().worth;
}

bool Lending::applies_to(const Device& device) const {
  return matches(classes, device.device_class) && matches(vendors, device.vendor) &&
         matches(devices, device.row.id);
}

double Lending::share_of(double memory_bytes) const {
  for (const LendingStep& step : steps) {
    if (!step.up_to_bytes || memory_bytes <= *step.up_to_bytes) return step.share;
  }
  return 1;
}

}  // namespace rackfit::catalog
