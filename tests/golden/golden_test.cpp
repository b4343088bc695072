// Runs every folder of tests/golden that holds a `cmd`; README.md there tells the format.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "support/catch.hpp"
#include "support/play.hpp"

namespace fs = std::filesystem;
using namespace rackfit;

namespace {

class WorkingDirectory {
 public:
  explicit WorkingDirectory(const fs::path& path) : before_(fs::current_path()) { fs::current_path(path); }
  ~WorkingDirectory() { fs::current_path(before_); }
  WorkingDirectory(const WorkingDirectory&) = delete;
  WorkingDirectory& operator=(const WorkingDirectory&) = delete;

 private:
  fs::path before_;
};

std::vector<fs::path> cases() {
  std::vector<fs::path> found;
  for (const auto& entry : fs::recursive_directory_iterator(RACKFIT_SOURCE_DIR "/tests/golden")) {
    if (entry.path().filename() == "cmd") found.push_back(entry.path().parent_path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size())
    text.replace(at, what.size(), with);
  return text;
}

std::vector<std::string> command(const std::string& text, test::Stage& stage) {
  std::string line;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    if (text[at] != '#') line += text.substr(at, end - at) + " ";
    at = end + 1;
  }
  std::vector<std::string> words = test::split_command(line);
  while (!words.empty() && words.front() != "rackfit") {
    const std::size_t equals = words.front().find('=');
    REQUIRE(equals != std::string::npos);
    stage.environment[words.front().substr(0, equals)] = words.front().substr(equals + 1);
    words.erase(words.begin());
  }
  REQUIRE(!words.empty());
  words.erase(words.begin());
  stage.tty = stage.environment.count("TTY") > 0;
  return words;
}

void update(const fs::path& file, const std::string& text) {
  if (text.empty()) {
    fs::remove(file);
  } else {
    std::ofstream(file, std::ios::binary) << text;
  }
}

}  // namespace

TEST_CASE("every golden command line prints what it printed") {
  const bool rewrite = std::getenv("RACKFIT_UPDATE_GOLDEN") != nullptr;
  if (rewrite && std::getenv("CI") != nullptr)
    FAIL("RACKFIT_UPDATE_GOLDEN is set where CI is: goldens are not made by CI");
  const std::vector<fs::path> all = cases();
  REQUIRE(all.size() >= 10);
  for (const fs::path& folder : all) {
    INFO(folder.string());
    const WorkingDirectory here(folder);
    test::Stage stage;
    if (fs::exists("stdin")) stage.in = test::read_text("stdin");
    const std::vector<std::string> args = command(test::read_text("cmd"), stage);
    const test::Played played = test::play(args, stage);
    const std::string out = replaced(played.out, RACKFIT_VERSION, "VERSION");
    const std::string err = replaced(played.err, RACKFIT_VERSION, "VERSION");
    const std::string exit = played.exit == 0 ? "" : std::to_string(played.exit) + "\n";
    if (rewrite) {
      update("stdout", out);
      update("stderr", err);
      update("exit", exit);
      continue;
    }
    CHECK(out == test::read_text("stdout"));
    CHECK(err == test::read_text("stderr"));
    CHECK(exit == test::read_text("exit"));
  }
}
