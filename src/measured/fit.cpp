#include "rackfit/measured/fit.hpp"

#include <algorithm>
#include <cmath>

namespace rackfit::measured {
namespace {

constexpr int most_evaluations = 600;
constexpr int held_out_evaluations = 80;  // each starts at the fit to all rows
constexpr std::size_t least_for_band = 12;
constexpr std::size_t least_groups = 3;  // fewer say nothing about how groups differ
// A parameter one spread away from the profile counts like a row of this error.
constexpr double one_spread = 0.15;
// Of a row that gets no answer during a trial: far off, but not so far that single rows decide.
constexpr double no_answer = 2;

// Bursts drain, open loops are short, rates at a concurrency follow from the times: such rows count this
// much.
constexpr double loose_weight = 0.05;

bool loose(const Reading& reading) {
  const bool rate = reading.metric >= Metric::output_rate;
  return reading.setting == Setting::burst || reading.setting == Setting::rate ||
         (reading.setting == Setting::concurrency && rate);
}

bool timed(Metric metric) { return metric > Metric::memory_total; }
bool first_token(Metric metric) { return metric == Metric::ttft || metric == Metric::prefill; }
bool rate(Metric metric) { return metric != Metric::ttft && metric != Metric::tpot; }

/// The cases of one calibration row, grouped by question, with what does not depend on the calibration worked
/// out.
class Bench {
 public:
  Bench(const Cases& cases, const catalog::Calibration& row, const std::string& group_by) {
    std::map<std::size_t, std::vector<const Case*>> by_question;
    for (const Case& item : cases.cases) {
      const estimate::Subject& subject = cases.questions[item.question];
      // A burst ends with a long tail of few requests, which says more about its lengths than about a step.
      if (!timed(item.reading.metric) || !item.reading.doubt.empty() ||
          item.reading.setting == Setting::burst || subject.deployment.calibration != &row)
        continue;
      by_question[item.question].push_back(&item);
    }
    for (auto& [at, members] : by_question) {
      const estimate::Subject& subject = cases.questions[at];
      Question question{subject, llm::memory(subject.deployment), {}};
      const estimate::Answer answer = ask(question, row);
      for (const Case* item : members) {
        if (!predicted(item->reading, answer))
          continue;  // does not fit, or no compute rate: no parameter changes it
        question.members.push_back(entries_.size());
        entries_.push_back({item, group_of(*item, subject, group_by),
                            title(item->reading.metric, item->reading.setting),
                            std::string(llm::family(*subject.deployment.model))});
      }
      if (!question.members.empty()) questions_.push_back(std::move(question));
    }
    weigh();
  }

  struct Entry {
    const Case* item = nullptr;
    std::string group, figure, family;
    double weight = 1;
  };
  const std::vector<Entry>& entries() const { return entries_; }

  /// Logarithms of predicted over measured for every entry; those of the left-out group stay 0.
  std::vector<double> residuals(const catalog::Calibration& row, const std::string* without) const {
    std::vector<double> out(entries_.size(), 0);
    for (const Question& question : questions_) {
      answer(
          question, row, [&](const Entry& entry) { return !without || entry.group != *without; }, out);
    }
    return out;
  }

  /// The same for one group only; the others' figures are left alone.
  void residuals_of(const catalog::Calibration& row, const std::string& group,
                    std::vector<double>& out) const {
    for (const Question& question : questions_) {
      answer(
          question, row, [&](const Entry& entry) { return entry.group == group; }, out);
    }
  }

  std::vector<std::string> groups() const {
    std::vector<std::string> names;
    for (const Entry& entry : entries_) names.push_back(entry.group);
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
  }

 private:
  struct Question {
    estimate::Subject subject;
    llm::Memory memory;
    std::vector<std::size_t> members;  // entries
  };

  static estimate::Answer ask(const Question& question, const catalog::Calibration& row) {
    estimate::Subject trial = question.subject;
    trial.deployment.calibration = &row;
    return estimate::answer(trial, {question.memory, llm::step_model(trial.deployment)});
  }

  template <class Wanted>
  void answer(const Question& question, const catalog::Calibration& row, const Wanted& wanted,
              std::vector<double>& out) const {
    std::optional<estimate::Answer> answer;
    for (const std::size_t at : question.members) {
      if (!wanted(entries_[at])) continue;
      if (!answer) answer = ask(question, row);
      const Reading& reading = entries_[at].item->reading;
      const auto figure = predicted(reading, *answer);
      out[at] =
          figure ? std::clamp(std::log(figure->mid / reading.measured), -no_answer, no_answer) : no_answer;
    }
  }

  static std::string group_of(const Case& item, const estimate::Subject& subject, const std::string& by) {
    if (by == "device") return subject.deployment.device->row.id;
    if (by == "source") return item.row->source;
    return subject.deployment.model->row.id;
  }

