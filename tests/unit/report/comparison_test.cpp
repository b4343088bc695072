// Comparisons as JSON and billing rows: what a script may count on.
#include "rackfit/report/comparison.hpp"

#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "support/catch.hpp"

using namespace rackfit;
using nlohmann::json;

namespace {

cost::Compared priced(cost::Kind kind, const std::string& name, double at_once, double monthly,
                      const cost::Terms& terms) {
  cost::Course course;
  course.kind = kind;
  course.name = name;
  course.currency = "USD";
  if (at_once > 0) course.flow(cost::Category::hardware, "node, \"big\"", terms).months[0] = at_once;
  for (int month = 1; month <= terms.months; ++month) {
    course.flow(cost::Category::compute, "use", terms).months[static_cast<std::size_t>(month)] = monthly;
  }
  return {cost::settle(course, terms), {}, {}};
}

cost::Comparison sample() {
  cost::Comparison comparison;
  comparison.workload = "chat";
  comparison.currency = "USD";
  comparison.as_of = "2026-11-22";
  comparison.terms = {36, 0.08, 0};
  cost::Scope scope;
  scope.id = "models";
  scope.title = "Models";
  scope.options.push_back(priced(cost::Kind::own, "bought", 1000.01, 33.33, comparison.terms));
  scope.options.push_back(priced(cost::Kind::rent, "a cloud", 0, 99.99, comparison.terms));
  scope.options.push_back(priced(cost::Kind::api, "tokens", 0, 1, comparison.terms));
  scope.options.back().option.missing = {"price of tokens"};
  for (cost::Compared& each : scope.options) {
    each.even = cost::break_even(scope.options.front().option, each.option, comparison.terms);
  }
  std::vector<cost::Option> options;
  for (const cost::Compared& each : scope.options) options.push_back(each.option);
  scope.recommendation = cost::recommend(options, comparison.terms);
  comparison.scopes.push_back(scope);
  return comparison;
}

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') quoted = !quoted;
    if (c == ',' && !quoted) {
      cells.emplace_back();
    } else {
      cells.back() += c;
    }
  }
  return cells;
}

}  // namespace

TEST_CASE("JSON has the options with their money as decimal texts, and the recommendation") {
  const json root = json::parse(report::write_json({sample()}));
  REQUIRE(root.at("options").size() == 3);
  const json& own = root.at("options")[0];
  for (const char* key :
       {"kind", "name", "currency", "capex", "yearly", "total", "npv", "break_even_month", "complete"}) {
    CHECK(own.contains(key));
  }
  CHECK(own.at("kind") == "own");
  CHECK(own.at("capex") == "1000.01");
  CHECK(own.at("yearly") == "399.96");
  CHECK(own.at("total") == "2199.89");
  CHECK(root.at("options")[1].at("break_even_month") == 16);
  CHECK(own.at("cumulative").size() == 37);
  CHECK(root.at("recommendation").at("kind") == "own");
  CHECK(root.at("recommendation").at("total") == "2199.89");
}

TEST_CASE("an option without a price is not complete, says what is missing and has no break-even") {
  const json option = json::parse(report::write_json({sample()})).at("options")[2];
  CHECK(option.at("complete") == false);
  CHECK(option.at("missing")[0] == "price of tokens");
  CHECK(option.at("break_even_month").is_null());
  CHECK(option.at("per_unit").at("million_tokens").is_null());
}

TEST_CASE("several workloads are an array") {
  CHECK(json::parse(report::write_json({sample(), sample()})).is_array());
}

TEST_CASE("billing rows add up to the options' totals, paid and used up alike") {
  std::istringstream lines(report::write_csv({sample()}));
  std::string line;
  std::getline(lines, line);
  const std::vector<std::string> header = cells_of(line);
  CHECK(header.front() == "BilledCost");
  std::map<std::string, double> billed, effective;
  int purchases = 0;
  while (std::getline(lines, line)) {
    const std::vector<std::string> cells = cells_of(line);
    REQUIRE(cells.size() == header.size());
    const std::string& option = cells[13];
    billed[option] += std::stod(cells[0]);
    effective[option] += std::stod(cells[1]);
    purchases += cells[4] == "Purchase" ? 1 : 0;
  }
  CHECK(billed["bought"] == Approx(2199.89));
  CHECK(effective["bought"] == Approx(2199.89));
  CHECK(billed["a cloud"] == Approx(99.99 * 36));
  CHECK(purchases == 3);  // one a year
}

TEST_CASE("tables fit into 80 columns, and mark lower bounds") {
  report::TextOptions options;
  options.width = 80;
  std::istringstream lines(report::write_table({sample()}, options));
  bool bound = false;
  for (std::string line; std::getline(lines, line);) {
    CHECK(report::cells(line) <= 80);
    bound = bound || line.find("≥") != std::string::npos;
  }
  CHECK(bound);
}
