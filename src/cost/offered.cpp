#include "offered.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rackfit::cost {

const std::vector<Offered::Box>& Offered::boxes() const {
  static const std::vector<Box> none;
  const auto& proposal = request_.plan->workload->proposal;
  return request_.proposed && proposal ? proposal->nodes : none;
}

const Offered::Box* Offered::box_of(const search::Node& node) const {
  for (const Box& box : boxes()) {
    if (box.name == node.existing) return &box;
  }
  return nullptr;
}

// Its own price, or the whole proposal's where there is one kind of machine.
std::optional<workload::MoneyRange> Offered::offer_of(const Box& box) const {
  if (box.value.price) return *box.value.price;
  const auto& whole = request_.plan->workload->proposal->price;
  if (!whole || boxes().size() != 1) return {};
  const double count = box.value.count.value_or(1);
  return workload::MoneyRange{whole->low / count, whole->high / count, whole->currency};
}

std::optional<double> Offered::price_of(const Box& box, const std::optional<double>& market_usd,
                                        Served& half) const {
  if (const auto offer = offer_of(box)) {
    half.offered = true;
    return (*request_.exchange)(catalog::Money{(offer->low + offer->high) / 2, offer->currency});
  }
  if (!market_usd) return {};
  half.notes.push_back(
      fmt::format("no price is offered for `{}`; machines like it are put together", box.name));
  half.unverified.push_back(fmt::format("machines like `{}`", box.name));
  return (*request_.exchange)(catalog::Money{*market_usd, "USD"});
}

Gear Offered::gear_of(const Box& box) const {
  Gear gear;
  gear.name = box.name;
  gear.nodes = box.value.count.value_or(1);
  gear.devices = box.value.device ? box.value.devices.value_or(1) : 0;
  gear.power_w = box.value.power.value_or(0);
  return gear;
}

// They are paid for all the same.
void Offered::add_idle(ServedPlan& served) const {
  for (const Box& box : boxes()) {
    const auto is_bought = [&](const Served& half) {
      return std::any_of(half.gear.begin(), half.gear.end(),
                         [&](const Gear& gear) { return gear.name == box.name; });
    };
    if (is_bought(served.models) || is_bought(served.brokers)) continue;
    Served& half = box.value.device || !served.brokers.brokers ? served.models : served.brokers;
    Gear gear = gear_of(box);
    gear.price = price_of(box, {}, half);
    half.notes.push_back(fmt::format("`{}` is bought, but serves nothing of this workload", box.name));
    half.gear.push_back(std::move(gear));
  }
}

// An offered price is moved within the range it was offered in, and not at all when it is one figure.
void Offered::add_spread(Served& half) const {
  double low = 0, middle = 0, high = 0;
  for (const Box& box : boxes()) {
    for (const Gear& gear : half.gear) {
      const auto offer = gear.name == box.name ? offer_of(box) : std::nullopt;
      if (!offer) continue;
      low += offer->low * gear.nodes;
      high += offer->high * gear.nodes;
      middle += (offer->low + offer->high) / 2 * gear.nodes;
    }
  }
  if (!(middle > 0)) return;
  half.price_low = low / middle;
  half.price_high = high / middle;
}

void Offered::finish(ServedPlan& served) const {
  add_idle(served);
  add_spread(served.models);
  add_spread(served.brokers);
}

}  // namespace rackfit::cost
