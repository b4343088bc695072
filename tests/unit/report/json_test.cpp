#include "rackfit/report/json.hpp"

#include <fstream>
#include <limits>

#include "support/catch.hpp"
#include "support/json_schema.hpp"
#include "support/sample_plan.hpp"

using namespace rackfit;
using nlohmann::json;

namespace {

json plan_schema() {
  std::ifstream file(RACKFIT_SOURCE_DIR "/docs/schema/plan.schema.json");
  return json::parse(file);
}

}  // namespace

TEST_CASE("a plan's JSON is valid against the published schema") {
  CHECK(test::violations(plan_schema(),
                         json::parse(report::write_json(std::vector<report::Plan>{test::sample_plan()})))
            .empty());
  CHECK(test::violations(plan_schema(),
                         json::parse(report::write_json(std::vector<report::Plan>{test::infeasible_plan()})))
            .empty());
  CHECK(test::violations(plan_schema(), json::parse(report::write_json(
                                            std::vector<report::Plan>{report::Plan(), test::sample_plan()})))
            .empty());
}

TEST_CASE("the schema notices what is missing, unknown or of the wrong type") {
  json plan = json::parse(report::write_json(std::vector<report::Plan>{test::sample_plan()}));
  plan["roles"][0].erase("nodes");
  plan["roles"][0]["surprise"] = 1;
  plan["feasible"] = "yes";
  CHECK(test::violations(plan_schema(), plan).size() >= 3);
}

TEST_CASE("one plan is an object, several stand under `plans`") {
  CHECK(json::parse(report::write_json(std::vector<report::Plan>{test::sample_plan()}))["workload"] ==
        "code-assistant-30");
  const json both = json::parse(
      report::write_json(std::vector<report::Plan>{test::sample_plan(), test::infeasible_plan()}));
  CHECK(both["format_version"] == "1.0");
  CHECK(both["plans"].size() == 2);
  CHECK(both["plans"][1]["feasible"] == false);
}

TEST_CASE("unknown is null and money is a decimal text") {
  const json role =
      json::parse(report::write_json(std::vector<report::Plan>{test::sample_plan()}))["roles"][0];
  CHECK(role["configuration"]["parts"][0]["unit_price"] ==
        json({{"amount", "6800.00"}, {"currency", "USD"}}));
  CHECK(role["configuration"]["parts"][4]["unit_price"].is_null());
  CHECK(role["requirements"][4]["capacity"].is_null());
  CHECK(role["targets"][2]["met"].is_null());
  CHECK(role["targets"][1]["met"] == false);
}

TEST_CASE("a figure that is not a number is null, never invalid JSON") {
  report::Plan plan = test::sample_plan();
  plan.roles[0].targets[0].predicted = std::numeric_limits<double>::infinity();
  CHECK(
      json::parse(report::write_json(std::vector<report::Plan>{plan}))["roles"][0]["targets"][0]["predicted"]
          .is_null());
}

TEST_CASE("equal plans give equal bytes") {
  CHECK(report::write_json(std::vector<report::Plan>{test::sample_plan()}) ==
        report::write_json(std::vector<report::Plan>{test::sample_plan()}));
}

TEST_CASE("an explanation is a flat map in which shared inputs stand once, with their derivation") {
  const json all =
      json::parse(report::write_json(std::vector<report::Explanation>{test::sample_explanation()}));
  const json one = all["explanations"][0];
  CHECK(one["root"] == "kafka.nic_out");
  CHECK(one["values"].size() == 4);
  CHECK(one["values"]["kafka.ingress_peak"]["inputs"] == json({"kafka.message_size"}));
  CHECK(one["values"]["kafka.nic_out"]["number"] == 200e6);
}
