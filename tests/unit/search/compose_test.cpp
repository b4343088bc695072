// What a node is built of: the cheapest parts that do the job, in a chassis that takes them.
#include "rackfit/search/compose.hpp"

#include "support/catch.hpp"
#include "toy_parts.hpp"

using namespace rackfit;
using search::Composer;
using search::HostNeed;
using search::Node;
using test::toy;

namespace {

constexpr double gib = 1073741824.0;

const catalog::Device* device(const std::string& name) { return toy().catalog->devices.find(name); }

HostNeed modest() {
  HostNeed need;
  need.cores = 4;
  need.memory_bytes = 16 * gib;
  need.disk_bytes = 500e9;
  return need;
}

Node composed(const catalog::Device* card, int count, const HostNeed& need) {
  REQUIRE(toy().catalog);
  const Composer composer(*toy().catalog);
  const auto node = composer.compose(card, count, need);
  REQUIRE(node);
  return *node;
}

bool impossible(const catalog::Device* card, int count, const HostNeed& need) {
  return !Composer(*toy().catalog).compose(card, count, need);
}

}  // namespace

TEST_CASE("the toy catalog is sound") {
  CHECK(toy().problems() == "");
  REQUIRE(toy().catalog);
  CHECK(toy().catalog->platforms.rows().size() == 4);
}

TEST_CASE("a modest host is the cheapest chassis with the cheapest parts that do") {
  const Node node = composed(nullptr, 0, modest());
  CHECK(node.platform->row.id == "tower");
  CHECK(node.cpu->row.id == "small");
  CHECK(node.dimm->row.id == "d16");
  CHECK(node.dimm_count == 1);
  CHECK(node.disk->row.id == "m1");
  CHECK(node.nic->row.id == "onboard-1g");
  CHECK(node.psu->row.id == "atx-1000");
  CHECK(node.cores == 8);
  CHECK(node.memory_bytes == 16 * gib);
  // tower 300, processor 100, module 100, disk 50, ports on the board, supply 150
  CHECK(node.price_usd == 700);
  CHECK(node.unpriced.empty());
}

TEST_CASE("each need that grows changes the part that meets it") {
  HostNeed need = modest();
  SECTION("cores") {
    need.cores = 9;
    CHECK(composed(nullptr, 0, need).cpu->row.id == "large");
    need.cores = 33;
    CHECK(impossible(nullptr, 0, need));
  }
  SECTION("memory: many small modules are cheaper than few large ones, where there are slots for them") {
    need.memory_bytes = 64 * gib;
    CHECK(composed(nullptr, 0, need).dimm->row.id == "d64");  // a tower has two slots
    need.racked = true;
    const Node node = composed(nullptr, 0, need);
    CHECK(node.dimm->row.id == "d16");
    CHECK(node.dimm_count == 4);
    need.memory_bytes = 513 * gib;  // 8 × 64 GiB are all that fit
    CHECK(impossible(nullptr, 0, need));
  }
  SECTION("disk space") {
    need.disk_bytes = 2e12;
    CHECK(composed(nullptr, 0, need).disk_count == 2);
    need.disk_bytes = 3e12;  // a third drive has no bay in the tower
    const Node node = composed(nullptr, 0, need);
    CHECK(node.platform->row.id == "server");
    CHECK(node.disk->row.id == "u4");
    CHECK(node.disk_count == 1);
  }
  SECTION("disk speed") {
    need.disk_write_bytes_per_s = 2e9;
    CHECK(composed(nullptr, 0, need).disk_count == 2);
  }
  SECTION("network: a card when the ports on the board are too slow, never InfiniBand") {
    need.nic_bytes_per_s = 1e9;
    CHECK(composed(nullptr, 0, need).nic->row.id == "ten");
    need.nic_bytes_per_s = 2e9;
    CHECK(composed(nullptr, 0, need).nic->row.id == "quarter");
    need.nic_bytes_per_s = 4e9;
    CHECK(impossible(nullptr, 0, need));
  }
}

TEST_CASE("a racked node is no tower, and has ports of ten gigabit at least") {
  HostNeed need = modest();
  need.racked = true;
  const Node node = composed(nullptr, 0, need);
  CHECK(node.platform->row.id == "server");
  CHECK(node.nic->row.id == "ten");
}

TEST_CASE("a host without accelerators is not built on a chassis for many of them") {
  HostNeed need = modest();
  need.racked = true;
  need.cores = 32;
  CHECK(composed(nullptr, 0, need).platform->row.id == "server");
}

TEST_CASE("consumer cards stay out of rack chassis whose maker does not allow them") {
  HostNeed need = modest();
  CHECK(composed(device("rtx-5090"), 1, need).platform->row.id == "tower");
  need.racked = true;
  CHECK(composed(device("rtx-5090"), 1, need).platform->row.id == "gpu-server");  // takes two
  CHECK(composed(device("l4"), 1, need).platform->row.id == "server");
  CHECK(impossible(device("rtx-5090"), 4, need));
  CHECK_FALSE(impossible(device("l4"), 4, need));
}

