#include "rackfit/measured/score.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "rackfit/catalog/tables.hpp"

namespace rackfit::measured {
namespace {

Sample sample_of(const Case& item, const estimate::Subject& subject, const estimate::Range& predicted) {
  Sample sample;
  sample.row = item.row;
  sample.metric = item.reading.metric;
  sample.setting = item.reading.setting;
  const llm::Deployment& d = subject.deployment;
  sample.engine = d.engine ? d.engine->row.id : "none";
  sample.device_class = catalog::to_string(d.device->device_class);
  sample.family = llm::family(*d.model);
  sample.model = d.model->row.id;
  sample.device = d.device->row.id;
  sample.doubtful = !item.reading.doubt.empty();
  sample.measured = item.reading.measured;
  sample.predicted = predicted;
  return sample;
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

constexpr std::string_view filter_fields[] = {"metric", "setting", "figure", "engine", "class",
                                              "family", "model",   "device", "source", "id"};

std::string field(const Sample& sample, std::string_view name) {
  if (name == "metric") return std::string(to_string(sample.metric));
  if (name == "setting") return std::string(to_string(sample.setting));
  if (name == "figure") return title(sample.metric, sample.setting);
  if (name == "engine") return sample.engine;
  if (name == "class") return sample.device_class;
  if (name == "family") return sample.family;
  if (name == "model") return sample.model;
  if (name == "device") return sample.device;
  if (name == "source") return lower(sample.row->source);
  return lower(sample.row->id);
}

}  // namespace

Scores score(const Cases& cases, const catalog::Calibration* calibration) {
  Scores scores;
  scores.left_out = cases.left_out;
  std::vector<std::optional<estimate::Answer>> answers(cases.questions.size());
  for (const Case& item : cases.cases) {
    const estimate::Subject& subject = cases.questions[item.question];
    std::optional<estimate::Answer>& answer = answers[item.question];
    if (!answer) {
      if (calibration) {
        estimate::Subject trial = subject;
        trial.deployment.calibration = calibration;
        answer = estimate::answer(trial);
      } else {
        answer = estimate::answer(subject);
      }
    }
    if (const auto figure = predicted(item.reading, *answer)) {
      scores.samples.push_back(sample_of(item, subject, *figure));
    } else {
      const std::string why = answer->reasons.empty()
                                  ? std::string("bound: ") + answer->bound
                                  : std::string(llm::to_string(answer->reasons.front().kind));
      scores.left_out["no answer: " + why].push_back(item.row);
    }
  }
  return scores;
}

double quantile(std::vector<double> values, double q) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const double place = q * static_cast<double>(values.size() - 1);
  const auto low = static_cast<std::size_t>(place);
  if (low + 1 >= values.size()) return values.back();
  const double share = place - static_cast<double>(low);
  return values[low] * (1 - share) + values[low + 1] * share;
}

Statistics statistics(const std::vector<const Sample*>& samples) {
  Statistics s;
  s.n = samples.size();
  if (samples.empty()) return s;
  std::vector<double> errors;
  double inside = 0;
  for (const Sample* sample : samples) {
    const double error = sample->error();
    errors.push_back(std::abs(error));
    s.mean += std::abs(error);
    s.bias += error;
    if (!sample->has_band()) continue;
    ++s.banded;
    if (sample->in_band()) inside += 1;
  }
  const auto n = static_cast<double>(samples.size());
  s.mean /= n;
  s.bias /= n;
  s.median = quantile(errors, 0.5);
  s.p90 = quantile(errors, 0.9);
  s.worst = *std::max_element(errors.begin(), errors.end());
  if (s.banded > 0) s.in_band = inside / static_cast<double>(s.banded);
  return s;
}

std::string SliceKey::text() const {
  return fmt::format("{}|{}|{}|{}{}", figure, engine, device_class, family, doubtful ? "|doubtful" : "");
}

std::map<SliceKey, std::vector<const Sample*>> slices(const std::vector<Sample>& samples) {
  std::map<SliceKey, std::vector<const Sample*>> all;
  for (const Sample& sample : samples) {
    all[{title(sample.metric, sample.setting), sample.engine, sample.device_class, sample.family,
         sample.doubtful}]
        .push_back(&sample);
  }
  return all;
}

std::string slice_table(const std::vector<Sample>& samples) {
  std::string out = fmt::format("{:<26}{:<14}{:<13}{:<11}{:>5}{:>8}{:>8}{:>8}{:>8}{:>8}\n", "figure",
                                "engine", "class", "family", "n", "median", "mean", "P90", "bias", "in band");
  for (const bool doubtful : {false, true}) {
    bool first = true;
    for (const auto& [key, members] : slices(samples)) {
      if (key.doubtful != doubtful) continue;
      if (first && doubtful) out += "\ndoubtful rows:\n";
      first = false;
      const Statistics s = statistics(members);
      out += fmt::format("{:<26}{:<14}{:<13}{:<11}{:>5}{:>7.1f}%{:>7.1f}%{:>7.1f}%{:>+7.1f}%{}\n", key.figure,
                         key.engine, key.device_class, key.family, s.n, 100 * s.median, 100 * s.mean,
                         100 * s.p90, 100 * s.bias,
                         s.banded ? fmt::format("{:>7.0f}%", 100 * s.in_band) : std::string("       -"));
    }
  }
  return out;
}

bool Filter::holds(const Sample& sample) const {
  return std::all_of(words.begin(), words.end(), [&](const auto& word) {
    return field(sample, word.first).find(word.second) != std::string::npos;
  });
}

std::optional<Filter> Filter::parse(std::string_view text) {
  Filter filter;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const std::string_view word = text.substr(0, comma);
    text.remove_prefix(std::min(text.size(), comma + 1));
    const std::size_t equals = word.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    const std::string_view name = word.substr(0, equals);
    if (std::find(std::begin(filter_fields), std::end(filter_fields), name) == std::end(filter_fields)) {
      return std::nullopt;
    }
    filter.words.emplace_back(name, lower(word.substr(equals + 1)));
  }
  return filter;
}

}  // namespace rackfit::measured
