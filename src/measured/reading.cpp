#include "rackfit/measured/reading.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "parallel.hpp"
#include "rackfit/units/bytes.hpp"
#include "traps.hpp"

namespace rackfit::measured {
namespace {

constexpr double gib = units::gib_bytes;
// Where a source leaves a single stream's lengths open it used short prompts; by then the length hardly
// matters.
constexpr double short_prompt_tokens = 64, short_output_tokens = 256;
// An answer's length at which the time to the first token is asked for.
constexpr double one_token = 1;

bool holds(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

struct MetricName {
  std::string_view word;
  Metric metric;
  double unit;  // of the published figure, in ours
};

constexpr MetricName metric_names[] = {
    {"weights_gib", Metric::weights, gib},
    {"file_size_gib", Metric::weights, gib},
    {"kv_cache_gib", Metric::kv_pool, gib},
    {"kv_cache_tokens", Metric::kv_tokens, 1},
    {"activation_gib", Metric::activation, gib},
    {"compute_buffer_gib", Metric::activation, gib},
    {"total_gib", Metric::memory_total, gib},
    {"decode_tok_s", Metric::decode, 1},
    {"prefill_tok_s", Metric::prefill, 1},
    {"ttft_ms", Metric::ttft, 1e-3},
    {"tpot_ms", Metric::tpot, 1e-3},
    {"itl_ms", Metric::tpot, 1e-3},
    {"total_output_tok_s", Metric::output_rate, 1},
    {"output_tok_s", Metric::output_rate, 1},
    {"output_tok_s_per_gpu", Metric::output_rate, 1},
    {"total_tok_s", Metric::total_rate, 1},
    {"req_s", Metric::request_rate, 1},
    {"requests_per_s", Metric::request_rate, 1},
};

/// A version number; "b2824" and commits stay, words such as "latest" say nothing.
std::string version_of(const std::string& text) {
  if (text.empty()) return text;
  if (text[0] < '0' || text[0] > '9') return text[0] == 'b' && text.size() > 1 && text[1] <= '9' ? text : "";
  return text.substr(0, text.find_first_not_of("0123456789."));
}

/// Lengths that AccelMark states for its suites in every note, as medians.
struct Suite {
  std::string_view name;
  double input, output;
};
constexpr Suite suites[] = {{"suite_A ", 280, 310},
                            {"suite_B ", 280, 310},
                            {"suite_G ", 280, 310},
                            {"suite_D ", 28600, 256},
                            {"suite_F ", 95, 150}};

void fill_suite_lengths(const Row& row, estimate::Query& query) {
  const std::string_view name = std::string_view(row.notes).substr(0, row.notes.find('('));
  if (!holds(name, "AccelMark")) return;
  for (const Suite& suite : suites) {
    if (!holds(name, suite.name)) continue;
    if (!query.input_tokens) query.input_tokens = suite.input;
    if (!query.output_tokens) query.output_tokens = suite.output;
  }
}

estimate::Query base_query(const Row& row) {
  estimate::Query query;
  query.id = row.id;
  query.model = row.model;
  query.device = row.device;
  query.engine = row.engine;
  query.engine_version = version_of(row.engine_version);
  query.weights = row.weights == "16-bit" ? "bf16" : row.weights;
  query.kv = holds(row.kv, "not stated") ? "" : row.kv;
  // gpt-oss has MXFP4 weights only; "FP8" and "NVFP4" beside it are what its tables' software computes in.
  if (holds(row.model, "gpt-oss") && (row.weights == "fp8" || row.weights == "nvfp4"))
    query.weights = "mxfp4";
  if (query.kv.empty() && (holds(row.notes, "q8_0 KV") || holds(row.notes, "ctk q8_0"))) query.kv = "q8_0";
  if (query.kv.empty() && holds(row.notes, "--kv-cache-dtype fp8")) query.kv = "fp8";
  query.input_tokens = row.input_tokens;
  query.output_tokens = row.output_tokens;
  query.gpu_memory_utilization = row.memory_utilization;
  if (row.max_context) query.max_context = std::llround(*row.max_context);
  fill_suite_lengths(row, query);
  return query;
}

// ---- memory

bool mlx(const Row& row) { return holds(row.engine, "MLX") || holds(row.engine, "mlx"); }

/// Load logs often name no device: what they tell does not depend on it, as long as it is one device.
std::string nominal_device(const Row& row) {
  if (!row.device.empty()) return row.device;
  if (mlx(row)) return "m3-ultra";
  return holds(row.source, "strix-halo") ? "strix-halo" : "h200-sxm-141gb";
}

std::variant<Reading, LeftOut> read_memory(const Row& row, Reading reading) {
  estimate::Query& query = reading.query;
  const bool pool = serving_engine(row.engine);
  query.device = nominal_device(row);
  query.concurrency = 1;
  if (pool) {
    if (reading.metric == Metric::memory_total) return LeftOut{reason::physical};
    if (auto problem = set_parallelism(row, query)) return LeftOut{*problem};
    return reading;
  }
  if (reading.metric == Metric::kv_tokens) return LeftOut{reason::length_only};
  if (reading.metric == Metric::kv_pool) reading.metric = Metric::kv_cache;
  // Peaks are summed over devices, so the question is put to one device that holds everything.
  query.devices = 1;
  const double context = row.max_context.value_or(short_prompt_tokens + short_output_tokens);
  double input = 0;
  for (const char* key : {"; input ", "prompt+gen ", "; prefill "}) {
    if (input == 0) input = noted_number(row.notes, key).value_or(0);
  }
  query.output_tokens = std::min(context - 1, std::max(1.0, context - input));
  if (input <= 0) query.output_tokens = std::min(one_token, context);
  query.input_tokens = context - *query.output_tokens;
  if (const auto ubatch = noted_number(row.notes, "n_ubatch="))
    query.max_batched_tokens = std::llround(*ubatch);
  if (row.metric == "compute_buffer_gib") {
    // Each device has a buffer of its own; the table gives their sum.
    const double buffers = noted_number(row.notes, "backend CUDA x").value_or(1);
    reading.measured /= std::max(1.0, buffers);
  }
  const double batch = noted_number(row.notes, "; batch ").value_or(1);
  if (batch > 1) query.concurrency = batch;
  return reading;
}

// ---- one stream

std::variant<Reading, LeftOut> read_stream(const Row& row, Reading reading) {
  estimate::Query& query = reading.query;
  reading.setting = Setting::single_stream;
  query.concurrency = 1;
  const bool stated = row.input_tokens.has_value() || query.input_tokens.has_value();
  double depth = noted_number(row.notes, "depth=").value_or(0);
  if (depth == 0) depth = noted_number(row.notes, "KV depth ").value_or(0);
  if (reading.metric == Metric::prefill) {
    if (!stated) return LeftOut{reason::no_lengths};
    reading.prompt_tokens = *query.input_tokens;
    query.input_tokens = depth + reading.prompt_tokens;
    query.output_tokens = 0;
    if (depth > 0) query.prefix_hit_share = depth / *query.input_tokens;
    return reading;
  }
  if (reading.metric == Metric::ttft) {
    if (!stated) return LeftOut{reason::no_lengths};
    if (!query.output_tokens || *query.output_tokens < one_token) query.output_tokens = one_token;
    return reading;
  }
  if (holds(row.notes, "with context shifting")) {
    // The cache fills to 512 tokens and is then cut in half again and again: three quarters of it on average.
    query.input_tokens = 256;
    query.output_tokens = 256;
    return reading;
  }
  if (!stated) query.input_tokens = short_prompt_tokens;
  if (!query.output_tokens || *query.output_tokens < 1) query.output_tokens = short_output_tokens;
  if (*query.input_tokens < 1) {
    // A cache that grows from nothing: the mean over its lengths, the last of which may be all the model can
    // hold.
    query.input_tokens = std::max(1.0, depth);
    query.output_tokens = std::max(one_token, *query.output_tokens - *query.input_tokens);
    if (depth > 0) query.output_tokens = row.output_tokens;
  }
  return reading;
}

// ---- many requests

/// Requests that are sent at once and then drain away.
bool burst(const Row& row) {
  return holds(row.notes, "requests sent at once") || holds(row.notes, "all prompts sent at once") ||
         holds(row.notes, "all requests submitted at once");
}

/// Tokens per second of decoding alone, every request at the same context: the prompts are in the cache.
Reading decode_only(Reading reading, double streams) {
  reading.metric = Metric::decode;
  reading.measured /= streams;
  estimate::Query& query = reading.query;
  query.input_tokens = std::max(1.0, query.input_tokens.value_or(1));
  query.prefix_hit_share = (*query.input_tokens - 1) / *query.input_tokens;
  return reading;
}

std::variant<Reading, LeftOut> read_load(const Row& row, Reading reading) {
  estimate::Query& query = reading.query;
  std::optional<double> rate = row.request_rate;
  for (const char* key : {"Poisson QPS=", "target_qps=", "Poisson "}) {
    if (!rate) rate = noted_number(row.notes, key);
  }
  if (const auto sequences = noted_number(row.notes, "--max-num-seqs "))
    query.max_num_seqs = std::llround(*sequences);
  if (const auto tokens = noted_number(row.notes, "--max-num-batched-tokens ")) {
    query.max_batched_tokens = std::llround(*tokens);
  }
  if (const auto context = noted_number(row.notes, "--max-model-len "))
    query.max_context = std::llround(*context);
  if (const auto share = noted_number(row.notes, " util ")) query.gpu_memory_utilization = *share;
  if (holds(row.notes, "aggregate decode throughput") && row.concurrency) {
    query.concurrency = row.concurrency;
    reading.setting = Setting::concurrency;
    return decode_only(std::move(reading), *row.concurrency);
  }
  const bool no_prompt = holds(row.notes, "input length not published");
  if (!query.output_tokens || (!query.input_tokens && !no_prompt)) return LeftOut{reason::no_lengths};
  if (!query.input_tokens) query.input_tokens = short_prompt_tokens;
  if (rate) {
    reading.setting = Setting::rate;
    query.request_rate = rate;
    const bool counts = reading.metric == Metric::output_rate || reading.metric == Metric::total_rate ||
                        reading.metric == Metric::request_rate;
    return counts ? std::variant<Reading, LeftOut>(LeftOut{reason::given_rate}) : reading;
  }
  query.concurrency = row.concurrency;
  const bool at_once = burst(row);
  if (at_once && reading.metric == Metric::ttft) return LeftOut{reason::burst_ttft};
  const bool offline = row.scenario == "offline" || !row.concurrency;
  reading.setting = at_once ? Setting::burst : offline ? Setting::offline : Setting::concurrency;
  if (holds(row.notes, "steady-state")) reading.setting = Setting::concurrency;
  return reading;
}

/// Published as a rate of one device, or of one decoding group.
void make_total(const Row& row, Reading& reading) {
  if (row.metric == "output_tok_s_per_gpu") reading.measured *= row.devices.value_or(1);
  // dstack's "output" counts the prompts too.
  if (holds(row.source, "dstack") && reading.metric == Metric::output_rate)
    reading.metric = Metric::total_rate;
}

}  // namespace

std::variant<Reading, LeftOut> read(const Row& row) {
  if (const char* why = objection(row)) return LeftOut{why};
  const auto name = std::find_if(std::begin(metric_names), std::end(metric_names),
                                 [&](const MetricName& known) { return known.word == row.metric; });
  if (name == std::end(metric_names)) return LeftOut{reason::other_metric};
  Reading reading;
  reading.query = base_query(row);
  reading.metric = name->metric;
  reading.measured = row.value * name->unit;
  if (const char* why = doubt(row)) reading.doubt = why;
  const bool memory = name->metric <= Metric::memory_total;
  if (memory) return read_memory(row, std::move(reading));
  if (row.device.empty()) return LeftOut{reason::no_device};
  if (auto problem = set_parallelism(row, reading.query)) return LeftOut{*problem};
  make_total(row, reading);
  const bool alone = row.scenario == "single_stream" || (row.scenario.empty() && row.concurrency == 1.0);
  if (alone && !holds(row.notes, "aggregate decode throughput")) return read_stream(row, std::move(reading));
  return read_load(row, std::move(reading));
}

bool repeats(const Reading& reading) {
  return reading.setting == Setting::single_stream &&
         (reading.metric == Metric::decode || reading.metric == Metric::prefill);
}

}  // namespace rackfit::measured
