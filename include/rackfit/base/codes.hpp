// What a diagnostic code means, in a sentence: each room has a table of its own codes, cli/ puts them
// together for `help`.
#pragma once

#include <string_view>

namespace rackfit {

struct Code {
  std::string_view code;  // "RF0102"
  std::string_view summary;
};

}  // namespace rackfit