TEST_CASE("a baseboard comes full, and with its own device only") {
  CHECK(composed(device("h100-sxm-80gb"), 8, modest()).platform->row.id == "board");
  CHECK(impossible(device("h100-sxm-80gb"), 4, modest()));
  CHECK(impossible(device("a100-sxm-80gb"), 8, modest()));
}

TEST_CASE("supplies are planned without the redundant ones and at four fifths of their output") {
  HostNeed need = modest();
  need.racked = true;
  // Two cards of 350 W and a processor of 65 W: 765 W with disk, module and port are within 80 % of one 1000
  // W unit.
  CHECK(composed(device("l40s"), 2, need).platform->row.id == "server");
  // With the processor of 200 W they are not, although both units together could carry them.
  need.cores = 32;
  CHECK(composed(device("l40s"), 2, need).platform->row.id == "gpu-server");
}

TEST_CASE("a supply that the chassis brings is not paid for twice") {
  HostNeed need = modest();
  need.racked = true;
  need.disk_bytes = 0;
  CHECK(composed(nullptr, 0, need).price_usd == 2000 + 100 + 100 + 80);
}

TEST_CASE("every accelerator keeps its lanes") {
  HostNeed need = modest();
  // Sixteen lanes are enough for two cards of eight, not for four.
  CHECK(composed(device("l4"), 2, need).cpu->row.id == "small");
  CHECK(composed(device("l4"), 4, need).cpu->row.id == "large");
}

TEST_CASE("a part without a price leaves the node without one, and is named") {
  const Node node = composed(device("a100-pcie-80gb"), 1, modest());
  CHECK_FALSE(node.price_usd);
  CHECK(node.unpriced == std::vector<std::string>{"NVIDIA A100 80GB PCIe"});
}

TEST_CASE("whole machines are taken as they come") {
  const Node node = composed(device("jetson-agx-orin-64gb"), 1, modest());
  CHECK(node.platform == nullptr);
  CHECK(node.cpu == nullptr);
  CHECK(node.device_count == 1);
}

TEST_CASE("broker nodes: every combination once, none with less than was tried for") {
  const auto nodes = Composer(*toy().catalog).storage_nodes();
  CHECK_FALSE(nodes.empty());
  for (const Node& node : nodes) {
    CHECK(node.platform->row.id == "server");
    CHECK(node.disk_count <= 4);
    CHECK((node.disk->row.id == "u1" || node.disk->row.id == "u4"));
    REQUIRE(node.price_usd);
    double parts = 2000 + (node.cpu->row.id == "small" ? 100 : 900);
    parts += node.dimm_count * (node.dimm->row.id == "d16" ? 100 : 500);
    parts += node.disk_count * (node.disk->row.id == "u1" ? 100 : 300);
    parts += node.nic->row.id == "ten" ? 80 : node.nic->row.id == "quarter" ? 200 : 0;
    CHECK(*node.price_usd == parts);
  }
}

TEST_CASE("the price that counts: of its condition, in dollars first, newest") {
  const test::Overlaid priced(
      test::toy_files("  - {item: small, price: 120 USD, date: 2026-07-01, source: toy}\n"
                      "  - {item: small, price: 50 USD, date: 2026-08-01, condition: used, source: toy}\n"
                      "  - {item: small, price: 90 USD, date: 2026-09-01, condition: msrp, source: toy}\n"
                      "  - {item: small, price: 852 CNY, date: 2026-10-01, source: toy}\n"
                      "  - {item: large, price: 1 JPY, date: 2026-10-01, source: toy}\n"
                      "  - {item: l4-list, price: 700 USD, date: 2026-01-01, condition: msrp, source: toy}\n"
                      "  - {item: old, price: 10 USD, date: 2025, source: toy}\n"
                      "  - {item: yuan, price: 710 CNY, date: 2026, source: toy}\n"));
  INFO(priced.problems());
  REQUIRE(priced.catalog);
  const search::PriceBook book(*priced.catalog);
  CHECK(book.price("small")->usd == 120);
  CHECK(book.price("small", true)->usd == 50);
  CHECK(book.price("large")->usd == 900);    // no rate for JPY: that row cannot be compared
  CHECK(book.price("l4-list")->usd == 700);  // a list price is better than none
  CHECK(book.price("yuan")->usd == Approx(100));
  CHECK_FALSE(book.price("nothing"));
  SECTION("rows from before a date are history") {
    CHECK(book.price("small", false, "2026-07")->usd == 120);
    CHECK(book.price("small", false, "2026-06-02")->usd == 120);
    CHECK(book.price("old")->usd == 10);
    CHECK_FALSE(book.price("old", false, "2026-01"));
    CHECK(book.price("yuan", false, "2026-03")->usd ==
          Approx(100));  // a bare year stands for the whole of it
  }
  CHECK(book.to_usd({71, "CNY"}) == Approx(10).epsilon(1e-12));
  CHECK_FALSE(book.to_usd({1, "JPY"}));
}
