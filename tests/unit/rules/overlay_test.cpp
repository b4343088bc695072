// Several rule files together: roles, the user's own rules, overrides of values.
#include "fixture.hpp"
#include "support/catch.hpp"

using namespace rackfit;
using namespace rackfit::rules;
using rackfit::rules::test::Rules;

namespace {

const std::string ours =
    "inputs:\n  k.headroom: {unit: \"1\", default: 20 %}\n  k.size: {unit: B, default: 1 TB}\n"
    "rules:\n  k.disk: {unit: B, formula: k.size * (1 + k.headroom), cap: 100 TB}\n"
    "constraints:\n  k.fits: {require: k.disk < 2 TB}\n";

std::string value(const std::shared_ptr<const Program>& program, const std::string& name) {
  TraceVm trace(program);
  trace.run();
  return program->print(*program->find(name), trace.value(*program->find(name)));
}

}  // namespace

TEST_CASE("a user's file adds rules of its own") {
  Rules rules(ours);
  rules.add(
      "rules: {policy.half: {unit: B, formula: k.disk / 2}}\nconstraints: {policy.small: {require: "
      "policy.half < 1 TB}}\n",
      1);
  const auto program = rules.compile();
  INFO(rules.problems());
  REQUIRE(program);
  CHECK(rules.set->overrides().empty());
  CHECK(value(program, "policy.small") == "true");
}

TEST_CASE("a user's rule replaces ours, and the replacement is remembered") {
  Rules rules(ours);
  rules.add("rules: {k.disk: {unit: B, formula: k.size * 3}}\n", 1);
  const auto program = rules.compile();
  REQUIRE(program);
  CHECK(value(program, "k.disk") == "3 TB");
  CHECK(value(program, "k.fits") == "false");
  REQUIRE(rules.set->overrides().size() == 1);
  const Override& change = rules.set->overrides()[0];
  CHECK(change.name == "k.disk");
  CHECK(change.was == "k.size * (1 + k.headroom)");
  CHECK(change.is == "k.size * 3");
  CHECK(file_line(change.was_span) == "rules.yaml:5");
  CHECK(file_line(change.span) == "mine.yaml:1");
}

TEST_CASE("what was an input may become a rule") {
  Rules rules(ours);
  rules.add("rules: {k.headroom: {unit: \"1\", formula: 'k.size > 500 GB ? 50 % : 10 %'}}\n", 1);
  const auto program = rules.compile();
  INFO(rules.problems());
  REQUIRE(program);
  CHECK(value(program, "k.disk") == "1.5 TB");
  CHECK(rules.set->overrides().at(0).was == "20 %");
}

TEST_CASE("a workload overrides a default or a formula by a value") {
  Rules rules(ours);
  rules.override_with(
      "overrides:\n  k.headroom: 40 %\n  k.fits: {value: \"true\", because: we know better}\n");
  const auto program = rules.compile();
  REQUIRE(program);
  CHECK(value(program, "k.disk") == "1.4 TB");
  REQUIRE(rules.set->overrides().size() == 2);
  CHECK(rules.set->overrides()[0].was == "20 %");
  CHECK(rules.set->overrides()[0].is == "40 %");
  CHECK(rules.set->overrides()[1].because == "we know better");
  CHECK(rules.set->inputs()[0].overridden);
}

TEST_CASE("an overridden rule loses table and bounds, and keeps its unit") {
  Rules rules(ours);
  rules.override_with("overrides: {k.disk: 200 TB}\n");
  CHECK(value(rules.compile(), "k.disk") == "200 TB");
  Rules wrong(ours);
  wrong.override_with("overrides: {k.disk: 200 s}\n");
  CHECK_FALSE(wrong.compile());
}

TEST_CASE("a workload carries rules inline") {
  Rules rules(ours);
  const auto tree = test::tree_of(
      "w.yaml", "name: w\nkafka: {}\nrules: {policy.x: {unit: B, formula: k.disk}}\n", rules.diagnostics);
  rules.set->add_inline(tree, tree->root(), 1, test::registry(), rules.diagnostics);
  CHECK(value(rules.compile(), "policy.x") == "1.2 TB");
}

