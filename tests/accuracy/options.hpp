// The command line of the accuracy program.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rackfit/measured/score.hpp"

namespace rackfit::accuracy {

struct Options {
  std::vector<std::string> files;  // empty: the tables in tests/data/measured
  std::string data_dir;            // profiles laid over the built-in ones
  std::string only;                // memory, single-stream, serving-dc, serving-ws, offline, kafka
  measured::Filter filter;
  std::optional<measured::Filter> rows;  // print the worst rows of these
  std::size_t most_rows = 25;
  bool json = false, doubtful = false, left_out = false;
  bool check = false, update = false;
};

inline constexpr char usage[] = R"(usage: rackfit_accuracy [options] [FILE.csv ...]
  --only PART        memory, single-stream, serving-dc, serving-ws, offline or kafka
  --filter WORDS     only samples with e.g. engine=vllm,family=moe (metric, setting, figure, engine, class, family,
                     model, device, source, id)
  --rows WORDS       the samples with the largest errors among those; `--rows ''` for all
  --top N            how many of them (25)
  --left-out         reasons with the ids of their rows
  --json             slices, headlines and reasons as JSON
  --check            compare with the baseline; exit code 1 when a slice got worse
  --update           rewrite the baseline and the generated part of docs/accuracy.md
  --data-dir DIR     profiles laid over the built-in ones
)";

/// Nothing when the line is wrong; then `problem` says why.
std::optional<Options> parse_options(const std::vector<std::string>& args, std::string& problem);
/// True for rows that this part of the tables is about.
bool in_part(const measured::Sample& sample, const std::string& part);
/// The tables of model rows that a part needs, to save reading the others.
std::vector<std::string> tables_of(const std::string& part);

}  // namespace rackfit::accuracy
