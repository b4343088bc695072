// The whole program as a function: arguments and streams in, exit code out. It can be called any number of
// times.
#pragma once

#include <string>
#include <vector>

#include "rackfit/cli/io.hpp"

namespace rackfit::cli {

/// `args` are those after the program's name.
int run(const std::vector<std::string>& args, Io& io);

}  // namespace rackfit::cli
