// What may be written of a box on offer and of what is claimed of it.
#include "reading.hpp"

using rackfit::test::Reading;

namespace {

const std::string kafka = "kafka: {ingress: 1 MB/s}\n";

std::string claim(const std::string& fields) {
  return kafka + "claims:\n  one: {says: so, " + fields + "}\n";
}

}  // namespace

TEST_CASE("a proposal names machines and their parts") {
  const Reading reading(kafka +
                        "proposal:\n"
                        "  price: [180000 CNY, 220000 CNY]\n"
                        "  nodes:\n"
                        "    server: {device: rtx-6000-ada, devices: 2, cpu: epyc-7302p, memory: 256 GiB, "
                        "raid: raid1, nic: 10 Gbit/s,\n"
                        "             quantization: awq-int4, tensor_parallel: 2}\n");
  INFO(reading.problems());
  REQUIRE(reading.workload);
  REQUIRE(reading.workload->proposal);
  const auto& proposal = *reading.workload->proposal;
  CHECK(proposal.price->low == 180000);
  CHECK(proposal.price->high == 220000);
  CHECK(proposal.price->currency == "CNY");
  REQUIRE(proposal.nodes.size() == 1);
  const auto& box = proposal.nodes.front().value;
  CHECK(*box.devices == 2);
  CHECK(*box.nic == 1.25e9);
  CHECK(*box.tensor_parallel == 2);
  CHECK_FALSE(box.cores);
}

TEST_CASE("a claimed figure is one value or from one to another") {
  const Reading one(claim("e2e: 3 s")), two(claim("e2e: [3 s, 4 s]"));
  REQUIRE(one.workload);
  REQUIRE(two.workload);
  CHECK(one.workload->claims.front().value.e2e->high == 3);
  CHECK(two.workload->claims.front().value.e2e->low == 3);
  CHECK(two.workload->claims.front().value.e2e->high == 4);
  CHECK(two.workload->claims.front().value.metric() == "e2e");
}

TEST_CASE("a claim has a sentence and exactly one figure") {
  CHECK(Reading(claim("at: {prompt: 100}")).problems().find("RF0524") != std::string::npos);
  CHECK_FALSE(Reading(claim("e2e: 3 s, ttft: 1 s")).workload);
  CHECK_FALSE(Reading(kafka + "claims:\n  one: {e2e: 3 s}\n").workload);
}

TEST_CASE("what cannot be recalculated or compared is refused") {
  CHECK(Reading(claim("saving: 94 %")).problems().find("RF0524") != std::string::npos);
  CHECK(Reading(claim("e2e: [4 s, 3 s]")).problems().find("RF0522") != std::string::npos);
  CHECK(Reading(claim("e2e: [1 s, 2 s, 3 s]")).problems().find("RF0522") != std::string::npos);
  CHECK(Reading(claim("price: [1 USD, 2 CNY]")).problems().find("RF0521") != std::string::npos);
  CHECK(Reading(claim("price: 180000")).problems().find("RF0521") != std::string::npos);
  CHECK(Reading(kafka + "proposal: {nodes: {a: {devices: 2}}}\n").problems().find("RF0523") !=
        std::string::npos);
}

TEST_CASE("several mistakes in a proposal and its claims are told in one run") {
  const Reading reading(
      kafka +
      "proposal: {nodes: {a: {devices: 2, memroy: 1 GiB}}}\nclaims: {b: {says: x, e2e: 3}, c: {e2e: 3 s}}\n");
  const std::string problems = reading.problems();
  CHECK(problems.find("memroy") != std::string::npos);
  CHECK(problems.find("`e2e`") != std::string::npos);
  CHECK(problems.find("`says`") != std::string::npos);
}
