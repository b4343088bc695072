#include "rackfit/report/table.hpp"

#include "support/catch.hpp"
#include "support/sample_plan.hpp"

using namespace rackfit;

namespace {

std::size_t widest_line(const std::string& text) {
  std::size_t widest = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    widest = std::max(widest, report::cells(std::string_view(text).substr(at, end - at)));
    at = end + 1;
  }
  return widest;
}

std::string table(const report::Plan& plan, std::size_t width = 80, bool ascii = false) {
  return report::write_table({plan}, {width, false, ascii});
}

}  // namespace

TEST_CASE("the first line is the verdict") {
  CHECK(table(test::sample_plan()).rfind("code-assistant-30: feasible with 5 nodes, 3 kW peak, 11 U\n", 0) ==
        0);
  CHECK(table(test::infeasible_plan())
            .rfind("code-assistant-30: NOT feasible: nothing in the catalog fits llm:assistant\n", 0) == 0);
}

TEST_CASE("no line is wider than the terminal") {
  const std::size_t width = GENERATE(60u, 80u, 100u, 140u);
  const bool ascii = GENERATE(false, true);
  CHECK(widest_line(table(test::sample_plan(), width, ascii)) <= width);
  CHECK(widest_line(table(test::infeasible_plan(), width, ascii)) <= width);
}

TEST_CASE("a role says what to buy, how full it is, what it reaches and what it beat") {
  const std::string text = table(test::sample_plan(), 0);
  CHECK_THAT(text, ContainsSubstring("2 nodes (1 for the load, 1 spare for n+1), each:"));
  CHECK_THAT(text, ContainsSubstring("2 ×  NVIDIA RTX 6000 Ada Generation 48 GB  USD 6,800  USD 13,600"));
  CHECK_THAT(text, ContainsSubstring("41.2 GiB   44.5 GiB  93 %  █████████░  ← limit"));
  CHECK_THAT(text, ContainsSubstring("4.12 s (3.4–5.3)     ✓ met"));
  CHECK_THAT(text, ContainsSubstring("✗ not met"));
  CHECK_THAT(text, ContainsSubstring("lost: costs 31 % more for the same targets"));
}

TEST_CASE("what has no price has no price, not zero") {
  const std::string text = table(test::sample_plan(), 0);
  CHECK_THAT(text, ContainsSubstring("1600 W 80 PLUS Platinum                            no price"));
  CHECK_THAT(text, ContainsSubstring("No price known: 1600 W 80 PLUS Platinum"));
}

TEST_CASE("defaults, overrides and the user's own rules are named") {
  const std::string text = table(test::sample_plan(), 0);
  CHECK_THAT(text, ContainsSubstring("llm.assistant.think_time = 30 s"));
  CHECK_THAT(text,
             ContainsSubstring("kafka.replication: 2 (built in: 3), because: dev cluster my-policy.yaml:4"));
  CHECK_THAT(text, ContainsSubstring("policy.no_consumer_gpus ruled out 14 candidates (consumer GPUs) for "
                                     "llm:assistant [my-policy.yaml:9]"));
}

TEST_CASE("when nothing fits, the nearest miss and the smallest relaxation are told") {
  const std::string text = table(test::infeasible_plan(), 0);
  CHECK_THAT(text, ContainsSubstring("the nearest draws 1034 W and the rack has 400 W"));
  CHECK_THAT(text, ContainsSubstring("would fit: raise `site.rack_power` to 1.1 kW"));
}

TEST_CASE("it ends with the command to try next, broken the way a shell reads it") {
  CHECK_THAT(table(test::sample_plan()),
             ContainsSubstring("  rackfit explain profiles/workloads/code-assistant-30.yaml llm.vram_fits "
                               "\\\n  --role llm:assistant\n"));
}

TEST_CASE("what nearly fills a resource is not printed as full") {
  report::Plan plan = test::sample_plan();
  plan.roles[0].requirements[0].utilization = 0.9996;
  CHECK_THAT(table(plan, 0), ContainsSubstring("99.9 %"));
}

TEST_CASE("ASCII output is ASCII") {
  for (const char c : table(test::sample_plan(), 80, true)) REQUIRE(static_cast<unsigned char>(c) < 0x80);
}
