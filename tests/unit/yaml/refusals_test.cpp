// What each refusal looks like. The texts are what users see: change them on purpose only.
#include "read.hpp"

using namespace rackfit;

TEST_CASE("a key that stands twice shows both places") {
  CHECK(refusal("a: 1\nb: 2\na: 3\n") ==
        "error[RF0102]: the key `a` stands twice in one map\n"
        " --> w.yaml:3:1\n"
        "  |\n"
        "1 | a: 1\n"
        "  | - first written here\n"
        "2 | b: 2\n"
        "3 | a: 3\n"
        "  | ^ written again here\n"
        "  |\n"
        "  = help: keep one of them\n"
        "\n"
        "1 error\n");
}

TEST_CASE("beside a key that stands twice the rest of the file can still be checked") {
  Diagnostics diagnostics;
  const auto tree = yaml::parse(std::make_shared<const SourceFile>("w.yaml", "a: 1\na: 2\nb: 3\n"), diagnostics);
  REQUIRE(tree != nullptr);
  CHECK(diagnostics.error_count() == 1);
  CHECK(tree->root().find("b").text() == "3");
}

TEST_CASE("three of one key are two mistakes") {
  CHECK(refusal("a: 1\na: 2\na: 3\n") ==
        "error[RF0102]: the key `a` stands twice in one map\n"
        " --> w.yaml:2:1\n"
        "  |\n"
        "1 | a: 1\n"
        "  | - first written here\n"
        "2 | a: 2\n"
        "  | ^ written again here\n"
        "  |\n"
        "  = help: keep one of them\n"
        "\n"
        "error[RF0102]: the key `a` stands twice in one map\n"
        " --> w.yaml:3:1\n"
        "  |\n"
        "1 | a: 1\n"
        "  | - first written here\n"
        "2 | a: 2\n"
        "3 | a: 3\n"
        "  | ^ written again here\n"
        "  |\n"
        "  = help: keep one of them\n"
        "\n"
        "2 errors\n");
}

TEST_CASE("a tab in the indentation is named, not guessed at") {
  CHECK(refusal("kafka:\n\tingress: 1\n\tretention: 2\n") ==
        "error[RF0103]: a tab in the indentation\n"
        " --> w.yaml:2:1\n"
        "  |\n"
        "2 |     ingress: 1\n"
        "  | ^^^^ a tab\n"
        "  |\n"
        "  = help: indent with spaces\n"
        "\n"
        "1 error\n");
}

TEST_CASE("tags are refused wherever they stand") {
  CHECK(refusal("a: !!int 3\nb: ! \"q\"\n") ==
        "error[RF0104]: tags are not used in rackfit files\n"
        " --> w.yaml:1:4\n"
        "  |\n"
        "1 | a: !!int 3\n"
        "  |    ^^^^^ a tag\n"
        "  |\n"
        "  = help: remove it; the field decides how its value is read\n"
        "\n"
        "error[RF0104]: tags are not used in rackfit files\n"
        " --> w.yaml:2:4\n"
        "  |\n"
        "2 | b: ! \"q\"\n"
        "  |    ^ a tag\n"
        "  |\n"
        "  = help: remove it; the field decides how its value is read\n"
        "\n"
        "2 errors\n");
}

TEST_CASE("merge keys are refused with a way out") {
  CHECK(refusal("base: &b {x: 1}\nc:\n  <<: *b\n") ==
        "error[RF0105]: merge keys are not used in rackfit files\n"
        " --> w.yaml:3:3\n"
        "  |\n"
        "3 |   <<: *b\n"
        "  |   ^^ a merge key\n"
        "  |\n"
        "  = help: write the values out, or take them from a catalog entry with the field made for it\n"
        "\n"
        "1 error\n");
}

TEST_CASE("keys must be text") {
  CHECK(refusal("? [a, b]\n: 1\nnull: 3\n: 5\n") ==
        "error[RF0106]: a key must be text, not a list\n"
        " --> w.yaml:1:3\n"
        "  |\n"
        "1 | ? [a, b]\n"
        "  |   ^ a list\n"
        "\n"
        "error[RF0106]: a key must be text, not null\n"
        " --> w.yaml:3:1\n"
        "  |\n"
        "3 | null: 3\n"
        "  | ^^^^ null\n"
        "  |\n"
        "  = help: put it in quotes\n"
        "\n"
        "error[RF0106]: a key must be text, not nothing\n"
        " --> w.yaml:4:1\n"
        "  |\n"
        "4 | : 5\n"
        "  | ^ nothing\n"
        "\n"
        "3 errors\n");
}

TEST_CASE("a second document is refused") {
  CHECK(refusal("a: 1\n---\nb: 2\n") ==
        "error[RF0107]: the file holds more than one document\n"
        " --> w.yaml:2:1\n"
        "  |\n"
        "2 | ---\n"
        "  | ^^^ a second one starts here\n"
        "  |\n"
        "  = help: put each document in a file of its own\n"
        "\n"
        "1 error\n");
}

