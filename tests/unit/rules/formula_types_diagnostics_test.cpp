// What rackfit says about a formula whose parts do not fit, word by word.
#include "fixture.hpp"
#include "support/catch.hpp"

using namespace rackfit;
using namespace rackfit::rules;
using rackfit::rules::test::problems_of;

namespace {

/// The problems of one formula beside a few inputs.
std::string formula(const std::string& text, const std::string& unit) {
  return problems_of(
      "inputs: {k.rate: {unit: B/s}, k.size: {unit: B}, k.kind: {values: [mha, mla]}, k.on: {type: "
      "boolean}}\n"
      "rules:\n  k.out: {" +
      (unit.empty() ? "" : "unit: " + unit + ", ") + "formula: '" + text + "'}\n");
}

}  // namespace

TEST_CASE("RF0305: dimensions that do not fit, and what is missing") {
  CHECK(formula("k.rate * 1 d + 3 s", "B") ==
        R"(error[RF0305]: cannot add `B` and `s`
 --> rules.yaml:3:45
  |
3 |   k.out: {unit: B, formula: 'k.rate * 1 d + 3 s'}
  |                              ------------   ^^^ this is `s`
  |                              |
  |                              this is `B`
  |
  = help: to make the second fit the first, multiply by an `information` factor and divide by a `time` factor
)");
  CHECK(formula("k.rate + k.size", "B/s") ==
        R"(error[RF0305]: cannot add `B/s` and `B`
 --> rules.yaml:3:41
  |
3 |   k.out: {unit: B/s, formula: 'k.rate + k.size'}
  |                                ------   ^^^^^^ this is `B`
  |                                |
  |                                this is `B/s`
  |
  = help: to make the second fit the first, divide by a `time` factor
)");
  CHECK(formula("k.rate < k.size", "") ==
        R"(error[RF0305]: cannot compare `B/s` and `B`
 --> rules.yaml:3:30
  |
3 |   k.out: {formula: 'k.rate < k.size'}
  |                     ------   ^^^^^^ this is `B`
  |                     |
  |                     this is `B/s`
  |
  = help: to make the second fit the first, divide by a `time` factor
)");
  CHECK(formula("max(0, k.rate, k.size)", "B/s") ==
        R"(error[RF0305]: `max` needs values of one dimension, got `B/s` and `B`
 --> rules.yaml:3:47
  |
3 |   k.out: {unit: B/s, formula: 'max(0, k.rate, k.size)'}
  |                                       ------  ^^^^^^ this is `B`
  |                                       |
  |                                       this is `B/s`
  |
  = help: to make the second fit the first, divide by a `time` factor
)");
  CHECK(formula("k.on ? k.rate : 1 / k.rate", "B/s") ==
        R"(error[RF0305]: both branches of `?:` need one dimension, got `B/s` and `s/B`
 --> rules.yaml:3:48
  |
3 |   k.out: {unit: B/s, formula: 'k.on ? k.rate : 1 / k.rate'}
  |                                       ------   ^^^^^^^^^^ this is `s/B`
  |                                       |
  |                                       this is `B/s`
  |
  = help: to make the second fit the first, turn it upside down: `1 / (…)`
)");
  CHECK(formula("k.rate ?? 3 s", "B/s") ==
        R"(error[RF0305]: `??` needs values of one dimension, got `B/s` and `s`
 --> rules.yaml:3:42
  |
3 |   k.out: {unit: B/s, formula: 'k.rate ?? 3 s'}
  |                                ------    ^^^ this is `s`
  |                                |
  |                                this is `B/s`
  |
  = help: to make the second fit the first, multiply by an `information` factor and divide by a `time` factor to the power 2
)");
  CHECK(formula("exp(k.size)", "\"1\"") ==
        R"(error[RF0305]: `exp` needs a plain number
 --> rules.yaml:3:36
  |
3 |   k.out: {unit: "1", formula: 'exp(k.size)'}
  |                                    ^^^^^^ this is `B`
  |
  = help: divide by a reference value of the same unit
)");
  CHECK(formula("sqrt(k.size)", "\"1\"") ==
        R"(error[RF0305]: `sqrt` needs a unit that is a square
 --> rules.yaml:3:37
  |
3 |   k.out: {unit: "1", formula: 'sqrt(k.size)'}
  |                                     ^^^^^^ this is `B`
)");
  CHECK(formula("pow(k.size, 0.5)", "\"1\"") ==
        R"(error[RF0305]: the exponent of `B` must be a whole number up to 8
 --> rules.yaml:3:44
  |
3 |   k.out: {unit: "1", formula: 'pow(k.size, 0.5)'}
  |                                            ^^^
  |
  = help: only plain numbers can be raised to a computed power
)");
  CHECK(formula("pow(2, k.size)", "\"1\"") ==
        R"(error[RF0305]: an exponent is a plain number
 --> rules.yaml:3:39
  |
3 |   k.out: {unit: "1", formula: 'pow(2, k.size)'}
  |                                       ^^^^^^ this is `B`
)");
  CHECK(formula("clamp(k.size, 0, 3 s)", "B") ==
        R"(error[RF0305]: `clamp` needs values of one dimension, got `B` and `s`
 --> rules.yaml:3:47
  |
3 |   k.out: {unit: B, formula: 'clamp(k.size, 0, 3 s)'}
  |                                    ------     ^^^ this is `s`
  |                                    |
  |                                    this is `B`
  |
  = help: to make the second fit the first, multiply by an `information` factor and divide by a `time` factor
)");
}

