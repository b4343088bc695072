// One role's search on a handful of made-up candidates: who may stay, who is best, and why the others went.
#include "../../../src/search/solve.hpp"

#include "support/catch.hpp"
#include "support/world.hpp"

using namespace rackfit;
using search::Axis;
using search::Candidate;
using search::RolePlan;

namespace {

const char* const toy_rules = R"(
inputs:
  wanted: {unit: "1", default: 4}
  size: {unit: "1"}
  draw: {unit: W}
  size_limit: {unit: "1", default: 100}
  most: {unit: "1", default: 100}
  site.used_nodes: {unit: "1", default: 0}
  role.nodes: {unit: "1"}
rules:
  toy.nodes: {unit: "1", formula: ceil(wanted / size)}
  role.power: {unit: W, formula: role.nodes * draw}
constraints:
  toy.small_enough: {require: size <= size_limit, because: "a size of {size} is over {size_limit}", family: size}
  toy.few_enough: {require: site.used_nodes + role.nodes <= most, because: "{role.nodes} nodes are more than {most}", family: count}
  toy.quiet: {require: draw <= 400 W, because: "{draw} is loud", family: noise}
)";

struct Row {
  std::optional<double> price;
  double size;
  double watts;
  std::string family;
};

struct Toy {
  RolePlan plan;
  Diagnostics diagnostics;

  explicit Toy(const std::vector<Row>& rows, const std::vector<std::pair<std::string, double>>& facts = {},
               int runners_up = 10, const search::SiteUse& used = {}) {
    auto rules = std::make_shared<rules::RuleSet>();
    static const auto tree = [] {
      Diagnostics parsing;
      return yaml::parse(std::make_shared<const SourceFile>("toy.yaml", toy_rules), parsing);
    }();
    rules->add(tree, 0, test::registry(), diagnostics);
    auto& problem = plan.problem;
    problem.nodes_rule = "toy.nodes";
    problem.natives = std::make_shared<const rules::NativeTable>();
    Axis size{"size", false, {}, {}}, draw{"draw", false, {}, {}};
    std::vector<std::string> families;
    for (const Row& row : rows) {
      search::Node node;
      node.price_usd = row.price;
      problem.nodes.push_back(node);
      size.numbers.push_back(row.size);
      draw.numbers.push_back(row.watts);
      families.push_back(row.family);
    }
    problem.axes = {size, draw};
    problem.family = [families](std::size_t i) { return families[i]; };
    for (const auto& [name, value] : facts) problem.facts.push_back({name, value, {}, false, {}});
    plan.program = rules::Program::compile(rules, "", problem.natives, test::registry(), diagnostics);
    INFO(render(diagnostics));
    REQUIRE(plan.program);
    static const search::Composer composer(test::built_in_catalog());
    search::solve(plan, composer, used, runners_up);
  }

  /// Families in the order of their rank.
  std::vector<std::string> ranking() const {
    std::vector<std::string> names;
    if (plan.chosen) names.push_back(plan.chosen->family);
    for (const Candidate& candidate : plan.runners_up) names.push_back(candidate.family);
    return names;
  }
  const search::Rejection* rejection(const std::string& family) const {
    for (const auto& each : plan.rejections) {
      if (each.family == family) return &each;
    }
    return nullptr;
  }
};

}  // namespace

TEST_CASE(
    "the cheapest comes first, then the fewest nodes, then the least power, then the earlier; unpriced come "
    "last") {
  const Toy toy({{100, 1, 10, "four nodes for 400"},
                 {150, 2, 10, "two nodes for 300"},
                 {300, 4, 10, "one node for 300"},
                 {{}, 4, 1, "no price"},
                 {300, 4, 5, "one cooler node for 300"},
                 {300, 4, 5, "the same, later"}});
  CHECK(toy.ranking() == std::vector<std::string>{"one cooler node for 300", "the same, later",
                                                  "one node for 300", "two nodes for 300",
                                                  "four nodes for 400", "no price"});
  CHECK(toy.plan.chosen->price_usd == 300);
  CHECK(toy.plan.chosen->nodes == 1);
  CHECK(toy.plan.chosen->power_w == 5);
  CHECK(toy.plan.runners_up[2].price_usd == 300);
  CHECK(toy.plan.runners_up[3].price_usd == 400);
  CHECK_FALSE(toy.plan.runners_up[4].price_usd);
  CHECK(toy.plan.looked_at == 6);
  CHECK(toy.plan.feasible == 6);
}

