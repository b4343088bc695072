// What a workload states of its costs, and the machines it proposes.
#include <algorithm>

#include "rackfit/cost/comparison.hpp"
#include "rackfit/search/proposed_plan.hpp"
#include "support/catch.hpp"
#include "support/planning.hpp"
#include "unit/cost/example.hpp"

using namespace rackfit;
using namespace rackfit::cost;
using test::built_in_market;

namespace {

const std::string quiet =
    "name: chat\nllm:\n  chat:\n    model: llama-3.3-70b-instruct\n    quantization: fp8\n    "
    "requests_per_day: 2000\n"
    "    prompt: {mean: 1500}\n    output: {mean: 400}\n    targets: {e2e_p95: 60 s}\n";
const std::string two_boxes =
    "proposal:\n  nodes:\n    box: {device: rtx-pro-6000-workstation, devices: 2, count: 2, cores: 32 core, "
    "memory: 512 GiB, "
    "nic: 10 Gbit/s, power: 1500 W, price: 30000 USD}\n";

struct Both {
  std::unique_ptr<test::Planned> planned;
  std::shared_ptr<const search::Plan> proposed;
};

Both planned_for(const std::string& text) {
  test::PlanOptions options;
  options.top = 50;
  Both both;
  both.planned = test::plan_of(text, options);
  INFO(render(both.planned->diagnostics));
  REQUIRE(both.planned->plan);
  if (!both.planned->workload->proposal) return both;
  search::PlanRequest request;
  request.catalog = &test::built_in_catalog();
  request.rules = both.planned->rules;
  request.units = &test::registry();
  request.workload = &*both.planned->workload;
  both.proposed = search::plan_on_proposal(request, both.planned->diagnostics);
  return both;
}

Comparison compared(const Both& both, bool proposal = true) {
  ComparisonRequest request;
  request.plan = both.planned->plan.get();
  request.proposed = proposal ? both.proposed.get() : nullptr;
  request.market = &built_in_market();
  request.as_of = "2026-11-22";
  request.draws = 50;
  return cost::compare(request);
}

const Option& bought(const Comparison& comparison) { return comparison.scopes.at(0).options.front().option; }

bool moves(const Comparison& comparison, const std::string& input) {
  const auto& swings = comparison.scopes.at(0).per_hour;
  return std::any_of(swings.begin(), swings.end(), [&](const Swing& swing) { return swing.name == input; });
}

double line(const Option& option, const std::string& name) {
  for (const Line& each : option.lines) {
    if (each.name == name) return each.total.amount();
  }
  return 0;
}

std::string notes(const Comparison& comparison) {
  std::string all;
  for (const std::string& note : comparison.scopes.at(0).notes) all += note + "\n";
  return all;
}

}  // namespace

TEST_CASE("every coefficient that a workload may state is one of the market's") {
  for (const std::string& name : workload::cost_names()) {
    INFO(name);
    if (name == "electricity") continue;
    const catalog::Coefficient* row = built_in_market().coefficients.find(name);
    REQUIRE(row);
    CHECK(workload::money_unit_of(name).has_value() == (row->unit.rfind("USD", 0) == 0));
  }
}

TEST_CASE("a stated value takes the place of the usual one, is not moved, and is said") {
  const Comparison usual = compared(planned_for(quiet));
  const Comparison stated =
      compared(planned_for(quiet + "costs: {staff-fte: 0.2, electricity: 0.3 USD/kWh, horizon-years: 3}\n"));
  CHECK(moves(usual, "staff"));
  CHECK_FALSE(moves(stated, "staff"));
  CHECK_FALSE(moves(stated, "years in use"));
  CHECK(stated.terms.months == 36);
  CHECK(stated.scopes[0].own.staff_fte == 0.2);
  CHECK(*stated.scopes[0].own.energy_price == Approx(0.3));
  CHECK(stated.energy_of == "as stated");
  CHECK(stated.stated == std::vector<std::string>{"horizon-years 3", "staff-fte 0.2", "electricity 0.3 USD"});
  CHECK(usual.stated.empty());
}

