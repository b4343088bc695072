// What rackfit says about a wrong rule file, word by word.
#include "fixture.hpp"
#include "support/catch.hpp"

using namespace rackfit;
using namespace rackfit::rules;
using rackfit::rules::test::problems_of;
using rackfit::rules::test::Rules;

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

TEST_CASE("RF0308: circles, with the whole way round") {
  CHECK(problems_of("inputs: {n: {unit: \"1\"}}\nrules:\n  r.a: {unit: \"1\", formula: r.b + 1}\n  r.b: "
                    "{unit: \"1\", formula: n * r.c}\n  r.c: {unit: \"1\", formula: r.a}\n") ==
        R"(error[RF0308]: rules need each other: `r.a` → `r.b` → `r.c` → `r.a`
 --> rules.yaml:3:29
  |
3 |   r.a: {unit: "1", formula: r.b + 1}
  |                             ^^^ `r.a` needs it here
4 |   r.b: {unit: "1", formula: n * r.c}
  |                                 --- `r.b` needs it here
5 |   r.c: {unit: "1", formula: r.a}
  |                             --- `r.c` needs it here
)");
  CHECK(problems_of("rules: {r.a: {unit: \"1\", formula: r.a + 1}}\n") ==
        R"(error[RF0308]: `r.a` is defined by itself
 --> rules.yaml:1:35
  |
1 | rules: {r.a: {unit: "1", formula: r.a + 1}}
  |                                   ^^^ `r.a` needs it here
)");
}

TEST_CASE("RF0309: names defined twice") {
  CHECK(problems_of("inputs: {n: {unit: \"1\"}}\nrules:\n  n: {unit: \"1\", formula: 3}\n") ==
        R"(error[RF0309]: `n` is defined twice
 --> rules.yaml:3:3
  |
1 | inputs: {n: {unit: "1"}}
  |          - first defined here
2 | rules:
3 |   n: {unit: "1", formula: 3}
  |   ^ again here
)");
}

TEST_CASE("RF0311: words that cannot be") {
  CHECK(formula("k.kind == \"mlaa\"", "") ==
        R"(error[RF0311]: `mlaa` is none of the words this can be
 --> rules.yaml:3:31
  |
3 |   k.out: {formula: 'k.kind == "mlaa"'}
  |                               ^^^^^^
  |
  = help: did you mean `mla`?
)");
}

TEST_CASE("RF0312: tables and tiers that contradict themselves") {
  CHECK(problems_of("inputs: {n: {unit: \"1\"}}\nrules:\n  r.a:\n    unit: \"1\"\n    table:\n      rows:\n  "
                    "      - {if: n > 3, value: 1}\n        - {if: 2 < n && n < 4, value: 2}\n") ==
        R"(error[RF0312]: rows 1 and 2 of `r.a` can both hold
 --> rules.yaml:8:16
  |
7 |         - {if: n > 3, value: 1}
  |                ----- and this one
8 |         - {if: 2 < n && n < 4, value: 2}
  |                ^^^^^^^^^^^^^^ this row
  |
  = help: narrow one of them, or write `hit: first`
)");
  CHECK(problems_of("inputs: {k: {values: [a, b]}}\nrules:\n  r.a:\n    unit: \"1\"\n    table:\n      "
                    "rows:\n        - {if: k == \"a\", value: 1}\n        - {if: k != \"b\", value: 2}\n") ==
        R"(error[RF0312]: rows 1 and 2 of `r.a` can both hold
 --> rules.yaml:8:16
  |
7 |         - {if: k == "a", value: 1}
  |                -------- and this one
8 |         - {if: k != "b", value: 2}
  |                ^^^^^^^^ this row
  |
  = help: narrow one of them, or write `hit: first`
)");
  CHECK(problems_of("rules:\n  r.a:\n    unit: B\n    tiers: {of: 3 GB, brackets: [{up_to: 2 GB, value: 1 "
                    "B}, {up_to: 1 GB, value: 3 B}]}\n") ==
        R"(error[RF0312]: brackets of `r.a` must rise
 --> rules.yaml:4:69
  |
4 |     tiers: {of: 3 GB, brackets: [{up_to: 2 GB, value: 1 B}, {up_to: 1 GB, value: 3 B}]}
  |                                                                     ^^^^
)");
  CHECK(problems_of("rules: {r.a: {unit: \"1\", table: {rows: [{else: 1}, {if: true, value: 2}]}}}\n") ==
        R"(error[RF0312]: `else` stands alone in a table's last row
 --> rules.yaml:1:42
  |
1 | rules: {r.a: {unit: "1", table: {rows: [{else: 1}, {if: true, value: 2}]}}}
  |                                          ^^^^
)");
}

