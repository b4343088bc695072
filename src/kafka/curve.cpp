#include "rackfit/kafka/curve.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace rackfit::kafka {
namespace {

constexpr double hour_s = day_s / static_cast<double>(hours_per_day);
constexpr int bisections = 100;
constexpr double steepest = 200;  // of the exponent: beyond it only the highest hour is left

void normalise(std::vector<double>& values) {
  const double sum = std::accumulate(values.begin(), values.end(), 0.0);
  for (double& value : values) value *= static_cast<double>(values.size()) / sum;
}

std::vector<double> raised(const std::vector<double>& values, double exponent) {
  const double top = *std::max_element(values.begin(), values.end());
  std::vector<double> result;
  // Over the top, so that no power overflows.
  for (const double value : values) result.push_back(value > 0 ? std::pow(value / top, exponent) : 0);
  normalise(result);
  return result;
}

double highest(const std::vector<double>& values) { return *std::max_element(values.begin(), values.end()); }

}  // namespace

DayCurve::DayCurve() : hours_(hours_per_day, 1.0) {}

std::optional<DayCurve> DayCurve::of_hours(std::span<const double> hours) {
  if (hours.size() != hours_per_day) return {};
  double sum = 0;
  for (const double value : hours) {
    if (!(value >= 0) || !std::isfinite(value)) return {};
    sum += value;
  }
  if (!(sum > 0) || !std::isfinite(sum)) return {};
  DayCurve curve;
  curve.hours_.assign(hours.begin(), hours.end());
  normalise(curve.hours_);
  return curve;
}

double DayCurve::at(double second) const {
  const double hour = second / hour_s - 0.5 + static_cast<double>(hours_per_day);
  const double whole = std::floor(hour);
  const auto index = static_cast<std::size_t>(whole);
  const double before = hours_[index % hours_per_day];
  const double after = hours_[(index + 1) % hours_per_day];
  return before + (after - before) * (hour - whole);
}

double DayCurve::peak() const { return highest(hours_); }

std::optional<DayCurve> DayCurve::with_peak(double factor) const {
  if (!(factor >= 1)) return {};
  if (highest(raised(hours_, steepest)) < factor) return {};
  double low = 0, high = steepest;
  // An hour without load keeps the flattest shape from being level.
  if (highest(raised(hours_, low)) > factor) return {};
  for (int i = 0; i < bisections; ++i) {
    const double middle = (low + high) / 2;
    (highest(raised(hours_, middle)) < factor ? low : high) = middle;
  }
  DayCurve curve;
  curve.hours_ = raised(hours_, high);
  return curve;
}

std::vector<double> DayCurve::steps() const {
  std::vector<double> result;
  for (std::size_t i = 0; i < steps_per_day; ++i) {
    const double begin = static_cast<double>(i) * step_s;
    // The corners fall on ends of steps, so the trapezium is exact.
    result.push_back((at(begin) + at(begin + step_s)) / 2);
  }
  return result;
}

std::vector<double> thinned(const std::vector<double>& steps, std::size_t parts) {
  std::vector<double> result;
  const std::size_t length = steps.size() / parts;
  for (std::size_t part = 0; part < parts; ++part) {
    const auto begin = steps.begin() + static_cast<std::ptrdiff_t>(part * length);
    result.push_back(std::accumulate(begin, begin + static_cast<std::ptrdiff_t>(length), 0.0) /
                     static_cast<double>(length));
  }
  return result;
}

}  // namespace rackfit::kafka
