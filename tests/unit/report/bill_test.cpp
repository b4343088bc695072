// A bill in every format: the same amounts, lower bounds that say so, lines that fit.
#include "rackfit/report/bill.hpp"

#include <nlohmann/json.hpp>
#include <sstream>

#include "support/catch.hpp"

using namespace rackfit;
using nlohmann::json;

namespace {

cost::BillLine line(const std::string& kind, const std::string& name, std::int64_t per_node,
                    std::int64_t quantity, std::optional<std::int64_t> cents) {
  cost::BillLine made;
  made.kind = kind;
  made.id = kind + "-id";
  made.name = name;
  made.per_node = per_node;
  made.quantity = quantity;
  if (!cents) return made;
  made.basis = cost::PriceBasis::price;
  made.each = Cents(*cents);
  made.total = *made.each * quantity;
  made.date = "2026-06";
  made.condition = "new";
  made.confidence = "secondary";
  return made;
}

/// Two nodes of which the disk has no price, and a switch.
cost::Bill sample() {
  cost::Bill bill;
  bill.workload = "chat, \"big\"";
  bill.currency = "CNY";
  bill.as_of = "2026-11-22";
  bill.rate_note = "7.1 CNY per USD (undated, unverified)";
  cost::NodeBill nodes;
  nodes.role = "llm:chat";
  nodes.title = "LLM service `chat`";
  nodes.count = 2;
  nodes.lines = {line("cpu", "A processor | with a bar", 1, 2, 123456789),
                 line("disk", "A disk", 4, 8, std::nullopt)};
  nodes.lines[0].freshness = catalog::Freshness::stale;
  for (const cost::BillLine& each : nodes.lines) nodes.all.add(each);
  nodes.each = {Cents(123456789), false};
  nodes.figures.chassis = "2U rack server";
  nodes.figures.dimms = 6;
  nodes.figures.channels = 8;
  nodes.figures.channels_filled = 6;
  nodes.figures.memory_bytes = 6 * 64.0 * 1024 * 1024 * 1024;
  nodes.figures.even_memory = false;
  bill.nodes = {nodes};
  bill.site = {line("switch", "A switch", 0, 1, 9999)};
  bill.site[0].because = "10 Gbit/s SFP ports for data, twice: one may fail";
  bill.site_sum.add(bill.site[0]);
  bill.nodes_sum.add(nodes.all);
  bill.total.add(bill.nodes_sum);
  bill.total.add(bill.site_sum);
  bill.missing = {"A disk"};
  return bill;
}

}  // namespace

TEST_CASE("a bill's JSON has null for what is unknown and cents for what is not") {
  const json root = json::parse(report::write_json({sample()}));
  CHECK(root.at("complete") == false);
  CHECK(root.at("total").is_null());
  CHECK(root.at("known") == "2469235.77");
  CHECK(root.at("site_total") == "99.99");
  const json& lines = root.at("nodes").at(0).at("lines");
  CHECK(lines.at(0).at("unit_price") == "1234567.89");
  CHECK(lines.at(0).at("total") == "2469135.78");
  CHECK(lines.at(0).at("freshness") == "stale");
  CHECK(lines.at(1).at("unit_price").is_null());
  CHECK(lines.at(1).at("basis") == "unknown");
  CHECK(lines.at(1).at("freshness").is_null());
  CHECK(root.at("site").at(0).at("per_node").is_null());
}

TEST_CASE("several bills stand in one document") {
  const json root = json::parse(report::write_json({sample(), sample()}));
  CHECK(root.at("bills").size() == 2);
}

TEST_CASE("a bill's table shows lower bounds, keeps to its width and says what is missing") {
  for (const std::size_t width : {80U, 140U}) {
    const std::string table = report::write_table({sample()}, {width, false, false});
    INFO(table);
    std::istringstream stream(table);
    for (std::string text; std::getline(stream, text);) CHECK(report::cells(text) <= width);
    CHECK(table.find("CNY ≥ 2,469,235.77") != std::string::npos);
    CHECK(table.find("n/a") != std::string::npos);
    CHECK(table.find("6 of 8 channels filled, unevenly") != std::string::npos);
    CHECK(table.find("no price is known for A disk") != std::string::npos);
    CHECK(table.find("old") != std::string::npos);
  }
}

TEST_CASE("a bill's CSV has a row for each line, and cells that cannot break it") {
  const std::string csv = report::write_csv({sample()});
  std::istringstream stream(csv);
  std::vector<std::string> rows;
  for (std::string text; std::getline(stream, text);) rows.push_back(text);
  REQUIRE(rows.size() == 4);
  CHECK(rows[1].rfind("\"chat, \"\"big\"\"\",llm:chat,2,cpu,cpu-id,", 0) == 0);
  CHECK(rows[2].find(",unknown,,,CNY,") != std::string::npos);
  CHECK(rows[3].find("\"10 Gbit/s SFP ports for data, twice: one may fail\"") != std::string::npos);
}

TEST_CASE("a bill's Markdown keeps its tables whole") {
  const std::string markdown = report::write_markdown({sample()});
  INFO(markdown);
  CHECK(markdown.find("A processor \\| with a bar") != std::string::npos);
  CHECK(markdown.find("**Total: CNY ≥ 2,469,235.77**") != std::string::npos);
}
