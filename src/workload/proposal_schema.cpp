#include "proposal_schema.hpp"

#include <algorithm>

#include "rackfit/catalog/tables.hpp"
#include "site_schema.hpp"

namespace rackfit::workload {

using schema::boolean;
using schema::integer;
using schema::list;
using schema::named_map;
using schema::number;
using schema::quantity;
using schema::Record;
using schema::record;
using schema::text;

namespace {

// Beyond these it is no proposal but a slip of the pen.
constexpr double most_devices = 1024, most_machines = 1e5, most_parts = 1024;

bool refuse_length(const yaml::Node& node, schema::Context& context) {
  context.diagnostics.error("RF0522", node.span(), "a claimed figure is one value or two", "",
                            "write `3 s`, or `[3 s, 4 s]` for from three to four");
  return false;
}

bool refuse_order(const yaml::Node& node, schema::Context& context) {
  context.diagnostics.error("RF0522", node.span(), "the second figure is less than the first", "",
                            "write the lower end first");
  return false;
}

/// `3 s`, or `[3 s, 4 s]`.
schema::Type<Range> range(const schema::Type<double>& item) {
  const auto values = list(item, true);
  return {values.info, [values](const yaml::Node& node, Range& out, schema::Context& context) {
            std::vector<double> read;
            if (!values.decode(node, read, context)) return false;
            if (read.empty() || read.size() > 2) return refuse_length(node, context);
            out = {read.front(), read.back()};
            return out.low <= out.high || refuse_order(node, context);
          }};
}

schema::Type<Range> range(const char* unit) { return range(quantity(unit)); }

schema::Type<MoneyRange> money_range() {
  const auto values = list(money(), true);
  return {values.info, [values](const yaml::Node& node, MoneyRange& out, schema::Context& context) {
            std::vector<catalog::Money> read;
            if (!values.decode(node, read, context)) return false;
            if (read.empty() || read.size() > 2) return refuse_length(node, context);
            if (read.front().currency != read.back().currency) {
              context.diagnostics.error("RF0521", node.span(), "two currencies in one range", "",
                                        "state both ends in one currency");
              return false;
            }
            out = {read.front().amount, read.back().amount, read.front().currency};
            return out.low <= out.high || refuse_order(node, context);
          }};
}

const Record<ProposedNode>& node_table() {
  static const Record<ProposedNode> table =
      Record<ProposedNode>("proposed_node", "A kind of machine on offer")
          .locate(&ProposedNode::span)
          .optional("device", &ProposedNode::device, text(), "accelerator id")
          .optional("devices", &ProposedNode::devices, integer(1, most_devices), "accelerators per machine")
          .optional("count", &ProposedNode::count, integer(1, most_machines), "machines")
          .optional("cpu", &ProposedNode::cpu, text(), "processor id")
          .optional("cpus", &ProposedNode::cpus, integer(1, most_parts), "processors per machine")
          .optional("cores", &ProposedNode::cores, quantity("core"),
                    "CPU cores per machine; left out: the processor's")
          .optional("memory", &ProposedNode::memory, quantity("B"), "RAM per machine")
          .optional("disks", &ProposedNode::disks, integer(1, most_parts), "data disks per machine")
          .optional("disk_capacity", &ProposedNode::disk_capacity, quantity("B"), "of one disk")
          .optional("disk_write", &ProposedNode::disk_write, quantity("B/s"), "sustained write of one disk")
          .optional("raid", &ProposedNode::raid, word({"none", "raid0", "raid1", "raid10", "raid5", "raid6"}),
                    "how disks are combined")
          .optional("nic", &ProposedNode::nic, quantity("B/s"), "one network port, each direction")
          .optional("nics", &ProposedNode::nics, integer(1, most_parts), "network ports")
          .optional("link", &ProposedNode::link, word({"nvlink", "pcie"}),
                    "how accelerators are said to be joined")
          .optional("psu", &ProposedNode::psu, quantity("W"), "output of one power supply")
          .optional("psus", &ProposedNode::psus, integer(1, most_parts), "power supplies")
          .optional("psus_redundant", &ProposedNode::psus_redundant, integer(0, most_parts),
                    "power supplies that may fail")
          .optional("rack_units", &ProposedNode::rack_units, number(0), "height")
          .optional("power", &ProposedNode::power, quantity("W"),
                    "of one machine at full load; left out: summed up")
          .optional("use", &ProposedNode::use, word({"llm", "kafka", "controller", "training", "any"}),
                    "what it is for")
          .optional("price", &ProposedNode::price, money_range(), "of one machine, as offered")
          .optional("engine", &ProposedNode::engine, text(), "serving engine")
          .optional("quantization", &ProposedNode::quantization, list(text(), true), "model formats")
          .optional("tensor_parallel", &ProposedNode::tensor_parallel, integer(1, most_devices),
                    "accelerators that share every layer")
          .optional("heap", &ProposedNode::heap, quantity("B"), "JVM heap of a broker")
          .optional("io_threads", &ProposedNode::io_threads, number(1), "num.io.threads of a broker")
          .optional("open_files", &ProposedNode::open_files, number(1), "file limit (nofile) of a broker")
          .check([](const ProposedNode& box, const yaml::Node& node, schema::Context& context) {
            if (box.devices && !box.device) {
              context.diagnostics.error("RF0523", node.span(), "`devices` without `device`", "",
                                        "name the accelerator, see `rackfit catalog devices`");
            }
          });
  return table;
}

const Record<Proposal>& proposal_table() {
  static const Record<Proposal> table =
      Record<Proposal>("proposal", "Machines on offer, to be judged by `rackfit audit`")
          .locate(&Proposal::span)
          .optional("says", &Proposal::says, text(), "whose proposal it is")
          .optional("price", &Proposal::price, money_range(), "of everything, as offered")
          .required("nodes", &Proposal::nodes, named_map(record(node_table())), "machines by name");
  return table;
}

const Record<Conditions>& conditions_table() {
  static const Record<Conditions> table =
      Record<Conditions>("conditions",
                         "Under which conditions a figure is claimed; left out: those of the workload")
          .locate(&Conditions::span)
          .optional("model", &Conditions::model, text(), "catalog id, alias or Hugging Face id")
          .optional("parameters", &Conditions::parameters, number(1), "of a model that nobody names")
          .optional("format", &Conditions::format, text(), "model format")
          .optional("from_format", &Conditions::from_format, text(),
                    "format that a reduction is counted from")
          .optional("device", &Conditions::device, text(), "accelerator")
          .optional("devices", &Conditions::devices, integer(1, most_devices), "accelerators in all")
          .optional("context", &Conditions::context, quantity("token"), "longest prompt and answer together")
          .optional("prompt", &Conditions::prompt, quantity("token"), "length of the prompt")
          .optional("output", &Conditions::output, quantity("token"), "length of the answer")
          .optional("concurrency", &Conditions::concurrency, quantity("request"), "requests in progress")
          .optional("e2e", &Conditions::e2e, range("s"), "time of an answer")
          .optional("message_size", &Conditions::message_size, quantity("B/message"), "bytes of a message")
          .optional("cloud", &Conditions::cloud, money(), "what the cloud costs in each period")
          .optional("per", &Conditions::per, word({"month", "year"}), "the period")
          .optional("once", &Conditions::once, money(), "what is bought once instead")
          .optional("over", &Conditions::over, quantity("s"), "how long it is compared")
          .optional("before", &Conditions::before, quantity("s"), "duration before the change")
          .optional("feed_before", &Conditions::feed_before, quantity("B/s"),
                    "rate of data before the change")
          .optional("feed_after", &Conditions::feed_after, quantity("B/s"), "rate of data after the change");
  return table;
}

/// Every figure that may be claimed, and whether it is.
std::vector<std::pair<std::string, bool>> figures(const Claim& claim) {
  return {{"messages", bool(claim.messages)},
          {"ingress", bool(claim.ingress)},
          {"rate", bool(claim.rate)},
          {"requests_per_day", bool(claim.requests_per_day)},
          {"output_rate", bool(claim.output_rate)},
          {"ttft", bool(claim.ttft)},
          {"e2e", bool(claim.e2e)},
          {"tpot", bool(claim.tpot)},
          {"memory", bool(claim.memory)},
          {"weights", bool(claim.weights)},
          {"device_memory", bool(claim.device_memory)},
          {"reduction", bool(claim.reduction)},
          {"speedup", bool(claim.speedup)},
          {"saving", bool(claim.saving)},
          {"utilization", bool(claim.utilization)},
          {"brokers", bool(claim.brokers)},
          {"duration", bool(claim.duration)},
          {"network_latency", bool(claim.network_latency)},
          {"price", bool(claim.price)},
          {"power_cost", bool(claim.power_cost)},
          {"deployment_cost", bool(claim.deployment_cost)},
          {"running_cost", bool(claim.running_cost)},
          {"link", bool(claim.link)},
          {"statement", bool(claim.statement)},
          {"fits", bool(claim.fits)},
          {"trains", bool(claim.trains)}};
}

const std::vector<std::string>& metrics() {
  static const std::vector<std::string> all = [] {
    std::vector<std::string> names;
    for (auto& [name, given] : figures(Claim{})) names.push_back(name);
    return names;
  }();
  return all;
}

void check_claim(const Claim& claim, const yaml::Node& node, schema::Context& context) {
  if (claim.metric().empty()) {
    context.diagnostics.error(
        "RF0524", node.span(), "a claim without a figure", "", "give one of " + [] {
          std::string names;
          for (const std::string& name : metrics()) names += (names.empty() ? "`" : ", `") + name + "`";
          return names;
        }());
  }
  if (claim.saving && !(claim.at.cloud && claim.at.per && claim.at.once && claim.at.over)) {
    context.diagnostics.error("RF0524", node.span(), "a saving that cannot be recalculated", "",
                              "give `at: {cloud: 5000 USD, per: month, once: 3200 USD, over: 3 y}`");
  }
  if (claim.at.cloud && claim.at.once && (*claim.at.cloud).currency != (*claim.at.once).currency) {
    context.diagnostics.error("RF0521", claim.at.once.span, "two currencies in one comparison", "",
                              "state both amounts in one currency");
  }
}

const Record<Claim>& claim_table() {
  static const Record<Claim> table =
      Record<Claim>("claim", "One promised figure")
          .locate(&Claim::span)
          .required("says", &Claim::says, text(), "the sentence that is judged")
          .optional("about", &Claim::about, text(),
                    "llm.<name>, training.<name> or kafka; left out: the only one there is")
          .optional("messages", &Claim::messages, range("message/s"), "messages that the brokers take")
          .optional("ingress", &Claim::ingress, range("B/s"),
                    "bytes that the brokers take, before compression")
          .optional("rate", &Claim::rate, range("request/s"), "requests that the service answers")
          .optional("requests_per_day", &Claim::requests_per_day, range(number(0)), "requests in 24 hours")
          .optional("output_rate", &Claim::output_rate, range("token/s"), "tokens that the service generates")
          .optional("ttft", &Claim::ttft, range("s"), "time to first token")
          .optional("e2e", &Claim::e2e, range("s"), "time of a whole answer")
          .optional("tpot", &Claim::tpot, range("s"), "time per output token")
          .optional("memory", &Claim::memory, range("B"), "device memory that is enough, in all")
          .optional("weights", &Claim::weights, range("B"), "size of the weights")
          .optional("device_memory", &Claim::device_memory, range("B"), "memory that the device has")
          .optional("reduction", &Claim::reduction, range(number(0)),
                    "how many times smaller a format makes the weights")
          .optional("speedup", &Claim::speedup, range(number(0)),
                    "how many times faster `at.devices` are than one")
          .optional("saving", &Claim::saving, range("1"), "share of the cloud's cost that is saved")
          .optional("utilization", &Claim::utilization, range("1"), "share of the accelerators' time in use")
          .optional("brokers", &Claim::brokers, range(number(1)), "brokers that are said to be needed")
          .optional("duration", &Claim::duration, range("s"), "how long a job takes after the change")
          .optional("network_latency", &Claim::network_latency, range("s"), "between nodes")
          .optional("price", &Claim::price, money_range(),
                    "of the proposed machines, or of `at.devices` of `at.device`")
          .optional("power_cost", &Claim::power_cost, money_range(), "of a year's electricity")
          .optional("deployment_cost", &Claim::deployment_cost, money_range(),
                    "of putting the machines into service: network and installation")
          .optional("running_cost", &Claim::running_cost, money_range(),
                    "of the first year: power, space, upkeep, and staff or not")
          .optional("link", &Claim::link, word({"nvlink", "pcie"}), "how the accelerators are joined")
          .optional("statement", &Claim::statement, text(),
                    "a rule of thumb by its name in profiles/rules/claim.yaml, or a claim of `kafka.claims`")
          .optional("fits", &Claim::fits, boolean(), "the model fits `at.devices`")
          .optional("trains", &Claim::trains, boolean(), "the proposed machines train the model")
          .optional("at", &Claim::at, record(conditions_table()), "conditions")
          .exclusive(metrics())
          .check(check_claim);
  return table;
}

}  // namespace

schema::Type<catalog::Money> money() {
  auto info = std::make_shared<schema::TypeInfo>();
  info->kind = schema::TypeInfo::Kind::quantity;
  info->unit = "USD";
  info->doc = "an amount with its currency, `27000 USD`";
  return {info, [](const yaml::Node& node, catalog::Money& out, schema::Context& context) {
            const auto parsed = node.is_scalar() ? context.units.parse_quantity(node.text())
                                                 : units::Parsed<units::Quantity>{};
            if (!parsed || !(parsed.value->value >= 0) ||
                !catalog::is_currency(context.units.base_unit_text(parsed.value->dimension))) {
              context.diagnostics.error("RF0521", node.span(),
                                        "an amount of money needs a number and a currency", "",
                                        "for example `27000 USD`");
              return false;
            }
            out.amount = parsed.value->value;
            out.currency = context.units.base_unit_text(parsed.value->dimension);
            return true;
          }};
}

std::string Claim::metric() const {
  for (const auto& [name, given] : figures(*this)) {
    if (given) return name;
  }
  return {};
}

schema::Type<Proposal> proposal() { return record(proposal_table()); }
schema::Type<std::vector<Named<Claim>>> claims() { return named_map(record(claim_table())); }

}  // namespace rackfit::workload
