// What rackfit says about a formula that cannot be read, word by word.
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

TEST_CASE("RF0301: text that is no formula") {
  CHECK(formula("k.rate * ", "\"1\"") ==
        R"(error[RF0301]: expected a value after this, where the formula ends
 --> rules.yaml:3:40
  |
3 |   k.out: {unit: "1", formula: 'k.rate * '}
  |                                        ^
)");
  CHECK(formula("k.rate k.size", "\"1\"") ==
        R"(error[RF0301]: expected an operator before `k.size`
 --> rules.yaml:3:39
  |
3 |   k.out: {unit: "1", formula: 'k.rate k.size'}
  |                                       ^^^^^^
)");
  CHECK(formula("k.rate * (1 + 2", "\"1\"") ==
        R"(error[RF0301]: expected `)` after this, where the formula ends
 --> rules.yaml:3:46
  |
3 |   k.out: {unit: "1", formula: 'k.rate * (1 + 2'}
  |                                              ^
)");
  CHECK(formula("1 < 2 < 3", "\"1\"") ==
        R"(error[RF0301]: comparisons cannot be chained
 --> rules.yaml:3:38
  |
3 |   k.out: {unit: "1", formula: '1 < 2 < 3'}
  |                                      ^
  |
  = help: write `a < b && b < c`
)");
  CHECK(formula("k.on ? 1", "\"1\"") ==
        R"(error[RF0301]: expected `:` and what holds otherwise after this, where the formula ends
 --> rules.yaml:3:39
  |
3 |   k.out: {unit: "1", formula: 'k.on ? 1'}
  |                                       ^
)");
  CHECK(formula("k.rate = 3", "\"1\"") ==
        R"(error[RF0301]: `=` has no meaning in a formula
 --> rules.yaml:3:39
  |
3 |   k.out: {unit: "1", formula: 'k.rate = 3'}
  |                                       ^
  |
  = help: compare with `==`
)");
  CHECK(formula("k.rate ^ 2", "\"1\"") ==
        R"(error[RF0301]: `^` has no meaning in a formula
 --> rules.yaml:3:39
  |
3 |   k.out: {unit: "1", formula: 'k.rate ^ 2'}
  |                                       ^
  |
  = help: write `pow(x, 2)`
)");
  CHECK(formula("k.kind == \"mla", "\"1\"") ==
        R"(error[RF0301]: this word has no closing quote
 --> rules.yaml:3:42
  |
3 |   k.out: {unit: "1", formula: 'k.kind == "mla'}
  |                                          ^^^^
)");
  CHECK(formula("3 nodez + 1", "\"1\"") ==
        R"(error[RF0301]: unknown unit `nodez`
 --> rules.yaml:3:34
  |
3 |   k.out: {unit: "1", formula: '3 nodez + 1'}
  |                                  ^^^^^
  |
  = help: did you mean `node`?
)");
  CHECK(formula("150k", "\"1\"") ==
        R"(error[RF0301]: `k` is not accepted as a unit
 --> rules.yaml:3:35
  |
3 |   k.out: {unit: "1", formula: '150k'}
  |                                   ^
  |
  = help: `k` is a prefix, not a unit: write all digits, or a unit such as `kB`
)");
  CHECK(formula("010 + 1", "\"1\"") ==
        R"(error[RF0301]: number `010` has a leading zero
 --> rules.yaml:3:32
  |
3 |   k.out: {unit: "1", formula: '010 + 1'}
  |                                ^^^
  |
  = help: write `10`
)");
  CHECK(formula("1e999", "\"1\"") ==
        R"(error[RF0301]: number is out of range
 --> rules.yaml:3:32
  |
3 |   k.out: {unit: "1", formula: '1e999'}
  |                                ^^^^^
)");
  CHECK(formula("$", "\"1\"") ==
        R"(error[RF0301]: `$` has no meaning in a formula
 --> rules.yaml:3:32
  |
3 |   k.out: {unit: "1", formula: '$'}
  |                                ^
)");
  CHECK(formula("", "\"1\"") ==
        R"(error[RF0301]: the formula is empty
 --> rules.yaml:3:31
  |
3 |   k.out: {unit: "1", formula: ''}
  |                               ^^
)");
  CHECK(formula("min(1 2)", "\"1\"") ==
        R"(error[RF0301]: expected `,` or `)`, found `2`
 --> rules.yaml:3:38
  |
3 |   k.out: {unit: "1", formula: 'min(1 2)'}
  |                                      ^
)");
}