TEST_CASE("a stated range is moved within its own ends") {
  const Comparison stated = compared(planned_for(quiet + "costs: {staff-fte: [0.1, 0.2, 0.9]}\n"));
  for (const Swing& swing : stated.scopes[0].per_hour) {
    if (swing.name != "staff") continue;
    CHECK(swing.low == 0.1);
    CHECK(swing.high == 0.9);
  }
  CHECK(moves(stated, "staff"));
}

TEST_CASE("an amount in another currency is the same amount") {
  const Comparison dollars = compared(planned_for(quiet + "costs: {fte-cost: 100000 USD/y}\n"));
  const double rate = *Exchange(test::built_in_catalog().rates, "CNY")(catalog::Money{1, "USD"});
  const Comparison yuan = compared(planned_for(
      quiet + "costs: {fte-cost: " + std::to_string(static_cast<int>(100000 * rate)) + " CNY/y}\n"));
  CHECK(line(bought(yuan), "staff") == Approx(line(bought(dollars), "staff")).epsilon(1e-4));
}

TEST_CASE("a room of one's own has no rent and more cooling; a rented rack both ways round") {
  const Comparison rack = compared(planned_for(quiet)),
                   room = compared(planned_for(quiet + "site: {place: room}\n"));
  CHECK(line(bought(rack), "space") > 0);
  CHECK(line(bought(room), "space") == 0);
  CHECK(line(bought(room), "electricity") / line(bought(rack), "electricity") ==
        Approx(1.8 / 1.4).epsilon(0.001));
  CHECK(room.own_room);
}

TEST_CASE("proposed machines are bought at their price and power, all of them") {
  const Both both = planned_for(quiet + two_boxes);
  const Comparison offered = compared(both), planned = compared(both, false);
  CHECK(line(bought(offered), "box") == 60000);
  CHECK(offered.proposal);
  CHECK_FALSE(planned.proposal);
  CHECK(offered.scopes[0].own.gear.at(0).power_w == 1500);
  CHECK(devices_of(offered.scopes[0].own) == 4);
  // One offer is a price, not a range.
  CHECK_FALSE(moves(offered, "hardware price"));
  CHECK(moves(planned, "hardware price"));
  CHECK(has_priced_proposal(*both.planned->workload));
}

TEST_CASE("a price offered as a range is moved within it") {
  std::string ranged = two_boxes;
  ranged.replace(ranged.find("30000 USD"), 9, "[27000 USD, 33000 USD]");
  const Comparison offered = compared(planned_for(quiet + ranged));
  CHECK(line(bought(offered), "box") == 60000);
  for (const Swing& swing : offered.scopes[0].per_hour) {
    if (swing.name == "hardware price") CHECK(swing.high == Approx(1.1));
  }
  CHECK(moves(offered, "hardware price"));
}

TEST_CASE("a proposal without a price is put together from parts, and says so") {
  std::string unpriced = two_boxes;
  unpriced.erase(unpriced.find(", price: 30000 USD"), 18);
  const Both both = planned_for(quiet + unpriced);
  CHECK_FALSE(has_priced_proposal(*both.planned->workload));
  const Comparison offered = compared(both);
  CHECK(line(bought(offered), "box") > 10000);
  CHECK(notes(offered).find("no price is offered for `box`") != std::string::npos);
}

TEST_CASE("`rent: same` rents the accelerators that are bought, and as many") {
  const Comparison same = compared(planned_for(quiet + two_boxes + "costs: {rent: same}\n"));
  bool found = false;
  for (const Compared& each : same.scopes[0].options) {
    if (each.option.kind != Kind::rent) continue;
    for (const std::string& note : each.option.notes) {
      found = found || note.find("RTX PRO 6000") != std::string::npos ||
              note.find("RTX_PRO_6000") != std::string::npos;
      CHECK(note.find("H100") == std::string::npos);
    }
  }
  CHECK(found);
}

TEST_CASE("rented machines that can be switched off are paid for the hours stated") {
  const Comparison always = compared(planned_for(quiet)),
                   office = compared(planned_for(quiet + "costs: {rented_hours: 146 h}\n"));
  const auto machines = [](const Comparison& comparison) {
    for (const Compared& each : comparison.scopes[0].options) {
      if (each.option.name == "Verda, on-demand") return line(each.option, "machines");
    }
    return 0.0;
  };
  CHECK(machines(always) > 0);
  CHECK(machines(office) == Approx(machines(always) * 0.2).epsilon(1e-6));
  CHECK(notes(always).find("around the clock, 730 hours a month") != std::string::npos);
  CHECK(notes(office).find("146 hours a month, as the workload states") != std::string::npos);
}

