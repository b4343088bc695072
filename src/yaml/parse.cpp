// The one file that knows yaml-cpp.
#include <fmt/core.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <istream>
#include <streambuf>

#include "builder.hpp"
#include "prescan.hpp"
#include "rackfit/yaml/codes.hpp"
#include "scalar.hpp"

namespace rackfit::yaml {
namespace {

/// Lets yaml-cpp read the file's bytes where they are.
class ViewBuffer : public std::streambuf {
 public:
  explicit ViewBuffer(std::string_view text) {
    char* begin = const_cast<char*>(text.data());  // a get area is never written to
    setg(begin, begin, begin + text.size());
  }
};

class Adapter : public YAML::EventHandler {
 public:
  Adapter(Builder& builder, const SourceFile& file, std::uint32_t base, Diagnostics& diagnostics)
      : builder_(builder), file_(file), base_(base), diagnostics_(diagnostics) {}

  std::uint32_t offset(const YAML::Mark& mark) const {
    const std::size_t size = file_.text().size();
    const std::size_t pos = mark.pos < 0 ? 0 : static_cast<std::size_t>(mark.pos);
    return static_cast<std::uint32_t>(std::min(pos + base_, size));
  }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_++ == 0) return;
    const std::uint32_t at = offset(mark);
    const bool marked = file_.text().substr(at, 3) == "---";
    if (marked || follows_end_marker(at)) {
      diagnostics_.error(code::documents, {&file_, at, marked ? at + 3 : at},
                         "the file holds more than one document", "a second one starts here",
                         "put each document in a file of its own");
    } else {  // yaml-cpp starts a new document wherever the root ends early
      diagnostics_.error(code::syntax, {&file_, at, at},
                         "the file is not valid YAML: the root has ended above this line",
                         "reading stopped here", "a file is one map, or one list; check the indentation");
    }
    throw Builder::Stop{};
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    builder_.null({offset(mark), anchor, false});
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    builder_.alias(offset(mark), anchor);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    Event event{offset(mark), anchor, false};
    // "?" and "!" are what yaml-cpp calls plain and quoted scalars without a tag, but `!` can also be
    // written.
    event.tagged = tag != "?" && (tag != "!" || has_bare_tag(event));
    builder_.scalar(event, tag == "?" || (event.tagged && is_plain(event)), value);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override {
    builder_.begin(Kind::sequence, {offset(mark), anchor, tag != "?" && !tag.empty()},
                   style == YAML::EmitterStyle::Flow);
  }
  void OnSequenceEnd() override { builder_.end(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override {
    builder_.begin(Kind::map, {offset(mark), anchor, tag != "?" && !tag.empty()},
                   style == YAML::EmitterStyle::Flow);
  }
  void OnMapEnd() override { builder_.end(); }

 private:
  bool follows_end_marker(std::uint32_t offset) const {
    for (std::uint32_t line = file_.position(offset).line; line > 1; --line) {
      const std::string_view above = file_.line(line - 1);
      if (skip_blank(above, 0) < above.size()) return above.substr(0, 3) == "...";
    }
    return false;
  }
  char after_properties(const Event& event, bool stop_at_tag) const {
    const std::string_view text = file_.text();
    std::uint32_t at = event.mark;
    while (at < text.size() &&
           ((text[at] == '&' && event.anchor != 0) || (text[at] == '!' && !stop_at_tag))) {
      at = skip_blank(text, skip_name(text, at));
    }
    return at < text.size() ? text[at] : '\0';
  }
  bool has_bare_tag(const Event& event) const { return after_properties(event, true) == '!'; }
  bool is_plain(const Event& event) const {
    const char c = after_properties(event, false);
    return c != '"' && c != '\'' && c != '|' && c != '>';
  }

  Builder& builder_;
  const SourceFile& file_;
  std::uint32_t base_;
  Diagnostics& diagnostics_;
  int documents_ = 0;
};

struct Translation {
  std::string_view theirs;  // how yaml-cpp's message starts
  std::string_view message;
  std::string_view help;
};

const Translation kTranslations[] = {
    {YAML::ErrorMsg::END_OF_MAP_FLOW, "a `{` is not closed, or a comma is missing", ""},
    {YAML::ErrorMsg::END_OF_SEQ_FLOW, "a `[` is not closed, or a comma is missing", ""},
    {YAML::ErrorMsg::END_OF_MAP, "the map above is not continued here",
     "the keys of one map start in the same column, and nothing follows a closing quote or bracket"},
    {YAML::ErrorMsg::END_OF_SEQ, "the list above is not continued here",
     "the dashes of one list stand in the same column, and nothing follows a closing quote or bracket"},
    {YAML::ErrorMsg::MAP_VALUE, "a `:` with a space after it cannot stand here",
     "put text that contains `: ` in quotes, and check the indentation"},
    {YAML::ErrorMsg::MAP_KEY, "a key cannot stand here", "check the indentation"},
    {YAML::ErrorMsg::BLOCK_ENTRY, "a list item cannot stand here", "start each `- ` on a line of its own"},
    {YAML::ErrorMsg::FLOW_END, "a bracket is closed that was not opened",
     "put text that contains brackets in quotes"},
    {YAML::ErrorMsg::UNKNOWN_TOKEN, "text cannot start with this character", "put the text in quotes"},
    {YAML::ErrorMsg::EOF_IN_SCALAR, "a quote is opened but not closed", ""},
    {YAML::ErrorMsg::DOC_IN_SCALAR, "a quote is opened but not closed", ""},
    {YAML::ErrorMsg::UNKNOWN_ANCHOR, "this alias names no anchor above it",
     "put text that starts with `*` in quotes"},
    {YAML::ErrorMsg::ALIAS_NOT_FOUND, "a name is missing after `*`",
     "put text that starts with `*` in quotes"},
    {YAML::ErrorMsg::ANCHOR_NOT_FOUND, "a name is missing after `&`",
     "put text that starts with `&` in quotes"},
    {YAML::ErrorMsg::INVALID_ESCAPE, "there is no such escape",
     "write `\\\\` for a backslash, or use single quotes"},
};

/// The parser gives up at or after the mistake, so the line above is shown as well.
void report_syntax(const SourceFile& file, std::uint32_t offset, std::string_view theirs,
                   const Builder& builder, Diagnostics& diagnostics) {
  std::string message(theirs.substr(0, theirs.find('\n')));
  std::string help;
  for (const Translation& translation : kTranslations) {
    if (theirs.substr(0, translation.theirs.size()) != translation.theirs) continue;
    message = translation.message;
    help = translation.help;
    break;
  }
  const auto end = static_cast<std::uint32_t>(std::min<std::size_t>(offset + 1u, file.text().size()));
  Diagnostic& diagnostic =
      diagnostics.error(code::syntax, {&file, offset, end}, "the file is not valid YAML: " + message,
                        "reading stopped here", std::move(help));
  if (const auto bracket = builder.open_bracket()) {
    diagnostic.labels.push_back({*bracket, "inside this bracket", false});
  }
  for (std::uint32_t line = file.position(offset).line; line > 1; --line) {
    const std::uint32_t above = file.line_begin(line - 1);
    if (file.line(line - 1).find_first_not_of(" \t") == std::string_view::npos) continue;
    diagnostic.labels.push_back({{&file, above, above}, {}, false});
    break;
  }
}

/// Reports tabs in indentation from `begin` to `end`, except where YAML allows them.
bool report_tabs(const SourceFile& file, const Prescan& scan, std::uint32_t begin, std::uint32_t end,
                 const Builder& builder, Diagnostics& diagnostics) {
  Diagnostic* first = nullptr;
  std::size_t others = 0;
  for (const std::uint32_t tab : scan.tabs) {
    if (tab < begin || tab >= end || builder.is_sheltered(tab)) continue;
    if (first != nullptr) {
      ++others;
      continue;
    }
    first = &diagnostics.error(code::tab, {&file, tab, tab + 1}, "a tab in the indentation", "a tab",
                               "indent with spaces");
  }
  if (others > 0) {
    first->notes.push_back(
        fmt::format("{} more {} with a tab", others, others == 1 ? "line starts" : "lines start"));
  }
  return first != nullptr;
}

void read(const SourceFile& file, const Prescan& scan, Builder& builder, Diagnostics& diagnostics) {
  ViewBuffer buffer(file.text().substr(scan.content));
  std::istream stream(&buffer);
  Adapter adapter(builder, file, scan.content, diagnostics);
  try {
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(adapter)) {
    }
  } catch (const Builder::Stop&) {
    return;
  } catch (const YAML::Exception& problem) {
    const std::uint32_t offset = adapter.offset(problem.mark);
    const std::uint32_t line = file.position(offset).line;
    // A tab explains the mistake better than what the parser makes of it.
    if (!scan.starts_with_bracket && report_tabs(file, scan, file.line_begin(std::max(line, 2u) - 1),
                                                 file.line_begin(line + 1), builder, diagnostics))
      return;
    report_syntax(file, offset, problem.msg, builder, diagnostics);
    return;
  }
  report_tabs(file, scan, 0, static_cast<std::uint32_t>(file.text().size()), builder, diagnostics);
}

}  // namespace

std::shared_ptr<const Tree> parse(std::shared_ptr<const SourceFile> file, Diagnostics& diagnostics,
                                  const ParseLimits& limits) {
  const std::size_t errors_before = diagnostics.error_count();
  diagnostics.keep(file);
  const Prescan scan = prescan(*file, limits, diagnostics);
  if (!scan.ok) return nullptr;
  Builder builder(*file, limits, diagnostics);
  read(*file, scan, builder, diagnostics);
  // A key that stands twice is an error, but the tree is whole: the rest of it can still be checked.
  if (diagnostics.error_count() > errors_before + builder.duplicate_keys()) return nullptr;
  if (!builder.complete() && builder.duplicate_keys() > 0) return nullptr;
  Tree::Parts parts = builder.take();
  const Record& root = parts.records.front();
  if (!builder.complete() || (root.kind == Kind::null && root.begin == root.end)) {
    diagnostics.error(code::empty, {file.get(), 0, 0}, "the file is empty");
    return nullptr;
  }
  return std::make_shared<const Tree>(std::move(file), std::move(parts));
}

}  // namespace rackfit::yaml
