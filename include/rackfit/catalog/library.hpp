// The profile files: those built into the binary, and a user's folder laid over them.
//
// A file in the folder replaces the built-in file of the same relative path; any other file is added. So dropping
// `models/mine.yaml` into a folder and naming it with `--data-dir` is all it takes to add a model.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "rackfit/yaml/tree.hpp"

namespace rackfit::catalog {

class Library {
 public:
  /// Only the built-in profiles.
  static Library built_in();
  /// Lays `directory` over what is there; problems with the folder itself are diagnostics.
  void overlay(const std::string& directory, Diagnostics& diagnostics);

  /// Relative paths that start with `prefix` ("models/"), in byte order.
  std::vector<std::string> paths(std::string_view prefix) const;
  /// The tree of a file, parsed or unpacked when asked for; nullptr when absent or (with diagnostics) broken.
  std::shared_ptr<const yaml::Tree> tree(const std::string& path, Diagnostics& diagnostics) const;
  /// The file's text as written.
  std::string text(const std::string& path) const;
  /// True when the file comes from a user's folder.
  bool from_user(const std::string& path) const;

 private:
  std::map<std::string, std::string> overlay_;  // relative path → file on disk
  // Diagnostics point into a user's files even when nothing could be made of them.
  mutable std::vector<std::shared_ptr<const SourceFile>> files_;
};

}  // namespace rackfit::catalog
