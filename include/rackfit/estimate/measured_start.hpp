// A start-up log in the place of an estimate: what the engine itself said about its memory.
#pragma once

#include "rackfit/estimate/estimate.hpp"
#include "rackfit/import/startup_log.hpp"

namespace rackfit::estimate {

/// A figure that the log replaced; bytes, tokens or a plain number.
struct Change {
  std::string what;  // "weights"
  std::string unit;  // "B", "token", ""
  double estimated = 0, measured = 0;
};

/// Settings that the log states and the query leaves open.
void fill_from_log(const importer::StartupLog& log, Query& query);

struct MeasuredAnswer {
  Answer answer;
  std::vector<Change> changes;
};
/// The answer with measured memory: what fits at once, and the times of a load, follow from it.
MeasuredAnswer answer_with_log(const Subject& subject, const importer::StartupLog& log);

}  // namespace rackfit::estimate
