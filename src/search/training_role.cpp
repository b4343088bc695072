// A training or fine-tuning job as a search problem: devices, how many, and how the state is divided among
// them.
#include <fmt/format.h>

#include <algorithm>

#include "fact_list.hpp"
#include "pipeline_load.hpp"
#include "rackfit/catalog/tables.hpp"
#include "replicas.hpp"

namespace rackfit::search {
namespace {

using catalog::DeviceForm;

// Beyond this many devices a job is a cluster of its own, with a network to design; rackfit sizes what teams
// host.
constexpr std::int64_t most_devices = 64;

struct Run {
  DeviceRow row;
  std::size_t number = 0;
  std::int64_t devices = 1;
  int zero_stage = 0;
};

/// Stages to try: the one given, else plain data parallelism and, on several devices, full sharding.
std::vector<int> stages(const schema::Given<std::string>& sharding, std::int64_t devices) {
  if (sharding) {
    if (*sharding == "none") return {0};
    return {*sharding == "zero1" ? 1 : *sharding == "zero2" ? 2 : 3};
  }
  return devices > 1 ? std::vector<int>{0, 3} : std::vector<int>{0};
}

class Runs {
 public:
  Runs(const workload::TrainingJob& job, const catalog::Model& model, const RoleContext& context)
      : job_(job), model_(model), context_(context), table_(std::make_shared<Deployments>()) {}

  void add_device(const catalog::Device& device) {
    if (device.device_class == catalog::DeviceClass::cpu) return;
    const auto counts = device_counts(device, context_);
    for (const auto& memory : memory_sizes(device, context_.catalog)) {
      const std::size_t number = add(device);
      for (const std::int64_t count : counts) {
        const bool largest = count == counts.back();
        // Several nodes are built of the largest kind; whole machines are not clustered.
        const std::int64_t nodes = largest && device.form != DeviceForm::soc ? most_devices / count : 1;
        for (std::int64_t n = 1; n <= nodes; n *= 2) push({&device, memory, count}, number, count * n);
      }
    }
  }

  const std::vector<Run>& all() const { return runs_; }
  const std::shared_ptr<Deployments>& table() const { return table_; }

 private:
  std::size_t add(const catalog::Device& device) {
    llm::TrainingJob job;
    job.model = &model_;
    job.device = &device;
    job.base_quantization = context_.catalog.quantizations.find("nf4");
    return table_->add(job);
  }

  void push(DeviceRow row, std::size_t number, std::int64_t devices) {
    for (const int stage : stages(job_.sharding, devices)) runs_.push_back({row, number, devices, stage});
  }

  const workload::TrainingJob& job_;
  const catalog::Model& model_;
  const RoleContext& context_;
  std::shared_ptr<Deployments> table_;
  std::vector<Run> runs_;
};

std::string stage_name(int stage) {
  return stage == 0 ? "none" : stage == 3 ? "ZeRO-3 / FSDP" : fmt::format("ZeRO-{}", stage);
}

void fill(const Runs& runs, const catalog::Catalog& catalog, RoleProblem& problem) {
  Axis number{"training.run", false, {}, {}}, devices{"training.devices", false, {}, {}},
      stage{"training.zero_stage", false, {}, {}};
  std::vector<DeviceRow> rows;
  auto families = std::make_shared<std::vector<std::string>>();
  auto texts = std::make_shared<std::vector<std::vector<Choice>>>();
  for (const Run& run : runs.all()) {
    rows.push_back(run.row);
    number.numbers.push_back(static_cast<double>(run.number));
    devices.numbers.push_back(static_cast<double>(run.devices));
    stage.numbers.push_back(run.zero_stage);
    families->push_back(device_family(run.row));
    texts->push_back({{"devices", "devices", fmt::format("{}", run.devices)},
                      {"sharding", "sharding", stage_name(run.zero_stage)}});
    problem.nodes.push_back(device_node(run.row));
  }
  problem.axes = device_axes(rows, catalog);
  for (Axis* axis : {&number, &devices, &stage}) problem.axes.push_back(std::move(*axis));
  problem.natives = std::make_shared<rules::NativeTable>(model_natives(runs.table()));
  problem.describe = [texts](std::size_t i) { return (*texts)[i]; };
  problem.family = [families](std::size_t i) { return (*families)[i]; };
}

}  // namespace

RoleProblem training_role(const schema::Named<workload::TrainingJob>& named, const RoleContext& context) {
  const workload::TrainingJob& job = named.value;
  RoleProblem problem;
  problem.role = "training:" + named.name;
  problem.rule_role = "training";
  problem.name = named.name;
  problem.title = "training job `" + named.name + "`";
  problem.nodes_rule = "training.nodes";
  problem.compose_host = true;

  FactList facts;
  facts.append(common_facts(context.workload));
  facts.given("training.method", job.method);
  facts.given("training.precision", job.precision);
  facts.given("training.sequence", job.sequence);
  facts.given("training.micro_batch", job.micro_batch);
  facts.given("training.global_batch", job.global_batch);
  facts.given("training.tokens", job.tokens);
  facts.given("training.deadline", job.deadline);
  facts.given("training.sharding", job.sharding);
  facts.given("training.lora_rank", job.lora_rank);
  facts.given("training.recompute", job.recompute);
  facts.given("training.mfu", job.mfu);
  facts.given("training.feed_from", job.feed_from);
  facts.given("training.bytes_per_token", job.bytes_per_token);
  if (job.feed_from) {
    if (const auto bytes = source_bytes(*job.feed_from, context)) {
      facts.number("training.feed_rate", *bytes, {Origin::Kind::workload, job.feed_from.span, {}, {}});
    }
  }

  const catalog::Model* model = find_model(job.model, context);
  if (model) {
    problem.title += ": " + model->row.name;
    facts.word("training.model", model->row.name, from_catalog(model->row, "name"));
    facts.number("training.model_parameters", model->parameters, from_catalog(model->row, "parameters"));
    if (model->context_tokens) {
      facts.number("training.model_context", static_cast<double>(*model->context_tokens),
                   from_catalog(model->row, "context"));
    }
  }
  problem.facts = facts.take();
  if (!model) return problem;

  Runs runs(job, *model, context);
  for (const catalog::Device* device : allowed_devices(context)) runs.add_device(*device);
  fill(runs, context.catalog, problem);
  return problem;
}

}  // namespace rackfit::search
