// What several of this room's tables use: names of enumerators, currencies, files with citations, the PCI
// Express table.
#pragma once

#include "rackfit/catalog/tables.hpp"

namespace rackfit::catalog {

/// The word that stands for an enumerator in the files.
template <class E>
std::string_view name_in(const schema::Choices<E>& choices, E value) {
  for (const auto& [name, candidate] : choices) {
    if (candidate == value) return name;
  }
  return "?";
}

/// A coefficient beside its source: `{value: …, source: …}`.
template <class V>
schema::Type<V> sourced(schema::Type<V> type) {
  auto info = std::make_shared<schema::TypeInfo>();
  info->kind = schema::TypeInfo::Kind::record;
  info->name = "sourced";
  info->fields = {{"value", type.info, true, "the coefficient"},
                  {"source", source_ref().info, true, "where it is from"}};
  return {info, [type](const yaml::Node& node, V& out, schema::Context& context) {
            const yaml::Node value = node.is_map() ? node.find("value") : yaml::Node{};
            if (!value || !node.find("source")) {
              context.diagnostics.error("RF0406", node.span(), "a coefficient needs `value` and `source`");
              return false;
            }
            return type.decode(value, out, context);
          }};
}

/// A file of rows that cite its `sources:`; the rows' own fields follow.
template <class File>
schema::Record<File> cited_file(const char* name, const char* doc) {
  return schema::Record<File>(name, doc).optional(
      "sources", &File::sources, schema::named_map(schema::record(schema::provenance_schema())),
      "citations by id");
}

/// `pcie:` of devices, processors and cards.
const schema::Record<PcieLink>& pcie_table();

}  // namespace rackfit::catalog
