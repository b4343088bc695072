// Tables, tiers, bounds and conditions of rules, constraints and advice.
#include "fixture.hpp"
#include "support/catch.hpp"

using namespace rackfit;
using namespace rackfit::rules;
using rackfit::rules::test::Rules;

namespace {

/// The printed value of `name` with one input set, by both executors.
std::string at(const std::string& yaml, const std::string& name, const std::string& input,
               const std::string& text) {
  Rules rules(yaml);
  const auto program = rules.compile();
  if (!program) return rules.problems();
  const Slot in = *program->find(input);
  const Slot out = *program->find(name);
  std::string reason;
  const auto value = program->read(in, text, reason);
  if (!value) return reason;
  TraceVm trace(program);
  trace.set(in, *value);
  trace.run();
  BatchVm batch(program, 8);
  batch.broadcast(in, *value);
  batch.run(1);
  const std::string traced = program->print(out, trace.value(out));
  const std::string batched = program->print(out, batch.column(out)[0]);
  return traced == batched ? traced : "trace " + traced + ", batch " + batched;
}

const std::string base =
    "inputs:\n  size: {unit: TB}\n  kind: {values: [hot, cold, ice]}\n  n: {unit: \"1\"}\nrules:\n  out:\n";

}  // namespace

TEST_CASE("a table gives the value of the row that holds") {
  const std::string yaml = base +
                           "    unit: B/s\n"
                           "    table:\n"
                           "      rows:\n"
                           "        - {if: n < 2, value: 1 MB/s}\n"
                           "        - {if: n >= 2 && n < 4, value: 2 MB/s}\n"
                           "        - {else: 3 MB/s * n}\n";
  CHECK(at(yaml, "out", "n", "1") == "1 MB/s");
  CHECK(at(yaml, "out", "n", "2") == "2 MB/s");
  CHECK(at(yaml, "out", "n", "4") == "12 MB/s");
  CHECK(at(yaml, "out", "n", "not applicable") == "not applicable");
}

TEST_CASE("a table without `else` does not apply where no row holds") {
  const std::string yaml = base +
                           "    unit: \"1\"\n    table: {rows: [{if: kind == \"hot\", value: 3}, {if: kind "
                           "== \"cold\", value: 2}]}\n";
  CHECK(at(yaml, "out", "kind", "cold") == "2");
  CHECK(at(yaml, "out", "kind", "ice") == "not applicable");
}

TEST_CASE("the first row wins where the table says so") {
  const std::string yaml =
      base +
      "    unit: \"1\"\n    table: {hit: first, rows: [{if: n > 1, value: 3}, {if: n > 0, value: 2}]}\n";
  CHECK(at(yaml, "out", "n", "5") == "3");
  CHECK(at(yaml, "out", "n", "1") == "2");
}

TEST_CASE("marginal tiers charge each part at its own rate") {
  const std::string yaml = base +
                           "    unit: USD\n"
                           "    tiers:\n"
                           "      of: size\n"
                           "      marginal: true\n"
                           "      brackets:\n"
                           "        - {up_to: 1 TB, value: 0}\n"
                           "        - {up_to: 10 TB, value: 0.10 USD/GB}\n"
                           "        - {above: 0.05 USD/GB}\n";
  CHECK(at(yaml, "out", "size", "1 TB") == "0.00 USD");
  CHECK(at(yaml, "out", "size", "2 TB") == "100.00 USD");
  CHECK(at(yaml, "out", "size", "10 TB") == "900.00 USD");
  CHECK(at(yaml, "out", "size", "12 TB") == "1000.00 USD");
  CHECK(at(yaml, "out", "size", "not applicable") == "not applicable");
}

TEST_CASE("absolute tiers give the bracket's value") {
  const std::string yaml = base +
                           "    unit: \"1\"\n    tiers: {of: size, brackets: [{up_to: 1 TB, value: 5}, "
                           "{up_to: 2 TB, value: 'n ?? 6'}]}\n";
  CHECK(at(yaml, "out", "size", "1 TB") == "5");
  CHECK(at(yaml, "out", "size", "1.5 TB") == "6");
  CHECK(at(yaml, "out", "size", "3 TB") == "not applicable");
}

TEST_CASE("floor, cap and round bound a value in this order") {
  const std::string yaml = base +
                           "    unit: B\n    formula: size * 2\n    floor: 3 TB\n    cap: 10 TB\n    round: "
                           "{to: 4 TB, mode: up}\n";
  CHECK(at(yaml, "out", "size", "1 TB") == "4 TB");
  CHECK(at(yaml, "out", "size", "3 TB") == "8 TB");
  CHECK(at(yaml, "out", "size", "9 TB") == "12 TB");
  CHECK(at(yaml, "out", "size", "not applicable") == "not applicable");
}

TEST_CASE("a bound that is not applicable does not bind") {
  CHECK(at(base + "    unit: B\n    formula: size\n    cap: n * 1 TB\n", "out", "size", "7 TB") == "7 TB");
}

TEST_CASE("round alone goes to whole numbers") {
  CHECK(at(base + "    unit: \"1\"\n    formula: n\n    round: down\n", "out", "n", "2.9") == "2");
  CHECK(at(base + "    unit: \"1\"\n    formula: n\n    round: {mode: nearest}\n", "out", "n", "2.5") == "3");
}

