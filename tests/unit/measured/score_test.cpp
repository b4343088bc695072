#include "rackfit/measured/score.hpp"

#include "fixtures.hpp"
#include "support/world.hpp"

using namespace rackfit;
using namespace rackfit::measured;
using namespace fixtures;

namespace {

Sample sample(double measured, double predicted, double low = 0, double high = 0) {
  Sample s;
  s.measured = measured;
  s.predicted = {predicted, low, high};
  return s;
}

Statistics of(const std::vector<Sample>& samples) {
  std::vector<const Sample*> pointers;
  for (const Sample& s : samples) pointers.push_back(&s);
  return statistics(pointers);
}

}  // namespace

TEST_CASE("quantiles lie linearly between ranks", "[measured]") {
  CHECK(quantile({}, 0.5) == 0);
  CHECK(quantile({7}, 0.9) == 7);
  CHECK(quantile({3, 1, 2}, 0.5) == 2);
  CHECK(quantile({1, 2, 3, 4}, 0.5) == 2.5);
  CHECK(quantile({0, 10}, 0.9) == Approx(9));
}

TEST_CASE("errors are shares of the measured value", "[measured]") {
  const Statistics s = of({sample(10, 11), sample(10, 8), sample(10, 10), sample(10, 14)});
  CHECK(s.n == 4);
  CHECK(s.mean == Approx((0.1 + 0.2 + 0 + 0.4) / 4));
  CHECK(s.median == Approx(0.15));
  CHECK(s.bias == Approx((0.1 - 0.2 + 0.4) / 4));
  CHECK(s.worst == Approx(0.4));
}

TEST_CASE("the share in band counts only samples that have one", "[measured]") {
  const Statistics s = of({sample(10, 11, 9, 12), sample(10, 20, 15, 25), sample(10, 10, 10, 10)});
  CHECK(s.banded == 2);
  CHECK(s.in_band == Approx(0.5));
}

TEST_CASE("nothing has no statistics", "[measured]") {
  const Statistics s = of({});
  CHECK(s.n == 0);
  CHECK(s.median == 0);
}

TEST_CASE("families say how a model's layers differ", "[measured]") {
  const auto& models = test::built_in_catalog().models;
  CHECK(llm::family(*models.find("llama-3.1-8b-instruct")) == "dense");
  CHECK(llm::family(*models.find("gemma-3-27b-it")) == "sliding");
  CHECK(llm::family(*models.find("qwen3-30b-a3b")) == "moe");
  CHECK(llm::family(*models.find("deepseek-r1")) == "mla-moe");
  CHECK(llm::family(*models.find("qwen3.5-397b-a17b")) == "hybrid-moe");
  CHECK(sparse("mla-moe"));
  CHECK_FALSE(sparse("sliding"));
}

TEST_CASE("every row is either compared or counted under a reason", "[measured]") {
  std::vector<Row> rows = {serving(), bench(), memory()};
  rows.push_back(serving());
  rows.back().model = "no such model";
  rows.push_back(serving());
  rows.back().tp.reset();
  const Scores scores = score(make_cases(test::built_in_catalog(), rows));
  std::size_t count = scores.samples.size();
  for (const auto& [why, left] : scores.left_out) count += left.size();
  CHECK(count == rows.size());
  CHECK(scores.samples.size() == 3);
  CHECK(scores.left_out.count("not in the catalog or not askable: unknown-model") == 1);
}

TEST_CASE("of several runs of the same question the fastest one is compared", "[measured]") {
  std::vector<Row> rows = {bench(), bench(), bench()};
  rows[0].value = 100;
  rows[1].value = 120;
  rows[2].value = 110;
  const Scores scores = score(make_cases(test::built_in_catalog(), rows));
  REQUIRE(scores.samples.size() == 1);
  CHECK(scores.samples[0].measured == 120);
}

TEST_CASE("the same rows give the same figures", "[measured]") {
  const std::vector<Row> rows = {serving(), bench(), memory()};
  const auto table = [&] { return slice_table(score(make_cases(test::built_in_catalog(), rows)).samples); };
  CHECK(table() == table());
}

TEST_CASE("filters name fields and take parts of their values", "[measured]") {
  Sample s = sample(1, 1);
  const Row row = serving();
  s.row = &row;
  s.engine = "vllm";
  s.family = "mla-moe";
  CHECK(Filter::parse("")->holds(s));
  CHECK(Filter::parse("engine=vllm,family=moe")->holds(s));
  CHECK_FALSE(Filter::parse("engine=sglang")->holds(s));
  CHECK_FALSE(Filter::parse("engine"));
  CHECK_FALSE(Filter::parse("colour=red"));
}
