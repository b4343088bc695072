// How far the answer could be off: each input moved alone over its range (tornado), and all of them drawn
// together.
//
// Ranges come from the coefficients' profiles; the generator and the inverse triangular distribution are our
// own, because those of the standard library give other numbers on other compilers. Ranges lean to the dear
// side, so that the median of the draws is above the figure at the usual values: both are shown, and which is
// which.
#pragma once

#include <functional>

#include "rackfit/cost/own.hpp"

namespace rackfit::cost {

/// PCG32 (O'Neill 2014): small, fast and the same everywhere.
class Random {
 public:
  explicit Random(std::uint64_t seed);
  std::uint32_t next();
  /// In [0, 1), 53 bits.
  double uniform();

 private:
  std::uint64_t state_ = 0;
};

/// The value of a triangular distribution below which the share `u` of all draws lie.
double triangular(double low, double usual, double high, double u);

/// One thing that could be otherwise.
struct Input {
  std::string name;
  double low = 0, usual = 0, high = 0;
  catalog::Shape shape = catalog::Shape::triangular;
  std::function<void(OwnCase&, double)> set;
  std::string unit = {};  // "%", "people", "years", "times"; money: a currency
};

/// What is measured of a case: a cost, or nothing when it has no value there.
using Metric = std::function<double(const OwnCase&)>;

/// Equivalent yearly cost over full-time hours of the accelerators.
double cost_per_device_hour(const OwnCase& own);
/// Equivalent yearly cost over the tokens served at the case's utilisation when full load is `tokens_per_s`.
double cost_per_million_tokens(const OwnCase& own, double tokens_per_s);

/// The coefficients whose ranges a case has.
struct RangeNames {
  std::string staff = "staff-fte", pue = "pue-colo", space = "colo-per-kw-month";
  std::optional<std::pair<double, double>> offered;  // ends of an offered price over its middle
  double licence_rate = 1;  // the case's currency for one of the licence coefficient's
};

/// The inputs of buying, with the ranges of the market's coefficients; `usual` is what the case has. What has
/// no range is left out.
std::vector<Input> own_inputs(const catalog::Market& market, const OwnCase& base,
                              const RangeNames& names = {});

struct Swing {
  std::string name, unit;
  double low = 0, high = 0;        // of the input
  double at_low = 0, at_high = 0;  // of the metric
  double width() const;
};

/// The `most` inputs that move the metric most, widest first; ties by name.
std::vector<Swing> tornado(const OwnCase& base, const std::vector<Input>& inputs, const Metric& metric,
                           std::size_t most = 10);

struct Quantiles {
  double p10 = 0, p50 = 0, p90 = 0;
};

/// Draws every triangular input at once; inputs of other shapes stay at their usual value.
Quantiles monte_carlo(const OwnCase& base, const std::vector<Input>& inputs, const Metric& metric,
                      std::uint64_t seed, std::size_t draws);

}  // namespace rackfit::cost
