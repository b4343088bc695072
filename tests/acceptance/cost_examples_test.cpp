// Two worked examples with known answers, from bundled workloads through the whole program: a node of eight
// H100 against five clouds and seven models by the token, and Kafka of one's own against managed.
#include <cmath>
#include <nlohmann/json.hpp>

#include "support/catch.hpp"
#include "support/play.hpp"

using namespace rackfit;
using nlohmann::json;

namespace {

const double percent = 0.01;

json compared(const std::string& name, const std::vector<std::string>& settings = {}) {
  std::vector<std::string> args = {"compare", RACKFIT_SOURCE_DIR "/profiles/workloads/" + name + ".yaml",
                                   "--format", "json"};
  for (const std::string& setting : settings) {
    args.push_back("--set");
    args.push_back(setting);
  }
  const test::Played played = test::play(args);
  INFO(played.err);
  REQUIRE(played.exit == 0);
  return json::parse(played.out);
}

double number(const json& value) {
  return value.is_string() ? std::stod(value.get<std::string>()) : value.get<double>();
}

/// The option whose name begins so.
json option(const json& root, const std::string& name) {
  for (const json& each : root.at("options")) {
    if (each.at("name").get<std::string>().rfind(name, 0) == 0) return each;
  }
  FAIL("no option " << name);
  return {};
}

/// What a line costs in the first month.
double monthly(const json& option, const std::string& line) {
  for (const json& each : option.at("lines")) {
    if (each.at("name") == line) return number(each.at("first_month"));
  }
  return 0;
}

double monthly(const json& option) { return number(option.at("yearly")) / 12; }

const json& node() {
  static const json root = compared("h100-rent-or-buy");
  return root;
}

const json& brokers() {
  static const json root = compared("kafka-own-or-managed");
  return root;
}

}  // namespace

TEST_CASE("a bundled workload buys the proposed node of eight H100 for 2.90 USD a GPU-hour") {
  CHECK(node().at("bought") == "proposal");
  const json own = option(node(), "bought");
  CHECK(own.at("capex") == "289224.00");
  CHECK(number(own.at("yearly")) == Approx(135287).epsilon(percent));
  CHECK(number(own.at("npv")) == Approx(811692).epsilon(percent));
  CHECK(number(own.at("equivalent_yearly")) == Approx(203294).epsilon(percent));
  CHECK(number(own.at("per_unit").at("device_hour")) == Approx(2.90).epsilon(percent));
  CHECK(number(own.at("per_unit").at("million_tokens")) == Approx(2.02).epsilon(percent));
  CHECK(number(node().at("scopes")[0].at("bought_with").at("average_power_w")) ==
        Approx(5920).epsilon(percent));
}

TEST_CASE("the same node rented around the clock: five clouds, from ten months to never") {
  struct Row {
    const char* name;
    double npv, ratio, rule_months, use;
  };
  const std::vector<Row> rows = {{"AWS, on-demand", 1925087, 0.42, 10.0, 0.42},
                                 {"AWS, committed", 1058798, 0.77, 26.7, 0.77},
                                 {"Lambda, on-demand", 1116438, 0.73, 24.0, 0.73},
                                 {"Nebius, on-demand", 825437, 0.98, 48.6, 0.98},
                                 {"Verda, on-demand", 640763, 1.27, 137.7, 1.27}};
  const double own = number(option(node(), "bought").at("npv"));
  for (const Row& row : rows) {
    INFO(row.name);
    const json rent = option(node(), row.name);
    CHECK(number(rent.at("npv")) == Approx(row.npv).epsilon(percent));
    CHECK(own / number(rent.at("npv")) == Approx(row.ratio).epsilon(percent));
    CHECK(number(rent.at("break_even_months_undiscounted")) == Approx(row.rule_months).epsilon(percent));
    CHECK(number(rent.at("break_even_use")) == Approx(row.use).epsilon(percent));
    if (row.rule_months > 60) {
      CHECK(rent.at("break_even_month").is_null());
    } else {
      // The first whole month; the example's was not rounded up.
      CHECK(std::abs(rent.at("break_even_month").get<double>() - row.rule_months) <= 1);
    }
  }
}

TEST_CASE("the tokens a month at which the node costs as much as seven models by the token") {
  struct Row {
    const char* name;
    bool peak;
    double blended, billions, tokens_per_s;
  };
  const std::vector<Row> rows = {{"tokens from deepseek/deepseek-v4-pro", false, 0.751, 22.6, 8587},
                                 {"tokens from deepseek/deepseek-v4-pro", true, 1.502, 11.3, 4293},
                                 {"tokens from deepseek/deepseek-v4-flash", false, 0.250, 67.7, 25773},
                                 {"tokens from fireworks/gpt-oss-120b", false, 0.212, 80.1, 30479},
                                 {"tokens from fireworks/glm-5.2", false, 1.678, 10.1, 3843},
                                 {"tokens from moonshotai/kimi-k3", false, 4.988, 3.4, 1293},
                                 {"tokens from groq/llama-3.3-70b-instruct", false, 0.640, 26.5, 10073}};
  const json at_peak = compared("h100-rent-or-buy", {"costs.tokens_between=[\"01:00\", \"04:00\"]"});
  for (const Row& row : rows) {
    INFO(row.name);
    const json api = option(row.peak ? at_peak : node(), row.name);
    CHECK(number(api.at("price_per_million_tokens")) == Approx(row.blended).epsilon(percent));
    const double tokens = number(api.at("break_even_tokens_per_month"));
    CHECK(tokens / 1e9 == Approx(row.billions).epsilon(percent));
    CHECK(tokens / 2.628e6 == Approx(row.tokens_per_s).epsilon(percent));
  }
}

