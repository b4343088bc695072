// Plans in which prompts and answers have instances of their own, beside plans in which they share them.
#include "support/planning.hpp"

using namespace rackfit;
using test::plan_of;

namespace {

const std::string long_prompts =
    "llm:\n"
    "  chat: {model: llama-3.3-70b, quantization: fp8, engine: vllm, rate: 20 /s,\n"
    "    prompt: {mean: 4000, p95: 6000}, output: {mean: 300, p95: 500},\n"
    "    targets: {ttft_p95: 5 s, tpot_p95: 20 ms}}\n"
    "site: {devices: [h100-sxm-80gb]}\n";

}  // namespace

TEST_CASE("long prompts and a strict time per token are where dividing the work wins", "[search]") {
  const auto planned = plan_of(long_prompts);
  const search::RolePlan& role = planned->role("llm:chat");
  const search::Candidate& chosen = planned->chosen("llm:chat");
  CHECK(chosen.instances > 1);
  REQUIRE(role.other_form);
  CHECK(role.other_form->instances == 1);
  CHECK(role.other_form->form != chosen.form);
  CHECK(role.other_form->nodes * role.other_form->node.device_count >=
        chosen.nodes * chosen.node.device_count);
  const double devices = planned->value("llm:chat", "llm.devices");
  CHECK(devices == planned->value("llm:chat", "llm.tensor_parallel") * chosen.instances);
}

TEST_CASE("a load that asks for little keeps prompts and answers together", "[search]") {
  const auto planned = plan_of(long_prompts, {{"llm.chat.rate=0.2 /s", "llm.chat.targets.tpot_p95=60 ms"}});
  CHECK(planned->chosen("llm:chat").instances == 1);
}

TEST_CASE("a form is chosen only where it is better, not where it is as good", "[search]") {
  const auto planned = plan_of(long_prompts, {{"llm.chat.rate=2 /s", "llm.chat.targets.tpot_p95=60 ms"}});
  const search::RolePlan& role = planned->role("llm:chat");
  const search::Candidate& chosen = planned->chosen("llm:chat");
  REQUIRE(role.other_form);
  if (chosen.instances > 1) CHECK(*chosen.price_usd < *role.other_form->price_usd);
  if (chosen.instances == 1) CHECK(*chosen.price_usd <= *role.other_form->price_usd);
}

TEST_CASE("speculation and adapters change what a plan needs", "[search]") {
  const auto plain = plan_of(long_prompts);
  const auto with =
      plan_of(long_prompts, {{"llm.chat.lora={adapters: 32, rank: 64}",
                              "llm.chat.speculation={draft: llama-3.2-1b, tokens: 3, acceptance: 70 %}"}});
  CHECK(with->value("llm:chat", "llm.memory_adapters") > 0);
  CHECK(with->value("llm:chat", "llm.memory_draft") > 0);
  CHECK(with->value("llm:chat", "llm.tokens_per_step") == Approx(1 + 0.7 + 0.49 + 0.343));
  CHECK(rules::is_not_applicable(plain->value("llm:chat", "llm.memory_adapters")));
  CHECK(rules::is_not_applicable(plain->value("llm:chat", "llm.tokens_per_step")));
}
