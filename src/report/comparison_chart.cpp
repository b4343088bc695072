// What has been paid in each month, drawn with a letter for each kind of option.
#include <cmath>

#include "comparison_words.hpp"

namespace rackfit::report {

using cost::Comparison;
using cost::Kind;
using cost::Scope;

namespace {

char letter_of(Kind kind) {
  switch (kind) {
    case Kind::own:
      return 'O';
    case Kind::rent:
      return 'R';
    case Kind::api:
      return 'A';
    case Kind::managed:
      return 'M';
  }
  return '?';
}

/// Lines as wide as words may not be broken: spaces that bind.
std::string bound(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == ' ' ? std::string("\u00A0") : std::string(1, c);
  return out;
}

}  // namespace

void write_chart(Canvas& canvas, const Scope& scope, const Comparison& comparison) {
  const auto options = best_of_kinds(scope);
  double most = 0;
  for (const cost::Option* option : options) most = std::max(most, option->cumulative.back().amount());
  if (options.size() < 2 || !(most > 0)) return;
  constexpr std::size_t height = 10;
  const std::size_t room = canvas.options().width == 0 ? 80 : canvas.options().width;
  const std::size_t margin = 14;
  const std::size_t width = std::min<std::size_t>(60, room > margin + 22 ? room - margin - 2 : 20);
  std::vector<std::string> rows(height, std::string(width, ' '));
  for (const cost::Option* option : options) {
    const std::size_t months = option->cumulative.size() - 1;
    for (std::size_t x = 0; x < width; ++x) {
      const std::size_t month = x * months / (width - 1);
      const double share = std::max(0.0, option->cumulative[month].amount()) / most;
      const auto y = std::min(height - 1, static_cast<std::size_t>(std::lround(share * (height - 1))));
      char& cell = rows[height - 1 - y][x];
      cell = cell == ' ' ? letter_of(option->kind) : '*';
    }
  }
  canvas.blank();
  std::string legend;
  for (const cost::Option* option : options) {
    legend += fmt::format("{}{} {}", legend.empty() ? "" : ", ", letter_of(option->kind), option->name);
  }
  canvas.text(fmt::format("paid so far, {} ({}; * where they meet)", comparison.currency, legend), 2, 2,
              Tone::faint);
  for (std::size_t y = 0; y < height; ++y) {
    const bool labelled = y == 0 || y == height - 1;
    const std::string label = labelled ? whole_amount(y == 0 ? most : 0) : "";
    std::string row = rows[y];
    row.erase(row.find_last_not_of(' ') + 1);
    canvas.text(bound(fmt::format("{:>12} |{}", label, row)), 0);
  }
  const std::string end = fmt::format("{} months", comparison.terms.months);
  canvas.text(bound(fmt::format("{:>14}0{:>{}}", "", end, width - 1)), 0);
}

}  // namespace rackfit::report
