// Every bundled audit through the whole program: the verdicts that arithmetic and physics give, whatever
// prices and coefficients say.
#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "support/catch.hpp"
#include "support/json_schema.hpp"
#include "support/play.hpp"

namespace fs = std::filesystem;
using namespace rackfit;
using nlohmann::json;

namespace {

std::vector<std::string> audits() {
  std::vector<std::string> found;
  for (const auto& entry : fs::directory_iterator(RACKFIT_SOURCE_DIR "/profiles/audits")) {
    if (entry.path().extension() == ".yaml") found.push_back(entry.path().stem().string());
  }
  std::sort(found.begin(), found.end());
  return found;
}

const test::Played& played(const std::string& name) {
  static std::map<std::string, test::Played> kept;
  const auto found = kept.find(name);
  if (found != kept.end()) return found->second;
  const std::string file = std::string(RACKFIT_SOURCE_DIR "/profiles/audits/") + name + ".yaml";
  return kept.emplace(name, test::play({"audit", file, "--format", "json"})).first->second;
}

json audit(const std::string& name) {
  const test::Played& run = played(name);
  INFO(name << ":\n" << run.err);
  REQUIRE(run.exit <= 1);
  return json::parse(run.out);
}

json verdict(const std::string& name, const std::string& id) {
  const json all = audit(name);
  std::string known;
  for (const json& each : all.at("verdicts")) {
    if (each.at("id") == id) return each;
    known += each.at("id").get<std::string>() + " ";
  }
  FAIL(name << " has no verdict " << id << "; it has " << known);
  return {};
}

std::string ruling(const std::string& name, const std::string& id) {
  const json found = verdict(name, id);
  INFO(found.dump(2));
  CHECK((found.at("verdict") == "holds" || !found.at("because").is_null()));
  return found.at("verdict");
}

double number(const json& found, const char* key) {
  INFO(found.dump(2));
  REQUIRE(found.at(key).is_number());
  return found.at(key).get<double>();
}

}  // namespace

TEST_CASE("there is an audit for every guide's box") { CHECK(audits().size() >= 11); }

TEST_CASE("every bundled audit runs, keeps to its schema and says why nothing holds that does not") {
  const json schema = json::parse(test::read_text(RACKFIT_SOURCE_DIR "/docs/schema/audit.schema.json"));
  for (const std::string& name : audits()) {
    INFO(name);
    const test::Played& run = played(name);
    CHECK(run.err == "");
    REQUIRE(run.exit <= 1);
    const json found = json::parse(run.out);
    for (const std::string& violation : test::violations(schema, found)) FAIL_CHECK(violation);
    bool missed = false;
    for (const json& each : found.at("verdicts")) {
      INFO(each.dump(2));
      if (each.at("verdict") != "holds") CHECK_FALSE(each.at("because").is_null());
      missed = missed || (each.at("kind") == "target" &&
                          (each.at("verdict") == "fails" || each.at("verdict") == "impossible"));
    }
    CHECK(run.exit == (missed ? 1 : 0));
    CHECK(found.at("targets_hold") == !missed);
  }
}

TEST_CASE("150,000 messages a second do not pass through 1 GbE, and a day does not fit 500 GB") {
  CHECK(ruling("log-processing-light", "kafka-broker/kafka.nic_in_fits") == "impossible");
  CHECK(ruling("log-processing-light", "kafka-broker/kafka.storage_fits") == "impossible");
  CHECK(ruling("log-processing-light", "claim/throughput") == "impossible");
  const json claim = verdict("log-processing-light", "claim/throughput");
  CHECK(number(claim, "high") == Approx(125000).epsilon(0.01));
  CHECK(verdict("log-processing-light", "kafka-broker/kafka.storage_fits")
            .at("remedy")
            .get<std::string>()
            .find("keep messages for") != std::string::npos);
}

TEST_CASE("eight bits are half of sixteen, a quarter of thirty-two") {
  CHECK(ruling("log-processing-light", "claim/eight-bit") == "fails");
  CHECK(number(verdict("log-processing-light", "claim/eight-bit"), "predicted") == Approx(2));
  CHECK(ruling("rules-of-thumb", "claim/eight-bit-fp32") == "holds");
  CHECK(ruling("rules-of-thumb", "claim/eight-bit-fp16") == "fails");
}

TEST_CASE("a full answer to 2048 tokens takes a 3060 longer than 800 ms") {
  const json claim = verdict("log-processing-light", "claim/answer");
  CHECK(claim.at("verdict") != "holds");
}

