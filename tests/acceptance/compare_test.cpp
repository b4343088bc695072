// Every bundled workload through `rackfit compare`: ways to pay for it, sums that agree, the same bytes
// again.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "support/bundled.hpp"

using namespace rackfit;
using nlohmann::json;

namespace {

test::Played compared(const std::string& file, const std::vector<std::string>& more = {}) {
  return test::played_json("compare", file, more);
}

json bundled(const std::string& name, const std::vector<std::string>& more = {}) {
  return test::bundled_json("compare", name, more);
}

double number(const json& text) { return std::stod(text.get<std::string>()); }

}  // namespace

TEST_CASE("every bundled workload has ways to pay for it whose lines add up to the cent") {
  for (const std::string& file : test::bundled_workloads()) {
    INFO(file);
    const test::Played played = compared(file);
    REQUIRE(played.exit == 0);
    CHECK(compared(file).out == played.out);
    const json root = json::parse(played.out);
    REQUIRE(root.at("options").size() >= 2);
    for (const json& option : root.at("options")) {
      INFO(option.at("name"));
      double lines = 0;
      for (const json& line : option.at("lines")) lines += number(line.at("total"));
      if (option.at("total").is_null()) {
        CHECK(option.at("complete") == false);
        CHECK(lines == 0);
      } else {
        CHECK(lines == Approx(number(option.at("total"))).margin(0.001));
      }
      CHECK(option.at("complete") == option.at("missing").empty());
      CHECK(option.at("currency") == root.at("currency"));
    }
  }
}

TEST_CASE("an always-on service is bought and a quiet one is not, and both say why") {
  const json busy = bundled("chat-70b-always-on"), quiet = bundled("chat-70b-quiet");
  CHECK(busy.at("recommendation").at("kind") == "own");
  CHECK(quiet.at("recommendation").at("kind") == "api");
  CHECK(busy.at("recommendation").at("because").get<std::string>().find("paid for itself in month") !=
        std::string::npos);
  CHECK(quiet.at("recommendation").at("because").get<std::string>().find("does not pay for itself") !=
        std::string::npos);
}

TEST_CASE("a budget caps what is bought, not what may be rented") {
  const auto rented = [](const json& root) {
    std::vector<std::string> names;
    for (const json& option : root.at("options")) {
      if (option.at("kind") == "rent") names.push_back(option.at("name"));
    }
    return names;
  };
  const json free = bundled("chat-70b-quiet"), capped = bundled("chat-70b-quiet", {"--budget", "14000 USD"});
  CHECK(rented(free).size() > 3);
  CHECK(rented(capped) == rented(free));
}

TEST_CASE("the opposite answers name the volumes that they rest on") {
  const std::string busy = bundled("chat-70b-always-on").at("recommendation").at("because");
  const std::string quiet = bundled("chat-70b-quiet").at("recommendation").at("because");
  INFO(busy);
  INFO(quiet);
  CHECK(busy.find("buying costs") == 0);
  CHECK(busy.find("tokens a month are 1.") != std::string::npos);
  CHECK(busy.find("from which buying is cheaper than the cheapest tokens") != std::string::npos);
  CHECK(quiet.find("tokens from") == 0);
  CHECK(quiet.find(" % of the ") != std::string::npos);
  CHECK(quiet.find("bought machines would be busy") != std::string::npos);
}

TEST_CASE("a price that nobody knows is unknown in every sum, and ends with 4 where prices must hold") {
  const std::string file = RACKFIT_SOURCE_DIR "/profiles/workloads/chat-70b-quiet.yaml";
  const json root = bundled("chat-70b-quiet", {"--currency", "XXX"});  // no rate is known for it
  CHECK(root.at("complete") == false);
  for (const json& option : root.at("options")) {
    INFO(option.at("name"));
    CHECK(option.at("complete") == false);
    CHECK_FALSE(option.at("missing").empty());
    for (const char* sum : {"capex", "yearly", "total", "npv"}) {
      INFO(sum);
      CHECK(option.at(sum).is_null());
    }
  }
  CHECK(root.at("recommendation").at("total").is_null());
  CHECK(compared(file, {"--currency", "XXX", "--strict-prices"}).exit == 4);
}

TEST_CASE("the proposal is bought where it has a price, and the plan when that is asked for") {
  const json offered = bundled("h100-rent-or-buy"), planned = bundled("h100-rent-or-buy", {"--buy", "plan"});
  CHECK(offered.at("bought") == "proposal");
  CHECK(planned.at("bought") == "plan");
  CHECK(number(planned.at("options")[0].at("capex")) < number(offered.at("options")[0].at("capex")));
  const test::Played none =
      compared(RACKFIT_SOURCE_DIR "/profiles/workloads/chat-70b-quiet.yaml", {"--buy", "proposal"});
  CHECK(none.exit == 2);
  CHECK(none.err.find("proposes no machines") != std::string::npos);
}

TEST_CASE("several clouds stand beside each other, with their terms") {
  std::set<std::string> providers;
  const json busy = bundled("chat-70b-always-on");
  for (const json& option : busy.at("options")) {
    if (option.at("kind") == "rent") providers.insert(option.at("provider").get<std::string>());
  }
  CHECK(providers.size() >= 5);
}

TEST_CASE("the code assistant is compared in its site's currency, at a rate that is said") {
  const json root = bundled("code-assistant-30");
  CHECK(root.at("currency") == "CNY");
  CHECK(root.at("exchange_rate").get<std::string>().find("CNY per USD") != std::string::npos);
}
