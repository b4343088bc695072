// The world outside, as the commands see it: three streams, what is known of the terminals, the environment.
//
// Nothing below cli/ knows of it, and the commands know nothing else, so that tests run whole commands in
// their own process and can play any terminal.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace rackfit::cli {

struct Terminal {
  bool is_tty = false;
  std::size_t width = 0;  // columns; 0: unknown
};

struct Io {
  std::function<bool(std::string_view)> out;  // stdout: the result; false when it was not taken
  std::function<bool(std::string_view)> err;  // stderr: everything else
  std::function<bool()> flush;                // stdout to its end; false when something got lost
  std::function<std::optional<std::string>(std::size_t limit)>
      in;  // stdin to its end, or `limit` + 1 bytes; nothing on failure
  /// Up to `size` bytes of stdin as soon as there are any; 0 at its end, nothing on failure. Not to be mixed with `in`.
  std::function<std::optional<std::size_t>(char* to, std::size_t size)> in_some;
  Terminal in_terminal, out_terminal, err_terminal;
  std::function<std::optional<std::string>(const char* name)> environment;
};

/// The process's own streams.
Io system_io();

}  // namespace rackfit::cli
