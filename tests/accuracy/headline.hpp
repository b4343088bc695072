// The figures that the project promises, each over all the slices it speaks of, with the promise beside.
#pragma once

#include <string>
#include <vector>

#include "rackfit/measured/score.hpp"

namespace rackfit::accuracy {

enum class Judge { median, mean, worst_gib };

struct Headline {
  std::string title;
  measured::Statistics statistics;
  Judge judge = Judge::median;
  double value = 0;   // what is judged: a share, or GiB
  double target = 0;  // at most this
  bool met() const { return statistics.n > 0 && value <= target; }
};

std::vector<Headline> headlines(const std::vector<measured::Sample>& samples);
std::string headline_table(const std::vector<Headline>& lines);

}  // namespace rackfit::accuracy
