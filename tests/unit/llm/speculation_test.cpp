// Speculative decoding and adapters as people ask for them.
#include "rackfit/llm/speculation.hpp"

#include "rackfit/llm/serving.hpp"
#include "support/catch.hpp"
#include "support/llm_fixtures.hpp"

using namespace rackfit::llm;
using namespace rackfit;

namespace {

struct Box {
  catalog::Model model = fixtures::llama_70b();
  catalog::Model small = fixtures::llama_8b();
  catalog::Device device = fixtures::h100();
  catalog::Engine engine = fixtures::vllm();
  catalog::Calibration calibration = fixtures::calibration();
  catalog::Quantization format = fixtures::fp8();
  catalog::Catalog catalog;

  Box() {
    catalog.serving.ngram_tokens.value = 5;
    catalog.serving.ngram_acceptance.value = 0.5;
    catalog.serving.mtp_acceptance.value = 0.8;
    catalog.serving.draft_acceptance.value = 0.6;
  }
  Deployment plain() const {
    Deployment d;
    d.model = &model;
    d.device = &device;
    d.engine = &engine;
    d.calibration = &calibration;
    d.quantization = &format;
    d.tensor_parallel = 2;
    return d;
  }
  Deployment with(const SpeculationRequest& request) const {
    Deployment d = plain();
    const auto plan = plan_speculation(request, model, catalog.serving);
    REQUIRE(std::holds_alternative<SpeculationPlan>(plan));
    apply_speculation(std::get<SpeculationPlan>(plan), catalog, d);
    return d;
  }
};

double step_s(const Deployment& d, double batch) { return *decode_step_s(step_model(d), batch, 2000); }

std::string problem(const std::variant<SpeculationPlan, SpeculationProblem>& result) {
  const auto* found = std::get_if<SpeculationProblem>(&result);
  return found ? found->message : std::string();
}

}  // namespace

TEST_CASE("what is proposed and never accepted costs time at every batch") {
  const Box box;
  for (const auto* draft : {static_cast<const catalog::Model*>(nullptr), &box.small}) {
    SpeculationRequest request;
    request.tokens = 4;
    request.acceptance = 0;
    request.draft = draft;
    const Deployment d = box.with(request);
    for (const double batch : {1.0, 8.0, 64.0, 512.0}) CHECK(step_s(d, batch) >= step_s(box.plain(), batch));
    CHECK(step_s(d, 512) > 1.05 * step_s(box.plain(), 512));
  }
}

TEST_CASE("speculation gains most with few sequences and high acceptance") {
  const Box box;
  const auto gain = [&](double acceptance, double batch) {
    SpeculationRequest request;
    request.tokens = 3;
    request.acceptance = acceptance;
    return step_s(box.plain(), batch) / step_s(box.with(request), batch);
  };
  CHECK(gain(0.9, 1) > gain(0.5, 1));
  CHECK(gain(0.9, 1) > 2);
  CHECK(gain(0.9, 1) <= 4);
  CHECK(gain(0.7, 1) > gain(0.7, 256));
}

TEST_CASE("a draft model takes memory on every device, repeated text takes none") {
  const Box box;
  SpeculationRequest request;
  request.tokens = 3;
  const WeightBytes text = weight_bytes(box.with(request));
  request.draft = &box.small;
  const WeightBytes draft = weight_bytes(box.with(request));
  CHECK(text.draft == 0);
  CHECK(draft.draft == Approx(8.03e9 * 2 / 2).epsilon(0.05));
  CHECK(draft.per_device == Approx(text.per_device + draft.draft));
  CHECK(kv_layout(box.with(request)).full_bytes_per_token > kv_layout(box.plain()).full_bytes_per_token);
}

TEST_CASE("what nobody says comes from the profile and is marked as assumed") {
  const Box box;
  const auto open = std::get<SpeculationPlan>(plan_speculation({}, box.model, box.catalog.serving));
  CHECK(open.method == Speculation::ngram);
  CHECK(open.tokens == 5);
  CHECK(open.acceptance == 0.5);
  CHECK(open.assumed_tokens == &box.catalog.serving.ngram_tokens);
  SpeculationRequest given;
  given.tokens = 2;
  given.acceptance = 0.9;
  const auto stated = std::get<SpeculationPlan>(plan_speculation(given, box.model, box.catalog.serving));
  CHECK_FALSE(stated.assumed_tokens);
  CHECK_FALSE(stated.assumed_acceptance);
  auto predicting = box.model;
  predicting.mtp_layers = 1;
  CHECK(std::get<SpeculationPlan>(plan_speculation({}, predicting, box.catalog.serving)).method ==
        Speculation::mtp);
  SpeculationRequest draft;
  draft.draft = &box.small;
  CHECK(std::get<SpeculationPlan>(plan_speculation(draft, predicting, box.catalog.serving)).method ==
        Speculation::draft);
}

TEST_CASE("requests that cannot be met say why") {
  const Box box;
  SpeculationRequest request;
  request.method = Speculation::draft;
  CHECK_THAT(problem(plan_speculation(request, box.model, box.catalog.serving)),
             ContainsSubstring("no model to draft"));
  request.method = Speculation::mtp;
  CHECK_THAT(problem(plan_speculation(request, box.model, box.catalog.serving)),
             ContainsSubstring("no multi-token-prediction layers"));
  request.method = Speculation::ngram;
  request.draft = &box.small;
  CHECK_THAT(problem(plan_speculation(request, box.model, box.catalog.serving)),
             ContainsSubstring("uses none"));
  request.draft = nullptr;
  request.acceptance = 1.2;
  CHECK_THAT(problem(plan_speculation(request, box.model, box.catalog.serving)), ContainsSubstring("1.2"));
}

TEST_CASE("multi-token prediction loads the model's extra layer") {
  Box box;
  box.model = fixtures::deepseek_v3();
  box.model.mtp_layers = 1;
  const Deployment d = box.with({});
  CHECK(d.mtp_layers == 1);
  CHECK(d.speculative_tokens == 1);
  CHECK(weight_bytes(d).draft > 0);
  SpeculationRequest none;
  none.tokens = 0;
  CHECK(box.with(none).mtp_layers == 0);
}

TEST_CASE("adapters take memory in proportion to their number and rank") {
  const Box box;
  const auto bytes = [&](std::int64_t adapters, std::int64_t rank) {
    Deployment d = box.plain();
    d.lora_adapters = adapters;
    d.lora_rank = rank;
    return weight_bytes(d).adapters;
  };
  CHECK(bytes(8, 16) > 0);
  CHECK(bytes(8, 32) == Approx(2 * bytes(8, 16)));
  CHECK(bytes(16, 16) == Approx(2 * bytes(8, 16)));
  CHECK(bytes(0, 64) == 0);
  Deployment d = box.plain();
  d.lora_adapters = 32;
  d.lora_rank = 64;
  CHECK(memory(d).max_tokens < memory(box.plain()).max_tokens);
}
