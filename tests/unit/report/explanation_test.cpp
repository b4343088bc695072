#include "rackfit/report/explanation.hpp"

#include "support/catch.hpp"
#include "support/sample_plan.hpp"

using namespace rackfit;

TEST_CASE("an explanation is a tree of value, formula, numbers and origin") {
  CHECK(
      report::write_explanation({test::sample_explanation()}, {}) ==
      "kafka.nic_out = 200 MB/s — bytes a broker sends\n"
      "│ = kafka.ingress_peak * (kafka.replication - 1) / kafka.brokers + kafka.ingress_peak / kafka.brokers "
      "* kafka.fan_out\n"
      "│ = 150 MB/s * (3 - 1) / 3 + 150 MB/s / 3 * 2\n"
      "│ - network.peak = 200 MB/s\n"
      "│ from rule rules/kafka-broker.yaml:40; arithmetic, documented\n"
      "├─ kafka.ingress_peak = 150 MB/s — bytes in at peak\n"
      "│  │ = kafka.messages * kafka.message_size\n"
      "│  │ = 150000 message/s * 1 kB/message\n"
      "│  │ from rule rules/kafka-broker.yaml:40; arithmetic, documented\n"
      "│  └─ kafka.message_size = 1 kB/message — bytes of a message\n"
      "│       from log.yaml:7\n"
      "├─ kafka.replication = 3 — copies of each message\n"
      "│    from default; https://kafka.apache.org/documentation/#replication, read 2026-11-22, documented\n"
      "└─ kafka.ingress_peak = 150 MB/s — bytes in at peak\n"
      "     from rule rules/kafka-broker.yaml:40; arithmetic, documented; derived above\n");
}

TEST_CASE("long formulas wrap under themselves, beside the tree's lines") {
  const std::string text = report::write_explanation({test::sample_explanation()}, {80, false, false});
  CHECK_THAT(text, ContainsSubstring("│ = kafka.ingress_peak * (kafka.replication - 1) / kafka.brokers +\n"
                                     "│   kafka.ingress_peak / kafka.brokers * kafka.fan_out\n"));
}
