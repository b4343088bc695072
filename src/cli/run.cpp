#include "rackfit/cli/run.hpp"

#include <algorithm>
#include <new>

#include "command.hpp"
#include "files.hpp"
#include "rackfit/base/did_you_mean.hpp"
#include "rackfit/cli/codes.hpp"
#include "rackfit/cli/exit_code.hpp"
#include "terminal.hpp"

namespace rackfit::cli {
namespace {

constexpr std::size_t help_width = 80;  // of text that goes to a file or pipe

struct CommandEntry {
  std::string_view name;
  ExitCode (*run)(Invocation&);
};

constexpr CommandEntry entries[] = {{"estimate", run_estimate},
                                    {"fits", run_fits},
                                    {"plan", run_plan},
                                    {"audit", run_audit},
                                    {"compare", run_compare},
                                    {"bom", run_bom},
                                    {"explain", run_explain},
                                    {"check", run_check},
                                    {"init", run_init},
                                    {"catalog", run_catalog},
                                    {"rules", run_rules},
                                    {"schema", run_schema},
                                    {"calibrate", run_calibrate},
                                    {"completions", run_completions}};

int number(ExitCode code) { return static_cast<int>(code); }

void print(Diagnostics& diagnostics, ColourChoice choice, Io& io) {
  if (diagnostics.items().empty()) return;
  RenderOptions options;
  options.colour = wants_colour(choice, io.err_terminal, io);
  io.err(render(diagnostics, options));
}

/// Writes to stdout; a result that did not arrive must not look like success.
ExitCode say(Io& io, std::string_view text, ExitCode code) {
  if (io.out(text) && io.flush()) return code;
  io.err("error: cannot write to standard output\n");
  return ExitCode::bad_input;
}

/// Before a `--`, which ends the options.
bool has_word(const std::vector<std::string>& args, std::string_view a, std::string_view b) {
  const auto end = std::find(args.begin(), args.end(), "--");
  return std::any_of(args.begin(), end, [&](const std::string& arg) { return arg == a || arg == b; });
}

const CommandSpec* first_command(const std::vector<std::string>& args) {
  for (const std::string& arg : args) {
    if (const CommandSpec* command = find_command(arg)) return command;
  }
  return nullptr;
}

ExitCode help(const CommandSpec* command, Io& io) {
  std::size_t width = columns(std::nullopt, io.out_terminal, io);
  if (width == 0) width = help_width;
  const bool colour = wants_colour(ColourChoice::automatic, io.out_terminal, io);
  return say(
      io,
      help_text(command, std::min(width, std::size_t{100}), colour, wants_ascii(false, io.out_terminal, io)),
      ExitCode::done);
}

ExitCode help_command(const std::vector<std::string>& args, Io& io) {
  if (args.size() < 2) return help(nullptr, io);
  if (const CommandSpec* command = find_command(args[1])) return help(command, io);
  std::vector<std::string> names;
  for (const CommandSpec& command : commands()) names.emplace_back(command.name);
  Diagnostics diagnostics;
  diagnostics.error(code::usage, {}, "unknown command `" + args[1] + "`", "",
                    suggestion_help(args[1], names));
  print(diagnostics, ColourChoice::automatic, io);
  return ExitCode::bad_input;
}

ExitCode dispatch(const std::vector<std::string>& args, Io& io) {
  if (args.empty()) {
    io.err(help_text(nullptr, help_width, false, wants_ascii(false, io.err_terminal, io)));
    return ExitCode::bad_input;
  }
  if (args[0] == "help") return help_command(args, io);
  if (has_word(args, "-h", "--help")) return help(first_command(args), io);
  if (args[0] == "--version" || args[0] == "-V")
    return say(io, "rackfit " RACKFIT_VERSION "\n", ExitCode::done);

  Diagnostics usage;
  const std::optional<Args> parsed = parse_args(args, usage);
  if (!parsed) {
    print(usage, ColourChoice::automatic, io);
    return ExitCode::bad_input;
  }
  Session session(parsed->data_dir);
  Invocation call{*parsed, session, io};
  if (std::find(parsed->files.begin(), parsed->files.end(), "-") != parsed->files.end()) {
    if (io.in_terminal.is_tty) remark(call, "reading a workload from the terminal; end it with Ctrl-D");
    if (auto text = io.in(yaml::ParseLimits().bytes)) session.set_stdin(std::move(*text));
  }
  ExitCode code = ExitCode::bug;
  for (const CommandEntry& entry : entries) {
    if (entry.name == parsed->command) code = entry.run(call);
  }
  print(session.diagnostics(), parsed->colour, io);
  return code;
}

}  // namespace

ExitCode deliver(Invocation& call, std::string_view result, ExitCode code) {
  if (call.args.output.empty() || call.args.output == "-") return say(call.io, result, code);
  const std::string problem = write_file(call.args.output, result);
  if (problem.empty()) return code;
  call.session.diagnostics().error(code::unwritable, {},
                                   "cannot write `" + call.args.output + "`: " + problem);
  return ExitCode::bad_input;
}

void remark(Invocation& call, std::string_view text) { call.io.err(std::string(text) + "\n"); }

ExitCode unknown_name(Invocation& call, std::string_view what, std::string_view word,
                      const std::vector<std::string>& known, std::string_view otherwise) {
  std::string help;
  if (const auto near = did_you_mean(word, known)) {
    help = "did you mean `" + *near + "`?";
  } else {
    help = otherwise.empty() ? suggestion_help(word, known) : std::string(otherwise);
  }
  call.session.diagnostics().error(code::unknown_name, {},
                                   "unknown " + std::string(what) + " `" + std::string(word) + "`", "", help);
  return ExitCode::bad_input;
}

int run(const std::vector<std::string>& args, Io& io) {
  try {
    return number(dispatch(args, io));
  } catch (const std::bad_alloc&) {
    io.err("error: out of memory\n");
  } catch (const std::exception& bug) {
    // Exceptions are for library adapters only; one that arrives here is a mistake of ours.
    io.err(std::string("error: this is a bug in rackfit: ") + bug.what() + "\n");
  }
  return number(ExitCode::bug);
}

}  // namespace rackfit::cli
