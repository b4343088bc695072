// The shipped profiles/units.yaml as a Registry, read once.
#pragma once

#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "rackfit/units/registry.hpp"
#include "support/catch.hpp"

inline std::shared_ptr<const rackfit::yaml::Tree> tree_of(const std::string& text,
                                                          rackfit::Diagnostics& diagnostics,
                                                          const std::string& name = "units.yaml") {
  return rackfit::yaml::parse(std::make_shared<rackfit::SourceFile>(name, text), diagnostics);
}

inline const rackfit::units::Registry& registry() {
  static const rackfit::units::Registry shipped = [] {
    std::ifstream file(RACKFIT_SOURCE_DIR "/profiles/units.yaml", std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    rackfit::Diagnostics diagnostics;
    const auto tree = tree_of(text, diagnostics);
    auto loaded = tree ? rackfit::units::Registry::load(*tree, diagnostics) : std::nullopt;
    if (!loaded) throw std::runtime_error(rackfit::render(diagnostics));
    return *loaded;
  }();
  return shipped;
}

/// The value of a quantity in base units; fails the test when it cannot be read.
inline double value_of(const std::string& text) {
  const auto parsed = registry().parse_quantity(text);
  INFO(text << ": " << parsed.error.message << "; " << parsed.error.help);
  REQUIRE(parsed);
  return parsed.value->value;
}

inline rackfit::units::Dimension dimension_of(const std::string& unit) {
  const auto parsed = registry().parse_unit(unit);
  INFO(unit << ": " << parsed.error.message);
  REQUIRE(parsed);
  return parsed.value->dimension;
}
