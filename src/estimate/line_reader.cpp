#include "line_reader.hpp"

#include <fmt/format.h>

#include <charconv>
#include <limits>

#include "rackfit/base/utf8.hpp"

namespace rackfit::estimate {
namespace {

constexpr std::size_t deepest = 32;

bool digit(char c) { return c >= '0' && c <= '9'; }

void append_utf8(std::string& out, unsigned code) {
  const auto put = [&](unsigned byte) { out += static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | code >> 6);
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3F));
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

}  // namespace

bool LineReader::fail(std::string message) {
  if (problem_.empty()) problem_ = fmt::format("{} at byte {}", message, at_ + 1);
  return false;
}

void LineReader::skip_space() {
  while (at_ < text_.size() &&
         (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\r' || text_[at_] == '\n'))
    ++at_;
}

bool LineReader::take(char c) {
  if (at_ >= text_.size() || text_[at_] != c) return false;
  ++at_;
  return true;
}

bool LineReader::open() {
  skip_space();
  return take('{');
}

bool LineReader::finish() {
  skip_space();
  return at_ == text_.size() || fail("something follows the object");
}

bool LineReader::read_unit(unsigned& out) {
  out = 0;
  for (int i = 0; i < 4; ++i) {
    if (at_ >= text_.size()) return fail("unfinished escape");
    const char c = text_[at_++];
    const int value = digit(c)               ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (value < 0) return fail("bad escape");
    out = out * 16 + static_cast<unsigned>(value);
  }
  return true;
}

bool LineReader::read_escape(std::string& out) {
  if (at_ >= text_.size()) return fail("unfinished escape");
  const char c = text_[at_++];
  static constexpr std::string_view letters = "\"\\/bfnrt";
  static constexpr std::string_view meant = "\"\\/\b\f\n\r\t";
  if (const auto found = letters.find(c); found != std::string_view::npos) {
    out += meant[found];
    return true;
  }
  unsigned unit = 0;
  if (c != 'u' || !read_unit(unit)) return fail("bad escape");
  if (unit >= 0xD800 && unit < 0xDC00) {
    unsigned low = 0;
    if (!take('\\') || !take('u') || !read_unit(low) || low < 0xDC00 || low > 0xDFFF)
      return fail("half a surrogate pair");
    unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
  } else if (unit >= 0xDC00 && unit < 0xE000) {
    return fail("half a surrogate pair");
  }
  append_utf8(out, unit);
  return true;
}

bool LineReader::read_text(std::string& out) {
  out.clear();
  if (!take('"')) return fail("a text in double quotes is expected");
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (c == '"') {
      ++at_;
      return true;
    }
    if (static_cast<unsigned char>(c) < 0x20) return fail("a control character in a text");
    if (c == '\\') {
      ++at_;
      if (!read_escape(out)) return false;
    } else if (static_cast<unsigned char>(c) < 0x80) {
      out += c;
      ++at_;
    } else {
      const utf8::Decoded character = utf8::decode(text_, at_);
      if (!character.valid) return fail("bytes that are not UTF-8");
      out += text_.substr(at_, character.size);
      at_ += character.size;
    }
  }
  return fail("an unfinished text");
}

bool LineReader::read_number(LineValue& value) {
  const std::size_t begin = at_;
  take('-');
  const std::size_t whole = at_;
  while (at_ < text_.size() && digit(text_[at_])) ++at_;
  if (at_ == whole || (text_[whole] == '0' && at_ > whole + 1)) return fail("not a JSON value");
  if (take('.')) {
    const std::size_t decimals = at_;
    while (at_ < text_.size() && digit(text_[at_])) ++at_;
    if (at_ == decimals) return fail("a number without decimals after its point");
  }
  if (take('e') || take('E')) {
    if (!take('+')) take('-');
    const std::size_t power = at_;
    while (at_ < text_.size() && digit(text_[at_])) ++at_;
    if (at_ == power) return fail("a number without an exponent after its e");
  }
  value.kind = LineValue::Kind::number;
  value.raw = text_.substr(begin, at_ - begin);
  const auto error = std::from_chars(value.raw.data(), value.raw.data() + value.raw.size(), value.number).ec;
  if (error == std::errc::result_out_of_range) {
    // Too small or too large; a range check refuses either.
    const bool tiny =
        value.raw.find("e-") != std::string_view::npos || value.raw.find("E-") != std::string_view::npos;
    value.number = tiny ? 0 : std::numeric_limits<double>::infinity() * (value.raw.front() == '-' ? -1 : 1);
  }
  return true;
}

bool LineReader::read_word(std::string_view word) {
  if (text_.substr(at_, word.size()) != word) return fail("not a JSON value");
  at_ += word.size();
  return true;
}

/// Everything but containers.
bool LineReader::read_scalar(LineValue& value) {
  const std::size_t begin = at_;
  const char c = text_[at_];
  bool good = false;
  if (c == '"') {
    value.kind = LineValue::Kind::text;
    good = read_text(value.text);
  } else if (c == 't' || c == 'f') {
    value.kind = LineValue::Kind::boolean;
    good = read_word(c == 't' ? "true" : "false");
  } else if (c == 'n') {
    value.kind = LineValue::Kind::null;
    good = read_word("null");
  } else {
    good = read_number(value);
  }
  value.raw = text_.substr(begin, at_ - begin);
  return good;
}

/// Checks a container to its end without recursion; what the brackets hold is of no interest.
bool LineReader::skip_container() {
  std::string open;  // brackets that wait for their end
  std::string key;
  LineValue value;
  bool want_value = false;  // a comma or a colon stands before
  do {
    skip_space();
    if (at_ >= text_.size()) return fail("an unfinished array or object");
    const char c = text_[at_];
    const bool closes = !open.empty() && c == open.back();
    if (closes && !want_value) {
      ++at_;
      open.pop_back();
    } else {
      // In an object a key comes first, except right at its start.
      if (!open.empty() && open.back() == '}') {
        if (!read_text(key)) return false;
        skip_space();
        if (!take(':')) return fail("a `:` is missing");
        skip_space();
        if (at_ >= text_.size()) return fail("an unfinished array or object");
      }
      const char v = text_[at_];
      want_value = false;
      if (v == '{' || v == '[') {
        if (open.size() >= deepest) return fail("values are nested too deep");
        ++at_;
        open += v == '{' ? '}' : ']';
        continue;
      }
      if (!read_scalar(value)) return false;
    }
    if (open.empty()) break;
    skip_space();
    if (take(',')) {
      want_value = true;
    } else if (at_ >= text_.size() || text_[at_] != open.back()) {
      return fail("a `,` is missing");
    }
  } while (!open.empty());
  return true;
}

bool LineReader::next(std::string& key, LineValue& value) {
  if (!problem_.empty()) return false;
  skip_space();
  if (first_ && take('}')) return false;
  if (!first_) {
    if (take('}')) return false;
    if (!take(',')) return fail("a `,` is missing");
    skip_space();
  }
  first_ = false;
  if (!read_text(key)) return false;
  skip_space();
  if (!take(':')) return fail("a `:` is missing");
  skip_space();
  if (at_ >= text_.size()) return fail("a value is missing");
  const char c = text_[at_];
  if (c != '{' && c != '[') return read_scalar(value);
  const std::size_t begin = at_;
  value.kind = LineValue::Kind::container;
  const bool good = skip_container();
  value.raw = text_.substr(begin, at_ - begin);
  return good;
}

}  // namespace rackfit::estimate
