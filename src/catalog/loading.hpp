// How this room reads its files: citations resolved, rows given their ids, names kept unique.
#pragma once

#include "rackfit/base/did_you_mean.hpp"
#include "rackfit/catalog/tables.hpp"

namespace rackfit::catalog {

using Sources = std::vector<schema::Named<Provenance>>;

inline void resolve(const SourceRef& ref, const Sources& sources, Provenance& out, Diagnostics& diagnostics) {
  if (ref.cited) {
    out = *ref.cited;
    return;
  }
  for (const auto& source : sources) {
    if (source.name == ref.id) {
      out = source.value;
      return;
    }
  }
  std::vector<std::string> known;
  for (const auto& source : sources) known.push_back(source.name);
  diagnostics.error("RF0405", ref.span, "unknown source `" + ref.id + "`", "not in this file's `sources:`",
                    suggestion_help(ref.id, known));
}

/// Gives rows their id and citations, and drops the map's wrapping.
template <class Row>
std::vector<Row> finish(std::vector<schema::Named<Row>> named, const Sources& sources,
                        Diagnostics& diagnostics) {
  std::vector<Row> rows;
  rows.reserve(named.size());
  for (auto& entry : named) {
    RowInfo& row = entry.value.row;
    row.id = entry.name;
    if (row.name.empty()) row.name = row.id;
    resolve(row.source_ref, sources, row.source, diagnostics);
    for (const auto& field : row.source_of_refs) {
      resolve(field.value, sources, row.source_of.emplace_back(field.name, Provenance{}).second, diagnostics);
    }
    rows.push_back(std::move(entry.value));
  }
  return rows;
}

class Loader {
 public:
  Loader(const Library& library, const units::Registry& units, Diagnostics& diagnostics)
      : library_(library), context_{units, diagnostics} {}

  /// Decodes every file below `prefix` and hands it to `use`.
  template <class File, class Use>
  void files(std::string_view prefix, const schema::Record<File>& table, Use use) {
    for (const std::string& path : library_.paths(prefix)) one(path, table, use);
  }
  /// The same for the files of one folder, without the folders in it.
  template <class File, class Use>
  void files_in(std::string_view folder, const schema::Record<File>& table, Use use) {
    for (const std::string& path : library_.paths(folder)) {
      if (path.find('/', folder.size()) == std::string::npos) one(path, table, use);
    }
  }

  template <class Row>
  void add(Table<Row>& table, std::vector<schema::Named<Row>> rows, const Sources& sources) {
    table.add(finish(std::move(rows), sources, context_.diagnostics), context_.diagnostics);
  }

  Diagnostics& diagnostics() { return context_.diagnostics; }
  std::vector<std::shared_ptr<const yaml::Tree>> take_trees() { return std::move(trees_); }

 private:
  template <class File, class Use>
  void one(const std::string& path, const schema::Record<File>& table, Use use) {
    const auto tree = library_.tree(path, context_.diagnostics);
    if (!tree) return;
    trees_.push_back(tree);
    File file;
    table.decode(tree->root(), file, context_);
    use(file);
  }

  const Library& library_;
  schema::Context context_;
  std::vector<std::shared_ptr<const yaml::Tree>> trees_;
};

template <class Row>
const Row* Table<Row>::find(std::string_view name) const {
  const auto index = index_of(name);
  return index ? &rows_[*index] : nullptr;
}

template <class Row>
std::optional<std::size_t> Table<Row>::index_of(std::string_view name) const {
  const std::string folded = fold_name(name);
  auto found = by_name_.find(folded);
  if (found == by_name_.end()) {
    // A Hugging Face id of a re-upload: the part after the owner often is a known name.
    const auto slash = folded.rfind('/');
    if (slash != std::string::npos) found = by_name_.find(std::string_view(folded).substr(slash + 1));
  }
  if (found == by_name_.end()) return {};
  return found->second;
}

template <class Row>
std::vector<std::string> Table<Row>::names() const {
  std::vector<std::string> all;
  for (const Row& row : rows_) {
    all.push_back(row.row.id);
    all.insert(all.end(), row.row.aliases.begin(), row.row.aliases.end());
  }
  return all;
}

template <class Row>
void Table<Row>::add(std::vector<Row> rows, Diagnostics& diagnostics) {
  for (Row& row : rows) {
    const std::size_t index = rows_.size();
    std::vector<std::string> names = row.row.aliases;
    names.push_back(row.row.id);
    names.push_back(row.row.name);
    for (const std::string& name : names) {
      const auto [taken, fresh] = by_name_.emplace(fold_name(name), index);
      if (fresh || taken->second == index) continue;
      diagnostics.error("RF0401", row.row.span,
                        "the name `" + name + "` of `" + row.row.id + "` already belongs to `" +
                            rows_[taken->second].row.id + "`",
                        "", "rename one, or remove the alias");
    }
    rows_.push_back(std::move(row));
  }
}

}  // namespace rackfit::catalog
