// Comma-separated values by RFC 4180, read from text that somebody else wrote.
//
// The measured rows are CSV because their sources are tables and because people keep their own results so.
// Quoted fields may hold commas, quotes and line ends; both line ends and a byte order mark are taken.
// Everything that is not such a table is a diagnostic with its place, and no input can make the reader fail
// otherwise.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rackfit/base/codes.hpp"
#include "rackfit/base/diagnostic.hpp"

namespace rackfit::measured {

namespace code {

inline constexpr char quote[] = "RF1501";
inline constexpr char fields[] = "RF1502";
inline constexpr char column[] = "RF1503";
inline constexpr char value[] = "RF1504";
inline constexpr char limit[] = "RF1505";
inline constexpr char nothing[] = "RF1506";

inline constexpr Code all[] = {
    {quote, "a quoted field of a table of measured rows does not end, or goes on after its quote"},
    {fields, "a line of a table of measured rows has more or fewer fields than its header"},
    {column, "a column that measured rows need is missing, or stands twice"},
    {value, "a measured row has a value that cannot be read"},
    {limit, "a table of measured rows is larger than rackfit reads"},
    {nothing, "a table holds no measured rows, or none that can be used"},
};

}  // namespace code

/// One line of a table.
struct CsvRecord {
  std::vector<std::string> fields;
  Span span;
};

struct Csv {
  std::vector<std::string> header;  // trimmed, lower case
  std::vector<CsvRecord> records;   // each as long as the header
  Span header_span;

  /// Position of a column; nothing when there is none.
  std::optional<std::size_t> find(std::string_view column) const;
};

/// What a table may hold at most; beyond it reading stops with a diagnostic.
struct CsvLimits {
  std::size_t bytes = std::size_t{256} << 20;
  std::size_t columns = 256;
  std::size_t records = 5'000'000;
};

/// Lines with the wrong number of fields are reported and left out; nothing when there is no usable header.
std::optional<Csv> read_csv(const SourceFile& file, Diagnostics& diagnostics, const CsvLimits& limits = {});

}  // namespace rackfit::measured
