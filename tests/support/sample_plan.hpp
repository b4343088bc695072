// A made-up plan with every kind of content, for the writers' tests: its figures mean nothing.
#pragma once

#include <vector>

#include "rackfit/report/report.hpp"

namespace rackfit::test {

report::Role sample_llm_role();
report::Role sample_kafka_role();
/// Two roles, advice, defaults, an override, a rejection.
report::Plan sample_plan();
/// The same workload where nothing fits the LLM service.
report::Plan infeasible_plan();
report::Explanation sample_explanation();

}  // namespace rackfit::test
