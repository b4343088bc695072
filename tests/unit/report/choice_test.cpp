// What a plan was chosen by, in the report: aims, fronts, budgets, and nodes that several roles stand on.
#include <set>

#include "rackfit/report/build.hpp"
#include "rackfit/report/csv.hpp"
#include "rackfit/report/json.hpp"
#include "rackfit/report/markdown.hpp"
#include "rackfit/report/table.hpp"
#include "support/planning.hpp"

using namespace rackfit;
using search::Objective;
using test::plan_of;

namespace {

const std::string chat =
    "llm:\n"
    "  chat: {model: Qwen2.5-7B, quantization: bf16, engine: vllm, concurrency: 8, prompt: 800, output: "
    "200,\n"
    "    targets: {ttft_p95: 3 s, tpot_p95: 80 ms}}\n";
const std::string more =
    "  more: {model: Qwen2.5-7B, quantization: bf16, engine: vllm, concurrency: 4, prompt: 800, output: "
    "100,\n"
    "    targets: {ttft_p95: 3 s}}\n";

struct Reported {
  std::unique_ptr<test::Planned> planned;
  report::Plan report;

  explicit Reported(const std::string& text, Objective objective = Objective::capex, bool pareto = false) {
    test::PlanOptions options;
    options.objective = objective;
    options.pareto = pareto;
    planned = plan_of(text, options);
    INFO(render(planned->diagnostics));
    REQUIRE(planned->plan);
    report = report::build(*planned->plan, {"demo.yaml", "9.9.9", 3});
  }
  std::string table() const { return report::write_table({report}, {}); }
};

std::string site(const std::string& rest) { return "site: {devices: [l4, l40s], " + rest + "}\n"; }

}  // namespace

TEST_CASE("the usual aim is not spoken of, another one is, with what was least") {
  const Reported usual(chat + site("currency: USD")), quick(chat + site("currency: USD"), Objective::latency);
  CHECK(usual.report.objective == "capex");
  CHECK(usual.report.aim.empty());
  CHECK(usual.report.roles[0].chosen_because.empty());
  CHECK_THAT(usual.table(), !ContainsSubstring("Chosen by"));
  CHECK(quick.report.objective == "latency");
  CHECK_THAT(quick.table(), ContainsSubstring("Chosen by latency"));
  CHECK_THAT(quick.report.roles[0].chosen_because, ContainsSubstring("least time of a whole answer (p95):"));
  for (const auto& runner : quick.report.roles[0].runners_up) {
    CHECK_THAT(runner.lost_because, ContainsSubstring("takes ") && ContainsSubstring("instead of"));
  }
  CHECK_THAT(report::write_json(std::vector<report::Plan>{quick.report}),
             ContainsSubstring("\"objective\": \"latency\""));
}

TEST_CASE("running costs that nobody could reckon are not passed off as the reason") {
  const Reported without_market(chat + site("currency: USD"), Objective::cost);
  CHECK_THAT(without_market.report.roles[0].chosen_because, ContainsSubstring("the purchase price decided"));
}

TEST_CASE("the front stands in every format when it was asked for, and in none otherwise") {
  const Reported asked(chat + site("currency: USD"), Objective::capex, true),
      not_asked(chat + site("currency: USD"));
  CHECK(not_asked.report.roles[0].front.empty());
  const auto& front = asked.report.roles[0].front;
  REQUIRE(front.size() > 1);
  CHECK(std::count_if(front.begin(), front.end(), [](const report::Trade& row) { return row.chosen; }) == 1);
  CHECK(front.front().chosen);  // cheapest first
  const std::vector<report::Plan> plans{asked.report};
  for (const std::string& text : {report::write_table(plans, {}), report::write_markdown(plans)}) {
    CHECK_THAT(text,
               ContainsSubstring("beats one of these in price, time of a whole answer (p95) and peak power"));
  }
  CHECK_THAT(report::write_json(plans),
             ContainsSubstring("\"pareto\": [\n") && ContainsSubstring("\"latency_s\""));
  CHECK_THAT(report::write_csv(plans), ContainsSubstring(",pareto,1,price,"));
}

TEST_CASE("a plan within a budget says what is spent of it, in the budget's currency") {
  const Reported planned(chat + site("budget: 400000 CNY"));
  CHECK_THAT(planned.report.totals.price_note,
             ContainsSubstring("of a budget of CNY\u00A0400,000") && ContainsSubstring("CNY per USD"));
  REQUIRE(planned.report.totals.price);
  CHECK(planned.report.totals.price->currency == "CNY");
  CHECK_THAT(Reported(chat + site("budget: 60000 USD, currency: CNY")).report.totals.price_note,
             ContainsSubstring("of a budget of USD\u00A060,000"));
}

TEST_CASE("nodes that several roles stand on are bought and counted once") {
  const Reported shared(chat + more + site("layout: shared"));
  const auto& roles = shared.report.roles;
  REQUIRE(roles.size() == 2);
  const report::Role* guest = nullptr;
  for (const auto& role : roles) {
    if (!role.shares_nodes_with.empty()) guest = &role;
  }
  REQUIRE(guest);
  const report::Role& host = &roles[0] == guest ? roles[1] : roles[0];
  CHECK(guest->shares_nodes_with == host.role);
  CHECK(guest->configuration.parts.empty());
  CHECK_FALSE(guest->price);
  CHECK_FALSE(guest->configuration.power_w);
  REQUIRE(host.price);
  REQUIRE(shared.report.totals.price);
  CHECK(shared.report.totals.price->amount == host.price->amount);
  CHECK(shared.report.totals.nodes == host.nodes);
  CHECK(*shared.report.totals.power_w ==
        Approx(*host.configuration.power_w * static_cast<double>(host.nodes)));
  CHECK_THAT(shared.table(), ContainsSubstring("on the nodes of `" + host.role + "`"));
  CHECK_FALSE(guest->targets.empty());
}

TEST_CASE("machines that are there and too few for a role are told to stay free") {
  const Reported planned(
      "availability: n+1\n" + chat +
      "site:\n  devices: [l40s]\n  existing:\n    old: {count: 1, device: l40s, devices: 1, cores: 32, "
      "memory: 128 GiB, disks: 4,\n      disk_capacity: 8 TB, disk_write: 1 GB/s, nic: 10 Gbit/s, use: "
      "llm}\n");
  CHECK(planned.planned->chosen("llm:chat").node.existing.empty());
  const auto& advice = planned.report.advice;
  const auto found = std::find_if(advice.begin(), advice.end(),
                                  [](const auto& item) { return item.id == "existing_too_few"; });
  REQUIRE(found != advice.end());
  CHECK_THAT(found->message,
             ContainsSubstring("existing old: 2 machines of this kind are needed and 1 are there") &&
                 ContainsSubstring("these stay free"));
}
