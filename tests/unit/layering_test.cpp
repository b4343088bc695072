// The rooms' order, and which libraries stay in which room: a grep over the includes.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>

#include "support/catch.hpp"

namespace fs = std::filesystem;

namespace {

const std::vector<std::string> rooms = {
    "base",     "yaml",  "units",  "schema", "catalog", "workload", "rules",  "import", "llm", "estimate",
    "measured", "kafka", "search", "cost",   "audit",   "sim",      "report", "emit",   "cli"};

struct Include {
  fs::path file;
  std::string room, text;
};

std::vector<Include> includes() {
  const std::regex pattern(R"(^\s*#include\s*[<"]([^>"]+)[>"])");
  std::vector<Include> found;
  for (const char* tree : {"/src", "/include/rackfit"}) {
    const fs::path root = fs::path(RACKFIT_SOURCE_DIR) / (tree + 1);
    for (const auto& entry : fs::recursive_directory_iterator(root)) {
      const fs::path extension = entry.path().extension();
      if (extension != ".cpp" && extension != ".hpp" && extension != ".in") continue;
      std::ifstream file(entry.path());
      for (std::string line; std::getline(file, line);) {
        std::smatch match;
        if (!std::regex_search(line, match, pattern)) continue;
        found.push_back({entry.path(), fs::relative(entry.path(), root).begin()->string(), match[1]});
      }
    }
  }
  return found;
}

std::size_t rank(const std::string& room) {
  return static_cast<std::size_t>(std::find(rooms.begin(), rooms.end(), room) - rooms.begin());
}

bool starts_with(const std::string& text, const std::string& prefix) { return text.rfind(prefix, 0) == 0; }

}  // namespace

TEST_CASE("a room includes only rooms below it") {
  const std::vector<Include> all = includes();
  REQUIRE(all.size() > 100);
  for (const Include& include : all) {
    INFO(include.file.string() << " includes " << include.text);
    CHECK(rank(include.room) < rooms.size());
    if (!starts_with(include.text, "rackfit/")) continue;
    const std::string other = include.text.substr(8, include.text.find('/', 8) - 8);
    CHECK(rank(other) < rooms.size());
    CHECK(rank(other) <= rank(include.room));
  }
}

TEST_CASE("libraries that are slow to compile stay in their room, and out of the headers") {
  const std::map<std::string, std::string> homes = {
      {"yaml-cpp/", "yaml"}, {"CLI/", "cli"}, {"nlohmann/", "import"}};
  for (const Include& include : includes()) {
    for (const auto& [library, home] : homes) {
      if (!starts_with(include.text, library)) continue;
      INFO(include.file.string() << " includes " << include.text);
      CHECK(include.room == home);
      CHECK(include.file.string().find("/include/") == std::string::npos);
    }
  }
}

TEST_CASE("nothing below cli/ knows of the console, the clock or the environment") {
  const std::set<std::string> forbidden = {"iostream", "cstdio", "chrono", "ctime", "unistd.h", "locale"};
  // check.cpp ends a broken program, pack_main.cpp is a program of the build.
  const std::set<std::string> excepted = {"check.cpp", "pack_main.cpp"};
  for (const Include& include : includes()) {
    if (include.room == "cli" || excepted.count(include.file.filename().string()) > 0) continue;
    INFO(include.file.string() << " includes " << include.text);
    CHECK(forbidden.count(include.text) == 0);
  }
}
