// Runs a whole command line inside the test's process: text in, texts and exit code out.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace rackfit::test {

struct Played {
  int exit = 0;
  std::string out, err;
};

struct Stage {
  std::string in;                                  // what stdin holds
  bool tty = false;                                // all three streams are a terminal of 80 columns
  bool full_disk = false;                          // stdout takes nothing
  std::map<std::string, std::string> environment;  // all there is
};

/// `args` are those after the program's name.
Played play(const std::vector<std::string>& args, const Stage& stage = {});

/// A command line as a shell splits it: spaces, single and double quotes, backslashes; nothing else is
/// special.
std::vector<std::string> split_command(const std::string& line);

std::string read_text(const std::string& path);

}  // namespace rackfit::test
