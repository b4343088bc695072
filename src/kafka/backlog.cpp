#include "rackfit/kafka/backlog.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace rackfit::kafka {
namespace {

constexpr int bisections = 50;
// Rounding: a queue that is this small a part of a day's arrivals is empty.
constexpr double nothing_share = 1e-9;
constexpr double p95 = 0.95;
constexpr int longest_recovery_days = 60;

double sum(const std::vector<double>& values) { return std::accumulate(values.begin(), values.end(), 0.0); }

/// Serves a backlog with the capacity of the day.
class Server {
 public:
  explicit Server(const std::vector<double>& capacity) : served_(1, 0.0) {
    for (const double rate : capacity) served_.push_back(served_.back() + rate * step_s);
  }

  /// Time until `waiting` is served, from the begin of a step.
  double time_to_serve(double waiting, std::size_t step) const {
    const double per_day = served_.back();
    if (waiting <= 0) return 0;
    if (!(per_day > 0)) return never;
    // Counted from midnight: what was served before the step, and then the backlog.
    double to_serve = served_[step] + waiting;
    const double days = std::floor(to_serve / per_day);
    to_serve -= days * per_day;
    const auto after = std::upper_bound(served_.begin(), served_.end(), to_serve);
    if (after == served_.begin() || after == served_.end())
      return (days + 1) * day_s - static_cast<double>(step) * step_s;
    const auto index = static_cast<double>(after - served_.begin() - 1);
    const double part = (to_serve - *(after - 1)) / (*after - *(after - 1));
    return days * day_s + (index + part - static_cast<double>(step)) * step_s;
  }

 private:
  std::vector<double> served_;  // from midnight to the end of each step
};

bool nothing_waits(const std::vector<double>& waiting, double time_of_day_s) {
  const auto ended = static_cast<std::size_t>(std::llround(time_of_day_s / step_s));
  return waiting[(ended + steps_per_day - 1) % steps_per_day] <= 0;
}

/// Messages whose ages lie evenly between two ends.
struct Ages {
  double messages = 0, from_s = 0, to_s = 0;
};

double share_up_to(const std::vector<Ages>& ages, double age_s, double total) {
  double up_to = 0;
  for (const Ages& each : ages) {
    const double low = std::min(each.from_s, each.to_s), high = std::max(each.from_s, each.to_s);
    const double part =
        high > low ? std::clamp((age_s - low) / (high - low), 0.0, 1.0) : (age_s >= low ? 1.0 : 0.0);
    up_to += each.messages * part;
  }
  return up_to / total;
}

double quantile(const std::vector<Ages>& ages, double share, double highest) {
  double total = 0;
  for (const Ages& each : ages) total += each.messages;
  if (!(total > 0) || share_up_to(ages, 0, total) >= share) return 0;
  double low = 0, high = highest;
  for (int i = 0; i < bisections; ++i) {
    const double middle = (low + high) / 2;
    (share_up_to(ages, middle, total) < share ? low : high) = middle;
  }
  return high;
}

/// Ages of the messages of each step, from the backlogs at its ends.
std::vector<Ages> ages_of(const Flow& flow, const std::vector<double>& waiting) {
  const Server server(flow.capacity);
  const std::size_t steps = flow.arrivals.size();
  std::vector<Ages> ages;
  ages.reserve(steps);
  double before = server.time_to_serve(waiting.back(), 0);
  for (std::size_t i = 0; i < steps; ++i) {
    const double after = server.time_to_serve(waiting[i], (i + 1) % steps);
    ages.push_back({flow.arrivals[i] * step_s, before, after});
    before = after;
  }
  return ages;
}

void measure_ages(const Flow& flow, Backlog& result) {
  const std::vector<Ages> ages = ages_of(flow, result.waiting);
  double total = 0, weighted = 0;
  for (const Ages& each : ages) {
    total += each.messages;
    weighted += each.messages * (each.from_s + each.to_s) / 2;
    result.age_max_s = std::max(result.age_max_s, each.to_s);
  }
  if (total > 0) result.age_mean_s = weighted / total;
  result.age_p95_s = quantile(ages, p95, result.age_max_s);
}

/// Backlogs of the day that repeats, of a flow whose capacity keeps up. One day from empty ends as that day
/// does: its queue too is empty once a day, and from then on they agree.
std::vector<double> waiting_of(const Flow& flow, double nothing) {
  std::vector<double> result(flow.arrivals.size(), 0.0);
  double waiting = 0;
  for (int day = 0; day < 2; ++day) {
    for (std::size_t i = 0; i < result.size(); ++i) {
      waiting = std::max(0.0, waiting + (flow.arrivals[i] - flow.capacity[i]) * step_s);
      if (waiting < nothing) waiting = 0;
      result[i] = waiting;
    }
  }
  return result;
}

bool keeps_up(double arrive, double can) { return arrive <= can * (1 + nothing_share); }

/// The same as asking run_day, without what a bisection does not need.
bool keeps(const Goal& goal, const Flow& flow) {
  const double arrive = sum(flow.arrivals);
  if (!keeps_up(arrive, sum(flow.capacity))) return false;
  const std::vector<double> waiting = waiting_of(flow, nothing_share * arrive * step_s);
  for (const double time : goal.drained_by_s) {
    if (!nothing_waits(waiting, time)) return false;
  }
  return !goal.age_p95_s || share_up_to(ages_of(flow, waiting), *goal.age_p95_s, arrive * step_s) >= p95;
}

void measure_drain(Backlog& result, double nothing) {
  const std::size_t steps = result.waiting.size();
  const auto top = std::max_element(result.waiting.begin(), result.waiting.end());
  const auto at = static_cast<std::size_t>(top - result.waiting.begin());
  result.max_waiting = *top;
  result.max_waiting_at_s = std::fmod(static_cast<double>(at + 1) * step_s, day_s);
  if (result.max_waiting <= nothing) return;
  for (std::size_t i = 1; i <= steps; ++i) {
    result.drained_after_s = static_cast<double>(i) * step_s;
    if (result.waiting[(at + i) % steps] <= nothing) return;
  }
  result.drained_after_s = never;
}

Backlog overrun() {
  Backlog result;
  result.max_waiting = result.drained_after_s = never;
  result.age_mean_s = result.age_p95_s = result.age_max_s = never;
  return result;
}

}  // namespace

