// How far the answer could be off: known swings, known quantiles, and the same draws everywhere.
#include "rackfit/cost/sensitivity.hpp"

#include "support/catch.hpp"
#include "unit/cost/example.hpp"

using namespace rackfit;
using namespace rackfit::cost;
using test::built_in_market;
using test::node_of_eight_h100;

namespace {

Input by_member(std::string name, double low, double usual, double high, double OwnCase::*member) {
  return {
      std::move(name), low, usual, high, catalog::Shape::triangular, [member](OwnCase& own, double value) {
        own.*member = value;
      }};
}

/// The ranges of the worked example.
std::vector<Input> example_inputs() {
  std::vector<Input> inputs = {
      by_member("hardware", 220000.0 / 260000, 1, 400000.0 / 260000, &OwnCase::hardware_factor),
      by_member("staff", 0.25, 0.5, 1.5, &OwnCase::staff_fte),
      by_member("network", 0.05, 0.08, 0.15, &OwnCase::network_fraction),
      by_member("pue", 1.2, 1.4, 1.8, &OwnCase::pue),
      by_member("maintenance", 0.04, 0.08, 0.15, &OwnCase::maintenance_fraction),
      by_member("residual", 0, 0.1, 0.15, &OwnCase::residual_fraction)};
  inputs.push_back({"electricity", 0.06, 0.1, 0.3, catalog::Shape::triangular,
                    [](OwnCase& own, double value) { own.energy_price = value; }});
  inputs.push_back({"space", 110, 180, 280, catalog::Shape::triangular,
                    [](OwnCase& own, double value) { own.space_per_kw_month = value; }});
  inputs.push_back({"discount rate", 0.05, 0.08, 0.12, catalog::Shape::triangular,
                    [](OwnCase& own, double value) { own.terms.discount_rate = value; }});
  inputs.push_back({"utilisation", 0.1, 0.4, 0.8, catalog::Shape::triangular,
                    [](OwnCase& own, double value) { own.gear[0].utilisation = value; }});
  return inputs;
}

std::vector<Input> with_choices() {
  std::vector<Input> inputs = example_inputs();
  inputs.push_back({"years", 3, 5, 6, catalog::Shape::choice,
                    [](OwnCase& own, double value) { own.terms.months = static_cast<int>(value * 12); }});
  inputs.push_back({"licences", 0, 0, 4500, catalog::Shape::choice,
                    [](OwnCase& own, double value) { own.licence_per_device = value; }});
  return inputs;
}

}  // namespace

TEST_CASE("the tornado of the worked example: people first, cooling last") {
  const auto swings = tornado(node_of_eight_h100(), with_choices(), cost_per_device_hour, 12);
  struct Row {
    const char* name;
    double at_low, at_high;
  };
  const std::vector<Row> rows = {{"staff", 2.33, 5.18},       {"hardware", 2.70, 3.62},
                                 {"years", 3.42, 2.77},       {"licences", 2.90, 3.42},
                                 {"maintenance", 2.75, 3.16}, {"space", 2.78, 3.08},
                                 {"electricity", 2.86, 3.11}, {"discount rate", 2.82, 3.02}};
  REQUIRE(swings.size() == 12);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    INFO(rows[i].name);
    CHECK(swings[i].name == rows[i].name);
    CHECK(swings[i].at_low == Approx(rows[i].at_low).epsilon(0.01));
    CHECK(swings[i].at_high == Approx(rows[i].at_high).epsilon(0.01));
  }
  CHECK(swings.back().name == "pue");
  CHECK(swings.back().width() == Approx(0.04).margin(0.01));
}

TEST_CASE("per token it is use that counts") {
  const auto per_token = [](const OwnCase& own) { return cost_per_million_tokens(own, 8000); };
  OwnCase own = node_of_eight_h100();
  for (const auto& [utilisation, cost] :
       std::vector<std::pair<double, double>>{{0.1, 8.06}, {0.4, 2.02}, {0.8, 1.01}}) {
    own.gear[0].utilisation = utilisation;
    CHECK(per_token(own) == Approx(cost).epsilon(0.02));
  }
  CHECK(tornado(node_of_eight_h100(), with_choices(), per_token, 10).front().name == "utilisation");
}

TEST_CASE("quantiles of the worked example") {
  const Quantiles q = monte_carlo(node_of_eight_h100(), example_inputs(), cost_per_device_hour, 1, 20000);
  CHECK(q.p10 == Approx(2.99).epsilon(0.01));
  CHECK(q.p50 == Approx(3.73).epsilon(0.01));
  CHECK(q.p90 == Approx(4.75).epsilon(0.01));
}

TEST_CASE("the same seed draws the same, another seed does not") {
  const auto draw = [](std::uint64_t seed) {
    return monte_carlo(node_of_eight_h100(), example_inputs(), cost_per_device_hour, seed, 500);
  };
  const Quantiles one = draw(1), again = draw(1), two = draw(2);
  CHECK(one.p50 == again.p50);
  CHECK(one.p90 == again.p90);
  CHECK(one.p50 != two.p50);
}

TEST_CASE("the generator's numbers are those of PCG32 on every compiler") {
  Random random(42);
  Random same(42);
  double mean = 0;
  for (int i = 0; i < 10000; ++i) {
    const double u = random.uniform();
    CHECK(u == same.uniform());
    CHECK((u >= 0 && u < 1));
    mean += u / 10000;
  }
  CHECK(mean == Approx(0.5).margin(0.01));
}

TEST_CASE("a triangular draw lies in its range and piles up at the usual value") {
  CHECK(triangular(1, 2, 4, 0) == 1);
  CHECK(triangular(1, 2, 4, 1) == 4);
  CHECK(triangular(1, 2, 4, 1 / 3.0) == Approx(2));
  CHECK(triangular(5, 5, 5, 0.7) == 5);
  CHECK(triangular(0, 0, 1, 0.75) == Approx(0.5));
}

TEST_CASE("the bundled ranges give the inputs of buying") {
  const auto inputs = own_inputs(built_in_market(), node_of_eight_h100());
  CHECK(inputs.size() >= 12);
  for (const Input& input : inputs) {
    INFO(input.name);
    CHECK(input.low <= input.usual);
    CHECK(input.usual <= input.high);
  }
  CHECK(tornado(node_of_eight_h100(), inputs, cost_per_device_hour).size() == 10);
  CHECK(tornado(node_of_eight_h100(), inputs, cost_per_device_hour).front().name == "staff");
}
