// What people see when a catalog file of theirs is wrong: each diagnostic, whole.
#include "support/catch.hpp"
#include "support/world.hpp"

using rackfit::test::Overlaid;

namespace {

const std::string sources =
    "sources:\n  card: {document: model card, read: 2026-01-01, confidence: documented}\n";
const std::string tiny =
    "  tiny-1b:\n"
    "    parameters: 1e9\n"
    "    layers: 16\n"
    "    hidden: 2048\n"
    "    vocab: 32000\n"
    "    attention: {type: gqa, heads: 16, kv_heads: 4, head_dim: 128}\n"
    "    ffn: {intermediate: 8192}\n";

std::string model_problems(const std::string& text) {
  const Overlaid overlaid(rackfit::test::Files{{"models/mine.yaml", text}});
  CHECK_FALSE(overlaid.catalog);
  return overlaid.problems();
}

}  // namespace

TEST_CASE("RF0405 a source that the file does not list") {
  CHECK(model_problems(sources + "models:\n" + tiny + "    source: cart\n") ==
        R"(error[RF0405]: unknown source `cart`
  --> models/mine.yaml:11:13
   |
11 |     source: cart
   |             ^^^^ not in this file's `sources:`
   |
   = help: did you mean `card`?
)");
}

TEST_CASE("RF0202 a row without a source") {
  CHECK(model_problems(sources + "models:\n" + tiny) == R"(error[RF0202]: missing key `source`
 --> models/mine.yaml:4:3
  |
4 |   tiny-1b:
  |   ^^^^^^^ this `model` is incomplete
  |
  = note: `source` is text or a map of keys such as `document`: where the facts come from
)");
}

TEST_CASE("RF0401 an alias that another row has") {
  CHECK(
      model_problems(sources + "models:\n" + tiny +
                     "    aliases: [Llama-3.3-70B-Instruct]\n    source: card\n") ==
      R"(error[RF0401]: the name `Llama-3.3-70B-Instruct` of `tiny-1b` already belongs to `llama-3.3-70b-instruct`
 --> models/mine.yaml:5:5
  |
5 |     parameters: 1e9
  |     ^^^^^^^^^^^^^^^
  |
  = help: rename one, or remove the alias
)");
}

TEST_CASE("RF0403 a price without a currency") {
  const Overlaid overlaid(rackfit::test::Files{
      {"prices/mine.yaml",
       sources + "prices:\n  - {item: rtx-4090, price: 2000, date: 2026-10, source: card}\n"}});
  CHECK_FALSE(overlaid.catalog);
  CHECK(overlaid.problems() == R"(error[RF0403]: a price needs an amount and a currency
 --> prices/mine.yaml:4:29
  |
4 |   - {item: rtx-4090, price: 2000, date: 2026-10, source: card}
  |                             ^^^^
  |
  = help: for example `27000 USD`
)");
}

TEST_CASE("RF0402 attention without what the KV cache is made of") {
  const std::string mla =
      "models:\n"
      "  m:\n"
      "    {parameters: 1e9, layers: 1, hidden: 8, vocab: 8, source: card, ffn: {intermediate: 8},\n"
      "     attention: {type: mla, heads: 2}}\n"
      "  g:\n"
      "    {parameters: 1e9, layers: 1, hidden: 8, vocab: 8, source: card, ffn: {intermediate: 8},\n"
      "     attention: {type: gqa, heads: 2}}\n";
  const std::string problems = model_problems(sources + mla);
  CHECK_THAT(
      problems,
      ContainsSubstring("error[RF0402]: `mla` attention without `kv_lora_rank`\n --> models/mine.yaml:6:17"));
  CHECK_THAT(problems,
             ContainsSubstring(
                 "error[RF0402]: attention without `kv_heads` and `head_dim`\n --> models/mine.yaml:9:17"));
}

TEST_CASE("all that is wrong with several files is said at once") {
  const Overlaid overlaid(
      {{"models/mine.yaml", sources + "models:\n" + tiny + "    source: cart\n"},
       {"prices/mine.yaml", sources + "prices:\n  - {item: rtx-4090, price: 9, source: card}\n"},
       {"hardware/accelerators/mine.yaml", "devices: {x: {vendr: me}}\n"}});
  CHECK_FALSE(overlaid.catalog);
  for (const char* code : {"RF0405", "RF0403", "RF0201", "RF0202"})
    CHECK_THAT(overlaid.problems(), ContainsSubstring(code));
}

TEST_CASE("RF0404 a folder that is none") {
  rackfit::Diagnostics diagnostics;
  auto library = rackfit::catalog::Library::built_in();
  library.overlay("no/such/folder", diagnostics);
  CHECK(render(diagnostics.items().at(0)) == R"(error[RF0404]: `no/such/folder` is not a folder
  = help: name a folder laid out like profiles/, for example with models/mine.yaml in it
)");
}
