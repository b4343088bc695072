// Evaluates roles on proposed machines, as often as wanted: for the targets, for each claim's conditions, and
// for the changes that might make a verdict hold.
#pragma once

#include "proposed.hpp"
#include "rackfit/search/audit.hpp"

namespace rackfit::search {

class Auditor {
 public:
  Auditor(const PlanRequest& request, Diagnostics& diagnostics);

  const PlanRequest& request() const { return request_; }
  const Composer& composer() const { return composer_; }
  Diagnostics& diagnostics() { return diagnostics_; }

  /// All roles of `workload` on the boxes; `only` as in "llm:assistant": that one alone. Roles that no box
  /// serves are left out.
  std::vector<JudgedRole> judged(const workload::Workload& workload, const Boxes& boxes,
                                 const std::string& only = {});
  std::vector<Verdict> verdicts(const JudgedRole& role) const;
  /// Workloads made on the way, which what was judged points into.
  std::vector<std::shared_ptr<const workload::Workload>> take() { return std::move(kept_); }

 private:
  void judge_one(RoleProblem problem, const workload::Workload& workload, const Boxes& boxes,
                 std::vector<JudgedRole>& out);
  std::shared_ptr<const rules::Program> program(const RoleProblem& problem);

  const PlanRequest& request_;
  Composer composer_;
  Diagnostics& diagnostics_;
  std::vector<std::shared_ptr<const workload::Workload>> kept_;
};

/// Looks for the smallest change of the boxes that makes each failing verdict of a role hold, and writes it
/// into the verdict.
void find_remedies(Auditor& auditor, const JudgedRole& role, const Boxes& boxes,
                   std::vector<Verdict>& verdicts);

/// Verdicts on the workload's claims and on the settings of the proposed machines; then on claims against
/// each other.
std::vector<Verdict> claim_verdicts(Auditor& auditor, const Audit& audit, const Boxes& boxes);

}  // namespace rackfit::search