TEST_CASE("RF0313: words that cannot be names") {
  CHECK(problems_of("rules:\n  y: {unit: \"1\", formula: 3}\n  max: {unit: \"1\", formula: 3}\n  a-b: {unit: "
                    "\"1\", formula: 3}\n") ==
        R"(error[RF0313]: `y` cannot be a name
 --> rules.yaml:2:3
  |
2 |   y: {unit: "1", formula: 3}
  |   ^
  |
  = help: the word is a unit
error[RF0313]: `max` cannot be a name
 --> rules.yaml:3:3
  |
3 |   max: {unit: "1", formula: 3}
  |   ^^^
  |
  = help: the word belongs to the language of formulas
error[RF0313]: `a-b` cannot be a name
 --> rules.yaml:4:3
  |
4 |   a-b: {unit: "1", formula: 3}
  |   ^^^
  |
  = help: names are letters, digits, `_` and dots, as in `kafka.nic_out`
)");
}

TEST_CASE("RF0316: unknown keys") {
  CHECK(problems_of("rules: {r.a: {unit: \"1\", formula: 3, titel: x}}\n") ==
        R"(error[RF0316]: unknown key `titel` in a rule
 --> rules.yaml:1:38
  |
1 | rules: {r.a: {unit: "1", formula: 3, titel: x}}
  |                                      ^^^^^
  |
  = help: did you mean `title`?
)");
  CHECK(problems_of("rulez: {}\n") ==
        R"(error[RF0316]: unknown key `rulez` in a rule file
 --> rules.yaml:1:1
  |
1 | rulez: {}
  | ^^^^^
  |
  = help: did you mean `rules`?
)");
}

TEST_CASE("RF0317: values of the wrong shape") {
  CHECK(problems_of("rules: {r.a: 3}\n") ==
        R"(error[RF0317]: `r.a` must be a map
 --> rules.yaml:1:14
  |
1 | rules: {r.a: 3}
  |              ^
)");
  CHECK(problems_of("advice: {a.x: {when: true, level: bad, say: hi}}\n") ==
        R"(error[RF0317]: unknown level `bad`
 --> rules.yaml:1:35
  |
1 | advice: {a.x: {when: true, level: bad, say: hi}}
  |                                   ^^^
  |
  = help: one of `info`, `warning`, `risk`
)");
  CHECK(problems_of("rules: {r.a: {unit: \"1\", formula: 3, round: sideways}}\n") ==
        R"(error[RF0317]: unknown way to round `sideways`
 --> rules.yaml:1:45
  |
1 | rules: {r.a: {unit: "1", formula: 3, round: sideways}}
  |                                             ^^^^^^^^
  |
  = help: one of `down`, `nearest`, `up`
)");
  CHECK(problems_of("inputs: {n: {type: wrod}}\n") ==
        R"(error[RF0317]: unknown type `wrod`
 --> rules.yaml:1:20
  |
1 | inputs: {n: {type: wrod}}
  |                    ^^^^
  |
  = help: did you mean `word`?
)");
  CHECK(problems_of("rules: {r.a: {unit: \"1\", formula: 3, cap: [4]}}\n") ==
        R"(error[RF0317]: `cap` must be a formula
 --> rules.yaml:1:43
  |
1 | rules: {r.a: {unit: "1", formula: 3, cap: [4]}}
  |                                           ^^^
)");
}

TEST_CASE("RF0318: missing parts") {
  CHECK(problems_of("rules: {r.a: {unit: \"1\"}}\n") ==
        R"(error[RF0318]: rule `r.a` needs `formula`, `table` or `tiers`
 --> rules.yaml:1:9
  |
1 | rules: {r.a: {unit: "1"}}
  |         ^^^
)");
  CHECK(problems_of("inputs: {n: {title: x}}\n") ==
        R"(error[RF0318]: input `n` needs `unit` or `type`
 --> rules.yaml:1:10
  |
1 | inputs: {n: {title: x}}
  |          ^
  |
  = help: `unit: 1` for a plain number, `type: boolean` or `type: word` for others
)");
  CHECK(problems_of("constraints: {c: {because: x}}\n") ==
        R"(error[RF0318]: constraint `c` needs `require`
 --> rules.yaml:1:15
  |
1 | constraints: {c: {because: x}}
  |               ^
)");
}

