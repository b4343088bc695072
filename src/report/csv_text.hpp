// A cell of a CSV file (RFC 4180).
#pragma once

#include <string>

namespace rackfit::report {

/// In quotes where a separator, a quote or a line end would be taken for the file's own.
inline std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

}  // namespace rackfit::report
