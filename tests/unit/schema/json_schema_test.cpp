#include "schema_fixture.hpp"

using namespace rackfit::schema;

namespace {

struct Part {
  std::string word;
};
struct Whole {
  double size = 0, share = 0, tokens = 0;
  std::vector<Named<Part>> parts;
  std::optional<Part> part;
};

Record<Part> part_table() {
  return Record<Part>("part", "A \"part\"").required("word", &Part::word, text(), "a word");
}

}  // namespace

TEST_CASE("a table as JSON Schema, byte for byte") {
  const auto part = part_table();
  const auto whole = Record<Whole>("whole", "A whole")
                         .required("size", &Whole::size, quantity("B"), "how large")
                         .optional("part", &Whole::part, record(part), "the part");
  CHECK(json_schema(*whole.info(), "whole.schema.json", "rackfit whole", &registry()) == R"({
  "$schema": "http://json-schema.org/draft-07/schema#",
  "$id": "whole.schema.json",
  "title": "rackfit whole",
  "description": "A whole",
  "type": "object",
  "properties": {
    "size": {
      "description": "how large",
      "type": "string",
      "pattern": "^[-+]?[0-9.]+([eE][-+]?[0-9]+)? *[^0-9 .].*$",
      "examples": [
        "80 GiB"
      ]
    },
    "part": {
      "description": "the part",
      "allOf": [
        {
          "$ref": "#/definitions/part"
        }
      ]
    }
  },
  "patternProperties": {
    "^x-": true
  },
  "additionalProperties": false,
  "required": [
    "size"
  ],
  "definitions": {
    "part": {
      "description": "A \"part\"",
      "type": "object",
      "properties": {
        "word": {
          "description": "a word",
          "type": [
            "string",
            "number"
          ]
        }
      },
      "patternProperties": {
        "^x-": true
      },
      "additionalProperties": false,
      "required": [
        "word"
      ]
    }
  }
}
)");
}

TEST_CASE("bare numbers are allowed where decoding allows them") {
  const auto number_allowed = [](const std::string& unit) {
    const auto table = Record<Whole>("whole", "").optional("size", &Whole::size, quantity(unit), "");
    return json_schema(*table.info(), "i", "t", &registry()).find("\"number\"") != std::string::npos;
  };
  CHECK(number_allowed("1"));
  CHECK(number_allowed("token"));
  CHECK(number_allowed("user"));
  CHECK_FALSE(number_allowed("B"));
  CHECK_FALSE(number_allowed("request/s"));
  CHECK_FALSE(number_allowed("USD"));
}

TEST_CASE("keys that exclude each other do so in pairs") {
  const auto table = Record<Whole>("whole", "")
                         .optional("size", &Whole::size, number(), "")
                         .optional("share", &Whole::share, number(), "")
                         .optional("tokens", &Whole::tokens, number(), "")
                         .exclusive({"size", "share", "tokens"});
  const std::string text = json_schema(*table.info(), "i", "t");
  std::size_t pairs = 0;
  for (std::size_t at = text.find("\"not\""); at != std::string::npos; at = text.find("\"not\"", at + 1))
    ++pairs;
  CHECK(pairs == 3);
}

TEST_CASE("two records of one name keep apart") {
  const auto first = part_table();
  const auto second = part_table();
  const auto table = Record<Whole>("whole", "")
                         .optional("part", &Whole::part, record(first), "")
                         .optional("parts", &Whole::parts, named_map(record(second)), "");
  const std::string text = json_schema(*table.info(), "i", "t");
  CHECK_THAT(text, ContainsSubstring("#/definitions/part\""));
  CHECK_THAT(text, ContainsSubstring("#/definitions/part-2\""));
}