TEST_CASE("RF0306: numbers, words and truth are different") {
  CHECK(formula("k.on + 1", "\"1\"") ==
        R"(error[RF0306]: `+` needs a number
 --> rules.yaml:3:32
  |
3 |   k.out: {unit: "1", formula: 'k.on + 1'}
  |                                ^^^^ this is true or false
)");
  CHECK(formula("k.on && k.rate", "") ==
        R"(error[RF0306]: `&&` needs true or false
 --> rules.yaml:3:29
  |
3 |   k.out: {formula: 'k.on && k.rate'}
  |                             ^^^^^^ this is `B/s`
  |
  = help: compare it, as in `… > 0`
)");
  CHECK(formula("k.kind < 3", "") ==
        R"(error[RF0306]: `<` needs a number
 --> rules.yaml:3:21
  |
3 |   k.out: {formula: 'k.kind < 3'}
  |                     ^^^^^^ this is a word
)");
  CHECK(formula("k.size ? 1 : 2", "\"1\"") ==
        R"(error[RF0306]: `?` needs true or false
 --> rules.yaml:3:32
  |
3 |   k.out: {unit: "1", formula: 'k.size ? 1 : 2'}
  |                                ^^^^^^ this is `B`
  |
  = help: compare it, as in `… > 0`
)");
  CHECK(formula("k.kind == 3", "") ==
        R"(error[RF0306]: cannot compare a word and a plain number
 --> rules.yaml:3:31
  |
3 |   k.out: {formula: 'k.kind == 3'}
  |                     ------    ^ this is a plain number
  |                     |
  |                     this is a word
)");
  CHECK(formula("-k.kind", "\"1\"") ==
        R"(error[RF0306]: `-` needs a number
 --> rules.yaml:3:33
  |
3 |   k.out: {unit: "1", formula: '-k.kind'}
  |                                 ^^^^^^ this is a word
)");
}

TEST_CASE("RF0307: a rule's unit") {
  CHECK(formula("k.rate * 1 h", "B/s") ==
        R"(error[RF0307]: rule `k.out` is declared in `B/s`, but its value is `B`
 --> rules.yaml:3:32
  |
3 |   k.out: {unit: B/s, formula: 'k.rate * 1 h'}
  |                                ^^^^^^^^^^^^ this is `B`
  |
  = help: to get `B/s`, divide by a `time` factor
)");
  CHECK(formula("k.rate", "") ==
        R"(error[RF0307]: rule `k.out` gives a number but declares no unit
 --> rules.yaml:3:21
  |
3 |   k.out: {formula: 'k.rate'}
  |                     ^^^^^^
  |
  = help: add `unit: B/s`
)");
  CHECK(formula("k.on", "B") ==
        R"(error[RF0307]: rule `k.out` gives true or false, which has no unit
 --> rules.yaml:3:30
  |
3 |   k.out: {unit: B, formula: 'k.on'}
  |                              ^^^^
  |
  = help: leave out `unit`
)");
}