Backlog run_day(const Flow& flow) {
  const double arrive = sum(flow.arrivals), can = sum(flow.capacity);
  Backlog result;
  if (!keeps_up(arrive, can)) {
    result = overrun();
    result.utilization = can > 0 ? arrive / can : never;
    return result;
  }
  result.keeps_up = true;
  result.utilization = can > 0 ? arrive / can : 0;
  const double nothing = nothing_share * arrive * step_s;
  result.waiting = waiting_of(flow, nothing);
  measure_drain(result, nothing);
  measure_ages(flow, result);
  return result;
}

bool drained_at(const Backlog& backlog, double time_of_day_s) {
  return backlog.keeps_up && nothing_waits(backlog.waiting, time_of_day_s);
}

namespace {

/// One outage that begins at the begin of a step.
Outage outage_from(const Flow& flow, const Backlog& usual, std::size_t first, double length_s) {
  const std::size_t steps = flow.arrivals.size();
  const Server server(flow.capacity);
  const double nothing = nothing_share * sum(flow.arrivals) * step_s;
  Outage result;
  result.begins_at_s = static_cast<double>(first) * step_s;
  double waiting = usual.waiting[(first + steps - 1) % steps];
  const double length = length_s / step_s;
  const auto most = static_cast<std::size_t>(length) + longest_recovery_days * steps;
  // Whoever arrives as it begins waits the whole outage and for those ahead.
  const double ends = result.begins_at_s + length_s;
  const auto first_served = static_cast<std::size_t>(std::llround(ends / step_s)) % steps;
  result.max_age_s = length_s + server.time_to_serve(waiting, first_served);
  result.caught_up_after_s = never;
  for (std::size_t i = 0; i < most; ++i) {
    const std::size_t at = (first + i) % steps;
    const double up = std::clamp(static_cast<double>(i) + 1 - length, 0.0, 1.0);
    waiting = std::max(0.0, waiting + (flow.arrivals[at] - flow.capacity[at] * up) * step_s);
    if (waiting > result.max_waiting) result.max_waiting = waiting;
    const double passed = static_cast<double>(i + 1) * step_s;
    if (passed < length_s) {
      const double age = length_s - passed + server.time_to_serve(waiting, first_served);
      result.max_age_s = std::max(result.max_age_s, age);
      continue;
    }
    result.max_age_s = std::max(result.max_age_s, server.time_to_serve(waiting, (at + 1) % steps));
    if (waiting <= usual.waiting[at] + nothing) {
      result.caught_up_after_s = std::max(0.0, passed - length_s);
      return result;
    }
  }
  return result;
}

}  // namespace

Outage worst_outage(const Flow& flow, double length_s) {
  const Backlog usual = run_day(flow);
  Outage worst;
  if (!usual.keeps_up) {
    worst.max_waiting = worst.max_age_s = worst.caught_up_after_s = never;
    return worst;
  }
  double oldest = 0, latest = 0;
  for (std::size_t first = 0; first < flow.arrivals.size(); ++first) {
    const Outage one = outage_from(flow, usual, first, length_s);
    oldest = std::max(oldest, one.max_age_s);
    latest = std::max(latest, one.caught_up_after_s);
    if (one.max_waiting > worst.max_waiting) worst = one;
  }
  // The oldest message and the longest recovery may belong to another hour than the largest backlog; all must
  // be held.
  worst.max_age_s = oldest;
  worst.caught_up_after_s = latest;
  return worst;
}

std::vector<double> left_over(double capacity, const std::vector<double>& taken) {
  std::vector<double> result(steps_per_day, capacity);
  for (std::size_t i = 0; i < taken.size(); ++i) result[i] = std::max(0.0, capacity - taken[i]);
  return result;
}

double least_capacity(const std::vector<double>& arrivals, const std::vector<double>& taken,
                      const Goal& goal) {
  const double others = taken.empty() ? 0 : *std::max_element(taken.begin(), taken.end());
  const double mean = (sum(arrivals) + sum(taken)) / static_cast<double>(arrivals.size());
  const auto kept = [&](double capacity) { return keeps(goal, {arrivals, left_over(capacity, taken)}); };
  double low = std::max(others, mean);
  if (kept(low)) return low;
  double high = low;
  for (std::size_t i = 0; i < arrivals.size(); ++i) {
    high = std::max(high, arrivals[i] + (taken.empty() ? 0 : taken[i]));  // nothing ever waits
  }
  for (int i = 0; i < bisections; ++i) {
    const double middle = (low + high) / 2;
    (kept(middle) ? high : low) = middle;
  }
  return high;
}

}  // namespace rackfit::kafka
