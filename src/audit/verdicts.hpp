// From an evaluated trace to verdicts: what the views of profiles/views say is a target, a resource or a
// claimed figure, and what the rules say of it.
#pragma once

#include "rackfit/audit/audit.hpp"
#include "values.hpp"

namespace rackfit::audit {

const catalog::View* view_of(const catalog::Catalog& catalog, const std::string& role);

/// Every target and every constraint of a role that says something.
std::vector<Verdict> role_verdicts(const RolePlan& role, const catalog::View* view,
                                   const units::Registry& units);

/// One claimed figure: the row of the view, judged by the constraints `<scope>.<figure>.possible…` and
/// `.holds…`; nothing when the figure is not claimed.
std::optional<Verdict> claim_verdict(const schema::Named<catalog::TargetView>& row, const std::string& scope,
                                     const Values& values);

}  // namespace rackfit::audit
