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

const catalog::Market& market() {
  static const auto loaded = [] {
    Diagnostics diagnostics;
    auto market = catalog::Market::load(catalog::Library::built_in(), test::registry(), diagnostics);
    if (!market) throw std::runtime_error(render(diagnostics));
    return market;
  }();
  return *loaded;
}

/// An audit with what it points into.
struct Audited {
  std::unique_ptr<test::Planned> planned;
  Diagnostics diagnostics;
  std::shared_ptr<const audit::Audit> audit;

  explicit Audited(const std::string& text, const std::vector<std::string>& settings = {},
                   bool with_market = true) {
    planned = test::plan_of(text, {settings, nullptr, 0});
    if (!planned->workload) return;
    audit::AuditRequest request;
    request.catalog = &test::built_in_catalog();
    request.rules = planned->rules;
    request.units = &test::registry();
    request.workload = &*planned->workload;
    request.top = 0;
    if (with_market) request.market = &market();
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

TEST_CASE("services on one machine are judged together: what each needs adds up") {
  const std::string two = service +
                          "  code: {model: Qwen2.5-7B, quantization: bf16, engine: vllm, concurrency: 2, "
                          "prompt: 800, output: 200}\n";
  const std::string box =
      "proposal: {nodes: {box: {device: l40s, devices: 2, cores: 32 core, memory: 256 GiB, disk_capacity: 2 "
      "TB, nic: 10 Gbit/s}}}\n";
  const Audited roomy(two + box);
  // Two accelerators: each service has one of its own, and the host that goes with it.
  CHECK(roomy.verdict("shared/box.devices").ruling == Ruling::holds);
  const Verdict& ram = roomy.verdict("shared/box.ram");
  CHECK(ram.ruling == Ruling::holds);
  CHECK(ram.kind == audit::VerdictKind::target);
  CHECK(*ram.predicted == Approx(192));  // twice the memory of two cards of 48 GiB
  CHECK(roomy.audit->targets_hold());

  // Enough for either alone, too little for both.
  const Audited tight(two + box, {"proposal.nodes.box.disk_capacity=400 GB"});
  CHECK(tight.verdict("llm:chat/llm.disk_fits").ruling == Ruling::holds);
  CHECK(tight.verdict("llm:code/llm.disk_fits").ruling == Ruling::holds);
  const Verdict& disk = tight.verdict("shared/box.disk");
  CHECK(disk.ruling == Ruling::fails);
  CHECK(*disk.predicted == Approx(*tight.verdict("llm:chat/llm.disk_fits").predicted +
                                  *tight.verdict("llm:code/llm.disk_fits").predicted));
  CHECK_FALSE(tight.audit->targets_hold());
}

TEST_CASE("services that find too few accelerators share their memory and their time") {
  const Audited audited(service +
                        "  code: {model: Qwen2.5-7B, quantization: bf16, engine: vllm, concurrency: 2, "
                        "prompt: 800, output: 200}\n"
                        "proposal: {nodes: {box: {device: l40s, devices: 1}}}\n");
  const Verdict& memory = audited.verdict("shared/box.vram");
  CHECK(memory.because.find("llm:chat") != std::string::npos);
  CHECK(memory.because.find("llm:code") != std::string::npos);
  CHECK(*memory.predicted > 28);  // twice 14 GiB of weights
  CHECK(audited.verdict("shared/box.time").predicted);
}

TEST_CASE("brokers and a model on the same machines add up as well") {
  const Audited audited(
      service + "kafka: {ingress: 20 MB/s, retention: 1 h, combined_mode: true}\n" +
      "proposal: {nodes: {box: {count: 3, device: l40s, devices: 1, cores: 16 core, memory: 128 GiB, "
      "disk_capacity: 4 TB, disk_write: 2 GB/s, nic: 10 Gbit/s, use: any}}}\n");
  CHECK(audited.verdict("shared/box.cpu").because.find("kafka-broker") != std::string::npos);
  CHECK(*audited.verdict("shared/box.ram").predicted >
        *audited.verdict("llm:chat/llm.host_memory_fits").predicted);
}

TEST_CASE("controllers are judged where the proposal has machines for them, and named where not") {
  const std::string split = "kafka: {ingress: 100 MB/s, retention: 1 h}\n";
  const std::string brokers_only = brokers.substr(brokers.find("proposal"));
  const Audited without(split + brokers_only);
  CHECK(without.verdict("kafka-controller/machines").ruling == Ruling::unknown);
  const Audited with(
      split +
      "proposal: {nodes: {box: {count: 3, cores: 16 core, memory: 32 GiB, disk_capacity: 4 TB, "
      "disk_write: 2 GB/s, nic: 10 Gbit/s, use: kafka}, small: {count: 3, cores: 4 core, memory: 8 GiB, "
      "disk_capacity: 100 GB, nic: 10 Gbit/s, use: controller}}}\n");
  REQUIRE(with.audit);
  bool judged = false;
  for (const auto& role : with.audit->roles) judged = judged || role.plan.problem.role == "kafka-controller";
  CHECK(judged);
}

TEST_CASE("pipelines are judged with the machines of their services") {
  const std::string text =
      "kafka: {topics: {tickets: {messages: 2 message/s, message_size: 2 kB/message}}, retention: 1 d, "
      "combined_mode: true}\n"
      "llm: {classify: {model: Qwen2.5-7B, quantization: bf16, engine: vllm, prompt: 600, output: 20}}\n"
      "pipelines: {triage: {from: kafka.tickets, to: llm.classify, lag_p95: 1 min}}\n";
  const std::string box =
      "proposal: {nodes: {brokers: {count: 3, cores: 8 core, memory: 32 GiB, disk_capacity: 1 TB, nic: 10 "
      "Gbit/s, use: kafka}";
  const Audited both(text + box + ", gpu: {device: l40s, devices: 1, use: llm}}}\n");
  CHECK(both.verdict("pipeline:triage/lag_p95").ruling == Ruling::holds);
  const Audited one(text + box + "}}\n");
  CHECK(one.verdict("pipeline:triage/machines").ruling == Ruling::unknown);
  CHECK(one.verdict("llm:classify/machines").ruling == Ruling::unknown);
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
  const Audited audited(service + "claims: {a: {says: x, statement: kip_837}}\n");
  CHECK_FALSE(audited.audit);
  CHECK(audited.problems().find("RF0622") != std::string::npos);
  CHECK(audited.problems().find("kip_873") != std::string::npos);
}

TEST_CASE("what guides get wrong about Kafka is answered by the brokers' own rules") {
  const Audited audited(brokers + "claims: {a: {says: x, statement: kip_873}}\n");
  const Verdict& verdict = audited.verdict("claim/a");
  CHECK(verdict.ruling == Ruling::impossible);
  CHECK(verdict.because.find("KIP-837") != std::string::npos);
  const Audited nothing(service + "claims: {a: {says: x, statement: kip_873}}\n");
  CHECK(nothing.verdict("claim/a").ruling == Ruling::unknown);
}

TEST_CASE("money is counted by the cost engine, in the claim's currency") {
  const std::string box = "device: l40s, devices: 1, cores: 16 core, memory: 128 GiB, power: 1 kW";
  const std::string site = "site: {country: CN}\n";
  const auto with = [&](const std::string& claim) {
    return Audited(site + service + "proposal: {price: 100000 CNY, nodes: {box: {" + box +
                   "}}}\nclaims: {a: {says: x, " + claim + "}}\n");
  };
  const auto coefficient = [](const char* name) { return market().coefficients.find(name)->usual; };
  // Network on the machines, installation on both.
  const double network = 100000 * coefficient("network-fraction");
  const double install = (100000 + network) * coefficient("install-fraction");
  const Verdict deployment = with("deployment_cost: [1 CNY, 2 CNY]").verdict("claim/a");
  CHECK(*deployment.predicted == Approx(network + install));
  CHECK(deployment.ruling == Ruling::fails);
  CHECK(*deployment.low < *deployment.predicted);
  CHECK(*deployment.predicted < *deployment.high);
  CHECK(with("deployment_cost: 11000 CNY").verdict("claim/a").ruling == Ruling::holds);

  const Verdict power = with("power_cost: 1 CNY").verdict("claim/a");
  CHECK(*power.predicted == Approx(8760 * coefficient("pue-colo") * 0.64));

  const Audited running = with("running_cost: 20000 CNY");
  const Verdict& alone = running.verdict("claim/a");
  const Verdict& staffed = running.verdict("claim/a.staffed");
  CHECK(*staffed.predicted - *alone.predicted ==
        Approx(coefficient("staff-fte") * coefficient("fte-cost-cn")));
  CHECK(staffed.ruling == Ruling::fails);
}

TEST_CASE("a card's price is held against its dated reference rows") {
  const auto at = [&](const char* price) {
    return Audited(service + "claims: {a: {says: x, price: " + price + ", at: {device: l40s, devices: 2}}}\n")
        .verdict("claim/a");
  };
  CHECK(at("18000 USD").ruling == Ruling::holds);
  CHECK(at("40000 USD").ruling == Ruling::fails);
  CHECK(at("18000 USD").because.find("2026-06") != std::string::npos);
}

TEST_CASE("without market prices money cannot be told, and that is said") {
  Audited audited(
      service + "proposal: {nodes: {box: {device: l40s}}}\nclaims: {a: {says: x, power_cost: 10 USD}}\n", {},
      false);
  CHECK(audited.verdict("claim/a").ruling == Ruling::unknown);
  CHECK(audited.verdict("claim/a").because == "market prices were not read");
}

TEST_CASE("verdicts carry their formula with numbers") {
  const Audited audited(brokers, {"kafka.ingress=1300 MB/s"});
  const std::string& formula = audited.verdict("kafka-broker/kafka.nic_in_fits").formula;
  CHECK(formula.rfind("kafka.nic_in = ", 0) == 0);
  CHECK(formula.find("1.3 GB/s") != std::string::npos);
}

TEST_CASE("a spare more or less stands beside the plan") {
  const Audited audited(brokers);
  REQUIRE(audited.audit->other);
  CHECK(audited.audit->availability == "n");
  CHECK(audited.audit->other_availability == "n+1");
}
