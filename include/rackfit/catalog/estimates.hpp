// What `rackfit estimate` and `rackfit fits` take for granted where nobody says otherwise
// (profiles/estimate.yaml), and how much of a shared memory an operating system lends to its graphics part
// (profiles/hardware/shared-memory.yaml).
//
// Habits rather than facts, so they are data with a reason: whoever disagrees lays a file of his own over it.
#pragma once

#include "rackfit/catalog/device.hpp"

namespace rackfit::catalog {

/// Assumptions about a question that leaves something open.
struct UsualQuestion {
  double host_bandwidth_bytes_per_s = 0;  // of the memory beside a device
  double input_tokens = 0, output_tokens = 0;
  std::int64_t context_tokens = 0;
  double user_tokens_per_s = 0;  // that a reader wants to see
  double prompt_share = 0;       // of the context, where it is shorter than the usual lengths
  std::vector<std::string> server_engines, desktop_engines;  // best known first
  std::vector<std::string> file_formats;                     // fetched unless told otherwise
  std::string sixteen_bit_format;
};

/// Share of a model's worth that is left at so many bits a weight.
struct WorthAtBits {
  double bits_per_weight = 0, worth = 1;
};

/// How `rackfit fits` ranks.
struct Ranking {
  double doubling_months = 0;               // by which a model of the same size gets twice as good
  double unknown_age_months = 0;            // of models whose release date nobody knows
  double full_downloads = 0;                // a month, from which a model counts in full …
  double unknown_downloads = 0;             // … of models whose downloads nobody knows
  double download_exponent = 0;             // of downloads over full_downloads
  double same_size = 0;                     // parameters, all and active, that differ by less are one size
  double same_architecture = 0;             // likewise, for models of the same layers and width
  double derived_share = 1;                 // of its worth that another house's tune of an older model keeps
  double near_miss_exponent = 1;            // by which what a near miss lacks weighs against its worth
  std::vector<std::string> silent_words;    // parts of names that a list leaves out
  double same_family_share = 1;             // of its worth that every further model of a family keeps
  double fine_bits = 0;                     // formats below are a last resort
  double padding = 1;                       // by which a format may exceed the published weights
  std::vector<WorthAtBits> worth_at_bits;   // falling bits; between them it is interpolated
  std::vector<std::string> file_formats;    // of files for llama.cpp, widest first
  std::vector<std::string> faster_formats;  // shown beside a wider one
};

/// Models that one house publishes in several sizes and generations.
struct Family {
  std::vector<std::string> names;  // beginnings of model ids
};

struct Estimates {
  UsualQuestion usual;
  Ranking ranking;
  std::vector<schema::Named<Family>> families;

  /// The family of a model id; the letters it begins with where no family claims it.
  std::string family_of(std::string_view model_id) const;
  double worth_at_bits(double bits_per_weight) const;
};

struct LendingStep {
  std::optional<double> up_to_bytes;  // memory of the machine; empty: any
  double share = 1;
};

/// What an operating system lends to the graphics part of a shared memory unless it is told otherwise.
struct Lending {
  RowInfo row;
  std::vector<DeviceClass> classes;  // all of these lists must match; empty: any
  std::vector<std::string> vendors;
  std::vector<std::string> devices;  // ids
  std::vector<LendingStep> steps;    // the first that holds the machine's memory counts
  std::string advice;                // with {lent}, {memory}, {needed}, {needed_mib} and {needed_pages}

  bool applies_to(const Device& device) const;
  double share_of(double memory_bytes) const;
};

}  // namespace rackfit::catalog
