#include "rackfit/report/markdown.hpp"

#include "support/catch.hpp"
#include "support/sample_plan.hpp"

using namespace rackfit;

TEST_CASE("the heading is the verdict and the tables are GitHub's") {
  const std::string text = report::write_markdown({test::sample_plan()});
  CHECK(text.rfind("## code-assistant-30: feasible with 5 nodes, 3 kW peak, 11 U\n", 0) == 0);
  CHECK_THAT(text, ContainsSubstring("| resource | need | capacity | used |  |\n|---|---:|---:|---:|---|\n"));
  CHECK_THAT(text, ContainsSubstring("| VRAM per GPU | 41.2 GiB | 44.5 GiB | 93 % | limit |\n"));
  CHECK_THAT(text, ContainsSubstring("<details><summary>Looked at and not taken</summary>"));
}

TEST_CASE("text from a profile cannot break out of its cell or add markup") {
  report::Plan plan = test::sample_plan();
  plan.workload = "a|b\n# c <script>";
  plan.roles[0].requirements[0].title = "x | y";
  const std::string text = report::write_markdown({plan});
  CHECK_THAT(text, ContainsSubstring("## a\\|b \\# c &lt;script&gt;: feasible"));
  CHECK_THAT(text, ContainsSubstring("| x \\| y |"));
}
