#include "pipeline_schema.hpp"

#include <algorithm>
#include <cmath>

#include "rackfit/base/did_you_mean.hpp"

namespace rackfit::workload {

using schema::Given;
using schema::list;
using schema::Named;
using schema::number;
using schema::quantity;
using schema::Record;
using schema::record;
using schema::refuse;
using schema::text;

namespace {

constexpr std::size_t hours_per_day = 24;
constexpr double hour_s = 3600, minute_s = 60;
constexpr double longest_outage_s = 30 * 24 * hour_s;

schema::Type<double> tokens() { return quantity("token"); }
schema::Type<double> seconds() { return quantity("s"); }

bool read_hours(const yaml::Node& node, const schema::Type<std::vector<double>>& hours, Day& out,
                schema::Context& context) {
  if (!hours.decode(node, out.hours, context)) return false;
  if (out.hours.size() != hours_per_day) {
    return refuse(node, context, "RF0507",
                  "a day has 24 hours, and " + std::to_string(out.hours.size()) + " numbers are given", "",
                  "give the load of each hour from midnight, in any unit, or name a shape such as `office`");
  }
  double sum = 0;
  for (const double value : out.hours) sum += value;
  if (sum > 0 && std::isfinite(sum)) return true;
  return refuse(node, context, "RF0507", "a day without any load", "",
                "give at least one hour a number above 0");
}

/// Two digits, or nothing.
std::optional<int> two_digits(std::string_view text) {
  if (text.size() != 2 || text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9') return {};
  return (text[0] - '0') * 10 + (text[1] - '0');
}

/// "06:00" as seconds after midnight.
schema::Type<double> time_of_day() {
  auto info = std::make_shared<schema::TypeInfo>();
  info->kind = schema::TypeInfo::Kind::text;
  info->doc = "a time of day such as \"06:00\"";
  const auto word = text();
  return {
      info, [word](const yaml::Node& node, double& out, schema::Context& context) {
        std::string given;
        if (!word.decode(node, given, context)) return false;
        const auto colon = given.find(':');
        const auto hour = two_digits(std::string_view(given).substr(0, colon));
        const auto minute =
            colon == std::string::npos ? std::nullopt : two_digits(std::string_view(given).substr(colon + 1));
        const bool is_time = hour && minute && *minute < 60 && (*hour < 24 || (*hour == 24 && *minute == 0));
        if (!is_time) {
          return refuse(node, context, "RF0508", "`" + given + "` is no time of day", "",
                        "write it as \"06:00\"");
        }
        out = *hour * hour_s + *minute * minute_s;
        return true;
      }};
}

const Record<RequestLog>& log_table() {
  static const Record<RequestLog> table =
      Record<RequestLog>("request_log", "A topic that keeps what was asked and answered")
          .optional("request_bytes", &RequestLog::request_bytes, quantity("B"), "of one request")
          .optional("response_bytes", &RequestLog::response_bytes, quantity("B"), "of one answer")
          .optional("retention", &RequestLog::retention, seconds(), "how long it is kept");
  return table;
}

void check_pipeline(const Pipeline& pipeline, const yaml::Node& node, schema::Context& context) {
  const bool embeds = pipeline.to && pipeline.to->rfind("embedding.", 0) == 0;
  if (embeds && pipeline.output_tokens) {
    context.diagnostics.error("RF0510", pipeline.output_tokens.span, "an embedding service answers no tokens",
                              "", "leave `output_tokens` out");
  }
  if (pipeline.lag_p95 && *pipeline.lag_p95 <= 0) {
    context.diagnostics.error("RF0510", pipeline.lag_p95.span,
                              "no message is 0 s old when its answer is there", "",
                              "give the age that is still good enough, such as `1 s` or `10 min`");
  }
  if (pipeline.outage && *pipeline.outage > longest_outage_s) {
    context.diagnostics.error("RF0510", pipeline.outage.span, "an outage of more than 30 d is no outage", "",
                              "give how long the service may be out before it is replaced, such as `4 h`");
  }
  if (pipeline.share && *pipeline.share <= 0) {
    context.diagnostics.error("RF0510", pipeline.share.span, "a pipeline without messages", "",
                              "give the share that the service sees, such as `10 %`");
  }
  if (pipeline.chunks_per_document && *pipeline.chunks_per_document <= 0) {
    context.diagnostics.error("RF0510", pipeline.chunks_per_document.span, "a document without chunks");
  }
  if (pipeline.log && !pipeline.log->request_bytes && !pipeline.log->response_bytes) {
    context.diagnostics.error("RF0510", schema::heading(node.find("log")), "a log without bytes", "",
                              "give `request_bytes`, `response_bytes` or both");
  }
}

template <class T>
void add_names(const std::string& prefix, const std::vector<Named<T>>& entries,
               std::vector<std::string>& names) {
  for (const auto& entry : entries) names.push_back(prefix + entry.name);
}

}  // namespace

schema::Type<Day> day_type() {
  const auto shape = text();
  const auto hours = list(number(0));
  auto info = std::make_shared<schema::TypeInfo>();
  info->kind = schema::TypeInfo::Kind::either;
  info->children = {shape.info, hours.info};
  return {info, [shape, hours](const yaml::Node& node, Day& out, schema::Context& context) {
            if (node.is_sequence()) return read_hours(node, hours, out, context);
            return shape.decode(node, out.shape, context);
          }};
}

const Record<Pipeline>& pipeline_table() {
  static const Record<Pipeline> table =
      Record<Pipeline>("pipeline", "A consumer group that calls a model")
          .locate(&Pipeline::span)
          .required("from", &Pipeline::from, text(), "kafka or kafka.<topic>")
          .required("to", &Pipeline::to, text(), "llm.<name> or embedding.<name>")
          .optional("share", &Pipeline::share, quantity("1", 0.0, 1.0), "share of the messages")
          .optional("prompt_tokens", &Pipeline::prompt_tokens, tokens(), "prompt per message")
          .optional("output_tokens", &Pipeline::output_tokens, tokens(), "answer per message")
          .optional("documents", &Pipeline::documents, quantity("document"),
                    "documents in 24 hours, for a topic without a rate")
          .optional("chunks_per_document", &Pipeline::chunks_per_document, number(0),
                    "requests that one message makes")
          .optional("tokens_per_chunk", &Pipeline::tokens_per_chunk, tokens(), "length of one of them")
          .optional("lag_p95", &Pipeline::lag_p95, seconds(),
                    "acceptable age of a message when it is answered")
          .optional("drained_by", &Pipeline::drained_by, time_of_day(), "time of day by which nothing waits")
          .optional("outage", &Pipeline::outage, seconds(), "outage of the service that the topic must hold")
          .optional("log", &Pipeline::log, record(log_table()), "topic with the requests and answers")
          .exclusive({"prompt_tokens", "tokens_per_chunk"})
          .exclusive({"documents", "share"})
          .check(check_pipeline);
  return table;
}

void check_pipelines(const Workload& workload, const yaml::Node&, schema::Context& context) {
  std::vector<std::string> sources, services;
  if (workload.kafka) {
    sources.push_back("kafka");
    add_names("kafka.", workload.kafka->topics, sources);
  }
  add_names("llm.", workload.llm, services);
  add_names("embedding.", workload.embedding, services);
  const auto check = [&](const char* code, const Given<std::string>& name,
                         const std::vector<std::string>& known, const std::string& what,
                         const std::string& otherwise) {
    if (!name || std::find(known.begin(), known.end(), *name) != known.end()) return;
    const std::string suggestion = suggestion_help(*name, known);
    context.diagnostics.error(code, name.span, what + " `" + *name + "`", "",
                              suggestion.empty() ? otherwise : suggestion);
  };
  for (const auto& pipeline : workload.pipelines) {
    check("RF0505", pipeline.value.from, sources, "no topics called",
          "write `kafka` or `kafka.<topic>`, and size `kafka:` here");
    check("RF0506", pipeline.value.to, services, "no service called",
          "write `llm.<name>` or `embedding.<name>` of this workload");
  }
  for (const auto& job : workload.training) {
    check("RF0505", job.value.feed_from, sources, "no topics called",
          "write `kafka` or `kafka.<topic>`, and size `kafka:` here");
  }
}

}  // namespace rackfit::workload
