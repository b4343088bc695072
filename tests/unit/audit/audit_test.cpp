// Verdicts on machines that are what they are, and on promises about them.
#include "rackfit/audit/audit.hpp"

#include <algorithm>

#include "support/planning.hpp"

using namespace rackfit;
using audit::Ruling;
using audit::Verdict;

namespace {

const std::string brokers =
    "kafka: {ingress: 100 MB/s, retention: 1 h, combined_mode: true}\n"
    "proposal: {nodes: {box: {count: 3, cores: 16 core, memory: 32 GiB, disk_capacity: 4 TB, disk_write: 2 "
    "GB/s, nic: 10 Gbit/s}}}\n";
const std::string service =
    "llm:\n"
    "  chat: {model: Qwen2.5-7B, quantization: bf16, engine: vllm, concurrency: 8, prompt: 800, output: "
    "200,\n"
    "    targets: {ttft_p95: 3 s, tpot_p95: 80 ms}}\n";

std::string on(const std::string& box) { return service + "proposal: {nodes: {box: {" + box + "}}}\n"; }

/// An audit with what it points into.
struct Audited {
  std::unique_ptr<test::Planned> planned;
  Diagnostics diagnostics;
  std::shared_ptr<const audit::Audit> audit;

  explicit Audited(const std::string& text, const std::vector<std::string>& settings = {}) {
    planned = test::plan_of(text, {settings, nullptr, 0});
    if (!planned->workload) return;
    search::PlanRequest request;
    request.catalog = &test::built_in_catalog();
    request.rules = planned->rules;
    request.units = &test::registry();
    request.workload = &*planned->workload;
    request.top = 0;
    audit = audit::audit(request, diagnostics);
  }
  std::string problems() const { return render(planned->diagnostics) + render(diagnostics); }
  const Verdict& verdict(const std::string& id) const {
    INFO(problems());
    REQUIRE(audit);
    std::string known;
    for (const Verdict& each : audit->verdicts) {
      if (each.id == id) return each;
      known += each.id + " ";
    }
    FAIL("no verdict " << id << " among " << known);
    return audit->verdicts.front();
  }
};

}  // namespace

TEST_CASE("machines that do the job hold every target") {
  const Audited audited(brokers);
  REQUIRE(audited.audit);
  for (const Verdict& verdict : audited.audit->verdicts) {
    INFO(verdict.id << ": " << verdict.because);
    CHECK(verdict.ruling == Ruling::holds);
  }
  CHECK(audited.audit->targets_hold());
}

TEST_CASE("past the planned load of a port is a miss, past the port itself impossible") {
  const Verdict fails =
      Audited(brokers, {"kafka.ingress=1100 MB/s"}).verdict("kafka-broker/kafka.nic_in_fits");
  CHECK(fails.ruling == Ruling::fails);
  CHECK(*fails.margin < 0);
  const Verdict beyond =
      Audited(brokers, {"kafka.ingress=1300 MB/s"}).verdict("kafka-broker/kafka.nic_in_fits");
  CHECK(beyond.ruling == Ruling::impossible);
  CHECK(beyond.remedy.find("Gbit/s") != std::string::npos);
}

TEST_CASE("the number of machines is the proposal's, whatever the load asks for") {
  const Audited few(brokers), more(brokers, {"proposal.nodes.box.count=6"});
  CHECK(few.audit->roles.front().plan.chosen->nodes == 3);
  CHECK(more.audit->roles.front().plan.chosen->nodes == 6);
}

TEST_CASE("a missed storage limit names larger disks and a shorter retention") {
  const Verdict verdict =
      Audited(brokers, {"kafka.retention=1 d"}).verdict("kafka-broker/kafka.storage_fits");
  CHECK(verdict.ruling == Ruling::impossible);
  CHECK(verdict.remedy.find("disks of") != std::string::npos);
  CHECK(verdict.remedy.find("keep messages for") != std::string::npos);
}

TEST_CASE("a service is judged on the proposed cards, with its best arrangement") {
  const Audited audited(on("device: l40s, devices: 1, cores: 16 core, memory: 128 GiB"));
  REQUIRE(audited.audit);
  REQUIRE(audited.audit->roles.size() == 1);
  const auto& chosen = *audited.audit->roles.front().plan.chosen;
  CHECK(chosen.node.existing == "box");
  CHECK(chosen.node.device->row.id == "l40s");
  CHECK(audited.verdict("llm:chat/tpot_p95").ruling == Ruling::holds);
}

TEST_CASE("weights beyond the card make every promise impossible, and a smaller format is named") {
  const Audited audited(on("device: rtx-3060-12gb, devices: 1"));
  const Verdict& memory = audited.verdict("llm:chat/llm.weights_fit_device");
  CHECK(memory.ruling == Ruling::impossible);
  CHECK(memory.remedy.find("weights as") != std::string::npos);
  CHECK(audited.verdict("llm:chat/tpot_p95").ruling == Ruling::impossible);
  CHECK_FALSE(audited.audit->targets_hold());
}

