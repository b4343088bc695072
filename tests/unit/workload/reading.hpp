// A workload from its text.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rackfit/workload/workload.hpp"
#include "support/catch.hpp"
#include "support/world.hpp"

namespace rackfit::test {

struct Reading {
  Diagnostics diagnostics;
  std::shared_ptr<const yaml::Tree> tree;
  std::optional<workload::Workload> workload;

  explicit Reading(const std::string& text, const std::vector<std::string>& settings = {}) {
    tree = yaml::parse(std::make_shared<const SourceFile>("w.yaml", text), diagnostics);
    if (tree && !settings.empty()) tree = workload::with_settings(tree, settings, diagnostics);
    if (tree) workload = workload::load(tree, registry(), diagnostics);
  }

  std::string problems() const {
    std::string all;
    for (const Diagnostic& diagnostic : diagnostics.sorted()) all += render(diagnostic);
    return all;
  }
  /// "RF0502 3:3", one a line: what, and where it is pointed at.
  std::string codes() const {
    std::string all;
    for (const Diagnostic& diagnostic : diagnostics.sorted()) {
      const Span place = diagnostic.place();
      all += diagnostic.code;
      if (place.file) {
        const auto position = place.file->position(place.begin);
        all += " " + std::to_string(position.line) + ":" + std::to_string(position.column);
      }
      all += "\n";
    }
    return all;
  }
  std::string text() const { return tree ? std::string(tree->file().text()) : std::string(); }
};

}  // namespace rackfit::test
