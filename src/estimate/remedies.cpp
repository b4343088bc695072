#include "rackfit/estimate/remedies.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rackfit::estimate {
namespace {

constexpr std::int64_t most_devices = 64;

struct Trial {
  Subject subject;
  llm::Memory memory;
};

/// The question's answer as far as memory goes, when it fits.
std::optional<Trial> fitting(const catalog::Catalog& catalog, const Query& query) {
  auto resolved = resolve(catalog, query);
  auto* subject = std::get_if<Subject>(&resolved);
  if (!subject || !subject->reasons.empty()) return std::nullopt;
  Trial trial{std::move(*subject), {}};
  trial.memory = llm::memory(trial.subject.deployment);
  if (!trial.memory.fits()) return std::nullopt;
  return trial;
}

Remedy remedy(std::string change, std::string option, const Trial& trial) {
  return {std::move(change), std::move(option), trial.memory.stack.total, trial.memory.stack.usable};
}

/// The most exact of the smaller formats that fits; the asked format's own engine goes first.
std::optional<Remedy> smaller_weights(const catalog::Catalog& catalog, const Query& query,
                                      const Subject& asked) {
  const catalog::Quantization* format = asked.deployment.quantization;
  std::vector<const catalog::Quantization*> smaller;
  for (const auto& row : catalog.quantizations.rows()) {
    if (row.serving && (!format || row.bits_per_weight < format->bits_per_weight)) smaller.push_back(&row);
  }
  std::stable_sort(smaller.begin(), smaller.end(),
                   [](const auto* a, const auto* b) { return a->bits_per_weight > b->bits_per_weight; });
  for (const bool same_engine : {true, false}) {
    if (!same_engine && !query.engine.empty()) break;
    for (const catalog::Quantization* row : smaller) {
      Query trial = query;
      trial.weights = row->row.id;
      if (same_engine && asked.deployment.engine) trial.engine = asked.deployment.engine->row.id;
      const auto found = fitting(catalog, trial);
      if (!found || found->subject.deployment.quantization != row) continue;
      std::string change = "weights as " + row->row.name;
      if (!same_engine) change += " with " + found->subject.deployment.engine->row.name;
      return remedy(std::move(change), "--quant " + row->row.id, *found);
    }
  }
  return std::nullopt;
}

std::optional<Remedy> more_devices(const catalog::Catalog& catalog, const Query& query,
                                   const Subject& asked) {
  const std::int64_t now = asked.deployment.devices();
  const std::string id = asked.deployment.device->row.id;
  for (std::int64_t count = 2 * now; count <= most_devices; count *= 2) {
    Query trial = query;
    trial.devices = count;
    trial.tp.reset();
    trial.pp.reset();
    auto found = fitting(catalog, trial);
    if (!found) {
      // Beyond one node: as many stages as there are nodes like this one.
      trial.tp = asked.deployment.tensor_parallel;
      trial.pp = count / trial.tp.value_or(1);
      found = fitting(catalog, trial);
    }
    if (!found) continue;
    return remedy(fmt::format("{} devices instead of {}", count, now),
                  fmt::format("--on {}x{}{}", count, id,
                              trial.pp ? fmt::format(" --tp {} --pp {}", *trial.tp, *trial.pp) : ""),
                  *found);
  }
  return std::nullopt;
}

}  // namespace

std::vector<Remedy> remedies(const catalog::Catalog& catalog, const Query& query) {
  std::vector<Remedy> out;
  const auto resolved = resolve(catalog, query);
  const auto* asked = std::get_if<Subject>(&resolved);
  if (!asked || fitting(catalog, query)) return out;
  if (auto found = smaller_weights(catalog, query, *asked)) out.push_back(std::move(*found));
  if (auto found = more_devices(catalog, query, *asked)) out.push_back(std::move(*found));
  return out;
}

}  // namespace rackfit::estimate