TEST_CASE("two 24 GB cards do not train a 13B in full, and a 4090 has no NVLink") {
  const json claim = verdict("finetune-13b", "claim/full-training");
  CHECK(claim.at("verdict") == "impossible");
  CHECK(number(claim, "low") == Approx(208e9 / (1 << 30)).epsilon(0.01));  // GiB of state
  CHECK(number(claim, "wanted") == Approx(48));                            // two times 24 GiB
  CHECK(claim.at("because").get<std::string>().find("208 GB") != std::string::npos);
  CHECK(verdict("finetune-13b", "claim/nvlink").at("wanted_word") == "nvlink");
  CHECK(verdict("finetune-13b", "claim/nvlink").at("predicted_word") == "pcie");
  CHECK(ruling("finetune-13b", "training:full/training.memory_fits") == "impossible");
  CHECK(ruling("finetune-13b", "claim/adapter-training") == "holds");
  CHECK(ruling("finetune-13b", "claim/nvlink") == "impossible");
  CHECK(ruling("finetune-13b", "proposal/trainer.link") == "impossible");
}

TEST_CASE("the saving is 98.2 %, not 94 %, and far less with what was left out") {
  const json gpt = verdict("cloud-savings", "claim/gpt"), kafka = verdict("cloud-savings", "claim/kafka");
  CHECK(gpt.at("verdict") == "fails");
  CHECK(number(gpt, "predicted") == Approx(98.2).epsilon(0.001));
  CHECK(kafka.at("verdict") == "holds");
  CHECK(number(kafka, "predicted") == Approx(76.4).epsilon(0.001));
  for (const char* id : {"claim/gpt.in_full", "claim/kafka.in_full"}) {
    const json full = verdict("cloud-savings", id);
    CHECK(full.at("verdict") == "fails");
    CHECK(number(full, "low") < number(full, "predicted"));
    CHECK(number(full, "predicted") < number(full, "high"));
  }
  CHECK(number(verdict("cloud-savings", "claim/gpt.in_full"), "high") < 98.2);
  // What power, space, upkeep and staff change, each by name.
  const std::string left_out = verdict("cloud-savings", "claim/gpt.in_full").at("because");
  for (const char* part : {"electricity", "space", "maintenance", "a person", "nobody"}) {
    INFO(left_out);
    CHECK(left_out.find(part) != std::string::npos);
  }
  // One RTX 3060 does not do the work of 5,000 USD a month.
  const json work = verdict("cloud-savings", "claim/gpt.same_work");
  CHECK(work.at("verdict") == "fails");
  CHECK(number(work, "wanted") == 60000);
  CHECK(number(work, "predicted") < 6000);
  CHECK(ruling("cloud-savings", "claim/kafka.same_work") == "holds");
}

TEST_CASE("rules of thumb are told from mistakes") {
  for (const char* good : {"disk", "cpu", "heap", "network", "replicas"}) {
    INFO(good);
    CHECK(ruling("rules-of-thumb", std::string("claim/") + good) == "holds");
  }
  CHECK(ruling("rules-of-thumb", "claim/retention") == "impossible");
  CHECK(ruling("rules-of-thumb", "claim/kip-873") == "impossible");
  CHECK(ruling("rules-of-thumb", "claim/nearby") == "unknown");
}

TEST_CASE(
    "ten brokers for 15 MB/s are several times too many, and a faster feed does not shorten a fed trainer") {
  const json brokers = verdict("training-feed", "claim/brokers");
  CHECK(brokers.at("verdict") == "fails");
  CHECK(number(brokers, "predicted") <= 4);
  CHECK(ruling("training-feed", "claim/feed") == "holds");
  const json duration = verdict("training-feed", "claim/training");
  CHECK(duration.at("verdict") == "fails");
  CHECK(number(duration, "predicted") == Approx(12).epsilon(0.01));
}

TEST_CASE("a V100 ends at 32 GB, and 70B fits one 80 GB card in 4 bits only") {
  CHECK(ruling("autoglm-production", "claim/v100") == "impossible");
  CHECK(number(verdict("autoglm-production", "claim/v100"), "predicted") == Approx(32));
  CHECK(ruling("autoglm-production", "claim/a100") == "holds");
  for (const char* format : {"fp32-5b", "fp16-5b", "int8-5b", "int4-5b"})
    CHECK(ruling("autoglm-production", std::string("claim/") + format) == "holds");
  CHECK(ruling("autoglm-production", "claim/seven-on-24") == "holds");
  CHECK(ruling("autoglm-production", "claim/seventy-fp16") == "impossible");
  CHECK(ruling("autoglm-production", "claim/seventy-int8") != "impossible");
  CHECK(ruling("autoglm-production", "claim/seventy-int4") == "holds");
}

