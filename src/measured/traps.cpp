#include "traps.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "rackfit/llm/deployment.hpp"

namespace rackfit::measured {
namespace {

bool starts(std::string_view text, std::string_view with) { return text.substr(0, with.size()) == with; }
bool holds(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

struct Known {
  std::string_view words;
  const char* why;
};

/// What a note says against its row.
constexpr Known in_notes[] = {
    {"(data-parallel replicas of unstated TP", reason::spans_replicas},
    {"time for whole batch", reason::whole_batch},
    {"prompt_time of the whole batch", reason::whole_batch},
    {"one-off warm-up", reason::warm_up},
    {"experts on CPU", reason::hybrid},
    {"experts mostly on CPU", reason::hybrid},
    {"over network", reason::network},
    {"RPC layer split", reason::network},
    {"2 nodes, Ray", reason::network},
    {"speculative decoding ON", reason::speculative},
    {"MTP/speculative variant", reason::speculative},
    {"exceeds VRAM", reason::spills},
    {"near/over VRAM", reason::spills},
    {"spilled to system memory", reason::spills},
    {"POWER-CAPPED", reason::power_cap},
    {"suspicious copy", reason::low_trust},
    {"low trust", reason::low_trust},
    {"context column = total KV token slots", reason::length_only},
};

/// Sources that another one of ours repeats, with the metrics that both have.
struct Repeated {
  std::string_view source, engine;
};
constexpr Repeated repeated[] = {
    {"io.net llm-inference-benchmarks", ""},  // as medians: IOG-Foundation
    {"github:QwenLM/Qwen3", "SGLang"},        // Qwen docs speed benchmark
    {"github:QwenLM/Qwen3", "Transformers"},
};

constexpr Known doubtful_sources[] = {
    {"(localmaxxing cache)", "crowd-sourced, unverified: ordering only"},
    {"ML.ENERGY", "prompt length not published"},
    {"dennislee22", "prefix cache may have answered"},
};

constexpr Known doubtful_notes[] = {
    {"crowd-sourced", "crowd-sourced: no control over the host"},
    {"approximate", "rounded by its author"},
    {"integer label on chart", "read from a chart"},
    {"flash_attn_v100", "fork for older devices"},
};

/// The first release that counts as current; older ones were far slower.
struct Current {
  std::string_view engine, version;
};
constexpr Current current[] = {
    {"vllm", "0.7"}, {"sglang", "0.4"}, {"tensorrt-llm", "0.15"}, {"deepspeed", "9999"}};

constexpr double first_current_year = 2025;

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

/// A year in front, or behind a month ("2025-06-10", "20250610", "Dec 2023 main").
std::optional<double> year(std::string_view text) {
  for (std::size_t at = 0; at + 4 <= text.size(); ++at) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data() + at, text.data() + at + 4, value);
    if (error == std::errc() && end == text.data() + at + 4 && value >= 2000 && value < 2100) return value;
  }
  return std::nullopt;
}

bool old_engine(const Row& row) {
  if (!serving_engine(row.engine)) return false;
  const std::string engine = lower(row.engine);
  const bool version =
      !row.engine_version.empty() && row.engine_version[0] >= '0' && row.engine_version[0] <= '9';
  for (const Current& known : current) {
    if (!version || !holds(engine, known.engine)) continue;
    return llm::version_less(row.engine_version, known.version);
  }
  const auto of_version = year(row.engine_version);
  const auto of_date = year(row.date);
  const auto when = of_version ? of_version : of_date;
  return when && *when < first_current_year;
}

/// Prompts taken a few tokens at a time measure the kernel launch, not the prompt.
bool small_batches(const Row& row) {
  constexpr double smallest = 128;
  if (row.metric != "prefill_tok_s") return false;
  for (const char* key : {"ubatch=", "ubatch ", " ub"}) {
    const auto size = noted_number(row.notes, key);
    if (size) return *size < smallest;
  }
  return false;
}

}  // namespace

bool serving_engine(std::string_view engine) {
  const std::string name = lower(engine);
  if (holds(name, "mlx")) return false;
  return std::any_of(std::begin(current), std::end(current),
                     [&](const Current& known) { return holds(name, known.engine); });
}

const char* objection(const Row& row) {
  for (const Known& known : in_notes) {
    if (holds(row.notes, known.words)) return known.why;
  }
  for (const Repeated& known : repeated) {
    if (starts(row.source, known.source) && (known.engine.empty() || starts(row.engine, known.engine))) {
      return reason::duplicate;
    }
  }
  if (old_engine(row)) return reason::old_engine;
  if (row.split == "row") return reason::row_split;
  if (holds(row.device, "(hybrid)") || holds(row.device, " + ")) return reason::hybrid;
  if (holds(row.device, " CPU") && (holds(row.device, "Apple") || holds(row.device, "Jetson")))
    return reason::cpu_part;
  if (holds(row.engine, " RPC")) return reason::network;
  if (holds(row.device, "not named")) return reason::no_device;
  if (holds(row.weights, "not stated)") && !holds(row.weights, "default")) return reason::no_format;
  if (row.weights == "not stated") return reason::no_format;
  if (small_batches(row)) return reason::small_batches;
  if (const auto ranks = noted_number(row.notes, "decode_context_parallel="); ranks && *ranks > 1) {
    return reason::decode_context;
  }
  if (const auto tokens = noted_number(row.notes, "MTP="); tokens && *tokens > 0) return reason::speculative;
  return nullptr;
}

const char* doubt(const Row& row) {
  // Its present scheduler came with 0.8.
  if (lower(row.engine) == "vllm" && !row.engine_version.empty() && row.engine_version[0] == '0' &&
      llm::version_less(row.engine_version, "0.8")) {
    return "vLLM before 0.8: older scheduler";
  }
  if (row.metric == "weights_gib" && holds(row.engine, "ik_llama") && holds(row.notes, "load log")) {
    return "private mixture of formats, named after one of them";
  }
  // The same set-ups are listed from neighbouring builds at half the speed.
  if (row.engine_version == "1.2.0rc6.post3" && holds(row.model, "DeepSeek-R1")) {
    return "as fast as with speculative decoding, which its source does not mention";
  }
  // Its slots were one or more fewer than the requests in progress: the first token then waits for a whole
  // answer (0.19, 0.32 and 0.55 s for 128, 256 and 512 tokens of answer to the same prompts).
  if (row.metric == "ttft_ms" && row.engine_version == "1.0.0rc3" && holds(row.model, "Llama-3.1-8B")) {
    return "time to first token grows with the length of the answer: the engine had fewer slots than "
           "requests";
  }
  for (const Known& known : doubtful_sources) {
    if (holds(row.source, known.words)) return known.why;
  }
  for (const Known& known : doubtful_notes) {
    if (holds(row.notes, known.words)) return known.why;
  }
  return nullptr;
}

}  // namespace rackfit::measured
