// Fitting the few physical parameters of a calibration row to measured rows.
//
// The parameters are shares of peak rates and overheads, the same for all models of an engine on a class of
// devices, so a fit has hundreds of rows for a dozen numbers and what it learns holds for models it has not
// seen; how well it does is measured by leaving models out. The error is that of the logarithm, so twice too
// fast counts as much as twice too slow, and beyond a bound it grows only linearly, so single wrong rows do
// not steer. Parameters that the rows say nothing about stay where they were. The bands of a row come from the same
// fits with one model left out: how far off a model may be that nobody has measured.
#pragma once

#include <functional>
#include <variant>

#include "rackfit/measured/score.hpp"

namespace rackfit::measured {

/// A number of a calibration row that can be fitted.
struct Parameter {
  std::string_view key;  // in the profile
  std::variant<double catalog::Calibration::*, std::optional<double> catalog::Calibration::*> member;
  double low = 0, high = 1;
  bool seconds = false;
  // How far a value may plausibly be from the profile's, as a logarithm: what is known before any row is
  // read.
  double spread = 0.4;

  /// Nothing where the row leaves it open.
  std::optional<double> get(const catalog::Calibration& row) const;
  void set(catalog::Calibration& row, double value) const;
};

const std::vector<Parameter>& parameters();

struct FitOptions {
  std::vector<const Parameter*> parameters;  // empty: those that the row sets
  std::string leave_out = "model";           // model, device or source: what the honest error leaves out
  bool hold_out = true;                      // false: no such error, and no bands
  bool keep_parameters = false;              // only the bands are renewed
  double known_rows =
      0.25;  // what is known beforehand counts like so many rows of every model; 0: nothing is
};

/// Errors of one kind of figure, before and after.
struct FigureFit {
  std::string figure;
  Statistics before, after, held_out;
};

struct RowFit {
  const catalog::Calibration* before = nullptr;
  catalog::Calibration after;
  std::vector<const Parameter*> fitted;
  std::vector<FigureFit> figures;
  std::size_t rows = 0, groups = 0;  // groups: models, devices or sources left out in turn
  // P10–P90 of true over predicted time among what was left out; nothing when that was too little.
  std::optional<catalog::Band> decode_band, ttft_band;
  std::vector<catalog::FamilyBands> family_bands;  // of families with rows enough for both
  // Share of the left-out rows that the bands of the other groups' left-out rows hold: what a new model
  // meets.
  std::optional<double> decode_coverage, ttft_coverage;
  std::size_t decode_judged = 0, ttft_judged = 0;
};

/// Fits one calibration row to the cases that use it; nothing when there are none. Doubtful rows do not take
/// part.
std::optional<RowFit> fit(const Cases& cases, const catalog::Calibration& row, const FitOptions& options);

/// The profile's text with the row's new figures in place of the old ones; unchanged when it has no such row.
std::string updated_profile(std::string_view profile, const RowFit& fit);
/// What changed and how well it fits, for people.
std::string fit_report(const RowFit& fit, const FitOptions& options);
/// `0.437 ms`, `0.913`: three digits, as profiles write them.
std::string profile_value(const Parameter& parameter, double value);

/// Least squares of `residuals` over `low` ≤ x ≤ `high`, robust (Huber) and damped towards the start;
/// deterministic.
struct Minimum {
  std::vector<double> x;
  double loss = 0;
  int evaluations = 0;
};
struct Bounds {
  double low = 0, high = 1;
};
using Residuals = std::function<std::vector<double>(const std::vector<double>&)>;
Minimum minimise(const Residuals& residuals, const std::vector<double>& weights, std::vector<double> start,
                 const std::vector<Bounds>& bounds, int most_evaluations);

}  // namespace rackfit::measured
