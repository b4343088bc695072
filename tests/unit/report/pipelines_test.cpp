// A pipeline on paper: two sizings, what one saves, and the day as a chart that fits a terminal.
#include <fstream>
#include <nlohmann/json.hpp>

#include "../../../src/report/chart.hpp"
#include "rackfit/report/csv.hpp"
#include "rackfit/report/json.hpp"
#include "rackfit/report/layout.hpp"
#include "rackfit/report/markdown.hpp"
#include "rackfit/report/table.hpp"
#include "support/catch.hpp"
#include "support/json_schema.hpp"
#include "support/sample_plan.hpp"

using namespace rackfit;

namespace {

report::Pipeline sample() {
  report::Pipeline pipeline;
  pipeline.name = "suspicious";
  pipeline.title = "Pipeline `suspicious`: kafka.logs → llm.classify";
  pipeline.from = "kafka.logs";
  pipeline.to = "llm.classify";
  pipeline.day_known = true;
  pipeline.targets = {
      {"lag_p95", "age when answered, p95", 600.0, 279.0, std::nullopt, std::nullopt, "s", report::Met::yes}};
  pipeline.figures = {{"max_backlog", "Highest backlog", 162257.0, std::nullopt, std::nullopt, "request"}};
  pipeline.services = {
      {"lag", true, "2 × L4", 17, 34, report::Money{"103346.00", "USD"}, 548.2, 0.365, 279.0, 162257.0},
      {"peak", true, "2 × L4", 19, 38, report::Money{"115504.00", "USD"}, 612.0, 0.33, 1.2, 0.0}};
  pipeline.devices_saved = 4;
  pipeline.price_saved = report::Money{"12158.00", "USD"};
  for (int i = 0; i < 48; ++i) pipeline.arrivals.push_back(i);
  pipeline.waiting.assign(48, 0.0);
  pipeline.waiting[40] = 3e9;
  return pipeline;
}

report::Plan plan(const report::Pipeline& pipeline) {
  report::Plan plan = test::sample_plan();
  plan.pipelines = {pipeline};
  return plan;
}

std::size_t widest(const std::string& text) {
  std::size_t most = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    most = std::max(most, report::cells(std::string_view(text).substr(at, end - at)));
    at = end + 1;
  }
  return most;
}

bool ascii_only(const std::string& text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("eight heights for numbers between nothing and the most") {
  CHECK(report::sparkline({0, 1, 4, 8}, 8, false) == "\u00A0▁▄█");
  CHECK(report::sparkline({0, 1, 4, 8}, 8, true) == "\u00A0.=#");
  CHECK(report::sparkline({1, 2}, 0, true) == "\u00A0\u00A0");
}

TEST_CASE("the chart fits, wide and narrow, in any characters") {
  const bool ascii = GENERATE(false, true);
  const std::size_t width = GENERATE(60u, 80u, 120u);
  const std::string text = report::write_table({plan(sample())}, {width, false, ascii});
  CHECK(widest(text) <= width);
  CHECK(text.find("arrivals") != std::string::npos);
  CHECK(text.find(" G request") != std::string::npos);
  if (ascii) CHECK(ascii_only(text));
}

TEST_CASE("both sizings stand side by side, and what the lag saves") {
  const std::string text = report::write_table({plan(sample())}, {0, false, false});
  CHECK(text.find("the lag (planned)") != std::string::npos);
  CHECK(text.find("the peak") != std::string::npos);
  CHECK(text.find("Letting messages wait in the topic saves 4 GPUs and about USD 12,158.") !=
        std::string::npos);
  const std::string markdown = report::write_markdown({plan(sample())});
  CHECK(markdown.find("| the lag | 17 | 34 |") != std::string::npos);
  CHECK(markdown.find("```text\narrivals") != std::string::npos);
  CHECK(report::write_csv({plan(sample())}).find("sized_to_peak,devices,38,device") != std::string::npos);
}

TEST_CASE("what is the same, or does not fit, is said so") {
  report::Pipeline same = sample();
  same.devices_saved = 0;
  same.price_saved.reset();
  CHECK(report::saved_text(same) == "Whole nodes being what they are, both come to the same.");
  report::Pipeline none = sample();
  none.services.back().feasible = false;
  CHECK(report::saved_text(none) == "Sized to the peak, nothing in the catalog fits.");
  report::Pipeline one = sample();
  one.services.pop_back();
  CHECK(report::saved_text(one).empty());
  report::Pipeline unknown = sample();
  unknown.day_known = false;
  CHECK(report::day_chart(unknown, false).empty());
  report::Pipeline idle = sample();
  idle.waiting.assign(48, 0.0);
  CHECK(report::day_chart(idle, false)[1].find("nothing") != std::string::npos);
  idle.waiting.clear();
  CHECK(report::day_chart(idle, false)[1].find("never") != std::string::npos);
}

TEST_CASE("the JSON of a pipeline is what the schema says") {
  const auto schema =
      nlohmann::json::parse(std::ifstream(RACKFIT_SOURCE_DIR "/docs/schema/plan.schema.json"));
  const auto json = nlohmann::json::parse(report::write_json({plan(sample())}));
  for (const std::string& violation : test::violations(schema, json)) FAIL_CHECK(violation);
  CHECK(json.at("pipelines").at(0).at("devices_saved") == 4);
  CHECK(json.at("pipelines").at(0).at("arrivals").size() == 48);
  CHECK(json.at("pipelines").at(0).at("services").at(1).at("sized_to") == "peak");
}
