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
    // Of different choices those that are too slow come last.
    if (fit.like) continue;
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

TEST_CASE("a list begins with current, well-known models of several houses") {
  const auto& catalog = test::built_in_catalog();
  for (const char* device :
       {"2xrtx-4090", "rtx-3060", "m2-ultra", "epyc-9654", "8xh100", "jetson agx orin"}) {
    INFO(device);
    const FitsResult result = found(on(device));
    std::set<std::string> houses;
    for (std::size_t i = 0; i < 8; ++i) {
      const Fit& fit = result.fits[i];
      INFO(fit.subject.deployment.model->row.id);
      CHECK(fit.like == nullptr);
      CHECK_FALSE(fit.coarse);
      CHECK(fit.subject.deployment.model->released >= "2024");
      houses.insert(catalog.estimates.family_of(fit.subject.deployment.model->row.id));
    }
    CHECK(houses.size() >= 5);
  }
}

TEST_CASE("the newest of a size stands for its older generations and fine-tunes") {
  const FitsResult result = found(on("2xrtx-4090"));
  for (const Fit& fit : result.fits) {
    const std::string& id = fit.subject.deployment.model->row.id;
    INFO(id);
    if (id == "qwen2.5-32b-instruct" || id == "qwq-32b-preview") CHECK(fit.like != nullptr);
    if (fit.like) CHECK(fit.others.empty());
  }
}

TEST_CASE("a large model in two bits is not better than one of half the size in five") {
  const auto& estimates = test::built_in_catalog().estimates;
  CHECK(70 * estimates.worth_at_bits(2.5) < 32 * estimates.worth_at_bits(5.5));
  CHECK(70 * estimates.worth_at_bits(4.5) > 32 * estimates.worth_at_bits(8));
  CHECK(estimates.worth_at_bits(16) == 1);
  CHECK(estimates.worth_at_bits(1) == estimates.worth_at_bits(2));
}

TEST_CASE("beside a wide format stands the usual one with its speed") {
  FitsQuery q = on("rtx-4090");
  q.words = {"qwen3-14b"};
  const FitsResult result = found(q);
  REQUIRE(result.fits.size() == 1);
  const Fit& fit = result.fits[0];
  REQUIRE(fit.faster);
  CHECK(fit.faster->bits_per_weight < fit.subject.deployment.quantization->bits_per_weight);
  CHECK(fit.faster_tokens_per_s > fit.answer.decode_tokens_per_s.value_or(0));
}

TEST_CASE("memory beyond what the system lends is advice, not a refusal") {
  Query q = ask("llama-3.3-70b", "m2-ultra");
  q.weights = "q8-0";
  q.max_context = 8192;
  const Answer small = answer(subject_of(q));
  CHECK(small.fits);
  CHECK_FALSE(mentions(small.notes, "iogpu"));
  q.weights = "f16";
  q.max_context = 65536;
  const Answer large = answer(subject_of(q));
  CHECK(large.fits);
  CHECK(mentions(large.notes, "about 144 GiB of 192 GiB"));
  CHECK(mentions(large.notes, "iogpu.wired_limit_mb="));
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