TEST_CASE("each role has its own rules and those of every role that can be said there") {
  Rules rules(
      "role: kafka-broker\ninputs: {k.n: {unit: \"1\", default: 3}}\nrules: {node.cost: {unit: USD, formula: "
      "k.n * 1 USD}}\n");
  rules.add("role: llm\nrules: {node.cost: {unit: USD, formula: 7 USD}}\n");
  rules.add(
      "constraints: {policy.cheap: {require: node.cost < 5 USD}, policy.many: {require: k.n > 2}}\nrules: "
      "{twice: {unit: \"1\", formula: k.n * 2}}\n"
      "advice: {more: {when: twice > 1, say: x}}\n",
      1);
  const auto broker = rules.compile("kafka-broker");
  const auto llm = rules.compile("llm");
  INFO(rules.problems());
  REQUIRE(broker);
  REQUIRE(llm);
  CHECK(value(broker, "policy.cheap") == "true");
  CHECK(value(llm, "policy.cheap") == "false");
  CHECK(value(broker, "policy.many") == "true");
  CHECK(value(broker, "more") == "true");
  CHECK_FALSE(llm->find("policy.many"));
  CHECK_FALSE(llm->find("twice"));
  CHECK_FALSE(llm->find("more"));
  CHECK(rules.set->roles() == std::vector<std::string>{"kafka-broker", "llm"});
}

TEST_CASE("a user's rule without a role replaces each role's") {
  Rules rules("role: a\nrules: {cost: {unit: \"1\", formula: 1}}\n");
  rules.add("role: b\nrules: {cost: {unit: \"1\", formula: 2}}\n");
  rules.add("rules: {cost: {unit: \"1\", formula: 3}}\n", 1);
  CHECK(value(rules.compile("a"), "cost") == "3");
  CHECK(value(rules.compile("b"), "cost") == "3");
  CHECK(rules.set->overrides().size() == 2);
}

TEST_CASE("examples run with what they give, other rules included") {
  Rules rules(
      "inputs: {n: {unit: \"1\"}, m: {unit: \"1\", default: 2}}\n"
      "rules:\n"
      "  a: {unit: \"1\", formula: n * m, examples: [{given: {n: 3}, expect: 6}, {given: {n: 3, m: 1}, "
      "expect: 4}, {expect: 1}]}\n"
      "  b: {unit: \"1\", formula: a / 3, examples: [{given: {a: 1}, expect: 0.33, margin: 2 %}, {given: {a: "
      "not applicable}, expect: not applicable}]}\n"
      "constraints: {c: {require: a < 5, examples: [{given: {a: 4}, expect: true}, {given: {a: 5}, expect: "
      "false}]}}\n");
  const auto results = run_examples(rules.set, rules.natives, test::registry(), rules.diagnostics);
  INFO(rules.problems());
  REQUIRE(results.size() == 7);
  CHECK(results[0].passed);
  CHECK_FALSE(results[1].passed);
  CHECK(results[1].expected == "4");
  CHECK(results[1].actual == "3");
  CHECK_FALSE(results[2].passed);
  CHECK(results[2].actual == "not applicable (without a value: n)");
  for (std::size_t i = 3; i < results.size(); ++i) CHECK(results[i].passed);
  CHECK(file_line(results[1].span) == "rules.yaml:3");
}

TEST_CASE("the word of a counted thing may be left out of a value") {
  Rules rules("inputs: {k.n: {unit: node, default: 3}}\nrules: {k.m: {unit: node, formula: k.n + 1 node}}\n");
  CHECK(value(rules.compile(), "k.m") == "4 node");
  rules.override_with("overrides: {k.m: 7}\n");
  CHECK(value(rules.compile(), "k.m") == "7 node");
}
