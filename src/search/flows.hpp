// Arrivals of pipelines over the day, by number, so that rules can ask how much waits: the bridge between
// columns of candidates and the fluid queue of the kafka room.
//
// A rule sees one number, `llm.pipeline_flow` or `pipeline.flow`, and hands it with rates to the native
// functions `pipeline.least_rate`, `pipeline.queue` and `pipeline.outage`.
#pragma once

#include <memory>
#include <vector>

#include "rackfit/kafka/backlog.hpp"
#include "rackfit/rules/native.hpp"
#include "rackfit/search/role.hpp"

namespace rackfit::search {

class Flows {
 public:
  struct Entry {
    std::vector<double> arrivals;      // of each step, over their mean
    std::vector<double> others;        // what goes before them, over its peak; empty: level
    std::vector<double> drained_by_s;  // times of day
  };
  std::size_t add(Entry entry);
  /// nullptr when the number is not applicable or out of range.
  const Entry* find(double number) const;

 private:
  std::vector<Entry> entries_;
};

/// Over an empty table they give *not applicable*: that is how rule files are checked.
rules::NativeTable pipeline_natives(const std::shared_ptr<const Flows>& flows);
/// Puts these flows behind the `pipeline.*` functions of a problem.
void use_flows(const std::shared_ptr<const Flows>& flows, RoleProblem& problem);

}  // namespace rackfit::search
