// What can this machine do? Every generating model of the catalog, in the best weight format that holds the
// targets.
//
// The search is the estimate itself asked some thousand times: per model the formats from the widest down,
// until one fits with the wanted context and users at the wanted speed. What does not fit says why, and by
// how much.
#pragma once

#include "rackfit/estimate/estimate.hpp"

namespace rackfit::estimate {

struct FitsQuery {
  std::string device;              // "2xrtx-4090"
  std::string engine;              // empty: the usual ones
  std::vector<std::string> words;  // of the model's name; all must occur
  std::optional<std::int64_t> context;
  std::optional<double> users;                  // requests at once; empty: 1
  std::optional<double> min_user_tokens_per_s;  // empty: about reading speed
  std::optional<double> ram_bytes;
};

struct Fit {
  Subject subject;
  Answer answer;
  double max_context_tokens = 0;  // longest sequences for all the users together
  bool fast = false;              // the wanted speed is held
  bool coarse = false;            // nothing of four bits a weight or more fits
  double worth = 0;  // what the list is ranked by; a dense, current, well-known model's parameters
  const catalog::Quantization* faster = nullptr;  // the usual coarser format, where a wider one fits
  double faster_tokens_per_s = 0;                 // of one user with it
  const catalog::Model* like = nullptr;           // a model further up that is the same choice
  std::vector<const catalog::Model*> others;      // those whose `like` is this one
};

/// A model that no format makes fit.
struct NearMiss {
  const catalog::Model* model = nullptr;
  const catalog::Quantization* quantization = nullptr;  // the smallest one
  std::string because;
  double excess = 0;   // needed ÷ available, at least 1
  bool alike = false;  // the same choice as a model that fits, or as a nearer miss
};

struct FitsResult {
  std::vector<Fit> fits;         // most useful first
  std::vector<NearMiss> misses;  // nearest first
  double context_tokens = 0, users = 1, min_user_tokens_per_s = 0;
  std::vector<std::string> notes;
  std::vector<std::string> silent_words;  // parts of names that a table leaves out
};

/// Models ranked by worth, those that hold the speed first and those that need a format below four bits after
/// the others: size (a mixture of experts counts as the geometric
/// mean of all and of active parameters), age, how well known it is, and what the format leaves of it, as
/// profiles/estimate.yaml weighs them. A model that is the same choice as one further up (`like`) comes
/// behind all that are not.
std::variant<FitsResult, Problem> fits(const catalog::Catalog& catalog, const FitsQuery& query);

}  // namespace rackfit::estimate
