#include "rackfit/cli/run.hpp"

#include "rackfit/cli/exit_code.hpp"
#include "support/catch.hpp"
#include "support/play.hpp"

using namespace rackfit;
using test::play;

TEST_CASE("run can be called more than once") {
  CHECK(play({"--version"}).out == "rackfit " RACKFIT_VERSION "\n");
  CHECK(play({"plna"}).exit == 2);
  CHECK(play({"--version"}).exit == 0);
}

TEST_CASE("help wins wherever it stands and goes to stdout") {
  CHECK(play({"plan", "--nonsense", "--help"}).exit == 0);
  CHECK_THAT(play({"plan", "-h"}).out, ContainsSubstring("usage: rackfit plan FILE... [options]"));
  CHECK(play({"help", "plan"}).out == play({"plan", "--help"}).out);
  CHECK_THAT(play({"--help"}).out, ContainsSubstring("exit codes:"));
  CHECK(play({"plan", "--", "--help"}).exit == 2);
}

TEST_CASE("without arguments the help goes to stderr, and that is bad usage") {
  const test::Played played = play({});
  CHECK(played.exit == 2);
  CHECK(played.out.empty());
  CHECK_THAT(played.err, ContainsSubstring("usage: rackfit COMMAND"));
}

TEST_CASE("CLI11's own exit codes never reach the caller") {
  const std::vector<std::vector<std::string>> wrong = {
      {"plan"},       {"plan", "--top"}, {"plan", "x", "--top", "q"},     {"nonsense"},
      {"--nonsense"}, {"plan", "--set"}, {"explain", "a", "b", "c", "d"}, {"rules"}};
  for (const auto& args : wrong) CHECK(play(args).exit == 2);
}

TEST_CASE("a result that does not arrive is an error") {
  test::Stage stage;
  stage.full_disk = true;
  const test::Played played = play({"--version"}, stage);
  CHECK(played.exit == 2);
  CHECK(played.err == "error: cannot write to standard output\n");
}

TEST_CASE("standard input from a terminal is announced instead of hanging in silence") {
  test::Stage stage;
  stage.tty = true;
  stage.environment["LANG"] = "C.UTF-8";
  CHECK_THAT(play({"check", "-"}, stage).err, ContainsSubstring("end it with Ctrl-D"));
}

TEST_CASE("files that are none are refused with a message") {
  CHECK_THAT(play({"check", "no-such-file.yaml"}).err,
             ContainsSubstring("cannot read `no-such-file.yaml`: no such file or directory"));
  CHECK_THAT(play({"check", "."}).err, ContainsSubstring("cannot read `.`: is a folder"));
  CHECK(play({"check", "-"}).exit == 2);
}
