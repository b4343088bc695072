// JSON as rackfit prints it: keys in the order written, two-space indent, one byte sequence for one value.
//
// A writer of our own rather than a JSON library, because libraries differ in how they print numbers: here a
// number is the shortest text that reads back as the same double, in the notation of RFC 8785 (`1`, `0.1`,
// `1e-7`), and NaN and infinities, which JSON cannot say, are null. Bytes that are not UTF-8 become U+FFFD.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rackfit::report {

class JsonText {
 public:
  /// `one_line`: no line ends and no spaces between tokens, for a document a line.
  explicit JsonText(bool one_line = false) : one_line_(one_line) {}
  JsonText& begin_object();
  JsonText& end_object();
  JsonText& begin_array();
  JsonText& end_array();
  JsonText& key(std::string_view key);

  JsonText& null();
  JsonText& value(std::string_view text);
  JsonText& value(const char* text) { return value(std::string_view(text)); }
  JsonText& value(double number);
  JsonText& value(std::int64_t number);
  JsonText& value(bool truth);
  /// A value that is JSON already.
  JsonText& raw(std::string_view json);
  template <class T>
  JsonText& value(const std::optional<T>& optional) {
    return optional ? value(*optional) : null();
  }
  template <class T>
  JsonText& field(std::string_view name, const T& content) {
    key(name);
    return value(content);
  }
  /// A text, or null when it is empty: for what nobody knows.
  JsonText& known(std::string_view name, std::string_view text);

  JsonText& texts(std::string_view name, const std::vector<std::string>& each);
  /// A figure that a mathematics library had part in, to nine digits: what another machine's may change is
  /// beyond them.
  JsonText& computed(std::string_view name, const std::optional<double>& number);

  /// The document, ending in a line end.
  std::string take();

 private:
  void before_value();
  void close(char bracket);

  std::string out_;
  std::vector<bool> filled_;  // per open bracket: something stands in it
  bool after_key_ = false;
  bool one_line_ = false;
};

/// A finite double in the notation of RFC 8785.
std::string json_number(double value);
/// A JSON string with its quotes.
std::string json_string(std::string_view text);

}  // namespace rackfit::report
