// Broker settings that a workload quotes (`kafka.settings`) become facts for the rules that judge them.
//
// Which keys are known, and in which unit Kafka writes them, is said by the inputs `kafka.setting.<key>` of
// the rules; so an unknown key can be answered with the nearest known one, and a new key needs no change
// here.
#pragma once

#include <vector>

#include "rackfit/search/role.hpp"

namespace rackfit::search {

/// Facts for the settings that the rules know. Unknown keys (RF0607) and unreadable values (RF0608) are
/// reported. Settings that say what an input of the model says stand for it, unless it is among the `given`
/// facts.
std::vector<Fact> setting_facts(const workload::KafkaCluster& kafka, const std::vector<Fact>& given,
                                const rules::Program& program, Diagnostics& diagnostics);

}  // namespace rackfit::search
