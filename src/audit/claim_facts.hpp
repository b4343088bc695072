// A claim as facts for the rules of role `claim`: what is claimed, under which conditions, and what is seen
// of the proposed machines under the same conditions.
#pragma once

#include <map>

#include "auditor.hpp"

namespace rackfit::audit {

/// Values by the names of the rules' inputs; the first given counts.
struct Figures {
  std::map<std::string, double> numbers;
  std::map<std::string, std::string> words;
  std::string note;  // why something cannot be told

  void number(const std::string& name, const schema::Given<double>& given) {
    if (given) numbers.emplace(name, *given);
  }
  void word(const std::string& name, const schema::Given<std::string>& given) {
    if (given) words.emplace(name, *given);
  }
  void range(const std::string& name, const schema::Given<workload::Range>& given) {
    if (!given) return;
    numbers.emplace(name, given->low);
    numbers.emplace(name + "_high", given->high);
  }
  void range(const std::string& name, const schema::Given<workload::MoneyRange>& given) {
    if (!given) return;
    numbers.emplace(name, given->low);
    numbers.emplace(name + "_high", given->high);
    words.emplace("claim.currency", given->currency);
  }
  void truth(const std::string& name, const schema::Given<bool>& given) {
    if (given) numbers.emplace(name, *given ? 1 : 0);
  }
};

bool one_of(const std::string& word, std::initializer_list<const char*> words);

/// The input of the brokers' rules that stands for a statement: "kafka.claim.kip_873".
std::string kafka_claim(std::string statement);
bool is_kafka_claim(const std::string& statement, const rules::RuleSet& rules);

/// The claimed figure alone.
void add_metric(const workload::Claim& claim, Figures& facts);
void add_conditions(const workload::Claim& claim, const catalog::Catalog& catalog,
                    const units::Registry& units, Figures& facts);
/// Memory and link of a device; `called`: what the claim calls it, empty: its own name.
void add_device(const std::string& name, const std::string& called, const catalog::Catalog& catalog,
                Figures& facts);
/// The role's values under the names that the rules of role `claim` see them by: `box.…`.
void add_seen(const rules::Program& claims, const rules::Program& role, const rules::TraceVm& trace,
              Figures& facts);

/// The role that a claim is about: what it says, else the only one that has such a figure; empty: none.
std::string role_of(const workload::Claim& claim, const workload::Workload& workload);
/// The service alone, under the claim's conditions and with no targets of its own.
workload::Workload under_conditions(const workload::Claim& claim, const std::string& role,
                                    const workload::Workload& workload);
/// The machines that a claim names, or those proposed.
Boxes boxes_of(const workload::Claim& claim, const Boxes& boxes);

}  // namespace rackfit::audit
