#include "rackfit/search/deployments.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "rackfit/rules/program.hpp"

namespace rackfit::search {
namespace {

// Rules ask with a handful of different arguments at most (whole load, degraded load, one sequence, many).
constexpr std::size_t kept_answers = 6;

/// Not applicable is a NaN, so that arguments are compared as bytes.
bool same(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
}

bool same(double a, double b) { return std::memcmp(&a, &b, sizeof a) == 0; }

std::optional<std::size_t> position(double number, std::size_t size) {
  if (rules::is_not_applicable(number) || !(number >= 0) || number >= static_cast<double>(size)) return {};
  return static_cast<std::size_t>(number);
}

}  // namespace

std::size_t Deployments::add(const llm::Deployment& deployment) {
  Entry entry;
  entry.deployment = deployment;
  entries_.push_back(std::move(entry));
  return entries_.size() - 1;
}

std::size_t Deployments::add(const llm::TrainingJob& job) {
  jobs_.push_back(job);
  return jobs_.size() - 1;
}

const llm::Deployment* Deployments::find(double number) const {
  const auto at = position(number, entries_.size());
  return at ? &entries_[*at].deployment : nullptr;
}

const llm::TrainingJob* Deployments::find_job(double number) const {
  const auto at = position(number, jobs_.size());
  return at ? &jobs_[*at] : nullptr;
}

llm::Deployment Deployments::with(double number, double context_tokens, double memory_share) const {
  llm::Deployment deployment = *find(number);
  if (context_tokens >= 1) deployment.context_tokens = static_cast<std::int64_t>(context_tokens);
  if (!rules::is_not_applicable(memory_share)) {
    // Headroom is asked for on top of what the engine leaves free anyway, not instead of it.
    const catalog::EngineVersion version = llm::engine_version(deployment);
    const double usual = version.memory_utilization.value_or(1);
    deployment.memory_utilization = std::min(usual, memory_share);
  }
  return deployment;
}

const llm::ServingModel& Deployments::serving(double number, double context_tokens, double memory_share) {
  Entry& entry = entries_[*position(number, entries_.size())];
  if (!entry.model || !same(entry.context_tokens, context_tokens) ||
      !same(entry.memory_share, memory_share)) {
    const llm::Deployment deployment = with(number, context_tokens, memory_share);
    entry.model = std::make_unique<llm::ServingModel>(llm::serving_model(deployment));
    entry.context_tokens = context_tokens;
    entry.memory_share = memory_share;
  }
  return *entry.model;
}

const std::vector<double>* Deployments::recall(int question, double number,
                                               const std::vector<double>& arguments) const {
  const auto at = position(number, entries_.size());
  if (!at) return nullptr;
  for (const Answer& answer : entries_[*at].answers) {
    if (answer.question == question && same(answer.arguments, arguments)) return &answer.outputs;
  }
  return nullptr;
}

void Deployments::remember(int question, double number, std::vector<double> arguments,
                           std::vector<double> outputs) {
  const auto at = position(number, entries_.size());
  if (!at) return;
  auto& answers = entries_[*at].answers;
  if (answers.size() == kept_answers) answers.erase(answers.begin());
  answers.push_back({question, std::move(arguments), std::move(outputs)});
}

std::string_view Deployments::keep(std::string text) {
  texts_.push_back(std::make_unique<std::string>(std::move(text)));
  return *texts_.back();
}

}  // namespace rackfit::search
