// Small tables over the shipped units, and short ways to read a text with them.
#pragma once

#include "rackfit/schema/schema.hpp"
#include "unit/units/registry_fixture.hpp"

/// Keeps the tree alive beside what was read from it.
template <class T>
struct Reading {
  std::shared_ptr<const rackfit::yaml::Tree> tree;
  rackfit::Diagnostics diagnostics;
  T value{};
  bool good = false;

  std::string problems() const { return rackfit::render(diagnostics); }
  std::vector<std::string> codes() const {
    std::vector<std::string> result;
    for (const auto& item : diagnostics.sorted()) result.push_back(item.code);
    return result;
  }
};

template <class T>
Reading<T> read(const rackfit::schema::Record<T>& table, const std::string& text) {
  Reading<T> reading;
  reading.tree = tree_of(text, reading.diagnostics, "test.yaml");
  INFO(rackfit::render(reading.diagnostics));
  REQUIRE(reading.tree);
  rackfit::schema::Context context{registry(), reading.diagnostics};
  reading.good = table.decode(reading.tree->root(), reading.value, context);
  CHECK(reading.good != reading.diagnostics.has_errors());
  return reading;
}

template <class V>
struct Holder {
  V value{};
};

/// Reads `value: TEXT` as the given type.
template <class V>
Reading<Holder<V>> read_value(rackfit::schema::Type<V> type, const std::string& text) {
  const auto table = rackfit::schema::Record<Holder<V>>("holder", "holds one value")
                         .optional("value", &Holder<V>::value, type, "the value");
  return read(table, "value: " + text + "\n");
}
