#include "baseline.hpp"

#include <fmt/format.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "headline.hpp"

namespace rackfit::accuracy {
namespace {

using nlohmann::ordered_json;

// A slice may drift by this much of its median error before somebody has to agree to it …
constexpr double allowed_points = 1.5;
// … if it has this many rows; of fewer the median says little.
constexpr std::size_t least_rows = 10;
// Factors of clusters may drift by so much.
constexpr double allowed_factor = 0.05;

const char* const baseline_path = RACKFIT_SOURCE_DIR "/tests/accuracy/baseline.json";
const char* const document_path = RACKFIT_SOURCE_DIR "/docs/accuracy.md";
constexpr std::string_view begin_mark = "<!-- generated: begin -->";
constexpr std::string_view end_mark = "<!-- generated: end -->";

/// Percent with two digits: finer ones would only make the file change.
double percent(double share) { return std::round(share * 1e4) / 1e2; }

ordered_json slice_json(const std::vector<const measured::Sample*>& members) {
  const measured::Statistics s = measured::statistics(members);
  ordered_json out;
  out["n"] = s.n;
  out["median_percent"] = percent(s.median);
  out["mean_percent"] = percent(s.mean);
  out["p90_percent"] = percent(s.p90);
  out["bias_percent"] = percent(s.bias);
  if (s.banded > 0) out["in_band_percent"] = percent(s.in_band);
  return out;
}

ordered_json kafka_json(const KafkaScores& scores) {
  ordered_json out;
  for (const KafkaHeadline& item : headlines(scores)) {
    out[item.title]["n"] = item.rows;
    out[item.title]["is"] = std::round(item.value * 1e3) / 1e3;
    out[item.title]["target"] = item.target;
  }
  return out;
}

ordered_json all_json(const measured::Scores& scores, const KafkaScores* kafka) {
  ordered_json out;
  for (const auto& [key, members] : measured::slices(scores.samples))
    out["slices"][key.text()] = slice_json(members);
  for (const Headline& line : headlines(scores.samples)) {
    ordered_json item;
    item["n"] = line.statistics.n;
    const bool share = line.judge != Judge::worst_gib;
    item[share ? "percent" : "gib"] = share ? percent(line.value) : std::round(line.value * 1e3) / 1e3;
    item["target"] = share ? percent(line.target) : line.target;
    out["headlines"][line.title] = item;
  }
  for (const auto& [why, rows] : scores.left_out) out["not_compared"][why] = rows.size();
  if (kafka) out["kafka"] = kafka_json(*kafka);
  return out;
}

std::string read_text(const char* path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

bool write_text(const char* path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  return file.good();
}

std::string cell(double share) { return fmt::format("{:.1f} %", 100 * share); }

std::string headline_markdown(const measured::Scores& scores) {
  std::string out = "| Figure | Rows | Judged by | Is | Target | |\n|--|--:|--|--:|--:|--|\n";
  for (const Headline& line : headlines(scores.samples)) {
    const bool share = line.judge != Judge::worst_gib;
    const char* judge = line.judge == Judge::median ? "median"
                        : line.judge == Judge::mean ? "mean"
                                                    : "largest error";
    const auto figure = [&](double value) { return share ? cell(value) : fmt::format("{:.2f} GiB", value); };
    out += fmt::format("| {} | {} | {} | {} | {} | {} |\n", line.title, line.statistics.n, judge,
                       line.statistics.n ? figure(line.value) : "", figure(line.target),
                       line.statistics.n == 0 ? "no rows"
                       : line.met()           ? "met"
                                              : "**missed**");
  }
  return out;
}

std::string slice_markdown(const measured::Scores& scores, bool doubtful) {
  std::string out =
      "| Figure | Engine | Class | Family | Rows | Median | Mean | P90 | Bias | In band |\n"
      "|--|--|--|--|--:|--:|--:|--:|--:|--:|\n";
  for (const auto& [key, members] : measured::slices(scores.samples)) {
    if (key.doubtful != doubtful) continue;
    const measured::Statistics s = measured::statistics(members);
    out += fmt::format("| {} | {} | {} | {} | {} | {} | {} | {} | {:+.1f} % | {} |\n", key.figure, key.engine,
                       key.device_class, key.family, s.n, cell(s.median), cell(s.mean), cell(s.p90),
                       100 * s.bias, s.banded ? fmt::format("{:.0f} %", 100 * s.in_band) : "");
  }
  return out;
}

std::string document_part(const measured::Scores& scores, const KafkaScores* kafka) {
  std::string out = "\n## Against the targets\n\n" + headline_markdown(scores);
  out += "\n## All slices\n\n" + slice_markdown(scores, false);
  out += "\n## Doubtful rows\n\n" + slice_markdown(scores, true);
  out += "\n## Rows that are not compared\n\n| Rows | Reason |\n|--:|--|\n";
  for (const auto& [why, rows] : scores.left_out) out += fmt::format("| {} | {} |\n", rows.size(), why);
  if (kafka) out += "\n## Kafka clusters\n\n" + kafka_markdown(*kafka);
  return out + "\n";
}

/// Lines about promises on clusters that are kept less well than before.
std::vector<std::string> kafka_problems(const ordered_json& before, const ordered_json& now) {
  std::vector<std::string> problems;
  if (!before.contains("kafka") || !now.contains("kafka")) return problems;
  for (const auto& [title, old] : before["kafka"].items()) {
    if (!now["kafka"].contains(title)) {
      problems.push_back(title + ": not there any more");
      continue;
    }
    const auto& current = now["kafka"][title];
    const double was = old["is"].get<double>(), is = current["is"].get<double>();
    if (is > was + allowed_factor)
      problems.push_back(fmt::format("{}: {:.2f} where it was {:.2f}", title, is, was));
    if (current["n"].get<int>() < old["n"].get<int>())
      problems.push_back(title + ": fewer rows than there were");
  }
  return problems;
}

}  // namespace

std::string to_json(const measured::Scores& scores, const KafkaScores* kafka) {
  return all_json(scores, kafka).dump(1) + "\n";
}

int check(const measured::Scores& scores, const KafkaScores* kafka) {
  const ordered_json before = ordered_json::parse(read_text(baseline_path), nullptr, false);
  if (before.is_discarded() || !before.contains("slices")) {
    fmt::print("there is no baseline: write one with --update\n");
    return 1;
  }
  const ordered_json now = all_json(scores, kafka);
  int problems = 0;
  const auto complain = [&](const std::string& text) {
    fmt::print("{}\n", text);
    ++problems;
  };
  for (const auto& [key, old] : before["slices"].items()) {
    const auto old_n = old["n"].get<std::size_t>();
    if (!now["slices"].contains(key)) {
      complain(fmt::format("{}: its {} rows are not compared any more", key, old_n));
      continue;
    }
    const auto& current = now["slices"][key];
    const auto n = current["n"].get<std::size_t>();
    if (n < old_n) complain(fmt::format("{}: {} rows where there were {}", key, n, old_n));
    const double was = old["median_percent"].get<double>(), is = current["median_percent"].get<double>();
    if (n >= least_rows && is > was + allowed_points) {
      complain(fmt::format("{}: median error {:.1f} % where it was {:.1f} %", key, is, was));
    }
  }
  for (const std::string& text : kafka_problems(before, now)) complain(text);
  if (problems == 0) fmt::print("{} slices, none worse than the baseline\n", before["slices"].size());
  return problems == 0 ? 0 : 1;
}

bool update(const measured::Scores& scores, const KafkaScores* kafka) {
  if (!write_text(baseline_path, to_json(scores, kafka))) return false;
  std::string document = read_text(document_path);
  const std::size_t begin = document.find(begin_mark), end = document.find(end_mark);
  if (begin == std::string::npos || end == std::string::npos || end < begin) return false;
  const std::size_t from = begin + begin_mark.size();
  document.replace(from, end - from, document_part(scores, kafka));
  return write_text(document_path, document);
}

}  // namespace rackfit::accuracy
