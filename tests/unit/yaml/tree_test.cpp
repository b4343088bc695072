#include "rackfit/yaml/tree.hpp"

#include "read.hpp"

using namespace rackfit;
using yaml::Kind;
using yaml::Node;

TEST_CASE("a tree keeps kinds, keys and order as written") {
  const auto tree = read("b: 1\na: [x, y]\nc: {d: ~}\ne:\n");
  const Node root = tree->root();
  REQUIRE(root.is_map());
  REQUIRE(root.size() == 4);
  CHECK(root[0].key() == "b");
  CHECK(root[0].text() == "1");
  CHECK(root[1].kind() == Kind::sequence);
  CHECK(root[1][1].text() == "y");
  CHECK(root.find("c").find("d").is_null());
  CHECK(root.find("e").is_null());
  CHECK_FALSE(root.find("nope"));
  CHECK_FALSE(Node().find("x"));
  CHECK(Node().size() == 0);
}

TEST_CASE("scalars stay text") {
  for (const char* text : {"no", "010", "1e3", "1_000", "0x1F", "true", ".inf", "2026-11-22"}) {
    CHECK(read(std::string("a: ") + text + "\n")->root()[0].text() == text);
  }
}

TEST_CASE("spans cover plain and quoted scalars and blocks exactly") {
  const auto tree = read(
      "a: plain text # comment\n"
      "b: \"x\\ty\" # comment\n"
      "c: 'it''s'\n"
      "d: |\n  one\n\n  two\n\n"
      "e: >-\n  folded\n  text\n"
      "f: first\n  second\n"
      "g: \"first\n  second\"\n"
      "h: &anchor value\n"
      "i: |2\n   x\n  y\n"
      "\"quoted key\" : 1\n");
  const Node root = tree->root();
  CHECK(at(root.find("a").span()) == "plain text");
  CHECK(at(root.find("b").span()) == "\"x\\ty\"");
  CHECK(root.find("b").text() == "x\ty");
  CHECK(at(root.find("c").span()) == "'it''s'");
  CHECK(root.find("c").text() == "it's");
  CHECK(at(root.find("d").span()) == "|\n  one\n\n  two");
  CHECK(root.find("d").text() == "one\n\ntwo\n");
  CHECK(at(root.find("e").span()) == ">-\n  folded\n  text");
  CHECK(at(root.find("f").span()) == "first\n  second");
  CHECK(root.find("f").text() == "first second");
  CHECK(at(root.find("g").span()) == "\"first\n  second\"");
  CHECK(at(root.find("h").span()) == "value");
  CHECK(at(root.find("i").span()) == "|2\n   x\n  y");
  CHECK(root.find("i").text() == " x\ny\n");
  CHECK(at(root.find("quoted key").key_span()) == "\"quoted key\"");
}

TEST_CASE("a block scalar ends where its map goes on, also inside a list") {
  const auto tree = read("- a: |\n    text\n  b: 1\n- |\n text\n- c\n");
  CHECK(at(tree->root()[0].find("a").span()) == "|\n    text");
  CHECK(at(tree->root()[1].span()) == "|\n text");
}

TEST_CASE("spans of collections run from their first to their last character") {
  const auto tree = read("a: [1, {b: }, ] # c\nd:\n  e: 1\n  f: 2 # c\ng: [x: 1, y]\nh: {\n  i: 1, # c\n}\n");
  const Node root = tree->root();
  CHECK(at(root.find("a").span()) == "[1, {b: }, ]");
  CHECK(at(root.find("a")[1].span()) == "{b: }");
  CHECK(at(root.find("d").span()) == "e: 1\n  f: 2");
  CHECK(at(root.find("g")[0].span()) == "x: 1");
  CHECK(at(root.find("h").span()) == "{\n  i: 1, # c\n}");
}

TEST_CASE("an empty value stands at its key and an empty item at its dash") {
  const auto tree = read("a:\nnull2: 1\nb:\n  -\n  - x\n  -\nc: # comment\n");
  const Node root = tree->root();
  CHECK(at(root.find("a").span()) == "a");
  CHECK(at(root.find("c").span()) == "c");
  const Node items = root.find("b");
  CHECK(items[0].span().begin == 17);
  CHECK(at(items[0].span()) == "-");
  CHECK(at(items[2].span()) == "-");
  CHECK(items[2].span().begin == 27);
  CHECK(at(read("a: null\n")->root()[0].span()) == "null");
}

TEST_CASE("an alias stands where it is used and has the children of what it names") {
  const auto tree = read("a: &x {b: 1}\nc: *x\nd: [*x, *x]\n");
  const Node use = tree->root().find("c");
  CHECK(at(use.span()) == "*x");
  CHECK(use.key() == "c");
  CHECK(use.find("b").text() == "1");
  CHECK(tree->root().find("d")[1].find("b").text() == "1");
  CHECK(tree->root().find("a").key() == "a");
}

TEST_CASE("text spans point at a part of a formula however it is quoted") {
  const auto part = [](const std::string& value, std::string_view what) {
    const auto tree = read("f: " + value + "\n");
    const Node node = tree->root()[0];
    const std::size_t begin = node.text().find(what);
    REQUIRE(begin != std::string_view::npos);
    const Span span = node.text_span(begin, begin + what.size());
    return std::to_string(span.begin) + ":" + std::string(at(span));
  };
  CHECK(part("a + bad", "bad") == "7:bad");
  CHECK(part("\"a + bad\"", "bad") == "8:bad");
  CHECK(part("'it''s + bad'", "bad") == "12:bad");
  CHECK(part("\"\\u754c\\t+ bad\"", "bad") == "14:bad");
  CHECK(part("|\n  a +\n  bad", "bad") == "13:bad");
  CHECK(part(">-\n  a +\n  bad\n  + c", "bad") == "14:bad");
  CHECK(part("a +\n  bad", "bad") == "9:bad");
  CHECK(part("'a''b'", "'") == "5:''");
}

TEST_CASE("find works the same in maps of any size") {
  std::string text;
  for (int i = 0; i < 200; ++i) text += "key" + std::to_string(i * 7 % 200) + ": " + std::to_string(i) + "\n";
  const auto tree = read(text);
  for (int i = 0; i < 200; ++i)
    CHECK(tree->root().find("key" + std::to_string(i * 7 % 200)).text() == std::to_string(i));
  CHECK_FALSE(tree->root().find("key200"));
  CHECK(tree->root()[0].key() == "key0");
  CHECK(tree->root()[1].key() == "key7");
}

TEST_CASE("JSON is read, tabs and all") {
  const auto tree = read("{\n\t\"a\": [1,\n\t2],\n\t\"b\": {\"c\": null}\n}\n");
  CHECK(tree->root().find("a").size() == 2);
  CHECK(tree->root().find("b").find("c").is_null());
}

TEST_CASE("a byte order mark and Windows line ends are accepted") {
  const auto tree = read(
      "\xEF\xBB\xBF"
      "a: 1\r\nb: |\r\n  x\r\nc: 3\r\n");
  CHECK(at(tree->root().find("a").span()) == "1");
  CHECK(at(tree->root().find("b").span()) == "|\r\n  x");
  CHECK(tree->root().find("c").text() == "3");
}

TEST_CASE("tabs inside quotes, blocks and between tokens are no indentation") {
  const auto tree = read("a: \"x\n\ty\"\nb: |\n  x\n  \ty\nc:\t1 \t# comment\n");
  CHECK(tree->root().find("b").text() == "x\n\ty\n");
}
