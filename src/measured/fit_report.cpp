#include <fmt/format.h>

#include "rackfit/measured/fit.hpp"

namespace rackfit::measured {
namespace {

std::string errors(const Statistics& s) {
  return s.n == 0 ? fmt::format("{:>21}", "-")
                  : fmt::format("{:>6.1f}%{:>6.1f}%{:>+7.1f}%", 100 * s.median, 100 * s.mean, 100 * s.bias);
}

std::string band(const char* name, const std::optional<catalog::Band>& fitted, const catalog::Band& old) {
  const std::string now =
      fitted ? fmt::format("{:.2f} to {:.2f}", fitted->low, fitted->high) : "too few rows left out";
  return fmt::format("  {:<30}{:>15} -> {}\n", name, fmt::format("{:.2f} to {:.2f}", old.low, old.high), now);
}

}  // namespace

std::string fit_report(const RowFit& fit, const FitOptions& options) {
  const catalog::Calibration& row = *fit.before;
  std::string out =
      fmt::format("{}: {} rows of {} {}s\n", row.row.id, fit.rows, fit.groups, options.leave_out);
  for (const Parameter* parameter : fit.fitted) {
    const auto old = parameter->get(row), now = parameter->get(fit.after);
    const std::string before = old ? profile_value(*parameter, *old) : "-";
    const std::string after = now ? profile_value(*parameter, *now) : "-";
    const bool border = now && (*now <= parameter->low || *now >= parameter->high);
    out += fmt::format("  {:<30}{:>15} -> {}{}\n", parameter->key, before, after,
                       before == after ? ""
                       : border        ? "  (at its bound)"
                                       : "");
  }
  out += band("decode_band", fit.decode_band, row.decode_band);
  out += band("ttft_band", fit.ttft_band, row.ttft_band);
  for (const catalog::FamilyBands& bands : fit.family_bands) {
    out +=
        fmt::format("  {:<30}{:>15} -> decode {:.2f} to {:.2f}, first token {:.2f} to {:.2f}\n", bands.family,
                    "", bands.decode.low, bands.decode.high, bands.ttft.low, bands.ttft.high);
  }
  const auto share = [](const std::optional<double>& value, std::size_t rows) {
    return value ? fmt::format("{:.0f} % of {}", 100 * *value, rows) : std::string("-");
  };
  out +=
      fmt::format("  left-out rows in the bands of the others: decode {}, first token {}\n",
                  share(fit.decode_coverage, fit.decode_judged), share(fit.ttft_coverage, fit.ttft_judged));
  out += fmt::format("  {:<26}{:>5}{:>21}{:>21}{:>21}\n", "median, mean, bias", "rows", "before", "after",
                     "left out: " + options.leave_out);
  for (const FigureFit& figure : fit.figures) {
    out += fmt::format("  {:<26}{:>5}{}{}{}\n", figure.figure, figure.before.n, errors(figure.before),
                       errors(figure.after), errors(figure.held_out));
  }
  return out;
}

}  // namespace rackfit::measured
