#include "command.hpp"
#include "rackfit/report/layout.hpp"
#include "terminal.hpp"

namespace rackfit::cli {
namespace {

/// Templates by folder; those to audit are told by a prefix, because many are of the same situation.
struct Shelf {
  std::string_view folder, prefix;
};
constexpr Shelf shelves[] = {{"workloads/", ""}, {"audits/", "audit-"}};
constexpr std::string_view extension = ".yaml";

std::vector<std::string> template_names(Session& session) {
  std::vector<std::string> names;
  for (const Shelf& shelf : shelves) {
    for (const std::string& path : session.library().paths(std::string(shelf.folder))) {
      names.push_back(std::string(shelf.prefix) +
                      path.substr(shelf.folder.size(), path.size() - shelf.folder.size() - extension.size()));
    }
  }
  return names;
}

std::string path_of(const std::string& name) {
  const Shelf& shelf = name.rfind(shelves[1].prefix, 0) == 0 ? shelves[1] : shelves[0];
  return std::string(shelf.folder) + name.substr(shelf.prefix.size()) + std::string(extension);
}

std::string description(Session& session, const std::string& name) {
  const auto tree = session.library().tree(path_of(name), session.diagnostics());
  if (!tree || !tree->root().is_map()) return {};
  const yaml::Node node = tree->root().find("description");
  return node ? std::string(node.text()) : std::string();
}

/// The bundled files name their schema relative to where they lie; elsewhere that comment would point
/// nowhere.
std::string starter(std::string text) {
  constexpr std::string_view mark = "# yaml-language-server:";
  if (text.compare(0, mark.size(), mark) == 0) text.erase(0, std::min(text.find('\n'), text.size() - 1) + 1);
  return text;
}

}  // namespace

ExitCode run_init(Invocation& call) {
  const std::vector<std::string> names = template_names(call.session);
  if (call.session.diagnostics().has_errors()) return ExitCode::bad_input;
  if (call.args.list || call.args.words.empty()) {
    report::Canvas canvas(text_options(call.args, call.io));
    report::Grid grid;
    grid.columns = {{"template"}, {"what it sizes", false, true}};
    for (const std::string& name : names) {
      grid.rows.push_back({{name, report::Tone::strong}, {description(call.session, name)}});
    }
    canvas.grid(grid);
    return deliver(call, canvas.take());
  }
  const std::string& wanted = call.args.words.front();
  for (const std::string& name : names) {
    if (name == wanted) return deliver(call, starter(call.session.library().text(path_of(name))));
  }
  return unknown_name(call, "template", wanted, names);
}

}  // namespace rackfit::cli
