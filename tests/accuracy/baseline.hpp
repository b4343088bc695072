// What the accuracy was when it was last agreed on (baseline.json), and the documents that follow from it.
#pragma once

#include <string>

#include "kafka.hpp"
#include "rackfit/measured/score.hpp"

namespace rackfit::accuracy {

/// Slices, headlines and reasons; `kafka` may be missing when only models are asked for.
std::string to_json(const measured::Scores& scores, const KafkaScores* kafka);
/// 1 and lines on stdout when a slice got worse than the baseline allows, or rows went missing; 0 otherwise.
int check(const measured::Scores& scores, const KafkaScores* kafka);
/// Writes the baseline and the generated part of docs/accuracy.md; false when a file cannot be written.
bool update(const measured::Scores& scores, const KafkaScores* kafka);

}  // namespace rackfit::accuracy
