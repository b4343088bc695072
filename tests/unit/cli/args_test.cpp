#include "args.hpp"

#include "support/catch.hpp"

using namespace rackfit;
using cli::parse_args;

namespace {

cli::Args parsed(const std::vector<std::string>& args) {
  Diagnostics diagnostics;
  const auto result = parse_args(args, diagnostics);
  INFO(render(diagnostics));
  REQUIRE(result.has_value());
  return *result;
}

std::string refusal(const std::vector<std::string>& args) {
  Diagnostics diagnostics;
  CHECK_FALSE(parse_args(args, diagnostics).has_value());
  return render(diagnostics);
}

}  // namespace

TEST_CASE("plan takes files, standard input and repeated settings") {
  const cli::Args args =
      parsed({"plan", "a.yaml", "-", "--set", "llm.a.users=5", "b.yaml", "--set=x=1", "--format", "json"});
  CHECK(args.files == std::vector<std::string>{"a.yaml", "-", "b.yaml"});
  CHECK(args.settings == std::vector<std::string>{"llm.a.users=5", "x=1"});
  CHECK(args.format == cli::Format::json);
}

TEST_CASE("shared options stand before or after the command") {
  CHECK(parsed({"--data-dir", "d", "plan", "a.yaml"}).data_dir == "d");
  CHECK(parsed({"plan", "a.yaml", "--data-dir", "d"}).data_dir == "d");
  CHECK(parsed({"plan", "a.yaml", "--color", "never"}).colour == cli::ColourChoice::never);
}

TEST_CASE("of an option given twice the last counts, so that scripts can append") {
  CHECK(parsed({"plan", "a.yaml", "--format", "csv", "--format", "json"}).format == cli::Format::json);
}

TEST_CASE("explain takes one file and one quantity") {
  const cli::Args args = parsed({"explain", "a.yaml", "kafka.nic_out", "--depth", "5"});
  CHECK(args.files == std::vector<std::string>{"a.yaml"});
  CHECK(args.quantity == "kafka.nic_out");
  CHECK(args.depth == 5);
  CHECK_THAT(refusal({"explain", "a.yaml"}), ContainsSubstring("`explain` needs a QUANTITY"));
  CHECK_THAT(refusal({"explain", "a.yaml", "b", "c"}), ContainsSubstring("unexpected argument `c`"));
}

TEST_CASE("a file may be called like a command") {
  CHECK(parsed({"plan", "check"}).files == std::vector<std::string>{"check"});
}

TEST_CASE("unknown commands and options get a suggestion") {
  CHECK_THAT(refusal({"plna", "a.yaml"}),
             ContainsSubstring("unknown command `plna`") && ContainsSubstring("did you mean `plan`?"));
  CHECK_THAT(refusal({"plan", "a.yaml", "--fromat", "json"}),
             ContainsSubstring("unknown option `--fromat` for `plan`") &&
                 ContainsSubstring("did you mean `--format`?"));
  CHECK_THAT(refusal({"plan", "a.yaml", "--fromat=json"}), ContainsSubstring("unknown option `--fromat`"));
  CHECK_THAT(refusal({"qwertyuiop"}), ContainsSubstring("run `rackfit --help`"));
}

TEST_CASE("values of options are checked") {
  CHECK_THAT(refusal({"plan", "a.yaml", "--format", "jsn"}),
             ContainsSubstring("`--format` cannot be `jsn`") && ContainsSubstring("did you mean `json`?"));
  CHECK_THAT(refusal({"plan", "a.yaml", "--top", "x"}),
             ContainsSubstring("`--top` wants a whole number from 0 to 50, not `x`"));
  CHECK_THAT(refusal({"plan", "a.yaml", "--top", "-1"}), ContainsSubstring("--top"));
  CHECK_THAT(refusal({"plan", "a.yaml", "--format"}),
             ContainsSubstring("`--format` wants a value: `--format FORMAT`"));
  CHECK_THAT(refusal({"plan"}), ContainsSubstring("`plan` needs a FILE"));
  CHECK_THAT(refusal({"--ascii"}), ContainsSubstring("no command given"));
}

TEST_CASE("several mistakes are told at once") {
  const std::string text = refusal({"plan", "a.yaml", "--format", "jsn", "--top", "x"});
  CHECK_THAT(text, ContainsSubstring("--format") && ContainsSubstring("--top"));
}

TEST_CASE("help names every command and option, and fits 80 columns") {
  const std::string all = cli::help_text(nullptr, 80, false, false);
  for (const cli::CommandSpec& command : cli::commands()) {
    if (!command.hidden) CHECK_THAT(all, ContainsSubstring("  " + std::string(command.name) + " "));
    const std::string text = cli::help_text(&command, 80, false, false);
    for (const cli::OptionSpec& option : command.options) {
      CHECK_THAT(text, ContainsSubstring(std::string(option.names.substr(option.names.find("--")))));
    }
    for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1)
      CHECK(text.find('\n', at) - at <= 86);
  }
}

TEST_CASE("completion scripts are made from the same table") {
  for (const char* shell : {"bash", "zsh", "fish"})
    CHECK_THAT(cli::completions(shell), ContainsSubstring("explain"));
  CHECK(cli::completions("tcsh").empty());
}
