// The tables as the reference documentation.
#include <fmt/format.h>

#include <algorithm>

#include "rackfit/schema/schema.hpp"

namespace rackfit::schema {

namespace {

using Kind = TypeInfo::Kind;

/// Text for a table cell: no line ends, no bars.
std::string cell(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '|') result += '\\';
    result += c == '\n' ? ' ' : c;
  }
  return result;
}

std::string range_text(const TypeInfo& type) {
  const std::string unit = type.unit.empty() || type.unit == "1" ? "" : " " + type.unit;
  // "at least 0" goes without saying for a quantity.
  const bool from = type.minimum && !(type.kind == Kind::quantity && *type.minimum == 0);
  std::string text;
  if (from) text += fmt::format(", at least {}{}", units::format_number(*type.minimum), unit);
  if (type.maximum) text += fmt::format(", at most {}{}", units::format_number(*type.maximum), unit);
  return text;
}

std::string anchor(const std::string& name) {
  std::string result;
  for (const char c : name) result += c == ' ' ? '-' : c;
  return result;
}

std::string type_text(const TypeInfo& type) {
  switch (type.kind) {
    case Kind::text:
      return "text";
    case Kind::identifier:
      return "name";
    case Kind::number:
      return "number" + range_text(type);
    case Kind::integer:
      return "whole number" + range_text(type);
    case Kind::boolean:
      return "`true` or `false`";
    case Kind::date:
      return "date";
    case Kind::quantity:
      return (type.unit == "1" ? std::string("number or %") : fmt::format("quantity in {}", type.unit)) +
             range_text(type);
    case Kind::choice: {
      std::string text;
      for (const std::string& choice : type.choices)
        text += fmt::format("{}`{}`", text.empty() ? "" : ", ", choice);
      return text;
    }
    case Kind::list:
      return fmt::format("{}list of: {}", type.single_ok ? "one or a " : "",
                         type_text(*type.children.front()));
    case Kind::named_map:
      if (type.children.empty()) return "map";
      return "map of name to: " + type_text(*type.children.front());
    case Kind::record:
      return fmt::format("[{}](#{})", type.name, anchor(type.name));
    case Kind::either: {
      std::string text;
      for (const TypeInfoPtr& child : type.children)
        text += (text.empty() ? "" : ", or ") + type_text(*child);
      return text;
    }
  }
  return {};
}

/// The records below `type` in the order in which the text mentions them, each once.
void collect(const TypeInfo& type, std::vector<const TypeInfo*>& records) {
  if (type.kind == Kind::record) {
    if (std::find(records.begin(), records.end(), &type) != records.end()) return;
    records.push_back(&type);
    for (const FieldInfo& field : type.fields) collect(*field.type, records);
  }
  for (const TypeInfoPtr& child : type.children) collect(*child, records);
}

void write_record(const TypeInfo& record, bool top, std::string& out) {
  if (!out.empty()) out += '\n';
  out += fmt::format("{} {}\n\n", top ? "##" : "###", record.name);
  if (!record.doc.empty()) out += record.doc + ".\n\n";
  out += "| key | type | required | meaning |\n|---|---|---|---|\n";
  for (const FieldInfo& field : record.fields) {
    out += fmt::format("| `{}` | {} | {} | {} |\n", cell(field.key), cell(type_text(*field.type)),
                       field.required ? "yes" : "", cell(field.doc));
  }
  for (const auto& group : record.exclusive) {
    std::string names;
    for (const std::string& key : group) names += fmt::format("{}`{}`", names.empty() ? "" : ", ", key);
    out += fmt::format("\nAt most one of {} may be given.\n", names);
  }
}

}  // namespace

std::string markdown_reference(const TypeInfo& root) {
  std::vector<const TypeInfo*> records;
  collect(root, records);
  std::string out;
  for (std::size_t i = 0; i < records.size(); ++i) write_record(*records[i], i == 0, out);
  return out;
}

}  // namespace rackfit::schema
