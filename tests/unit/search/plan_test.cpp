// Whole plans on a small parts catalog and few devices: what must hold of any recommendation.
#include <cmath>
#include <set>

#include "rackfit/search/compose.hpp"
#include "support/planning.hpp"
#include "toy_parts.hpp"

using namespace rackfit;
using test::plan_of;

namespace {

const std::string kafka = "kafka: {ingress: 40 MB/s, retention: 2 d, combined_mode: true}\n";
const std::string chat =
    "llm:\n"
    "  chat: {model: Qwen2.5-7B, quantization: bf16, engine: vllm, concurrency: 8, prompt: 800, output: "
    "200,\n"
    "    targets: {ttft_p95: 3 s, tpot_p95: 80 ms}}\n";
const std::string two_devices = "site: {devices: [l4, l40s]}\n";

std::unique_ptr<test::Planned> toy_plan(const std::string& text,
                                        const std::vector<std::string>& settings = {}) {
  return plan_of(text, {settings, &*test::toy().catalog, 3});
}

double total_price(const search::Candidate& candidate) {
  REQUIRE(candidate.price_usd);
  return *candidate.price_usd;
}

int devices(const search::Candidate& candidate) {
  return static_cast<int>(candidate.nodes) * candidate.node.device_count;
}

const search::Rejection* rejection(const search::RolePlan& role, const std::string& family) {
  for (const auto& each : role.rejections) {
    if (each.family == family) return &each;
  }
  return nullptr;
}

/// Traces a finished node with its count and says whether every constraint holds: the search, done the slow
/// way.
bool holds(const search::RolePlan& role, std::size_t index, const search::Node& node,
           std::optional<double> nodes, double* count) {
  const rules::Program& program = *role.program;
  rules::TraceVm vm(role.program);
  const auto set = [&](const std::string& name, double value) {
    if (const auto slot = program.find(name)) vm.set(*slot, value);
  };
  for (const auto& fact : role.problem.facts)
    set(fact.name, fact.is_word ? program.intern(fact.word) : fact.number);
  for (const auto& [name, value] : search::node_inputs(node)) set(name, value);
  for (const auto& axis : role.problem.axes) {
    set(axis.name, axis.is_word ? program.intern(axis.words[index]) : axis.numbers[index]);
  }
  if (nodes) set("role.nodes", *nodes);
  vm.run();
  if (count) *count = vm.value(*program.find(role.problem.nodes_rule));
  for (const rules::Slot constraint : program.constraints()) {
    if (vm.value(constraint) == 0) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("no feasible broker node is cheaper than the recommended one") {
  const auto planned = toy_plan(kafka + "site: {max_nodes: 4}\n");
  const auto& chosen = planned->chosen("kafka-broker");
  const auto& role = planned->role("kafka-broker");
  std::int64_t feasible = 0;
  double cheapest = INFINITY;
  for (std::size_t i = 0; i < role.problem.nodes.size(); ++i) {
    const search::Node& node = role.problem.nodes[i];
    double count = 0;
    if (!holds(role, i, node, {}, &count) || !holds(role, i, node, count, nullptr)) continue;
    ++feasible;
    if (node.price_usd) cheapest = std::min(cheapest, *node.price_usd * count);
  }
  CHECK(feasible == role.feasible);
  CHECK(role.feasible > 1);
  CHECK(role.feasible < role.looked_at);
  CHECK(total_price(chosen) == cheapest);
}

TEST_CASE("runners-up cost no less than the recommendation, and hold every constraint too") {
  const auto planned = toy_plan(kafka + chat + two_devices);
  for (const auto& role : planned->plan->roles) {
    INFO(role.problem.role);
    REQUIRE(role.chosen);
    for (const auto& runner : role.runners_up) {
      CHECK(runner.family != role.chosen->family);
      if (runner.price_usd) CHECK(total_price(*role.chosen) <= *runner.price_usd);
      CHECK(holds(role, runner.index, runner.node, static_cast<double>(runner.nodes), nullptr));
    }
  }
}

TEST_CASE("the host of an accelerator holds what the rules ask of it") {
  const auto planned = toy_plan(chat + two_devices);
  const auto& node = planned->chosen("llm:chat").node;
  CHECK(node.cores >= planned->value("llm:chat", "host.cores"));
  CHECK(node.memory_bytes >= planned->value("llm:chat", "host.memory"));
  REQUIRE(node.disk);
  CHECK(node.disk->capacity_bytes * node.disk_count >= planned->value("llm:chat", "host.disk"));
  REQUIRE(node.nic);
  CHECK(node.nic->speed_bytes_per_s >= planned->value("llm:chat", "host.nic"));
}

TEST_CASE("machines that are there are used before anything is bought, as many as there are") {
  const std::string machines =
      "site:\n  existing:\n    old: {count: COUNT, cores: 32, memory: 128 GiB, disks: 4, disk_capacity: 8 "
      "TB, disk_write: 1 GB/s,\n"
      "      nic: 10 Gbit/s, use: kafka}\n";
  const auto with = [&](const std::string& count) {
    std::string text = machines;
    return toy_plan(kafka + text.replace(text.find("COUNT"), 5, count));
  };
  const auto enough = with("12");
  const auto& chosen = enough->chosen("kafka-broker");
  CHECK(chosen.node.existing == "old");
  CHECK(chosen.price_usd == 0);
  CHECK(chosen.nodes >= 3);
  const auto few = with("2");
  CHECK(few->chosen("kafka-broker").node.existing.empty());
  const auto* refused = rejection(few->role("kafka-broker"), "existing machines");
  for (const auto& each : few->role("kafka-broker").rejections) INFO(each.family << ": " << each.because);
  REQUIRE(refused);
  CHECK(refused->example_family == "existing old");
}

TEST_CASE("machines for models are left alone by brokers, and the other way round") {
  const auto planned = toy_plan(kafka +
                                "site:\n  existing:\n    gpu: {count: 20, device: l40s, devices: 1, cores: "
                                "32, memory: 128 GiB, disks: 4,\n"
                                "      disk_capacity: 8 TB, disk_write: 1 GB/s, nic: 10 Gbit/s, use: llm}\n");
  CHECK(planned->chosen("kafka-broker").node.existing.empty());
}

TEST_CASE("a site's list of devices and vendors binds") {
  CHECK(toy_plan(chat + "site: {devices: [l40s]}\n")->chosen("llm:chat").node.device->row.id == "l40s");
  CHECK(toy_plan(chat + "site: {devices: [L40S, NVIDIA L4]}\n")->chosen("llm:chat").node.device->row.id ==
        "l4");
  const auto amd = toy_plan(chat + "site: {vendors: amd}\n");
  CHECK_FALSE(amd->role("llm:chat").problem.nodes.empty());
  for (const auto& node : amd->role("llm:chat").problem.nodes) CHECK(node.device->vendor == "amd");
  const auto without = toy_plan(chat + "site: {exclude_devices: [l4]}\n");
  for (const auto& node : without->role("llm:chat").problem.nodes) CHECK(node.device->row.id != "l4");
  const auto unknown = toy_plan(chat + "site: {devices: [l40x]}\n");
  CHECK_FALSE(unknown->plan);
  CHECK_THAT(render(unknown->diagnostics),
             ContainsSubstring("unknown device `l40x`") && ContainsSubstring("did you mean"));
}

TEST_CASE("used devices are offered only to those who take them, announced and hosted ones to nobody") {
  const auto conditions = [](const std::string& site) {
    std::set<catalog::Availability> found;
    const auto planned = toy_plan(chat + site);
    for (const auto& node : planned->role("llm:chat").problem.nodes) {
      found.insert(node.device->availability);
      CHECK(node.device->form != catalog::DeviceForm::hosted);
    }
    return found;
  };
  using catalog::Availability;
  CHECK(conditions("") == std::set<Availability>{Availability::new_});
  CHECK(conditions("site: {condition: used}\n") == std::set<Availability>{Availability::used});
  CHECK(conditions("site: {condition: any}\n") ==
        std::set<Availability>{Availability::new_, Availability::used});
  CHECK(conditions("site: {devices: [rtx-4090]}\n") ==
        std::set<Availability>{Availability::used});  // asked for by name
}

TEST_CASE("a rack's power and a site's number of machines bind, and the plan says what would help") {
  const auto power = toy_plan(kafka + "site: {rack_power: 300 W}\n");
  CHECK_FALSE(power->role("kafka-broker").chosen);
  const auto* refused = rejection(power->role("kafka-broker"), "rack power");
  REQUIRE(refused);
  CHECK_THAT(refused->because, ContainsSubstring("the racks offer 300 W"));
  const auto count = toy_plan(kafka + "site: {max_nodes: 2}\n");
  CHECK_FALSE(count->role("kafka-broker").chosen);
  CHECK(rejection(count->role("kafka-broker"), "node count"));
  CHECK_FALSE(count->plan->feasible());
  CHECK(toy_plan(kafka + "site: {max_nodes: 40}\n")->plan->feasible());
}

TEST_CASE("later roles have what earlier ones leave") {
  const auto alone = toy_plan(kafka);
  const auto brokers = alone->chosen("kafka-broker").nodes;
  const std::string limit = "site: {devices: [l4, l40s], max_nodes: " + std::to_string(brokers) + "}\n";
  CHECK(toy_plan(kafka + limit)->plan->feasible());
  const auto both = toy_plan(kafka + chat + limit);
  CHECK(both->role("llm:chat").chosen);
  const auto& role = both->role("kafka-broker");
  if (role.chosen) CHECK(role.chosen->nodes + both->chosen("llm:chat").nodes <= brokers);
}

TEST_CASE("n+1 adds a spare, and never fewer machines than n") {
  const auto n = toy_plan(chat + two_devices, {"availability=n"});
  const auto spare = toy_plan(chat + two_devices, {"availability=n+1"});
  CHECK(n->chosen("llm:chat").nodes == 1);
  CHECK(spare->chosen("llm:chat").nodes == 2);
  CHECK(total_price(spare->chosen("llm:chat")) > total_price(n->chosen("llm:chat")));
}

TEST_CASE("more retention never makes a cluster cheaper, nor smaller on the same machines") {
  const std::string same_machines =
      "site:\n  existing:\n    box: {count: 100, cores: 16, memory: 64 GiB, disks: 4, disk_capacity: 4 TB, "
      "disk_write: 1 GB/s,\n"
      "      nic: 10 Gbit/s}\n";
  double price = 0;
  std::int64_t brokers = 0;
  for (const char* retention : {"1 h", "12 h", "1 d", "3 d", "7 d", "14 d"}) {
    INFO(retention);
    const std::string setting = std::string("kafka.retention=") + retention;
    const double next_price = total_price(toy_plan(kafka, {setting})->chosen("kafka-broker"));
    CHECK(next_price >= price);
    price = next_price;
    const auto existing = toy_plan(kafka + same_machines, {setting});
    const auto& chosen = existing->chosen("kafka-broker");
    REQUIRE(chosen.node.existing == "box");
    CHECK(chosen.nodes >= brokers);
    brokers = chosen.nodes;
  }
  CHECK(brokers > 3);
}

TEST_CASE("more people at once never need fewer devices, nor less money") {
  int cards = 0;
  double price = 0;
  for (const char* concurrency : {"1", "8", "32", "128", "512"}) {
    INFO(concurrency);
    const auto planned =
        toy_plan(chat + "site: {devices: [l40s]}\n", {std::string("llm.chat.concurrency=") + concurrency});
    const auto& chosen = planned->chosen("llm:chat");
    CHECK(devices(chosen) >= cards);
    CHECK(total_price(chosen) >= price);
    cards = devices(chosen);
    price = total_price(chosen);
  }
  CHECK(cards > 1);
}

TEST_CASE("an override in the workload changes the plan") {
  const auto plain = toy_plan(kafka);
  const auto roomy = toy_plan(kafka + "overrides: {kafka.disk_headroom: {value: 90 %, because: a test}}\n");
  CHECK(plain->value("kafka-broker", "kafka.disk_headroom") == Approx(0.3));
  CHECK(roomy->value("kafka-broker", "kafka.disk_headroom") == Approx(0.9));
  CHECK(total_price(roomy->chosen("kafka-broker")) > total_price(plain->chosen("kafka-broker")));
  REQUIRE(roomy->rules->overrides().size() == 1);
  CHECK(roomy->rules->overrides()[0].because == "a test");
}

TEST_CASE("a constraint of one's own removes candidates and is named") {
  const auto planned = toy_plan(chat + two_devices +
                                "constraints: {mine.no_l4: {require: 'device.power > 100 W', because: "
                                "\"{device.power} is too little\"}}\n");
  CHECK(planned->chosen("llm:chat").node.device->row.id == "l40s");
  const auto* refused = rejection(planned->role("llm:chat"), "mine.no_l4");
  REQUIRE(refused);
  CHECK(refused->because == "72 W is too little");
}

TEST_CASE("the same workload twice is the same plan") {
  const auto one = toy_plan(kafka + chat + two_devices);
  const auto two = toy_plan(kafka + chat + two_devices);
  for (std::size_t i = 0; i < one->plan->roles.size(); ++i) {
    const auto &a = one->plan->roles[i], &b = two->plan->roles[i];
    REQUIRE(a.chosen);
    REQUIRE(b.chosen);
    CHECK(a.chosen->index == b.chosen->index);
    CHECK(a.runners_up.size() == b.runners_up.size());
    for (std::size_t symbol = 0; symbol < a.chosen->trace->values().size(); ++symbol) {
      const double x = a.chosen->trace->values()[symbol], y = b.chosen->trace->values()[symbol];
      CHECK((x == y || (rules::is_not_applicable(x) && rules::is_not_applicable(y))));
    }
  }
}
