// JSON of one line, token by token.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rackfit::estimate {

/// A member's value; containers are skipped and only their kind is told.
struct LineValue {
  enum class Kind { null, boolean, number, text, container };
  Kind kind = Kind::null;
  std::string_view raw;  // as written
  std::string text;      // of a text, unescaped
  double number = 0;     // infinite where it is beyond a double
};

/// Walks over the members of one object. After a failure `problem()` says what is wrong and next() gives
/// nothing.
class LineReader {
 public:
  explicit LineReader(std::string_view line) : text_(line) {}

  /// False when the line holds something else than one object.
  bool open();
  /// The next member; nothing at the end.
  bool next(std::string& key, LineValue& value);
  /// True when nothing follows the object.
  bool finish();
  const std::string& problem() const { return problem_; }

 private:
  bool fail(std::string message);
  void skip_space();
  bool take(char c);
  bool read_text(std::string& out);
  bool read_escape(std::string& out);
  bool read_unit(unsigned& out);
  bool read_number(LineValue& value);
  bool read_word(std::string_view word);
  bool read_scalar(LineValue& value);
  bool skip_container();

  std::string_view text_;
  std::size_t at_ = 0;
  bool first_ = true;
  std::string problem_;
};

}  // namespace rackfit::estimate
