// A day of load as a shape: how much the arrivals of each moment are of their mean.
//
// Workloads give 24 hourly numbers or name a shape of the catalog; the queue of backlog.hpp and the peak
// factors of topics and services are read from it. Only the shape is kept, so one curve serves any rate.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace rackfit::kafka {

inline constexpr double day_s = 86400;
inline constexpr std::size_t hours_per_day = 24;
/// The day is looked at in steps of five minutes.
inline constexpr std::size_t steps_per_day = 288;
inline constexpr double step_s = day_s / steps_per_day;

/// Arrivals over a repeating day, over their mean: piecewise linear between the middles of the hours.
class DayCurve {
 public:
  /// The same load at any time.
  DayCurve();
  /// 24 numbers, each the load of an hour in any unit; nothing when there are not 24, one is negative or all
  /// are 0.
  static std::optional<DayCurve> of_hours(std::span<const double> hours);

  /// Load at a time of day over the mean.
  double at(double second) const;
  /// The highest load over the mean.
  double peak() const;
  /// The same shape made steeper or flatter so that its peak is `factor` times its mean; nothing when no
  /// shape of this kind can be: below 1, or more than a day with so many equal peaks allows.
  std::optional<DayCurve> with_peak(double factor) const;
  /// Mean load of each step of the day, over the mean of the day.
  std::vector<double> steps() const;

 private:
  std::vector<double> hours_;  // over their mean
};

/// The mean of so many equal parts of the day, from its steps; for charts.
std::vector<double> thinned(const std::vector<double>& steps, std::size_t parts);

}  // namespace rackfit::kafka
