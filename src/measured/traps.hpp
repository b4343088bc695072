// What is known of single sources: which of their rows must not be compared, and which say little.
#pragma once

#include <string_view>

#include "rackfit/measured/row.hpp"

namespace rackfit::measured {

/// Reasons that more than one place gives, and that tests name.
namespace reason {

inline constexpr char old_engine[] = "serving engine of 2024 or older";
inline constexpr char spans_replicas[] = "total over replicas of unstated parallelism";
inline constexpr char whole_batch[] = "time of a whole batch, not of a request";
inline constexpr char no_parallelism[] = "several devices, parallelism not stated";
inline constexpr char row_split[] = "row split of old llama.cpp builds";
inline constexpr char warm_up[] = "prompt timing with one-off warm-up";
inline constexpr char hybrid[] = "weights partly in host memory";
inline constexpr char network[] = "split over machines";
inline constexpr char speculative[] = "speculative decoding";
inline constexpr char spills[] = "model larger than the device: spills to the host";
inline constexpr char small_batches[] = "prompt cut into batches of a few tokens";
inline constexpr char duplicate[] = "the same run is in another table";
inline constexpr char no_lengths[] = "prompt and output lengths not stated";
inline constexpr char no_format[] = "weight format not stated";
inline constexpr char burst_ttft[] = "time to first token of a burst is its queue";
inline constexpr char given_rate[] = "throughput below saturation only repeats the request rate";
inline constexpr char decode_context[] = "decode context parallelism";
inline constexpr char physical[] = "the device's own memory, not what is used";
inline constexpr char length_only[] = "a length, not a figure";
inline constexpr char no_device[] = "device not named";
inline constexpr char cpu_part[] = "processor of a machine that the catalog has for its graphics part";
inline constexpr char power_cap[] = "power-capped device";
inline constexpr char other_metric[] = "figure that the answer does not give";
inline constexpr char low_trust[] = "the transcription itself doubts the value";

}  // namespace reason

/// Why this row must not be compared; nullptr when nothing speaks against it.
const char* objection(const Row& row);
/// Why this row says little; nullptr when nothing does.
const char* doubt(const Row& row);
/// True for engines that serve many requests at once, whose speed changed much over the years.
bool serving_engine(std::string_view engine);

}  // namespace rackfit::measured
