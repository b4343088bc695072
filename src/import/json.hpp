// JSON as this room reads it: events for headers of any size, a small flat tree for config files.
//
// The library's own tree recurses when it is destroyed and its errors are exceptions, so only its event
// parser is used, and only in json.cpp. Depth and number of values are limited before anything is stored.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rackfit::importer {

/// What the reader meets, in order; an answer of false stops it.
class JsonEvents {
 public:
  virtual ~JsonEvents() = default;
  virtual bool open(bool object) = 0;
  virtual bool close() = 0;
  virtual bool key(std::string_view text) = 0;
  virtual bool text(std::string_view value) = 0;
  virtual bool integer(std::int64_t value) = 0;
  virtual bool number(double value) = 0;
  virtual bool boolean(bool value) = 0;
  virtual bool null() = 0;
};

struct JsonFailure {
  std::size_t offset = 0;
  std::string reason;  // empty: the receiver of the events stopped
};

/// Nothing when all of `text` was read. Python's NaN and Infinity, which config files do hold, count as null.
std::optional<JsonFailure> read_json(std::string_view text, JsonEvents& events);

class Json;

/// A value of a Json document; a default-constructed one stands for "absent" and finds nothing.
class JsonValue {
 public:
  JsonValue() = default;

  explicit operator bool() const { return document_ != nullptr; }
  bool is_object() const;
  bool is_array() const;
  bool is_null() const;
  /// Member of an object; absent as well when the value is null, since config files write null for "default".
  JsonValue find(std::string_view key) const;
  /// First child and the one after this: the way through arrays and objects.
  JsonValue first() const;
  JsonValue next() const;
  std::string_view key() const;
  std::optional<std::int64_t> integer() const;
  std::optional<double> number() const;
  std::optional<std::string_view> text() const;
  std::optional<bool> boolean() const;

 private:
  friend class Json;
  JsonValue(const Json* document, std::uint32_t index) : document_(document), index_(index) {}
  const Json* document_ = nullptr;
  std::uint32_t index_ = 0;
};

/// A parsed document. Values refer to it and must not outlive it.
class Json {
 public:
  static std::optional<Json> parse(std::string_view text, JsonFailure& failure);
  JsonValue root() const { return nodes_.empty() ? JsonValue() : JsonValue(this, 0); }

 private:
  friend class JsonValue;
  friend class JsonBuilder;
  enum class Kind : std::uint8_t { null, boolean, integer, number, text, array, object };
  struct Node {
    Kind kind = Kind::null;
    std::uint32_t key_begin = 0, key_size = 0;
    std::uint32_t text_begin = 0, text_size = 0;
    std::uint32_t first = 0, next = 0;  // 0: none, since node 0 is the root
    std::int64_t integer = 0;
    double number = 0;
  };
  std::vector<Node> nodes_;
  std::string characters_;
};

}  // namespace rackfit::importer
