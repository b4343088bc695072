// Replicas and training runs by number, so that rules can ask about them: the bridge between columns of
// candidates and the llm room.
//
// A rule sees a candidate's replica as one number, `llm.deployment`, and hands it to native functions
// (`llm.memory`, `llm.serve` …), which look it up here. Many candidates share a replica (nodes of two, four
// or eight devices), and their rules ask the same question several times; so models are built when first
// asked for, and recent answers are kept.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "rackfit/llm/serving.hpp"
#include "rackfit/llm/training.hpp"
#include "rackfit/rules/native.hpp"

namespace rackfit::search {

/// Replicas (for services) and runs (for training) of one role. Not for use from several threads at once.
class Deployments {
 public:
  /// The number that rules know it by.
  std::size_t add(const llm::Deployment& deployment);
  std::size_t add(const llm::TrainingJob& job);

  std::size_t size() const { return entries_.size(); }
  const llm::Deployment& operator[](std::size_t number) const { return entries_[number].deployment; }
  /// The replica or run of a rule's number; nullptr when it is not applicable or out of range.
  const llm::Deployment* find(double number) const;
  const llm::TrainingJob* find_job(double number) const;

  /// The replica with the context that must be served and, when applicable, the share of device memory that
  /// may be used.
  llm::Deployment with(double number, double context_tokens, double memory_share) const;
  /// The same as a serving model; kept until another context or share is asked for.
  const llm::ServingModel& serving(double number, double context_tokens, double memory_share);

  /// Answers already given for a replica: outputs of `question` for these arguments, or nullptr.
  const std::vector<double>* recall(int question, double number, const std::vector<double>& arguments) const;
  void remember(int question, double number, std::vector<double> arguments, std::vector<double> outputs);

  /// Keeps an engine's version alive, which deployments only view.
  std::string_view keep(std::string text);

 private:
  struct Answer {
    int question = 0;
    std::vector<double> arguments, outputs;
  };
  struct Entry {
    llm::Deployment deployment;
    std::unique_ptr<llm::ServingModel> model;
    double context_tokens = 0, memory_share = 0;  // of `model`
    std::vector<Answer> answers;
  };
  std::vector<Entry> entries_;
  std::vector<llm::TrainingJob> jobs_;
  std::vector<std::unique_ptr<std::string>> texts_;
};

/// Native functions `llm.*`, `embedding.*` and `training.*` over these deployments. With an empty table they
/// can be compiled against and give *not applicable*: that is how rule files are checked and their examples
/// run.
rules::NativeTable model_natives(const std::shared_ptr<Deployments>& deployments);

}  // namespace rackfit::search