TEST_CASE("applies_if switches a rule, constraint or advice off") {
  const std::string yaml = base + "    unit: \"1\"\n    formula: n * 2\n    applies_if: n > 1\n";
  CHECK(at(yaml, "out", "n", "3") == "6");
  CHECK(at(yaml, "out", "n", "1") == "not applicable");
  CHECK(at(yaml, "out", "n", "not applicable") == "not applicable");
}

TEST_CASE("constraints and advice are truth values") {
  const std::string yaml =
      "inputs: {n: {unit: \"1\"}}\n"
      "constraints: {fits: {require: n <= 4, applies_if: n > 0, because: \"{n} of {{4\"}}\n"
      "advice: {near: {when: n > 3 && fits, level: risk, say: \"only {n} left\"}}\n";
  CHECK(at(yaml, "fits", "n", "4") == "true");
  CHECK(at(yaml, "fits", "n", "5") == "false");
  CHECK(at(yaml, "fits", "n", "0") == "not applicable");
  CHECK(at(yaml, "near", "n", "4") == "true");
  Rules rules(yaml);
  const auto program = rules.compile();
  REQUIRE(program);
  TraceVm trace(program);
  trace.set(*program->find("n"), 5);
  trace.run();
  CHECK(fill_in(program->title(*program->find("fits")), *program, trace.values()) == "5 of {4");
  CHECK(rules.set->constraints()[0].family == "fits");
  CHECK(rules.set->advice()[0].level == AdviceLevel::risk);
}

TEST_CASE("texts print values in the unit they ask for") {
  Rules rules(
      "inputs: {m: {unit: B, default: 2 GiB}}\nadvice: {a: {when: m > 0, say: \"{m:MiB}, {m:GiB}, {m\"}}\n");
  const auto program = rules.compile();
  REQUIRE(program);
  TraceVm trace(program);
  trace.run();
  CHECK(fill_in(program->title(*program->find("a")), *program, trace.values()) == "2048 MiB, 2 GiB, {m");
}

TEST_CASE("rules may stand before what they need") {
  const std::string yaml =
      "inputs: {n: {unit: \"1\"}}\nrules:\n  c: {unit: \"1\", formula: b + a}\n  b: {unit: \"1\", formula: a "
      "* 2}\n"
      "  a: {unit: \"1\", formula: n + 1}\n";
  CHECK(at(yaml, "c", "n", "1") == "6");
}

TEST_CASE("formulas may span lines") {
  const std::string yaml =
      "inputs: {n: {unit: \"1\"}}\nrules:\n  c:\n    unit: \"1\"\n    formula: >-\n      n * 2\n      + 1\n";
  CHECK(at(yaml, "c", "n", "2") == "5");
}

TEST_CASE("a trace puts numbers into formulas") {
  Rules rules(
      "inputs:\n  k.in: {unit: B/s, default: 90 MB/s}\n  k.copies: {unit: \"1\", default: 3}\n  k.kind: "
      "{values: [a, b], default: b}\n"
      "rules:\n"
      "  k.out: {unit: B/s, formula: k.in * (k.copies - 1) / 3, applies_if: k.copies > 1, cap: 1 GB/s}\n"
      "  k.table: {unit: \"1\", table: {rows: [{if: k.copies < 2, value: 1}, {if: k.copies >= 2, value: "
      "k.copies * 2}]}}\n"
      "  k.tiers: {unit: \"1\", tiers: {of: k.in, brackets: [{up_to: 1 MB/s, value: 1}, {above: 2}]}}\n"
      "  k.word: {formula: 'k.kind == \"b\"'}\n");
  const auto program = rules.compile();
  INFO(rules.problems());
  REQUIRE(program);
  TraceVm trace(program);
  trace.run();
  const auto of = [&](const char* name) { return trace.trace(*program->find(name)); };
  CHECK(of("k.out").formula == "k.in * (k.copies - 1) / 3");
  CHECK(of("k.out").substituted == "90 MB/s * (3 - 1) / 3");
  CHECK(of("k.out").notes ==
        std::vector<std::string>{"at most 1 GB/s: 1 GB/s", "applies if k.copies > 1: 3 > 1"});
  CHECK(of("k.out").reads.size() == 2);
  CHECK(of("k.table").substituted == "3 * 2");
  CHECK(of("k.table").notes == std::vector<std::string>{"row 2 of the table: 3 >= 2"});
  CHECK(of("k.tiers").notes == std::vector<std::string>{"bracket 2 for k.in = 90 MB/s"});
  CHECK(of("k.word").substituted == "b == \"b\"");
  CHECK(of("k.in").given);
}

TEST_CASE("a rule pinned in a trace is not evaluated") {
  Rules rules(
      "inputs: {n: {unit: \"1\", default: 1}}\nrules: {a: {unit: \"1\", formula: n + 1}, b: {unit: \"1\", "
      "formula: a * 10}}\n");
  const auto program = rules.compile();
  REQUIRE(program);
  TraceVm trace(program);
  trace.set(*program->find("a"), 7);
  trace.run(*program->find("b"));
  CHECK(trace.value(*program->find("b")) == 70);
}
