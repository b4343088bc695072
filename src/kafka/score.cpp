#include "rackfit/kafka/score.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "rackfit/measured/fit.hpp"

namespace rackfit::kafka {
namespace {

/// A coefficient that is fitted: what is known beforehand with its spread (of the logarithm), and bounds.
struct Parameter {
  const char* input;
  double known, spread, low, high;
};

// The rate is the median of what the rows give one by one; reads are Google's; the shares those of disks in
// the sources' own words and of payload in Ethernet frames.
constexpr Parameter parameters[] = {
    {"kafka.measured.cpu_rate", 84e6, 0.5, 20e6, 300e6},
    {"kafka.read_weight", 0.25, 0.2, 0.1, 0.5},
    {"kafka.measured.disk_share", 0.9, 0.15, 0.5, 1},
    {"kafka.measured.nic_share", 0.94, 0.05, 0.7, 1},
};
// What is known beforehand counts like so much of a source.
constexpr double known_sources = 0.25;
constexpr int most_evaluations = 200;

Cluster cluster_of(const std::shared_ptr<const rules::Program>& program, const Observation& seen,
                   const Coefficients& coefficients) {
  Cluster cluster(program);
  for (const auto& [name, value] : coefficients) cluster.set(name, value);
  for (const auto& [name, value] : seen.inputs) cluster.set(name, value);
  return cluster;
}

/// Bytes that were counted for each byte produced.
double counted(const Observation& seen) {
  if (!seen.reads) return 1;
  for (const auto& [name, value] : seen.inputs) {
    if (name == "kafka.fan_out") return value;
  }
  return 1;
}

Coefficients named(const std::vector<double>& x) {
  Coefficients result;
  for (std::size_t i = 0; i < x.size(); ++i) result.emplace_back(parameters[i].input, x[i]);
  return result;
}

/// Rows that fit, with their weights: sources alike, whatever their number of rows.
struct Rows {
  std::vector<const Observation*> seen;
  std::vector<double> weights;
};

Rows rows_of(const Observations& all, const std::string& without_source) {
  Rows rows;
  std::map<std::pair<std::string, bool>, int> count;
  for (const Observation& seen : all.compared) {
    if (seen.row->family() == without_source || seen.row->use() == "holdout") continue;
    if (seen.burst) continue;
    rows.seen.push_back(&seen);
    ++count[{seen.row->family(), seen.at_least}];
  }
  for (const Observation* seen : rows.seen) {
    const int alike = count[{seen->row->family(), seen->at_least}];
    rows.weights.push_back(1.0 / alike);
  }
  return rows;
}

}  // namespace

MeasuredSample score(const std::shared_ptr<const rules::Program>& program, const Observation& seen,
                     const Coefficients& coefficients) {
  MeasuredSample sample;
  sample.seen = &seen;
  const Capacity capacity = cluster_of(program, seen, coefficients).capacity(Basis::physical);
  const double factor = counted(seen);
  sample.predicted = {capacity.ingress.low * factor, capacity.ingress.value * factor,
                      capacity.ingress.high * factor};
  if (const Bound* tightest = capacity.tightest()) sample.limit = tightest->limit;
  return sample;
}

std::vector<MeasuredSample> score(const std::shared_ptr<const rules::Program>& program,
                                  const Observations& seen, const Coefficients& coefficients) {
  std::vector<MeasuredSample> samples;
  for (const Observation& each : seen.compared) samples.push_back(score(program, each, coefficients));
  return samples;
}

Coefficients fit(const std::shared_ptr<const rules::Program>& program, const Observations& all,
                 const std::string& without_source) {
  const Rows rows = rows_of(all, without_source);
  std::vector<double> weights = rows.weights, from;
  std::vector<measured::Bounds> bounds;
  for (const Parameter& parameter : parameters) {
    weights.push_back(known_sources);
    from.push_back(parameter.known);
    bounds.push_back({parameter.low, parameter.high});
  }
  const auto residuals = [&](const std::vector<double>& x) {
    const Coefficients trial = named(x);
    std::vector<double> r;
    for (const Observation* seen : rows.seen) {
      const double predicted = cluster_of(program, *seen, trial).ingress(Basis::physical) * counted(*seen);
      const double error = std::log(predicted / seen->bytes_per_s);
      r.push_back(seen->at_least ? std::min(0.0, error) : error);
    }
    for (std::size_t i = 0; i < x.size(); ++i) r.push_back(std::log(x[i] / from[i]) / parameters[i].spread);
    return r;
  };
  return named(measured::minimise(residuals, weights, from, bounds, most_evaluations).x);
}

std::vector<SourceLeftOut> leave_one_source_out(const std::shared_ptr<const rules::Program>& program,
                                                const Observations& all) {
  std::vector<SourceLeftOut> results;
  for (const Observation& seen : all.compared) {
    const std::string source = seen.row->family();
    const bool known = std::any_of(results.begin(), results.end(),
                                   [&](const SourceLeftOut& other) { return other.source == source; });
    if (known) continue;
    SourceLeftOut left{source, fit(program, all, source), {}};
    for (const Observation& own : all.compared) {
      if (own.row->family() == source) left.samples.push_back(score(program, own, left.fitted));
    }
    results.push_back(std::move(left));
  }
  return results;
}

std::string explained(const MeasuredSample& sample) {
  const Observation& seen = *sample.seen;
  if (seen.burst) return "acks=1: what leaders took while followers may have fallen behind";
  const bool possible = seen.bytes_per_s <= sample.predicted.high;
  if (!possible) return {};
  return seen.peak ? "a peak, and within the interval" : "within the interval";
}

}  // namespace rackfit::kafka
