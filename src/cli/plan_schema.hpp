// docs/schema/plan.schema.json and audit.schema.json, taken into the binary when it is built.
#pragma once

#include <string_view>

namespace rackfit::cli {

std::string_view plan_schema();
std::string_view audit_schema();

}  // namespace rackfit::cli
