// `rackfit fits --kafka`: what given brokers carry.
#include <fmt/format.h>

#include <algorithm>

#include "command.hpp"
#include "rackfit/cli/codes.hpp"
#include "rackfit/kafka/hardware.hpp"
#include "rackfit/report/kafka_capacity.hpp"
#include "terminal.hpp"

namespace rackfit::cli {
namespace {

/// An option that is an input of the rules.
struct Wish {
  const char* option;
  std::string Args::*text;
  const char* input;
  bool whole;
};

constexpr Wish wishes[] = {
    {"--replication", &Args::replication, "kafka.replication", true},
    {"--consumer-groups", &Args::consumer_groups, "kafka.consumer_groups", false},
    {"--retention", &Args::retention, "kafka.retention", false},
    {"--message-size", &Args::message_size, "kafka.message_size", false},
    {"--partitions", &Args::partitions, "kafka.partitions_fixed", true},
    {"--racks", &Args::racks, "kafka.racks", true},
    {"--clients", &Args::clients, "kafka.clients", true},
};

class Question {
 public:
  Question(Invocation& call, kafka::Cluster& cluster) : call_(call), cluster_(cluster) {}

  /// Reads the options; problems are diagnostics.
  void read() {
    const Args& a = call_.args;
    for (const Wish& wish : wishes) {
      const std::string& text = a.*wish.text;
      if (!text.empty()) read_wish(wish, text);
    }
    if (a.tls) cluster_.set("kafka.tls", 1);
    read_compression();
    for (const std::string& setting : a.settings) read_setting(setting);
    if (!a.words.empty())
      refuse("`--kafka` takes no DEVICE",
             "brokers with a model beside them are a workload for `rackfit plan`");
    if (a.format == Format::csv) refuse("`--kafka` cannot be written as csv", "use --format json");
  }

  double number(const char* input) const { return cluster_.value(input, 1); }

 private:
  void refuse(const std::string& message, const std::string& help = {}) {
    call_.session.diagnostics().error(code::usage, {}, message, "", help);
  }

  std::optional<double> read_value(const std::string& option, std::string_view input,
                                   const std::string& text) {
    const auto slot = cluster_.program().find(input);
    if (!slot) {
      refuse(fmt::format("`{}`: the rules have no `{}`", option, input));
      return std::nullopt;
    }
    std::string reason;
    const auto value = cluster_.program().read(*slot, text, reason);
    if (!value) refuse(fmt::format("`{}`: {}", option, reason));
    if (value) cluster_.set(*slot, *value);
    return value;
  }

  void read_wish(const Wish& wish, const std::string& text) {
    const auto value = read_value(wish.option, wish.input, text);
    if (!value) return;
    const bool groups = wish.text == &Args::consumer_groups || wish.text == &Args::clients;
    if (rules::is_not_applicable(*value) || *value < 0 || (*value == 0 && !groups)) {
      refuse(fmt::format("`{}` wants a value above zero, not `{}`", wish.option, text));
    } else if (wish.whole && *value != static_cast<double>(static_cast<long long>(*value))) {
      refuse(fmt::format("`{}` wants a whole number, not `{}`", wish.option, text));
    }
  }

  void read_compression() {
    const std::string& text = call_.args.compression;
    if (text.empty()) return;
    const std::size_t colon = text.find(':');
    read_value("--compression", "kafka.codec", text.substr(0, colon));
    if (colon == std::string::npos) return;
    const auto ratio = read_value("--compression", "kafka.compression_ratio", text.substr(colon + 1));
    if (ratio && !(*ratio >= 1))
      refuse("`--compression` wants a ratio of at least 1",
             "uncompressed over compressed bytes, as in lz4:2");
  }

  void read_setting(const std::string& setting) {
    const std::size_t equals = setting.find('=');
    if (equals == std::string::npos) return refuse("`--set` wants NAME=VALUE, not `" + setting + "`");
    const std::string name = setting.substr(0, equals);
    std::vector<std::string> known;
    for (const rules::Slot slot : cluster_.program().inputs())
      known.push_back(cluster_.program().symbol(slot).name);
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      unknown_name(call_, "input", name, known, "`rackfit rules list kafka` names them");
      return;
    }
    read_value("--set", name, setting.substr(equals + 1));
  }

