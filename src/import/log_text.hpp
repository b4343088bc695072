// Picking values out of log lines, without regular expressions: they recurse on long lines.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "rackfit/import/startup_log.hpp"

namespace rackfit::importer {

bool has(std::string_view line, std::string_view part);
/// What stands behind the first `label`; nothing when it is not there.
std::optional<std::string_view> after(std::string_view line, std::string_view label);
/// A number at the beginning, behind blanks and any of `:=(`; commas group thousands. Finite and below 1e18.
std::optional<double> number_at(std::string_view text, std::string_view* rest = nullptr);
/// A number with its unit, in bytes. Both engines divide by powers of 1024 whatever unit they print.
std::optional<double> bytes_at(std::string_view text);
std::optional<double> bytes_after(std::string_view line, std::string_view label);
/// The size that stands before `label`, as in "4.76 GiB for peak activation".
std::optional<double> bytes_before(std::string_view line, std::string_view label);
std::optional<std::int64_t> whole_after(std::string_view line, std::string_view label);
/// The value of `key` in `key=value`, `'key': value` or `key value`; quotes removed.
std::optional<std::string> setting(std::string_view line, std::string_view key);
std::string_view trimmed(std::string_view text);

void largest(std::optional<double>& kept, std::optional<double> seen);
void smallest(std::optional<double>& kept, std::optional<double> seen);
template <class Value, class Seen>
void latest(std::optional<Value>& kept, const Seen& seen) {
  if (seen) kept = static_cast<Value>(*seen);
}

/// One line of each engine's log, into what is known so far; true when the line is one of that engine's.
bool read_vllm_line(std::string_view line, StartupLog& log);
void finish_vllm(StartupLog& log);
bool read_llama_line(std::string_view line, StartupLog& log);
void finish_llama(StartupLog& log);

}  // namespace rackfit::importer
