// A plan, compared: what is offered, what is recommended, and what a price book changes.
#include "rackfit/cost/comparison.hpp"

#include <algorithm>
#include <set>

#include "support/catch.hpp"
#include "support/planning.hpp"
#include "unit/cost/example.hpp"

using namespace rackfit;
using namespace rackfit::cost;
using test::built_in_market;

namespace {

/// A 70B model asked all day and night, at the rate given.
std::string service(const std::string& load, const std::string& more = "") {
  return "name: chat\nllm:\n  chat:\n    model: llama-3.3-70b-instruct\n    quantization: fp8\n" + load +
         "    prompt: {mean: 1500}\n    output: {mean: 400}\n    targets: {e2e_p95: 60 s}\n" + more;
}

const std::string always_on = "    rate: 12 /s\n";
const std::string two_thousand_a_day = "    requests_per_day: 2000\n    peak_factor: 3\n";

std::unique_ptr<test::Planned> planned_for(const std::string& text) {
  test::PlanOptions options;
  options.top = 50;
  return test::plan_of(text, options);
}

Comparison compared(const test::Planned& planned, const std::string& currency = "") {
  REQUIRE(planned.plan);
  REQUIRE(planned.plan->feasible());
  ComparisonRequest request;
  request.plan = planned.plan.get();
  request.market = &built_in_market();
  request.currency = currency;
  request.as_of = "2026-11-22";
  request.draws = 200;
  return cost::compare(request);
}

const Option& recommended(const Scope& scope) {
  REQUIRE(scope.recommendation.option);
  return scope.options[*scope.recommendation.option].option;
}

}  // namespace

TEST_CASE(
    "an always-on service and two thousand requests a day end in opposite recommendations, and say why") {
  const auto busy = planned_for(service(always_on));
  const auto quiet = planned_for(service(two_thousand_a_day));
  const Comparison often = compared(*busy), seldom = compared(*quiet);
  INFO(often.scopes.at(0).recommendation.because);
  INFO(seldom.scopes.at(0).recommendation.because);
  CHECK(recommended(seldom.scopes.at(0)).kind == Kind::api);
  CHECK(recommended(often.scopes.at(0)).kind != Kind::api);
  CHECK(seldom.scopes[0].recommendation.because.find("buying does not pay for itself within 5 years") !=
        std::string::npos);
  CHECK(*often.scopes[0].tokens_per_month > *often.scopes[0].break_even_tokens);
  CHECK(*seldom.scopes[0].tokens_per_month < *seldom.scopes[0].break_even_tokens);
}

TEST_CASE("a day's requests are a month's work: thirty days and a bit") {
  const Comparison seldom = compared(*planned_for(service(two_thousand_a_day)));
  CHECK(seldom.scopes[0].work.requests == Approx(2000 * 365));
  CHECK(*seldom.scopes[0].tokens_per_month == Approx(2000 * 365 / 12.0 * 1900));
}

TEST_CASE("several clouds are compared, never one alone, and spot is never recommended") {
  const Comparison often = compared(*planned_for(service(always_on)));
  std::set<std::string> clouds;
  for (const Compared& each : often.scopes[0].options) {
    if (each.option.kind == Kind::rent) clouds.insert(each.option.provider);
  }
  CHECK(clouds.size() >= 4);
  CHECK_FALSE(recommended(often.scopes[0]).interruptible);
  CHECK(often.scopes[0].options.front().option.kind == Kind::own);
  CHECK(often.scopes[0].per_token.size() == 10);
}

TEST_CASE("the same comparison in another currency is the same at its rate") {
  const auto planned = planned_for(service(two_thousand_a_day));
  const Comparison dollars = compared(*planned, "USD"), yuan = compared(*planned, "CNY");
  CHECK(yuan.rate_note.find("CNY per USD") != std::string::npos);
  const auto& ours = dollars.scopes[0].options;
  REQUIRE(ours.size() == yuan.scopes[0].options.size());
  double rate = 0;
  for (const catalog::Rate& row : test::built_in_catalog().rates) {
    if (row.currency == "CNY") rate = row.per_usd;
  }
  CHECK(yuan.scopes[0].options.front().option.npv == Approx(ours.front().option.npv * rate));
}

TEST_CASE("a model that nobody sells by the token leaves that option without a price") {
  const Comparison own = compared(
      *planned_for("name: own\nllm:\n  chat:\n    model: deepseek-r1-distill-qwen-32b\n    quantization: "
                   "awq-int4\n    rate: 0.1 /s\n"
                   "    prompt: {mean: 500}\n    output: {mean: 200}\n    targets: {e2e_p95: 60 s}\n"));
  bool found = false;
  for (const Compared& each : own.scopes[0].options) {
    if (each.option.kind != Kind::api) continue;
    found = true;
    CHECK_FALSE(each.option.complete());
  }
  CHECK(found);
  CHECK_FALSE(own.scopes[0].break_even_tokens);
}

TEST_CASE("brokers are compared with machines and with managed services, at the same copies and zones") {
  const Comparison logs =
      compared(*planned_for("name: logs\nkafka:\n  ingress: 50 MB/s\n  retention: 3 d\n  replication: 3\n  "
                            "partitions: 60\n  compression: {ratio: 1}\n"));
  REQUIRE(logs.scopes.size() == 1);
  CHECK(logs.scopes[0].id == "kafka");
  std::set<Kind> kinds;
  for (const Compared& each : logs.scopes[0].options) {
    if (each.option.complete()) kinds.insert(each.option.kind);
  }
  CHECK(kinds == std::set<Kind>{Kind::own, Kind::rent, Kind::managed});
  CHECK(logs.scopes[0].work.streamed_gb == Approx(50e6 * 365 * 86400 / 1e9).epsilon(0.01));
}

TEST_CASE("buying takes the network from the list to order where that has all prices, and says so") {
  const auto quiet = planned_for(service(two_thousand_a_day));
  const Comparison listed = compared(*quiet);
  const Scope& scope = listed.scopes.at(0);
  const auto note = std::find_if(scope.notes.begin(), scope.notes.end(), [](const std::string& text) {
    return text.find("`rackfit bom`") != std::string::npos;
  });
  REQUIRE(note != scope.notes.end());
  INFO(*note);
  CHECK(note->find("instead of 8 % of the hardware") != std::string::npos);
  double hardware = 0, network = 0;
  for (const Line& line : scope.options.front().option.lines) {
    if (line.category != Category::hardware) continue;
    (line.name == "network" ? network : hardware) += line.total.amount();
  }
  CHECK(network > 0);
  CHECK(network < 0.08 * hardware);  // one machine needs no switch
  for (const Swing& swing : scope.per_hour) CHECK(swing.name != "network");
}

TEST_CASE("a list without all prices leaves the network a share of the hardware") {
  const auto apart = planned_for(
      "name: stream\nkafka: {ingress: 20 MB/s, retention: 1 d, replication: 3, partitions: 60, racks: 3}\n"
      "availability: rack-loss\nsite: {racks: 3}\n");
  const Comparison comparison = compared(*apart);
  const Scope& scope = comparison.scopes.at(0);
  CHECK(std::any_of(scope.notes.begin(), scope.notes.end(), [](const std::string& text) {
    return text.find("the network is taken as 8 % of the hardware") != std::string::npos;
  }));
  CHECK(std::any_of(scope.per_hour.begin(), scope.per_hour.end(),
                    [](const Swing& swing) { return swing.name == "network"; }));
}
