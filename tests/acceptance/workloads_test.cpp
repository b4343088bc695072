// Every bundled workload through the whole program: feasible, valid, the same everywhere, and sane.
//
// The sanity facts are what somebody who knows the field would say before looking at a plan. They leave
// prices and brands open, so that a new device or a better price does not break them, and a wrong formula
// does.
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>

#include "support/catch.hpp"
#include "support/json_schema.hpp"
#include "support/play.hpp"

namespace fs = std::filesystem;
using namespace rackfit;
using nlohmann::json;

namespace {

class WorkingDirectory {
 public:
  explicit WorkingDirectory(const fs::path& path) : before_(fs::current_path()) { fs::current_path(path); }
  ~WorkingDirectory() { fs::current_path(before_); }
  WorkingDirectory(const WorkingDirectory&) = delete;
  WorkingDirectory& operator=(const WorkingDirectory&) = delete;

 private:
  fs::path before_;
};

std::vector<std::string> workloads() {
  std::vector<std::string> found;
  for (const auto& entry : fs::directory_iterator(RACKFIT_SOURCE_DIR "/profiles/workloads")) {
    if (entry.path().extension() == ".yaml")
      found.push_back("profiles/workloads/" + entry.path().filename().string());
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::string path_of(const std::string& name) { return "profiles/workloads/" + name + ".yaml"; }

test::Played plan(const std::string& file, const std::vector<std::string>& settings = {}) {
  std::vector<std::string> args = {"plan", file, "--format", "json"};
  for (const std::string& setting : settings) {
    args.push_back("--set");
    args.push_back(setting);
  }
  return test::play(args);
}

/// Plans are kept: several tests look at the same one.
const test::Played& planned(const std::string& file, const std::vector<std::string>& settings = {}) {
  static std::map<std::pair<std::string, std::vector<std::string>>, test::Played> kept;
  const auto key = std::make_pair(file, settings);
  const auto found = kept.find(key);
  if (found != kept.end()) return found->second;
  const WorkingDirectory here(RACKFIT_SOURCE_DIR);
  return kept.emplace(key, plan(file, settings)).first->second;
}

/// A plan's JSON with short ways to what the facts ask of it.
struct Document {
  json plan;

  explicit Document(const std::string& name, const std::vector<std::string>& settings = {})
      : plan(json::parse(planned(path_of(name), settings).out)) {}

  const json& role(const std::string& name) const {
    for (const json& each : plan.at("roles")) {
      if (each.at("role") == name) return each;
    }
    FAIL("no role " << name);
    return plan;
  }
  std::int64_t nodes(const std::string& name) const { return role(name).at("nodes").get<std::int64_t>(); }
  std::int64_t nodes() const { return plan.at("totals").at("nodes").get<std::int64_t>(); }
  /// Accelerators of a role, over all its nodes.
  std::int64_t devices(const std::string& name) const {
    std::int64_t count = 0;
    for (const json& part : role(name).at("configuration").at("parts")) {
      if (part.at("kind") == "device") count += part.at("count").get<std::int64_t>();
    }
    return count * nodes(name);
  }
  /// What the advice of this name says; empty when it says nothing.
  std::string advice(const std::string& name) const {
    for (const json& item : plan.at("advice")) {
      if (item.at("id") == name) return item.at("message");
    }
    return {};
  }
  std::string device(const std::string& name) const {
    for (const json& part : role(name).at("configuration").at("parts")) {
      if (part.at("kind") == "device") return part.at("id");
    }
    return {};
  }
  double need(const std::string& name, const std::string& resource) const {
    return figure(name, resource, "need");
  }
  double capacity(const std::string& name, const std::string& resource) const {
    return figure(name, resource, "capacity");
  }
  /// Memory of all accelerators of a role, GiB.
  double vram_gib(const std::string& name) const {
    return capacity(name, "vram") * static_cast<double>(devices(name));
  }

 private:
  double figure(const std::string& name, const std::string& resource, const char* key) const {
    for (const json& row : role(name).at("requirements")) {
      if (row.at("resource") == resource) return row.at(key).get<double>();
    }
    FAIL(name << " has no requirement " << resource);
    return 0;
  }
};

struct SanityFact {
  std::string workload;
  std::string says;
  std::function<bool(const Document&)> holds;
};

std::vector<SanityFact> sanity_facts() {
  return {
      {"autoglm-production", "one machine with one or two accelerators serves eight agents",
       [](const Document& d) { return d.nodes() == 1 && d.devices("llm:agent") <= 2; }},
      {"autoglm-production",
       "a 9B with thirty per cent of the memory kept free still fits into less than the guide's 40 GB times "
       "two",
       [](const Document& d) { return d.vram_gib("llm:agent") < 80; }},
      {"code-assistant-30", "one machine with at most the eight accelerators of the guide's",
       [](const Document& d) {
         return d.nodes() == 1 && d.devices("llm:assistant") >= 1 && d.devices("llm:assistant") <= 8;
       }},
      {"code-assistant-30",
       "a 32B model in four bits needs at least 18 GB, and not more than 400 for 30 people",
       [](const Document& d) {
         return d.vram_gib("llm:assistant") > 18 && d.vram_gib("llm:assistant") <= 400;
       }},
      {"ecommerce-support-peak", "tickets need machines of their own beside the chats",
       [](const Document& d) { return d.nodes("llm:chat") >= 2 && d.nodes("llm:tickets") >= 2; }},
      {"ecommerce-support-peak",
       "twenty kilobytes a second are nothing to Kafka: as few brokers as replication and a spare ask for",
       [](const Document& d) { return d.nodes("kafka-broker") <= 4 && d.nodes("kafka-broker") >= 3; }},
      {"edge-orin", "it stays on the one Orin",
       [](const Document& d) {
         return d.nodes() == 1 && d.device("llm:assistant") == "jetson-agx-orin-64gb";
       }},
      {"enterprise-100b", "one machine for the load and one spare",
       [](const Document& d) { return d.nodes("llm:answers") == 2; }},
      {"enterprise-100b", "0.07 requests a second do not need the guide's sixteen accelerators",
       [](const Document& d) { return d.devices("llm:answers") <= 8; }},
      {"enterprise-100b", "a hundred billion weights do not fit into less than 50 GB a replica",
       [](const Document& d) { return d.vram_gib("llm:answers") / 2 > 50e9 / 1073741824.0; }},
      {"finetune-13b", "full training holds weights, gradients and Adam states: more than 200 GB in all",
       [](const Document& d) {
         return d.vram_gib("training:full") > 200e9 / 1073741824.0 &&
                d.need("training:full", "vram") * static_cast<double>(d.devices("training:full")) >
                    200e9 / 1073741824.0;
       }},
      {"finetune-13b", "QLoRA of a 13B fits one card",
       [](const Document& d) {
         return d.devices("training:adapter") == 1 && d.vram_gib("training:adapter") >= 10;
       }},
      {"kafka-large", "a multiple of the three racks, with the binding limit and the next one named",
       [](const Document& d) {
         const json& limits = d.role("kafka-broker").at("limits");
         return d.nodes("kafka-broker") % 3 == 0 && limits.size() > 1 &&
                limits.at(0).at("name") == "storage" && limits.at(0).at("slack").get<double>() >= 0 &&
                limits.at(1).at("slack").get<double>() >= 0;
       }},
      {"kafka-large", "a gigabyte a second for a week, three times over and a third of it: more than 600 TB",
       [](const Document& d) {
         return d.need("kafka-broker", "storage") * static_cast<double>(d.nodes("kafka-broker")) > 600000;
       }},
      {"log-processing-light", "150 MB/s with replication do not pass through the guide's 1 GbE",
       [](const Document& d) {
         return d.capacity("kafka-broker", "nic_out") > 125 && d.need("kafka-broker", "nic_out") > 100;
       }},
      {"log-processing-light", "a day of it, three times over, is more than the guide's 3 × 500 GB",
       [](const Document& d) {
         return d.need("kafka-broker", "storage") * static_cast<double>(d.nodes("kafka-broker")) > 30000;
       }},
      {"log-processing-light", "one machine explains 0.3 messages a second",
       [](const Document& d) { return d.nodes("llm:explain") == 1 && d.devices("llm:explain") <= 2; }},
      {"realtime-analytics-13b", "three or more brokers, and not more than the guide's six",
       [](const Document& d) { return d.nodes("kafka-broker") >= 3 && d.nodes("kafka-broker") <= 6; }},
      {"realtime-analytics-13b", "the 13B runs on one machine",
       [](const Document& d) { return d.nodes("llm:summarise") == 1 && d.devices("llm:summarise") <= 4; }},
      {"training-feed", "15 MB/s need far fewer than the guide's ten brokers",
       [](const Document& d) { return d.nodes("kafka-broker") < 6; }},
      {"training-feed", "a 16B in mixed precision with Adam holds 16 bytes a weight: more than 250 GB",
       [](const Document& d) { return d.vram_gib("training:pretrain") > 250e9 / 1073741824.0; }},
  };
}

}  // namespace

TEST_CASE("there are workloads for every situation") { CHECK(workloads().size() >= 9); }

TEST_CASE("every bundled workload is feasible, meets its targets and fills no resource") {
  for (const std::string& file : workloads()) {
    INFO(file);
    const test::Played& played = planned(file);
    CHECK(played.exit == 0);
    CHECK(played.err == "");
    const json plan = json::parse(played.out);
    CHECK(plan.at("feasible") == true);
    for (const json& role : plan.at("roles")) {
      INFO(role.at("role"));
      CHECK(role.at("nodes").get<int>() >= 1);
      int binding = 0;
      for (const json& row : role.at("requirements")) {
        binding += row.at("binding").get<bool>() ? 1 : 0;
        if (!row.at("utilization").is_null()) CHECK(row.at("utilization").get<double>() <= 1 + 1e-9);
      }
      CHECK(binding == 1);
      for (const json& target : role.at("targets")) CHECK(target.at("met") == true);
    }
  }
}

TEST_CASE("every plan's JSON is what the committed schema says") {
  const json schema = json::parse(test::read_text(RACKFIT_SOURCE_DIR "/docs/schema/plan.schema.json"));
  for (const std::string& file : workloads()) {
    INFO(file);
    const auto violations = test::violations(schema, json::parse(planned(file).out));
    for (const std::string& violation : violations) FAIL_CHECK(violation);
  }
}

TEST_CASE("the same workload gives the same bytes again, in another directory") {
  const fs::path elsewhere = fs::temp_directory_path() / ("rackfit-acceptance-" + std::to_string(::getpid()));
  fs::remove_all(elsewhere);
  fs::create_directories(elsewhere / "profiles");
  fs::copy(RACKFIT_SOURCE_DIR "/profiles/workloads", elsewhere / "profiles/workloads");
  for (const std::string& file : workloads()) {
    INFO(file);
    const WorkingDirectory there(elsewhere);
    const bool same = plan(file).out == planned(file).out;
    CHECK(same);
  }
  fs::remove_all(elsewhere);
}

TEST_CASE("each recommendation is one that an expert would sign") {
  for (const SanityFact& fact : sanity_facts()) {
    INFO(fact.workload << ": " << fact.says);
    CHECK(fact.holds(Document(fact.workload)));
  }
}

TEST_CASE("without a spare a plan costs less, and one replica is one machine less") {
  const std::string workload = GENERATE(as<std::string>(), "enterprise-100b", "ecommerce-support-peak");
  INFO(workload);
  const Document spare(workload), none(workload, {"availability=n"});
  CHECK(none.plan.at("feasible") == true);
  const auto price = [](const Document& d) {
    return std::stod(d.plan.at("totals").at("price").at("amount").get<std::string>());
  };
  CHECK(price(none) < price(spare));
  // Where many machines share the load, the cheapest plan may be more of a smaller kind.
  if (workload == "enterprise-100b") CHECK(none.nodes() < spare.nodes());
}

TEST_CASE("settings move a plan the way they should") {
  const Document plain("enterprise-100b"), busy("enterprise-100b", {"llm.answers.requests_per_day=2000000"});
  CHECK(busy.devices("llm:answers") > plain.devices("llm:answers"));
  const Document week("log-processing-light", {"kafka.retention=7 d"}), day("log-processing-light");
  CHECK(week.need("kafka-broker", "storage") * static_cast<double>(week.nodes("kafka-broker")) >
        3 * day.need("kafka-broker", "storage") * static_cast<double>(day.nodes("kafka-broker")));
}

TEST_CASE("after a rack's loss every bound of the large cluster is still under its limit") {
  const Document large("kafka-large");
  const json& states = large.role("kafka-broker").at("states");
  REQUIRE(states.size() == 4);
  for (const json& state : states) {
    INFO(state.at("name"));
    CHECK(state.at("holds") == true);
    CHECK(state.at("given_up").empty());
    CHECK(state.at("resources").size() > 10);
    for (const json& resource : state.at("resources")) {
      INFO(resource.at("resource"));
      if (!resource.at("utilization").is_null()) CHECK(resource.at("utilization").get<double>() <= 1);
    }
  }
  CHECK(states.at(2).at("name") == "rack-lost");
  CHECK(states.at(2).at("alive").get<double>() * 3 == states.at(0).at("alive").get<double>() * 2);
}

TEST_CASE("1 GbE does not carry the logs uncompressed; with lz4 at a ratio of 2 the plan changes") {
  const Document plain("log-processing-light"),
      packed("log-processing-light", {"kafka.compression={codec: lz4, ratio: 2}"});
  const std::string sentence = plain.advice("kafka.one_gigabit");
  for (const char* part :
       {"1 GbE cannot carry this uncompressed", "150 MB/s of messages", "each of 3 brokers", "125 MB/s"}) {
    CHECK_THAT(sentence, ContainsSubstring(part));
  }
  CHECK(packed.advice("kafka.one_gigabit").empty());
  CHECK(packed.need("kafka-broker", "nic_out") == Approx(75));
  CHECK(packed.nodes("kafka-broker") == 3);
  CHECK(plain.nodes("kafka-broker") > packed.nodes("kafka-broker"));
  // 500 GB less file system and headroom, filled by 150 MB/s and its index: 37 minutes.
  for (const json& figure : plain.role("kafka-broker").at("figures")) {
    if (figure.at("name") == "retention_small_disks")
      CHECK(figure.at("value").get<double>() == Approx(37.0 / 60).margin(0.01));
  }
}

TEST_CASE("the training feed: three brokers do, ten are more than three times too many") {
  const Document three("training-feed"), ten("training-feed", {"kafka.brokers=10"});
  CHECK(three.nodes("kafka-broker") == 3);
  CHECK(three.role("kafka-broker").at("limits").at(0).at("name") == "replication");
  CHECK(ten.nodes("kafka-broker") == 10);
  CHECK_THAT(ten.advice("kafka.over_provisioned"), ContainsSubstring("3 would do, decided by replication") &&
                                                       ContainsSubstring("3.33 times as many"));
}

TEST_CASE("a target that nothing meets ends with 1, and the reason") {
  const test::Played played = planned(path_of("edge-orin"), {"llm.assistant.targets.ttft_p95=1 ms"});
  CHECK(played.exit == 1);
  const json plan = json::parse(played.out);
  CHECK(plan.at("feasible") == false);
  REQUIRE_FALSE(plan.at("rejected").empty());
  CHECK(plan.at("rejected").at(0).at("candidates").get<int>() > 0);
}

TEST_CASE("a topic is a buffer: ten minutes of lag cost fewer GPUs than the peak, an hour fewer still") {
  const auto pipeline = [](const std::string& lag) {
    const test::Played& played =
        planned(path_of("log-classification"), {"pipelines.suspicious.lag_p95=" + lag});
    const json plan = json::parse(played.out);
    CHECK(plan.at("feasible") == true);
    return plan.at("pipelines").at(0);
  };
  const auto devices = [](const json& p, std::size_t service) {
    return p.at("services").at(service).at("devices").get<int>();
  };
  const json minutes = pipeline("10 min"), hour = pipeline("1 h");
  REQUIRE(minutes.at("services").size() == 2);
  CHECK(devices(minutes, 0) < devices(minutes, 1));
  CHECK(minutes.at("devices_saved").get<int>() == devices(minutes, 1) - devices(minutes, 0));
  CHECK(devices(hour, 0) < devices(minutes, 0));
  CHECK(minutes.at("services").at(0).at("lag_p95_s").get<double>() <= 600);
  CHECK(hour.at("services").at(0).at("lag_p95_s").get<double>() <= 3600);
  CHECK(hour.at("services").at(0).at("max_backlog").get<double>() >
        minutes.at("services").at(0).at("max_backlog").get<double>());
  CHECK(minutes.at("arrivals").size() == 48);
  for (const json& figure : minutes.at("figures")) {
    // 4 h of up to 6,000 messages a second of 2 kB, a third of it on the wire, three copies.
    if (figure.at("name") != "held_disk") continue;
    CHECK(figure.at("value").get<double>() > 4 * 3600 * 5000 * 2e3 / 3 * 3 / 1e9);
    CHECK(figure.at("value").get<double>() < 5 * 3600 * 6000 * 2e3 / 3 * 3 / 1e9);
  }
}

TEST_CASE("an outage longer than the retention is refused, and the retention that would do is named") {
  const test::Played played = planned(path_of("log-classification"), {"kafka.retention=3 h"});
  CHECK(played.exit == 1);
  const json plan = json::parse(played.out);
  bool said = false;
  for (const json& row : plan.at("rejected"))
    said = said || row.at("constraint") == "kafka.retention_holds_backlog";
  CHECK(said);
}
