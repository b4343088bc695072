// Bytes of a file that is too large to load: what the header readers of this room read through.
//
// Model files are tens of gigabytes of weights behind a few megabytes of header. A `ByteSource` answers
// "these bytes at this offset"; a `Cursor` walks over it with one small buffer and a limit, so that a hostile
// header can neither make the program read the weights nor allocate what a length field claims.
#pragma once

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace rackfit::importer {

/// Random access to bytes that may not be in memory.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  virtual std::uint64_t size() const = 0;
  /// Fills `to` with [offset, offset + count); false when that is not possible.
  virtual bool read(std::uint64_t offset, char* to, std::size_t count) = 0;
};

class FileBytes : public ByteSource {
 public:
  explicit FileBytes(const std::string& path);
  bool open() const { return open_; }
  std::uint64_t size() const override { return size_; }
  bool read(std::uint64_t offset, char* to, std::size_t count) override;

 private:
  std::ifstream file_;
  std::uint64_t size_ = 0;
  bool open_ = false;
};

/// Bytes in memory, as the head of a file of `size` bytes (0: no more than these).
class MemoryBytes : public ByteSource {
 public:
  explicit MemoryBytes(std::string_view bytes, std::uint64_t size = 0)
      : bytes_(bytes), size_(size > 0 ? size : bytes.size()) {}
  std::uint64_t size() const override { return size_; }
  bool read(std::uint64_t offset, char* to, std::size_t count) override;

 private:
  std::string_view bytes_;
  std::uint64_t size_;
};

/// Reads little-endian values in order. After the first failure every read gives zero and `ok()` is false.
class Cursor {
 public:
  Cursor(ByteSource& source, std::uint64_t begin, std::uint64_t end);

  std::uint8_t u8();
  std::uint16_t u16();
  std::uint32_t u32();
  std::uint64_t u64();
  float f32();
  double f64();
  /// `count` bytes as text; fails when there are fewer or `count` is above `limit`.
  std::string text(std::uint64_t count, std::size_t limit);
  void skip(std::uint64_t count);

  bool ok() const { return ok_; }
  void fail() { ok_ = false; }
  std::uint64_t offset() const { return offset_; }
  std::uint64_t left() const { return end_ - offset_; }

 private:
  bool take(char* to, std::size_t count);
  template <class Value>
  Value little();

  ByteSource& source_;
  std::uint64_t offset_, end_;
  std::uint64_t buffer_begin_ = 0;
  std::vector<char> buffer_;
  bool ok_ = true;
};

}  // namespace rackfit::importer
