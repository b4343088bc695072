#include "chart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "rackfit/report/layout.hpp"
#include "words.hpp"

namespace rackfit::report {
namespace {

constexpr const char* bars[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr const char* ascii_bars[] = {".", ":", "-", "=", "+", "*", "%", "#"};
constexpr std::size_t levels = 8;
constexpr std::string_view blank = "\u00A0";
// Under columns of half an hour, or of an hour.
constexpr std::string_view scale = "0     3     6     9     12    15    18    21  24";
constexpr std::string_view narrow_scale = "0     6     12    18  24";

std::string bound_blanks(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == ' ' ? std::string(blank) : std::string(1, c);
  return out;
}

double highest(const std::vector<double>& values) {
  return values.empty() ? 0 : *std::max_element(values.begin(), values.end());
}

/// The mean of each two.
std::vector<double> halved(const std::vector<double>& values) {
  std::vector<double> result;
  for (std::size_t i = 0; i + 1 < values.size(); i += 2) result.push_back((values[i] + values[i + 1]) / 2);
  return result;
}

/// "590", "153 k", "1.41 M": a chart's scale needs no more.
std::string compact(double value, std::string_view unit) {
  constexpr double thousand = 1e3, million = 1e6, billion = 1e9, exact_below = 1e4;
  if (value < exact_below) return amount(std::round(value), unit);
  const double by = value < million ? thousand : value < billion ? million : billion;
  const char* prefix = value < million ? "k" : value < billion ? "M" : "G";
  return amount(value / by, std::string(prefix) + " " + std::string(unit));
}

std::string line(std::string_view label, const std::string& drawn, const std::string& note) {
  constexpr std::size_t label_cells = 9;
  std::string out(label);
  out.resize(std::max(out.size(), label_cells), ' ');
  return bound_blanks(out) + drawn + (note.empty() ? "" : bound_blanks(" " + note));
}

}  // namespace

std::string sparkline(const std::vector<double>& values, double top, bool ascii) {
  std::string out;
  for (const double value : values) {
    if (!(value > 0) || !(top > 0) || !std::isfinite(top)) {
      out += blank;
      continue;
    }
    const auto level = static_cast<std::size_t>(std::ceil(std::min(value / top, 1.0) * levels));
    const std::size_t index = std::max<std::size_t>(level, 1) - 1;
    out += ascii ? ascii_bars[index] : bars[index];
  }
  return out;
}

std::vector<std::string> day_chart(const Pipeline& pipeline, bool ascii, bool narrow) {
  if (!pipeline.day_known || pipeline.arrivals.empty()) return {};
  std::vector<std::string> lines;
  const std::vector<double> arrivals = narrow ? halved(pipeline.arrivals) : pipeline.arrivals;
  const std::vector<double> backlog = narrow ? halved(pipeline.waiting) : pipeline.waiting;
  const double most = highest(arrivals);
  lines.push_back(line("arrivals", sparkline(arrivals, most, ascii), "≤ " + compact(most, "request/s")));
  const double waiting = highest(backlog);
  if (waiting > 0) {
    lines.push_back(line("backlog", sparkline(backlog, waiting, ascii), "≤ " + compact(waiting, "request")));
  } else {
    lines.push_back(line("backlog", pipeline.waiting.empty() ? "never catches up" : "nothing waits", ""));
  }
  lines.push_back(
      line("o'clock", bound_blanks(narrow ? narrow_scale : scale), narrow ? "" : "(half-hour means)"));
  return lines;
}

std::string sized_to_text(const SizedService& service) { return "the " + service.sized_to; }

std::string counted_or_none(const SizedService& service) {
  return service.feasible ? fmt::format("{}", service.nodes) : "none fits";
}

std::string saved_text(const Pipeline& pipeline) {
  if (pipeline.services.size() < 2) return {};
  if (!pipeline.services.back().feasible) return "Sized to the peak, nothing in the catalog fits.";
  std::string what;
  if (pipeline.devices_saved && *pipeline.devices_saved > 0)
    what = counted(*pipeline.devices_saved, "GPU", "GPUs");
  if (pipeline.price_saved) {
    what += (what.empty() ? "" : " and ") + std::string("about ") + printed(*pipeline.price_saved);
  }
  if (what.empty()) return "Whole nodes being what they are, both come to the same.";
  return "Letting messages wait in the topic saves " + what + ".";
}

}  // namespace rackfit::report
