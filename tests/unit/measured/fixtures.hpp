// Measured rows by hand, as the tables of tests/data/measured have them.
#pragma once

#include "rackfit/measured/reading.hpp"
#include "support/catch.hpp"

namespace rackfit::measured::fixtures {

/// A served model: TPOT at a closed-loop concurrency.
inline Row serving() {
  Row row;
  row.id = "T1";
  row.source = "a source";
  row.date = "2025-12";
  row.engine = "vLLM";
  row.engine_version = "0.11.0";
  row.model = "Llama-3.1-70B";
  row.weights = "fp8";
  row.device = "H100-SXM-80GB";
  row.devices = 4;
  row.tp = 4;
  row.pp = 1;
  row.scenario = "online";
  row.concurrency = 16;
  row.input_tokens = 1024;
  row.output_tokens = 1024;
  row.metric = "tpot_ms";
  row.value = 12;
  return row;
}

/// What llama-bench prints.
inline Row bench() {
  Row row;
  row.id = "ws1";
  row.source = "github:somebody/benchmarks";
  row.engine = "llama.cpp";
  row.engine_version = "b6000";
  row.model = "Llama-3-8B";
  row.weights = "Q4_K_M";
  row.device = "RTX 4090";
  row.devices = 1;
  row.split = "none";
  row.scenario = "single_stream";
  row.concurrency = 1;
  row.input_tokens = 0;
  row.output_tokens = 128;
  row.metric = "decode_tok_s";
  row.value = 127;
  return row;
}

inline Row memory() {
  Row row;
  row.id = "M1";
  row.engine = "vLLM";
  row.engine_version = "0.19.0";
  row.model = "Llama-3.1-8B";
  row.weights = "bf16";
  row.device = "H100-80GB";
  row.devices = 1;
  row.tp = 1;
  row.max_context = 8192;
  row.memory_utilization = 0.95;
  row.scenario = "memory";
  row.metric = "kv_cache_gib";
  row.value = 58.11;
  return row;
}

inline Reading reading_of(const Row& row) {
  const auto result = read(row);
  const auto* left = std::get_if<LeftOut>(&result);
  INFO((left ? left->reason : std::string("read")));
  REQUIRE(left == nullptr);
  return std::get<Reading>(result);
}

/// The reason, or nothing where the row is read.
inline std::string reason_of(const Row& row) {
  const auto result = read(row);
  const auto* left = std::get_if<LeftOut>(&result);
  return left ? left->reason : std::string();
}

}  // namespace rackfit::measured::fixtures
