#include "kafka.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "rackfit/measured/score.hpp"

namespace rackfit::accuracy {
namespace {

using kafka::MeasuredSample;

constexpr double median_target = 1.5, worst_target = 2.5;

std::shared_ptr<const rules::RuleSet> load_rules(const catalog::Library& library,
                                                 const units::Registry& units, Diagnostics& diagnostics) {
  auto set = std::make_shared<rules::RuleSet>();
  for (const std::string& path : library.paths("rules/")) {
    if (const auto tree = library.tree(path, diagnostics)) {
      set->add(tree, library.from_user(path) ? 1 : 0, units, diagnostics);
    }
  }
  return set;
}

/// Rows of a reached limit, as fits without their source see them.
std::vector<const MeasuredSample*> unseen(const KafkaScores& scores) {
  std::vector<const MeasuredSample*> found;
  for (const kafka::SourceLeftOut& source : scores.left_out) {
    for (const MeasuredSample& sample : source.samples) {
      if (!sample.seen->at_least) found.push_back(&sample);
    }
  }
  return found;
}

std::vector<const MeasuredSample*> reached(const KafkaScores& scores) {
  std::vector<const MeasuredSample*> found;
  for (const MeasuredSample& sample : scores.samples) {
    if (!sample.seen->at_least) found.push_back(&sample);
  }
  return found;
}

std::vector<const MeasuredSample*> refuted(const KafkaScores& scores) {
  std::vector<const MeasuredSample*> found;
  for (const MeasuredSample& sample : scores.samples) {
    if (sample.refuted()) found.push_back(&sample);
  }
  return found;
}

double covered(const std::vector<const MeasuredSample*>& samples) {
  const auto in =
      std::count_if(samples.begin(), samples.end(), [](const MeasuredSample* s) { return s->in_interval(); });
  return samples.empty() ? 0 : static_cast<double>(in) / static_cast<double>(samples.size());
}

std::string why(const MeasuredSample& sample) {
  const std::string text = kafka::explained(sample);
  return text.empty() ? "unexplained" : text;
}

std::string megabytes(double bytes_per_s) { return fmt::format("{:.0f}", bytes_per_s / 1e6); }

std::string line(const MeasuredSample& sample, const std::vector<const MeasuredSample*>& others) {
  const auto other = std::find_if(others.begin(), others.end(),
                                  [&](const MeasuredSample* each) { return each->seen == sample.seen; });
  const kafka::MeasuredRow& row = *sample.seen->row;
  return fmt::format("| {} | {}{} | {} | {} | {} to {} | {} | {} | {} |\n", row.id, row.source.substr(0, 46),
                     row.source.size() > 46 ? "…" : "", megabytes(sample.seen->bytes_per_s),
                     megabytes(sample.predicted.value), megabytes(sample.predicted.low),
                     megabytes(sample.predicted.high), sample.limit, fmt::format("× {:.2f}", sample.ratio()),
                     other == others.end() ? "" : fmt::format("× {:.2f}", (*other)->ratio()));
}

std::string coefficients_line(const std::string& name, const kafka::Coefficients& values) {
  std::string out = "| " + name + " |";
  for (const auto& [input, value] : values) {
    out += input == "kafka.measured.cpu_rate" ? fmt::format(" {:.1f} |", value / 1e6)
                                              : fmt::format(" {:.3f} |", value);
  }
  return out + "\n";
}

}  // namespace

std::optional<KafkaScores> score_kafka(const std::string& path, const catalog::Library& library,
                                       const units::Registry& units, Diagnostics& diagnostics) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    diagnostics.error(measured::code::nothing, {}, "cannot read `" + path + "`");
    return std::nullopt;
  }
  std::ostringstream text;
  text << file.rdbuf();
  const auto source = std::make_shared<const SourceFile>(path, text.str());
  diagnostics.keep(source);
  KafkaScores scores;
  scores.rows = kafka::read_measured_rows(*source, diagnostics);
  scores.program = kafka::broker_program(load_rules(library, units, diagnostics), units, diagnostics);
  if (!scores.program || diagnostics.has_errors()) return std::nullopt;
  scores.seen = kafka::observe(scores.rows);
  scores.samples = kafka::score(scores.program, scores.seen);
  scores.fitted = kafka::fit(scores.program, scores.seen);
  for (const auto& [name, value] : scores.fitted) {
    scores.own.emplace_back(name, *scores.program->symbol(*scores.program->find(name)).default_value);
  }
  scores.left_out = kafka::leave_one_source_out(scores.program, scores.seen);
  return scores;
}

