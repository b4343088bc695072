// What a whole plan is chosen by: aims, a budget, a cap on power, and machines that are there only once.
#include <cmath>

#include "rackfit/catalog/library.hpp"
#include "support/planning.hpp"
#include "toy_parts.hpp"

using namespace rackfit;
using search::Objective;
using test::plan_of;

namespace {

const std::string kafka = "kafka: {ingress: 40 MB/s, retention: 2 d, combined_mode: true}\n";
const std::string chat =
    "llm:\n"
    "  chat: {model: Qwen2.5-7B, quantization: bf16, engine: vllm, concurrency: 8, prompt: 800, output: "
    "200,\n"
    "    targets: {ttft_p95: 3 s, tpot_p95: 80 ms}}\n";
const std::string more_chat =
    "  more: {model: Qwen2.5-7B, quantization: bf16, engine: vllm, concurrency: 8, prompt: 800, output: "
    "200,\n"
    "    targets: {ttft_p95: 3 s, tpot_p95: 80 ms}}\n";

const catalog::Market& market() {
  static const catalog::Market loaded = [] {
    Diagnostics diagnostics;
    return *catalog::Market::load(catalog::Library::built_in(), test::registry(), diagnostics);
  }();
  return loaded;
}

std::unique_ptr<test::Planned> chosen_by(const std::string& text, Objective objective = Objective::capex,
                                         bool pareto = false) {
  test::PlanOptions options;
  options.catalog = &*test::toy().catalog;
  options.objective = objective;
  options.pareto = pareto;
  options.market = &market();
  return plan_of(text, options);
}

std::string devices(const std::string& more = {}) {
  return "site: {devices: [l4, l40s, h100-sxm-80gb]" + more + "}\n";
}

const search::Rejection* rejection(const search::RolePlan& role, const std::string& family) {
  for (const auto& each : role.rejections) {
    if (each.family == family) return &each;
  }
  return nullptr;
}

double total_price(const test::Planned& planned) {
  double sum = 0;
  for (const auto& role : planned.plan->roles)
    sum += role.chosen ? role.chosen->price_usd.value_or(INFINITY) : INFINITY;
  return sum;
}

}  // namespace

TEST_CASE("the chosen candidate is the least by its objective of all that the front shows") {
  for (const Objective objective : search::objectives()) {
    INFO(search::to_string(objective));
    const auto planned = chosen_by(chat + devices(), objective, true);
    const auto& role = planned->role("llm:chat");
    const auto& chosen = planned->chosen("llm:chat");
    REQUIRE_FALSE(role.front.empty());
    for (const search::Candidate& other : role.front) {
      if (objective == Objective::capex) CHECK(*chosen.price_usd <= *other.price_usd);
      if (objective == Objective::cost) CHECK(*chosen.cost_usd <= *other.cost_usd);
      if (objective == Objective::power) CHECK(*chosen.power_w <= *other.power_w);
      if (objective == Objective::nodes) CHECK(chosen.nodes <= other.nodes);
      if (objective == Objective::latency) CHECK(*chosen.latency_s <= *other.latency_s);
    }
  }
}

TEST_CASE("another aim is another plan where it matters") {
  const auto cheap = chosen_by(chat + devices()), quick = chosen_by(chat + devices(), Objective::latency);
  const auto cool = chosen_by(chat + devices(), Objective::power);
  CHECK(*quick->chosen("llm:chat").latency_s < *cheap->chosen("llm:chat").latency_s);
  CHECK(*quick->chosen("llm:chat").price_usd > *cheap->chosen("llm:chat").price_usd);
  CHECK(*cool->chosen("llm:chat").power_w <= *cheap->chosen("llm:chat").power_w);
}

