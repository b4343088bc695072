#include "lines.hpp"

#include <algorithm>

namespace rackfit::cli {
namespace {

constexpr std::size_t chunk_bytes = 65536;

}  // namespace

bool Lines::fill() {
  if (done_) return false;
  buffer_.resize(chunk_bytes);
  const auto count = read_(buffer_.data(), buffer_.size());
  at_ = 0;
  end_ = count ? std::min(*count, buffer_.size()) : 0;
  failed_ = !count;
  done_ = end_ == 0;
  return !done_;
}

void Lines::keep(std::string_view part) {
  const std::size_t room = longest_ + 1 - std::min(longest_ + 1, line_.size());
  line_.append(part.substr(0, room));
}

std::optional<std::string_view> Lines::next() {
  line_.clear();
  bool any = false;
  while (at_ < end_ || fill()) {
    any = true;
    const std::string_view rest(buffer_.data() + at_, end_ - at_);
    const std::size_t end = rest.find('\n');
    keep(rest.substr(0, end));
    if (end != std::string_view::npos) {
      at_ += end + 1;
      return line_;
    }
    at_ = end_;
  }
  if (!any) return {};
  return line_;
}

}  // namespace rackfit::cli
