// Brokers in words, as people type them.
#include "rackfit/kafka/hardware.hpp"

#include "brokers.hpp"

using namespace rackfit;
using kafka::Brokers;

namespace {

struct Read {
  Diagnostics diagnostics;
  std::optional<Brokers> brokers;

  explicit Read(const std::string& text) {
    brokers = kafka::read_brokers(std::make_shared<const SourceFile>("--kafka", text), diagnostics);
  }
  std::string problems() const { return render(diagnostics); }
};

void check_usual(const std::string& text) {
  INFO(text);
  const Read read(text);
  INFO(read.problems());
  REQUIRE(read.brokers);
  CHECK(read.brokers->count == 3);
  CHECK(read.brokers->cores == 8);
  REQUIRE(read.brokers->memory_bytes);
  CHECK(*read.brokers->memory_bytes == Approx(32 * 1073741824.0).epsilon(0.08));
  REQUIRE(read.brokers->disks);
  CHECK(read.brokers->disks->count == 2);
  CHECK(read.brokers->disks->capacity_bytes == Approx(1.92e12));
  CHECK(read.brokers->disks->kind == "nvme");
  CHECK(read.brokers->nic_bytes_per_s == 1.25e9);
}

}  // namespace

TEST_CASE("spellings of one and the same broker") {
  for (const char* text : {
           "3x\"8 cores, 32 GiB, 2x1.92TB nvme, 10GbE\"",
           "3x8 cores, 32GiB, 2x1.92 TB nvme, 10 GbE",
           "3 x 8 vCPU, 32 GB RAM, 2 x 1.92 TB NVMe, 10 Gbit/s",
           "3\xC3\x97 8 CPUs; 32GiB memory; 2\xC3\x97 1920GB nvme ssd; 10G nic",
           "3*8c,32G,2*1.92T nvme,10gbe",
           "3x \"10GbE, nvme 2x1.92TB, ram 32 GiB, 8 core\"",
           "3x\"8 cores, 32GiB, 2x1.92TB, nvme disks, 10Gbps\"",
       }) {
    check_usual(text);
  }
}

TEST_CASE("speeds, RAID and ports are taken where they are said") {
  const Read one("2x16 cores, 4x8TB hdd raid-10 at 250 MB/s, 2x25GbE");
  INFO(one.problems());
  REQUIRE(one.brokers);
  CHECK(one.brokers->disks->raid == "raid10");
  CHECK(one.brokers->disks->write_bytes_per_s == 250e6);
  CHECK(one.brokers->nic_ports == 2);
  CHECK(one.brokers->nic_bytes_per_s == 25 * 0.125e9);
  const Read two("3x8 cores, 1x2TB nvme, 1.4 GB/s, 3 GB/s read");
  INFO(two.problems());
  REQUIRE(two.brokers);
  CHECK(two.brokers->disks->write_bytes_per_s == 1.4e9);
  CHECK(two.brokers->disks->read_bytes_per_s == 3e9);
}

TEST_CASE("an amount without a name is memory first and a disk after") {
  const Read read("1x4 cores, 16GB, 500GB");
  REQUIRE(read.brokers);
  CHECK(read.brokers->memory_bytes == 16e9);
  CHECK(read.brokers->disks->capacity_bytes == 500e9);
}

TEST_CASE("RF1601 parts that cannot be understood, all of them, with a way out") {
  const Read read("3x8 cors, 32 foo, 10 gb/s, wheels");
  CHECK_FALSE(read.brokers);
  CHECK(read.diagnostics.error_count() == 4);
  CHECK_THAT(read.problems(), ContainsSubstring("unknown unit `cors`") &&
                                  ContainsSubstring("did you mean `core") &&
                                  ContainsSubstring("`gb/s` may be bits or bytes") &&
                                  ContainsSubstring("`wheels` is nothing a broker has"));
  CHECK_THAT(Read("3x8 cores, 1,92 TB nvme").problems(), ContainsSubstring("did you mean `1.92`?"));
  CHECK_THAT(Read("2x1.92TB nvme, 8 cores").problems(), ContainsSubstring("`2x` may count brokers or disks"));
  CHECK_THAT(Read("0x8 cores").problems(), ContainsSubstring("counts are whole numbers from 1"));
  CHECK_THAT(Read("2.5x8 cores").problems(), ContainsSubstring("RF1601"));
  CHECK_THAT(Read("3x-8 cores").problems(), ContainsSubstring("amounts are above zero"));
  CHECK_THAT(Read("3x8 cores, 500 MB/s").problems(), ContainsSubstring("a speed with no disks before it"));
  CHECK_THAT(Read("3x8 cores, nic").problems(), ContainsSubstring("the network has no speed"));
}

TEST_CASE("RF1602 and RF1603 what is said twice, and what is not said at all") {
  CHECK_THAT(Read("3x8 cores, 4 cores").problems(),
             ContainsSubstring("RF1602") && ContainsSubstring("the cores are said twice"));
  CHECK_THAT(Read("8 cores, 16GiB").problems(),
             ContainsSubstring("RF1603") && ContainsSubstring("how many brokers"));
  CHECK_THAT(Read("").problems(), ContainsSubstring("RF1603"));
  CHECK_THAT(Read("3x").problems(), ContainsSubstring("the brokers have no parts"));
}

TEST_CASE("whatever is typed is read or refused") {
  const std::string pieces[] = {"3x",   "8 cores", ",", "\"",   "1.92TB", "nvme",  "x",   "10GbE",
                                "\xC3", "1e308",   "-", "GB/s", " ",      "raid5", "\xFF"};
  unsigned state = 1;
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    for (int i = 0; i < 8; ++i) {
      state = state * 1664525u + 1013904223u;
      text += pieces[(state >> 16) % std::size(pieces)];
    }
    const Read read(text);
    CHECK(read.brokers.has_value() != read.diagnostics.has_errors());
  }
}

TEST_CASE("a disk without a speed gets the catalog's slowest of its kind and size, and says so") {
  Read read("3x8 cores, 2x3.84TB nvme");
  REQUIRE(read.brokers);
  const std::string said =
      kafka::assume_disk_speed(*read.brokers, test::built_in_catalog(), test::registry());
  REQUIRE(read.brokers->disks->write_bytes_per_s);
  CHECK_THAT(said, ContainsSubstring("slowest nvme in the catalog"));
  for (const catalog::Disk& disk : test::built_in_catalog().disks.rows()) {
    const bool alike =
        disk.capacity_bytes == 3.84e12 && disk.write_bytes_per_s && disk.interface.rfind("nvme-u", 0) == 0;
    if (alike) CHECK(*read.brokers->disks->write_bytes_per_s <= *disk.write_bytes_per_s);
  }
  CHECK(kafka::assume_disk_speed(*read.brokers, test::built_in_catalog(), test::registry()).empty());
  Read nameless("3x8 cores, 2x3.84TB");
  CHECK_THAT(kafka::assume_disk_speed(*nameless.brokers, test::built_in_catalog(), test::registry()),
             ContainsSubstring("not judged"));
  CHECK_FALSE(nameless.brokers->disks->write_bytes_per_s);
}

TEST_CASE("brokers in words again") {
  CHECK(kafka::describe(*Read("3x8c, 32GiB, 2x1.92TB nvme, 10GbE").brokers, test::registry()) ==
        "3 brokers, each 8 cores, 32 GiB, 2 \xC3\x97 1.92 TB nvme, 10 GbE");
}