  /// A model or figure with ten times the rows is not ten times as true: weights grow with the root of their
  /// number.
  void weigh() {
    std::map<std::pair<std::string, std::string>, double> count;
    for (const Entry& entry : entries_) count[{entry.figure, entry.group}] += 1;
    for (Entry& entry : entries_) {
      entry.weight = 1 / std::sqrt(count[{entry.figure, entry.group}]);
      if (loose(entry.item->reading)) entry.weight *= loose_weight;
    }
    double sum = 0;
    for (const Entry& entry : entries_) sum += entry.weight;
    for (Entry& entry : entries_) entry.weight /= sum;
  }

  std::vector<Entry> entries_;
  std::vector<Question> questions_;
};

catalog::Calibration with(const catalog::Calibration& row, const std::vector<const Parameter*>& fitted,
                          const std::vector<double>& x) {
  catalog::Calibration out = row;
  for (std::size_t i = 0; i < fitted.size(); ++i) fitted[i]->set(out, x[i]);
  return out;
}

/// Fits from `start`, held near `prior`.
catalog::Calibration optimise(const Bench& bench, const catalog::Calibration& prior,
                              const catalog::Calibration& start, const std::vector<const Parameter*>& fitted,
                              const std::string* without, double known_rows, int most) {
  std::vector<double> x, known, weights;
  std::vector<Bounds> bounds;
  for (const Parameter* parameter : fitted) {
    bounds.push_back({parameter->low, parameter->high});
    x.push_back(parameter->get(start).value_or(parameter->low));
    known.push_back(parameter->get(prior).value_or(parameter->low));
  }
  for (const Bench::Entry& entry : bench.entries())
    weights.push_back(without && entry.group == *without ? 0 : entry.weight);
  weights.resize(weights.size() + fitted.size(), known_rows / static_cast<double>(bench.groups().size()));
  const Residuals residuals = [&](const std::vector<double>& trial) {
    std::vector<double> out = bench.residuals(with(prior, fitted, trial), without);
    for (std::size_t i = 0; i < fitted.size(); ++i) {
      const double least = 1e-3 * (fitted[i]->high - fitted[i]->low);
      const double away = std::log((trial[i] - fitted[i]->low + least) / (known[i] - fitted[i]->low + least));
      out.push_back(one_spread * away / fitted[i]->spread);
    }
    return out;
  };
  return with(prior, fitted, minimise(residuals, weights, std::move(x), bounds, most).x);
}

/// What a row leaves at its default it may not need; only what it sets is fitted unless asked for.
std::vector<const Parameter*> usual_parameters(const catalog::Calibration& row) {
  const catalog::Calibration plain;
  std::vector<const Parameter*> out;
  for (const Parameter& parameter : parameters()) {
    const auto value = parameter.get(row);
    if (value && value != parameter.get(plain)) out.push_back(&parameter);
  }
  return out;
}

Statistics statistics_of(const Bench& bench, const std::vector<double>& residuals,
                         const std::string& figure) {
  std::vector<Sample> samples;
  for (std::size_t i = 0; i < residuals.size(); ++i) {
    if (!figure.empty() && bench.entries()[i].figure != figure) continue;
    Sample sample;
    sample.measured = 1;
    sample.predicted = {std::exp(residuals[i]), 0, 0};
    samples.push_back(sample);
  }
  std::vector<const Sample*> pointers;
  for (const Sample& sample : samples) pointers.push_back(&sample);
  return statistics(pointers);
}

/// True over predicted time of a left-out row.
struct Miss {
  std::string group, family;
  bool first = false;
  double ratio = 1;
};

std::vector<Miss> misses_of(const Bench& bench, const std::vector<double>& residuals) {
  std::vector<Miss> out;
  for (std::size_t i = 0; i < residuals.size(); ++i) {
    const Bench::Entry& entry = bench.entries()[i];
    const Metric metric = entry.item->reading.metric;
    if (loose(entry.item->reading)) continue;
    out.push_back({entry.group, entry.family, first_token(metric),
                   std::exp(rate(metric) ? residuals[i] : -residuals[i])});
  }
  return out;
}

/// Value below which a share `q` of the weight lies.
double weighted_quantile(std::vector<std::pair<double, double>> values, double q) {
  std::sort(values.begin(), values.end());
  double sum = 0, below = 0;
  for (const auto& [value, weight] : values) sum += weight;
  for (const auto& [value, weight] : values) {
    below += weight;
    if (below >= q * sum) return value;
  }
  return values.back().first;
}

/// How much wider a band must be that few groups have given and that is to hold for a new one: P90 of
/// Student's distribution over that of the normal one (Cornish–Fisher), with the error of the groups' own
/// mean.
double widened(double groups) {
  constexpr double z = 1.2815515655446004;
  const double free = groups - 1;
  const double t =
      z + (z * z * z + z) / (4 * free) + (5 * std::pow(z, 5) + 16 * z * z * z + 3 * z) / (96 * free * free);
  return t / z * std::sqrt(1 + 1 / groups);
}

/// P10 and P90 of the misses that `wanted` takes, for a group that is not among them; nothing when they are
/// few. A group counts by the root of its rows: those of one model resemble each other.
template <class Wanted>
std::optional<catalog::Band> band_of(const std::vector<Miss>& misses, const Wanted& wanted) {
  std::map<std::string, std::vector<double>> by_group;
  std::size_t count = 0;
  for (const Miss& miss : misses) {
    if (!wanted(miss)) continue;
    by_group[miss.group].push_back(std::log(miss.ratio));
    ++count;
  }
  if (count < least_for_band || by_group.size() < least_groups) return std::nullopt;
  std::vector<std::pair<double, double>> values;
  for (const auto& [group, logs] : by_group) {
    for (const double value : logs) values.emplace_back(value, 1 / std::sqrt(double(logs.size())));
  }
  const double factor = widened(double(by_group.size()));
  return catalog::Band{std::exp(std::min(0.0, factor * weighted_quantile(values, 0.1))),
                       std::exp(std::max(0.0, factor * weighted_quantile(values, 0.9)))};
}

std::vector<catalog::FamilyBands> bands_by_family(const std::vector<Miss>& misses) {
  std::vector<std::string> families;
  for (const Miss& miss : misses) families.push_back(miss.family);
  std::sort(families.begin(), families.end());
  families.erase(std::unique(families.begin(), families.end()), families.end());
  std::vector<catalog::FamilyBands> out;
  if (families.size() < 2) return out;
  for (const std::string& family : families) {
    const auto decode = band_of(misses, [&](const Miss& m) { return m.family == family && !m.first; });
    const auto ttft = band_of(misses, [&](const Miss& m) { return m.family == family && m.first; });
    if (decode && ttft) out.push_back({family, *decode, *ttft});
  }
  return out;
}

/// Every group judged by the bands of the others: of its family where they suffice, else of all.
std::optional<double> coverage_of(const std::vector<Miss>& misses, bool first, std::size_t& judged) {
  double inside = 0;
  std::map<std::pair<std::string, std::string>, std::optional<catalog::Band>> bands;
  for (const Miss& miss : misses) {
    if (miss.first != first) continue;
    auto& band = bands[{miss.group, miss.family}];
    const auto other = [&](const Miss& m) { return m.first == first && m.group != miss.group; };
    if (!band) band = band_of(misses, [&](const Miss& m) { return other(m) && m.family == miss.family; });
    if (!band) band = band_of(misses, other);
    if (!band) continue;
    ++judged;
    if (band->low <= miss.ratio && miss.ratio <= band->high) inside += 1;
  }
  if (judged == 0) return std::nullopt;
  return inside / static_cast<double>(judged);
}

}  // namespace

std::optional<RowFit> fit(const Cases& cases, const catalog::Calibration& row, const FitOptions& options) {
  const Bench bench(cases, row, options.leave_out);
  if (bench.entries().empty()) return std::nullopt;
  RowFit out;
  out.before = &row;
  out.rows = bench.entries().size();
  out.fitted = options.parameters.empty() ? usual_parameters(row) : options.parameters;
  out.after = options.keep_parameters
                  ? row
                  : optimise(bench, row, row, out.fitted, nullptr, options.known_rows, most_evaluations);
  const std::vector<std::string> groups = bench.groups();
  out.groups = groups.size();
  const std::vector<double> before = bench.residuals(row, nullptr),
                            after = bench.residuals(out.after, nullptr);
  std::vector<double> held(after.size(), 0);
  const bool hold_out = options.hold_out && groups.size() > 1;
  if (hold_out) {
    for (const std::string& group : groups) {
      const catalog::Calibration without =
          optimise(bench, row, out.after, out.fitted, &group, options.known_rows, held_out_evaluations);
      bench.residuals_of(without, group, held);
    }
    const std::vector<Miss> misses = misses_of(bench, held);
    out.decode_band = band_of(misses, [](const Miss& miss) { return !miss.first; });
    out.ttft_band = band_of(misses, [](const Miss& miss) { return miss.first; });
    out.family_bands = bands_by_family(misses);
    out.decode_coverage = coverage_of(misses, false, out.decode_judged);
    out.ttft_coverage = coverage_of(misses, true, out.ttft_judged);
  }
  std::vector<std::string> figures;
  for (const Bench::Entry& entry : bench.entries()) figures.push_back(entry.figure);
  std::sort(figures.begin(), figures.end());
  figures.erase(std::unique(figures.begin(), figures.end()), figures.end());
  for (const std::string& figure : figures) {
    out.figures.push_back({figure, statistics_of(bench, before, figure), statistics_of(bench, after, figure),
                           hold_out ? statistics_of(bench, held, figure) : Statistics{}});
  }
  return out;
}

}  // namespace rackfit::measured
