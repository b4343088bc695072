#include "schema_fixture.hpp"

using namespace rackfit::schema;
using Codes = std::vector<std::string>;

namespace {

struct Tag {
  std::string name;
  rackfit::Span span;
};

struct Link {
  std::string type;
  std::optional<double> bandwidth;
};

struct Card {
  Tag tag;
  double memory = 0;
  Given<double> power;
  std::optional<std::int64_t> slots;
  double width = 0;  // read as an integer
  std::optional<Link> link;
  std::vector<Named<Link>> links;
  Given<double> rate, users;
  rackfit::Span span;
};

const Record<Tag>& tag_table() {
  static const Record<Tag> table =
      Record<Tag>("tag", "what every row carries")
          .locate(&Tag::span)
          .optional("name", &Tag::name, text(), "name for people")
          .check([](const Tag& tag, const rackfit::yaml::Node& node, Context& context) {
            if (tag.name == "bad") refuse(node, context, "RF0299", "bad name");
          });
  return table;
}

const Record<Link>& link_table() {
  static const Record<Link> table =
      Record<Link>("link", "a connection")
          .required("type", &Link::type, text(), "nvlink, xgmi …")
          .optional("bandwidth", &Link::bandwidth, quantity("B/s"), "both directions");
  return table;
}

const Record<Card>& card_table() {
  static const Record<Card> table =
      Record<Card>("card", "a card")
          .locate(&Card::span)
          .embed(&Card::tag, tag_table())
          .required("memory", &Card::memory, quantity("B"), "nameplate")
          .optional("power", &Card::power, quantity("W"), "board power")
          .optional("slots", &Card::slots, integer(1), "slots taken")
          .optional(
              "width", [](Card& card) -> double& { return card.width; }, integer(0), "width")
          .optional("link", &Card::link, record(link_table()), "connection")
          .optional("links", &Card::links, named_map(record(link_table())), "connections by name")
          .optional("rate", &Card::rate, quantity("request/s"), "open load")
          .optional("users", &Card::users, quantity("user"), "closed load")
          .exclusive({"rate", "users"})
          .check([](const Card& card, const rackfit::yaml::Node& node, Context& context) {
            if (card.width > card.memory) refuse(node, context, "RF0298", "too wide");
          });
  return table;
}

}  // namespace

TEST_CASE("fields fill plain, optional and given members") {
  const auto reading =
      read(card_table(),
           "memory: 80 GB\npower: 700 W\nslots: 2\nwidth: 3\nlink: {type: nvlink, bandwidth: 900 GB/s}\n"
           "links: {b: {type: pcie}, a: {type: xgmi}}\nname: H100\n");
  const Card& card = reading.value;
  INFO(reading.problems());
  REQUIRE(reading.good);
  CHECK(card.memory == 80e9);
  CHECK(card.power.value == 700);
  CHECK(rackfit::file_line(card.power.span) == "test.yaml:2");
  CHECK(card.slots == 2);
  CHECK(card.width == 3);
  CHECK(card.link->bandwidth == 900e9);
  REQUIRE(card.links.size() == 2);
  CHECK(card.links[0].name == "b");
  CHECK(card.links[1].value.type == "xgmi");
  CHECK_FALSE(card.rate);
  CHECK(card.rate.value_or(7) == 7);
  CHECK(rackfit::file_line(card.span) == "test.yaml:1");
}

TEST_CASE("an embedded table's keys, place and checks are those of the record") {
  const auto reading = read(card_table(), "memory: 1 B\nname: A\n");
  CHECK(reading.value.tag.name == "A");
  CHECK(rackfit::file_line(reading.value.tag.span) == "test.yaml:1");
  CHECK(read(card_table(), "memory: 1 B\nname: bad\n").codes() == Codes{"RF0299"});
}

TEST_CASE("keys that start with x- are notes") {
  CHECK(read(card_table(), "memory: 1 B\nx-note: [whatever, {a: b}]\n").good);
}

TEST_CASE("every problem of a map is reported, and what is good is read") {
  const auto reading =
      read(card_table(), "memroy: 80 GB\npower: fast\nslots: 0\nlink: {bandwidth: 5}\nwidth: 4\n");
  CHECK(reading.codes() == Codes{"RF0201", "RF0202", "RF0205", "RF0207", "RF0202", "RF0206"});
  CHECK(reading.value.width == 4);
}

TEST_CASE("checks across fields run when the fields are good") {
  CHECK(read(card_table(), "memory: 1 B\nwidth: 2\n").codes() == Codes{"RF0298"});
  CHECK(read(card_table(), "memory: 1 B\nwidth: 2\nslots: x\n").codes() == Codes{"RF0204"});
}

TEST_CASE("a map that is no map") {
  CHECK(read(card_table(), "[1]\n").codes() == Codes{"RF0203"});
  CHECK(read(card_table(), "word\n").codes() == Codes{"RF0203"});
  CHECK(read(card_table(), "memory: 1 B\nlink: nvlink\n").codes() == Codes{"RF0203"});
  CHECK(read(card_table(), "memory: 1 B\nlink:\n").codes() == Codes{"RF0214"});
  CHECK(read(card_table(), "memory:\n").codes() == Codes{"RF0214"});
}

TEST_CASE("a key with a value of any wrong kind is an error, never a crash") {
  const std::vector<std::string> values = {"",     "x", "[]",   "{}", "[[]]", "{a: {b: c}}",
                                           "\"\"", "1", "-1 B", "~",  "'~'"};
  for (const FieldInfo& field : card_table().info()->fields) {
    for (const std::string& value : values) {
      INFO(field.key << ": " << value);
      const std::string memory = field.key == "memory" ? "" : "memory: 1 B\n";
      read(card_table(), memory + field.key + ": " + value + "\n");
    }
  }
}
