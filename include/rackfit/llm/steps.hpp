// The recorder behind `explain`: the calculations of this room write their equations here when somebody asks.
//
// A plan evaluates thousands of candidates and explains one. Both take the same code path; the recorder is a
// pointer that is null for the thousands, so that the equations shown cannot drift from the numbers computed.
#pragma once

#include <vector>

#include "rackfit/rules/native.hpp"

namespace rackfit::llm {

using StepLog = std::vector<rules::NativeStep>;

}  // namespace rackfit::llm
