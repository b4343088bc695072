#include "support/play.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "rackfit/cli/run.hpp"

namespace rackfit::test {

Played play(const std::vector<std::string>& args, const Stage& stage) {
  Played result;
  cli::Io io;
  io.out = [&](std::string_view text) {
    if (stage.full_disk) return false;
    result.out.append(text);
    return true;
  };
  io.err = [&](std::string_view text) {
    result.err.append(text);
    return true;
  };
  io.flush = [&] { return !stage.full_disk; };
  io.in = [&](std::size_t limit) { return std::optional<std::string>(stage.in.substr(0, limit + 1)); };
  std::size_t at = 0;
  io.in_some = [&stage, at](char* to, std::size_t size) mutable -> std::optional<std::size_t> {
    // Few bytes at a time, as a pipe may give them.
    const std::size_t count = std::min({size, std::size_t{7}, stage.in.size() - at});
    stage.in.copy(to, count, at);
    at += count;
    return count;
  };
  io.in_terminal = io.out_terminal = io.err_terminal = {stage.tty, stage.tty ? std::size_t{80} : 0};
  io.environment = [&](const char* name) -> std::optional<std::string> {
    const auto found = stage.environment.find(name);
    if (found == stage.environment.end()) return std::nullopt;
    return found->second;
  };
  result.exit = cli::run(args, io);
  return result;
}

std::vector<std::string> split_command(const std::string& line) {
  std::vector<std::string> words;
  std::string word;
  bool open = false;
  char quote = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quote != 0) {
      if (c == quote) {
        quote = 0;
      } else {
        word += c;
      }
    } else if (c == '\'' || c == '"') {
      quote = c;
      open = true;
    } else if (c == '\\' && i + 1 < line.size()) {
      word += line[++i];
      open = true;
    } else if (c == ' ' || c == '\n' || c == '\t') {
      if (open || !word.empty()) words.push_back(std::move(word));
      word.clear();
      open = false;
    } else {
      word += c;
    }
  }
  if (open || !word.empty()) words.push_back(std::move(word));
  return words;
}

std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace rackfit::test
