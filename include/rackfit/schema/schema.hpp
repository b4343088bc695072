// Field tables: what a YAML map may hold, said once.
//
// A Record<T> lists the keys of a map, the member of T that each fills, its type, unit and meaning. The same
// table decodes (collecting every problem, refusing unknown keys with a suggestion), writes the JSON Schema
// that editors use, and prints the reference documentation; so the three cannot disagree. Keys that start
// with `x-` are notes and pass.
//
//   struct Link { std::string type; std::optional<double> bandwidth; };
//   const Record<Link>& link_schema() {
//     static const Record<Link> record = Record<Link>("link", "device-to-device connection")
//         .required("type", &Link::type, text(), "nvlink, xgmi, pcie …")
//         .optional("bandwidth", &Link::bandwidth, quantity("B/s"), "both directions summed");
//     return record;
//   }
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rackfit/base/diagnostic.hpp"
#include "rackfit/base/provenance.hpp"
#include "rackfit/units/registry.hpp"
#include "rackfit/yaml/tree.hpp"

namespace rackfit::schema {

/// What decoding needs beside the node.
struct Context {
  const units::Registry& units;
  Diagnostics& diagnostics;
};

/// A value that may have been given, with where it was.
template <class V>
struct Given {
  std::optional<V> value;
  Span span;

  explicit operator bool() const { return value.has_value(); }
  const V& operator*() const { return *value; }
  const V* operator->() const { return &*value; }
  V value_or(V fallback) const { return value ? *value : std::move(fallback); }
};

/// One entry of a map whose keys the author chooses (catalog rows, services, topics).
template <class V>
struct Named {
  std::string name;
  Span span;  // of the key
  V value;
};

/// The beginning of every Type that decodes by hand: says at `node` what is wrong and returns false.
bool refuse(const yaml::Node& node, Context& context, std::string code, std::string message,
            std::string label = {}, std::string help = {});
/// How messages call the value: "`memory`", or "item" in a list.
std::string subject(const yaml::Node& node);
/// The place for complaints about a whole map: its key or, in a list, the first line of it.
Span heading(const yaml::Node& node);

/// A value's description for JSON Schema and documentation.
struct TypeInfo;
using TypeInfoPtr = std::shared_ptr<const TypeInfo>;
struct FieldInfo {
  std::string key;
  TypeInfoPtr type;
  bool required = false;
  std::string doc;
};
struct TypeInfo {
  enum class Kind {
    text,
    identifier,
    number,
    integer,
    boolean,
    quantity,
    date,
    choice,
    list,
    named_map,
    record,
    either
  };
  Kind kind = Kind::text;
  std::string name;  // records: for $defs and documentation
  std::string doc;
  std::string unit;  // quantities: "B/s"
  std::optional<double> minimum, maximum;
  std::vector<std::string> choices;
  std::vector<TypeInfoPtr> children;                // list: item; named_map: value; either: alternatives
  std::vector<FieldInfo> fields;                    // records
  std::vector<std::vector<std::string>> exclusive;  // groups of keys of which at most one may be given
  bool single_ok = false;                           // lists that also take one bare item
};

/// How to read one V from a node: true when it was read; otherwise diagnostics were added.
template <class V>
struct Type {
  TypeInfoPtr info;
  std::function<bool(const yaml::Node&, V&, Context&)> decode;
};

Type<std::string> text();
/// Lower-case kebab name, [a-z0-9][a-z0-9._-]*.
Type<std::string> identifier();
/// ISO date, or year-month, or year.
Type<std::string> date();
Type<double> number(std::optional<double> minimum = {}, std::optional<double> maximum = {});
Type<std::int64_t> integer(std::optional<double> minimum = {}, std::optional<double> maximum = {});
Type<bool> boolean();
/// A quantity in the dimension of `unit`, decoded to base units; the bounds are in `unit`. A bare number is
/// refused unless `unit` is "1"; for counted things ("request/s", "token", "B/message") the counted word may
/// be left out (`2 /s`, `500`).
Type<double> quantity(std::string unit, std::optional<double> minimum = 0.0,
                      std::optional<double> maximum = {});

template <class E>
using Choices = std::vector<std::pair<std::string, E>>;
template <class E>
Type<E> choice(Choices<E> choices);
/// A list; with `single_ok` one bare item stands for a list of one.
template <class V>
Type<std::vector<V>> list(Type<V> item, bool single_ok = false);
/// A map with free keys, in the order written.
template <class V>
Type<std::vector<Named<V>>> named_map(Type<V> item);

template <class T>
class Record {
 public:
  Record(std::string name, std::string doc);

  /// `member` is a member pointer or a function from T& to a reference; it is a V, std::optional<V> or
  /// Given<V>, or the same of a type that V converts to.
  template <class M, class V>
  Record& required(std::string key, M member, Type<V> type, std::string doc);
  template <class M, class V>
  Record& optional(std::string key, M member, Type<V> type, std::string doc);
  /// Takes over all keys of `part`, which fill `member`: for what several records have in common.
  template <class M, class Part>
  Record& embed(M member, const Record<Part>& part);
  /// At most one of these keys may be given.
  Record& exclusive(std::vector<std::string> keys);
  /// Runs after the fields were read without error; for conditions across fields.
  Record& check(std::function<void(const T&, const yaml::Node&, Context&)> check);
  /// Keeps where the whole map stands.
  Record& locate(Span T::*member);

  /// Reads every field it can, whatever is wrong with others; false when any diagnostic was added.
  bool decode(const yaml::Node& node, T& out, Context& context) const;
  TypeInfoPtr info() const { return info_; }

 private:
  template <class Other>
  friend class Record;
  using Reader = std::function<bool(const yaml::Node&, T&, Context&)>;
  template <class M, class V>
  void add(std::string key, bool required, M member, Type<V> type, std::string doc);

  std::shared_ptr<TypeInfo> info_;
  std::vector<Reader> readers_;  // one for each of info_->fields
  std::vector<std::function<void(const T&, const yaml::Node&, Context&)>> checks_;
  std::vector<std::function<void(T&, const Span&)>> locations_;
};

/// A record as a field's type. `record` must outlive every use (tables are function-local statics).
template <class T>
Type<T> record(const Record<T>& table);
/// Two ways to write one V: the one whose shape (scalar, list or map) fits the node is taken; when both fit,
/// the first that can be read.
template <class V>
Type<V> either(Type<V> first, Type<V> second);

/// The table of a `source:` citation (Provenance).
const Record<Provenance>& provenance_schema();

/// JSON Schema (draft-07) of a whole file, as text, two-space indented, ending in a line end. With `units`,
/// bare numbers are allowed exactly where decoding allows them; without, wherever it might.
std::string json_schema(const TypeInfo& root, const std::string& id, const std::string& title,
                        const units::Registry* units = nullptr);
/// Markdown reference of a table and the tables below it.
std::string markdown_reference(const TypeInfo& root);

}  // namespace rackfit::schema

#include "rackfit/schema/schema_inl.hpp"  // templates
