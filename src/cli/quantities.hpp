// Numbers as `estimate` and `fits` take them from the command line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "command.hpp"

namespace rackfit::cli {

/// "64", "2k" (2000), "2Ki" (2048), "1.5M"; with a diagnostic when it is none.
std::optional<double> read_number(Invocation& call, const char* option, const std::string& text);
/// The same, whole; `out` stays empty for an empty text.
void read_count(Invocation& call, const char* option, const std::string& text,
                std::optional<std::int64_t>& out);
void read_number(Invocation& call, const char* option, const std::string& text, std::optional<double>& out);
/// "0.7" or "70%", as a share of one.
void read_share(Invocation& call, const char* option, const std::string& text, std::optional<double>& out);
/// "128GiB", in bytes.
void read_bytes(Invocation& call, const char* option, const std::string& text, std::optional<double>& out);

}  // namespace rackfit::cli