TEST_CASE("fifteen in progress for three to four seconds are four to five requests a second, not fifteen") {
  for (const char* name : {"code-assistant-30-bill-1", "code-assistant-30-bill-2"}) {
    INFO(name);
    CHECK(ruling(name, "claim/peak-rate") == "impossible");
    const json little = verdict(name, "consistency/llm:assistant.little");
    CHECK(little.at("verdict") == "impossible");
    CHECK(number(little, "low") == Approx(3.75));
    CHECK(number(little, "high") == Approx(5));
    CHECK(ruling(name, "consistency/llm:assistant.daily") == "fails");
    CHECK(ruling(name, "claim/day") == "holds");
    const json answer = verdict(name, "llm:assistant/e2e_p95");
    CHECK(number(answer, "wanted") == 5);
    CHECK(number(answer, "low") < number(answer, "predicted"));
    CHECK(number(answer, "predicted") < number(answer, "high"));
    const json found = audit(name);
    CHECK(found.at("proposal").at("price_low").at("currency") == "CNY");
    CHECK(found.at("price_difference").is_object());
  }
  CHECK(number(verdict("code-assistant-30-bill-1", "claim/hardware"), "wanted") == 220000);
}

TEST_CASE("the budget lines of both bills are held against what owning costs") {
  for (const char* name : {"code-assistant-30-bill-1", "code-assistant-30-bill-2"}) {
    INFO(name);
    for (const char* line : {"claim/deployment", "claim/first-year", "claim/card"}) {
      CHECK(ruling(name, line) == "holds");
      CHECK(verdict(name, line).at("unit") == "CNY");
    }
    const json staffed = verdict(name, "claim/first-year.staffed");
    CHECK(staffed.at("verdict") == "fails");
    CHECK(number(staffed, "low") > 60000);
    CHECK(number(staffed, "predicted") > number(verdict(name, "claim/first-year"), "predicted") + 200000);
    CHECK(ruling(name, "claim/power") == "fails");
    CHECK(number(verdict(name, "claim/power"), "predicted") < 15000);
  }
  // 8 % network on 200,000 and 3 % installation on both.
  CHECK(number(verdict("code-assistant-30-bill-1", "claim/deployment"), "predicted") == Approx(22480));
  // What parts cost moves; that both bills ask more than the parts come to does not.
  for (const char* name : {"code-assistant-30-bill-1", "code-assistant-30-bill-2"}) {
    CHECK(ruling(name, "claim/hardware") != "unknown");
    CHECK(number(verdict(name, "claim/hardware"), "predicted") <
          number(verdict(name, "claim/hardware"), "wanted"));
  }
}

TEST_CASE("what is claimed of both bills beside rates and money") {
  for (const char* bill : {"code-assistant-30-bill-1", "code-assistant-30-bill-2"}) {
    INFO(bill);
    CHECK(ruling(bill, "claim/vram") == "holds");
    CHECK(ruling(bill, "claim/vram-fp16") == "impossible");  // 65.5 GB of weights alone
    CHECK(ruling(bill, "claim/two-cards") == "fails");
    CHECK(number(verdict(bill, "claim/two-cards"), "predicted") < 1.8);
  }
}

TEST_CASE("real-time analytics: the model fits the two cards, a day of messages does not fit the disks") {
  CHECK(ruling("realtime-analytics-13b", "claim/fits-16-bit") == "holds");
  CHECK(ruling("realtime-analytics-13b", "kafka-broker/kafka.storage_fits") == "impossible");
  CHECK(ruling("realtime-analytics-13b", "kafka-broker/kafka.nic_in_fits") == "holds");
}

TEST_CASE("no A100 holds a 100B in FP16, and sixteen of them idle at 2,000 requests a day") {
  CHECK(ruling("enterprise-100b", "claim/one-a100-fp16") == "impossible");
  CHECK(ruling("enterprise-100b", "claim/one-a100-int8") == "impossible");
  CHECK(ruling("enterprise-100b", "claim/one-gpu-replicas") == "impossible");
  const json use = verdict("enterprise-100b", "claim/utilization");
  CHECK(use.at("verdict") == "fails");
  CHECK(number(use, "predicted") < 20);
  CHECK(ruling("enterprise-100b", "claim/same-rack") == "unknown");
  CHECK(ruling("enterprise-100b", "claim/cross-rack") == "unknown");
  CHECK(ruling("enterprise-100b", "proposal/server.link") == "holds");
  const json found = audit("enterprise-100b");
  REQUIRE(found.at("instead").at("feasible") == true);
  CHECK(found.at("price_difference").at("amount").get<std::string>().front() == '-');
  // The cheapest box with and without a spare, and how much less power it draws.
  CHECK(found.at("instead").at("availability") == "n+1");
  REQUIRE(found.at("other").at("feasible") == true);
  CHECK(found.at("other").at("availability") == "n");
  CHECK(found.at("other").at("nodes") < found.at("instead").at("nodes"));
  CHECK(found.at("power_difference_w") < 0);
  // Nobody lists a whole server of eight A100.
  CHECK(found.at("proposal").at("market_price_is_floor") == true);
}

