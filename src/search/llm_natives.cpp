// llm.memory, llm.capacity, llm.closed_capacity and llm.serve: what rules may ask about a replica under load.
#include <algorithm>
#include <cmath>

#include "native_builder.hpp"

namespace rackfit::search {
namespace {

using rules::NativeOutput;
using rules::NativeParameter;

const Provenance& serving_source() {
  static const Provenance source = [] {
    Provenance s;
    s.document = "rackfit serving model: roofline step times, continuous batching, Allen-Cunneen waiting";
    s.read = "2026-11-22";
    s.confidence = Confidence::measured;
    s.note = "coefficients and bands in profiles/calibration.yaml";
    return s;
  }();
  return source;
}

const Provenance& memory_source() {
  static const Provenance source = [] {
    Provenance s;
    s.document = "rackfit memory model: parameters by part, KV layout, engine overheads by version";
    s.read = "2026-11-22";
    s.confidence = Confidence::measured;
    s.note = "coefficients in profiles/engines.yaml";
    return s;
  }();
  return source;
}

/// Names of the answers that are kept.
enum Question {
  memory_question = 1,
  capacity_question,
  closed_question,
  serve_question,
  embedding_capacity_question,
  embedding_serve_question
};

double truth(bool value) { return value ? 1 : 0; }

bool has(const std::vector<llm::Reason>& reasons, std::initializer_list<llm::Misfit> kinds) {
  return std::any_of(reasons.begin(), reasons.end(), [&](const llm::Reason& reason) {
    return std::find(kinds.begin(), kinds.end(), reason.kind) != kinds.end();
  });
}

// ---- memory

void memory(Deployments& table, const double* a, double* out, llm::StepLog* log) {
  if (!table.find(a[0])) return;
  using llm::Misfit;
  const llm::Deployment deployment = table.with(a[0], a[2], a[3]);
  // Of a group, the instances for answers hold the sequences.
  const double holders = deployment.disaggregation ? double(deployment.disaggregation->decode) : 1;
  const llm::Memory m = llm::memory(deployment, std::max(1.0, std::ceil(a[1] / holders)), a[2], log);
  const auto& s = m.stack;
  std::size_t at = 0;
  for (double value :
       {s.weights, m.weight.total, s.kv_cache, m.kv.full_bytes_per_token + m.kv.sliding_bytes_per_token,
        s.activation, s.non_torch, s.graphs, s.total - s.kv_cache, s.total, s.usable, s.device,
        m.kv_budget_bytes, m.max_tokens * holders, m.max_sequences * holders, m.max_context_tokens,
        static_cast<double>(m.scheduler_sequences) * holders, m.weight.adapters, m.weight.draft}) {
    out[at++] = value;
  }
  const auto& reasons = m.reasons;
  out[at++] = truth(!has(reasons, {Misfit::engine_not_on_device}));
  out[at++] = truth(!has(reasons, {Misfit::engine_cannot_load_format}));
  out[at++] = truth(!has(reasons, {Misfit::compute_capability_too_low}));
  out[at++] = truth(!has(reasons, {Misfit::heads_not_divisible, Misfit::kv_heads_not_divisible,
                                   Misfit::too_many_stages, Misfit::no_tensor_parallelism}));
  out[at++] = truth(!has(reasons, {Misfit::memory_unknown, Misfit::architecture_unknown}));
  out[at++] = truth(!has(reasons, {Misfit::context_exceeds_model}));
  out[at++] = truth(!has(reasons, {Misfit::weights_exceed_memory}));
  out[at++] = truth(!has(reasons, {Misfit::weights_exceed_memory, Misfit::kv_exceeds_memory}));
  out[at++] = truth(!has(reasons, {Misfit::graphs_exceed_slack}));
  out[at++] = truth(m.fits());
}

NativeText memory_text() {
  NativeText text;
  text.name = "llm.memory";
  text.title = "Memory of the fullest device of a replica";
  text.parameters = {
      {"deployment", "1"}, {"sequences", "request"}, {"tokens", "token"}, {"memory_share", "1"}};
  text.optional = {3};
  text.outputs = {{"weights", "B", "weights on one device"},
                  {"model_weights", "B", "weights of the whole model"},
                  {"kv_cache", "B", "KV cache of these sequences on one device"},
                  {"kv_bytes_per_token", "B/token", "KV cache of one token on one device"},
                  {"activation", "B", "activations of the largest step"},
                  {"non_torch", "B", "communication buffers and fixed overhead"},
                  {"graphs", "B", "CUDA graphs inside the engine's share"},
                  {"without_kv", "B", "weights and overheads on one device"},
                  {"total", "B", "all of it on one device"},
                  {"usable", "B", "memory of one device that the engine may use"},
                  {"device", "B", "memory of one device"},
                  {"kv_budget", "B", "left for the KV cache on one device"},
                  {"max_tokens", "token", "tokens the replica's KV cache holds"},
                  {"max_sequences", "request", "sequences of this length that fit"},
                  {"max_context", "token", "longest single sequence"},
                  {"scheduler_sequences", "request", "the engine's own limit on running sequences"},
                  {"adapters", "B", "LoRA adapters on one device, in `weights`"},
                  {"draft", "B", "draft model or multi-token-prediction layers on one device, in `weights`"},
                  {"engine_runs", "bool", "the engine runs on the device"},
                  {"format_loads", "bool", "the engine loads the format"},
                  {"format_runs", "bool", "the device can run the format"},
                  {"divides", "bool", "heads and layers divide among the devices"},
                  {"known", "bool", "memory and architecture are in the catalog"},
                  {"context_fits", "bool", "the model takes this context"},
                  {"weights_fit", "bool", "weights and overheads fit"},
                  {"kv_fits", "bool", "with these sequences they fit as well"},
                  {"graphs_fit", "bool", "CUDA graphs fit beside the engine's share"},
                  {"fits", "bool", "nothing speaks against it"}};
  text.source = memory_source();
  return text;
}

// ---- load and targets

std::vector<NativeParameter> load_parameters() {
  return {{"deployment", "1"},      {"context", "token"},    {"memory_share", "1"},
          {"prompt_mean", "token"}, {"prompt_p95", "token"}, {"output_mean", "token"},
          {"output_p95", "token"},  {"burstiness", "1"},     {"prefix_hit", "1"}};
}
constexpr std::size_t load_count = 9;
constexpr std::size_t share_position = 2;

llm::Load load(const double* a) {
  llm::Load load;
  load.prompt = {a[3], a[4]};
  load.output = {a[5], a[6]};
  load.arrival_cv = a[7];
  load.prefix_hit_share = a[8];
  return load;
}

std::vector<NativeParameter> target_parameters() {
  return {{"ttft_p50", "s"}, {"ttft_p95", "s"}, {"ttft_p99", "s"}, {"tpot_p50", "s"},       {"tpot_p95", "s"},
          {"e2e_p50", "s"},  {"e2e_p95", "s"},  {"e2e_p99", "s"},  {"user_rate", "token/s"}};
}

llm::Targets targets(const double* a) {
  llm::Targets t;
  t.ttft_s = {{}, given(a[0]), given(a[1]), given(a[2])};
  t.tpot_s = {{}, given(a[3]), given(a[4]), {}};
  t.e2e_s = {{}, given(a[5]), given(a[6]), given(a[7])};
  t.min_user_tokens_per_s = given(a[8]);
  return t;
}

/// Parameters of load and targets, and which of them may be missing.
NativeText with_targets(std::string name, std::string title) {
  NativeText text;
  text.name = std::move(name);
  text.title = std::move(title);
  text.parameters = load_parameters();
  text.optional = {share_position};
  for (auto& target : target_parameters()) {
    text.optional.push_back(text.parameters.size());
    text.parameters.push_back(std::move(target));
  }
  text.source = serving_source();
  return text;
}

double idle_e2e(const llm::ServingModel& model, llm::Load load) {
  load.concurrency = 1;
  return llm::serve(model, load).e2e_s.value.mean;
}

// ---- capacity at an open load

void capacity(Deployments& table, const double* a, double* out, llm::StepLog* log) {
  if (!table.find(a[0])) return;
  const llm::ServingModel& model = table.serving(a[0], a[1], a[2]);
  const llm::MaxRate best = llm::max_rate_at_targets(model, load(a), targets(a + load_count), log);
  out[4] = static_cast<double>(best.limit);
  if (!best.at_rate.known || !model.memory.fits()) return;
  out[0] = best.rate_per_s;
  out[1] = best.at_rate.saturation_rate_per_s;
  out[2] = best.at_rate.e2e_s.value.mean;
  out[3] = idle_e2e(model, load(a));
  out[5] = best.at_rate.max_running;
}

NativeText capacity_text() {
  NativeText text = with_targets("llm.capacity", "Largest rate one replica takes while every target holds");
  text.outputs = {{"max_rate", "request/s", "largest rate at the targets"},
                  {"saturation_rate", "request/s", "rate beyond which the queue grows without end"},
                  {"e2e_mean", "s", "mean time of an answer at the largest rate"},
                  {"idle_e2e_mean", "s", "mean time of an answer with nobody else there"},
                  {"limited_by", "1", "what limits the rate, as a number"},
                  {"max_running", "request", "sequences that can run at once"}};
  return text;
}

// ---- capacity at a closed load

bool over(double value, const std::optional<double>& limit) { return limit && value > *limit; }

bool meets(const llm::ServingResult& r, const llm::Targets& t) {
  const auto& ttft = r.ttft_s.value;
  const auto& tpot = r.tpot_s.value;
  const auto& e2e = r.e2e_s.value;
  if (over(ttft.p50, t.ttft_s.p50) || over(ttft.p95, t.ttft_s.p95) || over(ttft.p99, t.ttft_s.p99))
    return false;
  if (over(tpot.p50, t.tpot_s.p50) || over(tpot.p95, t.tpot_s.p95)) return false;
  if (over(e2e.p50, t.e2e_s.p50) || over(e2e.p95, t.e2e_s.p95) || over(e2e.p99, t.e2e_s.p99)) return false;
  return !t.min_user_tokens_per_s || tpot.mean * *t.min_user_tokens_per_s <= 1;
}

// How far above the wanted load the search looks: enough to tell a full replica from an idle one.
constexpr double reach = 4;

/// Most requests always in progress for which the targets hold, between 0 and `reach` times those wanted.
double most_in_flight(const llm::ServingModel& model, llm::Load load, const llm::Targets& targets,
                      double wanted) {
  const auto holds = [&](double concurrency) {
    load.concurrency = concurrency;
    return meets(llm::serve(model, load), targets);
  };
  double good = 0;
  double bad = std::ceil(wanted);
  if (holds(bad)) {
    good = bad;
    bad = reach * good;
    if (holds(bad)) return bad;
  }
  while (bad - good > 1) {
    const double middle = std::floor((good + bad) / 2);
    (holds(middle) ? good : bad) = middle;
  }
  return good;
}

void closed_capacity(Deployments& table, const double* a, double* out, llm::StepLog*) {
  if (!table.find(a[0])) return;
  const llm::ServingModel& model = table.serving(a[0], a[1], a[2]);
  if (model.step.decode_missing != llm::Missing::none || model.step.prefill_missing != llm::Missing::none)
    return;
  // A replica holds what it can run at once; whoever waits for a place is not in progress.
  const double wanted = std::clamp(a[load_count + 9], 1.0, 1e6);
  out[0] = model.memory.fits() ? most_in_flight(model, load(a), targets(a + load_count), wanted) : 0;
}

NativeText closed_text() {
  NativeText text = with_targets("llm.closed_capacity",
                                 "Most requests one replica has in progress while every target holds");
  text.parameters.push_back({"wanted", "request"});
  text.outputs = {{"max_concurrency", "request", "requests in progress, at most four times those wanted"}};
  return text;
}

// ---- latencies at a load

void put(const llm::Prediction& prediction, double* out) {
  const auto& v = prediction.value;
  std::size_t at = 0;
  for (double value : {v.mean, v.p50, v.p95, v.p99}) {
    out[at++] = value;
    out[at++] = value * prediction.band.low;
    out[at++] = value * prediction.band.high;
  }
}

void serve(Deployments& table, const double* a, double* out, llm::StepLog* log) {
  if (!table.find(a[0])) return;
  llm::Load wanted = load(a);
  wanted.rate_per_s = given(a[load_count]);
  wanted.concurrency = given(a[load_count + 1]);
  if (!wanted.rate_per_s && !wanted.concurrency) return;
  const llm::ServingModel& model = table.serving(a[0], a[1], a[2]);
  if (!model.memory.fits()) return;
  const llm::ServingResult r = llm::serve(model, wanted, log);
  if (!r.known) return;
  std::size_t at = 0;
  for (double value : {r.rate_per_s, r.running, r.waiting, r.max_running, r.kv_utilization,
                       r.compute_utilization, r.output_tokens_per_s, truth(r.stable)}) {
    out[at++] = value;
  }
  put(r.ttft_s, out + at);
  if (wanted.output.mean > 0) put(r.tpot_s, out + at + 12);
  put(r.e2e_s, out + at + 24);
}

NativeText serve_text() {
  NativeText text;
  text.name = "llm.serve";
  text.title = "Latencies of one replica at a rate or with so many requests in progress";
  text.parameters = load_parameters();
  text.parameters.push_back({"rate", "request/s"});
  text.parameters.push_back({"concurrency", "request"});
  text.optional = {share_position, load_count, load_count + 1};
  text.outputs = {{"rate", "request/s", "requests served"},
                  {"running", "request", "sequences decoding, mean"},
                  {"waiting", "request", "requests waiting, mean"},
                  {"max_running", "request", "sequences that can run at once"},
                  {"kv_utilization", "1", "share of the KV cache in use, mean"},
                  {"compute_utilization", "1", "share of the time spent on prompts"},
                  {"output_rate", "token/s", "tokens generated"},
                  {"stable", "bool", "the load is below saturation"}};
  const std::pair<const char*, const char*> times[] = {
      {"ttft", "time to first token"}, {"tpot", "time per output token"}, {"e2e", "whole answer"}};
  for (const auto& [key, title] : times) {
    for (const char* percentile : {"mean", "p50", "p95", "p99"}) {
      const std::string name = std::string(key) + "_" + percentile;
      const std::string what = std::string(title) + ", " + percentile;
      text.outputs.push_back({name, "s", what});
      text.outputs.push_back({name + "_low", "s", what + ", low end of the band"});
      text.outputs.push_back({name + "_high", "s", what + ", high end of the band"});
    }
  }
  text.source = serving_source();
  return text;
}

// ---- embedding models and rerankers: one pass, no KV cache between tokens

llm::Load documents(const double* a) {
  llm::Load load;
  load.prompt = {a[2], a[3]};
  load.arrival_cv = a[4];
  return load;
}

std::vector<NativeParameter> document_parameters() {
  return {{"deployment", "1"},
          {"memory_share", "1"},
          {"tokens_mean", "token"},
          {"tokens_p95", "token"},
          {"burstiness", "1"}};
}

void embedding_capacity(Deployments& table, const double* a, double* out, llm::StepLog* log) {
  if (!table.find(a[0])) return;
  const llm::ServingModel& model = table.serving(a[0], 0, a[1]);
  llm::Targets limit;
  limit.e2e_s.p95 = given(a[5]);
  const llm::MaxRate best = llm::max_rate_at_targets(model, documents(a), limit, log);
  out[2] = static_cast<double>(best.limit);
  if (!best.at_rate.known || !model.memory.fits()) return;
  out[0] = best.rate_per_s;
  out[1] = best.at_rate.saturation_rate_per_s;
}

void embedding_serve(Deployments& table, const double* a, double* out, llm::StepLog* log) {
  if (!table.find(a[0])) return;
  const llm::ServingModel& model = table.serving(a[0], 0, a[1]);
  llm::Load wanted = documents(a);
  wanted.rate_per_s = a[5];
  if (!model.memory.fits()) return;
  const llm::ServingResult r = llm::serve(model, wanted, log);
  if (!r.known) return;
  out[0] = r.compute_utilization;
  put(r.e2e_s, out + 1);
}

}  // namespace

rules::NativeTable llm_natives(const std::shared_ptr<Deployments>& deployments) {
  return {build_native(memory_text(), memory, deployments, memory_question),
          build_native(capacity_text(), capacity, deployments, capacity_question),
          build_native(closed_text(), closed_capacity, deployments, closed_question),
          build_native(serve_text(), serve, deployments, serve_question)};
}

rules::NativeTable embedding_natives(const std::shared_ptr<Deployments>& deployments) {
  NativeText most;
  most.name = "embedding.capacity";
  most.title = "Largest rate of documents one replica takes while the target holds";
  most.parameters = document_parameters();
  most.parameters.push_back({"latency_p95", "s"});
  most.optional = {1, 5};
  most.outputs = {{"max_rate", "document/s", "largest rate at the target"},
                  {"saturation_rate", "document/s", "rate beyond which the queue grows without end"},
                  {"limited_by", "1", "what limits the rate, as a number"}};
  most.source = serving_source();
  NativeText at_rate;
  at_rate.name = "embedding.serve";
  at_rate.title = "Latencies of one replica at a rate of documents";
  at_rate.parameters = document_parameters();
  at_rate.parameters.push_back({"rate", "document/s"});
  at_rate.optional = {1};
  at_rate.outputs = {{"compute_utilization", "1", "share of the time at work"}};
  for (const char* percentile : {"mean", "p50", "p95", "p99"}) {
    const std::string name = std::string("latency_") + percentile;
    for (const char* end : {"", "_low", "_high"}) {
      at_rate.outputs.push_back({name + end, "s", std::string("answer time, ") + percentile + end});
    }
  }
  at_rate.source = serving_source();
  return {build_native(std::move(most), embedding_capacity, deployments, embedding_capacity_question),
          build_native(std::move(at_rate), embedding_serve, deployments, embedding_serve_question)};
}

}  // namespace rackfit::search
