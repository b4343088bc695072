// Every `console` block of README.md and docs/ is run from the project's root: `$ rackfit …` lines are
// commands, what follows is compared when there is any. A line `…` stands for lines left out. Other programs'
// lines are passed over.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "support/catch.hpp"
#include "support/play.hpp"

namespace fs = std::filesystem;
using namespace rackfit;

namespace {

struct Example {
  std::string command;
  std::vector<std::string> output;
  std::string where;
};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

void read_examples(const fs::path& file, std::vector<Example>& examples) {
  bool inside = false;
  bool ours = false;
  std::size_t number = 0;
  for (const std::string& line : lines_of(test::read_text(file.string()))) {
    ++number;
    if (line.rfind("```", 0) == 0) {
      inside = !inside && line == "```console";
      ours = false;
    } else if (inside && line.rfind("$ ", 0) == 0) {
      ours = line.rfind("$ rackfit ", 0) == 0 && line.find_first_of("|>;&*$`", 2) == std::string::npos;
      if (ours) examples.push_back({line.substr(2), {}, file.string() + ":" + std::to_string(number)});
    } else if (inside && ours) {
      examples.back().output.push_back(line);
    }
  }
}

bool matches(const std::vector<std::string>& wanted, const std::vector<std::string>& got, std::size_t i = 0,
             std::size_t j = 0) {
  if (i == wanted.size()) return j == got.size();
  if (wanted[i] == "…" || wanted[i] == "...") {
    for (std::size_t k = j; k <= got.size(); ++k) {
      if (matches(wanted, got, i + 1, k)) return true;
    }
    return false;
  }
  return j < got.size() && wanted[i] == got[j] && matches(wanted, got, i + 1, j + 1);
}

}  // namespace

TEST_CASE("the commands in the documentation run and print what it shows") {
  std::vector<Example> examples;
  std::vector<fs::path> files{RACKFIT_SOURCE_DIR "/README.md"};
  for (const auto& entry : fs::recursive_directory_iterator(RACKFIT_SOURCE_DIR "/docs")) {
    if (entry.path().extension() == ".md") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files) read_examples(file, examples);
  const fs::path before = fs::current_path();
  fs::current_path(RACKFIT_SOURCE_DIR);
  for (const Example& example : examples) {
    INFO(example.where << ": " << example.command);
    std::vector<std::string> args = test::split_command(example.command);
    args.erase(args.begin());
    const test::Played played = test::play(args);
    CHECK(played.exit <= 1);
    std::vector<std::string> wanted = example.output;
    while (!wanted.empty() && wanted.back().empty()) wanted.pop_back();
    if (wanted.empty()) continue;
    INFO("printed:\n" << played.out << played.err);
    CHECK(matches(wanted, lines_of(played.out)));
  }
  fs::current_path(before);
}
