#include "rackfit/units/dimension.hpp"

#include <algorithm>

namespace rackfit::units {

namespace {

constexpr int exponent_limit = 100;

Dimension combine(const Dimension& a, const Dimension& b, int sign) {
  Dimension result;
  for (std::size_t i = 0; i < max_base_quantities; ++i) {
    const int sum = a.exponents[i] + sign * b.exponents[i];
    result.exponents[i] = static_cast<std::int8_t>(std::clamp(sum, -exponent_limit, exponent_limit));
  }
  return result;
}

}  // namespace

Dimension Dimension::operator*(const Dimension& other) const { return combine(*this, other, 1); }
Dimension Dimension::operator/(const Dimension& other) const { return combine(*this, other, -1); }

}  // namespace rackfit::units
