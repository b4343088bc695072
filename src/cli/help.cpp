#include "args.hpp"
#include "rackfit/cli/exit_code.hpp"
#include "rackfit/report/layout.hpp"

namespace rackfit::cli {
namespace {

using report::Canvas;
using report::Grid;
using report::Tone;

std::string signature(const OptionSpec& option) {
  std::string text;
  for (const char c : option.names) text += c == ',' ? std::string(", ") : std::string(1, c);
  if (text.compare(0, 2, "--") == 0) text = "    " + text;
  return option.value.empty() ? text : text + " " + std::string(option.value);
}

void add_option(Grid& grid, const OptionSpec& option) {
  std::string help(option.help);
  for (const std::string_view choice : option.choices) {
    help += (choice == option.choices.front() ? ": " : ", ") + std::string(choice);
  }
  // Leading spaces line up options that have no short form; plain ones would be taken for gaps between words.
  std::string name = signature(option);
  for (std::size_t at = 0; (at = name.find(' ', at)) != std::string::npos;) name.replace(at, 1, "\u00A0");
  grid.rows.push_back({{name, Tone::strong}, {help}});
}

void add_options(Canvas& canvas, const std::string& title, const std::vector<OptionSpec>& options) {
  if (options.empty()) return;
  canvas.blank();
  canvas.text(title);
  Grid grid;
  grid.columns = {{""}, {"", false, true}};
  for (const OptionSpec& option : options) add_option(grid, option);
  canvas.grid(grid, 2);
}

void add_examples(Canvas& canvas, const std::vector<std::string_view>& examples) {
  canvas.blank();
  canvas.text("examples:");
  for (const std::string_view example : examples) canvas.text(example, 2, 2);
}

void add_exit_codes(Canvas& canvas) {
  canvas.blank();
  canvas.text("exit codes:");
  Grid grid;
  grid.columns = {{"", true}, {"", false, true}};
  for (const auto& [code, sentence] : exit_codes) {
    grid.rows.push_back({{std::to_string(static_cast<int>(code))}, {std::string(sentence)}});
  }
  canvas.grid(grid, 2);
}

void program_help(Canvas& canvas) {
  canvas.text("rackfit: what hardware a local Kafka and LLM deployment needs, and whether it will hold");
  canvas.blank();
  canvas.text("usage: rackfit COMMAND [options]");
  add_examples(canvas, {"rackfit init --list", "rackfit init code-assistant-30 -o chat.yaml",
                        "rackfit plan chat.yaml"});
  canvas.blank();
  canvas.text("commands:");
  Grid grid;
  grid.columns = {{""}, {"", false, true}};
  for (const CommandSpec& command : commands()) {
    if (!command.hidden)
      grid.rows.push_back({{std::string(command.name), Tone::strong}, {std::string(command.summary)}});
  }
  canvas.grid(grid, 2);
  add_options(canvas, "options of every command:", shared_options());
  canvas.blank();
  canvas.text(
      "`rackfit COMMAND --help` tells more. The result goes to standard output, everything else to standard "
      "error; "
      "nothing is asked, and nothing is fetched from a network.");
  add_exit_codes(canvas);
}

}  // namespace

std::string usage_line(const CommandSpec& command) {
  std::string line = "usage: rackfit " + std::string(command.name);
  for (const PositionalSpec& positional : command.positionals) {
    const bool many = positional.member == Member(&Args::files) && command.name != "explain";
    const std::string name = std::string(positional.name) + (many ? "..." : "");
    line += positional.required ? " " + name : " [" + name + "]";
  }
  return line + (command.options.empty() ? "" : " [options]");
}

std::string help_text(const CommandSpec* command, std::size_t width, bool colour, bool ascii) {
  Canvas canvas({width, colour, ascii});
  if (!command) {
    program_help(canvas);
    return canvas.take();
  }
  canvas.text("rackfit " + std::string(command->name) + ": " + std::string(command->summary));
  canvas.blank();
  canvas.text(usage_line(*command));
  if (!command->description.empty()) {
    canvas.blank();
    canvas.text(command->description);
  }
  add_examples(canvas, command->examples);
  Grid grid;
  grid.columns = {{""}, {"", false, true}};
  for (const PositionalSpec& positional : command->positionals) {
    grid.rows.push_back({{std::string(positional.name), Tone::strong}, {std::string(positional.help)}});
  }
  if (!grid.rows.empty()) {
    canvas.blank();
    canvas.text("arguments:");
    canvas.grid(grid, 2);
  }
  add_options(canvas, "options:", command->options);
  add_options(canvas, "options of every command:", shared_options());
  return canvas.take();
}

}  // namespace rackfit::cli
