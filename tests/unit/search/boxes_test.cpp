// Services that share nodes: less money, the same targets, and nothing counted twice.
#include "../../../src/search/boxes.hpp"

#include "support/planning.hpp"
#include "toy_parts.hpp"

using namespace rackfit;
using test::plan_of;

namespace {

std::string services(const std::string& more = {}) {
  return "availability: n+1\n"
         "llm:\n"
         "  chat: {model: Qwen2.5-7B, quantization: bf16, engine: vllm, concurrency: 8, prompt: 800, output: "
         "200,\n"
         "    targets: {ttft_p95: 3 s, tpot_p95: 80 ms}}\n"
         "  code: {model: Qwen2.5-1.5B, quantization: bf16, engine: vllm, concurrency: 4, prompt: 500, "
         "output: 50,\n"
         "    targets: {e2e_p95: 5 s}}\n"
         "embedding:\n"
         "  search: {model: bge-m3, documents_per_second: 20 document/s, tokens_per_document: 300, "
         "latency_p95: 500 ms}\n" +
         more;
}

std::unique_ptr<test::Planned> planned(const std::string& text, const std::string& layout,
                                       search::Objective objective = search::Objective::capex) {
  test::PlanOptions options;
  options.catalog = &*test::toy().catalog;
  options.settings = {"site.layout=" + layout};
  options.objective = objective;
  return plan_of(text + "site: {devices: [l4, l40s]}\n", options);
}

search::SiteUse use_of(const search::Plan& plan) {
  search::SiteUse sum;
  for (const auto& role : plan.roles) sum += search::use_of(role);
  return sum;
}

}  // namespace

TEST_CASE("services that share nodes cost less than apart, and each still holds all its constraints") {
  const auto apart = planned(services(), "separate"), shared = planned(services(), "shared");
  CHECK(use_of(*shared->plan).price_usd < use_of(*apart->plan).price_usd);
  CHECK(use_of(*shared->plan).nodes <= use_of(*apart->plan).nodes);
  int guests = 0;
  for (const auto& role : shared->plan->roles) {
    INFO(role.problem.role);
    REQUIRE(role.chosen);
    for (const rules::Slot constraint : role.program->constraints())
      CHECK(role.chosen->trace->value(constraint) != 0);
    if (role.problem.shared_with.empty()) continue;
    ++guests;
    const auto& host = shared->chosen(role.problem.shared_with);
    CHECK_FALSE(role.chosen->price_usd);
    CHECK(role.chosen->node.platform == host.node.platform);
    CHECK(role.chosen->nodes <= host.nodes);
    CHECK(role.chosen->devices() + host.devices() <= host.node.device_count);
  }
  CHECK(guests > 0);
}

TEST_CASE("a shared node holds the accelerators and the host needs of all that stand on it") {
  const auto shared = planned(services(), "shared");
  std::map<std::string, std::vector<const search::RolePlan*>> boxes;
  for (const auto& role : shared->plan->roles) {
    boxes[role.problem.shared_with.empty() ? role.problem.role : role.problem.shared_with].push_back(&role);
  }
  for (const auto& [host, roles] : boxes) {
    if (roles.size() < 2) continue;
    int devices = 0;
    double memory = 0, power = 0;
    const search::Node& node = shared->chosen(host).node;
    for (const auto* role : roles) {
      devices += role->chosen->devices();
      memory += role->chosen->trace->value(*role->program->find("host.memory"));
      // Whoever asks, a node draws what it draws.
      const double wall = role->chosen->trace->value(*role->program->find("node.power_wall"));
      if (power > 0) CHECK(wall == Approx(power));
      power = wall;
    }
    CHECK(devices == node.device_count);
    CHECK(memory <= node.memory_bytes);
    CHECK(power > devices * *node.device->power_w);
  }
}

