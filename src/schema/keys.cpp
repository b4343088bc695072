// The keys of a map against its table: unknown, missing, excluding each other.
#include <fmt/format.h>

#include "rackfit/base/did_you_mean.hpp"
#include "rackfit/schema/schema.hpp"

namespace rackfit::schema::detail {

namespace {

constexpr std::size_t most_keys_explained = 5;

void report_unknown(const TypeInfo& record, const yaml::Node& node, Context& context) {
  std::vector<std::string> known;
  for (const FieldInfo& field : record.fields) known.push_back(field.key);
  for (std::size_t i = 0; i < node.size(); ++i) {
    const yaml::Node child = node[i];
    if (is_note(child.key())) continue;
    bool found = false;
    for (const std::string& key : known) found = found || key == child.key();
    if (found) continue;
    context.diagnostics.error("RF0201", child.key_span(), fmt::format("unknown key `{}`", child.key()),
                              fmt::format("`{}` has no such key", record.name),
                              suggestion_help(child.key(), known));
  }
}

void report_missing(const TypeInfo& record, const yaml::Node& node, Context& context) {
  std::vector<const FieldInfo*> missing;
  for (const FieldInfo& field : record.fields) {
    if (field.required && !node.find(field.key)) missing.push_back(&field);
  }
  if (missing.empty()) return;
  std::string names;
  for (const FieldInfo* field : missing)
    names += fmt::format("{}`{}`", names.empty() ? "" : ", ", field->key);
  Diagnostic& diagnostic = context.diagnostics.error(
      "RF0202", heading(node), fmt::format("missing key{} {}", missing.size() == 1 ? "" : "s", names),
      fmt::format("this `{}` is incomplete", record.name));
  for (std::size_t i = 0; i < missing.size() && i < most_keys_explained; ++i) {
    diagnostic.notes.push_back(fmt::format("`{}` is {}: {}", missing[i]->key,
                                           expectation(*missing[i]->type, context), missing[i]->doc));
  }
}

void report_exclusive(const TypeInfo& record, const yaml::Node& node, Context& context) {
  for (const auto& group : record.exclusive) {
    yaml::Node first;
    for (std::size_t i = 0; i < node.size(); ++i) {
      const yaml::Node child = node[i];
      bool member = false;
      for (const std::string& key : group) member = member || key == child.key();
      if (!member) continue;
      if (!first) {
        first = child;
        continue;
      }
      if (child.key() == first.key()) continue;  // written twice: the reader has said so
      Diagnostic& diagnostic = context.diagnostics.error(
          "RF0210", child.key_span(),
          fmt::format("`{}` and `{}` exclude each other", first.key(), child.key()),
          fmt::format("`{}` says it too", child.key()), "keep the one you know best and remove the other");
      diagnostic.labels.push_back(
          Label{first.key_span(), fmt::format("`{}` is given here", first.key()), false});
    }
  }
}

}  // namespace

void check_keys(const TypeInfo& record, const yaml::Node& node, Context& context) {
  report_unknown(record, node, context);
  report_missing(record, node, context);
  report_exclusive(record, node, context);
}

}  // namespace rackfit::schema::detail
