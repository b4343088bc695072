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
  json.field("margin", item.margin)
      .known("because", trimmed(item.because))
      .known("remedy", trimmed(item.remedy));
  json.end_object();
}

void instead(JsonText& json, const Plan& plan) {
  json.key("instead").begin_object();
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
  json.end_object();
  json.key("verdicts").begin_array();
  for (const audit::Verdict& item : audit.verdicts) verdict(json, item);
  json.end_array();
  instead(json, audit.instead);
  money(json, "price_difference", audit.difference);
  json.end_object();
}

}  // namespace

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
