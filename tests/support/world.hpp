// The built-in knowledge, loaded once a test program, and small ways to lay a user's folder over it.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "rackfit/base/diagnostic.hpp"
#include "rackfit/catalog/catalog.hpp"

namespace rackfit::test {

inline const units::Registry& registry() {
  static const units::Registry loaded = [] {
    Diagnostics diagnostics;
    static const auto tree = catalog::Library::built_in().tree("units.yaml", diagnostics);
    auto registry = tree ? units::Registry::load(*tree, diagnostics) : std::nullopt;
    if (!registry) throw std::runtime_error(render(diagnostics));
    return *std::move(registry);
  }();
  return loaded;
}

inline const catalog::Catalog& built_in_catalog() {
  static const catalog::Catalog loaded = [] {
    Diagnostics diagnostics;
    auto catalog = catalog::Catalog::load(catalog::Library::built_in(), registry(), diagnostics);
    if (!catalog) throw std::runtime_error(render(diagnostics));
    return *std::move(catalog);
  }();
  return loaded;
}

using Files = std::vector<std::pair<std::string, std::string>>;  // relative path, text

/// A folder of its own with these files, gone with the object.
class Folder {
 public:
  explicit Folder(const Files& files = {}) {
    std::string name = (std::filesystem::temp_directory_path() / "rackfit-test-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = name;
    for (const auto& [path, text] : files) write(path, text);
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  void write(const std::string& path, const std::string& text) const {
    const std::filesystem::path file = std::filesystem::path(path_) / path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// The catalog with a user's files over it.
struct Overlaid {
  Folder folder;
  catalog::Library library = catalog::Library::built_in();
  Diagnostics diagnostics;
  std::optional<catalog::Catalog> catalog;

  explicit Overlaid(const Files& files) : folder(files) {
    library.overlay(folder.path(), diagnostics);
    catalog = catalog::Catalog::load(library, registry(), diagnostics);
  }

  /// What is wrong, as printed, with paths relative to the folder.
  std::string problems() const {
    std::string all;
    for (const Diagnostic& diagnostic : diagnostics.sorted()) all += render(diagnostic);
    const std::string prefix = folder.path() + "/";
    for (std::size_t at = 0; (at = all.find(prefix, at)) != std::string::npos;) all.erase(at, prefix.size());
    return all;
  }
};

}  // namespace rackfit::test
