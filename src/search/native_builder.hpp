// Turns a function of one candidate into a NativeFunction: columns, recalled answers and explanation are the
// same for all.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "rackfit/rules/native.hpp"
#include "rackfit/rules/program.hpp"
#include "rackfit/search/deployments.hpp"

namespace rackfit::search {

/// One candidate: arguments in, outputs (preset to not applicable) out, steps when somebody asks.
using Evaluate =
    std::function<void(Deployments&, const double* arguments, double* outputs, llm::StepLog* log)>;

/// What is missing or given in an argument.
inline std::optional<double> given(double argument) {
  if (rules::is_not_applicable(argument)) return std::nullopt;
  return argument;
}

inline double or_nothing(const std::optional<double>& value) {
  return value ? *value : rules::not_applicable();
}

/// `required`: so many leading arguments must be applicable, beside those listed as optional by position.
struct NativeText {
  std::string name, title;
  std::vector<rules::NativeParameter> parameters;
  std::vector<rules::NativeOutput> outputs;
  std::vector<std::size_t> optional;  // positions that may be not applicable
  Provenance source;
};

/// Answers are kept under `question` by the first argument, the number of a replica; 0: none are kept.
rules::NativeFunction build_native(NativeText text, Evaluate evaluate,
                                   std::shared_ptr<Deployments> deployments, int question);

rules::NativeTable llm_natives(const std::shared_ptr<Deployments>& deployments);
rules::NativeTable embedding_natives(const std::shared_ptr<Deployments>& deployments);
rules::NativeTable training_natives(const std::shared_ptr<Deployments>& deployments);

}  // namespace rackfit::search
