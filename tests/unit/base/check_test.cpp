#include "rackfit/base/check.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include "support/catch.hpp"

TEST_CASE("a broken invariant ends the program with exit code 70 and asks for a report") {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  const pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], STDERR_FILENO);
    rackfit::check_failed("a < b", "/somewhere/src/room/file.cpp", 7);
  }
  close(ends[1]);
  std::string said;
  char buffer[256];
  for (ssize_t n = 0; (n = read(ends[0], buffer, sizeof buffer)) > 0;)
    said.append(buffer, static_cast<std::size_t>(n));
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 70);
  CHECK(said ==
        "rackfit: this is a bug in rackfit, not in your input: `a < b` does not hold (src/room/file.cpp:7)\n"
        "please report it, with the command and the files that led here\n");
}
