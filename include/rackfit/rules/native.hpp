// Functions that C++ offers to formulas: models that iterate or need a catalog row, which rules cannot say.
//
// A native function has typed parameters with units and several named outputs; `llm.serve(a, b).tpot` picks
// one. Calls with the same arguments are evaluated once. It works on columns, one value per candidate, and
// can tell how one result came about, so that `explain` does not stop at its border.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "rackfit/base/provenance.hpp"
#include "rackfit/units/dimension.hpp"

namespace rackfit::rules {

struct NativeParameter {
  std::string name;
  std::string unit;  // "B/s", "1"; "bool" for truth values, "enum" for words
  /// Words: the function receives the index into this list, −1 for any other word; without a list, the
  /// Program's own number.
  std::vector<std::string> values = {};
};

struct NativeOutput {
  std::string name;
  std::string unit;  // "bool" for truth values
  std::string title;
};

/// One intermediate value of a native call, for `explain`: an equation with its numbers put in.
struct NativeStep {
  std::string name;         // "kv_bytes_per_token"
  std::string formula;      // "2 · layers · kv_heads · head_dim · bytes"
  std::string substituted;  // "2 · 64 · 8 · 128 · 2 B"
  double value = 0;         // base units
  std::string unit;
  Provenance source;
};

struct NativeFunction {
  std::string name;
  std::string title;
  std::vector<NativeParameter> parameters;
  std::vector<NativeOutput> outputs;
  Provenance source;
  /// args[p][i] and outputs[o][i] for candidates i < count; not applicable is rules::not_applicable().
  std::function<void(const double* const* args, double* const* outputs, std::size_t count)> batch;
  /// The same for one candidate, with its steps.
  std::function<std::vector<NativeStep>(const double* args)> explain;
};

using NativeTable = std::vector<NativeFunction>;

}  // namespace rackfit::rules
