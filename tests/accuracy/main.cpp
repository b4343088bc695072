// How far the model is from measured rows: a table for people, JSON for scripts, a gate for CI.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <memory>
#include <sstream>

#include "baseline.hpp"
#include "headline.hpp"
#include "kafka.hpp"
#include "options.hpp"
#include "rackfit/catalog/catalog.hpp"

namespace rackfit::accuracy {
namespace {

using measured::Sample;
using measured::Scores;

void say(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

std::shared_ptr<const SourceFile> open(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return nullptr;
  std::ostringstream text;
  text << file.rdbuf();
  return std::make_shared<const SourceFile>(path, text.str());
}

std::string worst_rows(const std::vector<const Sample*>& samples, std::size_t most) {
  std::vector<const Sample*> sorted(samples);
  std::stable_sort(sorted.begin(), sorted.end(), [](const Sample* a, const Sample* b) {
    return std::abs(a->error()) > std::abs(b->error());
  });
  std::string out = fmt::format("{:>8} {:>11} {:>11}  {:<9}{:<27}{:<14}{:<34}{:<22}{}\n", "error", "measured",
                                "predicted", "id", "figure", "engine", "model", "device", "how");
  for (std::size_t i = 0; i < std::min(most, sorted.size()); ++i) {
    const Sample& s = *sorted[i];
    const measured::Row& row = *s.row;
    const auto number = [](const std::optional<double>& value) {
      return value ? fmt::format("{:g}", *value) : std::string("-");
    };
    out += fmt::format(
        "{:>+7.1f}% {:>11.5g} {:>11.5g}  {:<9}{:<27}{:<14}{:<34}{:<22}{} {} x{} tp{} {} c{} {}/{}\n",
        100 * s.error(), s.measured, s.predicted.mid, row.id, measured::title(s.metric, s.setting), s.engine,
        s.model, s.device, row.engine_version, row.weights, number(row.devices), number(row.tp), row.parallel,
        number(row.concurrency), number(row.input_tokens), number(row.output_tokens));
  }
  return out;
}

std::string reasons(const Scores& scores, bool with_ids) {
  std::size_t count = 0;
  for (const auto& [why, rows] : scores.left_out) count += rows.size();
  std::string out = fmt::format("not compared: {} rows\n", count);
  for (const auto& [why, rows] : scores.left_out) {
    out += fmt::format("{:>6}  {}\n", rows.size(), why);
    if (!with_ids) continue;
    std::map<std::string, std::size_t> who;
    for (const measured::Row* row : rows) {
      ++who[fmt::format("{} | {} | {} | {} | {} | {}", row->source, row->engine, row->model, row->weights,
                        row->device, row->metric)];
    }
    for (const auto& [what, number] : who) out += fmt::format("          {:>5}  {}\n", number, what);
  }
  return out;
}

struct World {
  catalog::Library library = catalog::Library::built_in();
  Diagnostics diagnostics;
  std::optional<units::Registry> units;
  std::optional<catalog::Catalog> catalog;
  std::vector<measured::Row> rows;
  std::optional<KafkaScores> kafka;
};

bool load(World& world, const Options& options) {
  if (!options.data_dir.empty()) world.library.overlay(options.data_dir, world.diagnostics);
  const auto tree = world.library.tree("units.yaml", world.diagnostics);
  if (tree) world.units = units::Registry::load(*tree, world.diagnostics);
  if (world.units) world.catalog = catalog::Catalog::load(world.library, *world.units, world.diagnostics);
  std::vector<std::string> files = options.files;
  if (files.empty()) {
    for (const std::string& name : tables_of(options.only)) {
      files.push_back(std::string(RACKFIT_SOURCE_DIR) + "/tests/data/measured/" + name);
    }
  }
  for (const std::string& path : files) {
    const auto file = open(path);
    if (!file) {
      fmt::print(stderr, "cannot read {}\n", path);
      return false;
    }
    world.diagnostics.keep(file);
    auto rows = measured::read_rows(*file, world.diagnostics);
    world.rows.insert(world.rows.end(), std::make_move_iterator(rows.begin()),
                      std::make_move_iterator(rows.end()));
  }
  // Rows of clusters have a table of their own; tables of one's own are about models.
  if (options.files.empty() && world.units && (options.only.empty() || options.only == "kafka")) {
    world.kafka = score_kafka(std::string(RACKFIT_SOURCE_DIR) + "/tests/data/measured/kafka_measured.csv",
                              world.library, *world.units, world.diagnostics);
  }
  // Without places: a profile that could not be loaded is gone by now.
  for (const Diagnostic& item : world.diagnostics.items()) {
    fmt::print(stderr, "{}: {}\n", item.code, item.message);
  }
  return world.catalog.has_value() && !world.diagnostics.has_errors();
}

int run(const Options& options) {
  World world;
  if (!load(world, options)) return 2;
  const KafkaScores* kafka = world.kafka ? &*world.kafka : nullptr;
  if (options.only == "kafka" && !options.check && !options.update && !options.json) {
    if (kafka) say(kafka_table(*kafka));
    return kafka ? 0 : 2;
  }
  Scores scores = measured::score(measured::make_cases(*world.catalog, world.rows));
  auto& samples = scores.samples;
  samples.erase(std::remove_if(samples.begin(), samples.end(),
                               [&](const Sample& sample) {
                                 return !in_part(sample, options.only) || !options.filter.holds(sample);
                               }),
                samples.end());
  if (options.update) return update(scores, kafka) ? 0 : 2;
  if (options.check) return check(scores, kafka);
  if (options.json) {
    say(to_json(scores, kafka));
    return 0;
  }
  if (options.rows) {
    std::vector<const Sample*> chosen;
    for (const Sample& sample : samples) {
      if (options.rows->holds(sample)) chosen.push_back(&sample);
    }
    const measured::Statistics s = measured::statistics(chosen);
    say(fmt::format("n {}, median {:.1f}%, mean {:.1f}%, bias {:+.1f}%\n", s.n, 100 * s.median, 100 * s.mean,
                    100 * s.bias));
    say(worst_rows(chosen, options.most_rows));
    return 0;
  }
  say(measured::slice_table(samples) + "\n");
  say(headline_table(headlines(samples)) + "\n");
  say(reasons(scores, options.left_out));
  if (kafka) say("\nKafka clusters\n\n" + kafka_table(*kafka));
  return 0;
}

}  // namespace
}  // namespace rackfit::accuracy

int main(int argc, char** argv) {
  const std::vector<std::string> args(argv + 1, argv + argc);
  if (std::find(args.begin(), args.end(), "--help") != args.end()) {
    std::fputs(rackfit::accuracy::usage, stdout);
    return 0;
  }
  std::string problem;
  const auto options = rackfit::accuracy::parse_options(args, problem);
  if (!options) {
    fmt::print(stderr, "error: {}\n{}", problem, rackfit::accuracy::usage);
    return 2;
  }
  return rackfit::accuracy::run(*options);
}
