#include <algorithm>

#include "shared_tables.hpp"

namespace rackfit::catalog {

using schema::list;
using schema::named_map;
using schema::Record;
using schema::text;

const Provenance& RowInfo::source_for(std::string_view field) const {
  for (const auto& [key, citation] : source_of) {
    if (key == field) return citation;
  }
  return source;
}

bool is_currency(const std::string& unit) {
  return unit.size() == 3 &&
         std::all_of(unit.begin(), unit.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

schema::Type<SourceRef> source_ref() {
  const auto inline_citation = schema::record(schema::provenance_schema());
  const auto id = text();
  auto info = std::make_shared<schema::TypeInfo>();
  info->kind = schema::TypeInfo::Kind::either;
  info->doc = "an entry of `sources:` or a citation";
  info->children = {id.info, inline_citation.info};
  return {info, [inline_citation, id](const yaml::Node& node, SourceRef& out, schema::Context& context) {
            out.span = node.span();
            if (!node.is_map()) return id.decode(node, out.id, context);
            return inline_citation.decode(node, out.cited.emplace(), context);
          }};
}

const Record<RowInfo>& row_table() {
  static const Record<RowInfo> table =
      Record<RowInfo>("row", "What every row carries")
          .locate(&RowInfo::span)
          .optional("name", &RowInfo::name, text(), "name for people")
          .optional("aliases", &RowInfo::aliases, list(text()), "other names it is found by")
          .optional("notes", &RowInfo::notes, text(), "remarks")
          .required("source", &RowInfo::source_ref, source_ref(), "where the facts come from")
          .optional("source_of", &RowInfo::source_of_refs, named_map(source_ref()),
                    "where single fields come from, when elsewhere");
  return table;
}

}  // namespace rackfit::catalog
