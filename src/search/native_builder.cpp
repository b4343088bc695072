#include "native_builder.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "flows.hpp"

namespace rackfit::search {
namespace {

struct Shared {
  NativeText text;
  Evaluate evaluate;
  std::shared_ptr<Deployments> deployments;
  int question = 0;

  bool applicable(const std::vector<double>& arguments) const {
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      const bool optional = std::find(text.optional.begin(), text.optional.end(), i) != text.optional.end();
      if (!optional && rules::is_not_applicable(arguments[i])) return false;
    }
    return true;
  }

  std::vector<double> answer(const std::vector<double>& arguments, llm::StepLog* log) const {
    std::vector<double> outputs(text.outputs.size(), rules::not_applicable());
    if (applicable(arguments)) evaluate(*deployments, arguments.data(), outputs.data(), log);
    return outputs;
  }

  void batch(const double* const* args, double* const* outputs, std::size_t count) const {
    std::vector<double> arguments(text.parameters.size());
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t p = 0; p < arguments.size(); ++p) arguments[p] = args[p][i];
      const std::vector<double>* known =
          question > 0 ? deployments->recall(question, arguments[0], arguments) : nullptr;
      std::vector<double> fresh;
      if (!known) {
        fresh = answer(arguments, nullptr);
        if (question > 0) deployments->remember(question, arguments[0], arguments, fresh);
        known = &fresh;
      }
      for (std::size_t o = 0; o < known->size(); ++o) outputs[o][i] = (*known)[o];
    }
  }
};

}  // namespace

rules::NativeFunction build_native(NativeText text, Evaluate evaluate,
                                   std::shared_ptr<Deployments> deployments, int question) {
  auto shared = std::make_shared<Shared>();
  shared->text = std::move(text);
  shared->evaluate = std::move(evaluate);
  shared->deployments = std::move(deployments);
  shared->question = question;
  rules::NativeFunction function;
  function.name = shared->text.name;
  function.title = shared->text.title;
  function.parameters = shared->text.parameters;
  function.outputs = shared->text.outputs;
  function.source = shared->text.source;
  function.batch = [shared](const double* const* args, double* const* outputs, std::size_t count) {
    shared->batch(args, outputs, count);
  };
  function.explain = [shared](const double* args) {
    llm::StepLog log;
    shared->answer(std::vector<double>(args, args + shared->text.parameters.size()), &log);
    return log;
  };
  return function;
}

rules::NativeTable model_natives(const std::shared_ptr<Deployments>& deployments) {
  rules::NativeTable table = llm_natives(deployments);
  for (auto more : {embedding_natives(deployments), training_natives(deployments), pipeline_natives(nullptr)}) {
    std::move(more.begin(), more.end(), std::back_inserter(table));
  }
  return table;
}

}  // namespace rackfit::search
