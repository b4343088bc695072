// Queries against the built-in catalog, for the tests of this room.
#pragma once

#include <algorithm>
#include <string>

#include "rackfit/estimate/estimate.hpp"
#include "support/catch.hpp"
#include "support/world.hpp"

namespace rackfit::estimate {

inline Query ask(const std::string& model, const std::string& device) {
  Query q;
  q.model = model;
  q.device = device;
  return q;
}

/// The subject of a query that must have one.
inline Subject subject_of(const Query& query) {
  auto resolved = resolve(test::built_in_catalog(), query);
  if (const auto* problem = std::get_if<Problem>(&resolved)) FAIL(problem->code << ": " << problem->message);
  return std::get<Subject>(std::move(resolved));
}

/// The problem of a query that must have one.
inline Problem problem_of(const Query& query) {
  auto resolved = resolve(test::built_in_catalog(), query);
  if (std::holds_alternative<Subject>(resolved))
    FAIL("`" << query.model << "` on `" << query.device << "` resolves");
  return std::get<Problem>(std::move(resolved));
}

inline bool mentions(const std::vector<std::string>& notes, const std::string& text) {
  return std::any_of(notes.begin(), notes.end(),
                     [&](const std::string& note) { return note.find(text) != std::string::npos; });
}

}  // namespace rackfit::estimate