std::vector<KafkaHeadline> headlines(const KafkaScores& scores) {
  std::vector<double> factors;
  for (const MeasuredSample* sample : unseen(scores)) factors.push_back(sample->factor());
  const double worst = factors.empty() ? 0 : *std::max_element(factors.begin(), factors.end());
  const auto above = refuted(scores);
  const auto unexplained = std::count_if(above.begin(), above.end(), [](const MeasuredSample* sample) {
    return kafka::explained(*sample).empty();
  });
  return {{"capacity, source left out, median factor", factors.size(), measured::quantile(factors, 0.5),
           median_target},
          {"capacity, source left out, worst factor", factors.size(), worst, worst_target},
          {"loads above the prediction, unexplained", scores.samples.size() - factors.size(),
           static_cast<double>(unexplained), 0}};
}

std::string kafka_table(const KafkaScores& scores) { return kafka_markdown(scores); }

std::string kafka_markdown(const KafkaScores& scores) {
  std::string out = "| Figure | Rows | Is | Target | |\n|--|--:|--:|--:|--|\n";
  for (const KafkaHeadline& item : headlines(scores)) {
    out += fmt::format("| {} | {} | {:.2f} | {:.2f} | {} |\n", item.title, item.rows, item.value, item.target,
                       item.met() ? "met" : "**missed**");
  }
  const auto limits = reached(scores), others = unseen(scores);
  out += fmt::format("| measured limit within the interval | {} | {:.0f} % | | |\n", limits.size(),
                     100 * covered(limits));
  out +=
      "\nLimits that were reached, in MB/s before compression:\n\n"
      "| Row | Source | Measured | Predicted | Interval | Limit | Predicted ÷ measured | … with the source "
      "left out |\n"
      "|--|--|--:|--:|--:|--|--:|--:|\n";
  for (const MeasuredSample* sample : limits) out += line(*sample, others);
  out +=
      "\nCoefficients, fitted to all sources and without one:\n\n| | CPU rate, MB/s per vCPU | Read weight | "
      "Disk share | NIC share |\n"
      "|--|--:|--:|--:|--:|\n";
  const std::string all = coefficients_line("all sources", scores.fitted);
  out += coefficients_line("in the rules", scores.own) + all;
  for (const kafka::SourceLeftOut& source : scores.left_out) {
    const std::string line = coefficients_line("without " + source.source, source.fitted);
    const bool same = line.substr(line.find(" |")) == all.substr(all.find(" |"));
    if (!same) out += line;
  }
  const auto above = refuted(scores);
  out += fmt::format("\nLoads that were carried (`use=bound`): {} rows, {} of them above the prediction:\n\n",
                     scores.samples.size() - limits.size(), above.size());
  if (!above.empty()) out += "| Row | Measured | Predicted | Interval | Limit | |\n|--|--:|--:|--:|--|--|\n";
  for (const MeasuredSample* sample : above) {
    out += fmt::format("| {} | {} | {} | {} to {} | {} | {} |\n", sample->seen->row->id,
                       megabytes(sample->seen->bytes_per_s), megabytes(sample->predicted.value),
                       megabytes(sample->predicted.low), megabytes(sample->predicted.high), sample->limit,
                       why(*sample));
  }
  out += "\n| Rows not compared | Reason |\n|--:|--|\n";
  for (const auto& [reason, rows] : scores.seen.left_out)
    out += fmt::format("| {} | {} |\n", rows.size(), reason);
  return out;
}

}  // namespace rackfit::accuracy
