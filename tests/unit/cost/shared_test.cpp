// Nodes that several services stand on, in the cost engine: bought once, rented by what each takes.
#include "rackfit/cost/served.hpp"
#include "support/catch.hpp"
#include "support/planning.hpp"
#include "unit/cost/example.hpp"

using namespace rackfit;
using namespace rackfit::cost;

namespace {

const char* const two_services =
    "llm:\n"
    "  chat: {model: Qwen2.5-7B, quantization: bf16, engine: vllm, concurrency: 8, prompt: 800, output: "
    "200,\n"
    "    targets: {ttft_p95: 3 s, tpot_p95: 80 ms}}\n"
    "  more: {model: Qwen2.5-7B, quantization: bf16, engine: vllm, concurrency: 4, prompt: 800, output: "
    "100,\n"
    "    targets: {ttft_p95: 3 s}}\n"
    "site: {devices: [l4, l40s], layout: shared}\n";

ServedPlan served(const test::Planned& planned) {
  const Exchange exchange(planned.plan->catalog->rates, "USD");
  ServedRequest request;
  request.plan = planned.plan.get();
  request.market = &test::built_in_market();
  request.exchange = &exchange;
  request.as_of = "2026-11-22";
  return served_by(request);
}

}  // namespace

TEST_CASE("a node that two services share is bought once, and each rents only its own accelerators") {
  const auto planned = test::plan_of(two_services);
  REQUIRE(planned->plan);
  const auto& chat = planned->role("llm:chat");
  const auto& more = planned->role("llm:more");
  REQUIRE((chat.problem.shared_with.empty() != more.problem.shared_with.empty()));
  const auto& host = chat.problem.shared_with.empty() ? chat : more;
  const ServedPlan all = served(*planned);
  REQUIRE(all.models.gear.size() == 1);
  CHECK(all.models.gear[0].nodes == static_cast<double>(host.chosen->nodes));
  CHECK(*all.models.gear[0].price ==
        Approx(*host.chosen->price_usd / static_cast<double>(host.chosen->nodes)));
  REQUIRE(all.models.models.size() == 2);
  double rented = 0;
  for (const ModelWork& work : all.models.models) rented += work.ways.front().devices;
  CHECK(rented <= static_cast<double>(host.chosen->nodes) * host.chosen->node.device_count);
  CHECK(rented == static_cast<double>(chat.chosen->nodes * chat.chosen->devices() +
                                      more.chosen->nodes * more.chosen->devices()));
}
