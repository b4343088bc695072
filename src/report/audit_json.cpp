#include <fmt/format.h>

#include "csv_text.hpp"
#include "rackfit/report/audit.hpp"
#include "rackfit/report/json_text.hpp"
#include "words.hpp"

namespace rackfit::report {

namespace {

void money(JsonText& json, const char* name, const std::optional<Money>& value) {
  json.key(name);
  if (!value) {
    json.null();
    return;
  }
  json.begin_object().field("amount", value->amount).field("currency", value->currency).end_object();
}

void verdict(JsonText& json, const audit::Verdict& item) {
  json.begin_object();
  json.field("id", item.id)
      .field("subject", item.subject)
      .field("title", item.title)
      .known("says", trimmed(item.says));
  json.field("kind", to_string(item.kind)).field("verdict", to_string(item.ruling)).known("unit", item.unit);
  json.field("wanted", item.wanted)
      .field("predicted", item.predicted)
      .field("low", item.low)
      .field("high", item.high);
  json.known("wanted_word", item.wanted_word).known("predicted_word", item.predicted_word);
  json.field("margin", item.margin)
      .known("because", trimmed(item.because))
      .known("remedy", trimmed(item.remedy))
      .known("formula", item.formula);
  json.end_object();
}

void instead(JsonText& json, const char* name, const Plan* plan_or_none, const std::string& availability) {
  json.key(name);
  if (!plan_or_none) {
    json.null();
    return;
  }
  const Plan& plan = *plan_or_none;
  json.begin_object().known("availability", availability);
  json.field("feasible", plan.feasible)
      .field("nodes", plan.totals.nodes)
      .field("power_w", plan.totals.power_w);
  json.field("rack_units", plan.totals.rack_units);
  money(json, "price", plan.totals.price);
  json.known("price_note", trimmed(plan.totals.price_note));
  json.key("roles").begin_array();
  for (const Role& role : plan.roles) {
    json.begin_object().field("role", role.role).field("feasible", role.feasible).field("nodes", role.nodes);
    json.known("summary", role.feasible ? role.configuration.summary : "");
    money(json, "price", role.price);
    json.end_object();
  }
  json.end_array().end_object();
}

void audit_object(JsonText& json, const AuditReport& audit) {
  json.begin_object();
  json.field("format_version", audit.format_version).field("rackfit_version", audit.rackfit_version);
  const std::size_t slash = audit.file.rfind('/');
  json.field("workload", audit.workload).known("description", trimmed(audit.description));
  json.field("file", slash == std::string::npos ? audit.file : audit.file.substr(slash + 1));
  json.field("targets_hold", audit.targets_hold);
  json.key("proposal").begin_object().known("says", trimmed(audit.says)).key("nodes").begin_array();
  for (const OfferedBox& box : audit.boxes) {
    json.begin_object()
        .field("name", box.name)
        .field("count", box.count)
        .known("summary", box.summary)
        .end_object();
  }
  json.end_array();
  money(json, "price_low", audit.offered_low);
  money(json, "price_high", audit.offered_high);
  money(json, "market_price", audit.market);
  json.field("market_price_is_floor", audit.market_is_floor).field("power_w", audit.power_w);
  json.end_object();
  json.key("verdicts").begin_array();
  for (const audit::Verdict& item : audit.verdicts) verdict(json, item);
  json.end_array();
  instead(json, "instead", &audit.instead, audit.availability);
  instead(json, "other", audit.other ? &*audit.other : nullptr, audit.other_availability);
  money(json, "price_difference", audit.difference);
  json.field("power_difference_w", audit.power_difference_w);
  json.end_object();
}

}  // namespace

std::string write_audit_csv(const std::vector<AuditReport>& audits) {
  std::string out =
      "workload,id,subject,kind,verdict,unit,wanted,predicted,low,high,margin,because,remedy,formula\n";
  const auto number = [](const std::optional<double>& value, const std::string& word) {
    return value ? json_number(*value) : csv_cell(word);
  };
  for (const AuditReport& audit : audits) {
    for (const audit::Verdict& item : audit.verdicts) {
      out += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{},{}\n", csv_cell(audit.workload),
                         csv_cell(item.id), csv_cell(item.subject), to_string(item.kind),
                         to_string(item.ruling), csv_cell(item.unit), number(item.wanted, item.wanted_word),
                         number(item.predicted, item.predicted_word), number(item.low, {}),
                         number(item.high, {}), number(item.margin, {}), csv_cell(trimmed(item.because)),
                         csv_cell(trimmed(item.remedy)), csv_cell(item.formula));
    }
  }
  return out;
}

std::string write_audit_json(const std::vector<AuditReport>& audits) {
  JsonText json;
  if (audits.size() == 1) {
    audit_object(json, audits.front());
    return json.take();
  }
  json.begin_object().field("format_version", AuditReport().format_version).key("audits").begin_array();
  for (const AuditReport& audit : audits) audit_object(json, audit);
  json.end_array().end_object();
  return json.take();
}

}  // namespace rackfit::report
