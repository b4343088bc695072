// The answer of `rackfit fits --kafka` as a table and as JSON: how much given brokers carry, and what stops
// them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rackfit/kafka/capacity.hpp"
#include "rackfit/report/layout.hpp"

namespace rackfit::report {

struct KafkaCapacity {
  std::string hardware;  // in words
  std::string load;      // "replication 3, 1 consumer group, lz4"
  double brokers = 0;
  std::optional<double> message_bytes;
  bool retention_given = false;
  const kafka::Cluster* cluster = nullptr;
  std::vector<kafka::Capacity>
      answers;  // planned, physical, and with something lost where there is something to lose
  std::vector<std::string> notes;
};

std::string write_kafka_capacity_table(const KafkaCapacity& capacity, const TextOptions& options);
std::string write_kafka_capacity_json(const KafkaCapacity& capacity);

}  // namespace rackfit::report