TEST_CASE("RF0302: unknown names") {
  CHECK(formula("k.rat * 1 s", "B") ==
        R"(error[RF0302]: unknown name `k.rat` in `k.out`
 --> rules.yaml:3:30
  |
3 |   k.out: {unit: B, formula: 'k.rat * 1 s'}
  |                              ^^^^^
  |
  = help: did you mean `k.rate`?
)");
  CHECK(formula("2 CNY / kWh", "\"1\"") ==
        R"(error[RF0302]: unknown name `kWh` in `k.out`
 --> rules.yaml:3:40
  |
3 |   k.out: {unit: "1", formula: '2 CNY / kWh'}
  |                                        ^^^
  |
  = help: `kWh` is a unit: it follows a number, and compound units have no spaces, as in `2 CNY/kWh`
)");
  CHECK(formula("sum * 2", "\"1\"") ==
        R"(error[RF0302]: unknown name `sum` in `k.out`
 --> rules.yaml:3:32
  |
3 |   k.out: {unit: "1", formula: 'sum * 2'}
  |                                ^^^
  |
  = help: `sum` is a function: call it with parentheses
)");
  CHECK(formula("elsewhere + 1", "\"1\"") ==
        R"(error[RF0302]: unknown name `elsewhere` in `k.out`
 --> rules.yaml:3:32
  |
3 |   k.out: {unit: "1", formula: 'elsewhere + 1'}
  |                                ^^^^^^^^^
)");
}

TEST_CASE("RF0303: unknown functions and results") {
  CHECK(formula("maxx(1, 2)", "\"1\"") ==
        R"(error[RF0303]: unknown function `maxx`
 --> rules.yaml:3:32
  |
3 |   k.out: {unit: "1", formula: 'maxx(1, 2)'}
  |                                ^^^^
  |
  = help: did you mean `max`?
)");
  CHECK(formula("min(1).x", "\"1\"") ==
        R"(error[RF0303]: `min` has one result only
 --> rules.yaml:3:39
  |
3 |   k.out: {unit: "1", formula: 'min(1).x'}
  |                                       ^
)");
}

TEST_CASE("RF0304: numbers of arguments") {
  CHECK(formula("min()", "\"1\"") ==
        R"(error[RF0304]: `min` takes at least one argument, got 0
 --> rules.yaml:3:32
  |
3 |   k.out: {unit: "1", formula: 'min()'}
  |                                ^^^^^
)");
  CHECK(formula("clamp(1)", "\"1\"") ==
        R"(error[RF0304]: `clamp` takes 3 arguments, got 1
 --> rules.yaml:3:32
  |
3 |   k.out: {unit: "1", formula: 'clamp(1)'}
  |                                ^^^^^^^^
)");
  CHECK(formula("ceil(1, 2, 3)", "\"1\"") ==
        R"(error[RF0304]: `ceil` takes 1 or 2 arguments, got 3
 --> rules.yaml:3:32
  |
3 |   k.out: {unit: "1", formula: 'ceil(1, 2, 3)'}
  |                                ^^^^^^^^^^^^^
)");
  CHECK(formula("abs(1, 2)", "\"1\"") ==
        R"(error[RF0304]: `abs` takes one argument, got 2
 --> rules.yaml:3:32
  |
3 |   k.out: {unit: "1", formula: 'abs(1, 2)'}
  |                                ^^^^^^^^^
)");
}
