// training.memory and training.time: what rules may ask about a training run on a number of devices.
#include "native_builder.hpp"

namespace rackfit::search {
namespace {

const Provenance& training_source() {
  static const Provenance source = [] {
    Provenance s;
    s.document = "DeepSpeed ZeRO and Megatron-LM memory accounting";
    s.url = "https://www.deepspeed.ai/tutorials/zero/";
    s.read = "2026-11-22";
    s.confidence = Confidence::documented;
    return s;
  }();
  return source;
}

constexpr std::size_t mfu_position = 14;

std::vector<rules::NativeParameter> parameters() {
  return {{"run", "1"},
          {"method", "enum", {"full", "lora", "qlora"}},
          {"recompute", "enum", {"none", "selective", "full"}},
          {"zero_stage", "1"},
          {"devices", "1"},
          {"sequence", "token"},
          {"micro_batch", "1"},
          {"lora_rank", "1"},
          {"weight_bytes", "B"},
          {"gradient_bytes", "B"},
          {"optimizer_bytes", "B"},
          {"activation_scale", "1"},
          {"overhead", "B"}};
}

std::int64_t whole(double value) { return value >= 1 ? static_cast<std::int64_t>(value) : 1; }

/// The run as the arguments say; nothing when the number or a word is unknown.
std::optional<llm::TrainingJob> job_of(const Deployments& table, const double* a) {
  const llm::TrainingJob* known = table.find_job(a[0]);
  if (!known || a[1] < 0 || a[2] < 0) return std::nullopt;
  llm::TrainingJob job = *known;
  job.method = static_cast<llm::TrainingMethod>(static_cast<int>(a[1]));
  job.recomputation = static_cast<llm::Recomputation>(static_cast<int>(a[2]));
  job.zero_stage = static_cast<int>(a[3]);
  job.data_parallel = whole(a[4]);
  job.sequence_tokens = whole(a[5]);
  job.micro_batch = whole(a[6]);
  job.lora_rank = whole(a[7]);
  auto& c = job.coefficients;
  c.weight_bytes = a[8];
  c.gradient_bytes = a[9];
  c.optimizer_bytes = a[10];
  for (double* bytes :
       {&c.activation_base, &c.activation_divided, &c.activation_per_ffn, &c.checkpoint_bytes}) {
    *bytes *= a[11];
  }
  job.overhead_bytes = a[12];
  return job;
}

void memory(Deployments& table, const double* a, double* out, llm::StepLog* log) {
  const auto job = job_of(table, a);
  if (!job) return;
  const llm::TrainingMemory m = llm::training_memory(*job, log);
  std::size_t at = 0;
  for (double value : {m.weights, m.adapters, m.gradients, m.optimizer, m.activations, m.working, m.overhead,
                       m.total, or_nothing(m.device), m.trained_parameters}) {
    out[at++] = value;
  }
  if (m.device) out[at] = m.fits() ? 1 : 0;
}

void time(Deployments& table, const double* a, double* out, llm::StepLog* log) {
  auto job = job_of(table, a);
  if (!job) return;
  job->mfu = given(a[mfu_position - 1]);
  if (const auto tokens = given(a[mfu_position])) job->tokens = *tokens;
  const auto result = llm::training_time(*job, log);
  if (!result) return;
  out[0] = result->tokens_per_s;
  out[1] = or_nothing(result->duration_s);
}

}  // namespace

rules::NativeTable training_natives(const std::shared_ptr<Deployments>& deployments) {
  NativeText bytes;
  bytes.name = "training.memory";
  bytes.title = "Memory of the fullest device of a training run";
  bytes.parameters = parameters();
  bytes.outputs = {{"weights", "B", "weights"},
                   {"adapters", "B", "adapters with their gradients and optimizer state"},
                   {"gradients", "B", "gradients"},
                   {"optimizer", "B", "optimizer state"},
                   {"activations", "B", "activations"},
                   {"working", "B", "layer at work"},
                   {"overhead", "B", "context, buffers, fragmentation"},
                   {"total", "B", "all of it"},
                   {"device", "B", "memory of one device"},
                   {"trained_parameters", "1", "parameters that are trained"},
                   {"fits", "bool", "it fits"}};
  bytes.source = training_source();
  NativeText speed;
  speed.name = "training.time";
  speed.title = "Throughput and duration of a training run";
  speed.parameters = parameters();
  speed.parameters.push_back({"mfu", "1"});
  speed.parameters.push_back({"tokens", "token"});
  speed.optional = {mfu_position - 1, mfu_position};
  speed.outputs = {{"rate", "token/s", "tokens trained on"}, {"duration", "s", "time for all tokens"}};
  speed.source = training_source();
  return {build_native(std::move(bytes), memory, deployments, 0),
          build_native(std::move(speed), time, deployments, 0)};
}

}  // namespace rackfit::search
