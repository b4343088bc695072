#include "support/sample_plan.hpp"

namespace rackfit::test {

using namespace report;

Role sample_llm_role() {
  Role role;
  role.role = "llm:assistant";
  role.title = "LLM service `assistant`: DeepSeek-R1-Distill-Qwen-32B";
  role.feasible = true;
  role.nodes = 2;
  role.nodes_why = "1 for the load, 1 spare for n+1";
  Configuration& node = role.configuration;
  node.id = "2x-rtx-6000-ada-48gb.awq-int4.vllm";
  node.summary = "2 × RTX 6000 Ada 48 GB · EPYC 7302P · 128 GiB · 2 × 3.84 TB NVMe · 2 × 10 GbE";
  node.facts = {{"quantization", "quantization", "awq-int4"},
                {"engine", "engine", "vllm 0.17"},
                {"tensor_parallel", "tensor parallel", "2"},
                {"replicas", "replicas per node", "1"}};
  node.parts = {{"device", "rtx-6000-ada-48gb", "NVIDIA RTX 6000 Ada Generation 48 GB", 2,
                 Money{"6800.00", "USD"}, "2026-06, new, secondary"},
                {"cpu", "epyc-7302p", "AMD EPYC 7302P", 1, Money{"825.50", "USD"}, "2026, new, unverified"},
                {"dimm", "ddr4-rdimm-32gb", "32 GB DDR4-3200 RDIMM", 4, Money{"95.00", "USD"},
                 "2026-06, new, secondary"},
                {"disk", "u2-3.84tb", "3.84 TB U.2 NVMe, read intensive", 2, Money{"520.00", "USD"},
                 "2026-06, new, secondary"},
                {"psu", "psu-1600-platinum", "1600 W 80 PLUS Platinum", 2, std::nullopt, ""}};
  node.unpriced = {"1600 W 80 PLUS Platinum"};
  node.power_w = 1034;
  node.rack_units = 4;
  role.requirements = {{"vram", "VRAM per GPU", 41.23, 44.5, "GiB", 0.9265, true,
                        "requests queue for KV-cache blocks and latency grows", "llm.vram_fits"},
                       {"ram", "main memory", 72.0, 128.0, "GiB", 0.5625, false, "", "node.memory_fits"},
                       {"cpu_cores", "CPU cores", 6.5, 16.0, "core", 0.40625, false, "", "node.cores_fit"},
                       {"nic_out", "network out", 0.4, 1250.0, "MB/s", 0.00032, false, "", "node.nic_fits"},
                       {"power", "power", 1034.0, std::nullopt, "W", std::nullopt, false, "", ""}};
  role.targets = {
      {"e2e_p95", "end-to-end latency, p95", 5.0, 4.12, 3.4, 5.3, "s", Met::yes},
      {"ttft_p95", "time to first token, p95", 0.5, 0.61, 0.44, 0.9, "s", Met::no},
      {"lag_p95", "pipeline lag, p95", 600.0, std::nullopt, std::nullopt, std::nullopt, "s", Met::unknown}};
  role.figures = {{"tokens_per_second", "generated tokens, whole service", 712.4, 560.0, 880.0, "token/s"},
                  {"concurrency", "requests in flight at peak", 15.0, std::nullopt, std::nullopt, "request"}};
  role.breaks_first = "VRAM at 93 %: requests queue for KV-cache blocks and latency grows";
  role.trust =
      "step times are calibrated for vllm on workstation cards; 80 % of measurements lie in the range shown";
  RunnerUp dearer;
  dearer.configuration.id = "1x-a100-80gb.awq-int4.vllm";
  dearer.configuration.summary = "1 × A100 80 GB PCIe · EPYC 7302P · 128 GiB · 2 × 3.84 TB NVMe · 2 × 10 GbE";
  dearer.configuration.facts = {{"quantization", "quantization", "awq-int4"}};
  dearer.nodes = 2;
  dearer.price = Money{"38200.00", "USD"};
  dearer.lost_because = "costs 31 % more for the same targets";
  RunnerUp slower;
  slower.configuration.id = "2x-l40s-48gb.awq-int4.vllm";
  slower.configuration.summary = "2 × L40S 48 GB · Xeon Gold 6330 · 256 GiB · 2 × 7.68 TB NVMe · 2 × 25 GbE";
  slower.nodes = 2;
  slower.lost_because = "has no price for `Xeon Gold 6330`, and draws 12 % more power";
  role.runners_up = {dearer, slower};
  return role;
}

Role sample_kafka_role() {
  Role role;
  role.role = "kafka-broker";
  role.title = "Kafka brokers";
  role.feasible = true;
  role.nodes = 3;
  role.nodes_why = "replication 3 needs three";
  role.configuration.id = "kafka-8c-64g-4x3.84tb-10g";
  role.configuration.summary = "EPYC 8124P · 64 GiB · 4 × 3.84 TB NVMe · 2 × 10 GbE";
  role.configuration.power_w = 310.5;
  role.configuration.node_price = Money{"5210.00", "USD"};
  role.price = Money{"15630.00", "USD"};
  role.requirements = {{"disk", "disk space", 10.4, 15.36, "TB", 0.677, true,
                        "the oldest segments go before their time", "kafka.disk_fits"}};
  return role;
}

Plan sample_plan() {
  Plan plan;
  plan.rackfit_version = "0.1.0";
  plan.workload = "code-assistant-30";
  plan.description = "Thirty developers on one 32B reasoning model, 编程助手 included.\n";
  plan.file = "profiles/workloads/code-assistant-30.yaml";
  plan.feasible = true;
  plan.roles = {sample_llm_role(), sample_kafka_role()};
  plan.totals.nodes = 5;
  plan.totals.power_w = 2999.5;
  plan.totals.rack_units = 11;
  plan.totals.price_note = "dates and confidence stand beside each part; without tax, shipping and labour";
  plan.advice = {{"llm.context_is_large", "llm:assistant", "warning",
                  "a context of 131072 tokens for each of 15 requests at once would need 480 GiB of KV "
                  "cache; the plan holds 6 of them",
                  "https://docs.vllm.ai/, read 2026-11-22 (documented)"},
                 {"kafka.xfs", "kafka-broker", "info", "format the data disks with XFS", ""}};
  plan.defaults = {
      {"llm.assistant.think_time", "llm:assistant", "pause between requests", "30 s",
       "rackfit planning default (unverified)"},
      {"llm.assistant.active_share", "llm:assistant", "share of users active at once", "50 %", ""},
      {"kafka.disk_headroom", "kafka-broker", "disk kept free", "30 %", "https://kafka.apache.org/"}};
  plan.overrides = {{"kafka.replication", "3", "2", "dev cluster", "my-policy.yaml:4"}};
  plan.rejected = {{"llm:assistant", "policy.no_consumer_gpus", "consumer GPUs", 14, "class is consumer", "",
                    "my-policy.yaml:9"}};
  plan.candidates = 412;
  return plan;
}

Plan infeasible_plan() {
  Plan plan = sample_plan();
  plan.feasible = false;
  plan.totals = {};
  Role& role = plan.roles.front();
  role = Role();
  role.role = "llm:assistant";
  role.title = "LLM service `assistant`: DeepSeek-R1-Distill-Qwen-32B";
  plan.rejected.push_back({"llm:assistant", "site.rack_power_fits", "", 220,
                           "the nearest draws 1034 W and the rack has 400 W",
                           "raise `site.rack_power` to 1.1 kW", "rules/node.yaml:120"});
  return plan;
}

Explanation sample_explanation() {
  Explanation size{.name = "kafka.message_size",
                   .title = "bytes of a message",
                   .role = "",
                   .value = "1 kB/message",
                   .number = 1000,
                   .unit = "B/message",
                   .formula = "",
                   .substituted = "",
                   .origin = "log.yaml:7",
                   .source = "",
                   .confidence = "",
                   .steps = {},
                   .inputs = {},
                   .shown_above = false};
  Explanation ingress = size;
  ingress.name = "kafka.ingress_peak";
  ingress.title = "bytes in at peak";
  ingress.value = "150 MB/s";
  ingress.number = 150e6;
  ingress.unit = "B/s";
  ingress.formula = "kafka.messages * kafka.message_size";
  ingress.substituted = "150000 message/s * 1 kB/message";
  ingress.origin = "rule rules/kafka-broker.yaml:40";
  ingress.source = "arithmetic";
  ingress.confidence = "documented";
  ingress.inputs = {size};
  Explanation replication = size;
  replication.name = "kafka.replication";
  replication.title = "copies of each message";
  replication.value = "3";
  replication.number = 3;
  replication.unit = "1";
  replication.origin = "default";
  replication.source = "https://kafka.apache.org/documentation/#replication, read 2026-11-22";
  replication.confidence = "documented";
  Explanation again = ingress;
  again.inputs.clear();
  again.shown_above = true;
  Explanation root = ingress;
  root.name = "kafka.nic_out";
  root.title = "bytes a broker sends";
  root.role = "kafka-broker";
  root.value = "200 MB/s";
  root.number = 200e6;
  root.formula =
      "kafka.ingress_peak * (kafka.replication - 1) / kafka.brokers + kafka.ingress_peak / kafka.brokers * "
      "kafka.fan_out";
  root.substituted = "150 MB/s * (3 - 1) / 3 + 150 MB/s / 3 * 2";
  root.steps = {"network.peak = 200 MB/s"};
  root.inputs = {ingress, replication, again};
  return root;
}

}  // namespace rackfit::test
