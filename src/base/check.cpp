#include "rackfit/base/check.hpp"

#include <unistd.h>

#include <cstdio>
#include <string_view>

namespace rackfit {

void check_failed(const char* condition, const char* file, int line) {
  constexpr int kBugExitCode = 70;  // sysexits.h: EX_SOFTWARE
  // Only the part of the path that is the same on every machine.
  std::string_view path(file);
  for (const std::string_view root : {"/src/", "/include/", "/tests/"}) {
    const std::size_t at = path.rfind(root);
    if (at != std::string_view::npos) path.remove_prefix(at + 1);
  }
  std::fprintf(stderr,
               "rackfit: this is a bug in rackfit, not in your input: `%s` does not hold (%.*s:%d)\n"
               "please report it, with the command and the files that led here\n",
               condition, static_cast<int>(path.size()), path.data(), line);
  std::fflush(stderr);
  ::_exit(kBugExitCode);
}

}  // namespace rackfit
