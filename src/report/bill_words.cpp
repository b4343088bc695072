#include "bill_words.hpp"

#include <fmt/format.h>

#include <cmath>

#include "rackfit/units/bytes.hpp"
#include "words.hpp"

namespace rackfit::report {

namespace {

using cost::BillLine;
using cost::PriceBasis;

std::string capacity(double bytes) {
  // As disks are sold: "15.36 TB".
  constexpr double gb = 1e9, tb = 1e12;
  return bytes >= tb ? fmt::format("{:.6g}\u00A0TB", bytes / tb) : fmt::format("{:.6g}\u00A0GB", bytes / gb);
}

std::string heat(double btu_per_h) { return grouped(fmt::format("{:.0f}", btu_per_h)) + "\u00A0BTU/h"; }

std::string supplies(const cost::NodeFigures& figures) {
  if (figures.psus == 0) return {};
  std::string text =
      fmt::format("{} × {}", figures.psus, figures.psu_w ? amount(*figures.psu_w, "W") : "supply");
  text += figures.psu_redundant > 0 ? fmt::format(", {} of them may fail", figures.psu_redundant)
                                    : ", none of them redundant";
  if (figures.psu_efficiency)
    text += fmt::format(", {:.0f}\u00A0% efficient at half load", *figures.psu_efficiency * 100);
  return text;
}

std::string memory(const cost::NodeFigures& figures) {
  if (figures.memory_bytes <= 0) return {};
  std::string text = amount(figures.memory_bytes / units::gib_bytes, "GiB");
  if (figures.dimms > 0) text += fmt::format(" in {}", counted(figures.dimms, "module", "modules"));
  if (figures.channels)
    text += fmt::format(", {} of {} channels filled{}", *figures.channels_filled, *figures.channels,
                        figures.even_memory ? "" : ", unevenly");
  return text;
}

std::string disks(const cost::NodeFigures& figures) {
  if (figures.disks == 0 || !figures.disk_bytes) return {};
  std::string text = fmt::format("{} × {}, {}", figures.disks, capacity(*figures.disk_bytes),
                                 figures.raid == "none"   ? "no RAID"
                                 : figures.raid == "JBOD" ? "JBOD (no RAID; replicas protect the data)"
                                                          : figures.raid + " in software, no controller");
  if (figures.usable_bytes) text += fmt::format(": {} usable", capacity(*figures.usable_bytes));
  return text;
}

std::string wear(const cost::NodeFigures& figures) {
  if (!figures.wear_per_day) return {};
  std::string text = fmt::format("{:.2g} drive writes a day at the mean load", *figures.wear_per_day);
  if (!figures.rated_wear_per_day) return text + ", rated for an unknown number";
  text += fmt::format(", rated for {:g}", *figures.rated_wear_per_day);
  constexpr double worth_saying = 50;
  if (figures.disk_life_years && *figures.disk_life_years < worth_saying)
    text += fmt::format(": lasts {:.0f} years", *figures.disk_life_years);
  return text;
}

std::string power(const cost::NodeFigures& figures) {
  if (!figures.peak_w) return {};
  std::string text = amount(std::round(*figures.peak_w), "W") + " at peak at the wall";
  if (figures.load_w) text += fmt::format(", about {} under load", amount(std::round(*figures.load_w), "W"));
  if (figures.mean_w && *figures.mean_w < figures.load_w.value_or(0))
    text += fmt::format(", {} on average", amount(std::round(*figures.mean_w), "W"));
  return text;
}

std::string cooling(const cost::NodeFigures& figures) {
  if (!figures.peak_btu_per_h) return {};
  std::string text = heat(*figures.peak_btu_per_h) + " at peak";
  if (figures.mean_btu_per_h && *figures.mean_w < figures.load_w.value_or(0))
    text += ", " + heat(*figures.mean_btu_per_h) + " on average";
  return text;
}

std::string network(const cost::NodeFigures& figures) {
  if (!figures.nic_bytes_per_s) return {};
  constexpr double gbit = 125e6;
  return fmt::format("{} × {}", figures.nic_ports, amount(*figures.nic_bytes_per_s / gbit, "Gbit/s"));
}

}  // namespace

std::string cents_text(Cents sum) {
  const std::string text = sum.text();
  const bool negative = text[0] == '-';
  const std::string digits = negative ? text.substr(1) : text;
  const std::size_t dot = digits.find('.');
  return (negative ? "-" : "") + grouped(digits.substr(0, dot)) + digits.substr(dot);
}

std::string each_text(const BillLine& line) {
  if (line.each) return cents_text(*line.each);
  return line.basis == PriceBasis::unknown ? "n/a" : std::string(cost::to_string(line.basis));
}

std::string total_text(const BillLine& line) {
  if (line.total) return cents_text(*line.total);
  return line.basis == PriceBasis::unknown ? "n/a" : "–";
}

std::string sum_text(const cost::Sum& sum) {
  if (!sum.complete && sum.known == Cents()) return "n/a";
  return (sum.complete ? "" : "≥ ") + cents_text(sum.known);
}

std::string price_note(const BillLine& line) {
  switch (line.basis) {
    case PriceBasis::included:
      return "with the machine";
    case PriceBasis::there:
      return "there already";
    case PriceBasis::unknown:
      return line.source.empty() ? "no price known" : "no exchange rate";
    case PriceBasis::price:
      break;
  }
  std::string text = line.quote ? "quote " : "";
  text += line.date.empty() ? "undated" : line.date;
  if (line.condition != "new") text += ", " + line.condition;
  if (!line.quote && line.confidence != "documented") text += ", " + line.confidence;
  if (line.freshness == catalog::Freshness::stale) text += ", old";
  if (line.discount > 0) text += fmt::format(", {:.3g}\u00A0% off", line.discount * 100);
  return text;
}

std::string node_title(const cost::NodeBill& nodes) {
  std::string text = fmt::format("{} × node of {}", nodes.count, nodes.role);
  for (const std::string& guest : nodes.guests) text += " and " + guest;
  if (!nodes.existing.empty()) text += fmt::format(" (existing `{}`)", nodes.existing);
  if (nodes.owned > 0) text += fmt::format(", {} of them there already", nodes.owned);
  return text;
}

std::vector<std::pair<std::string, std::string>> figure_texts(const cost::NodeBill& nodes) {
  const cost::NodeFigures& figures = nodes.figures;
  std::vector<std::pair<std::string, std::string>> all = {
      {"chassis", figures.chassis}, {"supplies", supplies(figures)}, {"memory", memory(figures)},
      {"disks", disks(figures)},    {"wear", wear(figures)},         {"network", network(figures)},
      {"power", power(figures)},    {"cooling", cooling(figures)}};
  std::vector<std::pair<std::string, std::string>> known;
  for (auto& entry : all) {
    if (!entry.second.empty()) known.push_back(std::move(entry));
  }
  return known;
}

std::string rack_text(const cost::RackBill& rack) {
  std::string text;
  for (const auto& [role, count] : rack.nodes)
    text += fmt::format("{}{} × {}", text.empty() ? "" : ", ", count, role);
  return text.empty() ? "empty" : text;
}

std::string site_power_text(const cost::Bill& bill) {
  std::string text;
  const auto join = [&](const std::string& piece) { text += (text.empty() ? "" : ", ") + piece; };
  if (bill.rack_units) join(amount(*bill.rack_units, "U"));
  if (bill.peak_w) join(printed_power(*bill.peak_w) + " at peak");
  if (bill.mean_w) join(printed_power(*bill.mean_w) + " on average");
  if (bill.peak_btu_per_h) join(heat(*bill.peak_btu_per_h) + " to cool at peak");
  return text;
}

std::vector<std::string> price_texts(const cost::Bill& bill) {
  std::vector<std::string> texts;
  const bool rated = bill.rate_note.find(" per USD") != std::string::npos;
  texts.push_back("reference prices, not quotes, without tax and freight" +
                  (bill.rate_note.empty() ? std::string() : (rated ? "; at " : "; ") + bill.rate_note));
  if (!bill.missing.empty())
    texts.push_back(fmt::format("no price is known for {}: every sum with it is a lower bound (≥)",
                                fmt::join(bill.missing, ", ")));
  if (!bill.stale.empty() || !bill.unverified.empty())
    texts.push_back(
        fmt::format("{} old or undated on {}, {} unverified: each line says so",
                    counted(static_cast<std::int64_t>(bill.stale.size()), "price is", "prices are"),
                    bill.as_of, bill.unverified.size()));
  return texts;
}

std::vector<std::string> line_titles(const cost::Bill& bill, bool of_nodes) {
  std::vector<std::string> titles = {"part"};
  if (of_nodes) titles.emplace_back("a node");
  titles.insert(titles.end(),
                {"in all", "each", "total " + bill.currency, of_nodes ? "price" : "price; what for"});
  return titles;
}

std::vector<std::string> line_cells(const BillLine& line, bool of_nodes) {
  std::vector<std::string> cells = {line.name};
  if (of_nodes) cells.push_back(std::to_string(line.per_node));
  const std::string quantity = line.owned > 0 && line.basis != PriceBasis::there
                                   ? fmt::format("{} ({} there)", line.quantity, line.owned)
                                   : std::to_string(line.quantity);
  const std::string note = price_note(line) + (line.because.empty() ? "" : "; " + line.because);
  cells.insert(cells.end(), {quantity, each_text(line), total_text(line), note});
  return cells;
}

}  // namespace rackfit::report
