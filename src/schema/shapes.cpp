// What a node is called, where it is, and whether it is a map, a list or a single value as its type wants.
#include <fmt/format.h>

#include <algorithm>

#include "rackfit/schema/schema.hpp"

namespace rackfit::schema {

namespace {

using Kind = TypeInfo::Kind;

constexpr std::size_t most_choices_listed = 8;

std::string what_it_is(const yaml::Node& node) {
  switch (node.kind()) {
    case yaml::Kind::null:
      return "nothing";
    case yaml::Kind::scalar:
      return "a single value";
    case yaml::Kind::sequence:
      return "a list";
    case yaml::Kind::map:
      return "a map";
  }
  return "nothing";
}

std::string choices_text(const std::vector<std::string>& choices) {
  std::string text;
  for (std::size_t i = 0; i < choices.size() && i < most_choices_listed; ++i) {
    text += fmt::format("{}`{}`", i == 0 ? "" : ", ", choices[i]);
  }
  if (choices.size() > most_choices_listed) text += ", …";
  return choices.size() == 1 ? text : "one of " + text;
}

/// Where the caret goes: a map or list may be long, its key is enough.
Span place(const yaml::Node& node) { return node.is_scalar() ? node.span() : heading(node); }

bool refuse_kind(const TypeInfo& type, const yaml::Node& node, Context& context, std::string_view wanted) {
  const std::string expected = detail::expectation(type, context);
  if (node.is_null()) {
    std::string help = fmt::format("give {}, or leave the key out", expected);
    context.diagnostics.error("RF0214", place(node), fmt::format("{} has no value", subject(node)),
                              fmt::format("expected {}", expected), std::move(help));
  } else {
    context.diagnostics.error("RF0203", place(node), fmt::format("{} is not {}", subject(node), wanted),
                              fmt::format("expected {}, found {}", expected, what_it_is(node)));
  }
  return false;
}

}  // namespace

bool refuse(const yaml::Node& node, Context& context, std::string code, std::string message,
            std::string label, std::string help) {
  context.diagnostics.error(std::move(code), place(node), std::move(message), std::move(label),
                            std::move(help));
  return false;
}

std::string subject(const yaml::Node& node) {
  return node.key().empty() ? "value" : fmt::format("`{}`", node.key());
}

Span heading(const yaml::Node& node) {
  if (!node.key().empty() && node.key_span()) return node.key_span();
  Span span = node.span();
  if (!span.file) return span;
  const std::string_view text = span.file->text();
  const std::size_t line_end = text.find('\n', span.begin);
  if (line_end != std::string_view::npos) span.end = std::min(span.end, static_cast<std::uint32_t>(line_end));
  return span;
}

namespace detail {

bool is_note(std::string_view key) { return key.substr(0, 2) == "x-"; }

bool fits(const TypeInfo& type, const yaml::Node& node) {
  switch (type.kind) {
    case Kind::list:
      return node.is_sequence() || (type.single_ok && fits(*type.children.front(), node));
    case Kind::named_map:
    case Kind::record:
      return node.is_map();
    case Kind::either:
      return std::any_of(type.children.begin(), type.children.end(),
                         [&node](const TypeInfoPtr& child) { return fits(*child, node); });
    default:
      return node.is_scalar();
  }
}

std::string expectation(const TypeInfo& type, const Context& context) {
  switch (type.kind) {
    case Kind::text:
      return "text";
    case Kind::identifier:
      return "a name such as `chat-1`";
    case Kind::number:
      return "a number";
    case Kind::integer:
      return "a whole number";
    case Kind::boolean:
      return "`true` or `false`";
    case Kind::date:
      return "a date such as `2026-11-22`";
    case Kind::choice:
      return choices_text(type.choices);
    case Kind::quantity: {
      const auto unit = context.units.parse_unit(type.unit);
      if (!unit || unit.value->dimension.dimensionless()) return "a number";
      return fmt::format("a quantity such as `{}`", context.units.example(unit.value->dimension));
    }
    case Kind::list:
      return fmt::format("a list ({} each)", expectation(*type.children.front(), context));
    case Kind::named_map:
      if (type.children.empty()) return "a map";
      return fmt::format("a map of names ({} each)", expectation(*type.children.front(), context));
    case Kind::record: {
      for (const FieldInfo& field : type.fields) {
        if (field.required) return fmt::format("a map with `{}: …`", field.key);
      }
      return type.fields.empty() ? "a map"
                                 : fmt::format("a map of keys such as `{}`", type.fields.front().key);
    }
    case Kind::either: {
      std::string text;
      for (const TypeInfoPtr& child : type.children)
        text += (text.empty() ? "" : " or ") + expectation(*child, context);
      return text;
    }
  }
  return "a value";
}

bool expect_map(const TypeInfo& type, const yaml::Node& node, Context& context) {
  return node.is_map() || refuse_kind(type, node, context, "a map");
}

bool expect_list(const TypeInfo& type, const yaml::Node& node, Context& context) {
  return node.is_sequence() || refuse_kind(type, node, context, "a list");
}

bool expect_scalar(const TypeInfo& type, const yaml::Node& node, Context& context) {
  return node.is_scalar() || refuse_kind(type, node, context, "a single value");
}

bool refuse_neither(const TypeInfo& type, const yaml::Node& node, Context& context,
                    const Diagnostics& first) {
  if (node.is_null()) return refuse_kind(type, node, context, "a value");
  std::string help;
  for (const Diagnostic& problem : first.items()) {
    if (help.empty()) help = problem.help;
  }
  return refuse(node, context, "RF0203", fmt::format("{} cannot be read", subject(node)),
                "expected " + expectation(type, context), std::move(help));
}

void append(Diagnostics& to, const Diagnostics& from) {
  for (const Diagnostic& item : from.items()) to.add(item);
}

}  // namespace detail

}  // namespace rackfit::schema
