// Coefficients that the workload states, laid over the market's.
#include <fmt/format.h>

#include <algorithm>

#include "options.hpp"
#include "rackfit/base/did_you_mean.hpp"

namespace rackfit::cost {

namespace {

/// "USD/kW/month" with another currency in front.
std::string in_currency(const std::string& unit, const std::string& currency) {
  return currency.empty() || unit.size() < 3 ? unit : currency + unit.substr(3);
}

std::string number_text(double value) {
  constexpr double grouped_from = 10000;
  return value >= grouped_from ? whole_amount(value) : fmt::format("{:g}", value);
}

std::string text_of(const std::string& name, const workload::CostValue& value) {
  const std::string text =
      name + " " + number_text(value.usual) + (value.currency.empty() ? "" : " " + value.currency);
  if (!value.ranged) return text;
  return text + fmt::format(" ({} to {})", number_text(value.low), number_text(value.high));
}

}  // namespace

catalog::Market with_stated(const catalog::Market& market, const workload::Costs& costs) {
  catalog::Market result = market;
  for (const auto& [name, given] : costs.coefficients) {
    if (!given) continue;
    const workload::CostValue& value = *given;
    // Electricity is a row by country; its range is a factor.
    const bool is_spread = name == "electricity";
    const auto index = result.coefficients.index_of(is_spread ? "electricity-spread" : name);
    if (!index) continue;
    catalog::Coefficient& row = result.coefficients.at(*index);
    const double by = is_spread && value.usual > 0 ? value.usual : 1;
    row.low = is_spread && !(value.usual > 0) ? 1 : value.low / by;
    row.usual = is_spread ? 1 : value.usual;
    row.high = is_spread && !(value.usual > 0) ? 1 : value.high / by;
    row.unit = in_currency(row.unit, is_spread ? "" : value.currency);
    // Only what was left open is drawn.
    row.shape = value.ranged ? catalog::Shape::triangular : catalog::Shape::fixed;
    row.row.source = {};
    row.row.source.document = "the workload";
    row.row.source.confidence = Confidence::documented;
  }
  return result;
}

std::optional<catalog::Money> stated_electricity(const workload::Costs& costs) {
  const auto given = costs.coefficients.find("electricity");
  if (given == costs.coefficients.end() || !given->second) return {};
  return catalog::Money{given->second->usual, given->second->currency};
}

std::vector<std::string> stated_texts(const workload::Costs& costs) {
  std::vector<std::string> texts;
  for (const std::string& name : workload::cost_names()) {
    const auto given = costs.coefficients.find(name);
    if (given != costs.coefficients.end() && given->second) texts.push_back(text_of(name, *given->second));
  }
  if (costs.rented_hours)
    texts.push_back(fmt::format("rented_hours {:g} a month", *costs.rented_hours / 3600));
  if (costs.rented_disk) texts.push_back(fmt::format("rented_disk {:g} GB", *costs.rented_disk / 1e9));
  if (costs.rent) texts.push_back("rent " + *costs.rent);
  if (costs.tokens_between)
    texts.push_back(
        fmt::format("tokens_between {} and {} UTC", costs.tokens_between->from, costs.tokens_between->until));
  return texts;
}

void check_costs(const workload::Workload& workload, const catalog::Market& market,
                 Diagnostics& diagnostics) {
  if (!workload.costs.apis) return;
  for (const std::string& id : *workload.costs.apis) {
    if (market.apis.find(id)) continue;
    diagnostics.error("RF0408", workload.costs.apis.span, "nobody sells tokens under the name `" + id + "`",
                      "no such row", suggestion_help(id, market.apis.names()));
  }
}

bool has_priced_proposal(const workload::Workload& workload) {
  if (!workload.proposal || workload.proposal->nodes.empty()) return false;
  const auto& nodes = workload.proposal->nodes;
  const bool each =
      std::all_of(nodes.begin(), nodes.end(), [](const auto& box) { return bool(box.value.price); });
  return each || (workload.proposal->price && nodes.size() == 1);
}

}  // namespace rackfit::cost