TEST_CASE("nodes are shared only where that is better by what the plan aims at") {
  for (const auto objective : search::objectives()) {
    if (objective == search::Objective::cost) continue;  // needs a market
    INFO(search::to_string(objective));
    const auto apart = planned(services(), "separate", objective),
               shared = planned(services(), "shared", objective);
    const auto a = use_of(*apart->plan), b = use_of(*shared->plan);
    if (objective == search::Objective::capex) CHECK(b.price_usd <= a.price_usd);
    if (objective == search::Objective::power) CHECK(b.power_w <= a.power_w);
    if (objective == search::Objective::nodes) CHECK(b.nodes <= a.nodes);
    if (objective != search::Objective::latency) continue;
    for (const auto& role : apart->plan->roles) {
      CHECK(*shared->chosen(role.problem.role).latency_s <= *role.chosen->latency_s * (1 + 1e-9));
    }
  }
}

TEST_CASE("brokers move in only when that is no dearer than nodes of their own") {
  const std::string kafka = "kafka: {ingress: 5 MB/s, retention: 1 d, combined_mode: true}\n";
  const auto apart = planned(services(kafka), "separate"), shared = planned(services(kafka), "shared");
  CHECK(use_of(*shared->plan).price_usd <= use_of(*apart->plan).price_usd);
  const auto& brokers = shared->role("kafka-broker");
  REQUIRE(brokers.chosen);
  if (brokers.problem.shared_with.empty()) {
    CHECK_FALSE(brokers.note.empty());
  } else {
    CHECK(shared->chosen(brokers.problem.shared_with).nodes >= brokers.chosen->nodes);
    CHECK(shared->chosen(brokers.problem.shared_with).node.platform == brokers.chosen->node.platform);
  }
}

TEST_CASE("what the whole site may take is held once the services share their nodes") {
  const auto nodes = static_cast<int>(use_of(*planned(services(), "shared")->plan).nodes);
  REQUIRE(nodes < static_cast<int>(use_of(*planned(services(), "separate")->plan).nodes));
  const auto capped = [&](const std::string& layout, int most) {
    test::PlanOptions options;
    options.catalog = &*test::toy().catalog;
    options.settings = {"site.layout=" + layout, "site.max_nodes=" + std::to_string(most)};
    return plan_of(services() + "site: {devices: [l4, l40s]}\n", options);
  };
  CHECK(capped("shared", nodes)->plan->feasible());
  CHECK_FALSE(capped("separate", nodes)->plan->feasible());
  const auto too_few = capped("shared", nodes - 1);
  CHECK_FALSE(too_few->plan->feasible());
  double taken = 0;
  bool told = false;
  for (const auto& role : too_few->plan->roles) {
    taken += search::use_of(role).nodes;
    for (const auto& rejection : role.rejections) told = told || rejection.family == "node count";
  }
  CHECK(taken <= nodes - 1);
  CHECK(told);
}

TEST_CASE("whatever the aim, what can be had for a budget on shared nodes is had") {
  const std::string kafka = "kafka: {ingress: 1 MB/s, replication: 1, combined_mode: true}\n";
  const auto least = static_cast<long long>(use_of(*planned(services(kafka), "shared")->plan).price_usd) + 1;
  for (const auto objective : search::objectives()) {
    if (objective == search::Objective::cost) continue;  // needs a market
    INFO(search::to_string(objective));
    test::PlanOptions options;
    options.catalog = &*test::toy().catalog;
    options.settings = {"site.layout=shared", "site.budget=" + std::to_string(least) + " USD"};
    options.objective = objective;
    const auto tight = plan_of(services(kafka) + "site: {devices: [l4, l40s]}\n", options);
    REQUIRE(tight->plan);
    CHECK(tight->plan->feasible());
    CHECK(use_of(*tight->plan).price_usd <= static_cast<double>(least));
    if (tight->plan->objective != objective) CHECK_FALSE(tight->plan->roles.front().note.empty());
  }
}

TEST_CASE("services apart are not touched by the other's layout") {
  const auto apart = planned(services(), "separate");
  for (const auto& role : apart->plan->roles) {
    CHECK(role.problem.shared_with.empty());
    CHECK(role.chosen->devices() == role.chosen->node.device_count);
  }
}
