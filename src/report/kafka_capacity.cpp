#include "rackfit/report/kafka_capacity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "estimate_words.hpp"
#include "rackfit/report/json_text.hpp"

namespace rackfit::report {
namespace {

using kafka::Basis;
using kafka::Bound;
using kafka::Capacity;
using kafka::Interval;

constexpr double mega = 1e6, hour_s = 3600;

const Capacity* answer(const KafkaCapacity& capacity, Basis basis) {
  for (const Capacity& each : capacity.answers) {
    if (each.basis == basis) return &each;
  }
  return nullptr;
}

const Bound* bound_of(const Capacity* capacity, const std::string& limit) {
  if (!capacity) return nullptr;
  for (const Bound& bound : capacity->bounds) {
    if (bound.limit == limit) return &bound;
  }
  return nullptr;
}

const char* key(Basis basis) {
  switch (basis) {
    case Basis::planned:
      return "planned";
    case Basis::physical:
      return "physical";
    case Basis::broker_lost:
      return "broker_lost";
    case Basis::rack_lost:
      break;
  }
  return "rack_lost";
}

const char* title(Basis basis) {
  switch (basis) {
    case Basis::planned:
      return "Planned";
    case Basis::physical:
      return "At the most";
    case Basis::broker_lost:
      return "One broker lost";
    case Basis::rack_lost:
      break;
  }
  return "One rack lost";
}

std::string megabytes(double bytes_per_s) {
  if (std::isinf(bytes_per_s)) return "any";
  return bytes_per_s > 0 ? count_text(bytes_per_s / mega) : "none";
}

std::string between(const Interval& interval) {
  if (interval.low == interval.high) return "";
  return fmt::format("{} to {}", megabytes(interval.low), megabytes(interval.high));
}

std::string hours(double seconds) {
  if (std::isinf(seconds)) return "any time";
  if (seconds < 2 * hour_s) return fmt::format("{:.0f} min", seconds / 60);
  return seconds < 72 * hour_s ? fmt::format("{:.0f} h", seconds / hour_s)
                               : fmt::format("{:.0f} d", seconds / 86400);
}

std::string share(double utilization) {
  return std::isfinite(utilization) ? fmt::format("{:.0f} %", 100 * utilization) : std::string("over");
}

/// "110 MB/s (60 to 165), 110,000 messages/s, limited by CPU".
std::vector<Piece> headline(const KafkaCapacity& capacity, const Capacity& found) {
  std::vector<Piece> line{{fmt::format("{}: ", title(found.basis))}};
  const Interval& ingress = found.ingress;
  if (std::isinf(ingress.value)) {
    line.push_back({"nothing that was given limits it", Tone::caution});
    return line;
  }
  if (!(ingress.value > 0)) {
    line.push_back(
        {fmt::format("nothing: {} is exceeded before a byte is sent", found.tightest()->title), Tone::bad});
    return line;
  }
  line.push_back({fmt::format("{} MB/s", megabytes(ingress.value)), Tone::strong});
  const std::string range = between(ingress);
  std::string rest = range.empty() ? "" : " (" + range + ")";
  if (capacity.message_bytes)
    rest += fmt::format(" or {} messages/s", count_text(ingress.value / *capacity.message_bytes));
  rest += fmt::format(", limited by {}", found.tightest()->title);
  const bool known = capacity.retention_given && found.tightest()->limit == "storage";
  if (found.retention_s && !known && found.basis != Basis::broker_lost && found.basis != Basis::rack_lost) {
    rest += fmt::format("; the disks hold {} of it", hours(*found.retention_s));
  }
  line.push_back({rest});
  return line;
}

Grid limits_grid(const KafkaCapacity& capacity, const Capacity& planned) {
  const Capacity* most = answer(capacity, Basis::physical);
  const Capacity* lost = answer(capacity, Basis::broker_lost);
  const Capacity* rack = answer(capacity, Basis::rack_lost);
  Grid grid;
  grid.columns = {{"limit"},      {"planned", true}, {"between", true},
                  {"used", true}, {"at most", true}, {"between", true}};
  if (lost) grid.columns.push_back({"broker lost", true});
  if (rack) grid.columns.push_back({"rack lost", true});
  grid.columns.push_back({"a broker is planned for", true});
  const auto cell = [](const Bound* bound) {
    return Piece{bound ? megabytes(bound->ingress.value) : std::string(), Tone::plain};
  };
  for (const Bound& bound : planned.bounds) {
    const Bound* physical = bound_of(most, bound.limit);
    std::vector<Piece> row{{bound.title, Tone::strong},
                           cell(&bound),
                           {between(bound.ingress), Tone::faint},
                           {share(bound.utilization)},
                           cell(physical),
                           {physical ? between(physical->ingress) : "", Tone::faint}};
    if (lost) row.push_back(cell(bound_of(lost, bound.limit)));
    if (rack) row.push_back(cell(bound_of(rack, bound.limit)));
    std::string amount;
    if (bound.amount) {
      const auto& program = capacity.cluster->program();
      amount =
          program.print(*bound.amount, capacity.cluster->value(program.symbol(*bound.amount).name, mega));
    }
    row.push_back({amount});
    grid.rows.push_back(std::move(row));
  }
  return grid;
}

void write_interval(JsonText& json, const Interval& interval) {
  const auto value = [](double x) {
    return std::isfinite(x) ? std::optional<double>(std::round(x / mega * 1e3) / 1e3) : std::nullopt;
  };
  json.field("ingress_mb_s", value(interval.value)).field("low_mb_s", value(interval.low));
  json.field("high_mb_s", value(interval.high));
}

void write_answer(JsonText& json, const KafkaCapacity& capacity, const Capacity& found) {
  json.key(key(found.basis)).begin_object();
  write_interval(json, found.ingress);
  const bool finite = std::isfinite(found.ingress.value);
  std::optional<double> messages;
  if (capacity.message_bytes && finite) messages = std::round(found.ingress.value / *capacity.message_bytes);
  json.field("messages_s", messages);
  std::optional<double> retention;
  if (found.retention_s && std::isfinite(*found.retention_s))
    retention = std::round(*found.retention_s / hour_s * 1e2) / 1e2;
  json.field("retention_h", retention);
  json.known("limit", finite && found.tightest() ? found.tightest()->limit : std::string());
  json.key("limits").begin_array();
  const auto& program = capacity.cluster->program();
  for (const Bound& bound : found.bounds) {
    json.begin_object().field("limit", bound.limit).field("title", bound.title);
    write_interval(json, bound.ingress);
    std::optional<double> utilization;
    if (std::isfinite(bound.utilization)) utilization = std::round(bound.utilization * 1e4) / 1e4;
    json.field("utilization", utilization);
    if (bound.amount) {
      const auto& symbol = program.symbol(*bound.amount);
      const double amount = capacity.cluster->value(symbol.name, mega);
      json.key("per_broker").begin_object();
      json.field("value", rules::is_not_applicable(amount) ? std::nullopt : std::optional<double>(amount));
      json.field("unit", program.units().base_unit_text(symbol.dimension)).end_object();
    }
    json.field("rule", program.symbol(bound.slot).name).end_object();
  }
  json.end_array();
  json.key("not_judged").begin_array();
  for (const std::string& each : found.unknown) json.value(each);
  json.end_array().end_object();
}

}  // namespace

std::string write_kafka_capacity_table(const KafkaCapacity& capacity, const TextOptions& options) {
  Canvas canvas(options);
  const Capacity& planned = capacity.answers.front();
  canvas.text({{capacity.hardware, Tone::strong}}, 0, 2);
  canvas.text(capacity.load, 0, 2);
  canvas.blank();
  for (const Capacity& each : capacity.answers) canvas.text(headline(capacity, each), 0, 2);
  canvas.blank();
  canvas.grid(limits_grid(capacity, planned));
  canvas.blank();
  canvas.text(
      "MB/s that producers may send before compression, at the peak. Planned: under the targets that leave "
      "room; at most: what measured "
      "clusters reached, about a factor of two either way; lost: what the others carry, with hardly any room "
      "left. Between: at the "
      "ends of what the sources of "
      "the coefficients leave open, all at once. Used: at the planned answer.",
      0, 0, Tone::faint);
  std::string unknown;
  for (const std::string& each : planned.unknown) {
    // Partitions and connections limit only those who give them.
    if (each == "throughput of the partitions" || each == "connections") continue;
    unknown += (unknown.empty() ? "" : ", ") + each;
  }
  if (!unknown.empty())
    canvas.text("not judged, because the hardware does not say: " + unknown, 0, 2, Tone::caution);
  for (const std::string& note : capacity.notes) canvas.text(note, 0, 2);
  return canvas.take();
}

std::string write_kafka_capacity_json(const KafkaCapacity& capacity) {
  JsonText json;
  json.begin_object().field("format_version", "1.0");
  json.field("brokers", capacity.brokers).field("hardware", capacity.hardware).field("load", capacity.load);
  for (const Capacity& each : capacity.answers) write_answer(json, capacity, each);
  json.key("defaults").begin_array();
  const auto& program = capacity.cluster->program();
  for (const rules::Slot slot : capacity.cluster->defaults(capacity.answers.front())) {
    const auto& symbol = program.symbol(slot);
    json.begin_object().field("name", symbol.name).field("title", program.title(slot));
    json.field("value", program.print(slot, *symbol.default_value));
    json.known("low", symbol.range ? program.print(slot, symbol.range->first) : std::string());
    json.known("high", symbol.range ? program.print(slot, symbol.range->second) : std::string());
    json.known("source", cite(program.source(slot))).end_object();
  }
  json.end_array();
  json.key("notes").begin_array();
  for (const std::string& note : capacity.notes) json.value(note);
  json.end_array().end_object();
  return json.take();
}

}  // namespace rackfit::report