TEST_CASE("the cost over the years is the sum of its parts, by the market's figures") {
  const auto planned = chosen_by(chat + devices(), Objective::cost);
  const auto value = [&](const char* name) { return planned->value("llm:chat", name); };
  CHECK(value("role.price") == Approx(*planned->chosen("llm:chat").price_usd));
  const double hours = 5 * 8760;
  const double watts = value("role.power") * 0.75 * (0.3 + 0.7 * 0.4);
  CHECK(value("role.energy_cost") == Approx(watts / 1000 * 1.4 * hours * 0.161));
  CHECK(value("role.space_cost") == Approx(value("role.power") / 1000 * 0.75 * 180 * 60));
  CHECK(value("role.upkeep_cost") == Approx(value("role.price") * 0.1 * 5));
  CHECK(*planned->chosen("llm:chat").cost_usd ==
        Approx(value("role.price") + value("role.energy_cost") + value("role.space_cost") +
               value("role.upkeep_cost")));
  SECTION("over the workload's own horizon, at its country's price") {
    const auto own = chosen_by(chat + "growth: {horizon: 2 y}\n" + devices(", country: CN"), Objective::cost);
    CHECK(own->value("llm:chat", "role.upkeep_cost") == Approx(own->value("llm:chat", "role.price") * 0.2));
    CHECK(own->value("llm:chat", "running.electricity") * 3.6e6 == Approx(0.64 / 7.1));
  }
  SECTION("and unknown where nobody asked for it") {
    test::PlanOptions plain;
    plain.catalog = &*test::toy().catalog;
    CHECK_FALSE(plan_of(chat + devices(), plain)->chosen("llm:chat").cost_usd);
  }
}

TEST_CASE(
    "a plan within its budget is the plan without one; below it there is none, and what is missing is said") {
  const double needed = total_price(*chosen_by(kafka));
  const auto with = [&](double budget) {
    return chosen_by(kafka + "site: {budget: " + std::to_string(std::llround(budget)) + " USD}\n");
  };
  CHECK(total_price(*with(needed)) == needed);
  CHECK(with(needed)->plan->feasible());
  const auto short_of = with(needed - 1);
  CHECK_FALSE(short_of->plan->feasible());
  const auto* refused = rejection(short_of->role("kafka-broker"), "budget");
  REQUIRE(refused);
  CHECK(refused->relaxation == "`site.budget` would have to be " + std::to_string(std::llround(needed)) +
                                   " USD instead of " + std::to_string(std::llround(needed - 1)) + " USD");
}

TEST_CASE("a budget in another currency is held at the catalog's rate, and told in its own") {
  const double needed = std::ceil(total_price(*chosen_by(kafka)) * 7.1);
  const auto with = [&](double budget) {
    return chosen_by(kafka + "site: {budget: " + std::to_string(std::llround(budget)) + " CNY}\n");
  };
  CHECK(with(needed)->plan->feasible());
  const auto short_of = with(needed - 1);
  CHECK_FALSE(short_of->plan->feasible());
  const auto* refused = rejection(short_of->role("kafka-broker"), "budget");
  REQUIRE(refused);
  CHECK_THAT(refused->relaxation, ContainsSubstring("CNY instead of"));
  const auto unknown = chosen_by(kafka + "site: {budget: 1000000 JPY}\n");
  CHECK_FALSE(unknown->plan);
  CHECK_THAT(render(unknown->diagnostics), ContainsSubstring("no exchange rate for JPY is known"));
}

