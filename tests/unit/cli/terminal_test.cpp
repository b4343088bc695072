#include "terminal.hpp"

#include <map>

#include "support/catch.hpp"

using namespace rackfit::cli;

namespace {

Io with(std::map<std::string, std::string> environment) {
  Io io;
  io.environment = [environment](const char* name) -> std::optional<std::string> {
    const auto found = environment.find(name);
    return found == environment.end() ? std::nullopt : std::optional<std::string>(found->second);
  };
  return io;
}

const Terminal tty{true, 100};
const Terminal pipe_{false, 0};

bool colour(std::map<std::string, std::string> environment, const Terminal& terminal,
            ColourChoice choice = ColourChoice::automatic) {
  return wants_colour(choice, terminal, with(std::move(environment)));
}

}  // namespace

TEST_CASE("colour follows the terminal unless somebody says otherwise") {
  CHECK(colour({{"TERM", "xterm"}}, tty));
  CHECK_FALSE(colour({{"TERM", "xterm"}}, pipe_));
  CHECK_FALSE(colour({{"TERM", "dumb"}}, tty));
  CHECK_FALSE(colour({}, tty));
  CHECK_FALSE(colour({{"TERM", "xterm"}, {"CLICOLOR", "0"}}, tty));
  CHECK(colour({{"CLICOLOR_FORCE", "1"}}, pipe_));
  CHECK_FALSE(colour({{"CLICOLOR_FORCE", "0"}}, pipe_));
  CHECK_FALSE(colour({{"NO_COLOR", "1"}, {"CLICOLOR_FORCE", "1"}, {"TERM", "xterm"}}, tty));
  CHECK(colour({{"NO_COLOR", ""}, {"TERM", "xterm"}}, tty));
  CHECK(colour({{"NO_COLOR", "1"}}, pipe_, ColourChoice::always));
  CHECK_FALSE(colour({{"FORCE_COLOR", "1"}}, tty, ColourChoice::never));
}

TEST_CASE("ASCII is for terminals without UTF-8; pipes get UTF-8") {
  CHECK_FALSE(wants_ascii(false, tty, with({{"LANG", "de_DE.UTF-8"}})));
  CHECK_FALSE(wants_ascii(false, tty, with({{"LC_ALL", "C.utf8"}, {"LANG", "C"}})));
  CHECK(wants_ascii(false, tty, with({{"LC_ALL", "C"}, {"LANG", "de_DE.UTF-8"}})));
  CHECK(wants_ascii(false, tty, with({})));
  CHECK_FALSE(wants_ascii(false, pipe_, with({})));
  CHECK(wants_ascii(true, pipe_, with({})));
}

TEST_CASE("the width is asked for, COLUMNS, the terminal's, or unlimited for pipes") {
  CHECK(columns(70, tty, with({{"COLUMNS", "90"}})) == 70);
  CHECK(columns(std::nullopt, tty, with({{"COLUMNS", "90"}})) == 90);
  CHECK(columns(std::nullopt, tty, with({{"COLUMNS", "wide"}})) == 100);
  CHECK(columns(std::nullopt, Terminal{true, 0}, with({})) == 80);
  CHECK(columns(std::nullopt, Terminal{true, 10}, with({})) == 60);
  CHECK(columns(std::nullopt, pipe_, with({{"COLUMNS", "90"}})) == 0);
}
