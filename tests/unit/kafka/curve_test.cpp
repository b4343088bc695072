// The shape of a day: what 24 numbers stand for.
#include "rackfit/kafka/curve.hpp"

#include <numeric>

#include "support/catch.hpp"

using namespace rackfit::kafka;

namespace {

std::vector<double> one_busy_hour(double load) {
  std::vector<double> hours(24, 1.0);
  hours[20] = load;
  return hours;
}

double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

}  // namespace

TEST_CASE("an hour's number is met in the middle of the hour, over the mean of the day") {
  const auto curve = DayCurve::of_hours(one_busy_hour(13));  // mean 36 / 24
  REQUIRE(curve);
  CHECK(curve->at(20.5 * 3600) == Approx(13 / 1.5));
  CHECK(curve->at(20 * 3600) == Approx(7 / 1.5));
  CHECK(curve->at(12 * 3600) == Approx(1 / 1.5));
  CHECK(curve->peak() == Approx(13 / 1.5));
  CHECK(mean(curve->steps()) == Approx(1));
}

TEST_CASE("the day closes at midnight") {
  std::vector<double> hours(24, 0.0);
  hours[23] = 1;
  hours[0] = 1;
  const auto curve = DayCurve::of_hours(hours);
  REQUIRE(curve);
  CHECK(curve->at(0) == Approx(12));
  CHECK(curve->at(86400) == Approx(12));
  CHECK(curve->at(86400 - 1800) == Approx(12));
}

TEST_CASE("what is no day is refused") {
  CHECK_FALSE(DayCurve::of_hours(std::vector<double>(23, 1.0)));
  CHECK_FALSE(DayCurve::of_hours(std::vector<double>(24, 0.0)));
  CHECK_FALSE(DayCurve::of_hours(one_busy_hour(-1)));
  CHECK_FALSE(DayCurve::of_hours(one_busy_hour(INFINITY)));
  CHECK_FALSE(DayCurve::of_hours(one_busy_hour(NAN)));
}

TEST_CASE("a shape takes the peak it is given and keeps the order of its hours") {
  std::vector<double> hours;
  for (int i = 0; i < 24; ++i) hours.push_back(1 + i % 12);
  const auto curve = DayCurve::of_hours(hours);
  REQUIRE(curve);
  for (const double factor : {1.2, 2.0, 3.0, 8.0}) {
    const auto steep = curve->with_peak(factor);
    REQUIRE(steep);
    CHECK(steep->peak() == Approx(factor));
    CHECK(mean(steep->steps()) == Approx(1));
    CHECK(steep->at(5.5 * 3600) > steep->at(4.5 * 3600));
  }
  CHECK_FALSE(curve->with_peak(0.5));
  CHECK_FALSE(curve->with_peak(13));     // two equal peaks: at most 12 times the mean
  CHECK_FALSE(DayCurve().with_peak(2));  // a flat day has no peak
  CHECK(DayCurve().with_peak(1));
}

TEST_CASE("a chart's columns are means of the day's parts") {
  const auto steps = DayCurve::of_hours(one_busy_hour(13))->steps();
  const auto columns = thinned(steps, 48);
  REQUIRE(columns.size() == 48);
  CHECK(mean(columns) == Approx(1));
}