TEST_CASE("roles share one budget and one cap on power: what one takes the next has no more") {
  const auto free = chosen_by(chat + kafka + devices());
  const double llm = *free->chosen("llm:chat").price_usd, brokers = *free->chosen("kafka-broker").price_usd;
  const auto with = [&](double budget) {
    return chosen_by(chat + kafka + devices(", budget: " + std::to_string(std::llround(budget)) + " USD"));
  };
  CHECK(with(llm + brokers)->plan->feasible());
  const auto one = with(llm + brokers - 1);
  CHECK(one->role("llm:chat").chosen);
  CHECK_FALSE(one->role("kafka-broker").chosen);
  const double watts = *free->chosen("llm:chat").power_w + *free->chosen("kafka-broker").power_w;
  const auto capped = [&](double power) {
    return chosen_by(chat + kafka + devices(", power: " + std::to_string(std::llround(power)) + " W"));
  };
  CHECK(capped(watts + 1)->plan->feasible());
  const auto dark = capped(10);
  CHECK_FALSE(dark->plan->feasible());
  REQUIRE(rejection(dark->role("llm:chat"), "site power"));
  CHECK_THAT(rejection(dark->role("llm:chat"), "site power")->because,
             ContainsSubstring("the site may draw 10 W"));
}

TEST_CASE("an aim that spends freely leaves the later roles what they cannot do without") {
  const double least = total_price(*chosen_by(chat + kafka + devices()));
  const std::string budget = ", budget: " + std::to_string(std::llround(least * 1.2)) + " USD";
  for (const Objective objective : search::objectives()) {
    INFO(search::to_string(objective));
    const auto planned = chosen_by(chat + kafka + devices(budget), objective);
    CHECK(planned->plan->feasible());
    CHECK(total_price(*planned) <= least * 1.2 + 1);
  }
}

TEST_CASE("what has no price is not taken under a budget, however large") {
  const auto planned = [&](const char* device) {
    return chosen_by(chat + "site: {devices: [" + std::string(device) + "], budget: 1000000000 USD}\n");
  };
  const auto unpriced = planned("a10");
  const auto& role = unpriced->role("llm:chat");
  if (!role.chosen) {
    const auto* refused = rejection(role, "unknown price");
    REQUIRE(refused);
    CHECK_THAT(refused->because, ContainsSubstring("no price that is known"));
  }
  CHECK_FALSE(role.chosen);
  CHECK(planned("l4")->plan->feasible());
}

TEST_CASE("machines that are there are used by one role only") {
  const auto with = [&](int count) {
    return chosen_by(chat + more_chat +
                     "site:\n  devices: [l40s]\n  existing:\n    old: {count: " + std::to_string(count) +
                     ", device: l40s, devices: 1, cores: 32, memory: 128 GiB, disks: 4,\n"
                     "      disk_capacity: 8 TB, disk_write: 1 GB/s, nic: 10 Gbit/s, use: llm}\n");
  };
  const auto two = with(2);
  CHECK(two->chosen("llm:chat").node.existing == "old");
  CHECK(two->chosen("llm:more").node.existing == "old");
  CHECK(two->chosen("llm:chat").nodes + two->chosen("llm:more").nodes == 2);
  const auto one = with(1);
  CHECK(one->chosen("llm:chat").node.existing == "old");
  CHECK(one->chosen("llm:more").node.existing.empty());
  const auto* refused = rejection(one->role("llm:more"), "existing machines");
  REQUIRE(refused);
  CHECK_FALSE(refused->relaxation.empty());
}

TEST_CASE("a machine that is there is used whatever may be bought, and more of its kind are not bought") {
  const auto with = [](const std::string& users) {
    return test::plan_of("llm: {chat: {model: Qwen2.5-14B-Instruct, users: " + users +
                         ", prompt: 800, output: 300, targets: {ttft_p95: 2 s}}}\n"
                         "site: {condition: new, existing: {old: {device: rtx-3090, count: 1, cores: 8 core, "
                         "memory: 64 GiB, disk_capacity: 1 TB, nic: 1 Gbit/s}}}\n");
  };
  const auto few = with("5"), many = with("2000");
  CHECK(few->chosen("llm:chat").node.existing == "old");
  const search::RolePlan& role = many->role("llm:chat");
  CHECK(role.chosen->node.existing.empty());
  CHECK(role.chosen->node.device->row.id != "rtx-3090");
  for (const search::Candidate& other : role.runners_up) CHECK(other.node.device->row.id != "rtx-3090");
}
