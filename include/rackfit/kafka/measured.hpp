// Measured Kafka clusters: what somebody ran on which brokers and what went through, as questions to the
// rules.
//
// Sources count different things: what producers sent, what consumers read, both together, what one broker
// wrote to its disks. Here all become one figure, the bytes per second that producers handed over, or for
// runs without producers the bytes that consumers read. A row that says too little to be asked is left out
// with the reason, and a row whose clients were the limit only says what the brokers carried at least.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "rackfit/base/diagnostic.hpp"
#include "rackfit/kafka/capacity.hpp"

namespace rackfit::kafka {

/// One row as its source states it; empty where it says nothing.
struct MeasuredRow {
  std::string id, source, metric, disk_type, bottleneck, notes, acks, codec, tls;
  std::optional<double> brokers, cores, disk_mb_per_s, net_gbit_per_s, replication, message_bytes,
      batch_bytes, partitions, producers, consumer_groups;
  double value = 0;
  Span span;

  /// The word after `use=` in the notes: fit, holdout, bound …
  std::string use() const;
  /// "SVT": rows of one source share it.
  std::string family() const { return id.substr(0, id.find('-')); }
};

/// The rows of a table; what cannot be read is a diagnostic.
std::vector<MeasuredRow> read_measured_rows(const SourceFile& file, Diagnostics& diagnostics);

/// A row that can be compared.
struct Observation {
  const MeasuredRow* row = nullptr;
  double bytes_per_s = 0;  // produced, or read when `reads`
  bool reads = false;      // consumers alone
  bool at_least = false;   // the brokers carried this, perhaps they could have carried more
  // Producers wait for leaders only: followers may fall behind, and then nothing is said about replication.
  bool burst = false;
  bool peak = false;                                   // of a run, not what lasted
  std::vector<std::pair<std::string, double>> inputs;  // of the rules
};

struct Observations {
  std::vector<Observation> compared;
  std::map<std::string, std::vector<const MeasuredRow*>> left_out;  // by reason
};

/// Refers to the rows.
Observations observe(const std::vector<MeasuredRow>& rows);

}  // namespace rackfit::kafka
