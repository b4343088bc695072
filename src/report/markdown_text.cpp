#include "markdown_text.hpp"

#include <fmt/format.h>

#include "rackfit/report/layout.hpp"
#include "words.hpp"

namespace rackfit::report::markdown {

std::string plain(std::string_view text) {
  std::string out;
  for (const char c : clean(trimmed(text), false)) {
    if (c == '|' || c == '*' || c == '_' || c == '[' || c == ']' || c == '\\' || c == '#') out += '\\';
    if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '&') {
      out += "&amp;";
    } else {
      out += c;
    }
  }
  return out;
}

std::string one_line(std::string text) {
  for (char& c : text) {
    if (c == '\n' || c == '\r' || c == '\t') c = ' ';
  }
  return plain(text);
}

std::string row(const std::vector<std::string>& cells) {
  std::string out = "|";
  for (const std::string& cell : cells) out += " " + one_line(cell) + " |";
  return out + "\n";
}

std::string table_head(const std::vector<std::string>& titles, const std::vector<bool>& right) {
  std::string out = row(titles) + "|";
  for (const bool is_right : right) out += is_right ? "---:|" : "---|";
  return out + "\n";
}

void fold(std::string& out, const std::string& summary, const std::string& content) {
  out += fmt::format("\n<details><summary>{}</summary>\n\n{}\n</details>\n", summary, content);
}

std::string plain_spaces(std::string text) {
  for (std::size_t at = 0; (at = text.find("\u00A0", at)) != std::string::npos;) text.replace(at, 2, " ");
  return text;
}

}  // namespace rackfit::report::markdown
