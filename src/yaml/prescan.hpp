// What is looked for in the raw bytes before yaml-cpp sees them, because it would replace bad UTF-8 silently,
// misname tabs and NULs, and hold every token of a flow collection in memory until its end.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "rackfit/base/diagnostic.hpp"
#include "rackfit/yaml/tree.hpp"

namespace rackfit::yaml {

/// What the scan leaves for later: tabs are wrong only outside quotes, blocks and brackets, which parsing
/// tells.
struct Prescan {
  bool ok = false;
  std::uint32_t content = 0;         // offset behind a byte order mark
  bool starts_with_bracket = false;  // JSON may be indented with tabs
  std::vector<std::uint32_t> tabs;   // the first tab of each line whose indentation has one
};

Prescan prescan(const SourceFile& file, const ParseLimits& limits, Diagnostics& diagnostics);

}  // namespace rackfit::yaml