TEST_CASE("a second document after an end mark is refused") {
  CHECK(refusal("a: 1\n...\nb: 2\n") ==
        "error[RF0107]: the file holds more than one document\n"
        " --> w.yaml:3:1\n"
        "  |\n"
        "3 | b: 2\n"
        "  | ^ a second one starts here\n"
        "  |\n"
        "  = help: put each document in a file of its own\n"
        "\n"
        "1 error\n");
}

TEST_CASE("an alias inside its own anchor is refused") {
  CHECK(refusal("a: &x\n  b: *x\n") ==
        "error[RF0108]: `*x` stands inside the value it names\n"
        " --> w.yaml:2:6\n"
        "  |\n"
        "2 |   b: *x\n"
        "  |      ^^ would never end\n"
        "\n"
        "1 error\n");
}

TEST_CASE("bad UTF-8 is shown with its byte") {
  CHECK(refusal("a: 1\nb: \xFF"
                "\n") ==
        "error[RF0112]: the file is not valid UTF-8\n"
        " --> w.yaml:2:4\n"
        "  |\n"
        "2 | b: �\n"
        "  |    ^ byte 0xFF does not belong here\n"
        "  |\n"
        "  = help: save the file as UTF-8\n"
        "\n"
        "1 error\n");
}

TEST_CASE("control characters are refused") {
  CHECK(refusal("a: \x1B"
                "[31m\n") ==
        "error[RF0113]: the file contains control character U+001B\n"
        " --> w.yaml:1:4\n"
        "  |\n"
        "1 | a: �[31m\n"
        "  |    ^ here\n"
        "\n"
        "1 error\n");
}

TEST_CASE("control characters written as escapes are refused too") {
  CHECK(refusal("a: \"\\0\"\n") ==
        "error[RF0113]: the text contains a control character\n"
        " --> w.yaml:1:4\n"
        "  |\n"
        "1 | a: \"\\0\"\n"
        "  |    ^^^^ written as an escape\n"
        "\n"
        "1 error\n");
}

TEST_CASE("a carriage return alone ends no line") {
  CHECK(refusal("a\rb\n") ==
        "error[RF0113]: the file contains a carriage return without a line feed\n"
        " --> w.yaml:1:2\n"
        "  |\n"
        "1 | a�b\n"
        "  |  ^ here\n"
        "  |\n"
        "  = help: end lines with a line feed\n"
        "\n"
        "1 error\n");
}

TEST_CASE("an empty file says so") {
  CHECK(refusal("") ==
        "error[RF0114]: the file is empty\n"
        " --> w.yaml:1:1\n"
        "  |\n"
        "1 |\n"
        "  | ^\n"
        "\n"
        "1 error\n");
}

TEST_CASE("a file of comments is empty") {
  CHECK(refusal("# nothing\n") ==
        "error[RF0114]: the file is empty\n"
        " --> w.yaml:1:1\n"
        "  |\n"
        "1 | # nothing\n"
        "  | ^\n"
        "\n"
        "1 error\n");
}

TEST_CASE("a document without a value is empty") {
  CHECK(refusal("---\n") ==
        "error[RF0114]: the file is empty\n"
        " --> w.yaml:1:1\n"
        "  |\n"
        "1 | ---\n"
        "  | ^\n"
        "\n"
        "1 error\n");
}

TEST_CASE("a line that does not line up is shown with the line above") {
  CHECK(refusal("a:\n  b: 1\n c: 2\n") ==
        "error[RF0101]: the file is not valid YAML: the map above is not continued here\n"
        " --> w.yaml:3:2\n"
        "  |\n"
        "2 |   b: 1\n"
        "3 |  c: 2\n"
        "  |  ^ reading stopped here\n"
        "  |\n"
        "  = help: the keys of one map start in the same column, and nothing follows a closing quote or "
        "bracket\n"
        "\n"
        "1 error\n");
}

TEST_CASE("a colon in plain text is explained") {
  CHECK(refusal("a: b: c\n") ==
        "error[RF0101]: the file is not valid YAML: a `:` with a space after it cannot stand here\n"
        " --> w.yaml:1:5\n"
        "  |\n"
        "1 | a: b: c\n"
        "  |     ^ reading stopped here\n"
        "  |\n"
        "  = help: put text that contains `: ` in quotes, and check the indentation\n"
        "\n"
        "1 error\n");
}

TEST_CASE("an open bracket is pointed at") {
  CHECK(refusal("a: [1, 2\nb: 3\n") ==
        "error[RF0101]: the file is not valid YAML: a `[` is not closed, or a comma is missing\n"
        " --> w.yaml:2:2\n"
        "  |\n"
        "1 | a: [1, 2\n"
        "  |    - inside this bracket\n"
        "2 | b: 3\n"
        "  |  ^ reading stopped here\n"
        "\n"
        "1 error\n");
}

TEST_CASE("an open quote is pointed at") {
  CHECK(refusal("a: \"abc\nb: 3\n") ==
        "error[RF0101]: the file is not valid YAML: a quote is opened but not closed\n"
        " --> w.yaml:1:4\n"
        "  |\n"
        "1 | a: \"abc\n"
        "  |    ^ opened here\n"
        "\n"
        "1 error\n");
}

