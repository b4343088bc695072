#include "rackfit/estimate/remedies.hpp"

#include "asked.hpp"

using namespace rackfit;
using namespace rackfit::estimate;

namespace {

Query kimi_on_eight() {
  Query q;
  q.model = "kimi-k2-instruct";
  q.device = "h200-sxm-141gb";
  q.devices = 8;
  q.input_tokens = 2000;
  q.output_tokens = 500;
  return q;
}

}  // namespace

TEST_CASE("a model that does not fit is told smaller weights and more devices, each enough by itself") {
  const auto& catalog = test::built_in_catalog();
  const auto found = remedies(catalog, kimi_on_eight());
  REQUIRE(found.size() == 2);
  for (const Remedy& remedy : found) {
    INFO(remedy.option);
    CHECK(remedy.needed_bytes <= remedy.usable_bytes);
  }
  CHECK(found[0].option.rfind("--quant ", 0) == 0);
  CHECK(found[1].option == "--on 16xh200-sxm-141gb --tp 8 --pp 2");

  Query smaller = kimi_on_eight();
  smaller.weights = found[0].option.substr(std::string("--quant ").size());
  CHECK(answer(std::get<Subject>(resolve(catalog, smaller))).fits);
  Query larger = kimi_on_eight();
  larger.devices = 16;
  larger.tp = 8;
  larger.pp = 2;
  CHECK(answer(std::get<Subject>(resolve(catalog, larger))).fits);
}

TEST_CASE("what fits needs no remedy") {
  Query q = kimi_on_eight();
  q.weights = "awq-int4";
  CHECK(remedies(test::built_in_catalog(), q).empty());
}
