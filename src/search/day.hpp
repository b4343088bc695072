// The day's load of topics and services as curves, and what follows from them: peak factors, and topics that
// pipelines themselves fill.
#pragma once

#include <optional>

#include "rackfit/kafka/curve.hpp"
#include "rackfit/search/role.hpp"

namespace rackfit::search {

/// The curve of `own`, else of `shared`; a named shape (and a shared day) takes the stated peak factor.
/// Nothing when no day is given or, with diagnostics (RF0607, RF0608), when it cannot be.
std::optional<kafka::DayCurve> curve_of(const schema::Given<workload::Day>& own,
                                        const schema::Given<workload::Day>& shared,
                                        const schema::Given<double>& peak_factor, const RoleContext& context);
/// The same for a topic, which inherits day and peak factor from the cluster.
std::optional<kafka::DayCurve> topic_curve(const workload::Topic& topic, const RoleContext& context);

/// Reports days that cannot be.
void check_days(const RoleContext& context);

/// The workload with what its days and pipelines imply: peak factors nobody stated, rates of topics that only
/// `documents` tell, and a topic for each pipeline's log.
workload::Workload completed(const RoleContext& context);

}  // namespace rackfit::search