TEST_CASE("text that must be quoted is explained") {
  CHECK(refusal("a: @foo\n") ==
        "error[RF0101]: the file is not valid YAML: text cannot start with this character\n"
        " --> w.yaml:1:4\n"
        "  |\n"
        "1 | a: @foo\n"
        "  |    ^ reading stopped here\n"
        "  |\n"
        "  = help: put the text in quotes\n"
        "\n"
        "1 error\n");
}

TEST_CASE("an alias without an anchor is explained, with carets under wide text") {
  CHECK(refusal("键: *没有\n") ==
        "error[RF0101]: the file is not valid YAML: this alias names no anchor above it\n"
        " --> w.yaml:1:4\n"
        "  |\n"
        "1 | 键: *没有\n"
        "  |     ^ reading stopped here\n"
        "  |\n"
        "  = help: put text that starts with `*` in quotes\n"
        "\n"
        "1 error\n");
}

TEST_CASE("an unknown escape is explained") {
  CHECK(refusal("a: \"\\q\"\n") ==
        "error[RF0101]: the file is not valid YAML: there is no such escape\n"
        " --> w.yaml:1:7\n"
        "  |\n"
        "1 | a: \"\\q\"\n"
        "  |       ^ reading stopped here\n"
        "  |\n"
        "  = help: write `\\\\` for a backslash, or use single quotes\n"
        "\n"
        "1 error\n");
}

TEST_CASE("a root that ends early is explained") {
  CHECK(refusal("- a\nb: 2\n") ==
        "error[RF0101]: the file is not valid YAML: the root has ended above this line\n"
        " --> w.yaml:2:1\n"
        "  |\n"
        "2 | b: 2\n"
        "  | ^ reading stopped here\n"
        "  |\n"
        "  = help: a file is one map, or one list; check the indentation\n"
        "\n"
        "1 error\n");
}

TEST_CASE("all problems come out in one run") {
  CHECK(refusal("a: 1\na: 2\nb: !x 3\n<<: 4\n") ==
        "error[RF0102]: the key `a` stands twice in one map\n"
        " --> w.yaml:2:1\n"
        "  |\n"
        "1 | a: 1\n"
        "  | - first written here\n"
        "2 | a: 2\n"
        "  | ^ written again here\n"
        "  |\n"
        "  = help: keep one of them\n"
        "\n"
        "error[RF0104]: tags are not used in rackfit files\n"
        " --> w.yaml:3:4\n"
        "  |\n"
        "3 | b: !x 3\n"
        "  |    ^^ a tag\n"
        "  |\n"
        "  = help: remove it; the field decides how its value is read\n"
        "\n"
        "error[RF0105]: merge keys are not used in rackfit files\n"
        " --> w.yaml:4:1\n"
        "  |\n"
        "4 | <<: 4\n"
        "  | ^^ a merge key\n"
        "  |\n"
        "  = help: write the values out, or take them from a catalog entry with the field made for it\n"
        "\n"
        "3 errors\n");
}

TEST_CASE("nesting has a limit") {
  yaml::ParseLimits limits;
  limits.depth = 2;
  CHECK(refusal("a:\n  b:\n    c: 1\n", limits) ==
        "error[RF0110]: maps and lists are nested more than 2 deep\n"
        " --> w.yaml:3:5\n"
        "  |\n"
        "3 |     c: 1\n"
        "  |     ^ one too many\n"
        "\n"
        "1 error\n");
  CHECK_THAT(refusal("a: &x [[1]]\n", limits), ContainsSubstring("RF0110"));
  CHECK_THAT(refusal("a: &x [1]\nb: [*x]\n", limits), ContainsSubstring("w.yaml:2:5"));
  CHECK_THAT(refusal(std::string(33, '['), limits),
             ContainsSubstring("more than 32 brackets are opened and not closed"));
}

TEST_CASE("aliases count as what they stand for") {
  yaml::ParseLimits limits;
  limits.expanded_nodes = 10;
  CHECK(refusal("a: &x [1, 2, 3]\nb: [*x, *x]\n", limits) ==
        "error[RF0109]: aliases make this file longer than 10 values\n"
        " --> w.yaml:2:9\n"
        "  |\n"
        "2 | b: [*x, *x]\n"
        "  |         ^^ stands for 4 values\n"
        "  |\n"
        "  = help: write the values out\n"
        "\n"
        "1 error\n");
  CHECK_THAT(refusal("[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]\n", limits),
             ContainsSubstring("the file holds more than 10 values"));
}

TEST_CASE("a file that is too large is not read") {
  yaml::ParseLimits limits;
  limits.bytes = 5;
  CHECK(refusal("a: 123\n", limits) ==
        "error[RF0111]: `w.yaml` has 7 bytes, more than the 5 that rackfit reads\n"
        "  = help: split the file\n"
        "\n"
        "1 error\n");
}

TEST_CASE("a file with mistakes without end is given up") {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "a: 1\n";
  CHECK_THAT(refusal(text), ContainsSubstring("and 80 more\n100 errors\n"));
}
