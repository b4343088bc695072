#include "states.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "rackfit/kafka/groups.hpp"
#include "rackfit/kafka/states.hpp"
#include "words.hpp"

namespace rackfit::report {
namespace {

std::string slack_words(const Limit& limit) {
  if (!limit.slack) return limit.title;
  if (*limit.slack < 0) return fmt::format("{}, over its limit by {}", limit.title, percent(-*limit.slack));
  return fmt::format("{} with {} slack", limit.title, percent(*limit.slack));
}

StateCell cell(const schema::Named<catalog::RequirementView>& entry, const Reader& reader) {
  const catalog::RequirementView& shown = entry.value;
  StateCell cell;
  cell.resource = entry.name;
  cell.brief = shown.brief;
  cell.title = shown.title;
  cell.unit = shown.unit;
  cell.need = reader.in(shown.need, shown.unit);
  cell.capacity = reader.in(shown.capacity, shown.unit);
  cell.utilization = reader.base(shown.utilization);
  if (!cell.utilization && cell.need && cell.capacity && *cell.capacity > 0)
    cell.utilization = *cell.need / *cell.capacity;
  return cell;
}

}  // namespace

std::vector<Limit> limits(const catalog::View& view, const Reader& reader) {
  std::vector<Limit> found;
  for (const auto& entry : view.limits) {
    Limit limit{entry.name, entry.value.title, reader.base(entry.value.nodes), {}};
    if (!limit.nodes) continue;
    if (const auto utilization = reader.base(entry.value.utilization)) limit.slack = 1 - *utilization;
    found.push_back(std::move(limit));
  }
  std::stable_sort(found.begin(), found.end(), [](const Limit& a, const Limit& b) {
    return *a.nodes != *b.nodes ? *a.nodes > *b.nodes : a.slack.value_or(1) < b.slack.value_or(1);
  });
  return found;
}

std::string limits_text(const std::vector<Limit>& limits) {
  if (limits.empty()) return {};
  std::string text = "decided by " + slack_words(limits.front());
  if (limits.size() > 1) text += "; next " + slack_words(limits[1]);
  return text;
}

std::vector<State> states(const catalog::View& view, const rules::TraceVm& chosen,
                          const units::Registry& units) {
  std::vector<State> rows;
  if (!view.states) return rows;
  for (const kafka::State& state : kafka::states(chosen, *view.states)) {
    const Reader reader(state.values, units);
    State row{state.name,     state.title,  reader.base(view.states->alive), state.given_up.empty(), {},
              state.given_up, state.reduced};
    for (const auto& entry : view.requirements) {
      StateCell filled = cell(entry, reader);
      if (entry.value.fixed || (!filled.need && !filled.utilization)) continue;
      if (!filled.brief.empty() && filled.utilization.value_or(0) > 1) row.holds = false;
      row.cells.push_back(std::move(filled));
    }
    rows.push_back(std::move(row));
  }
  if (rows.size() < 2) rows.clear();  // one broker: there is nothing to compare
  return rows;
}

std::vector<Share> shares(const catalog::View& view, const Reader& reader) {
  std::vector<Share> rows;
  for (const auto& entry : view.shares) {
    const catalog::ShareView& shown = entry.value;
    Share row{view.service,
              entry.name,
              shown.title,
              reader.in(shown.value, shown.unit),
              reader.in(shown.request, shown.unit),
              reader.in(shown.limit, shown.unit),
              shown.unit};
    if (row.value || row.request || row.limit) rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<KeyFigure> group_figures(const rules::TraceVm& chosen, const workload::KafkaCluster& kafka) {
  std::vector<KeyFigure> rows;
  for (const kafka::GroupNeed& group : kafka::groups(chosen, kafka)) {
    if (!group.consumers) continue;
    rows.push_back(
        {"consumers:" + group.name, "Consumers of group `" + group.name + "`", group.consumers, {}, {}, "1"});
  }
  return rows;
}

}  // namespace rackfit::report
