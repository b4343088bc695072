// The tables as JSON Schema, draft-07 because that is what YAML language servers read. Written by hand in a
// fixed order: the files are committed, and a difference should mean that a table changed.
#include <fmt/format.h>

#include <map>
#include <utility>

#include "rackfit/schema/schema.hpp"

namespace rackfit::schema {

namespace {

using Kind = TypeInfo::Kind;

struct Member;

/// A JSON text in the making: scalars are rendered, objects keep their order.
struct Json {
  enum class Shape { scalar, object, array };
  std::string scalar;
  std::vector<Member> members;
  std::vector<Json> items;
  Shape shape = Shape::scalar;
};

struct Member {
  std::string key;
  Json value;
};

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (byte < 0x20) {
      result += fmt::format("\\u{:04x}", static_cast<unsigned>(byte));
    } else {
      result += c;
    }
  }
  return result + '"';
}

Json string(std::string_view text) { return Json{quoted(text), {}, {}, Json::Shape::scalar}; }
Json literal(std::string text) { return Json{std::move(text), {}, {}, Json::Shape::scalar}; }
Json number_value(double value) { return literal(fmt::format("{}", value)); }
Json object() { return Json{{}, {}, {}, Json::Shape::object}; }
Json array(std::vector<Json> items) { return Json{{}, {}, std::move(items), Json::Shape::array}; }
Json strings(const std::vector<std::string>& texts) {
  std::vector<Json> items;
  for (const std::string& text : texts) items.push_back(string(text));
  return array(std::move(items));
}
void put(Json& to, std::string key, Json value) {
  to.members.push_back(Member{std::move(key), std::move(value)});
}

void write(const Json& json, std::size_t depth, std::string& out) {
  if (json.shape == Json::Shape::scalar) {
    out += json.scalar;
    return;
  }
  const bool is_object = json.shape == Json::Shape::object;
  const std::size_t count = is_object ? json.members.size() : json.items.size();
  out += is_object ? '{' : '[';
  for (std::size_t i = 0; i < count; ++i) {
    out += i == 0 ? "\n" : ",\n";
    out.append(2 * depth + 2, ' ');
    if (is_object) out += quoted(json.members[i].key) + ": ";
    write(is_object ? json.members[i].value : json.items[i], depth + 1, out);
  }
  if (count > 0) {
    out += '\n';
    out.append(2 * depth, ' ');
  }
  out += is_object ? '}' : ']';
}

class Writer {
 public:
  explicit Writer(const units::Registry* units) : units_(units) {}

  std::string text(const TypeInfo& root, const std::string& id, const std::string& title) {
    Json json = object();
    put(json, "$schema", string("http://json-schema.org/draft-07/schema#"));
    put(json, "$id", string(id));
    put(json, "title", string(title));
    const Json body = root.kind == Kind::record ? record_body(root) : of_type(root);
    for (const auto& member : body.members) json.members.push_back(member);
    if (!definitions_.empty()) {
      Json definitions = object();
      for (const auto& [name, definition] : definitions_) put(definitions, name, definition);
      put(json, "definitions", std::move(definitions));
    }
    std::string out;
    write(json, 0, out);
    return out + '\n';
  }

 private:
  Json of_type(const TypeInfo& type) {
    Json json = object();
    switch (type.kind) {
      case Kind::text:  // an unquoted `0.11` is text to rackfit and a number to an editor
        put(json, "type", strings({"string", "number"}));
        break;
      case Kind::identifier:
        put(json, "type", string("string"));
        put(json, "pattern", string("^[a-z0-9][a-z0-9._-]*$"));
        break;
      case Kind::date:
        put(json, "type", strings({"string", "integer"}));
        put(json, "pattern", string("^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"));
        break;
      case Kind::number:
      case Kind::integer:
        put(json, "type", string(type.kind == Kind::number ? "number" : "integer"));
        put_bounds(type, 1, json);
        break;
      case Kind::boolean:
        put(json, "type", string("boolean"));
        break;
      case Kind::quantity:
        put_quantity(type, json);
        break;
      case Kind::choice:
        put(json, "enum", strings(type.choices));
        break;
      case Kind::list:
        put_list(type, json);
        break;
      case Kind::named_map: {
        Json notes = object();
        put(notes, "^x-", literal("true"));
        put(json, "type", string("object"));
        put(json, "patternProperties", std::move(notes));
        // A map whose content another reader understands (a workload's `rules:`) has no child.
        if (!type.children.empty()) put(json, "additionalProperties", of_type(*type.children.front()));
        break;
      }
      case Kind::record:
        put(json, "$ref", string("#/definitions/" + define(type)));
        break;
      case Kind::either: {
        std::vector<Json> alternatives;
        for (const TypeInfoPtr& child : type.children) alternatives.push_back(of_type(*child));
        put(json, "anyOf", array(std::move(alternatives)));
        break;
      }
    }
    return json;
  }

