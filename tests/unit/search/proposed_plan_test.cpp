// A workload's proposed machines as a plan: every role on them, nothing refused, their price from parts.
#include "rackfit/search/proposed_plan.hpp"

#include "support/catch.hpp"
#include "support/planning.hpp"

using namespace rackfit;

namespace {

struct Proposed {
  std::unique_ptr<test::Planned> planned;
  Diagnostics diagnostics;
  std::shared_ptr<const search::Plan> plan;
};

Proposed proposed(const std::string& box) {
  Proposed result;
  result.planned = test::plan_of(
      "name: both\nllm:\n  chat: {model: llama-3.1-8b-instruct, rate: 1 /s, prompt: 500, output: 200}\n"
      "kafka: {ingress: 5 MB/s, retention: 1 d, replication: 3, partitions: 12}\nproposal:\n  nodes:\n" +
      box);
  INFO(render(result.planned->diagnostics));
  REQUIRE(result.planned->workload);
  search::PlanRequest request;
  request.catalog = &test::built_in_catalog();
  request.rules = result.planned->rules;
  request.units = &test::registry();
  request.workload = &*result.planned->workload;
  result.plan = search::plan_on_proposal(request, result.diagnostics);
  return result;
}

const search::RolePlan* role(const search::Plan& plan, const std::string& name) {
  for (const search::RolePlan& each : plan.roles) {
    if (each.problem.role == name) return &each;
  }
  return nullptr;
}

}  // namespace

TEST_CASE("each role goes to the machine that may do it") {
  const Proposed two = proposed(
      "    model: {device: l40s, devices: 1, cores: 16 core, memory: 128 GiB, nic: 10 Gbit/s}\n"
      "    broker: {use: kafka, count: 3, cores: 16 core, memory: 64 GiB, disks: 2, disk_capacity: 3.84 TB, "
      "disk_write: 1 GB/s, nic: 10 Gbit/s}\n");
  REQUIRE(two.plan);
  const auto* model = role(*two.plan, "llm:chat");
  const auto* broker = role(*two.plan, "kafka-broker");
  REQUIRE(model);
  REQUIRE(broker);
  CHECK(model->chosen->node.existing == "model");
  CHECK(broker->chosen->node.existing == "broker");
  CHECK_FALSE(search::misses_any(*model));
  REQUIRE(model->chosen->node.price_usd);
  CHECK(*model->chosen->node.price_usd > 1000);
}

TEST_CASE("machines that are too small are taken all the same, and said to miss") {
  const Proposed small =
      proposed("    model: {device: l40s, devices: 1, cores: 1 core, memory: 4 GiB, nic: 1 Gbit/s}\n");
  REQUIRE(small.plan);
  const auto* model = role(*small.plan, "llm:chat");
  REQUIRE(model);
  CHECK(search::misses_any(*model));
}

TEST_CASE("a device that nobody knows is refused with the one that was meant") {
  const Proposed wrong = proposed("    model: {device: l40ss, devices: 1}\n");
  CHECK_FALSE(wrong.plan);
  CHECK(render(wrong.diagnostics).find("l40s") != std::string::npos);
}