TEST_CASE("RF0320: unknown units") {
  CHECK(problems_of("inputs: {m: {unit: furlong}}\n") ==
        R"(error[RF0320]: input `m`: unknown unit `furlong`
 --> rules.yaml:1:20
  |
1 | inputs: {m: {unit: furlong}}
  |                    ^^^^^^^
)");
  CHECK(problems_of("rules: {r.a: {unit: Bs, formula: 3}}\n") ==
        R"(error[RF0320]: rule `r.a`: unknown unit `Bs`
 --> rules.yaml:1:21
  |
1 | rules: {r.a: {unit: Bs, formula: 3}}
  |                     ^^
)");
}

TEST_CASE("RF0321: unknown sources") {
  CHECK(problems_of(
            "sources: {kafka: {document: x}}\ninputs: {n: {unit: \"1\", default: 3, source: kafak}}\n") ==
        R"(error[RF0321]: unknown source `kafak`
 --> rules.yaml:2:45
  |
2 | inputs: {n: {unit: "1", default: 3, source: kafak}}
  |                                             ^^^^^
  |
  = help: did you mean `kafka`?
)");
}

TEST_CASE("RF0322: unknown names in texts") {
  CHECK(problems_of("inputs: {n: {unit: \"1\"}}\nadvice: {a.x: {when: n > 1, say: \"{n2} of {a.x}\"}}\n") ==
        R"(error[RF0322]: the text of `a.x` mentions an unknown name `{n2}`
 --> rules.yaml:2:10
  |
2 | advice: {a.x: {when: n > 1, say: "{n2} of {a.x}"}}
  |          ^^^
  |
  = help: a plain brace is written `{{`
)");
}

TEST_CASE("RF0324: defaults that do not fit") {
  CHECK(problems_of("inputs: {o: {unit: B, default: 2 s}}\n") ==
        R"(error[RF0324]: default of `o`: expected `B`, got `2 s`
 --> rules.yaml:1:32
  |
1 | inputs: {o: {unit: B, default: 2 s}}
  |                                ^^^
)");
  CHECK(problems_of("inputs: {p: {values: [a, b], default: c}}\n") ==
        R"(error[RF0324]: default of `p`: `c` is none of its words; one of `a`, `b`
 --> rules.yaml:1:39
  |
1 | inputs: {p: {values: [a, b], default: c}}
  |                                       ^
)");
  CHECK(problems_of("inputs: {q: {type: boolean, default: no}}\n") ==
        R"(error[RF0324]: default of `q`: expected `true` or `false`, got `no`
 --> rules.yaml:1:38
  |
1 | inputs: {q: {type: boolean, default: no}}
  |                                      ^^
)");
}

TEST_CASE("RF0326: rounding bytes needs a step") {
  CHECK(formula("ceil(k.size)", "B") ==
        R"(error[RF0326]: `ceil` of `B` needs a step
 --> rules.yaml:3:35
  |
3 |   k.out: {unit: B, formula: 'ceil(k.size)'}
  |                                   ^^^^^^ this is `B`
  |
  = help: say to multiples of what, as in `ceil(…, 80 GiB)`
)");
  CHECK(problems_of("inputs: {k.size: {unit: B}}\nrules: {r.a: {unit: B, formula: k.size, round: up}}\n") ==
        R"(error[RF0326]: `round` of `B` needs a step
 --> rules.yaml:2:33
  |
2 | rules: {r.a: {unit: B, formula: k.size, round: up}}
  |                                 ^^^^^^ this is `B`
  |
  = help: say to multiples of what, as in `round(…, 80 GiB)`
)");
}

TEST_CASE("carets reach into folded formulas") {
  CHECK(problems_of("rules:\n  r.a:\n    unit: B\n    formula: >-\n      1 GB +\n        2 s\n") ==
        R"(error[RF0305]: cannot add `B` and `s`
 --> rules.yaml:6:9
  |
5 |       1 GB +
  |       ---- this is `B`
6 |         2 s
  |         ^^^ this is `s`
  |
  = help: to make the second fit the first, multiply by an `information` factor and divide by a `time` factor
)");
}

