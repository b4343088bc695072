// What people see: each diagnostic of the room, whole.
#include "schema_fixture.hpp"

using namespace rackfit::schema;

namespace {

struct Load {
  double rate = 0, users = 0, memory = 0;
  std::int64_t slots = 0;
  bool tls = false;
  std::string id, read, codec;
  rackfit::Provenance source;
};

struct File {
  std::vector<Named<Load>> loads;
};

Type<std::string> codec() {
  return choice(Choices<std::string>{{"lz4", "lz4"}, {"zstd", "zstd"}, {"none", ""}});
}

const Record<File>& table() {
  static const Record<Load> load =
      Record<Load>("load", "a load")
          .required("memory", &Load::memory, quantity("B"), "nameplate memory")
          .optional("rate", &Load::rate, quantity("request/s"), "requests a second")
          .optional("users", &Load::users, quantity("user", 0, 1000), "people")
          .optional("slots", &Load::slots, integer(), "slots")
          .optional("tls", &Load::tls, boolean(), "encrypt")
          .optional("id", &Load::id, identifier(), "name")
          .optional("read", &Load::read, date(), "when")
          .optional("codec", &Load::codec, codec(), "compression")
          .optional("source", &Load::source, record(provenance_schema()), "source")
          .exclusive({"rate", "users"});
  static const Record<File> file =
      Record<File>("file", "loads").required("loads", &File::loads, named_map(record(load)), "loads by name");
  return file;
}

/// The rendering of the only problem of a load with these lines.
std::string problem(const std::string& lines, bool with_memory = true) {
  const auto reading =
      read(table(), "loads:\n  chat:\n" + std::string(with_memory ? "    memory: 1 GB\n" : "") + lines);
  REQUIRE(reading.diagnostics.items().size() == 1);
  return rackfit::render(reading.diagnostics.items().front());
}

}  // namespace

TEST_CASE("RF0201 unknown key") {
  CHECK(problem("    rat: 5 /s\n") == R"(error[RF0201]: unknown key `rat`
 --> test.yaml:4:5
  |
4 |     rat: 5 /s
  |     ^^^ `load` has no such key
  |
  = help: did you mean `rate`?
)");
}
TEST_CASE("RF0202 missing key") {
  CHECK(problem("    slots: 1\n", false) == R"(error[RF0202]: missing key `memory`
 --> test.yaml:2:3
  |
2 |   chat:
  |   ^^^^ this `load` is incomplete
  |
  = note: `memory` is a quantity such as `80 GiB`: nameplate memory
)");
}
TEST_CASE("RF0203 wrong kind") {
  CHECK(problem("    slots: [1]\n") == R"(error[RF0203]: `slots` is not a single value
 --> test.yaml:4:5
  |
4 |     slots: [1]
  |     ^^^^^ expected a whole number, found a list
)");
}
TEST_CASE("RF0204 not a number") {
  CHECK(problem("    slots: 1_000\n") == R"(error[RF0204]: `slots` is not a whole number
 --> test.yaml:4:12
  |
4 |     slots: 1_000
  |            ^^^^^ expected a whole number: number with thousands marks
  |
  = help: write `1000`
)");
}
TEST_CASE("RF0205 not a quantity") {
  CHECK(problem("    rate: 2 requests per second\n") == R"(error[RF0205]: `rate` is not a quantity
 --> test.yaml:4:22
  |
4 |     rate: 2 requests per second
  |                      ^^^^^^^^^^ `/` or `*` expected between units
  |
  = help: write `/` for per, as in `request/s`
)");
}
TEST_CASE("RF0206 wrong unit") {
  CHECK(problem("    rate: 5 token/s\n") == R"(error[RF0206]: `rate` has the wrong unit
 --> test.yaml:4:11
  |
4 |     rate: 5 token/s
  |           ^^^^^^^^^ measured in `token/s`, expected `request/s`
  |
  = help: write a quantity such as `2 request/s`
)");
}
TEST_CASE("RF0206 bare number") {
  CHECK(problem("    rate: 5\n") == R"(error[RF0206]: `rate` needs a unit
 --> test.yaml:4:11
  |
4 |     rate: 5
  |           ^ a number of what?
  |
  = help: write a quantity such as `2 request/s`
)");
}
TEST_CASE("RF0207 out of range") {
  CHECK(problem("    users: 5000\n") == R"(error[RF0207]: `users` is too large
 --> test.yaml:4:12
  |
4 |     users: 5000
  |            ^^^^ must be at most 1000 user
)");
}
TEST_CASE("RF0208 not true or false") {
  CHECK(problem("    tls: on\n") == R"(error[RF0208]: `tls` is not `true` or `false`
 --> test.yaml:4:10
  |
4 |     tls: on
  |          ^^ expected `true` or `false`
  |
  = help: write `true`
)");
}
TEST_CASE("RF0209 unknown word") {
  CHECK(problem("    codec: zstdd\n") == R"(error[RF0209]: `codec` cannot be `zstdd`
 --> test.yaml:4:12
  |
4 |     codec: zstdd
  |            ^^^^^ unknown word
  |
  = help: did you mean `zstd`?
)");
}
TEST_CASE("RF0209 unknown word with no near one") {
  CHECK(problem("    codec: brotli\n") == R"(error[RF0209]: `codec` cannot be `brotli`
 --> test.yaml:4:12
  |
4 |     codec: brotli
  |            ^^^^^^ unknown word
  |
  = help: one of `lz4`, `zstd`, `none`
)");
}
TEST_CASE("RF0210 keys that exclude each other") {
  CHECK(problem("    rate: 5 /s\n    users: 7\n") == R"(error[RF0210]: `rate` and `users` exclude each other
 --> test.yaml:5:5
  |
4 |     rate: 5 /s
  |     ---- `rate` is given here
5 |     users: 7
  |     ^^^^^ `users` says it too
  |
  = help: keep the one you know best and remove the other
)");
}
TEST_CASE("RF0211 not a name") {
  CHECK(problem("    id: My Chat\n") == R"(error[RF0211]: `id` is not a name
 --> test.yaml:4:9
  |
4 |     id: My Chat
  |         ^^^^^^^ expected lower-case letters, digits, `-`, `_` and `.`
  |
  = help: write `my-chat`
)");
}
TEST_CASE("RF0212 not a date") {
  CHECK(problem("    read: 22.11.2026\n") == R"(error[RF0212]: `read` is not a date
 --> test.yaml:4:11
  |
4 |     read: 22.11.2026
  |           ^^^^^^^^^^ expected year-month-day, year-month or year
  |
  = help: write `2026-11-22`, `2026-11` or `2026`
)");
}
TEST_CASE("RF0213 a source that cannot be looked up") {
  CHECK(problem("    source: {note: heard it}\n") == R"(error[RF0213]: source without `document` and `url`
 --> test.yaml:4:5
  |
4 |     source: {note: heard it}
  |     ^^^^^^ nobody could look this up
  |
  = help: give at least one of `document` and `url`
)");
}
TEST_CASE("RF0214 no value") {
  CHECK(problem("    slots:\n") == R"(error[RF0214]: `slots` has no value
 --> test.yaml:4:5
  |
4 |     slots:
  |     ^^^^^ expected a whole number
  |
  = help: give a whole number, or leave the key out
)");
}