TEST_CASE("tokens of another model are shown and never recommended") {
  for (const json& each : node().at("options")) {
    if (each.at("kind") != "api") continue;
    const bool served = each.at("name").get<std::string>().find("gpt-oss-120b") != std::string::npos;
    CHECK(each.at("other_model").is_null() == served);
  }
  CHECK(node().at("recommendation").at("name") == "tokens from fireworks/gpt-oss-120b");
}

TEST_CASE("what the GPU-hour of the node hangs on, and how far it may be off") {
  const json& scope = node().at("scopes")[0];
  struct Row {
    const char* input;
    double at_low, at_high;
  };
  const std::vector<Row> rows = {{"staff", 2.33, 5.18},
                                 {"hardware price", 2.70, 3.62},
                                 {"years in use", 3.42, 2.77},
                                 {"licences, per device", 2.90, 3.42},
                                 {"maintenance", 2.75, 3.16},
                                 {"space, per kW and month", 2.78, 3.08},
                                 {"electricity, per kWh", 2.86, 3.11},
                                 {"discount rate", 2.82, 3.02}};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const json& swing = scope.at("tornado_device_hour").at(i);
    INFO(rows[i].input);
    CHECK(swing.at("input") == rows[i].input);
    CHECK(swing.at("at_low").get<double>() == Approx(rows[i].at_low).epsilon(percent));
    CHECK(swing.at("at_high").get<double>() == Approx(rows[i].at_high).epsilon(percent));
  }
  const json& hour = scope.at("bought_device_hour");
  CHECK(number(hour.at("p10")) == Approx(2.99).epsilon(percent));
  CHECK(number(hour.at("p50")) == Approx(3.73).epsilon(percent));
  CHECK(number(hour.at("p90")) == Approx(4.75).epsilon(percent));
  // A million tokens hang on use before all else.
  CHECK(scope.at("tornado_million_tokens")[0].at("input") == "utilisation");
  CHECK(scope.at("tornado_million_tokens")[0].at("at_low").get<double>() == Approx(8.06).epsilon(0.02));
  CHECK(scope.at("tornado_million_tokens")[0].at("at_high").get<double>() == Approx(1.01).epsilon(0.02));
}

TEST_CASE("Kafka on MSK: brokers are the small part, storage and zones the large one") {
  const json msk = option(brokers(), "MSK kafka.m7g.");
  CHECK(monthly(msk, "brokers") == Approx(2681).epsilon(percent));
  CHECK(monthly(msk, "storage") == Approx(11109).epsilon(percent));
  CHECK(monthly(msk, "traffic between zones") == Approx(10512).epsilon(percent));
  CHECK(monthly(msk) == Approx(24301).epsilon(percent));
  CHECK(number(msk.at("per_unit").at("streamed_gb")) == Approx(0.0925).epsilon(percent));
  CHECK(monthly(option(brokers(), "MSK express.m7g.large")) == Approx(21310).epsilon(percent));
}

TEST_CASE("reading in one's own zone saves two thirds of the traffic between zones") {
  const json msk = option(compared("kafka-own-or-managed", {"kafka.follower_fetch=true"}), "MSK kafka.m7g.");
  CHECK(monthly(msk, "traffic between zones") == Approx(3504).epsilon(percent));
  CHECK(monthly(msk) == Approx(17293).epsilon(percent));
  CHECK(number(msk.at("per_unit").at("streamed_gb")) == Approx(0.0658).epsilon(percent));
}

TEST_CASE("four brokers of one's own cost a third of it, and nearly half of that are people") {
  const json own = option(brokers(), "bought");
  const double monthly_cost = number(own.at("equivalent_yearly")) / 12;
  CHECK(monthly_cost == Approx(7613).epsilon(percent));
  CHECK(number(own.at("per_unit").at("streamed_gb")) == Approx(0.029).epsilon(percent));
  const double share = number(own.at("npv_without_staff")) / number(own.at("npv"));
  CHECK(monthly_cost * share == Approx(4280).epsilon(percent));
}

TEST_CASE("brokers on rented machines stand beside the managed ones, at several clouds") {
  int clouds = 0;
  for (const json& each : brokers().at("options")) {
    if (each.at("kind") == "rent" && each.at("complete") == true) ++clouds;
  }
  CHECK(clouds >= 3);
}
