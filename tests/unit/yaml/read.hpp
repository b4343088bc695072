// Shared by the tests of this room: parse a text, or see what is said about it.
#pragma once

#include <string>

#include "rackfit/yaml/tree.hpp"
#include "support/catch.hpp"

inline std::shared_ptr<const rackfit::yaml::Tree> read(std::string text) {
  rackfit::Diagnostics diagnostics;
  auto file = std::make_shared<const rackfit::SourceFile>("w.yaml", std::move(text));
  auto tree = rackfit::yaml::parse(std::move(file), diagnostics);
  INFO(rackfit::render(diagnostics));
  REQUIRE(tree != nullptr);
  return tree;
}

/// The rendered diagnostics of a text that must be refused. Only keys that stand twice leave a tree behind.
inline std::string refusal(std::string text, const rackfit::yaml::ParseLimits& limits = {}) {
  rackfit::Diagnostics diagnostics;
  auto file = std::make_shared<const rackfit::SourceFile>("w.yaml", std::move(text));
  const auto tree = rackfit::yaml::parse(std::move(file), diagnostics, limits);
  REQUIRE(diagnostics.has_errors());
  for (const rackfit::Diagnostic& item : diagnostics.items()) REQUIRE((tree == nullptr || item.code == "RF0102"));
  return rackfit::render(diagnostics);
}

inline std::string_view at(const rackfit::Span& span) {
  return span.file->text().substr(span.begin, span.end - span.begin);
}
