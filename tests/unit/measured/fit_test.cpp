#include "rackfit/measured/fit.hpp"

#include <cmath>

#include "fixtures.hpp"
#include "support/world.hpp"

using namespace rackfit;
using namespace rackfit::measured;
using namespace fixtures;

namespace {

const Parameter& parameter(std::string_view key) {
  for (const Parameter& item : parameters()) {
    if (item.key == key) return item;
  }
  FAIL("no parameter " << key);
  return parameters().front();
}

}  // namespace

TEST_CASE("a minimum within the bounds is found", "[measured]") {
  const Residuals line = [](const std::vector<double>& x) {
    std::vector<double> r;
    for (int i = 0; i < 20; ++i) r.push_back(x[0] + x[1] * i / 20.0 - (0.3 + 0.5 * i / 20.0));
    return r;
  };
  const Minimum m = minimise(line, std::vector<double>(20, 1), {0.9, 0.1}, {{0, 1}, {0, 1}}, 200);
  CHECK(m.x[0] == Approx(0.3).margin(0.02));
  CHECK(m.x[1] == Approx(0.5).margin(0.02));
}

TEST_CASE("a minimum outside the bounds stops at the border", "[measured]") {
  const Residuals away = [](const std::vector<double>& x) { return std::vector<double>{x[0] - 3}; };
  CHECK(minimise(away, {1}, {0.5}, {{0, 1}}, 100).x[0] == Approx(1));
}

TEST_CASE("single wrong rows do not steer a fit", "[measured]") {
  const Residuals constant = [](const std::vector<double>& x) {
    std::vector<double> r(20, x[0] - 0.5);
    r[0] = x[0] - 40;  // somebody mistyped
    return r;
  };
  CHECK(minimise(constant, std::vector<double>(20, 1), {0.2}, {{0, 50}}, 200).x[0] ==
        Approx(0.5).margin(0.05));
}

TEST_CASE("a parameter that no row speaks of stays where it was", "[measured]") {
  const Residuals first_only = [](const std::vector<double>& x) { return std::vector<double>{x[0] - 0.7}; };
  const Minimum m = minimise(first_only, {1}, {0.2, 0.33}, {{0, 1}, {0, 1}}, 100);
  CHECK(m.x[1] == Approx(0.33));
}

TEST_CASE("known parameters are recovered from rows made with them", "[measured]") {
  const auto& catalog = test::built_in_catalog();
  std::vector<Row> rows;
  for (const char* model : {"Llama-3.1-8B", "Llama-3.1-70B", "Qwen3-32B", "Qwen3-14B"}) {
    for (const double concurrency : {1.0, 4.0, 8.0, 16.0, 64.0}) {
      Row row = serving();
      row.id = std::string(model) + " " + std::to_string(int(concurrency));
      row.model = model;
      row.concurrency = concurrency;
      rows.push_back(row);
    }
  }
  const Cases plain = make_cases(catalog, rows);
  REQUIRE_FALSE(plain.questions.empty());
  const catalog::Calibration& row = *plain.questions.front().deployment.calibration;
  for (const auto& [key, factor] : {std::pair{"bandwidth_efficiency", 0.8},
                                    std::pair{"all_reduce_latency", 1.5}, std::pair{"layer_overhead", 1.5}}) {
    INFO(key);
    const Parameter& sought = parameter(key);
    catalog::Calibration truth = row;
    sought.set(truth, factor * *sought.get(row));
    const Scores made = score(plain, &truth);
    REQUIRE(made.samples.size() == rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i].value = made.samples[i].predicted.mid * 1e3;
    FitOptions options;
    options.parameters = {&sought};
    options.known_rows = 0;
    const auto fitted = fit(make_cases(catalog, rows), row, options);
    REQUIRE(fitted);
    CHECK(fitted->rows == rows.size());
    CHECK(*sought.get(fitted->after) == Approx(*sought.get(truth)).epsilon(0.05));
    REQUIRE(fitted->figures.size() == 1);
    CHECK(fitted->figures[0].after.median < 0.5 * fitted->figures[0].before.median);
    // Data without noise: what a left-out model would have got is about as good.
    CHECK(fitted->groups == 4);
    CHECK(fitted->figures[0].held_out.median < fitted->figures[0].before.median);
    // Few rows against what is known beforehand: part of the way, never past the truth.
    options.known_rows = 0.25;
    const double held = *sought.get(fit(make_cases(catalog, rows), row, options)->after);
    const double way = std::log(held / *sought.get(row)) / std::log(factor);
    CHECK(way > 0.1);
    CHECK(way < 1.05);
  }
}

TEST_CASE("nothing is fitted where no row uses the calibration", "[measured]") {
  const auto& catalog = test::built_in_catalog();
  const std::vector<Row> rows = {bench()};
  const auto* other = catalog.calibrations.find("sglang-datacenter");
  REQUIRE(other);
  CHECK_FALSE(fit(make_cases(catalog, rows), *other, {}));
}

TEST_CASE("doubtful rows take no part in a fit", "[measured]") {
  const auto& catalog = test::built_in_catalog();
  std::vector<Row> rows = {bench()};
  rows[0].notes = "crowd-sourced";
  const Cases cases = make_cases(catalog, rows);
  REQUIRE(cases.questions.size() == 1);
  CHECK_FALSE(fit(cases, *cases.questions[0].deployment.calibration, {}));
}

TEST_CASE("new figures take the place of the old ones in the profile, and nothing else changes",
          "[measured]") {
  const std::string profile =
      "# a comment\ncalibration:\n  one:\n    name: One\n    bandwidth_efficiency: 0.8\n    layer_overhead: "
      "40 us\n"
      "    decode_band: {low: 0.5, high: 2}\n    tier: textbook\n  two:\n    bandwidth_efficiency: 0.8\n";
  RowFit fit;
  fit.after.row.id = "one";
  fit.after.bandwidth_efficiency = 0.9123;
  fit.after.request_overhead_s = 5.5e-6;
  fit.decode_band = catalog::Band{0.9, 1.2};
  fit.fitted = {&parameter("bandwidth_efficiency"), &parameter("request_overhead")};
  CHECK(updated_profile(profile, fit) ==
        "# a comment\ncalibration:\n  one:\n    name: One\n    bandwidth_efficiency: 0.912\n    "
        "layer_overhead: 40 us\n"
        "    request_overhead: 5.5 us\n    decode_band: {low: 0.90, high: 1.20}\n    tier: textbook\n  two:\n"
        "    bandwidth_efficiency: 0.8\n");
  fit.after.row.id = "three";
  CHECK(updated_profile(profile, fit) == profile);
}
