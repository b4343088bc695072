// The same seed draws the same numbers on every compiler: these were printed by g++ 12 and by clang 14.
#include <fmt/format.h>

#include "rackfit/cost/sensitivity.hpp"
#include "support/catch.hpp"
#include "unit/cost/example.hpp"

using namespace rackfit;
using namespace rackfit::cost;
using test::node_of_eight_h100;

namespace {

/// Ranges written out, so that a coefficient of the profiles may change without these numbers.
std::vector<Input> inputs() {
  const auto member = [](const char* name, double low, double usual, double high, double OwnCase::*of) {
    return Input{name,
                 low,
                 usual,
                 high,
                 catalog::Shape::triangular,
                 [of](OwnCase& own, double value) { own.*of = value; }};
  };
  return {member("hardware", 0.85, 1, 1.54, &OwnCase::hardware_factor),
          member("staff", 0.25, 0.5, 1.5, &OwnCase::staff_fte),
          member("maintenance", 0.04, 0.08, 0.15, &OwnCase::maintenance_fraction),
          member("residual", 0, 0.1, 0.15, &OwnCase::residual_fraction),
          member("pue", 1.2, 1.4, 1.8, &OwnCase::pue)};
}

}  // namespace

TEST_CASE("the first draws of a seed are known to the last bit") {
  Random random(1);
  std::string drawn;
  for (int i = 0; i < 6; ++i) drawn += fmt::format("{:08x} ", random.next());
  CHECK(drawn == "54352d7f 6ac20236 0768dd4c 75560a43 4065d452 99b2e260 ");
  // One after the other: the order in which a call's arguments are worked out is the compiler's.
  const double first = random.uniform(), second = random.uniform();
  CHECK(fmt::format("{:.17g} {:.17g}", first, second) == "0.48980390403503937 0.18082117195418301");
}

TEST_CASE("quantiles of a seed are known to the last digit") {
  const Quantiles q = monte_carlo(node_of_eight_h100(), inputs(), cost_per_device_hour, 1, 5000);
  CHECK(fmt::format("{:.13g} {:.13g} {:.13g}", q.p10, q.p50, q.p90) ==
        "2.893114181645 3.619529753424 4.624856675897");
  const Quantiles other = monte_carlo(node_of_eight_h100(), inputs(), cost_per_device_hour, 7, 5000);
  CHECK(fmt::format("{:.13g} {:.13g} {:.13g}", other.p10, other.p50, other.p90) ==
        "2.895557713635 3.602982914649 4.645840825098");
}
