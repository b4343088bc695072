// The kinds of catalog rows that `rackfit catalog` knows, and where their text stands.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rackfit/catalog/market.hpp"

namespace rackfit::cli {

/// Where the rows are: what is sized from, and what others ask for the same work.
struct Shelves {
  const catalog::Catalog& catalog;
  const catalog::Market& market;
};

struct CatalogKind {
  struct Column {
    std::string_view title, field;  // "link.bandwidth"
  };
  std::string_view name, title, folder;
  std::vector<Column> columns;  // of the list, beside id and name
  std::vector<const catalog::RowInfo*> (*rows)(const Shelves&);
  const catalog::RowInfo* (*find)(const Shelves&, std::string_view);
};

/// All but prices, which have no rows of their own.
const std::vector<CatalogKind>& catalog_kinds();

/// The rows of some files as they are written, found by where they stand: a list shows what its author wrote,
/// with units, and needs no knowledge of each kind's fields.
class RowTexts {
 public:
  RowTexts(const catalog::Library& library, std::string_view folder, Diagnostics& diagnostics);

  /// The row's map, or a false Node.
  yaml::Node find(const catalog::RowInfo& row) const;

 private:
  std::vector<std::shared_ptr<const yaml::Tree>> trees_;
  std::map<std::pair<std::string, std::uint32_t>, yaml::Node> nodes_;
};

/// A value on one line: `48 GiB`, `nvlink, 900 GB/s, node`.
std::string value_text(const yaml::Node& node);
/// A dotted field's value; empty when it is not given.
std::string field_text(const yaml::Node& row, std::string_view field);

}  // namespace rackfit::cli
