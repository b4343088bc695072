#include "terminal.hpp"

#include <algorithm>
#include <charconv>

namespace rackfit::cli {
namespace {

constexpr std::size_t narrowest = 60;
constexpr std::size_t usual_width = 80;  // of a terminal that does not tell

std::string variable(const Io& io, const char* name) { return io.environment(name).value_or(""); }

bool forced(const std::string& value) { return !value.empty() && value != "0"; }

}  // namespace

bool wants_colour(ColourChoice choice, const Terminal& terminal, const Io& io) {
  if (choice != ColourChoice::automatic) return choice == ColourChoice::always;
  if (!variable(io, "NO_COLOR").empty()) return false;
  if (forced(variable(io, "CLICOLOR_FORCE")) || forced(variable(io, "FORCE_COLOR"))) return true;
  if (variable(io, "CLICOLOR") == "0") return false;
  const std::string term = variable(io, "TERM");
  return terminal.is_tty && !term.empty() && term != "dumb";
}

bool wants_ascii(bool asked, const Terminal& terminal, const Io& io) {
  if (asked || !terminal.is_tty) return asked;
  std::string locale;
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    if (locale.empty()) locale = variable(io, name);
  }
  for (char& c : locale) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return locale.find("utf-8") == std::string::npos && locale.find("utf8") == std::string::npos;
}

std::size_t columns(const std::optional<std::size_t>& asked, const Terminal& terminal, const Io& io) {
  if (asked) return *asked;
  if (!terminal.is_tty) return 0;
  const std::string text = variable(io, "COLUMNS");
  std::size_t given = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), given);
  if (text.empty() || error != std::errc() || end != text.data() + text.size() || given == 0)
    given = terminal.width;
  if (given == 0) return usual_width;
  return std::max(given, narrowest);
}

report::TextOptions text_options(const Args& args, const Io& io) {
  // A file gets what a pipe would get.
  const Terminal target = args.output.empty() ? io.out_terminal : Terminal();
  report::TextOptions options;
  options.width = columns(args.width, target, io);
  options.colour = wants_colour(args.colour, target, io);
  options.ascii = wants_ascii(args.ascii, target, io);
  return options;
}

}  // namespace rackfit::cli