TEST_CASE("a family is shown once, by its best, and no more of them than were asked for") {
  const std::vector<Row> rows = {{10, 4, 1, "a"}, {11, 4, 1, "a"}, {12, 4, 1, "b"},
                                 {13, 4, 1, "c"}, {14, 4, 1, "b"}, {15, 4, 1, "d"}};
  CHECK(Toy(rows).ranking() == std::vector<std::string>{"a", "b", "c", "d"});
  CHECK(Toy(rows, {}, 2).ranking() == std::vector<std::string>{"a", "b", "c"});
  CHECK(Toy(rows, {}, 0).ranking() == std::vector<std::string>{"a"});
}

TEST_CASE("every refusal is counted, and told by the candidate that came nearest") {
  const Toy toy(
      {{10, 9, 500, "large and loud"}, {10, 8, 1, "large"}, {10, 2, 500, "loud"}, {10, 2, 1, "fine"}},
      {{"size_limit", 4}});
  CHECK(toy.ranking() == std::vector<std::string>{"fine"});
  CHECK(toy.plan.feasible == 1);
  const auto* size = toy.rejection("size");
  REQUIRE(size);
  CHECK(size->candidates == 2);
  CHECK(size->example_family == "large");  // it breaks this rule alone
  CHECK(size->because == "a size of 8 is over 4");
  const auto* noise = toy.rejection("noise");
  REQUIRE(noise);
  CHECK(noise->candidates == 2);
  CHECK(noise->because == "500 W is loud");
  CHECK_FALSE(toy.rejection("count"));
}

TEST_CASE("refusals come most candidates first") {
  const Toy toy({{10, 9, 500, "a"}, {10, 2, 500, "b"}, {10, 2, 500, "c"}, {10, 8, 1, "d"}},
                {{"size_limit", 4}});
  REQUIRE(toy.plan.rejections.size() == 2);
  CHECK(toy.plan.rejections[0].family == "noise");
  CHECK(toy.plan.rejections[1].family == "size");
}

TEST_CASE(
    "the smallest change that lets a candidate through is named when one input alone stands in its way") {
  const Toy toy({{10, 9, 1, "larger"}, {10, 8, 1, "large"}}, {{"size_limit", 4}});
  CHECK_FALSE(toy.plan.chosen);
  REQUIRE(toy.rejection("size"));
  CHECK(toy.rejection("size")->relaxation == "`size_limit` would have to be 8 instead of 4");
  SECTION("but not when the limit is part of the rule") {
    const Toy loud({{10, 4, 500, "loud"}});
    REQUIRE(loud.rejection("noise"));
    CHECK(loud.rejection("noise")->relaxation.empty());
  }
  SECTION("nor when something else stands in the way as well") {
    const Toy both({{10, 9, 500, "large and loud"}}, {{"size_limit", 4}});
    REQUIRE(both.rejection("size"));
    CHECK(both.rejection("size")->relaxation.empty());
  }
}

TEST_CASE("what other roles took of the site is not there any more") {
  const std::vector<Row> rows = {{10, 1, 1, "four nodes"}, {100, 4, 1, "one node"}};
  search::SiteUse used;
  CHECK(Toy(rows, {{"most", 5}}, 10, used).ranking() == std::vector<std::string>{"four nodes", "one node"});
  used.nodes = 2;
  const Toy toy(rows, {{"most", 5}}, 10, used);
  CHECK(toy.ranking() == std::vector<std::string>{"one node"});
  REQUIRE(toy.rejection("count"));
  CHECK(toy.rejection("count")->because == "4 nodes are more than 5");
}

TEST_CASE("no candidates, no plan") {
  const Toy toy({});
  CHECK_FALSE(toy.plan.chosen);
  CHECK(toy.plan.looked_at == 0);
  CHECK(toy.plan.rejections.empty());
}

TEST_CASE("more candidates than a block holds are all seen") {
  std::vector<Row> rows;
  for (int i = 0; i < 1000; ++i) rows.push_back({2000.0 - i, 4, 1, "row " + std::to_string(i)});
  const Toy toy(rows, {}, 2);
  CHECK(toy.plan.feasible == 1000);
  CHECK(toy.ranking() == std::vector<std::string>{"row 999", "row 998", "row 997"});
}
