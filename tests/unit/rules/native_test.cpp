// Functions of C++ in formulas.
#include "fixture.hpp"
#include "support/catch.hpp"

using namespace rackfit;
using namespace rackfit::rules;
using rackfit::rules::test::Rules;

namespace {

int calls = 0;

/// serve(rate, kind): twice the rate, and which word it got.
NativeFunction serve() {
  NativeFunction native;
  native.name = "llm.serve";
  native.parameters = {{"rate", "request/s"}, {"kind", "enum", {"fp8", "bf16"}}};
  native.outputs = {{"tpot", "s", ""}, {"twice", "request/s", ""}, {"kind", "1", ""}, {"fits", "bool", ""}};
  native.batch = [](const double* const* args, double* const* outputs, std::size_t count) {
    ++calls;
    for (std::size_t i = 0; i < count; ++i) {
      outputs[0][i] = 1 / args[0][i];
      outputs[1][i] = 2 * args[0][i];
      outputs[2][i] = args[1][i];
      outputs[3][i] = args[0][i] < 5 ? 1 : 0;
    }
  };
  native.explain = [](const double* args) {
    NativeStep step;
    step.name = "tpot";
    step.value = 1 / args[0];
    step.unit = "s";
    return std::vector<NativeStep>{step};
  };
  return native;
}

Rules with_native(const std::string& yaml) {
  Rules rules(yaml);
  rules.natives->push_back(serve());
  return rules;
}

}  // namespace

TEST_CASE("equal calls are evaluated once a block") {
  Rules rules = with_native(
      "inputs:\n  r: {unit: request/s, default: 4 request/s}\n  k: {values: [int4, bf16, fp8], default: "
      "bf16}\n"
      "rules:\n"
      "  a: {unit: s, formula: 'llm.serve(r, k).tpot'}\n"
      "  b: {unit: request/s, formula: 'llm.serve(r, k).twice + llm.serve(r, k).twice'}\n"
      "  c: {unit: s, formula: 'llm.serve(r * 2, k).tpot'}\n"
      "  g: {unit: \"1\", formula: 'llm.serve(r, k).kind'}\n"
      "  e: {formula: 'llm.serve(r, \"fp8\").fits'}\n"
      "  f: {unit: \"1\", formula: 'llm.serve(r, \"int4\").kind'}\n");
  const auto program = rules.compile();
  INFO(rules.problems());
  REQUIRE(program);
  BatchVm batch(program, 16);
  calls = 0;
  batch.run(16);
  CHECK(calls == 4);
  TraceVm trace(program);
  calls = 0;
  trace.run();
  CHECK(calls == 4);
  const auto both = [&](const char* name) {
    const Slot slot = *program->find(name);
    CHECK(batch.column(slot)[15] == trace.value(slot));
    return program->print(slot, trace.value(slot));
  };
  CHECK(both("a") == "250 ms");
  CHECK(both("b") == "16 request/s");
  CHECK(both("c") == "125 ms");
  CHECK(both("g") == "1");
  CHECK(both("e") == "true");
  CHECK(both("f") == "-1");
  const TraceValue traced = trace.trace(*program->find("a"));
  REQUIRE(traced.steps.size() == 1);
  CHECK(traced.steps[0].value == 0.25);
  CHECK(traced.substituted == "llm.serve(4 request/s, bf16).tpot");
}

TEST_CASE("natives' arguments and results are checked") {
  const auto problems = [](const std::string& formula) {
    Rules rules =
        with_native("inputs:\n  r: {unit: request/s}\n  k: {type: word}\nrules:\n  a: {unit: s, formula: '" +
                    formula + "'}\n");
    rules.compile();
    return rules.problems();
  };
  CHECK_THAT(problems("llm.serve(r, 2).tpot"), ContainsSubstring("`kind` of `llm.serve` needs a word"));
  CHECK_THAT(problems("llm.serve(3 s, k).tpot"),
             ContainsSubstring("`rate` of `llm.serve` is in `request/s`"));
  CHECK_THAT(problems("llm.serve(r).tpot"), ContainsSubstring("`llm.serve` takes 2 arguments, got 1") &&
                                                ContainsSubstring("`llm.serve(rate, kind)`"));
  CHECK_THAT(problems("llm.serve(r, k).tpott"), ContainsSubstring("`llm.serve` has no result `tpott`") &&
                                                    ContainsSubstring("did you mean `tpot`?"));
  CHECK_THAT(problems("llm.serve(r, k)"), ContainsSubstring("`llm.serve` has several results: say which"));
  CHECK_THAT(problems("llm.served(r, k).tpot"), ContainsSubstring("unknown function `llm.served`") &&
                                                    ContainsSubstring("did you mean `llm.serve`?"));
}

TEST_CASE("any NaN of a native is not applicable") {
  Rules rules(
      "inputs: {r: {unit: request/s, default: 0 request/s}}\nrules: {a: {unit: \"1\", formula: 'f(r)'}, b: "
      "{unit: \"1\", formula: 'f(r) ?? 3'}}\n");
  NativeFunction native;
  native.name = "f";
  native.parameters = {{"r", "request/s"}};
  native.outputs = {{"value", "1", ""}};
  native.batch = [](const double* const* args, double* const* outputs, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) outputs[0][i] = args[0][i] / args[0][i];
  };
  rules.natives->push_back(native);
  const auto program = rules.compile();
  INFO(rules.problems());
  REQUIRE(program);
  BatchVm batch(program, 4);
  batch.run(4);
  CHECK(is_not_applicable(batch.column(*program->find("a"))[3]));
  CHECK(batch.column(*program->find("b"))[3] == 3);
}
