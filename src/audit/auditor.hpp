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

/// Roles that share machines, judged together: one verdict for each resource that their needs add up on.
std::vector<Verdict> shared_verdicts(Auditor& auditor, const std::vector<JudgedRole>& roles,
                                     const Boxes& boxes);

/// Verdicts on the workload's claims and on the settings of the proposed machines; then on claims against
/// each other.
std::vector<Verdict> claim_verdicts(Auditor& auditor, const Audit& audit, const Boxes& boxes,
                                    const catalog::Market* market);

/// Power of the machines at full load, those for `use` alone or all of them; nothing when one's is unknown.
std::optional<double> proposed_power_w(const Auditor& auditor, const std::vector<JudgedRole>& roles,
                                       const Boxes& boxes, const std::string& use = {});

}  // namespace rackfit::audit
