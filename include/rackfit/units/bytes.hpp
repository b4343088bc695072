// Sizes of bytes that several rooms count with: one home, so that no two of them differ.
#pragma once

namespace rackfit::units {

inline constexpr double mib_bytes = 1048576;
inline constexpr double gib_bytes = 1073741824;
/// Of an element in BF16 or FP16, the format of weights and caches that state none.
inline constexpr double sixteen_bit_bytes = 2;

}  // namespace rackfit::units
