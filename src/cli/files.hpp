// Reading what users name, and writing results whole or not at all.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace rackfit::cli {

struct ReadResult {
  std::optional<std::string> text;
  std::string problem;  // "is a folder", "no such file or directory"
};

/// Reads at most `limit` bytes; one more byte is returned when the file is longer, so that the reader can
/// refuse it.
ReadResult read_file(const std::string& path, std::size_t limit);

/// Opens a file to be read piece by piece: a reader as Lines takes it, or `problem`.
struct OpenedFile {
  std::function<std::optional<std::size_t>(char* to, std::size_t size)> read;
  std::string problem;
};
OpenedFile open_file(const std::string& path);

/// Writes beside `path` and renames, so that nobody ever sees half a file; empty, or what went wrong.
std::string write_file(const std::string& path, std::string_view text);

}  // namespace rackfit::cli
