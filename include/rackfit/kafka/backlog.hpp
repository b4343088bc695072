// A topic as a buffer: how much waits in it, and for how long, when arrivals follow the day and the
// consumer's capacity does not.
//
// A fluid queue: what arrives above the capacity waits, first come first served, and is worked off when
// arrivals fall below it. The day repeats; the state looked at is the one that repeats with it. Single
// messages and their service times are left out: they matter within seconds, the day within hours.
#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <vector>

#include "rackfit/kafka/curve.hpp"

namespace rackfit::kafka {

inline constexpr double never = std::numeric_limits<double>::infinity();

/// Arrivals and capacity per second, the mean of each step of a repeating day.
struct Flow {
  std::vector<double> arrivals, capacity;
};

/// The day that repeats. Backlogs and ages are `never` when the capacity does not keep up with the mean.
struct Backlog {
  bool keeps_up = false;
  double utilization = 0;       // of the day's capacity
  std::vector<double> waiting;  // at the end of each step
  double max_waiting = 0;
  double max_waiting_at_s = 0;                          // time of day
  double drained_after_s = 0;                           // from the largest backlog until nothing waits
  double age_mean_s = 0, age_p95_s = 0, age_max_s = 0;  // of messages when their turn comes
};

Backlog run_day(const Flow& flow);

/// Whether nothing waits at this time of day.
bool drained_at(const Backlog& backlog, double time_of_day_s);

/// No capacity for so long, beginning when it hurts most.
struct Outage {
  double begins_at_s = 0;  // time of day with the largest backlog
  double max_waiting = 0;
  double max_age_s = 0;          // of the oldest message that waits
  double caught_up_after_s = 0;  // from the end of the outage until the day is as always
};

Outage worst_outage(const Flow& flow, double length_s);

/// What the least capacity must keep: any of these.
struct Goal {
  std::optional<double> age_p95_s;
  std::vector<double> drained_by_s;  // times of day
  bool any() const { return age_p95_s.has_value() || !drained_by_s.empty(); }
};

/// The least steady capacity, of which `taken` (per step; may be empty) goes to others first, that keeps the
/// goal and the mean.
double least_capacity(const std::vector<double>& arrivals, const std::vector<double>& taken,
                      const Goal& goal);

/// `capacity` less what others take.
std::vector<double> left_over(double capacity, const std::vector<double>& taken);

}  // namespace rackfit::kafka
