// Roles evaluated on machines that are what they are: the same rules as for a plan, with nothing to choose
// but how the software is laid out.
//
// `compare` asks once, for what is offered. `audit` asks again and again: for the targets, for each claim's
// conditions, and for the changes that might make a verdict hold.
#pragma once

#include "rackfit/search/compose.hpp"
#include "rackfit/search/plan.hpp"
#include "rackfit/search/proposed.hpp"

namespace rackfit::search {

/// One role on the proposed machines.
struct JudgedRole {
  RolePlan plan;
  std::string box;   // name in `proposal.nodes`
  double there = 0;  // machines of it
};

class Judging {
 public:
  Judging(const PlanRequest& request, Diagnostics& diagnostics);

  const PlanRequest& request() const { return request_; }
  const Composer& composer() const { return composer_; }
  Diagnostics& diagnostics() { return diagnostics_; }

  /// All roles of `workload` on the boxes, and its pipelines; `only` as in "llm:assistant": that one alone.
  /// Roles that no box serves are left out.
  std::vector<JudgedRole> judged(const workload::Workload& workload, const Boxes& boxes,
                                 const std::string& only = {});
  /// Workloads made on the way, which what was judged points into.
  std::vector<std::shared_ptr<const workload::Workload>> take() { return std::move(kept_); }

 private:
  void judge_one(RoleProblem problem, const workload::Workload& workload, const Boxes& boxes,
                 std::vector<JudgedRole>& out);
  std::shared_ptr<const rules::Program> program(const RoleProblem& problem);
  /// What stands behind the brokers: the services judged, and the pipelines into them.
  Plan behind(const workload::Workload& workload, const std::vector<JudgedRole>& roles,
              const RoleContext& context) const;

  const PlanRequest& request_;
  Composer composer_;
  Diagnostics& diagnostics_;
  std::vector<std::shared_ptr<const workload::Workload>> kept_;
};

}  // namespace rackfit::search
