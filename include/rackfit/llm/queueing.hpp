// The small queueing and distribution toolbox of the serving model: closed forms, no iteration.
//
// Waiting in a G/G/c queue by Sakasegawa's closed form of the M/M/c delay with the Allen–Cunneen factor for
// variability (A. O. Allen, "Probability, Statistics, and Queueing Theory", 1990); percentiles by log-normal
// fits. Chosen because a plan evaluates them thousands of times; the simulator is there to check the plan
// that is chosen.
#pragma once

namespace rackfit::llm {

struct Percentiles {
  double mean = 0, p50 = 0, p95 = 0, p99 = 0;
};

/// Standard normal quantiles of the percentiles that targets are stated at.
inline constexpr double z95 = 1.6448536269514722;
inline constexpr double z99 = 2.3263478740408408;

/// Mean waiting time and the probability of waiting at all.
struct Waiting {
  double mean_s = 0;
  double probability = 0;
  /// Variance if those who wait do so for an exponentially distributed time.
  double variance() const { return probability > 0 ? mean_s * mean_s * (2 / probability - 1) : 0; }
};

/// G/G/c: `servers` ≥ 1, `utilization` in [0, 1), squared coefficients of variation of arrivals and service.
Waiting queue_wait(double servers, double utilization, double service_s, double arrival_cv2,
                   double service_cv2);

/// Percentiles of the log-normal distribution with this mean and variance.
Percentiles lognormal_percentiles(double mean, double variance);

/// Time at a station of `service_s` that `customers` visit in a closed loop, spending `elsewhere_s` between
/// visits: Schweitzer's approximation of mean value analysis.
double closed_loop_response(double customers, double service_s, double elsewhere_s);

}  // namespace rackfit::llm
