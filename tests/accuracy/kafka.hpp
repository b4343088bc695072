// The Kafka part of the accuracy program: physical limits against measured clusters.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rackfit/catalog/library.hpp"
#include "rackfit/kafka/score.hpp"

namespace rackfit::accuracy {

/// Rows, what the rules say of them, and what rules fitted to the other sources say.
struct KafkaScores {
  std::vector<kafka::MeasuredRow> rows;
  std::shared_ptr<const rules::Program> program;
  kafka::Observations seen;
  std::vector<kafka::MeasuredSample> samples;  // with the rules' own coefficients
  kafka::Coefficients own, fitted;             // of the rules; of all sources together
  std::vector<kafka::SourceLeftOut> left_out;  // by source
};

/// One figure that the project promises.
struct KafkaHeadline {
  std::string title;
  std::size_t rows = 0;
  double value = 0, target = 0;
  bool met() const { return value <= target; }
};

/// Nothing when the table or the rules cannot be read; then the diagnostics say why.
std::optional<KafkaScores> score_kafka(const std::string& path, const catalog::Library& library,
                                       const units::Registry& units, Diagnostics& diagnostics);
/// Median and worst factor of sources left out, and rows refuted without an explanation.
std::vector<KafkaHeadline> headlines(const KafkaScores& scores);
std::string kafka_table(const KafkaScores& scores);
std::string kafka_markdown(const KafkaScores& scores);

}  // namespace rackfit::accuracy
