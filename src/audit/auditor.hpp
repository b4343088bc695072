// Verdicts on roles that search evaluates on proposed machines.
#pragma once

#include "rackfit/audit/audit.hpp"

namespace rackfit::audit {


class Auditor : public search::Judging {
 public:
  using Judging::Judging;

  std::vector<Verdict> verdicts(const JudgedRole& role) const;
};

/// Looks for the smallest change of the boxes that makes each failing verdict of a role hold, and writes it
/// into the verdict.
void find_remedies(Auditor& auditor, const JudgedRole& role, const Boxes& boxes,
                   std::vector<Verdict>& verdicts);

/// Verdicts on the workload's claims and on the settings of the proposed machines; then on claims against
/// each other.
std::vector<Verdict> claim_verdicts(Auditor& auditor, const Audit& audit, const Boxes& boxes);

}  // namespace rackfit::audit
