#include "support/json_schema.hpp"

namespace rackfit::test {
namespace {

using nlohmann::json;

class Checker {
 public:
  explicit Checker(const json& root) : root_(root) {}

  void check(const json& schema, const json& value, const std::string& place) {
    if (schema.contains("$ref")) {
      const std::string reference = schema["$ref"];
      check(root_.at(json::json_pointer(reference.substr(1))), value, place);
    }
    if (schema.contains("type") && !any_type(schema["type"], value))
      return fail(place, "is not of type " + schema["type"].dump());
    if (schema.contains("enum") && !contains(schema["enum"], value))
      fail(place, value.dump() + " is not among the values");
    if (schema.contains("const") && schema["const"] != value)
      fail(place, value.dump() + " is not the constant");
    if (value.is_number() && schema.contains("minimum") && value < schema["minimum"])
      fail(place, "is below the minimum");
    if (value.is_number() && schema.contains("maximum") && value > schema["maximum"])
      fail(place, "is above the maximum");
    if (value.is_object()) check_object(schema, value, place);
    if (value.is_array() && schema.contains("items")) {
      for (std::size_t i = 0; i < value.size(); ++i)
        check(schema["items"], value[i], place + "/" + std::to_string(i));
    }
    check_alternatives(schema, value, place);
  }
  std::vector<std::string> take() { return std::move(found_); }

 private:
  static bool has_type(const std::string& type, const json& value) {
    if (type == "null") return value.is_null();
    if (type == "boolean") return value.is_boolean();
    if (type == "string") return value.is_string();
    if (type == "number") return value.is_number();
    if (type == "integer") return value.is_number_integer();
    if (type == "array") return value.is_array();
    return type == "object" && value.is_object();
  }
  static bool any_type(const json& types, const json& value) {
    if (types.is_string()) return has_type(types, value);
    for (const json& type : types) {
      if (has_type(type, value)) return true;
    }
    return false;
  }
  static bool contains(const json& list, const json& value) {
    for (const json& item : list) {
      if (item == value) return true;
    }
    return false;
  }
  void check_object(const json& schema, const json& value, const std::string& place) {
    for (const json& key : schema.value("required", json::array())) {
      if (!value.contains(key.get<std::string>())) fail(place, "lacks " + key.dump());
    }
    const json properties = schema.value("properties", json::object());
    for (const auto& [key, content] : value.items()) {
      if (properties.contains(key)) {
        check(properties[key], content, place + "/" + key);
      } else if (schema.contains("additionalProperties")) {
        const json& rest = schema["additionalProperties"];
        if (rest.is_object()) check(rest, content, place + "/" + key);
        if (rest == json(false)) fail(place, "has the unknown key " + key);
      }
    }
  }
  void check_alternatives(const json& schema, const json& value, const std::string& place) {
    for (const char* keyword : {"anyOf", "oneOf"}) {
      if (!schema.contains(keyword)) continue;
      std::size_t fitting = 0;
      std::vector<std::string> why;
      for (const json& alternative : schema[keyword]) {
        Checker inner(root_);
        inner.check(alternative, value, place);
        fitting += inner.found_.empty() ? 1 : 0;
        why.insert(why.end(), inner.found_.begin(), inner.found_.end());
      }
      if (fitting == 0) found_.insert(found_.end(), why.begin(), why.end());
      if (fitting > 1 && std::string(keyword) == "oneOf") fail(place, "fits several alternatives");
    }
  }
  void fail(const std::string& place, const std::string& what) {
    found_.push_back((place.empty() ? "/" : place) + " " + what);
  }

  const json& root_;
  std::vector<std::string> found_;
};

}  // namespace

std::vector<std::string> violations(const nlohmann::json& schema, const nlohmann::json& instance) {
  Checker checker(schema);
  checker.check(schema, instance, "");
  return checker.take();
}

}  // namespace rackfit::test
