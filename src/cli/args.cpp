// The only user of CLI11: the option table becomes its parser, and its exceptions become diagnostics.
#include "args.hpp"

#include <CLI/CLI.hpp>
#include <charconv>

#include "rackfit/base/did_you_mean.hpp"
#include "rackfit/cli/codes.hpp"

namespace rackfit::cli {
namespace {

constexpr int most_runners_up = 50;
constexpr int deepest = 100;
constexpr int narrowest = 60;
constexpr int widest = 1000;

void bind(CLI::App& app, const OptionSpec& spec, Args& args) {
  const std::string names(spec.names);
  if (const auto* text = std::get_if<std::string Args::*>(&spec.member)) {
    app.add_option(names, args.*(*text))->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  } else if (const auto* texts = std::get_if<std::vector<std::string> Args::*>(&spec.member)) {
    app.add_option(names, args.*(*texts))->allow_extra_args(false);
  } else {
    app.add_flag(names, args.*std::get<bool Args::*>(spec.member));
  }
}

void bind(CLI::App& app, const PositionalSpec& spec, Args& args) {
  // Several positionals may fill one vector; CLI11 gives all of them to the first.
  if (const auto* texts = std::get_if<std::vector<std::string> Args::*>(&spec.member)) {
    const bool single = spec.member == Member(&Args::files) && app.get_name() == "explain";
    auto* option = app.add_option(std::string(spec.name), args.*(*texts));
    if (single) option->expected(1)->allow_extra_args(false);
  } else {
    app.add_option(std::string(spec.name), args.*std::get<std::string Args::*>(spec.member));
  }
}

void build(CLI::App& app, Args& args) {
  app.set_help_flag();
  app.require_subcommand(0, 1);
  for (const OptionSpec& option : shared_options()) bind(app, option, args);
  for (const CommandSpec& command : commands()) {
    CLI::App* sub = app.add_subcommand(std::string(command.name));
    sub->set_help_flag();
    sub->fallthrough();
    for (const OptionSpec& option : command.options) bind(*sub, option, args);
    const Member* last = nullptr;
    for (const PositionalSpec& positional : command.positionals) {
      if (last == nullptr || *last != positional.member) bind(*sub, positional, args);
      last = &positional.member;
    }
  }
}

void add_names(std::vector<std::string>& names, const std::vector<OptionSpec>& options) {
  for (const OptionSpec& option : options) {
    for (std::size_t at = 0; at <= option.names.size();) {
      const std::size_t end = std::min(option.names.find(',', at), option.names.size());
      names.emplace_back(option.names.substr(at, end - at));
      at = end + 1;
    }
  }
}

std::vector<std::string> option_names(const CommandSpec* command) {
  std::vector<std::string> names{"--help"};
  add_names(names, shared_options());
  if (command) {
    add_names(names, command->options);
  } else {
    names.emplace_back("--version");
  }
  return names;
}

std::vector<std::string> command_names() {
  std::vector<std::string> names{"help"};
  for (const CommandSpec& command : commands()) {
    if (!command.hidden) names.emplace_back(command.name);
  }
  return names;
}

std::string guess(std::string_view word, const std::vector<std::string>& known) {
  if (const auto near = did_you_mean(word, known)) return "did you mean `" + *near + "`?";
  return {};
}

/// What CLI11 could not place.
void report_leftovers(const std::vector<std::string>& left, const CommandSpec* command,
                      Diagnostics& diagnostics) {
  const std::string of = command ? " for `" + std::string(command->name) + "`" : "";
  bool reported = false;
  for (const std::string& word : left) {
    if (word.size() < 2 || word[0] != '-') continue;
    const std::string name = word.substr(0, word.find('='));
    diagnostics.error(code::usage, {}, "unknown option `" + name + "`" + of, "",
                      guess(name, option_names(command)));
    reported = true;
  }
  if (reported || left.empty()) return;
  if (!command) {
    std::string help = guess(left.front(), command_names());
    if (help.empty()) help = "run `rackfit --help` for the commands";
    diagnostics.error(code::usage, {}, "unknown command `" + left.front() + "`", "", help);
  } else {
    diagnostics.error(code::usage, {}, "unexpected argument `" + left.front() + "`" + of);
  }
}

/// The option that stands last or is followed by another one although it wants a value.
std::string valueless_option(const std::vector<std::string>& args, const CommandSpec* command) {
  std::vector<OptionSpec> options = shared_options();
  if (command) options.insert(options.end(), command->options.begin(), command->options.end());
  for (std::size_t i = args.size(); i-- > 0;) {
    for (const OptionSpec& option : options) {
      if (option.value.empty()) continue;
      std::vector<std::string> names;
      add_names(names, {option});
      for (const std::string& name : names) {
        if (args[i] == name && (i + 1 == args.size() || args[i + 1].substr(0, 1) == "-")) {
          return "`" + name + "` wants a value: `" + name + " " + std::string(option.value) + "`";
        }
      }
    }
  }
  return {};
}

bool whole_number(const std::string& text, const char* option, int least, int most, Diagnostics& diagnostics,
                  int& out) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc() && end == text.data() + text.size() && value >= least && value <= most) {
    out = value;
    return true;
  }
  diagnostics.error(code::usage, {},
                    "`" + std::string(option) + "` wants a whole number from " + std::to_string(least) +
                        " to " + std::to_string(most) + ", not `" + text + "`");
  return false;
}

