#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "command.hpp"
#include "rackfit/cli/codes.hpp"
#include "rackfit/report/json_text.hpp"
#include "rackfit/report/layout.hpp"
#include "rackfit/rules/program.hpp"
#include "rackfit/search/deployments.hpp"
#include "terminal.hpp"

namespace rackfit::cli {
namespace {

using report::Canvas;
using report::Grid;
using report::JsonText;
using report::Tone;

/// What all four kinds of named things have in common, for lists.
struct Listed {
  std::string name, kind, role, title, unit, formula, source, where;
  Span span;
};

std::string shown(const Provenance& source) {
  return source.document.empty() && source.url.empty() ? std::string() : cite(source);
}

std::vector<Listed> listed(const rules::RuleSet& set) {
  std::vector<Listed> all;
  for (const rules::Input& item : set.inputs()) {
    all.push_back({item.name, "input", item.role, item.title, item.unit, item.default_text.value_or(""),
                   shown(item.source), file_line(item.span), item.span});
  }
  for (const rules::Rule& item : set.rules()) {
    all.push_back({item.name, "rule", item.role, item.title, item.unit,
                   item.formula ? item.formula->text : "", shown(item.source), file_line(item.span),
                   item.span});
  }
  for (const rules::Constraint& item : set.constraints()) {
    all.push_back({item.name, "constraint", item.role, item.because, "", item.require.text,
                   shown(item.source), file_line(item.span), item.span});
  }
  for (const rules::Advice& item : set.advice()) {
    all.push_back({item.name, "advice", item.role, item.say, "", item.when.text, shown(item.source),
                   file_line(item.span), item.span});
  }
  std::stable_sort(all.begin(), all.end(), [](const Listed& a, const Listed& b) {
    return std::tie(a.name, a.role) < std::tie(b.name, b.role);
  });
  return all;
}

/// The entry as its file says it: the name's line and the deeper-indented ones after it.
std::string written_text(const Span& span) {
  if (!span) return {};
  const auto indent = [](std::string_view line) { return line.find_first_not_of(' '); };
  std::uint32_t number = span.file->position(span.begin).line;
  const std::size_t own = indent(span.file->line(number));
  if (own == std::string_view::npos) return {};
  std::string out(span.file->line(number).substr(own));
  out += '\n';
  const auto size = static_cast<std::uint32_t>(span.file->text().size());
  while (span.file->line_begin(++number) < size) {
    const std::string_view line = span.file->line(number);
    if (indent(line) == std::string_view::npos) continue;
    if (indent(line) <= own) break;
    out.append(line.substr(own)).append("\n");
  }
  return out;
}

std::string json_of(const std::vector<Listed>& items) {
  JsonText json;
  json.begin_object().field("format_version", "1.0").key("rules").begin_array();
  for (const Listed& item : items) {
    json.begin_object().field("name", item.name).field("kind", item.kind).known("role", item.role);
    json.known("title", item.title).known("unit", item.unit).known("formula", item.formula);
    json.known("source", item.source).field("where", item.where).end_object();
  }
  json.end_array().end_object();
  return json.take();
}

ExitCode list_rules(Invocation& call, const rules::RuleSet& set) {
  const std::string prefix = call.args.words.size() > 1 ? call.args.words[1] : "";
  std::vector<Listed> items;
  for (Listed& item : listed(set)) {
    if (item.name.compare(0, prefix.size(), prefix) == 0) items.push_back(std::move(item));
  }
  if (call.args.format == Format::json) return deliver(call, json_of(items));
  Canvas canvas(text_options(call.args, call.io));
  Grid grid;
  grid.columns = {{"name"}, {"kind"}, {"unit"}, {"role"}, {"what it says", false, true}};
  for (const Listed& item : items) {
    grid.rows.push_back({{item.name, Tone::strong},
                         {item.kind, Tone::faint},
                         {item.unit},
                         {item.role, Tone::faint},
                         {item.title}});
  }
  canvas.grid(grid);
  return deliver(call, canvas.take());
}

ExitCode show_rule(Invocation& call, const rules::RuleSet& set) {
  if (call.args.words.size() < 2) {
    call.session.diagnostics().error(code::usage, {}, "`rules show` needs a NAME", "",
                                     "`rackfit rules list` names them");
    return ExitCode::bad_input;
  }
  const std::string& wanted = call.args.words[1];
  std::vector<Listed> found;
  std::vector<std::string> names;
  for (Listed& item : listed(set)) {
    names.push_back(item.name);
    if (item.name == wanted) found.push_back(std::move(item));
  }
  if (found.empty()) return unknown_name(call, "rule", wanted, names, "`rackfit rules list` names them");
  if (call.args.format == Format::json) return deliver(call, json_of(found));
  Canvas canvas(text_options(call.args, call.io));
  std::string out;
  for (const Listed& item : found) {
    canvas.text({{item.name, Tone::strong},
                 {", " + item.kind + (item.role.empty() ? "" : " of " + item.role) + ", "},
                 {item.where, Tone::faint}});
    if (!item.source.empty()) canvas.text("source: " + item.source, 0, 2);
    out += canvas.take();
    out += report::clean_lines(written_text(item.span), canvas.options().ascii);
    if (&item != &found.back()) out += '\n';
  }
  return deliver(call, out);
}

ExitCode test_rules(Invocation& call, const rules::RuleSet& set) {
  const auto natives = std::make_shared<const rules::NativeTable>(
      search::model_natives(std::make_shared<search::Deployments>()));
  Diagnostics& diagnostics = call.session.diagnostics();
  const auto results = rules::run_examples(std::make_shared<const rules::RuleSet>(set), natives,
                                           *call.session.units(), diagnostics);
  if (diagnostics.has_errors()) return ExitCode::bad_input;
  std::size_t failed = 0;
  Canvas canvas(text_options(call.args, call.io));
  for (const rules::ExampleResult& result : results) {
    if (result.passed) continue;
    ++failed;
    canvas.text({{"failed:", Tone::bad},
                 {" " + result.name + " at " + file_line(result.span) + ": expected " + result.expected +
                  ", got " + result.actual}},
                0, 2);
  }
  canvas.text(fmt::format("{} examples, {} failed", results.size(), failed));
  return deliver(call, canvas.take(), failed == 0 ? ExitCode::done : ExitCode::no);
}

}  // namespace

ExitCode run_rules(Invocation& call) {
  const std::string& action = call.args.words.front();
  const std::vector<std::string> actions{"list", "show", "test"};
  if (std::find(actions.begin(), actions.end(), action) == actions.end())
    return unknown_name(call, "action", action, actions);
  const rules::RuleSet* set = call.session.rules_with(call.args.rules);
  if (!set || call.session.diagnostics().has_errors()) return ExitCode::bad_input;
  if (action == "list") return list_rules(call, *set);
  return action == "show" ? show_rule(call, *set) : test_rules(call, *set);
}

}  // namespace rackfit::cli
