#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "rackfit/cli/io.hpp"

namespace rackfit::cli {
namespace {

Terminal terminal(int descriptor) {
  Terminal result;
  result.is_tty = isatty(descriptor) == 1;
  winsize size{};
  if (result.is_tty && ioctl(descriptor, TIOCGWINSZ, &size) == 0) result.width = size.ws_col;
  return result;
}

bool write_to(std::FILE* stream, std::string_view text) {
  return std::fwrite(text.data(), 1, text.size(), stream) == text.size();
}

std::optional<std::string> read_all(std::size_t limit) {
  std::string text;
  char buffer[65536];
  while (text.size() <= limit) {
    const std::size_t count = std::fread(buffer, 1, sizeof buffer, stdin);
    text.append(buffer, count);
    if (count < sizeof buffer) break;
  }
  if (std::ferror(stdin) != 0) return std::nullopt;
  return text;
}

}  // namespace

Io system_io() {
  Io io;
  io.out = [](std::string_view text) { return write_to(stdout, text); };
  io.err = [](std::string_view text) { return write_to(stderr, text); };
  // A full disk shows only when the buffer is emptied.
  io.flush = [] { return std::fflush(stdout) == 0 && std::ferror(stdout) == 0; };
  io.in = read_all;
  io.in_some = [](char* to, std::size_t size) -> std::optional<std::size_t> {
    for (;;) {
      const ssize_t count = ::read(STDIN_FILENO, to, size);
      if (count >= 0) return static_cast<std::size_t>(count);
      if (errno != EINTR) return std::nullopt;
    }
  };
  io.in_terminal = terminal(STDIN_FILENO);
  io.out_terminal = terminal(STDOUT_FILENO);
  io.err_terminal = terminal(STDERR_FILENO);
  io.environment = [](const char* name) -> std::optional<std::string> {
    const char* value = std::getenv(name);
    return value ? std::optional<std::string>(value) : std::nullopt;
  };
  return io;
}

}  // namespace rackfit::cli
