// Bills for terminals and Markdown.
#include <fmt/format.h>

#include "bill_words.hpp"
#include "markdown_text.hpp"
#include "words.hpp"

namespace rackfit::report {

namespace {

using cost::Bill;
using cost::BillLine;

std::string title_of(const Bill& bill) {
  std::int64_t count = 0;
  for (const cost::NodeBill& nodes : bill.nodes) count += nodes.count;
  return fmt::format("{}: bill of materials for {}, {} {}", bill.workload, counted(count, "node", "nodes"),
                     bill.currency, sum_text(bill.total));
}

void write_lines(Canvas& canvas, const Bill& bill, const std::vector<BillLine>& lines, bool of_nodes,
                 const std::vector<std::pair<std::string, cost::Sum>>& sums) {
  Grid grid;
  const auto titles = line_titles(bill, of_nodes);
  for (std::size_t i = 0; i < titles.size(); ++i) {
    const bool text = i == 0 || i + 1 == titles.size();
    grid.columns.push_back({titles[i], !text, text});
  }
  for (const BillLine& line : lines) {
    std::vector<Piece> row;
    for (std::string& cell : line_cells(line, of_nodes)) row.push_back({std::move(cell)});
    if (!line.priced()) row[row.size() - 2].tone = Tone::caution;
    if (line.freshness != catalog::Freshness::fresh) row.back().tone = Tone::caution;
    grid.rows.push_back(std::move(row));
  }
  for (const auto& [name, sum] : sums) {
    std::vector<Piece> row(titles.size());
    row.front() = {name, Tone::strong};
    row[titles.size() - 2] = {sum_text(sum), Tone::strong};
    grid.rows.push_back(std::move(row));
  }
  canvas.grid(grid, 2);
}

void write_nodes(Canvas& canvas, const Bill& bill, const cost::NodeBill& nodes) {
  canvas.blank();
  canvas.heading(node_title(nodes));
  canvas.text(nodes.title, 2, 2, Tone::faint);
  std::vector<std::pair<std::string, cost::Sum>> sums = {{"one node", nodes.each}};
  if (nodes.count > 1 || nodes.owned > 0) sums.emplace_back(counted(nodes.count, "node", "nodes"), nodes.all);
  if (nodes.existing.empty()) {
    write_lines(canvas, bill, nodes.lines, true, sums);
  } else {
    canvas.text("there already: nothing to buy", 2, 2);
  }
  Grid grid;
  grid.columns = {{""}, {"", false, true}};
  for (const auto& [key, text] : figure_texts(nodes)) grid.rows.push_back({{key, Tone::faint}, {text}});
  canvas.grid(grid, 2);
}

void write_racks(Canvas& canvas, const Bill& bill) {
  if (!bill.show_racks) return;
  canvas.blank();
  canvas.heading("Racks");
  Grid grid;
  grid.columns = {{"rack", true}, {"nodes", false, true}, {"units", true},
                  {"of", true},   {"peak", true},         {"BTU/h", true}};
  std::size_t number = 0;
  for (const cost::RackBill& rack : bill.racks) {
    grid.rows.push_back({{std::to_string(++number)},
                         {rack_text(rack)},
                         {amount(rack.used_units, "U")},
                         {amount(rack.units, "U")},
                         {printed_power(rack.power_w)},
                         {grouped(fmt::format("{:.0f}", rack.btu_per_h))}});
  }
  canvas.grid(grid, 2);
}

void write_bill(Canvas& canvas, const Bill& bill) {
  canvas.text({{title_of(bill), Tone::strong}}, 0, 2);
  if (!bill.description.empty()) canvas.text(bill.description);
  for (const cost::NodeBill& nodes : bill.nodes) write_nodes(canvas, bill, nodes);
  if (!bill.site.empty()) {
    canvas.blank();
    canvas.heading("Around the nodes");
    write_lines(canvas, bill, bill.site, false, {{"around the nodes", bill.site_sum}});
  }
  canvas.blank();
  canvas.text(
      {{fmt::format("Total: {} {}", bill.currency, sum_text(bill.total)), Tone::strong},
       {fmt::format("  (nodes {}, around them {})", sum_text(bill.nodes_sum), sum_text(bill.site_sum))}},
      0, 2);
  if (const std::string power = site_power_text(bill); !power.empty()) canvas.text("Site: " + power, 0, 2);
  write_racks(canvas, bill);
  if (!bill.options.empty()) {
    canvas.blank();
    canvas.heading("Not counted: what a site may want too");
    write_lines(canvas, bill, bill.options, false, {});
  }
  canvas.blank();
  for (const std::string& note : bill.notes) canvas.text("- " + note, 0, 2);
  for (const std::string& text : price_texts(bill)) canvas.text("- " + text, 0, 2);
}

std::string markdown_lines(const Bill& bill, const std::vector<BillLine>& lines, bool of_nodes) {
  const auto titles = line_titles(bill, of_nodes);
  std::vector<bool> right;
  for (std::size_t i = 0; i < titles.size(); ++i) right.push_back(i > 0 && i + 1 < titles.size());
  std::string out = "\n" + markdown::table_head(titles, right);
  for (const BillLine& line : lines) out += markdown::row(line_cells(line, of_nodes));
  return out;
}

std::string markdown_nodes(const Bill& bill, const cost::NodeBill& nodes) {
  std::string out = "\n### " + markdown::one_line(node_title(nodes)) + "\n";
  if (nodes.existing.empty()) {
    out += markdown_lines(bill, nodes.lines, true);
    out += fmt::format("\nOne node **{}**, all of them **{}** {}\n", sum_text(nodes.each),
                       sum_text(nodes.all), bill.currency);
  }
  out += "\n";
  for (const auto& [key, text] : figure_texts(nodes))
    out += "- " + key + ": " + markdown::one_line(text) + "\n";
  return out;
}

std::string markdown_bill(const Bill& bill) {
  std::string out = "## " + markdown::one_line(title_of(bill)) + "\n";
  for (const cost::NodeBill& nodes : bill.nodes) out += markdown_nodes(bill, nodes);
  if (!bill.site.empty()) out += "\n### Around the nodes\n" + markdown_lines(bill, bill.site, false);
  out += fmt::format("\n**Total: {} {}** (nodes {}, around them {})\n", bill.currency, sum_text(bill.total),
                     sum_text(bill.nodes_sum), sum_text(bill.site_sum));
  if (const std::string power = site_power_text(bill); !power.empty())
    out += "\nSite: " + markdown::one_line(power) + "\n";
  if (bill.show_racks) {
    out += "\n### Racks\n\n" + markdown::table_head({"rack", "nodes", "units", "of", "peak", "BTU/h"},
                                                    {true, false, true, true, true, true});
    std::size_t number = 0;
    for (const cost::RackBill& rack : bill.racks) {
      out += markdown::row({std::to_string(++number), rack_text(rack), amount(rack.used_units, "U"),
                            amount(rack.units, "U"), printed_power(rack.power_w),
                            grouped(fmt::format("{:.0f}", rack.btu_per_h))});
    }
  }
  if (!bill.options.empty())
    out += "\n### Not counted: what a site may want too\n" + markdown_lines(bill, bill.options, false);
  out += "\n";
  for (const std::string& note : bill.notes) out += "- " + markdown::one_line(note) + "\n";
  for (const std::string& text : price_texts(bill)) out += "- " + markdown::one_line(text) + "\n";
  return markdown::plain_spaces(std::move(out));
}

}  // namespace

std::string write_table(const std::vector<Bill>& bills, const TextOptions& options) {
  Canvas canvas(options);
  for (const Bill& bill : bills) {
    if (&bill != &bills.front()) canvas.blank();
    write_bill(canvas, bill);
  }
  return canvas.take();
}

std::string write_markdown(const std::vector<Bill>& bills) {
  std::string out;
  for (const Bill& bill : bills) out += (out.empty() ? "" : "\n") + markdown_bill(bill);
  return out;
}

}  // namespace rackfit::report