TEST_CASE("tokens that may wait are cheaper, and tokens of another model are only shown") {
  const Comparison now = compared(planned_for(quiet)),
                   later = compared(planned_for(quiet + "costs: {api-batch-share: 60 %}\n"));
  const auto cheapest = [](const Comparison& comparison) {
    for (const Compared& each : comparison.scopes[0].options) {
      if (each.option.kind == Kind::api) return *each.option.token_price;
    }
    return 0.0;
  };
  CHECK(cheapest(later) == Approx(cheapest(now) * 0.7));
  const Comparison other = compared(planned_for(quiet + "costs: {apis: deepseek/deepseek-v4-flash}\n"));
  for (const Compared& each : other.scopes[0].options) {
    if (each.option.kind != Kind::api) continue;
    CHECK(each.option.other_model == "deepseek-v4-flash");
    CHECK_FALSE(each.option.stands());
  }
  const Scope& scope = other.scopes[0];
  CHECK(scope.options.at(*scope.recommendation.option).option.kind != Kind::api);
}

TEST_CASE("a row of tokens that does not exist is refused with the one that was meant") {
  const Both both = planned_for(quiet + "costs: {apis: deepseek/deepseek-v4-flahs}\n");
  Diagnostics diagnostics;
  check_costs(*both.planned->workload, built_in_market(), diagnostics);
  CHECK(render(diagnostics).find("deepseek/deepseek-v4-flash") != std::string::npos);
}

TEST_CASE("a model that nobody sells has its neighbour named, and still no price") {
  const Comparison own = compared(
      planned_for("name: own\nllm:\n  chat:\n    model: deepseek-r1-distill-qwen-32b\n    quantization: "
                  "awq-int4\n    rate: 0.1 /s\n"
                  "    prompt: {mean: 500}\n    output: {mean: 200}\n    targets: {e2e_p95: 60 s}\n"));
  CHECK(notes(own).find("only an orientation") != std::string::npos);
  for (const Compared& each : own.scopes[0].options) {
    if (each.option.kind == Kind::api) CHECK_FALSE(each.option.complete());
  }
}

TEST_CASE("a training job is busy for its runs, or as the usual share says, and is not sold by the token") {
  const std::string job =
      "name: tune\ntraining:\n  adapter:\n    model: llama-3.1-8b-instruct\n    method: qlora\n    sequence: "
      "2048\n    micro_batch: 1\n";
  const Comparison unknown = compared(planned_for(job));
  CHECK(unknown.scopes[0].own.gear[0].utilisation == Approx(0.4));
  CHECK(notes(unknown).find("how much is trained is not stated") != std::string::npos);
  const Comparison once = compared(planned_for(job + "    tokens: 5e7 token\n"));
  const Comparison weekly = compared(planned_for(job + "    tokens: 5e7 token\n    runs_per_year: 52\n"));
  const double use = once.scopes[0].own.gear[0].utilisation;
  CHECK(use > 0);
  CHECK(weekly.scopes[0].own.gear[0].utilisation == Approx(std::min(1.0, 52 * use)));
  CHECK(notes(once).find("one run of") != std::string::npos);
  for (const Compared& each : once.scopes[0].options) {
    CHECK(each.option.kind != Kind::api);
    if (each.option.kind == Kind::rent && each.option.name.find("on-demand") != std::string::npos)
      CHECK(each.option.hours_share == Approx(use));
  }
}

TEST_CASE("what would be bought if nobody had to be paid is said") {
  const Comparison usual = compared(planned_for(quiet));
  const Scope& scope = usual.scopes[0];
  REQUIRE(scope.without_staff);
  CHECK(scope.without_staff->own_npv < bought(usual).npv);
  CHECK(scope.without_staff->own_npv == Approx(bought(usual).npv - bought(usual).npv_staff));
  CHECK(compared(planned_for(quiet + "costs: {staff-fte: 0}\n")).scopes[0].own.staff_fte == 0);
}
