// Intervals from what the sources of coefficients leave open.
#include "rackfit/kafka/coefficients.hpp"

#include "brokers.hpp"

using namespace rackfit;
using kafka::Interval;

namespace {

struct Toy {
  Diagnostics diagnostics;
  std::shared_ptr<const yaml::Tree> tree;
  std::shared_ptr<rules::RuleSet> set = std::make_shared<rules::RuleSet>();
  std::shared_ptr<const rules::Program> program;

  explicit Toy(const std::string& text) {
    tree = yaml::parse(std::make_shared<const SourceFile>("r.yaml", text), diagnostics);
    REQUIRE(tree);
    set->add(tree, 0, test::registry(), diagnostics);
    if (diagnostics.has_errors()) return;
    program = rules::Program::compile(set, "", std::make_shared<const rules::NativeTable>(), test::registry(),
                                      diagnostics);
  }
  rules::Slot slot(const char* name) const { return *program->find(name); }
};

const char* const text =
    "inputs:\n"
    "  rate: {unit: \"1\", default: 20, range: {low: 10, high: 40}}\n"
    "  tax: {unit: \"1\", default: 2, range: {low: 1, high: 3}}\n"
    "  other: {unit: \"1\", default: 5, range: {low: 4, high: 6}}\n"
    "  load: {unit: \"1\", default: 80}\n"
    "rules:\n"
    "  need: {unit: \"1\", formula: load * tax / rate}\n"
    "  count: {unit: \"1\", formula: \"ceil(max(load / 8, need))\"}\n"
    "  each: {unit: \"1\", formula: need / count}\n"
    "  absent: {unit: \"1\", formula: need, applies_if: load > 1000}\n";

}  // namespace

TEST_CASE("low and high put every coefficient at its better and its worse end") {
  const Toy toy(text);
  REQUIRE(toy.program);
  const rules::TraceVm state(toy.program);
  const Interval need = kafka::interval(state, toy.slot("need"));
  CHECK(need.low == 80.0 * 1 / 40);
  CHECK(need.value == 80.0 * 2 / 20);
  CHECK(need.high == 80.0 * 3 / 10);
  CHECK(kafka::open_inputs(*toy.program, toy.slot("need")).size() == 2);
}

TEST_CASE("coefficients that matter only together are seen, though each alone changes nothing") {
  const Toy toy(text);
  rules::TraceVm state(toy.program);
  const Interval count = kafka::interval(state, toy.slot("count"));
  CHECK(count.low == 10);
  CHECK(count.value == 10);
  CHECK(count.high == 24);  // tax alone gives 12, rate alone 16
}

TEST_CASE("a pinned count stays what was chosen") {
  const Toy toy(text);
  const rules::TraceVm state(toy.program);
  const kafka::Setting pin{toy.slot("count"), 10};
  const Interval each = kafka::interval(state, toy.slot("each"), {&pin, 1});
  CHECK(each.value == Approx(0.8));
  CHECK(each.high == Approx(2.4));
}

TEST_CASE("a coefficient that somebody gave is not open") {
  const Toy toy(text);
  rules::TraceVm state(toy.program);
  state.set(toy.slot("rate"), 25);
  const Interval need = kafka::interval(state, toy.slot("need"));
  CHECK(need.low == Approx(80.0 * 1 / 25));
  CHECK(need.high == Approx(80.0 * 3 / 25));
}

TEST_CASE("not applicable has no interval") {
  const Toy toy(text);
  CHECK(rules::is_not_applicable(kafka::interval(rules::TraceVm(toy.program), toy.slot("absent")).value));
}

TEST_CASE("ranges are checked when rules are compiled") {
  const auto problem = [](const std::string& input) {
    return render(Toy("inputs: {a: " + input + "}\n").diagnostics);
  };
  CHECK_THAT(problem("{unit: B, default: 5 B, range: {low: 6 B, high: 7 B}}"),
             ContainsSubstring("RF0324") && ContainsSubstring("the default is not within it"));
  CHECK_THAT(problem("{unit: B, default: 5 B, range: {low: 1 s, high: 7 B}}"), ContainsSubstring("RF0324"));
  CHECK_THAT(problem("{unit: B, default: 5 B, range: {low: 1 B}}"),
             ContainsSubstring("a range needs `low` and `high`"));
  CHECK_THAT(problem("{unit: B, range: {low: 1 B, high: 2 B}}"), ContainsSubstring("RF0317"));
  CHECK_THAT(problem("{type: boolean, default: true, range: {low: 1, high: 2}}"),
             ContainsSubstring("RF0317"));
  CHECK_THAT(problem("{unit: B, default: 5 B, range: {low: 1 B, hi: 7 B}}"),
             ContainsSubstring("unknown key `hi` in a range"));
  CHECK(problem("{unit: B, default: 5 B, range: {low: 1 B, high: 7 B}}").empty());
}

TEST_CASE("a user's own value has no range of ours") {
  Toy toy(text);
  const auto tree = yaml::parse(std::make_shared<const SourceFile>("w.yaml", "rate: 30\n"), toy.diagnostics);
  toy.set->add_overrides(tree, tree->root(), test::registry(), toy.diagnostics);
  const auto program = rules::Program::compile(toy.set, "", std::make_shared<const rules::NativeTable>(),
                                               test::registry(), toy.diagnostics);
  REQUIRE(program);
  CHECK_FALSE(program->symbol(*program->find("rate")).range);
  CHECK(program->symbol(*program->find("tax")).range);
}

TEST_CASE("the coefficients that vendors disagree on have ranges") {
  for (const char* name : {"kafka.cpu_rate", "kafka.read_weight", "kafka.tls_factor", "kafka.codec_factor",
                           "kafka.disk_target", "kafka.measured.cpu_rate", "kafka.measured.disk_share"}) {
    INFO(name);
    REQUIRE(test::brokers()->find(name));
    CHECK(test::brokers()->symbol(*test::brokers()->find(name)).range);
  }
}
