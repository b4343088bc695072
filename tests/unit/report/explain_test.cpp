// A derivation is the trace written out: every figure in it is the one that was reckoned.
#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "rackfit/report/build.hpp"
#include "support/planning.hpp"

using namespace rackfit;
using report::Explanation;

namespace {

const std::string profile =
    "llm:\n"
    "  chat: {model: Qwen2.5-7B, quantization: bf16, engine: vllm, concurrency: 8, prompt: 800, output: "
    "200}\n"
    "  mail: {model: Qwen2.5-14B, quantization: bf16, engine: vllm, rate: 1 /s}\n"
    "kafka: {ingress: 20 MB/s}\n"
    "site: {devices: [l40s]}\n";

const test::Planned& demo() {
  static const auto planned = test::plan_of(profile);
  return *planned;
}

std::vector<Explanation> explain(const std::string& quantity, int depth = 20,
                                 const std::optional<std::string>& role = {}) {
  INFO(render(demo().diagnostics));
  REQUIRE(demo().plan);
  std::vector<std::string> known;
  return report::explain(*demo().plan, quantity, role, depth, known);
}

void walk(const Explanation& node, const std::function<void(const Explanation&)>& visit) {
  visit(node);
  for (const auto& input : node.inputs) walk(input, visit);
}

int height(const Explanation& node) {
  int deepest = 0;
  for (const auto& input : node.inputs) deepest = std::max(deepest, height(input));
  return deepest + 1;
}

}  // namespace

TEST_CASE("every figure of a derivation is the trace's, printed as the rules print it") {
  int figures = 0;
  for (const char* quantity :
       {"kafka.nic_out", "kafka.brokers", "llm.chat.nodes", "llm.mail.replicas", "node.power_wall"}) {
    INFO(quantity);
    const auto trees = explain(quantity);
    REQUIRE_FALSE(trees.empty());
    for (const auto& tree : trees) {
      walk(tree, [&](const Explanation& node) {
        INFO(node.role << " " << node.name);
        const auto& role = demo().role(node.role);
        const auto slot = role.program->find(node.name);
        REQUIRE(slot);
        const double value = role.chosen->trace->value(*slot);
        CHECK(node.value == role.program->print(*slot, value));
        if (node.number) CHECK(*node.number == value);
        CHECK_FALSE(node.title.empty());
        CHECK_FALSE(node.origin.empty());
        ++figures;
      });
    }
  }
  CHECK(figures > 50);
}

TEST_CASE(
    "a rule shows its formula, the same with values, its place and its source; its inputs are what it read") {
  walk(explain("kafka.nic_out").at(0), [](const Explanation& node) {
    INFO(node.name);
    const auto& role = demo().role(node.role);
    const auto slot = *role.program->find(node.name);
    if (role.program->symbol(slot).origin == rules::Symbol::Origin::input) {
      CHECK(node.formula.empty());
      CHECK(node.inputs.empty());
      return;
    }
    CHECK_FALSE(node.formula.empty());
    CHECK_FALSE(node.substituted.empty());
    CHECK_THAT(node.origin, ContainsSubstring("rule at rules/"));
    CHECK_FALSE(node.source.empty());
    if (!node.shown_above) CHECK(node.inputs.size() == role.chosen->trace->trace(slot).reads.size());
  });
}

TEST_CASE("a derivation is written out once, and later only named") {
  std::set<std::string> written;
  walk(explain("kafka.brokers").at(0), [&](const Explanation& node) {
    if (node.inputs.empty()) return;
    INFO(node.name);
    CHECK(written.insert(node.name).second);
    CHECK_FALSE(node.shown_above);
  });
}

TEST_CASE("depth is the number of levels below") {
  CHECK(height(explain("kafka.nic_out", 0).at(0)) == 1);
  CHECK(height(explain("kafka.nic_out", 1).at(0)) == 2);
  CHECK(height(explain("kafka.nic_out", 2).at(0)) == 3);
}

TEST_CASE("inputs say where they come from: the workload's line, a default's, or the catalog") {
  std::map<std::string, std::string> origins;
  for (const char* quantity : {"kafka.brokers", "llm.chat.nodes", "node.power_wall"}) {
    for (const auto& tree : explain(quantity)) {
      walk(tree, [&](const Explanation& node) { origins[node.role + " " + node.name] = node.origin; });
    }
  }
  CHECK(origins["kafka-broker kafka.ingress"] == "w.yaml:4");
  CHECK(origins["llm:chat llm.concurrency"] == "w.yaml:2");
  CHECK_THAT(origins["kafka-broker kafka.replication"],
             ContainsSubstring("default at rules/kafka-broker.yaml:"));
  CHECK(origins["llm:chat device.power"] == "catalog: l40s.power");
}

TEST_CASE("a service's name picks its figures; without one all roles that have the figure answer") {
  const auto one = explain("llm.mail.nodes", 0);
  REQUIRE(one.size() == 1);
  CHECK(one[0].role == "llm:mail");
  CHECK(one[0].name == "llm.nodes");
  const auto both = explain("llm.nodes", 0);
  REQUIRE(both.size() == 2);
  CHECK(both[0].role == "llm:chat");
  CHECK(both[1].role == "llm:mail");
  CHECK(explain("node.power_wall", 0).size() == 4);  // two services, brokers, controllers
  CHECK(explain("node.power_wall", 0, "kafka-broker").size() == 1);
  CHECK(explain("node.power_wall", 0, "llm").size() == 2);
}

TEST_CASE("an unknown figure explains nothing, and the known ones are named") {
  std::vector<std::string> known;
  CHECK(report::explain(*demo().plan, "kafka.nick_out", {}, 3, known).empty());
  CHECK(std::find(known.begin(), known.end(), "kafka.nic_out") != known.end());
  CHECK(std::is_sorted(known.begin(), known.end()));
  CHECK(explain("llm.nobody.nodes").empty());
  CHECK(explain("").empty());
}
