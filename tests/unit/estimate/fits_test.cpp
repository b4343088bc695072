#include "rackfit/estimate/fits.hpp"

#include <set>

#include "asked.hpp"

using namespace rackfit;
using namespace rackfit::estimate;

namespace {

FitsResult found(const FitsQuery& query) {
  auto result = fits(test::built_in_catalog(), query);
  if (const auto* problem = std::get_if<Problem>(&result)) FAIL(problem->message);
  return std::get<FitsResult>(std::move(result));
}

FitsQuery on(const std::string& device) {
  FitsQuery q;
  q.device = device;
  return q;
}

}  // namespace

TEST_CASE("what is listed fits, with the wanted context for the wanted users") {
  FitsQuery q = on("2xrtx-4090");
  q.users = 10;
  q.context = 8192;
  q.min_user_tokens_per_s = 20;
  const FitsResult result = found(q);
  REQUIRE(result.fits.size() > 5);
  bool slow = false;
  for (const Fit& fit : result.fits) {
    INFO(fit.subject.deployment.model->row.id);
    CHECK(fit.answer.fits);
    CHECK(fit.answer.max_concurrency >= 10);
    CHECK(fit.max_context_tokens >= 8192);
    CHECK(fit.fast == (fit.answer.decode_tokens_per_s.value_or(0) >= 20));
    // Those that are too slow come last.
    CHECK_FALSE((slow && fit.fast));
    slow = slow || !fit.fast;
  }
  for (const NearMiss& miss : result.misses) CHECK_FALSE(miss.because.empty());
}

TEST_CASE("a model comes once, in the widest format that holds the wishes") {
  const FitsResult result = found(on("rtx-4090"));
  std::set<std::string> seen;
  for (const Fit& fit : result.fits) CHECK(seen.insert(fit.subject.deployment.model->row.id).second);
  for (const Fit& fit : result.fits) {
    if (fit.subject.deployment.model->row.id != "llama-3.1-8b") continue;
    CHECK(fit.subject.deployment.quantization->bits_per_weight >= 8);
  }
}

TEST_CASE("words narrow the models down") {
  FitsQuery q = on("rtx-4090");
  q.words = {"qwen3", "8b"};
  const FitsResult result = found(q);
  REQUIRE_FALSE(result.fits.empty());
  for (const Fit& fit : result.fits) {
    CHECK_THAT(fit.subject.deployment.model->row.id, ContainsSubstring("qwen3"));
  }
}

TEST_CASE("host memory lets larger models in, more slowly") {
  FitsQuery q = on("rtx-4090");
  q.words = {"gpt-oss-120b"};
  CHECK(found(q).fits.empty());
  q.ram_bytes = 128 * 1073741824.0;
  CHECK(found(q).fits.size() == 1);
}

TEST_CASE("every kind of machine has an answer") {
  for (const char* device : {"rtx-3060", "m2-ultra", "epyc-9654", "8xh100", "jetson agx orin"}) {
    INFO(device);
    CHECK_FALSE(found(on(device)).fits.empty());
  }
}

TEST_CASE("a machine that nobody knows is a problem") {
  const auto result = fits(test::built_in_catalog(), on("abacus"));
  REQUIRE(std::holds_alternative<Problem>(result));
  CHECK(std::get<Problem>(result).code == "unknown-device");
}