TEST_CASE("RF0310: formulas out of bounds") {
  std::string sum = "1";
  while (sum.size() < 5000) sum += " + 1";
  CHECK_THAT(formula(sum, "\"1\""), ContainsSubstring("error[RF0310]: a formula has at most 4096 bytes"));
  std::string product = "k.size";
  for (int i = 0; i < 40; ++i) product += " * k.size";
  CHECK_THAT(formula(product, "B"),
             ContainsSubstring("error[RF0310]: a unit to a power beyond 30 cannot be meant"));
  CHECK(formula(std::string(65, '(') + "1" + std::string(65, ')'), "\"1\"") ==
        R"(error[RF0310]: the formula nests deeper than 64 levels
 --> rules.yaml:3:96
  |
3 |   k.out: {unit: "1", formula: '(((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((1)))))))))))))))))))))))…
  |                                                                                                ^
  |
  = help: give its parts names of their own
)");
}

TEST_CASE("RF0302: a name that only another role has") {
  Rules rules("role: llm\nrules: {l.x: {unit: \"1\", formula: 3}}\n");
  rules.add("role: kafka-broker\nrules: {k.x: {unit: \"1\", formula: l.x}}\n");
  rules.compile("kafka-broker");
  CHECK_THAT(rules.problems(),
             ContainsSubstring("unknown name `l.x` in `k.x`") &&
                 ContainsSubstring("note: another role has this name, role `kafka-broker` does not"));
}

TEST_CASE("RF0309: a requirement cannot become a number") {
  Rules rules("constraints: {c: {require: true}}\n");
  rules.add("rules: {c: {unit: \"1\", formula: 3}}\n", 1);
  CHECK_THAT(rules.problems(),
             ContainsSubstring("error[RF0309]: `c` is a constraint and cannot become a rule"));
}

TEST_CASE("RF0314: an override of nothing") {
  Rules rules("inputs: {k.headroom: {unit: \"1\", default: 1}}\n");
  rules.override_with("overrides: {k.hedroom: 2}\n");
  CHECK(render(rules.diagnostics.items().at(0)) == R"(error[RF0314]: no rule or input is called `k.hedroom`
 --> workload.yaml:1:13
  |
1 | overrides: {k.hedroom: 2}
  |             ^^^^^^^^^
  |
  = help: did you mean `k.headroom`?
)");
}

TEST_CASE("RF0319: examples that cannot be run") {
  Rules rules(
      "inputs: {n: {unit: B}}\nrules: {r.a: {unit: B, formula: n, examples: [{given: {m: 1}, expect: 1 B}, "
      "{given: {n: 1 s}, expect: 1 B}, "
      "{given: {n: 1 B}, expect: 1 s}]}}\n");
  const auto results = run_examples(rules.set, rules.natives, test::registry(), rules.diagnostics);
  REQUIRE(results.size() == 3);
  CHECK_FALSE(results[0].passed);
  CHECK_THAT(rules.problems(), ContainsSubstring("an example gives a value to an unknown name `m`") &&
                                   ContainsSubstring("an example's `n`: expected `B`, got `1 s`") &&
                                   ContainsSubstring("an example of `r.a`: expected `B`, got `1 s`"));
}

TEST_CASE("RF0323: an example in which two rows hold") {
  Rules rules(
      "inputs: {n: {unit: \"1\"}, m: {unit: \"1\"}}\nrules: {r.a: {unit: \"1\", table: {rows: [{if: n > m, "
      "value: 1}, {if: n > 2, value: 2}]}, "
      "examples: [{given: {n: 3, m: 1}, expect: 1}]}}\n");
  const auto results = run_examples(rules.set, rules.natives, test::registry(), rules.diagnostics);
  REQUIRE(results.size() == 1);
  CHECK_FALSE(results[0].passed);
  CHECK_THAT(rules.problems(),
             ContainsSubstring("error[RF0323]: rows 1 and 2 of `r.a` both hold in this example"));
}

TEST_CASE("all problems of a file are said at once") {
  const std::string text = problems_of(
      "rules:\n  r.a: {unit: B, formula: 1 s}\n  r.b: {unit: B, formula: 1 +}\n  r.c: {unit: B, formula: "
      "nobody}\n");
  CHECK_THAT(text, ContainsSubstring("RF0307") && ContainsSubstring("RF0301") && ContainsSubstring("RF0302"));
}

TEST_CASE("one mistake is said once") {
  const std::string text = problems_of(
      "rules:\n  r.a: {unit: B, formula: nobody * 2}\n  r.b: {unit: B, formula: r.a + r.a}\n  r.c: {formula: "
      "r.b > r.a}\n");
  CHECK(text.find("error") == text.rfind("error"));
}
