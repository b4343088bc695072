#include "rackfit/import/bytes.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

namespace rackfit::importer {
namespace {

constexpr std::size_t buffer_bytes = 1 << 16;

}  // namespace

FileBytes::FileBytes(const std::string& path) : file_(path, std::ios::binary) {
  if (!file_) return;
  file_.seekg(0, std::ios::end);
  const std::streamoff end = file_.tellg();
  // A folder opens on some systems and then answers with nonsense.
  if (!file_ || end < 0 || end == std::numeric_limits<std::streamoff>::max()) return;
  size_ = static_cast<std::uint64_t>(end);
  open_ = true;
}

bool FileBytes::read(std::uint64_t offset, char* to, std::size_t count) {
  if (!open_ || offset > size_ || count > size_ - offset) return false;
  file_.clear();
  file_.seekg(static_cast<std::streamoff>(offset));
  file_.read(to, static_cast<std::streamsize>(count));
  return static_cast<std::size_t>(file_.gcount()) == count;
}

bool MemoryBytes::read(std::uint64_t offset, char* to, std::size_t count) {
  if (offset > bytes_.size() || count > bytes_.size() - offset) return false;
  if (count > 0) std::memcpy(to, bytes_.data() + offset, count);
  return true;
}

Cursor::Cursor(ByteSource& source, std::uint64_t begin, std::uint64_t end)
    : source_(source), offset_(begin), end_(std::min(end, source.size())) {
  if (begin > end_) {
    offset_ = end_;
    ok_ = false;
  }
}

bool Cursor::take(char* to, std::size_t count) {
  if (!ok_ || count > left()) return ok_ = false;
  while (count > 0) {
    const bool inside = offset_ >= buffer_begin_ && offset_ - buffer_begin_ < buffer_.size();
    if (!inside) {
      buffer_.resize(static_cast<std::size_t>(std::min<std::uint64_t>(buffer_bytes, left())));
      buffer_begin_ = offset_;
      if (!source_.read(offset_, buffer_.data(), buffer_.size())) {
        // A source that knows only the head of its file: nothing less than what is wanted will do.
        buffer_.resize(std::min(buffer_.size(), count));
        if (!source_.read(offset_, buffer_.data(), buffer_.size())) {
          buffer_.clear();
          return ok_ = false;
        }
      }
    }
    const auto at = static_cast<std::size_t>(offset_ - buffer_begin_);
    const std::size_t part = std::min(count, buffer_.size() - at);
    std::memcpy(to, buffer_.data() + at, part);
    to += part;
    count -= part;
    offset_ += part;
  }
  return true;
}

template <class Value>
Value Cursor::little() {
  unsigned char bytes[sizeof(Value)] = {};
  if (!take(reinterpret_cast<char*>(bytes), sizeof bytes)) return 0;
  std::uint64_t value = 0;
  for (std::size_t i = sizeof bytes; i-- > 0;) value = value << 8 | bytes[i];
  return static_cast<Value>(value);
}

std::uint8_t Cursor::u8() { return little<std::uint8_t>(); }
std::uint16_t Cursor::u16() { return little<std::uint16_t>(); }
std::uint32_t Cursor::u32() { return little<std::uint32_t>(); }
std::uint64_t Cursor::u64() { return little<std::uint64_t>(); }
float Cursor::f32() { return std::bit_cast<float>(u32()); }
double Cursor::f64() { return std::bit_cast<double>(u64()); }

std::string Cursor::text(std::uint64_t count, std::size_t limit) {
  if (!ok_ || count > limit || count > left()) {
    ok_ = false;
    return {};
  }
  std::string result(static_cast<std::size_t>(count), '\0');
  if (!take(result.data(), result.size())) result.clear();
  return result;
}

void Cursor::skip(std::uint64_t count) {
  if (!ok_ || count > left()) {
    ok_ = false;
    return;
  }
  offset_ += count;
}

}  // namespace rackfit::importer
