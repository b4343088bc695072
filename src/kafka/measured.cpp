#include "rackfit/kafka/measured.hpp"

#include <cmath>
#include <utility>
#include <variant>

#include "rackfit/measured/row.hpp"
#include "rackfit/units/registry.hpp"

namespace rackfit::kafka {
namespace {

constexpr double mega = 1e6, mebi = 1048576, gigabit = 0.125e9;
// A run whose messages take so long has reached its limit, whatever rate it was asked for.
constexpr double saturated_p99_ms = 500;
// Consumers alone: so much is read of so little that is produced that only the reading counts.
constexpr double reads_per_write = 1e6;

struct TextColumn {
  const char* name;
  std::string MeasuredRow::*member;
};
struct NumberColumn {
  const char* name;
  std::optional<double> MeasuredRow::*member;
};

constexpr TextColumn text_columns[] = {
    {"id", &MeasuredRow::id},
    {"source", &MeasuredRow::source},
    {"metric", &MeasuredRow::metric},
    {"notes", &MeasuredRow::notes},
    {"compression", &MeasuredRow::codec},
    {"bottleneck_if_stated", &MeasuredRow::bottleneck},
    {"acks", &MeasuredRow::acks},
    {"tls", &MeasuredRow::tls},
    {"disk_type", &MeasuredRow::disk_type},
};
constexpr NumberColumn number_columns[] = {
    {"brokers", &MeasuredRow::brokers},
    {"broker_vcpu", &MeasuredRow::cores},
    {"disk_mb_s_total_per_broker", &MeasuredRow::disk_mb_per_s},
    {"net_gbps_per_broker", &MeasuredRow::net_gbit_per_s},
    {"replication_factor", &MeasuredRow::replication},
    {"msg_bytes", &MeasuredRow::message_bytes},
    {"batch_bytes", &MeasuredRow::batch_bytes},
    {"partitions", &MeasuredRow::partitions},
    {"producers", &MeasuredRow::producers},
    {"consumer_groups", &MeasuredRow::consumer_groups},
};

using LeftOut = std::string;
using Rate = std::variant<Observation, LeftOut>;

bool ends_with(const std::string& text, std::string_view end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

/// A value in MB/s or messages/s as bytes per second.
std::optional<double> bytes_per_s(const MeasuredRow& row) {
  if (ends_with(row.metric, "_mb_s")) return row.value * mega;
  if (ends_with(row.metric, "_msg_s") && row.message_bytes) return row.value * *row.message_bytes;
  return std::nullopt;
}

Rate rate_of(const MeasuredRow& row) {
  Observation seen;
  seen.row = &row;
  const auto carried = bytes_per_s(row);
  if (row.metric == "disk_write_mib_s_per_broker") {
    seen.bytes_per_s = row.value * mebi * *row.brokers / row.replication.value_or(3);
  } else if (row.metric == "total_mb_s") {
    // Producers and consumers together.
    seen.bytes_per_s = *carried / (1 + row.consumer_groups.value_or(1));
  } else if (row.metric == "e2e_p99_ms") {
    const auto load = measured::noted_number(row.notes, "at ");
    if (!load || row.value < saturated_p99_ms) return LeftOut("a latency below the limit");
    seen.bytes_per_s = *load * mega;
  } else if (row.metric.compare(0, 8, "produce_") == 0 && carried) {
    seen.bytes_per_s = *carried;
  } else if (row.metric.compare(0, 8, "consume_") == 0 && carried) {
    if (row.producers.value_or(0) > 0) return LeftOut("the producers' row of the same run is compared");
    seen.reads = true;
    seen.bytes_per_s = *carried;
  } else if (ends_with(row.metric, "_msg_s")) {
    return LeftOut("size of a message not stated");
  } else {
    return LeftOut("a latency below the limit");
  }
  return seen;
}

/// Bytes per second that all brokers' storage takes together, where it is one and its speed is stated.
std::optional<double> shared_storage(const MeasuredRow& row) {
  const auto giga_per_s = measured::noted_number(row.bottleneck, "shared storage ");
  return giga_per_s && row.bottleneck.find("GB/s") != std::string::npos
             ? std::optional<double>(*giga_per_s * 1e9)
             : std::nullopt;
}

/// A limit was reached, but perhaps that of storage behind a network of which nothing is known.
bool unknown_storage(const MeasuredRow& row) {
  const bool networked =
      row.disk_type.find("RBD") != std::string::npos || row.disk_type.find("NFS") != std::string::npos;
  return networked && !row.disk_mb_per_s && !shared_storage(row);
}

void add_inputs(Observation& seen) {
  const MeasuredRow& row = *seen.row;
  const auto set = [&](const char* name, const std::optional<double>& value, double unit = 1) {
    if (value) seen.inputs.emplace_back(name, *value * unit);
  };
  set("kafka.brokers_fixed", row.brokers);
  set("node.cores", row.cores);
  set("node.nic_bandwidth", row.net_gbit_per_s, gigabit);
  // SVT gives disk rates as dd does and what was written in MiB; the latter exceeds the former unless both
  // are MiB.
  set("node.disk_write", row.disk_mb_per_s, row.metric == "disk_write_mib_s_per_broker" ? mebi : mega);
  if (const auto shared = shared_storage(row)) set("node.disk_write", *shared / *row.brokers);
  if (row.disk_mb_per_s || shared_storage(row)) set("node.disk_count", 1.0);
  set("kafka.batch_size", row.batch_bytes);
  set("kafka.partitions_fixed", row.partitions);
  set("kafka.tls", row.tls.empty() || row.tls == "no" ? 0.0 : 1.0);
  set("kafka.lagging_groups", 0.0);  // consumers keep up in benchmarks, and read from memory
  if (seen.reads) {
    set("kafka.replication", 1.0);
    set("kafka.fan_out", reads_per_write);
    return;
  }
  set("kafka.replication",
      row.replication ? row.replication : std::optional<double>(std::min(3.0, *row.brokers)));
  // A run with stated producers and no consumers had none; where neither is stated, one group read along.
  set("kafka.consumer_groups",
      row.consumer_groups ? row.consumer_groups : std::optional<double>(row.producers ? 0 : 1));
}

}  // namespace

std::string MeasuredRow::use() const {
  const std::size_t at = notes.find("use=");
  if (at == std::string::npos) return {};
  const std::size_t begin = at + 4;
  return notes.substr(begin, notes.find_first_of("; ", begin) - begin);
}

std::vector<MeasuredRow> read_measured_rows(const SourceFile& file, Diagnostics& diagnostics) {
  std::vector<MeasuredRow> rows;
  const auto csv = measured::read_csv(file, diagnostics);
  if (!csv) return rows;
  for (const char* needed : {"id", "metric", "value", "brokers", "notes"}) {
    if (csv->find(needed)) continue;
    diagnostics.error(measured::code::column, csv->header_span,
                      std::string("there is no column `") + needed + "`");
    return rows;
  }
  for (const measured::CsvRecord& record : csv->records) {
    MeasuredRow row;
    row.span = record.span;
    for (const TextColumn& column : text_columns) {
      if (const auto at = csv->find(column.name)) row.*column.member = record.fields[*at];
    }
    for (const NumberColumn& column : number_columns) {
      const auto at = csv->find(column.name);
      if (at) row.*column.member = units::parse_number(record.fields[*at]);
    }
    const auto value = units::parse_number(record.fields[*csv->find("value")]);
    if (!value || !(*value > 0)) {
      diagnostics.error(measured::code::value, record.span,
                        "`value` of `" + row.id + "` is no number above zero");
      continue;
    }
    row.value = *value;
    rows.push_back(std::move(row));
  }
  return rows;
}

Observations observe(const std::vector<MeasuredRow>& rows) {
  Observations result;
  for (const MeasuredRow& row : rows) {
    const auto leave = [&](const std::string& reason) { result.left_out[reason].push_back(&row); };
    const std::string use = row.use();
    if (use != "fit" && use != "holdout" && use != "bound") {
      leave(use == "fit-limits"   ? "a vendor's rating"
            : use == "ratio-only" ? "hardware not stated: ratios only"
                                  : "excluded by its transcription");
    } else if (row.notes.find("dup=") != std::string::npos) {
      leave("the same run in another unit");
    } else if (!row.brokers || !row.cores) {
      leave("brokers or their cores not stated");
    } else if (!row.codec.empty() && row.codec != "none") {
      leave("compressed: bytes on the wire not stated");
    } else if (use != "bound" && unknown_storage(row)) {
      leave("storage behind a network, its speed not stated");
    } else {
      Rate rate = rate_of(row);
      if (const auto* reason = std::get_if<LeftOut>(&rate)) {
        leave(*reason);
        continue;
      }
      auto& seen = std::get<Observation>(rate);
      seen.at_least = use == "bound";
      seen.burst = row.acks == "1" && row.replication.value_or(3) > 1 && row.producers.value_or(1) > 1;
      seen.peak =
          row.notes.find("peak") != std::string::npos && row.notes.find("stable") == std::string::npos;
      add_inputs(seen);
      result.compared.push_back(std::move(seen));
    }
  }
  return result;
}

}  // namespace rackfit::kafka
