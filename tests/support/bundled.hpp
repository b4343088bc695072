// The bundled workloads, for tests that put each of them through a command.
#pragma once

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "support/catch.hpp"
#include "support/play.hpp"

namespace rackfit::test {

inline std::vector<std::string> bundled_workloads() {
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator(RACKFIT_SOURCE_DIR "/profiles/workloads")) {
    if (entry.path().extension() == ".yaml") found.push_back(entry.path().string());
  }
  std::sort(found.begin(), found.end());
  return found;
}

/// `rackfit COMMAND FILE --format json …`.
inline Played played_json(const std::string& command, const std::string& file,
                          const std::vector<std::string>& more = {}) {
  std::vector<std::string> args = {command, file, "--format", "json"};
  args.insert(args.end(), more.begin(), more.end());
  return play(args);
}

/// The JSON of a bundled workload, which must end well.
inline nlohmann::json bundled_json(const std::string& command, const std::string& name,
                                   const std::vector<std::string>& more = {}) {
  const Played played =
      played_json(command, RACKFIT_SOURCE_DIR "/profiles/workloads/" + name + ".yaml", more);
  INFO(played.err);
  REQUIRE(played.exit == 0);
  return nlohmann::json::parse(played.out);
}

}  // namespace rackfit::test
