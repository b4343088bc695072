// Every bundled workload through `rackfit bom`: exact sums, its schema, what a dealer needs to know.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "support/bundled.hpp"
#include "support/json_schema.hpp"

using namespace rackfit;
using nlohmann::json;

namespace {

test::Played billed(const std::string& file, const std::vector<std::string>& more = {}) {
  return test::played_json("bom", file, more);
}

json bundled(const std::string& name, const std::vector<std::string>& more = {}) {
  return test::bundled_json("bom", name, more);
}

/// Whole hundredths of a decimal text.
std::int64_t cents(const json& text) {
  const std::string decimal = text.get<std::string>();
  const std::size_t dot = decimal.find('.');
  REQUIRE(dot + 3 == decimal.size());
  return std::stoll(decimal.substr(0, dot)) * 100 + std::stoll(decimal.substr(dot + 1));
}

/// What the lines come to; counts those without a price.
std::int64_t sum_of(const json& lines, int& missing) {
  std::int64_t sum = 0;
  for (const json& line : lines) {
    INFO(line.dump());
    missing += line.at("basis") == "unknown" ? 1 : 0;
    CHECK((line.at("basis") == "price") == line.at("unit_price").is_string());
    if (line.at("unit_price").is_null()) continue;
    const std::int64_t bought =
        line.at("quantity").get<std::int64_t>() - line.at("owned").get<std::int64_t>();
    CHECK(cents(line.at("total")) == cents(line.at("unit_price")) * bought);
    sum += cents(line.at("total"));
  }
  return sum;
}

const json* line_of(const json& lines, const std::string& kind) {
  for (const json& line : lines) {
    if (line.at("kind") == kind) return &line;
  }
  return nullptr;
}

}  // namespace

TEST_CASE("every bundled workload has a bill that keeps to its schema and adds up to the cent") {
  const json schema = json::parse(test::read_text(RACKFIT_SOURCE_DIR "/docs/schema/bom.schema.json"));
  for (const std::string& file : test::bundled_workloads()) {
    INFO(file);
    const test::Played played = billed(file);
    REQUIRE(played.exit == 0);
    CHECK(played.err == "");
    CHECK(billed(file).out == played.out);
    const json bill = json::parse(played.out);
    for (const std::string& violation : test::violations(schema, bill)) FAIL_CHECK(violation);
    int missing = 0;
    std::int64_t all = 0;
    for (const json& nodes : bill.at("nodes")) {
      const std::int64_t sum = sum_of(nodes.at("lines"), missing);
      CHECK(cents(nodes.at("known")) == sum);
      all += sum;
    }
    all += sum_of(bill.at("site"), missing);
    CHECK(cents(bill.at("known")) == all);
    CHECK(bill.at("complete") == (missing == 0));
    CHECK(bill.at("total").is_null() == (missing > 0));
    CHECK(bill.at("missing_prices").empty() == (missing == 0));
  }
}

TEST_CASE(
    "the code assistant's bill, in CNY, says what a dealer asks: height, supplies, RAID, rails, cables") {
  const json bill = bundled("code-assistant-30");
  CHECK(bill.at("currency") == "CNY");
  CHECK(bill.at("complete") == true);
  const json& nodes = bill.at("nodes").at(0);
  const json& figures = nodes.at("figures");
  CHECK(figures.at("chassis").get<std::string>().find("U rack server") != std::string::npos);
  CHECK(figures.at("power_supplies").get<int>() >= 1);
  CHECK(figures.at("power_supply_w").is_number());
  CHECK(figures.at("raid").is_string());
  CHECK(figures.at("usable_bytes").is_number());
  CHECK(figures.at("memory_channels").is_number());
  CHECK(line_of(bill.at("site"), "cable"));
  CHECK((line_of(bill.at("site"), "rails") || bill.at("notes").dump().find("rails") != std::string::npos));
  CHECK(line_of(bill.at("site"), "rack"));
  CHECK_FALSE(line_of(bill.at("site"), "switch"));  // one machine
}

TEST_CASE("a gigabyte a second over three racks: brokers apart, disks that last, a switch in each rack") {
  const json bill = bundled("kafka-large");
  REQUIRE(bill.at("racks").size() == 3);
  std::vector<int> brokers;
  for (const json& rack : bill.at("racks")) {
    for (const json& nodes : rack.at("nodes")) {
      if (nodes.at("role") == "kafka-broker") brokers.push_back(nodes.at("count"));
    }
    CHECK(rack.at("used_units").get<double>() <= rack.at("units").get<double>());
  }
  REQUIRE(brokers.size() == 3);
  CHECK(*std::max_element(brokers.begin(), brokers.end()) -
            *std::min_element(brokers.begin(), brokers.end()) <=
        1);
  const json& figures = bill.at("nodes").at(0).at("figures");
  CHECK(figures.at("drive_writes_per_day").get<double>() <
        figures.at("rated_drive_writes_per_day").get<double>());
  REQUIRE(line_of(bill.at("site"), "switch"));
  CHECK(line_of(bill.at("site"), "switch")->at("quantity").get<int>() % 3 == 0);
}

TEST_CASE("limits of a rack spread nodes over more of them") {
  const json one = bundled("ecommerce-support-peak");
  const json more =
      bundled("ecommerce-support-peak", {"--set", "site.rack_units=20", "--set", "site.racks=9"});
  CHECK(more.at("racks").size() > one.at("racks").size());
  for (const json& rack : more.at("racks")) CHECK(rack.at("used_units").get<double>() <= 20);
  CHECK_FALSE(line_of(more.at("site"), "rack"));  // they are the site's own
}

TEST_CASE("a missing price is null, makes the bill incomplete, and ends with 4 where prices are strict") {
  const std::string file = RACKFIT_SOURCE_DIR "/profiles/workloads/edge-orin.yaml";
  const test::Played strict = billed(file, {"--strict-prices"});
  CHECK(strict.exit == 4);
  const json bill = json::parse(strict.out);
  CHECK(bill.at("complete") == false);
  CHECK(bill.at("total").is_null());
  CHECK(bill.at("nodes").at(0).at("lines").at(0).at("unit_price").is_null());
}

TEST_CASE("what compare writes keeps to its schema") {
  const json schema = json::parse(test::read_text(RACKFIT_SOURCE_DIR "/docs/schema/compare.schema.json"));
  for (const std::string name : {"chat-70b-quiet", "log-classification", "edge-orin"}) {
    INFO(name);
    const test::Played played = test::play(
        {"compare", RACKFIT_SOURCE_DIR "/profiles/workloads/" + name + ".yaml", "--format", "json"});
    REQUIRE(played.exit == 0);
    for (const std::string& violation : test::violations(schema, json::parse(played.out)))
      FAIL_CHECK(violation);
  }
}
