// Bills for programs and spreadsheets: JSON and CSV.
#include <fmt/format.h>

#include "bill_words.hpp"
#include "csv_text.hpp"
#include "rackfit/report/json_text.hpp"

namespace rackfit::report {

namespace {

using cost::Bill;
using cost::BillLine;

std::string_view freshness_text(const BillLine& line) {
  switch (line.freshness) {
    case catalog::Freshness::stale:
      return "stale";
    case catalog::Freshness::undated:
      return "undated";
    case catalog::Freshness::fresh:
      break;
  }
  return "fresh";
}

std::optional<std::string> text_of(const std::optional<Cents>& amount) {
  return amount ? std::optional<std::string>(amount->text()) : std::nullopt;
}

void write_sum(JsonText& json, std::string_view name, const cost::Sum& sum) {
  json.key(name).value(sum.complete ? std::optional<std::string>(sum.known.text()) : std::nullopt);
}

void write_line(JsonText& json, const BillLine& line) {
  const bool priced = line.basis == cost::PriceBasis::price;
  json.begin_object()
      .field("kind", line.kind)
      .known("id", line.id)
      .field("name", line.name)
      .field("per_node", line.per_node > 0 ? std::optional(line.per_node) : std::nullopt)
      .field("quantity", line.quantity)
      .field("owned", line.owned)
      .field("basis", cost::to_string(line.basis))
      .field("unit_price", text_of(line.each))
      .field("total", text_of(line.total))
      .known("date", line.date)
      .known("condition", line.condition)
      .known("confidence", line.confidence)
      .known("freshness", priced ? freshness_text(line) : "")
      .field("quote", line.quote);
  json.computed("discount", line.discount);
  json.known("source", line.source).known("because", line.because).end_object();
}

void write_lines(JsonText& json, std::string_view name, const std::vector<BillLine>& lines) {
  json.key(name).begin_array();
  for (const BillLine& line : lines) write_line(json, line);
  json.end_array();
}

void write_figures(JsonText& json, const cost::NodeFigures& figures) {
  json.key("figures").begin_object().known("chassis", figures.chassis);
  json.computed("rack_units", figures.rack_units);
  json.known("raid", figures.raid).field("disks", figures.disks);
  json.computed("disk_bytes", figures.disk_bytes);
  json.computed("usable_bytes", figures.usable_bytes);
  json.computed("drive_writes_per_day", figures.wear_per_day);
  json.computed("rated_drive_writes_per_day", figures.rated_wear_per_day);
  json.computed("disk_life_years", figures.disk_life_years);
  json.computed("memory_bytes",
                figures.memory_bytes > 0 ? std::optional(figures.memory_bytes) : std::nullopt);
  json.field("memory_modules", figures.dimms)
      .field("memory_channels", figures.channels)
      .field("memory_channels_filled", figures.channels_filled)
      .field("memory_even", figures.channels ? std::optional(figures.even_memory) : std::nullopt)
      .field("power_supplies", figures.psus)
      .field("power_supplies_redundant", figures.psu_redundant);
  json.computed("power_supply_w", figures.psu_w);
  json.computed("power_supply_efficiency", figures.psu_efficiency);
  json.field("network_ports", figures.nic_ports);
  json.computed("network_port_bytes_per_s", figures.nic_bytes_per_s);
  json.computed("peak_w", figures.peak_w);
  json.computed("under_load_w", figures.load_w);
  json.computed("mean_w", figures.mean_w);
  json.computed("peak_btu_per_h", figures.peak_btu_per_h);
  json.computed("mean_btu_per_h", figures.mean_btu_per_h);
  json.end_object();
}

void write_nodes(JsonText& json, const cost::NodeBill& nodes) {
  json.begin_object().field("role", nodes.role).field("title", nodes.title);
  json.texts("shared_with", nodes.guests);
  json.known("existing", nodes.existing).field("count", nodes.count).field("owned", nodes.owned);
  json.field("complete", nodes.all.complete);
  write_sum(json, "node_price", nodes.each);
  write_sum(json, "total", nodes.all);
  json.field("known", nodes.all.known.text());
  write_lines(json, "lines", nodes.lines);
  write_figures(json, nodes.figures);
  json.end_object();
}

void write_rack(JsonText& json, const cost::RackBill& rack) {
  json.begin_object().key("nodes").begin_array();
  for (const auto& entry : rack.nodes)
    json.begin_object().field("role", entry.first).field("count", entry.second).end_object();
  json.end_array();
  json.computed("used_units", rack.used_units);
  json.computed("units", rack.units);
  json.computed("peak_w", rack.power_w);
  json.computed("peak_btu_per_h", rack.btu_per_h);
  json.end_object();
}

void write_bill(JsonText& json, const Bill& bill) {
  json.begin_object()
      .field("format_version", "1.0")
      .field("workload", bill.workload)
      .known("description", bill.description)
      .field("currency", bill.currency)
      .field("as_of", bill.as_of)
      .known("exchange_rate", bill.rate_note)
      .field("complete", bill.total.complete);
  write_sum(json, "total", bill.total);
  json.field("known", bill.total.known.text());
  write_sum(json, "nodes_total", bill.nodes_sum);
  write_sum(json, "site_total", bill.site_sum);
  json.computed("peak_w", bill.peak_w);
  json.computed("mean_w", bill.mean_w);
  json.computed("peak_btu_per_h", bill.peak_btu_per_h);
  json.computed("rack_units", bill.rack_units);
  json.key("nodes").begin_array();
  for (const cost::NodeBill& nodes : bill.nodes) write_nodes(json, nodes);
  json.end_array();
  write_lines(json, "site", bill.site);
  write_lines(json, "options", bill.options);
  json.key("racks").begin_array();
  for (const cost::RackBill& rack : bill.racks) write_rack(json, rack);
  json.end_array();
  json.texts("missing_prices", bill.missing);
  json.texts("stale_prices", bill.stale);
  json.texts("unverified_prices", bill.unverified);
  json.texts("notes", bill.notes);
  json.end_object();
}

std::string row(const Bill& bill, const std::string& section, std::int64_t nodes, const BillLine& line) {
  const auto known = [](const std::optional<Cents>& amount) {
    return amount ? amount->text() : std::string();
  };
  const bool priced = line.basis == cost::PriceBasis::price;
  return fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}\n", csv_cell(bill.workload),
                     csv_cell(section), nodes > 0 ? std::to_string(nodes) : "", line.kind, csv_cell(line.id),
                     csv_cell(line.name), line.per_node > 0 ? std::to_string(line.per_node) : "",
                     line.quantity, line.owned, cost::to_string(line.basis), known(line.each),
                     known(line.total), bill.currency, line.date, line.confidence,
                     priced ? freshness_text(line) : "", csv_cell(line.because));
}

}  // namespace

std::string write_json(const std::vector<Bill>& bills) {
  JsonText json;
  if (bills.size() == 1) {
    write_bill(json, bills.front());
    return json.take();
  }
  json.begin_object().field("format_version", "1.0").key("bills").begin_array();
  for (const Bill& bill : bills) write_bill(json, bill);
  json.end_array().end_object();
  return json.take();
}

std::string write_csv(const std::vector<Bill>& bills) {
  std::string out =
      "workload,section,nodes,kind,id,name,per_node,quantity,owned,basis,unit_price,total,currency,date,"
      "confidence,"
      "freshness,because\n";
  for (const Bill& bill : bills) {
    for (const cost::NodeBill& nodes : bill.nodes) {
      for (const BillLine& line : nodes.lines) out += row(bill, nodes.role, nodes.count, line);
    }
    for (const BillLine& line : bill.site) out += row(bill, "site", 0, line);
    for (const BillLine& line : bill.options) out += row(bill, "option", 0, line);
  }
  return out;
}

}  // namespace rackfit::report
