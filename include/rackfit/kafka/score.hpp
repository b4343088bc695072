// How near the rules' physical limits are to measured clusters, and what their coefficients would be without
// a source.
//
// There are few measured clusters whose hardware is known, and fewer that were driven to their limit. So four
// coefficients are fitted and no more, each held near what is known beforehand, sources weigh alike however
// many rows they have, and the honest error is that of sources that took no part in the fit.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "rackfit/kafka/measured.hpp"

namespace rackfit::kafka {

/// Values of rule inputs.
using Coefficients = std::vector<std::pair<std::string, double>>;

/// A compared row.
struct MeasuredSample {
  const Observation* seen = nullptr;
  Interval predicted;  // bytes per second, as the observation counts them
  std::string limit;   // that is full there

  double ratio() const { return predicted.value / seen->bytes_per_s; }
  /// Times too much or too little, at least 1.
  double factor() const { return ratio() >= 1 ? ratio() : 1 / ratio(); }
  bool refuted() const { return seen->at_least && predicted.value < seen->bytes_per_s; }
  bool in_interval() const {
    return predicted.low <= seen->bytes_per_s && seen->bytes_per_s <= predicted.high;
  }
};

/// Predicts one row; `coefficients` replace the rules' own.
MeasuredSample score(const std::shared_ptr<const rules::Program>& program, const Observation& seen,
                     const Coefficients& coefficients = {});
std::vector<MeasuredSample> score(const std::shared_ptr<const rules::Program>& program,
                                  const Observations& seen, const Coefficients& coefficients = {});

/// The coefficients that fit the rows best, without those of one source; rows that are held out never take
/// part.
Coefficients fit(const std::shared_ptr<const rules::Program>& program, const Observations& seen,
                 const std::string& without_source = {});

/// What a source looks like to a fit that has not seen it.
struct SourceLeftOut {
  std::string source;
  Coefficients fitted;
  std::vector<MeasuredSample> samples;
};
/// One for each source that has a row of a reached limit, in the order of the rows.
std::vector<SourceLeftOut> leave_one_source_out(const std::shared_ptr<const rules::Program>& program,
                                                const Observations& seen);

/// Why a row that only says "at least" lies above the prediction; empty when nothing explains it.
std::string explained(const MeasuredSample& sample);

}  // namespace rackfit::kafka
