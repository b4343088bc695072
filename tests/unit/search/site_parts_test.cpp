// Racks, switches and cables around the nodes: what the counts rest on.
#include "rackfit/search/site_parts.hpp"

#include <numeric>

#include "racks.hpp"
#include "support/planning.hpp"

using namespace rackfit;
using namespace rackfit::search;

namespace {

SiteNodes racked(std::int64_t count, double units, double power_w) {
  SiteNodes nodes;
  nodes.count = count;
  nodes.racked = true;
  nodes.rack_units = units;
  nodes.power_w = power_w;
  return nodes;
}

const std::string stream =
    "name: stream\nkafka: {ingress: 20 MB/s, retention: 1 d, replication: 3, partitions: 60, brokers: 6}\n";

std::int64_t count_of(const SiteParts& site, const std::string& kind) {
  std::int64_t count = 0;
  for (const SitePart& part : site.parts) count += part.kind == kind ? part.count : 0;
  return count;
}

std::int64_t count_because(const SiteParts& site, const std::string& because) {
  std::int64_t count = 0;
  for (const SitePart& part : site.parts)
    count += part.because.find(because) != std::string::npos ? part.count : 0;
  return count;
}

/// The plan must outlive what points into it.
struct Sited {
  std::unique_ptr<test::Planned> planned;
  SiteParts site;
};

Sited site_of(const std::string& text, const std::vector<std::string>& settings = {}) {
  test::PlanOptions options;
  options.settings = settings;
  Sited result{test::plan_of(text, options), {}};
  INFO(render(result.planned->diagnostics));
  REQUIRE(result.planned->plan);
  REQUIRE(result.planned->plan->feasible());
  result.site = site_parts(*result.planned->plan);
  return result;
}

}  // namespace

TEST_CASE("the tallest nodes are placed first, each where it first fits") {
  const std::vector<SiteNodes> nodes = {racked(3, 1, 400), racked(2, 4, 2000)};
  const auto racks = place(nodes, {6, std::nullopt, 0, false}, 0);
  REQUIRE(racks.size() == 2);
  CHECK(racks[0].nodes == std::vector<std::int64_t>{2, 1});
  CHECK(racks[1].nodes == std::vector<std::int64_t>{1, 1});
  CHECK(racks[0].node_units == 6);
  CHECK(racks[0].power_w == 2800);
}

TEST_CASE("room for switches is kept in every rack") {
  const auto racks = place({racked(6, 1, 400)}, {6, std::nullopt, 0, false}, 1);
  REQUIRE(racks.size() == 2);
  CHECK(racks[0].nodes.front() == 5);
}

TEST_CASE("a rack's power limits what stands in it") {
  const auto racks = place({racked(5, 1, 400)}, {42, 1000.0, 0, false}, 0);
  REQUIRE(racks.size() == 3);
  for (const Rack& rack : racks) CHECK(rack.power_w <= 1000);
}

TEST_CASE("nodes of a kind that is spread stand apart as evenly as they can") {
  const auto racks = place({racked(7, 1, 400), racked(3, 1, 300)}, {42, std::nullopt, 3, true}, 0);
  REQUIRE(racks.size() == 3);
  for (const Rack& rack : racks) {
    CHECK(rack.nodes[0] >= 2);
    CHECK(rack.nodes[0] <= 3);
    CHECK(rack.nodes[1] == 1);
  }
}

TEST_CASE("what is there already, and what stands on a desk, takes no place in a rack") {
  std::vector<SiteNodes> nodes = {racked(2, 1, 400), racked(2, 1, 400)};
  nodes[0].existing = true;
  nodes[1].racked = false;
  CHECK(place(nodes, {42, std::nullopt, 0, false}, 0).empty());
}

TEST_CASE("every port has its cable, and every racked node one more for management") {
  const Sited sited = site_of(stream);
  std::int64_t ports = 0, managed = 0;
  for (const SiteNodes& nodes : sited.site.nodes) {
    const Node& node = nodes.node();
    ports += nodes.count * (node.nic ? node.nic->ports * node.nic_count : 1);
    managed += nodes.racked ? nodes.count : 0;
  }
  CHECK(count_because(sited.site, "one for each port for data") == ports);
  CHECK(count_because(sited.site, "one for each management port") == managed);
  CHECK(count_of(sited.site, "switch") >= 1);
}

