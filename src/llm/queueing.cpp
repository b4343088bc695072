#include "rackfit/llm/queueing.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace rackfit::llm {

Waiting queue_wait(double servers, double utilization, double service_s, double arrival_cv2,
                   double service_cv2) {
  Waiting wait;
  if (utilization <= 0 || service_s <= 0) return wait;
  if (utilization >= 1) return {std::numeric_limits<double>::infinity(), 1};
  wait.probability = std::pow(utilization, std::sqrt(2 * (servers + 1)) - 1);
  const double exponential = service_s / servers * wait.probability / (1 - utilization);
  wait.mean_s = exponential * (arrival_cv2 + service_cv2) / 2;
  return wait;
}

Percentiles lognormal_percentiles(double mean, double variance) {
  if (mean <= 0 || !std::isfinite(mean)) return {mean, mean, mean, mean};
  const double sigma2 = std::log1p(std::max(0.0, variance) / (mean * mean));
  const double sigma = std::sqrt(sigma2);
  const double median = mean * std::exp(-sigma2 / 2);
  return {mean, median, median * std::exp(z95 * sigma), median * std::exp(z99 * sigma)};
}

double closed_loop_response(double customers, double service_s, double elsewhere_s) {
  // response = service · (1 + (customers − 1) · response / (response + elsewhere)), solved for the response.
  const double excess = service_s * customers - elsewhere_s;
  return (excess + std::sqrt(excess * excess + 4 * service_s * elsewhere_s)) / 2;
}

}  // namespace rackfit::llm
