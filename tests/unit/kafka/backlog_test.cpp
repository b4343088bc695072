// The fluid queue against the closed forms of triangles and rectangles, and what must hold of any day.
#include "rackfit/kafka/backlog.hpp"

#include <algorithm>
#include <cmath>
#include <random>

#include "support/catch.hpp"

using namespace rackfit::kafka;

namespace {

/// Rates that are `high` during some hours and `low` otherwise.
std::vector<double> block(double low, double high, int from_hour, int to_hour) {
  std::vector<double> steps(steps_per_day, low);
  for (int i = from_hour * 12; i < to_hour * 12; ++i) steps[static_cast<std::size_t>(i)] = high;
  return steps;
}

Flow steady(std::vector<double> arrivals, double capacity) {
  return {std::move(arrivals), left_over(capacity, {})};
}

std::vector<double> random_day(std::mt19937& random) {
  std::vector<double> hours;
  std::uniform_real_distribution<double> load(0, 10);
  for (int i = 0; i < 24; ++i) hours.push_back(load(random) + 0.1);
  return DayCurve::of_hours(hours)->steps();
}

}  // namespace

TEST_CASE("below its capacity a topic holds nothing") {
  const Backlog day = run_day(steady(block(1, 4, 9, 17), 4));
  CHECK(day.keeps_up);
  CHECK(day.max_waiting == 0);
  CHECK(day.age_max_s == 0);
  CHECK(day.drained_after_s == 0);
  CHECK(day.utilization == Approx((16 * 1 + 8 * 4) / 24.0 / 4));
}

TEST_CASE("a rectangle above the capacity makes a triangle of backlog") {
  // 4 a second for 8 hours into 3 a second: 1 a second piles up, then 2 a second is worked off.
  const Backlog day = run_day(steady(block(1, 4, 9, 17), 3));
  CHECK(day.max_waiting == Approx(8 * 3600));
  CHECK(day.max_waiting_at_s == Approx(17 * 3600));
  CHECK(day.drained_after_s == Approx(4 * 3600));
  // Age = backlog over capacity: rises to 9600 s while 115,200 arrive, falls while 14,400 arrive, else 0.
  CHECK(day.age_max_s == Approx(8 * 3600 / 3.0));
  const double total = 8 * 3600 * 4 + 16 * 3600;
  CHECK(day.age_mean_s == Approx((115200 + 14400) * 4800 / total));
  // 95 % of the messages: those above the age x are (1 - x/9600) of the 129,600.
  CHECK(day.age_p95_s == Approx(9600 * (1 - 0.05 * total / 129600)).epsilon(1e-4));
}

TEST_CASE("a backlog may pass midnight") {
  const Backlog late = run_day(steady(block(1, 4, 16, 24), 3));
  CHECK(late.max_waiting == Approx(8 * 3600));
  CHECK(late.drained_after_s == Approx(4 * 3600));
  CHECK_FALSE(drained_at(late, 3 * 3600));
  CHECK(drained_at(late, 4 * 3600));
}

TEST_CASE("less capacity than the mean never catches up") {
  const Backlog day = run_day(steady(block(1, 4, 9, 17), 1.9));
  CHECK_FALSE(day.keeps_up);
  CHECK(std::isinf(day.age_p95_s));
  CHECK(day.utilization > 1);
  CHECK(std::isinf(worst_outage(steady(block(1, 4, 9, 17), 1.9), 3600).max_waiting));
}

TEST_CASE("capacity that others take first leaves less") {
  const auto left = left_over(5, block(0, 3, 9, 17));
  const Backlog day = run_day({std::vector<double>(steps_per_day, 3.0), left});
  CHECK(day.max_waiting == Approx(8 * 3600));      // 3 into 2
  CHECK(day.drained_after_s == Approx(4 * 3600));  // 3 into 5
  CHECK(left_over(2, block(0, 3, 9, 17))[9 * 12] == 0);
}

TEST_CASE("an outage of a level load is a triangle too") {
  // 2 a second, 3 a second when it works: 4 hours pile up 28,800, worked off at 1 a second.
  const Outage outage = worst_outage(steady(std::vector<double>(steps_per_day, 2.0), 3), 4 * 3600);
  CHECK(outage.max_waiting == Approx(4 * 3600 * 2));
  CHECK(outage.max_age_s == Approx(4 * 3600));
  CHECK(outage.caught_up_after_s == Approx(8 * 3600));
}

