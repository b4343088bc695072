#include "claim_facts.hpp"

#include <algorithm>

#include "rackfit/base/did_you_mean.hpp"

namespace rackfit::audit {

using schema::Given;
using schema::Named;
using workload::Claim;
using workload::Range;
using workload::Workload;

namespace {

constexpr std::string_view seen = "box.";

double period_s(const std::string& per, const units::Registry& units) {
  const auto parsed = units.parse_quantity("1 " + per);
  return parsed ? parsed.value->value : 0;
}

/// The most memory that a device of this name has: "V100" is several.
std::optional<double> family_memory(const std::string& name, const catalog::Catalog& catalog) {
  const std::string wanted = fold_name(name);
  std::optional<double> most;
  const auto takes = [&](const std::string& known) { return fold_name(known).rfind(wanted, 0) == 0; };
  for (const catalog::Device& device : catalog.devices.rows()) {
    const auto& aliases = device.row.aliases;
    if (!device.memory_bytes ||
        (!takes(device.row.id) && std::none_of(aliases.begin(), aliases.end(), takes)))
      continue;
    most = std::max(most.value_or(0), *device.memory_bytes);
  }
  return most;
}

}  // namespace

std::string kafka_claim(std::string statement) {
  std::replace(statement.begin(), statement.end(), '-', '_');
  return "kafka.claim." + statement;
}

bool is_kafka_claim(const std::string& statement, const rules::RuleSet& rules) {
  const std::string name = kafka_claim(statement);
  return std::any_of(rules.inputs().begin(), rules.inputs().end(),
                     [&](const rules::Input& input) { return input.name == name; });
}

void add_metric(const Claim& claim, Figures& facts) {
  const std::pair<const char*, const Given<Range>*> ranges[] = {{"messages", &claim.messages},
                                                                {"ingress", &claim.ingress},
                                                                {"rate", &claim.rate},
                                                                {"requests_per_day", &claim.requests_per_day},
                                                                {"output_rate", &claim.output_rate},
                                                                {"ttft", &claim.ttft},
                                                                {"e2e", &claim.e2e},
                                                                {"tpot", &claim.tpot},
                                                                {"memory", &claim.memory},
                                                                {"weights", &claim.weights},
                                                                {"device_memory", &claim.device_memory},
                                                                {"reduction", &claim.reduction},
                                                                {"speedup", &claim.speedup},
                                                                {"saving", &claim.saving},
                                                                {"utilization", &claim.utilization},
                                                                {"brokers", &claim.brokers},
                                                                {"duration", &claim.duration},
                                                                {"network_latency", &claim.network_latency}};
  for (const auto& [name, given] : ranges) facts.range(std::string("claim.") + name, *given);
  facts.range("claim.price", claim.price);
  facts.range("claim.power_cost", claim.power_cost);
  facts.range("claim.deployment_cost", claim.deployment_cost);
  facts.range("claim.running_cost", claim.running_cost);
  facts.word("claim.link", claim.link);
  facts.word("claim.statement", claim.statement);
  facts.truth("claim.fits", claim.fits);
  facts.truth("claim.trains", claim.trains);
}

void add_device(const std::string& name, const std::string& called, const catalog::Catalog& catalog,
                Figures& facts) {
  const catalog::Device* device = catalog.devices.find(name);
  if (!device) return;
  facts.words.emplace("claim.device", called.empty() ? device->row.name : called);
  if (const auto memory = family_memory(name, catalog)) facts.numbers.emplace("claim.family_memory", *memory);
  if (!device->link.type.empty()) {
    facts.words.emplace("claim.device_link", device->link.type);
  } else if (device->link.scope == catalog::LinkScope::none) {
    facts.words.emplace("claim.device_link", "pcie");
  }
}

void add_conditions(const Claim& claim, const catalog::Catalog& catalog, const units::Registry& units,
                    Figures& facts) {
  const auto& at = claim.at;
  facts.number("claim.message_size", at.message_size);
  facts.number("claim.concurrency", at.concurrency);
  facts.range("claim.e2e", at.e2e);
  facts.number("claim.devices", at.devices);
  facts.number("claim.parameters", at.parameters);
  facts.word("claim.format", at.format);
  facts.word("claim.from_format", at.from_format);
  const auto bits = [&](const char* name, const Given<std::string>& format) {
    const auto* row = format ? catalog.quantizations.find(*format) : nullptr;
    if (row) facts.numbers.emplace(name, row->bits_per_weight);
  };
  bits("claim.format_bits", at.format);
  bits("claim.from_format_bits", at.from_format);
  if (at.cloud) {
    facts.numbers.emplace("claim.cloud", at.cloud->amount);
    facts.words.emplace("claim.currency", at.cloud->currency);
  }
  if (at.once) facts.numbers.emplace("claim.once", at.once->amount);
  if (at.per) facts.numbers.emplace("claim.period", period_s(*at.per, units));
  facts.number("claim.over", at.over);
  facts.number("claim.before", at.before);
  facts.number("claim.feed_before", at.feed_before);
  facts.number("claim.feed_after", at.feed_after);
}

bool one_of(const std::string& word, std::initializer_list<const char*> words) {
  return std::any_of(words.begin(), words.end(), [&](const char* each) { return word == each; });
}

std::string role_of(const Claim& claim, const Workload& workload) {
  if (claim.about) {
    if (*claim.about == "kafka") return "kafka-broker";
    std::string role = *claim.about;
    const std::size_t dot = role.find('.');
    if (dot != std::string::npos) role[dot] = ':';
    return role;
  }
  const std::string metric = claim.metric();
  if (one_of(metric, {"messages", "ingress", "brokers"})) return workload.kafka ? "kafka-broker" : "";
  if (one_of(metric, {"trains", "duration"})) {
    return workload.training.empty() ? "" : "training:" + workload.training.front().name;
  }
  if (one_of(metric, {"rate", "requests_per_day", "output_rate", "ttft", "e2e", "tpot", "memory", "weights",
                      "speedup", "fits", "utilization"})) {
    return workload.llm.empty() ? "" : "llm:" + workload.llm.front().name;
  }
  return {};
}

Workload under_conditions(const Claim& claim, const std::string& role, const Workload& workload) {
  Workload result = workload;
  result.kafka = {};
  result.training.clear();
  result.embedding.clear();
  result.pipelines.clear();
  result.growth = {};
  result.availability = {};
  result.llm.clear();
  Named<workload::LlmService> service{"claim", claim.span, {}};
  for (const auto& each : workload.llm) {
    if (role == "llm:" + each.name) service = each;
  }
  workload::LlmService& asked = service.value;
  const auto& at = claim.at;
  if (at.model) {
    asked.model = at.model;
    asked.architecture = {};
  }
  if (at.format) asked.quantization = {std::vector<std::string>{*at.format}, at.format.span};
  if (at.context) asked.context = at.context;
  // A stated length is that length: nothing is said of its spread.
  if (at.prompt) asked.prompt = {at.prompt, at.prompt};
  if (at.output) asked.output = {at.output, at.output};
  asked.targets = {};
  asked.priority = {std::string("batch"), claim.span};
  asked.load = {};
  // Where nothing is said of others, the claim is read in its favour: nobody else is there.
  asked.load.concurrency = at.concurrency ? at.concurrency : Given<double>{1.0, claim.span};
  result.llm.push_back(std::move(service));
  return result;
}

Boxes boxes_of(const Claim& claim, const Boxes& boxes) {
  const auto& at = claim.at;
  Boxes result;
  const auto* box = box_for(boxes, "llm");
  if (box) result.push_back(*box);
  if (!at.device && !at.devices) return result;
  if (result.empty()) result.push_back({"claim", claim.span, {}});
  workload::ProposedNode& node = result.front().value;
  if (at.device) node.device = at.device;
  if (!node.device) return {};
  node.devices = at.devices ? at.devices : Given<double>{1.0, claim.span};
  node.count = {1.0, claim.span};
  node.tensor_parallel = {};
  return result;
}

void add_seen(const rules::Program& claims, const rules::Program& role, const rules::TraceVm& trace,
              Figures& facts) {
  for (const rules::Slot slot : claims.inputs()) {
    const std::string& name = claims.symbol(slot).name;
    if (name.rfind(seen, 0) != 0) continue;
    const auto found = role.find(name.substr(seen.size()));
    if (!found || rules::is_not_applicable(trace.value(*found))) continue;
    if (claims.symbol(slot).kind == rules::ValueKind::word) {
      facts.words.emplace(name, std::string(role.word(trace.value(*found))));
    } else {
      facts.numbers.emplace(name, trace.value(*found));
    }
  }
}

}  // namespace rackfit::audit
