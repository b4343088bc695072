// Lines of an input that may never end, one at a time, in constant memory.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace rackfit::cli {

/// Up to `size` bytes as soon as there are any; 0 at the end, nothing on failure.
using ReadSome = std::function<std::optional<std::size_t>(char* to, std::size_t size)>;

class Lines {
 public:
  /// Of a longer line only `longest` + 1 bytes are kept.
  Lines(ReadSome read, std::size_t longest) : read_(std::move(read)), longest_(longest) {}

  /// The next line without its end, valid until the next call; nothing at the end of the input.
  std::optional<std::string_view> next();
  /// True when next() would have to wait for the input: a good moment to pass on results.
  bool drained() const { return at_ == end_; }
  /// True when reading ended because it failed.
  bool failed() const { return failed_; }

 private:
  bool fill();
  void keep(std::string_view part);

  ReadSome read_;
  std::size_t longest_;
  std::string buffer_, line_;
  std::size_t at_ = 0, end_ = 0;
  bool failed_ = false, done_ = false;
};

}  // namespace rackfit::cli
