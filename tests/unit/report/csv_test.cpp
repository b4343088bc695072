#include "rackfit/report/csv.hpp"

#include <algorithm>

#include "support/catch.hpp"
#include "support/sample_plan.hpp"

using namespace rackfit;

TEST_CASE("one value a row, with its unit") {
  const std::string text = report::write_csv({test::sample_plan()});
  CHECK(text.rfind(
            "workload,role,section,name,field,value,unit\ncode-assistant-30,,plan,feasible,value,true,\n",
            0) == 0);
  CHECK_THAT(text, ContainsSubstring("code-assistant-30,llm:assistant,requirement,vram,need,41.23,GiB\n"));
  CHECK_THAT(text, ContainsSubstring(
                       "code-assistant-30,llm:assistant,part,rtx-6000-ada-48gb,unit_price,6800.00,USD\n"));
}

TEST_CASE("unknown values are empty") {
  CHECK_THAT(report::write_csv({test::sample_plan()}), ContainsSubstring("requirement,power,capacity,,W\n"));
}

TEST_CASE("texts with commas, quotes and line ends are quoted") {
  report::Plan plan = test::sample_plan();
  plan.advice[0].message = "a \"b\", c\nd";
  CHECK_THAT(report::write_csv({plan}), ContainsSubstring("message,\"a \"\"b\"\", c\nd\","));
}
