// `--set path=value` as an edit of the workload's text: the edited text is parsed like any other, so that a setting is
// checked, and refused, exactly as if it had been written in the file. A value that is there already is replaced in
// place, so that every line keeps its number.
#include <algorithm>

#include "rackfit/workload/workload.hpp"

namespace rackfit::workload {

namespace {

using Path = std::vector<std::string>;

Path split(std::string_view path) {
  Path parts;
  std::size_t begin = 0;
  while (begin <= path.size()) {
    const std::size_t dot = std::min(path.find('.', begin), path.size());
    parts.emplace_back(path.substr(begin, dot - begin));
    begin = dot + 1;
  }
  return parts;
}

/// A value as YAML: flow collections and quoted texts as they are, anything YAML could misread in quotes.
std::string as_yaml(std::string_view text) {
  const bool flow = !text.empty() && (text.front() == '[' || text.front() == '{' || text.front() == '"');
  const bool plain = !text.empty() && text.find_first_of(":#{}[],&*!|>'\"%@`\n") == std::string_view::npos &&
                     text.front() != ' ' && text.back() != ' ' && text.front() != '-' && text.front() != '?';
  if (flow || plain) return std::string(text);
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

/// Ways to state one load; setting one replaces another.
const Path& load_words() {
  static const Path words = {"users", "concurrency", "rate", "requests_per_day", "tokens_per_second"};
  return words;
}

bool is_load(const Path& path) {
  return path.size() == 3 && path[0] == "llm" &&
         std::find(load_words().begin(), load_words().end(), path[2]) != load_words().end();
}

std::string nested(const Path& path, std::size_t from, const std::string& value) {
  std::string out = path[from] + ": ";
  for (std::size_t i = from + 1; i < path.size(); ++i) out += "{" + path[i] + ": ";
  return out + value + std::string(path.size() - from - 1, '}');
}

std::string replaced(std::string_view text, std::uint32_t begin, std::uint32_t end, const std::string& by) {
  return std::string(text.substr(0, begin)) + by + std::string(text.substr(end));
}

std::string inserted(const yaml::Tree& tree, const yaml::Node& map, const std::string& entry) {
  const std::string_view text = tree.file().text();
  const Span span = map.span();
  if (map.size() == 0) return replaced(text, span.begin, span.end, "{" + entry + "}");
  if (text[span.begin] == '{') return replaced(text, span.begin + 1, span.begin + 1, entry + ", ");
  const std::uint32_t first = map[0].key_span().begin;
  const std::uint32_t column = tree.file().position(first).column;
  return replaced(text, first, first, entry + "\n" + std::string(column - 1, ' '));
}

std::string edited(const yaml::Tree& tree, const Path& path, const std::string& value) {
  yaml::Node node = tree.root();
  for (std::size_t at = 0; at < path.size(); ++at) {
    if (!node.is_map()) return replaced(tree.file().text(), node.span().begin, node.span().end, nested(path, at, value));
    yaml::Node next = node.find(path[at]);
    if (!next && at + 1 == path.size() && is_load(path)) {
      for (const std::string& word : load_words()) {
        const yaml::Node other = node.find(word);
        if (other) {
          return replaced(tree.file().text(), other.key_span().begin, other.span().end, path[at] + ": " + value);
        }
      }
    }
    if (!next) return inserted(tree, node, nested(path, at, value));
    node = next;
  }
  return replaced(tree.file().text(), node.span().begin, node.span().end, value);
}

}  // namespace

std::shared_ptr<const yaml::Tree> with_settings(const std::shared_ptr<const yaml::Tree>& tree,
                                                const std::vector<std::string>& settings, Diagnostics& diagnostics) {
  auto current = tree;
  for (const std::string& setting : settings) {
    const std::size_t equals = setting.find('=');
    if (equals == std::string::npos || equals == 0) {
      diagnostics.error("RF0504", {}, "`--set " + setting + "` is not a setting", "",
                        "write path=value, for example `--set llm.chat.rate=5`");
      continue;
    }
    Path path = split(std::string_view(setting).substr(0, equals));
    // QPS is the word many use; the profile's is `rate`.
    if (path.size() == 3 && path[0] == "llm" && path[2] == "qps") path[2] = "rate";
    std::string value = setting.substr(equals + 1);
    if (is_load(path) && path[2] == "rate" && value.find('/') == std::string::npos) value += " /s";
    auto file = std::make_shared<const SourceFile>(current->file().path(), edited(*current, path, as_yaml(value)));
    current = yaml::parse(std::move(file), diagnostics);
    if (!current) return nullptr;
  }
  return current;
}

}  // namespace rackfit::workload
