// What measured rows of Kafka clusters mean.
#include "rackfit/kafka/measured.hpp"

#include "brokers.hpp"

using namespace rackfit;

namespace {

const std::string header =
    "id,source,brokers,broker_vcpu,disk_mb_s_total_per_broker,net_gbps_per_broker,replication_factor,acks,"
    "compression,tls,msg_bytes,"
    "producers,consumer_groups,metric,value,notes\n";

struct Table {
  SourceFile file;
  Diagnostics diagnostics;
  std::vector<kafka::MeasuredRow> rows;
  kafka::Observations seen;

  explicit Table(const std::string& lines) : file("t.csv", header + lines) {
    rows = kafka::read_measured_rows(file, diagnostics);
    seen = kafka::observe(rows);
  }
  const kafka::Observation& only() const {
    INFO(render(diagnostics));
    REQUIRE(seen.compared.size() == 1);
    return seen.compared.front();
  }
  std::string reason() const {
    REQUIRE(seen.left_out.size() == 1);
    return seen.left_out.begin()->first;
  }
};

double input(const kafka::Observation& seen, const std::string& name) {
  for (const auto& [key, value] : seen.inputs) {
    if (key == name) return value;
  }
  return -1;
}

}  // namespace

TEST_CASE("all ways of counting become bytes produced") {
  CHECK(Table("A-1,a,3,8,655,25,3,,none,no,1024,,,produce_mb_s,605,use=fit\n").only().bytes_per_s == 605e6);
  CHECK(Table("A-1,a,3,8,,25,3,,none,no,250,,,produce_msg_s,1000,use=fit\n").only().bytes_per_s == 250e3);
  // Producers and one group of consumers together.
  CHECK(Table("A-1,a,3,8,,25,3,all,none,no,,160,1,total_mb_s,1382,use=bound\n").only().bytes_per_s == 691e6);
  // Each of three brokers writes every message at replication 3.
  CHECK(
      Table("A-1,a,3,4,216,,,,none,,1024,5,3,disk_write_mib_s_per_broker,100,use=fit\n").only().bytes_per_s ==
      100 * 1048576.0);
  CHECK(Table("A-1,a,15,2,,,3,,,no,,,1,e2e_p99_ms,757.9,use=fit; at 500 MB/s produce\n").only().bytes_per_s ==
        500e6);
}

TEST_CASE("consumers alone are asked as reads of next to nothing produced") {
  const Table table("A-1,a,3,8,,10,3,,none,no,100,0,1,consume_mb_s,249.5,use=bound\n");
  CHECK(table.only().reads);
  CHECK(input(table.only(), "kafka.replication") == 1);
  CHECK(input(table.only(), "kafka.fan_out") > 1e3);
}

TEST_CASE("stated producers without consumers had none; where neither is stated one group read along") {
  CHECK(input(Table("A-1,a,3,8,,,3,,none,no,100,3,,produce_mb_s,5,use=fit\n").only(),
              "kafka.consumer_groups") == 0);
  CHECK(input(Table("A-1,a,3,8,,,3,,none,no,100,,,produce_mb_s,5,use=fit\n").only(),
              "kafka.consumer_groups") == 1);
}

TEST_CASE("acks=1 of several producers is what leaders took") {
  CHECK(Table("A-1,a,3,8,,1,3,1,none,no,100,3,,produce_mb_s,193,use=bound\n").only().burst);
  CHECK_FALSE(Table("A-1,a,3,8,,1,3,1,none,no,100,1,,produce_mb_s,75,use=bound\n").only().burst);
  CHECK_FALSE(Table("A-1,a,3,8,,1,3,all,none,no,100,3,,produce_mb_s,75,use=bound\n").only().burst);
  CHECK_FALSE(Table("A-1,a,3,8,,1,1,1,none,no,100,3,,produce_mb_s,75,use=bound\n").only().burst);
}

TEST_CASE("rows that say too little are left out with the reason") {
  CHECK(Table("A-1,a,,,,,,,none,no,100,3,,produce_mb_s,5,use=bound\n").reason() ==
        "brokers or their cores not stated");
  CHECK(Table("A-1,a,3,8,,,3,,none,no,,3,,produce_msg_s,5,use=bound\n").reason() ==
        "size of a message not stated");
  CHECK(Table("A-1,a,3,8,,,3,,lz4,no,100,3,,produce_mb_s,5,use=bound\n").reason() ==
        "compressed: bytes on the wire not stated");
  CHECK(Table("A-1,a,3,8,,,3,,none,no,100,3,,e2e_p99_ms,5,use=fit; at 200 MB/s produce\n").reason() ==
        "a latency below the limit");
  CHECK(Table("A-1,a,3,8,,,3,,none,no,100,3,,produce_mb_s,5,use=bound; dup=A-0\n").reason() ==
        "the same run in another unit");
  CHECK(Table("A-1,a,3,8,,,3,,none,no,100,3,,produce_mb_s,5,use=ratio-only\n").reason() ==
        "hardware not stated: ratios only");
}

TEST_CASE("storage behind a network counts where its speed is stated") {
  const std::string columns = "id,brokers,broker_vcpu,disk_type,bottleneck_if_stated,metric,value,notes\n";
  const auto observed = [&](const std::string& line) {
    Diagnostics diagnostics;
    const SourceFile file("t.csv", columns + line);
    const auto rows = kafka::read_measured_rows(file, diagnostics);
    const auto seen = kafka::observe(rows);
    return seen.compared.empty() ? -2 : input(seen.compared.front(), "node.disk_write");
  };
  CHECK(observed("A-1,3,8,NFS,shared storage 4 GB/s,produce_mb_s,500,use=holdout\n") == Approx(4e9 / 3));
  CHECK(observed("A-1,3,8,Ceph RBD,,produce_mb_s,500,use=holdout\n") == -2);
  CHECK(observed("A-1,3,8,Ceph RBD,,produce_mb_s,500,use=bound\n") == -1);
}

TEST_CASE("a table that is none is a diagnostic") {
  Diagnostics diagnostics;
  const SourceFile file("t.csv", "id,value\nA-1,5\n");
  CHECK(kafka::read_measured_rows(file, diagnostics).empty());
  CHECK_THAT(render(diagnostics), ContainsSubstring("there is no column `metric`"));
  CHECK(Table("A-1,a,3,8,,,3,,none,no,100,3,,produce_mb_s,many,use=fit\n").diagnostics.has_errors());
}
