#include "rackfit/llm/architecture.hpp"

#include "support/catch.hpp"
#include "support/llm_fixtures.hpp"

using namespace rackfit::llm;
using rackfit::llm::fixtures::gib;

TEST_CASE("the closed form counts published models to a thousandth", "[llm]") {
  for (auto model : {fixtures::llama_8b(), fixtures::llama_70b(), fixtures::llama2_7b(),
                     fixtures::mixtral_8x7b(), fixtures::qwen3_32b(), fixtures::deepseek_v3()}) {
    const double published = model.parameters;
    model.parameters = 0;
    INFO(model.row.name);
    CHECK(count_parameters(model).total() == Approx(published).epsilon(0.002));
  }
}

TEST_CASE("the parts sum to the published total", "[llm]") {
  for (const auto& model : {fixtures::llama_8b(), fixtures::gemma3_27b(), fixtures::deepseek_v3(),
                            fixtures::hybrid(), fixtures::reranker()}) {
    INFO(model.row.name);
    CHECK(count_parameters(model).total() == Approx(model.parameters));
    CHECK(count_parameters(model).remainder >= 0);
  }
}

TEST_CASE("what a vision model has beside its language model is not part of the body", "[llm]") {
  auto model = fixtures::gemma3_27b();
  CHECK_FALSE(count_parameters(model).remainder_is_body);
  CHECK(count_parameters(model).remainder > 0.3e9);
  model.kind = rackfit::catalog::ModelKind::text;
  CHECK(count_parameters(model).remainder_is_body);
}

TEST_CASE("a model that does not say is tied when its total leaves no room for an output projection",
          "[llm]") {
  auto tied = fixtures::dense("Qwen3-0.6B", 0.596e9, 28, 1024, 16, 8, 128, 3072, 151936);
  tied.tied_embeddings.reset();
  CHECK(count_parameters(tied).lm_head == 0);
  auto untied = fixtures::llama_8b();
  untied.tied_embeddings.reset();
  CHECK(count_parameters(untied).lm_head == Approx(128256.0 * 4096));
}

TEST_CASE("embedding models have no output projection", "[llm]") {
  CHECK(count_parameters(fixtures::reranker()).lm_head == 0);
}

TEST_CASE("the recorder gets the same numbers", "[llm]") {
  StepLog log;
  const auto model = fixtures::llama_8b();
  const double total = count_parameters(model, &log).total();
  REQUIRE(log.size() == 1);
  CHECK(log[0].name == "parameters");
  CHECK(log[0].value == total);
}
