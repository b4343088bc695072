#include "kafka_settings.hpp"

#include <algorithm>

#include "rackfit/base/did_you_mean.hpp"

namespace rackfit::search {

namespace {

const std::string prefix = "kafka.setting.", claim_prefix = "kafka.claim.";

/// Settings that say what an input of the model says; they count where the workload leaves the input out.
struct Meaning {
  const char *setting, *input;
};
constexpr Meaning meanings[] = {{"default.replication.factor", "kafka.replication"},
                                {"log.retention.hours", "kafka.retention"},
                                {"log.retention.minutes", "kafka.retention"},
                                {"log.retention.ms", "kafka.retention"},
                                {"log.roll.hours", "kafka.segment_age"},
                                {"log.segment.bytes", "kafka.segment_bytes"},
                                {"max.connections", "kafka.max_connections"},
                                {"min.insync.replicas", "kafka.min_insync"},
                                {"num.replica.fetchers", "kafka.replica_fetchers"},
                                {"replica.fetch.response.max.bytes", "kafka.fetch_response"}};

std::vector<std::string> known(const std::string& beginning, const rules::Program& program) {
  std::vector<std::string> names;
  for (const rules::Slot slot : program.inputs()) {
    const std::string& name = program.symbol(slot).name;
    if (name.rfind(beginning, 0) == 0) names.push_back(name.substr(beginning.size()));
  }
  return names;
}

/// Kafka writes bare numbers whose unit stands in the key; a value with a unit of its own is taken as well.
std::optional<double> read_number(const rules::Program& program, rules::Slot slot, const std::string& text,
                                  std::string& reason) {
  const std::string& unit = program.symbol(slot).unit;
  if (!unit.empty() && unit != "1") {
    std::string ignored;
    if (const auto value = program.read(slot, text + " " + unit, ignored)) return value;
  }
  return program.read(slot, text, reason);
}

}  // namespace

std::vector<Fact> setting_facts(const workload::KafkaCluster& kafka, const std::vector<Fact>& given,
                                const rules::Program& program, Diagnostics& diagnostics) {
  std::vector<Fact> facts;
  const auto is_given = [&](const std::string& name) {
    return std::any_of(given.begin(), given.end(), [&](const Fact& fact) { return fact.name == name; });
  };
  for (const auto& setting : kafka.settings) {
    const auto slot = program.find(prefix + setting.name);
    if (!slot) {
      diagnostics.error("RF0607", setting.span, "no broker setting called `" + setting.name + "` is known",
                        "", suggestion_help(setting.name, known(prefix, program)));
      continue;
    }
    const Origin origin{Origin::Kind::workload, setting.span, {}, {}};
    if (program.symbol(*slot).kind == rules::ValueKind::word) {
      facts.push_back({prefix + setting.name, 0, setting.value, true, origin});
      continue;
    }
    std::string reason;
    if (const auto value = read_number(program, *slot, setting.value, reason)) {
      facts.push_back({prefix + setting.name, *value, {}, false, origin});
      for (const Meaning& meaning : meanings) {
        if (setting.name == meaning.setting && *value > 0 && !is_given(meaning.input))
          facts.push_back({meaning.input, *value, {}, false, origin});
      }
    } else {
      diagnostics.error("RF0608", setting.span,
                        "`" + setting.name + ": " + setting.value + "` cannot be read", "", reason);
    }
  }
  if (!kafka.claims) return facts;
  for (const std::string& claim : *kafka.claims) {
    if (program.find(claim_prefix + claim)) {
      facts.push_back(
          {claim_prefix + claim, 1, {}, false, {Origin::Kind::workload, kafka.claims.span, {}, {}}});
    } else {
      diagnostics.error("RF0607", kafka.claims.span, "no claim called `" + claim + "` is known", "",
                        suggestion_help(claim, known(claim_prefix, program)));
    }
  }
  return facts;
}

}  // namespace rackfit::search
