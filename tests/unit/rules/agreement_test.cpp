// The batch executor and the tracing executor agree bit for bit, whatever the program and whatever is
// missing.
#include <cmath>
#include <cstring>

#include "fixture.hpp"
#include "random_formula.hpp"
#include "support/catch.hpp"

using namespace rackfit;
using namespace rackfit::rules;
using rackfit::rules::test::Random;
using rackfit::rules::test::Rules;

namespace {

NativeFunction pick() {
  NativeFunction native;
  native.name = "pick";
  native.parameters = {{"a", "1"}, {"b", "1"}};
  native.outputs = {{"low", "1", ""}, {"high", "1", ""}};
  native.batch = [](const double* const* args, double* const* outputs, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      // Writes before it has read all, as a careless native might.
      outputs[0][i] = std::fmin(args[0][i], args[1][i]);
      outputs[1][i] = std::fmax(args[0][i], args[1][i]);
    }
  };
  return native;
}

double number(Random& random) {
  static const double values[] = {0, 1, -1, 0.5, 2, 3, 1e9, 1e-9, -2.5, 7.25, 1e300, 0.1};
  const auto which = random.below(16);
  return which < 12    ? values[which]
         : which == 12 ? INFINITY
         : which == 13 ? random.below(1000) / 7.0
                       : not_applicable();
}

std::uint64_t bits(double value) {
  std::uint64_t result = 0;
  std::memcpy(&result, &value, sizeof result);
  return result;
}

}  // namespace

TEST_CASE("both executors agree on random programs") {
  constexpr unsigned inputs = 4;
  constexpr std::size_t width = 13;
  for (std::uint64_t seed = 1; seed <= 120; ++seed) {
    Random random(seed);
    Rules rules(test::random_rules(random, inputs, 12, 4));
    rules.natives->push_back(pick());
    const auto program = rules.compile();
    INFO("seed " << seed << "\n" << rules.problems());
    REQUIRE(program);
    BatchVm batch(program, width);
    std::vector<TraceVm> traces(width, TraceVm(program));
    for (Slot slot : program->inputs()) {
      for (std::size_t i = 0; i < width; ++i) {
        const bool truth = program->symbol(slot).kind == ValueKind::boolean;
        const auto state = random.below(3);
        const double value = truth ? (state == 2 ? not_applicable() : state) : number(random);
        batch.column(slot)[i] = value;
        traces[i].set(slot, value);
      }
    }
    batch.run(width);
    for (std::size_t i = 0; i < width; ++i) {
      traces[i].run();
      for (Slot slot = 0; slot < program->symbols().size(); ++slot) {
        if (bits(batch.column(slot)[i]) == bits(traces[i].value(slot))) continue;
        INFO("candidate " << i << ", `" << program->symbol(slot).name << "`: batch " << batch.column(slot)[i]
                          << ", trace " << traces[i].value(slot));
        REQUIRE(false);
      }
    }
  }
}

TEST_CASE("a batch computes the same for a candidate wherever it stands") {
  Random random(7);
  Rules rules(test::random_rules(random, 3, 10, 4));
  rules.natives->push_back(pick());
  const auto program = rules.compile();
  REQUIRE(program);
  BatchVm wide(program, 256);
  BatchVm narrow(program, 1);
  for (Slot slot : program->inputs()) {
    for (double& value : wide.column(slot))
      value = program->symbol(slot).kind == ValueKind::boolean ? random.below(2) : number(random);
  }
  wide.run(256);
  for (std::size_t i : {0u, 1u, 100u, 255u}) {
    for (Slot slot : program->inputs()) narrow.broadcast(slot, wide.column(slot)[i]);
    narrow.run(1);
    for (Slot slot = 0; slot < program->symbols().size(); ++slot) {
      REQUIRE(bits(wide.column(slot)[i]) == bits(narrow.column(slot)[0]));
    }
  }
}

TEST_CASE("running twice changes nothing") {
  Random random(3);
  Rules rules(test::random_rules(random, 3, 10, 4));
  rules.natives->push_back(pick());
  const auto program = rules.compile();
  REQUIRE(program);
  BatchVm batch(program, 16);
  for (Slot slot : program->inputs()) batch.broadcast(slot, 1);
  batch.run(16);
  std::vector<double> first;
  for (Slot slot = 0; slot < program->symbols().size(); ++slot) first.push_back(batch.column(slot)[9]);
  batch.run(16);
  for (Slot slot = 0; slot < program->symbols().size(); ++slot)
    CHECK(bits(first[slot]) == bits(batch.column(slot)[9]));
}
