// What a number measures: exponents over the base quantities of profiles/units.yaml.
//
// Counted things (tokens, requests, messages, devices) and each currency are base quantities of their own,
// because in this field mixing them up is the commonest mistake. Dimensions are compared when rules are
// compiled and when an input is read; at run time every value is a plain double in base units (B, s, W, FLOP,
// token, …).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace rackfit::units {

constexpr std::size_t max_base_quantities = 20;

/// Exponents by index of base quantity; they saturate at ±100, so that no product can wrap round to a wrong
/// match.
struct Dimension {
  std::array<std::int8_t, max_base_quantities> exponents{};

  friend bool operator==(const Dimension&, const Dimension&) = default;
  bool dimensionless() const { return *this == Dimension{}; }
  Dimension operator*(const Dimension& other) const;
  Dimension operator/(const Dimension& other) const;
  Dimension inverse() const { return Dimension{} / *this; }
};

}  // namespace rackfit::units
