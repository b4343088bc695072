// How far the model is from measured rows, by slice.
//
// Rows become cases (a resolved question and the figure to compare), cases become samples (measured and
// predicted), and samples are counted by metric, engine, device class and model family. Nothing is dropped
// silently: a row that is not compared is counted under its reason. Fitting works on the same cases.
#pragma once

#include <map>

#include "rackfit/measured/reading.hpp"

namespace rackfit::measured {

/// True where only some of the weights work on a token.
bool sparse(std::string_view family);

/// A row that can be compared.
struct Case {
  const Row* row = nullptr;
  Reading reading;
  std::size_t question = 0;  // in Cases::questions
};

/// Rows with what became of each; refers to the rows and the catalog that it was made from.
struct Cases {
  std::vector<estimate::Subject>
      questions;  // different questions only: rows often give several figures of one run
  std::vector<Case> cases;
  std::map<std::string, std::vector<const Row*>> left_out;  // by reason
};

/// Reads and resolves the rows.
Cases make_cases(const catalog::Catalog& catalog, const std::vector<Row>& rows);

/// A compared row.
struct Sample {
  const Row* row = nullptr;
  Metric metric = Metric::weights;
  Setting setting = Setting::memory;
  std::string engine, device_class, family, model, device;  // ids
  bool doubtful = false;
  double measured = 0;
  estimate::Range predicted;

  /// Predicted over measured, less one.
  double error() const { return predicted.mid / measured - 1; }
  bool in_band() const { return predicted.low <= measured && measured <= predicted.high; }
  bool has_band() const { return predicted.low < predicted.high; }
};

struct Scores {
  std::vector<Sample> samples;
  std::map<std::string, std::vector<const Row*>> left_out;  // those of the cases, and rows without an answer
};

/// Asks every question; `calibration` replaces the one that each subject has, for trials.
Scores score(const Cases& cases, const catalog::Calibration* calibration = nullptr);

/// Figures of a slice; errors are shares of the measured value.
struct Statistics {
  std::size_t n = 0;
  double median = 0, mean = 0, p90 = 0;  // of the absolute error
  double bias = 0;                       // mean signed error: above zero, predicted too much
  double worst = 0;                      // largest absolute error
  double in_band = 0;                    // share of samples within their band, of those that have one
  std::size_t banded = 0;
};
Statistics statistics(const std::vector<const Sample*>& samples);
/// Linear between the two nearest ranks; the values need not be sorted.
double quantile(std::vector<double> values, double q);

struct SliceKey {
  std::string figure;  // title of metric and setting
  std::string engine, device_class, family;
  bool doubtful = false;
  auto operator<=>(const SliceKey&) const = default;
  std::string text() const;
};

/// All slices in the order of their keys.
std::map<SliceKey, std::vector<const Sample*>> slices(const std::vector<Sample>& samples);

/// The slices as lines of text, widest columns first; doubtful ones last and marked.
std::string slice_table(const std::vector<Sample>& samples);

/// Words such as `engine=vllm` or `model=llama`, all of which must hold; a value is found anywhere in the
/// field.
struct Filter {
  std::vector<std::pair<std::string, std::string>> words;
  bool holds(const Sample& sample) const;
  /// Nothing, when a word has no `=` or names no field.
  static std::optional<Filter> parse(std::string_view text);
};

}  // namespace rackfit::measured