  void put_list(const TypeInfo& type, Json& json) {
    Json items = object();
    put(items, "type", string("array"));
    put(items, "items", of_type(*type.children.front()));
    if (type.single_ok) {
      put(json, "anyOf", array({of_type(*type.children.front()), std::move(items)}));
    } else {
      json = std::move(items);
    }
  }

  static void put_bounds(const TypeInfo& type, double factor, Json& json) {
    if (type.minimum) put(json, "minimum", number_value(*type.minimum * factor));
    if (type.maximum) put(json, "maximum", number_value(*type.maximum * factor));
  }

  void put_quantity(const TypeInfo& type, Json& json) const {
    const std::string number = "^[-+]?[0-9.]+([eE][-+]?[0-9]+)?";
    bool bare = true;
    double factor = 1;
    std::string example;
    if (units_ != nullptr) {
      if (const auto unit = units_->parse_unit(type.unit)) {
        bare = units_->counted_words_left_out(units::Dimension{}, unit.value->dimension);
        factor = unit.value->factor;
        if (!unit.value->dimension.dimensionless()) example = units_->example(unit.value->dimension);
      }
    }
    if (bare) {
      put(json, "type", strings({"number", "string"}));
      put(json, "pattern", string(number + "( *[^0-9 .].*)?$"));
      if (units_ != nullptr || type.unit == "1") put_bounds(type, factor, json);
    } else {
      put(json, "type", string("string"));
      put(json, "pattern", string(number + " *[^0-9 .].*$"));
    }
    if (!example.empty()) put(json, "examples", strings({example}));
  }

  /// The name under which `definitions` holds the record.
  std::string define(const TypeInfo& type) {
    if (const auto it = names_.find(&type); it != names_.end()) return it->second;
    std::string name = type.name;
    for (int n = 2; definitions_.count(name) > 0; ++n) name = fmt::format("{}-{}", type.name, n);
    names_.emplace(&type, name);
    definitions_.emplace(name, object());
    Json body = record_body(type);
    definitions_[name] = std::move(body);
    return name;
  }

  Json record_body(const TypeInfo& type) {
    Json json = object();
    put(json, "description", string(type.doc));
    put(json, "type", string("object"));
    Json properties = object();
    std::vector<std::string> required;
    for (const FieldInfo& field : type.fields) {
      put(properties, field.key, property(field));
      if (field.required) required.push_back(field.key);
    }
    put(json, "properties", std::move(properties));
    Json notes = object();
    put(notes, "^x-", literal("true"));
    put(json, "patternProperties", std::move(notes));
    put(json, "additionalProperties", literal("false"));
    if (!required.empty()) put(json, "required", strings(required));
    put_exclusive(type, json);
    return json;
  }

  Json property(const FieldInfo& field) {
    Json type = of_type(*field.type);
    const bool reference = type.members.size() == 1 && type.members.front().key == "$ref";
    Json json = object();
    put(json, "description", string(field.doc));
    // In draft-07 everything beside `$ref` is ignored.
    if (reference) {
      put(json, "allOf", array({std::move(type)}));
    } else {
      for (auto& member : type.members) json.members.push_back(std::move(member));
    }
    return json;
  }

  static void put_exclusive(const TypeInfo& type, Json& json) {
    std::vector<Json> conditions;
    for (const auto& group : type.exclusive) {
      for (std::size_t i = 0; i < group.size(); ++i) {
        for (std::size_t j = i + 1; j < group.size(); ++j) {
          Json both = object();
          put(both, "required", strings({group[i], group[j]}));
          Json condition = object();
          put(condition, "not", std::move(both));
          conditions.push_back(std::move(condition));
        }
      }
    }
    if (!conditions.empty()) put(json, "allOf", array(std::move(conditions)));
  }

  const units::Registry* units_;
  std::map<std::string, Json> definitions_;
  std::map<const TypeInfo*, std::string>
      names_;  // looked up only, never walked: addresses differ from run to run
};

}  // namespace

std::string json_schema(const TypeInfo& root, const std::string& id, const std::string& title,
                        const units::Registry* units) {
  return Writer(units).text(root, id, title);
}

}  // namespace rackfit::schema
