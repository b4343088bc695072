#include <fstream>
#include <set>
#include <sstream>

#include "rackfit/catalog/catalog.hpp"
#include "rackfit/search/compose.hpp"
#include "rackfit/search/deployments.hpp"
#include "rackfit/search/role.hpp"
#include "support/catch.hpp"

using namespace rackfit;

namespace {

/// The catalogs of this source tree, read once.
struct World {
  units::Registry units;
  catalog::Catalog catalog;
};

std::shared_ptr<const yaml::Tree> parse(std::string name, std::string text, Diagnostics& diagnostics) {
  return yaml::parse(std::make_shared<SourceFile>(std::move(name), std::move(text)), diagnostics);
}

std::string file(const std::string& path) {
  std::ifstream in(std::string(RACKFIT_SOURCE_DIR) + "/" + path);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

const World& world() {
  static const World instance = [] {
    Diagnostics diagnostics;
    World w;
    w.units =
        *units::Registry::load(*parse("units.yaml", file("profiles/units.yaml"), diagnostics), diagnostics);
    catalog::Library library;
    library.overlay(std::string(RACKFIT_SOURCE_DIR) + "/profiles", diagnostics);
    auto catalog = catalog::Catalog::load(library, w.units, diagnostics);
    INFO(render(diagnostics));
    REQUIRE(catalog);
    w.catalog = std::move(*catalog);
    return w;
  }();
  return instance;
}

struct Built {
  Diagnostics diagnostics;
  std::optional<workload::Workload> workload;
  search::RoleProblem problem;
};

std::unique_ptr<Built> build(const std::string& text) {
  auto built = std::make_unique<Built>();
  built->workload =
      workload::load(parse("w.yaml", text, built->diagnostics), world().units, built->diagnostics);
  REQUIRE(built->workload);
  const search::Composer composer(world().catalog);
  const search::RoleContext context{world().catalog, composer, *built->workload, world().units,
                                    built->diagnostics};
  if (!built->workload->llm.empty()) built->problem = search::llm_role(built->workload->llm.front(), context);
  if (!built->workload->training.empty())
    built->problem = search::training_role(built->workload->training.front(), context);
  return built;
}

const search::Axis& axis(const search::RoleProblem& problem, const std::string& name) {
  for (const auto& each : problem.axes) {
    if (each.name == name) return each;
  }
  FAIL("no axis " << name);
  return problem.axes.front();
}

const search::Fact* fact(const search::RoleProblem& problem, const std::string& name) {
  for (const auto& each : problem.facts) {
    if (each.name == name) return &each;
  }
  return nullptr;
}

const std::string chat = "name: t\nllm:\n  chat:\n    model: Llama-3.1-8B-Instruct\n    rate: 2 /s\n";

}  // namespace

TEST_CASE("every axis of an LLM role has one value per candidate", "[search]") {
  const auto built = build(chat);
  CHECK_FALSE(built->diagnostics.has_errors());
  REQUIRE_FALSE(built->problem.nodes.empty());
  for (const auto& each : built->problem.axes) {
    INFO(each.name);
    CHECK((each.is_word ? each.words.size() : each.numbers.size()) == built->problem.nodes.size());
  }
}

TEST_CASE("only what the workload gives becomes a fact", "[search]") {
  const auto built = build(chat);
  REQUIRE(fact(built->problem, "llm.rate") != nullptr);
  CHECK(fact(built->problem, "llm.rate")->number == 2);
  CHECK(fact(built->problem, "llm.users") == nullptr);
  CHECK(fact(built->problem, "llm.target.e2e_p95") == nullptr);
}

TEST_CASE("a chosen format is the only one tried, an open one gives several", "[search]") {
  const auto chosen = build(chat + "    quantization: awq-int4\nsite: {devices: [l40s-48gb]}\n");
  for (const auto& word : axis(chosen->problem, "llm.quantization").words) CHECK(word == "awq-int4");
  const auto open = build(chat + "site: {devices: [l40s-48gb]}\n");
  const auto& words = axis(open->problem, "llm.quantization").words;
  CHECK(std::set<std::string>(words.begin(), words.end()).size() >= 3);
}

TEST_CASE("no replica has more devices in a node than the node", "[search]") {
  const auto built = build(chat);
  const auto& tensor = axis(built->problem, "llm.tensor_parallel").numbers;
  for (std::size_t i = 0; i < tensor.size(); ++i) CHECK(tensor[i] <= built->problem.nodes[i].device_count);
}

TEST_CASE("an unknown model is reported with a suggestion and leaves no candidates", "[search]") {
  const auto built = build("name: t\nllm:\n  chat: {model: Llama-3.1-8B-Instrukt, rate: 2 /s}\n");
  REQUIRE(built->diagnostics.error_count() == 1);
  CHECK(built->diagnostics.items().front().help.find("did you mean") != std::string::npos);
  CHECK(built->problem.nodes.empty());
}

TEST_CASE("speculation and adapters reach every replica", "[search]") {
  const auto built = build(chat +
                           "    speculation: {draft: Llama-3.2-1B, tokens: 3}\n    lora: {adapters: 8}\n"
                           "site: {devices: [l40s-48gb]}\n");
  INFO(render(built->diagnostics));
  REQUIRE_FALSE(built->diagnostics.has_errors());
  for (std::size_t i = 0; i < built->problem.nodes.size(); ++i) {
    std::set<std::string> keys;
    for (const auto& choice : built->problem.describe(i)) keys.insert(choice.key);
    CHECK(keys.count("speculation") == 1);
    CHECK(keys.count("lora") == 1);
  }
  using Kind = search::Origin::Kind;
  CHECK(fact(built->problem, "llm.speculation")->word == "draft");
  CHECK(fact(built->problem, "llm.speculative_tokens")->number == 3);
  CHECK(fact(built->problem, "llm.speculative_tokens")->origin.kind == Kind::workload);
  CHECK(fact(built->problem, "llm.draft_acceptance")->origin.kind == Kind::defaulted);
  CHECK_FALSE(fact(built->problem, "llm.draft_acceptance")->origin.source.document.empty());
  CHECK(fact(built->problem, "llm.lora_adapters")->number == 8);
  CHECK(fact(built->problem, "llm.lora_rank")->origin.kind == Kind::defaulted);
}

TEST_CASE("RF0607 speculation that the model cannot do", "[search]") {
  const auto mtp = build(chat + "    speculation: mtp\n");
  REQUIRE(mtp->diagnostics.error_count() == 1);
  CHECK(mtp->diagnostics.items().front().code == "RF0607");
  CHECK(mtp->diagnostics.items().front().message.find("multi-token-prediction") != std::string::npos);
  const auto draft = build(chat + "    speculation: {draft: Llama-3.2-1BB}\n");
  REQUIRE(draft->diagnostics.error_count() == 1);
  CHECK(draft->diagnostics.items().front().help.find("did you mean") != std::string::npos);
}

TEST_CASE("datacenter devices are tried with prompts and answers on instances of their own", "[search]") {
  const auto built = build(chat + "site: {devices: [h100-sxm-80gb, rtx-4090]}\n");
  const auto& instances = axis(built->problem, "llm.instances").numbers;
  const auto& tensor = axis(built->problem, "llm.tensor_parallel").numbers;
  const auto& kind = axis(built->problem, "device.class").words;
  std::size_t divided = 0;
  for (std::size_t i = 0; i < instances.size(); ++i) {
    if (instances[i] == 1) continue;
    ++divided;
    CHECK(kind[i] == "datacenter");
    CHECK(instances[i] * tensor[i] <= built->problem.nodes[i].device_count);
    CHECK(built->problem.form(i) != built->problem.form(0));
  }
  CHECK(divided > 0);
}

TEST_CASE("pipelines add their share of the messages as a rate", "[search]") {
  const auto built = build(chat +
                           "kafka: {messages: 100 /s, message_size: 1 kB, peak_factor: 3}\n"
                           "pipelines:\n  p: {from: kafka, to: llm.chat, share: 10 %, lag_p95: 5 min}\n");
  REQUIRE(fact(built->problem, "llm.pipeline_rate") != nullptr);
  CHECK(fact(built->problem, "llm.pipeline_rate")->number == Approx(10));
  CHECK(fact(built->problem, "llm.pipeline_peak_factor")->number == 3);
  CHECK(fact(built->problem, "llm.pipeline_lag_p95")->number == 300);
}

TEST_CASE("natives answer not applicable for a replica that is not there", "[search]") {
  const auto natives = search::model_natives(std::make_shared<search::Deployments>());
  const auto& memory = natives.front();
  REQUIRE(memory.name == "llm.memory");
  const double one = 1;
  const double nothing = rules::not_applicable();
  const double* arguments[] = {&one, &one, &one, &nothing};
  std::vector<double> values(memory.outputs.size());
  std::vector<double*> outputs;
  for (double& value : values) outputs.push_back(&value);
  memory.batch(arguments, outputs.data(), 1);
  for (double value : values) CHECK(rules::is_not_applicable(value));
}

TEST_CASE("a single device is not sharded, several are tried with and without", "[search]") {
  const auto built =
      build("name: t\ntraining:\n  job: {model: Llama-2-13B, method: qlora}\nsite: {devices: [l40s-48gb]}\n");
  const auto& devices = axis(built->problem, "training.devices").numbers;
  const auto& stages = axis(built->problem, "training.zero_stage").numbers;
  std::set<double> of_several;
  for (std::size_t i = 0; i < devices.size(); ++i) {
    if (devices[i] == 1) CHECK(stages[i] == 0);
    if (devices[i] > 1) of_several.insert(stages[i]);
  }
  CHECK(of_several == std::set<double>{0, 3});
}