void check_choices(const std::vector<OptionSpec>& options, const Args& args, Diagnostics& diagnostics) {
  for (const OptionSpec& option : options) {
    if (option.choices.empty()) continue;
    const std::string& given = args.*std::get<std::string Args::*>(option.member);
    std::vector<std::string> known(option.choices.begin(), option.choices.end());
    if (std::find(known.begin(), known.end(), given) != known.end()) continue;
    diagnostics.error(code::usage, {}, "`" + std::string(option.names) + "` cannot be `" + given + "`", "",
                      suggestion_help(given, known));
  }
}

void finish(Args& args, const CommandSpec& command, Diagnostics& diagnostics) {
  check_choices(shared_options(), args, diagnostics);
  check_choices(command.options, args, diagnostics);
  if (!args.top_text.empty()) whole_number(args.top_text, "--top", 0, most_runners_up, diagnostics, args.top);
  if (!args.depth_text.empty()) whole_number(args.depth_text, "--depth", 0, deepest, diagnostics, args.depth);
  int width = 0;
  if (!args.width_text.empty() && whole_number(args.width_text, "--width", 0, widest, diagnostics, width)) {
    args.width = static_cast<std::size_t>(width == 0 ? 0 : std::max(width, narrowest));
  }
  if (args.colour_text == "always") args.colour = ColourChoice::always;
  if (args.colour_text == "never") args.colour = ColourChoice::never;
  if (args.format_text == "json") args.format = Format::json;
  if (args.format_text == "markdown") args.format = Format::markdown;
  if (args.format_text == "csv") args.format = Format::csv;
  for (const PositionalSpec& positional : command.positionals) {
    if (!positional.required) continue;
    const auto* text = std::get_if<std::string Args::*>(&positional.member);
    const auto* texts = std::get_if<std::vector<std::string> Args::*>(&positional.member);
    if ((text && (args.*(*text)).empty()) || (texts && (args.*(*texts)).empty())) {
      diagnostics.error(code::usage, {},
                        "`" + std::string(command.name) + "` needs a " + std::string(positional.name), "",
                        usage_line(command));
    }
  }
}

}  // namespace

std::optional<Args> parse_args(const std::vector<std::string>& args, Diagnostics& diagnostics) {
  Args parsed;
  CLI::App app("", "rackfit");
  build(app, parsed);
  const auto chosen = [&]() -> const CommandSpec* {
    const auto used = app.get_subcommands();
    return used.empty() ? nullptr : find_command(used.front()->get_name());
  };
  try {
    app.parse(std::vector<std::string>(args.rbegin(), args.rend()));  // CLI11 wants them reversed
  } catch (const CLI::ExtrasError&) {
    report_leftovers(app.remaining(true), chosen(), diagnostics);
  } catch (const CLI::ParseError& error) {
    // Whatever else it is, CLI11's own exit codes (104 to 109) must not reach a script.
    std::string message = valueless_option(args, chosen());
    if (message.empty()) message = error.what();
    diagnostics.error(code::usage, {}, message);
  }
  const CommandSpec* command = chosen();
  if (diagnostics.has_errors()) return std::nullopt;
  if (!command) {
    diagnostics.error(code::usage, {}, "no command given", "", "run `rackfit --help` for the commands");
    return std::nullopt;
  }
  parsed.command = command->name;
  finish(parsed, *command, diagnostics);
  if (diagnostics.has_errors()) return std::nullopt;
  return parsed;
}

}  // namespace rackfit::cli
