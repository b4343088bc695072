#include "rackfit/base/source.hpp"

#include "rackfit/base/utf8.hpp"
#include "support/catch.hpp"

using rackfit::SourceFile;
using rackfit::Span;

TEST_CASE("positions count lines and characters from one") {
  const SourceFile file("f", "ab\n界c\n");
  CHECK(file.position(0).line == 1);
  CHECK(file.position(1).column == 2);
  CHECK(file.position(3).line == 2);
  CHECK(file.position(6).column == 2);  // behind a character of three bytes
  CHECK(file.position(99).line == 3);
  CHECK(file.position(99).column == 1);
}

TEST_CASE("a byte order mark takes no column") {
  const SourceFile file("f",
                        "\xEF\xBB\xBF"
                        "ab");
  CHECK(file.position(3).column == 1);
  CHECK(file.position(4).column == 2);
}

TEST_CASE("lines come without their line ends") {
  const SourceFile file("f", "a\r\nb");
  CHECK(file.line(1) == "a");
  CHECK(file.line(2) == "b");
  CHECK(file.line(3).empty());
  CHECK(file.line(0).empty());
  CHECK(file.line_begin(2) == 3);
}

TEST_CASE("a file may refer to text that lives elsewhere and may be moved") {
  static const std::string text = "x: 1\ny: 2\n";
  SourceFile file = SourceFile::refer("f", text);
  const SourceFile moved = std::move(file);
  CHECK(moved.text().data() == text.data());
  CHECK(rackfit::file_line({&moved, 5, 6}) == "f:2");
  CHECK(rackfit::file_line(Span{}) == "built in");
  CHECK(rackfit::file_line(Span{}, "command line") == "command line");
}

TEST_CASE("UTF-8 is decoded strictly") {
  using rackfit::utf8::decode;
  CHECK(decode("\xE7\x95\x8C", 0).code == 0x754C);
  for (const char* bad : {"\x80", "\xC0\xAF", "\xED\xA0\x80", "\xF5\x80\x80\x80", "\xE7\x95", "\xFF"}) {
    CHECK_FALSE(decode(bad, 0).valid);
    CHECK(decode(bad, 0).size == 1);
  }
}

TEST_CASE("wide characters take two cells and combining ones none") {
  using rackfit::utf8::display_width;
  CHECK(display_width("abc") == 3);
  CHECK(display_width("中文：") == 6);
  CHECK(display_width("e\xCC\x81") == 1);
}