TEST_CASE("a time below that of reading the weights once is impossible") {
  const Audited audited(on("device: l40s, devices: 1"), {"llm.chat.targets.tpot_p95=5 ms"});
  CHECK(audited.verdict("llm:chat/tpot_p95").ruling == Ruling::impossible);
}

TEST_CASE("one machine is not enough where one may fail") {
  const Audited audited(on("device: l40s, devices: 1") + "availability: n+1\n");
  CHECK(audited.verdict("llm:chat/node.enough_existing").ruling == Ruling::fails);
  const Audited two(on("device: l40s, devices: 1, count: 2") + "availability: n+1\n");
  CHECK(two.verdict("llm:chat/node.enough_existing").ruling == Ruling::holds);
}

TEST_CASE("a role without machines is told, and decides nothing") {
  const Audited audited(service + brokers);
  CHECK(audited.verdict("llm:chat/machines").ruling == Ruling::unknown);
  CHECK(audited.audit->targets_hold());
}

TEST_CASE("a claim is judged under its own conditions") {
  const std::string claims =
      "claims:\n"
      "  short: {says: short, e2e: 10 s, at: {prompt: 100, output: 100}}\n"
      "  long: {says: long, e2e: 10 s, at: {prompt: 100, output: 3000, context: 4096}}\n"
      "  other-card: {says: other, fits: true, at: {device: rtx-3060-12gb, format: bf16}}\n";
  const Audited audited(on("device: l40s, devices: 1") + claims);
  CHECK(audited.verdict("claim/short").ruling == Ruling::holds);
  CHECK(audited.verdict("claim/long").ruling != Ruling::holds);
  CHECK(audited.verdict("claim/other-card").ruling == Ruling::impossible);
  CHECK(audited.audit->targets_hold());  // claims are not targets
}

TEST_CASE("claims are held against each other") {
  const std::string claims =
      "claims:\n"
      "  time: {says: time, e2e: [3 s, 4 s], at: {concurrency: 15}}\n"
      "  rate: {says: rate, rate: 15 request/s, at: {concurrency: 15}}\n"
      "  day: {says: day, requests_per_day: [300, 600]}\n";
  const Audited audited(service + claims);
  const Verdict& little = audited.verdict("consistency/llm:chat.little");
  CHECK(little.ruling == Ruling::impossible);
  CHECK(little.because.find("3.75") != std::string::npos);
  CHECK(little.remedy.find("45") != std::string::npos);
  CHECK(audited.verdict("consistency/llm:chat.daily").ruling == Ruling::fails);
}

TEST_CASE("names that nobody knows are told together") {
  const Audited audited(on("device: l40x, devices: 1, cpu: epyc-1") +
                        "claims:\n  a: {says: x, fits: true, at: {device: l41, model: Quen}}\n  b: {says: y, "
                        "about: llm.chta, e2e: 1 s}\n");
  CHECK_FALSE(audited.audit);
  const std::string problems = audited.problems();
  for (const char* word : {"l40x", "epyc-1", "l41", "Quen", "llm.chta"})
    CHECK(problems.find(word) != std::string::npos);
}

TEST_CASE("without a proposal or claims there is nothing to audit") {
  const Audited audited(service);
  CHECK_FALSE(audited.audit);
  CHECK(audited.problems().find("RF0621") != std::string::npos);
}

TEST_CASE("services on the same machines are said to be judged each by itself") {
  const Audited audited(service +
                        "  code: {model: Qwen2.5-7B, quantization: bf16, concurrency: 2}\n"
                        "proposal: {nodes: {box: {device: l40s, devices: 2}}}\n");
  const Verdict& shared = audited.verdict("proposal/box.shared");
  CHECK(shared.ruling == Ruling::unknown);
  CHECK(shared.because.find("llm:code") != std::string::npos);
}

TEST_CASE("embedding services are judged as well") {
  const Audited audited(
      "embedding: {search: {model: bge-m3, documents_per_second: 5 /s}}\n"
      "proposal: {nodes: {box: {device: l4, devices: 1}}}\n");
  INFO(audited.problems());
  REQUIRE(audited.audit);
  REQUIRE(audited.audit->roles.size() == 1);
  CHECK(audited.audit->targets_hold());
}

TEST_CASE("a rule of thumb must be one that is known") {
  const Audited audited(service + "claims: {a: {says: x, statement: kip-837-controller}}\n");
  CHECK_FALSE(audited.audit);
  CHECK(audited.problems().find("RF0622") != std::string::npos);
  CHECK(audited.problems().find("kip-873-controller") != std::string::npos);
}
