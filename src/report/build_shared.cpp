#include "build_shared.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "rackfit/units/bytes.hpp"

namespace rackfit::report {

namespace {

/// Of the binding rows of several parts only the fullest binds the whole.
void keep_fullest(std::vector<Requirement>& rows) {
  Requirement* fullest = nullptr;
  for (Requirement& row : rows) {
    if (!row.binding) continue;
    if (fullest && *fullest->utilization >= *row.utilization) {
      row.binding = false;
      continue;
    }
    if (fullest) fullest->binding = false;
    fullest = &row;
  }
}

/// What the services' shares are shares of.
void add_box(std::vector<Share>& shares, const search::Node& node) {
  constexpr double gib = units::gib_bytes, gb = 1e9;
  shares.push_back({"box", "cpu", "CPU", node.cores, {}, {}, "core"});
  shares.push_back({"box", "memory", "memory", node.memory_bytes / gib, {}, {}, "GiB"});
  if (node.disk)
    shares.push_back(
        {"box", "disk", "disk space", node.disk->capacity_bytes * node.disk_count / gb, {}, {}, "GB"});
}

}  // namespace

std::string breaks_first(const std::vector<Requirement>& rows) {
  for (const Requirement& row : rows) {
    if (!row.binding) continue;
    std::string text = fmt::format("{} at {:.0f} %", row.title, 100 * *row.utilization);
    return row.breaks.empty() ? text : text + ": " + row.breaks;
  }
  return {};
}

void stand_on(const std::string& host, Role& role) {
  role.shares_nodes_with = host;
  role.configuration.parts.clear();
  role.configuration.node_price.reset();
  role.configuration.unpriced.clear();
  role.configuration.power_w.reset();
  role.configuration.rack_units.reset();
  role.price.reset();
  role.price_usd = 0;  // in sums; it is in the host's
}

void merge_shared(Plan& report, const search::Plan& plan, const MoneyPrinter& money) {
  for (std::size_t i = 0; i < plan.roles.size(); ++i) {
    const search::RolePlan& brokers = plan.roles[i];
    if (brokers.problem.role != "kafka-broker" || brokers.problem.shared_with.empty() || !brokers.chosen)
      continue;
    const auto service = std::find_if(report.roles.begin(), report.roles.end(), [&](const Role& role) {
      return role.role == brokers.problem.shared_with;
    });
    Role merged = std::move(report.roles[i]);
    merged.role = "shared";
    merged.title = "One box for everything: " + service->title + ", and " + merged.title;
    merged.nodes_why = service->nodes_why + "; " + merged.nodes_why;
    auto facts = service->configuration.facts;
    merged.configuration.facts.insert(merged.configuration.facts.begin(), facts.begin(), facts.end());
    for (Requirement& row : merged.requirements) row.title += " (Kafka)";
    std::vector<Requirement> rows = std::move(service->requirements);
    for (Requirement& row : merged.requirements) {
      // Power is the node's, whoever asks.
      const bool same = std::any_of(rows.begin(), rows.end(),
                                    [&](const Requirement& other) { return other.rule == row.rule; });
      if (!same) rows.push_back(std::move(row));
    }
    merged.requirements = std::move(rows);
    keep_fullest(merged.requirements);
    merged.breaks_first = breaks_first(merged.requirements);
    const double each = brokers.chosen->node.price_usd.value_or(0);
    merged.nodes = std::max(merged.nodes, service->nodes);
    merged.price_usd = brokers.chosen->node.price_usd
                           ? std::optional<double>(each * static_cast<double>(merged.nodes))
                           : std::nullopt;
    if (merged.price_usd) merged.price = money.from_usd(*merged.price_usd);
    merged.targets = std::move(service->targets);
    merged.figures.insert(merged.figures.begin(), service->figures.begin(), service->figures.end());
    merged.shares.insert(merged.shares.begin(), service->shares.begin(), service->shares.end());
    add_box(merged.shares, brokers.chosen->node);
    merged.trust = service->trust;
    merged.chosen_because = service->chosen_because;
    merged.front = std::move(service->front);
    merged.front_left_out = service->front_left_out;
    merged.front_margin = service->front_margin;
    merged.latency_title = service->latency_title;
    *service = std::move(merged);
    report.roles.erase(report.roles.begin() + static_cast<std::ptrdiff_t>(i));
    for (Role& role : report.roles) {
      if (role.shares_nodes_with == brokers.problem.shared_with) role.shares_nodes_with = "shared";
    }
    return;
  }
}

}  // namespace rackfit::report