TEST_CASE("what must survive a failure has its switches twice, half of the ports on each") {
  const Sited once = site_of(stream, {"availability=n"});
  const Sited twice = site_of(stream, {"availability=n+1"});
  CHECK(count_because(once.site, "twice: one may fail") == 0);
  const std::int64_t switches = count_because(twice.site, "twice: one may fail");
  CHECK(switches >= 2);
  CHECK(switches % 2 == 0);
  CHECK(count_because(twice.site, "between the switches") > 0);
}

TEST_CASE("brokers that survive the loss of a rack stand in several, each with a switch of its own") {
  const Sited sited = site_of(stream, {"availability=rack-loss", "kafka.racks=3", "site.racks=3"});
  REQUIRE(sited.site.racks.size() == 3);
  for (std::size_t kind = 0; kind < sited.site.nodes.size(); ++kind) {
    if (!sited.site.nodes[kind].racked) continue;
    std::int64_t most = 0, least = sited.site.nodes[kind].count, all = 0;
    for (const Rack& rack : sited.site.racks) {
      most = std::max(most, rack.nodes[kind]);
      least = std::min(least, rack.nodes[kind]);
      all += rack.nodes[kind];
    }
    CHECK(most - least <= 1);
    CHECK(all == sited.site.nodes[kind].count);
  }
  for (const Rack& rack : sited.site.racks) CHECK(rack.switch_units > 0);
  CHECK(count_because(sited.site, "between the switches of the racks") > 0);
}

TEST_CASE("racks are bought unless the workload gives their free units") {
  const Sited bought = site_of(stream);
  const Sited there = site_of(stream, {"site.rack_units=42"});
  CHECK(count_of(bought.site, "rack") == 1);
  CHECK(count_of(bought.site, "pdu") == 2);  // supplies in pairs: feeds A and B
  CHECK_FALSE(bought.site.racks_are_there);
  CHECK(count_of(there.site, "rack") == 0);
  CHECK(count_of(there.site, "pdu") == 0);
  CHECK(there.site.racks_are_there);
  CHECK(there.site.racks.size() == 1);
}

TEST_CASE("racks too low for nodes and switches together are told of") {
  const Sited sited = site_of(stream, {"availability=n+1", "site.rack_units=2", "site.racks=20"});
  CHECK(sited.site.racks.size() > 1);
  const auto& notes = sited.site.notes;
  CHECK(std::any_of(notes.begin(), notes.end(), [](const std::string& note) {
    return note.find("higher than 2 U") != std::string::npos;
  }));
}

TEST_CASE("power distribution carries the rack on one feed, and a supply the whole site") {
  const Sited sited = site_of(stream);
  const catalog::Composition& habits = sited.planned->plan->catalog->composition;
  for (const SitePart& part : sited.site.parts) {
    if (part.kind != "pdu") continue;
    const catalog::Accessory* row = sited.planned->plan->catalog->accessories.find(part.row->id);
    CHECK(*row->capacity_w * habits.pdu_load * static_cast<double>(part.count) / 2 >=
          sited.site.racks[0].power_w);
  }
  REQUIRE(sited.site.options.size() == 1);
  CHECK(sited.site.options.front().kind == "ups");
}

TEST_CASE("one machine needs no switch and says so") {
  const Sited sited = site_of(
      "name: one\nllm:\n  a: {model: llama-3.1-8b-instruct, quantization: fp8, rate: 0.1 /s, prompt: {mean: "
      "500}, "
      "output: {mean: 100}}\n");
  CHECK(count_of(sited.site, "switch") == 0);
  CHECK(count_of(sited.site, "cable") >= 1);
  REQUIRE_FALSE(sited.site.notes.empty());
  CHECK(sited.site.notes.front() == "one machine plugs into the network that is there: no switch is counted");
}

TEST_CASE("a shared box is counted once") {
  const Sited sited = site_of(
      "name: box\nsite: {layout: shared}\nkafka: {ingress: 1 MB/s, retention: 1 d, replication: 1, "
      "partitions: 6}\n"
      "llm:\n  a: {model: llama-3.1-8b-instruct, quantization: fp8, rate: 0.1 /s, prompt: {mean: 500}, "
      "output: {mean: "
      "100}}\n");
  for (const SiteNodes& nodes : sited.site.nodes) CHECK(nodes.role->problem.role != "kafka-broker");
  REQUIRE_FALSE(sited.site.nodes.empty());
  CHECK(sited.site.nodes.front().guests.size() == 1);
}
