// Markdown that no text from a workload can break out of.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rackfit::report::markdown {

/// Text that Markdown and HTML leave alone, also inside a table's cell.
std::string plain(std::string_view text);
/// The same without line ends, which would break out of their cell or list item.
std::string one_line(std::string text);
std::string row(const std::vector<std::string>& cells);
std::string table_head(const std::vector<std::string>& titles, const std::vector<bool>& right);
void fold(std::string& out, const std::string& summary, const std::string& content);
/// No-break spaces keep terminals from splitting "48 GB"; in a repository they only disturb diffs and
/// searches.
std::string plain_spaces(std::string text);

}  // namespace rackfit::report::markdown
