// Words and figures that the writers of estimates and of `rackfit fits` share.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "rackfit/estimate/estimate.hpp"
#include "rackfit/units/bytes.hpp"

namespace rackfit::report {

inline constexpr double gib = units::gib_bytes;

std::string_view tier_word(catalog::Tier tier);
/// What a tier means for the reader: "fitted to measurements of this engine on this class of devices".
std::string tier_sentence(catalog::Tier tier);
/// "memory bandwidth" for memory-bandwidth, "room for KV cache" for kv-memory.
std::string bound_phrase(std::string_view bound);
/// "2 × NVIDIA H100 SXM5 80GB", with a chosen memory size.
std::string device_phrase(const estimate::Subject& subject);
/// Devices of all replicas.
std::int64_t all_devices(const estimate::Subject& subject);
/// "33.8 GiB"; two decimals below one.
std::string gibibytes(double bytes);
/// "392 ms", "1.8 s", "2.4 min".
std::string duration(double seconds);
/// "12,400"; digits that no estimate has are zero.
std::string count_text(double value);
/// "22.8 token/s".
std::string rate_text(double value, std::string_view unit);

}  // namespace rackfit::report
