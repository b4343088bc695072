#include "files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <memory>
#include <system_error>

namespace rackfit::cli {
namespace {

namespace fs = std::filesystem;

std::string reason(int error) {
  std::string text = std::generic_category().message(error);
  if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z') text[0] = static_cast<char>(text[0] - 'A' + 'a');
  return text;
}

class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return value_; }
  bool close() {
    const bool well = ::close(value_) == 0;
    value_ = -1;
    return well;
  }

 private:
  int value_;
};

std::string write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(descriptor, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return reason(errno);
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

}  // namespace

ReadResult read_file(const std::string& path, std::size_t limit) {
  // Not blocking, so that a named pipe without a writer cannot hang us while we look at what it is.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) return {std::nullopt, reason(errno)};
  struct stat info {};
  if (::fstat(file.get(), &info) != 0) return {std::nullopt, reason(errno)};
  if (S_ISDIR(info.st_mode)) return {std::nullopt, "is a folder"};
  ::fcntl(file.get(), F_SETFL, 0);
  std::string text;
  char buffer[65536];
  while (text.size() <= limit) {
    const ssize_t count = ::read(file.get(), buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return {std::nullopt, reason(errno)};
    if (count == 0) break;
    text.append(buffer, static_cast<std::size_t>(count));
  }
  if (text.size() > limit + 1) text.resize(limit + 1);
  return {std::move(text), {}};
}

OpenedFile open_file(const std::string& path) {
  auto file = std::make_shared<Descriptor>(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file->get() < 0) return {nullptr, reason(errno)};
  struct stat info {};
  if (::fstat(file->get(), &info) != 0) return {nullptr, reason(errno)};
  if (S_ISDIR(info.st_mode)) return {nullptr, "is a folder"};
  ::fcntl(file->get(), F_SETFL, 0);
  OpenedFile opened;
  opened.read = [file](char* to, std::size_t size) -> std::optional<std::size_t> {
    for (;;) {
      const ssize_t count = ::read(file->get(), to, size);
      if (count >= 0) return static_cast<std::size_t>(count);
      if (errno != EINTR) return std::nullopt;
    }
  };
  return opened;
}

std::string write_file(const std::string& path, std::string_view text) {
  std::error_code ignored;
  const fs::file_status there = fs::status(path, ignored);
  if (fs::is_directory(there)) return "is a folder";
  // Devices and pipes cannot be replaced by renaming; a link keeps pointing where it points.
  if (fs::exists(there) && !fs::is_regular_file(there)) {
    Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (file.get() < 0) return reason(errno);
    std::string problem = write_all(file.get(), text);
    if (problem.empty() && !file.close()) problem = reason(errno);
    return problem;
  }
  std::error_code unresolved;
  const fs::path real =
      fs::is_symlink(fs::symlink_status(path, ignored)) ? fs::canonical(path, unresolved) : fs::path(path);
  const std::string target = unresolved ? path : real.string();
  std::string temporary = target + ".XXXXXX";
  Descriptor file(::mkostemp(temporary.data(), O_CLOEXEC));
  if (file.get() < 0) return reason(errno);
  const mode_t mask = ::umask(0);
  ::umask(mask);
  std::string problem = write_all(file.get(), text);
  if (problem.empty()) {
    struct stat info {};
    const bool replaces = ::stat(target.c_str(), &info) == 0;
    ::fchmod(file.get(), replaces ? info.st_mode & 07777 : 0666 & ~mask);
  }
  if (problem.empty() && !file.close()) problem = reason(errno);
  if (problem.empty() && ::rename(temporary.c_str(), target.c_str()) != 0) problem = reason(errno);
  if (!problem.empty()) ::unlink(temporary.c_str());
  return problem;
}

}  // namespace rackfit::cli
