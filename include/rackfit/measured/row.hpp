// Measured rows: what somebody ran and what they got, one figure a row.
//
// A table of throughputs holds one figure a line (columns `metric` and `value`); a table of memory holds
// several (columns such as `weights_gib`), which become a row each. Columns have the names below or the ones
// that published tables use; unknown columns are left alone, so that people can keep their own notes beside.
#pragma once

#include "rackfit/measured/csv.hpp"

namespace rackfit::measured {

/// One figure as its source states it; empty text and empty numbers where the source says nothing.
struct Row {
  std::string id, source, url, date;
  std::string engine, engine_version;
  std::string model, weights, kv;
  std::string device, split;  // split: none, tensor, layer, row
  std::string parallel;       // further parallelism in the source's words: "attn_dp=8;moe_ep=8", "DEP4"
  std::string scenario;       // single_stream, online, offline, batched, memory
  std::string metric;         // as published: "tpot_ms", "weights_gib"
  std::string notes;
  std::optional<double> devices, tp, pp;
  std::optional<double> concurrency, request_rate, input_tokens, output_tokens;
  std::optional<double> max_context, memory_utilization;
  double value = 0;
  Span span;
};

/// The rows of a table; what cannot be read is a diagnostic, and the other rows are still returned.
std::vector<Row> read_rows(const SourceFile& file, Diagnostics& diagnostics);

/// The number right after `key` in a note ("depth=" in "llama-bench; depth=4096; fa=1").
std::optional<double> noted_number(std::string_view notes, std::string_view key);

}  // namespace rackfit::measured