TEST_CASE("the worst outage begins when it costs most") {
  const Outage outage = worst_outage(steady(block(1, 4, 9, 17), 4), 4 * 3600);
  CHECK(outage.max_waiting == Approx(4 * 3600 * 4));
  CHECK(outage.begins_at_s >= 9 * 3600);
  CHECK(outage.begins_at_s <= 13 * 3600);
  // Nothing is worked off before 17:00; then 4 against 1.
  CHECK(outage.caught_up_after_s >= 4 * 3600 * 4 / 3.0 - step_s);
}

TEST_CASE("an outage shorter than a step counts for its length") {
  const Outage outage = worst_outage(steady(std::vector<double>(steps_per_day, 2.0), 1000), 60);
  CHECK(outage.max_waiting <= 2 * step_s);
  CHECK(outage.max_age_s >= 60);
}

TEST_CASE("the least capacity keeps the age it is asked for, and no more") {
  const auto day = block(1, 4, 9, 17);
  for (const double age : {60.0, 600.0, 3600.0}) {
    const double least = least_capacity(day, {}, {age, {}});
    CHECK(run_day(steady(day, least)).age_p95_s <= age);
    CHECK(run_day(steady(day, least * 0.999)).age_p95_s > age);
    CHECK(least < 4);
  }
}

TEST_CASE("drained by a time of day") {
  // 8 hours of (4 - c) must be gone within 13 hours of (c - 1): c = 45 / 21.
  const double least = least_capacity(block(1, 4, 9, 17), {}, {{}, {6 * 3600.0}});
  CHECK(least == Approx(45 / 21.0).epsilon(1e-3));
}

TEST_CASE("a goal that any capacity keeps leaves the mean, and others come first") {
  CHECK(least_capacity(block(1, 4, 9, 17), {}, {1e6, {}}) == Approx(2));
  CHECK(least_capacity(std::vector<double>(steps_per_day, 1.0), block(0, 3, 9, 17), {1e6, {}}) == Approx(3));
}

TEST_CASE("more capacity never means older messages, more waiting or a longer recovery") {
  std::mt19937 random(7);
  for (int i = 0; i < 40; ++i) {
    const auto day = random_day(random);
    Backlog before = run_day(steady(day, 1.0001));
    Outage outage_before = worst_outage(steady(day, 1.05), 3600);
    for (const double capacity : {1.05, 1.1, 1.3, 1.7, 2.5}) {
      const Backlog now = run_day(steady(day, capacity));
      CHECK(now.age_p95_s <= before.age_p95_s);
      CHECK(now.age_mean_s <= before.age_mean_s);
      CHECK(now.age_max_s <= before.age_max_s);
      CHECK(now.max_waiting <= before.max_waiting);
      for (std::size_t s = 0; s < steps_per_day; ++s) CHECK(now.waiting[s] <= before.waiting[s]);
      const Outage outage = worst_outage(steady(day, capacity), 3600);
      CHECK(outage.max_waiting <= outage_before.max_waiting);
      CHECK(outage.max_age_s <= outage_before.max_age_s + 1e-6);
      before = now;
      outage_before = outage;
    }
  }
}

TEST_CASE("a looser goal never needs more, and twice the load needs twice the capacity") {
  std::mt19937 random(11);
  for (int i = 0; i < 20; ++i) {
    const auto day = random_day(random);
    const double peak = *std::max_element(day.begin(), day.end());
    double before = peak;
    for (const double age : {1.0, 60.0, 600.0, 3600.0, 36000.0}) {
      const double least = least_capacity(day, {}, {age, {}});
      CHECK(least <= before * (1 + 1e-9));
      CHECK(least >= 1 - 1e-9);
      before = least;
    }
    std::vector<double> twice = day;
    for (double& rate : twice) rate *= 2;
    CHECK(least_capacity(twice, {}, {600.0, {}}) ==
          Approx(2 * least_capacity(day, {}, {600.0, {}})).epsilon(1e-6));
  }
}
