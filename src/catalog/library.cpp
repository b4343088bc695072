#include "rackfit/catalog/library.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "rackfit/yaml/embedded.hpp"
#include "rackfit/yaml/packed.hpp"

namespace rackfit::catalog {

namespace fs = std::filesystem;

Library Library::built_in() { return {}; }

void Library::overlay(const std::string& directory, Diagnostics& diagnostics) {
  std::error_code failure;
  if (!fs::is_directory(directory, failure)) {
    diagnostics.error("RF0404", {}, "`" + directory + "` is not a folder", "",
                      "name a folder laid out like profiles/, for example with models/mine.yaml in it");
    return;
  }
  for (fs::recursive_directory_iterator it(directory, failure), end; !failure && it != end;
       it.increment(failure)) {
    if (!it->is_regular_file(failure) || it->path().extension() != ".yaml") continue;
    overlay_[fs::relative(it->path(), directory, failure).generic_string()] = it->path().string();
  }
  if (failure) diagnostics.error("RF0404", {}, "cannot list `" + directory + "`: " + failure.message());
}

std::vector<std::string> Library::paths(std::string_view prefix) const {
  std::vector<std::string> found;
  for (std::string_view path : yaml::packed_paths(embedded_profiles())) {
    if (path.substr(0, prefix.size()) == prefix) found.emplace_back(path);
  }
  for (const auto& [path, file] : overlay_) {
    if (path.compare(0, prefix.size(), prefix) == 0) found.push_back(path);
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

std::shared_ptr<const yaml::Tree> Library::tree(const std::string& path, Diagnostics& diagnostics) const {
  const auto own = overlay_.find(path);
  if (own == overlay_.end()) return yaml::unpack(embedded_profiles(), path);
  const auto file = std::make_shared<const SourceFile>(own->second, text(path));
  files_.push_back(file);
  return yaml::parse(file, diagnostics);
}

std::string Library::text(const std::string& path) const {
  const auto own = overlay_.find(path);
  if (own == overlay_.end()) return std::string(yaml::packed_text(embedded_profiles(), path));
  std::ifstream file(own->second, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

bool Library::from_user(const std::string& path) const { return overlay_.count(path) > 0; }

}  // namespace rackfit::catalog