TEST_CASE("a 100B does not run at the edge, a 7B does") {
  CHECK(ruling("edge-orin", "claim/hundred-billion") == "impossible");
  CHECK(played("edge-orin").exit == 0);
}

TEST_CASE("a sale day runs on the sixteen A100, which idle most of it") {
  CHECK(played("ecommerce-support-peak").exit == 0);
  CHECK(ruling("ecommerce-support-peak", "claim/utilization") == "fails");
}

TEST_CASE("a changed proposal changes its verdicts, and only those") {
  const auto changed = [](const std::string& name, const std::vector<std::string>& settings) {
    std::vector<std::string> words = {
        "audit", std::string(RACKFIT_SOURCE_DIR "/profiles/audits/") + name + ".yaml", "--format", "json"};
    for (const std::string& setting : settings) words.insert(words.end(), {"--set", setting});
    const test::Played run = test::play(words);
    INFO(run.err);
    REQUIRE(run.exit <= 1);
    std::map<std::string, std::string> rulings;
    const json found = json::parse(run.out);
    for (const json& each : found.at("verdicts")) rulings[each.at("id")] = each.at("verdict");
    return rulings;
  };
  struct Mutation {
    const char *audit, *setting, *verdict, *before, *after;
  };
  const Mutation mutations[] = {
      {"log-processing-light", "proposal.nodes.broker.nic=10 Gbit/s", "kafka-broker/kafka.nic_in_fits",
       "impossible", "holds"},
      {"log-processing-light", "proposal.nodes.broker.nic=10 Gbit/s", "claim/throughput", "impossible",
       "holds"},
      {"log-processing-light", "kafka.retention=30 min", "kafka-broker/kafka.storage_fits", "impossible",
       "holds"},
      {"realtime-analytics-13b", "proposal.nodes.broker.disk_capacity=4 TB",
       "kafka-broker/kafka.storage_fits", "impossible", "holds"},
      {"finetune-13b", "proposal.nodes.trainer.link=pcie", "proposal/trainer.link", "impossible", "holds"},
      {"finetune-13b", "proposal.nodes.trainer.count=8", "training:full/training.memory_fits", "impossible",
       "holds"},
      {"code-assistant-30-bill-1", "claims.peak-rate.rate=4 request/s", "consistency/llm:assistant.little",
       "impossible", "holds"},
      {"code-assistant-30-bill-1", "claims.deployment.deployment_cost=300000 CNY", "claim/deployment",
       "holds", "fails"},
      {"code-assistant-30-bill-1", "claims.card.price=120000 CNY", "claim/card", "holds", "fails"},
      {"code-assistant-30-bill-2", "proposal.nodes.server.psu=500 W", "llm:assistant/node.psu_carries_node",
       "holds", "fails"},
      {"autoglm-production", "proposal.nodes.server.memory=128 GiB", "llm:agent/llm.host_memory_fits",
       "fails", "holds"},
      {"autoglm-production", "headroom.vram=5 %", "claim/seventy-int8", "fails", "holds"},
      {"autoglm-production", "claims.v100.device_memory=32 GiB", "claim/v100", "impossible", "holds"},
      {"cloud-savings", "claims.gpt.saving=98.2 %", "claim/gpt", "fails", "holds"},
      {"training-feed", "claims.brokers.brokers=3", "claim/brokers", "fails", "holds"},
      {"edge-orin", "claims.hundred-billion.memory=128 GiB", "claim/hundred-billion", "impossible", "holds"}};
  for (const Mutation& mutation : mutations) {
    INFO(mutation.audit << " with " << mutation.setting << ": " << mutation.verdict);
    const auto before = changed(mutation.audit, {}), after = changed(mutation.audit, {mutation.setting});
    REQUIRE(before.count(mutation.verdict) == 1);
    REQUIRE(after.count(mutation.verdict) == 1);
    CHECK(before.at(mutation.verdict) == mutation.before);
    CHECK(after.at(mutation.verdict) == mutation.after);
  }
}

TEST_CASE("an audit as CSV has a line for each verdict") {
  const test::Played run =
      test::play({"audit", RACKFIT_SOURCE_DIR "/profiles/audits/finetune-13b.yaml", "--format", "csv"});
  CHECK(run.exit == 1);
  CHECK(run.out.rfind(
            "workload,id,subject,kind,verdict,unit,wanted,predicted,low,high,margin,because,remedy,formula\n",
            0) == 0);
  const auto lines = static_cast<std::size_t>(std::count(run.out.begin(), run.out.end(), '\n'));
  CHECK(lines == audit("finetune-13b").at("verdicts").size() + 1);
  CHECK(run.out.find("finetune-13b,claim/nvlink,nvlink,claim,impossible,,nvlink,pcie,") != std::string::npos);
}