  Invocation& call_;
  kafka::Cluster& cluster_;
};

std::string load_in_words(const kafka::Cluster& cluster, const Args& args) {
  const double groups = cluster.value("kafka.readers", 1), ratio = cluster.value("kafka.wire_ratio", 1);
  std::string out = fmt::format("replication {:g}, {:g} consumer {}", cluster.value("kafka.replication", 1),
                                groups, groups == 1 ? "group" : "groups");
  out +=
      args.compression.empty()
          ? std::string(", not compressed")
          : fmt::format(", {} at ratio {:g}", args.compression.substr(0, args.compression.find(':')), ratio);
  out += args.tls ? ", TLS" : ", no TLS";
  if (!args.retention.empty()) out += ", kept " + args.retention;
  if (!args.partitions.empty()) out += ", " + args.partitions + " partitions";
  if (!args.racks.empty()) out += ", " + args.racks + " racks";
  return out;
}

/// What follows from few brokers; false when what was asked for cannot be.
bool settle(Invocation& call, const kafka::Brokers& brokers, kafka::Cluster& cluster,
            std::vector<std::string>& notes) {
  const double replication = cluster.value("kafka.replication", 1), racks = cluster.value("kafka.racks", 1);
  if (replication > brokers.count) {
    if (!call.args.replication.empty()) {
      call.session.diagnostics().error(
          code::usage, {},
          fmt::format("{:g} replicas need as many brokers; there are {:g}", replication, brokers.count));
      return false;
    }
    cluster.set("kafka.replication", brokers.count);
    notes.push_back(fmt::format("replication {:g}: there are no more brokers", brokers.count));
  }
  if (racks > brokers.count) {
    call.session.diagnostics().error(
        code::usage, {}, fmt::format("{:g} brokers cannot stand in {:g} racks", brokers.count, racks));
    return false;
  }
  return true;
}

}  // namespace

ExitCode run_fits_kafka(Invocation& call) {
  Diagnostics& diagnostics = call.session.diagnostics();
  const units::Registry* units = call.session.units();
  const catalog::Catalog* catalog = call.session.catalog();
  const rules::RuleSet* rules = call.session.rules_with(call.args.rules);
  if (!units || !catalog || !rules || diagnostics.has_errors()) return ExitCode::bad_input;
  auto brokers =
      kafka::read_brokers(std::make_shared<const SourceFile>("--kafka", call.args.kafka), diagnostics);
  const auto program =
      kafka::broker_program(std::make_shared<const rules::RuleSet>(*rules), *units, diagnostics);
  if (!program) return ExitCode::bad_input;
  kafka::Cluster cluster(program);
  Question question(call, cluster);
  question.read();
  if (!brokers || diagnostics.has_errors()) return ExitCode::bad_input;

  report::KafkaCapacity answer;
  const std::string disks = kafka::assume_disk_speed(*brokers, *catalog, *units);
  kafka::apply(*brokers, cluster);
  if (!settle(call, *brokers, cluster, answer.notes)) return ExitCode::bad_input;
  if (!disks.empty()) answer.notes.push_back(disks);
  answer.hardware = kafka::describe(*brokers, *units);
  answer.load = load_in_words(cluster, call.args);
  answer.brokers = brokers->count;
  const double size = question.number("kafka.message_size");
  if (!rules::is_not_applicable(size)) answer.message_bytes = size;
  answer.retention_given = !call.args.retention.empty();
  answer.cluster = &cluster;
  answer.answers = {cluster.capacity(kafka::Basis::planned), cluster.capacity(kafka::Basis::physical)};
  if (brokers->count > 1) answer.answers.push_back(cluster.capacity(kafka::Basis::broker_lost));
  if (question.number("kafka.racks") > 1) answer.answers.push_back(cluster.capacity(kafka::Basis::rack_lost));
  for (const kafka::Bound& bound : answer.answers.front().bounds) {
    if (bound.limit != "ram" || bound.ingress.value > 0) continue;
    const auto heap = program->find("kafka.heap");
    answer.notes.push_back(
        "the heap of " + (heap ? program->print(*heap, question.number("kafka.heap")) : std::string()) +
        " and the system leave no memory for page cache: try a smaller one with --set kafka.heap=2GiB");
  }
  const bool carries = answer.answers.front().ingress.value > 0;
  return deliver(call,
                 call.args.format == Format::json
                     ? report::write_kafka_capacity_json(answer)
                     : report::write_kafka_capacity_table(answer, text_options(call.args, call.io)),
                 carries ? ExitCode::done : ExitCode::no);
}

}  // namespace rackfit::cli
