// One line of `rackfit estimate --batch`: a JSON object becomes a query, and a query that came before costs
// little.
//
// The lines are somebody else's and there may be a hundred thousand of them, so the reader is one of its own:
// flat, strict, without recursion, and it keeps the text of the id so that an answer echoes exactly what was
// asked.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "rackfit/estimate/estimate.hpp"

namespace rackfit::estimate {

/// Longer lines are refused: no query needs so much.
inline constexpr std::size_t longest_line_bytes = 64 * 1024;

struct BatchLine {
  std::string id_json = "null";  // as written
  Query query;
  std::optional<Problem> problem;
  std::vector<std::string> notes;
};

/// Reads one line without its end. Never fails otherwise than with a problem.
BatchLine read_line(std::string_view line);
/// The keys that read_line() knows, in the order of the documentation.
const std::vector<std::string_view>& batch_keys();

/// Answers many queries: remembers names, and the serving models of the deployments asked for last.
class Desk {
 public:
  explicit Desk(const catalog::Catalog& catalog);
  ~Desk();
  std::variant<Answer, Problem> ask(const Query& query);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace rackfit::estimate
