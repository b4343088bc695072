// As much of JSON Schema draft-07 as our schemas use, for tests: type, enum, const, required, properties,
// additionalProperties, items, minimum, maximum, pattern-free strings, anyOf, oneOf, and local $ref.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace rackfit::test {

/// One line per violation, each with the place in the instance; empty when the instance is valid.
std::vector<std::string> violations(const nlohmann::json& schema, const nlohmann::json& instance);

}  // namespace rackfit::test
