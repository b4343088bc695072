// Completion scripts, written from the same table as the parser. They list commands and options; files are
// the shell's business.
#include <fmt/format.h>

#include "command.hpp"

namespace rackfit::cli {
namespace {

std::string spaced(std::string_view names) {
  std::string out(names);
  for (char& c : out) c = c == ',' ? ' ' : c;
  return out;
}

std::string all_options(const CommandSpec& command) {
  std::string out = "--help";
  for (const OptionSpec& option : shared_options()) out += " " + spaced(option.names);
  for (const OptionSpec& option : command.options) out += " " + spaced(option.names);
  return out;
}

std::string command_list() {
  std::string out;
  for (const CommandSpec& command : commands()) {
    if (!command.hidden) out += (out.empty() ? "" : " ") + std::string(command.name);
  }
  return out;
}

std::string bash_script() {
  std::string cases;
  for (const CommandSpec& command : commands()) {
    cases += fmt::format("    {}) words=\"{}\" ;;\n", command.name, all_options(command));
  }
  return fmt::format(
      "# bash completion for rackfit\n_rackfit() {{\n  local current=\"${{COMP_WORDS[COMP_CWORD]}}\" "
      "words=\"\"\n  case \"${{COMP_WORDS[1]}}\" in\n"
      "{}    *) words=\"{} --help --version\" ;;\n  esac\n"
      "  if [[ $COMP_CWORD -eq 1 ]]; then words=\"{} --help --version\"; fi\n"
      "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n}}\ncomplete -o default -F _rackfit rackfit\n",
      cases, command_list(), command_list());
}

std::string zsh_script() {
  return "#compdef rackfit\nautoload -U +X bashcompinit && bashcompinit\n" + bash_script();
}

std::string fish_script() {
  std::string out = "# fish completion for rackfit\n";
  for (const CommandSpec& command : commands()) {
    if (command.hidden) continue;
    out += fmt::format("complete -c rackfit -n __fish_use_subcommand -a {} -d '{}'\n", command.name,
                       command.summary);
    for (const std::vector<OptionSpec>* options : {&command.options, &shared_options()}) {
      for (const OptionSpec& option : *options) {
        std::string flags;
        for (std::size_t at = 0; at < option.names.size();) {
          const std::size_t end = std::min(option.names.find(',', at), option.names.size());
          const std::string_view name = option.names.substr(at, end - at);
          flags += name.size() == 2 ? fmt::format(" -s {}", name.substr(1))
                                    : fmt::format(" -l {}", name.substr(2));
          at = end + 1;
        }
        out += fmt::format("complete -c rackfit -n '__fish_seen_subcommand_from {}'{}{}\n", command.name,
                           flags, option.value.empty() ? "" : " -r");
      }
    }
  }
  return out;
}

}  // namespace

std::string completions(std::string_view shell) {
  if (shell == "bash") return bash_script();
  if (shell == "zsh") return zsh_script();
  return shell == "fish" ? fish_script() : std::string();
}

ExitCode run_completions(Invocation& call) {
  const std::string script = completions(call.args.words.front());
  if (script.empty()) return unknown_name(call, "shell", call.args.words.front(), {"bash", "zsh", "fish"});
  return deliver(call, script);
}

}  // namespace rackfit::cli
