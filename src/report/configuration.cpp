#include "configuration.hpp"

#include <fmt/format.h>

#include <cmath>

#include "rackfit/base/did_you_mean.hpp"
#include "rackfit/search/compose.hpp"

namespace rackfit::report {

namespace {

using search::Node;

class Parts {
 public:
  Parts(const catalog::Catalog& catalog, const MoneyPrinter& money) : prices_(catalog), money_(money) {}

  void add(const char* kind, const catalog::RowInfo& row, int count, bool used, const std::string& oldest,
           const char* included = nullptr) {
    Part part{kind, row.id, row.name, count, {}, {}};
    const auto price = included ? std::nullopt : prices_.price(row.id, used, oldest);
    if (included) {
      part.price_note = included;
    } else if (price) {
      part.unit_price = money_.from_usd(price->usd);
      const char* condition = price->row->condition == catalog::PriceCondition::used   ? ", used"
                              : price->row->condition == catalog::PriceCondition::msrp ? ", list price"
                                                                                       : "";
      part.price_note = fmt::format("{}{}, {}", price->row->date.empty() ? "undated" : price->row->date, condition,
                                    to_string(price->row->source.confidence));
    } else {
      part.price_note = "no price known";
    }
    parts_.push_back(std::move(part));
  }
  std::vector<Part> take() { return std::move(parts_); }

 private:
  search::PriceBook prices_;
  const MoneyPrinter& money_;
  std::vector<Part> parts_;
};

std::vector<Part> parts_of(const Node& node, const catalog::Catalog& catalog, const MoneyPrinter& money) {
  Parts parts(catalog, money);
  const catalog::Composition& habits = catalog.composition;
  if (node.device && node.device_count > 0) {
    parts.add("device", node.device->row, node.device_count, node.device->availability == catalog::Availability::used, {},
              node.existing.empty() ? nullptr : "there already");
  }
  if (node.platform) parts.add("platform", node.platform->row, 1, false, {});
  if (node.cpu) parts.add("cpu", node.cpu->row, node.cpu_count, false, {});
  if (node.dimm) parts.add("memory", node.dimm->row, node.dimm_count, false, habits.oldest_memory_price);
  if (node.disk) parts.add("disk", node.disk->row, node.disk_count, false, habits.oldest_flash_price);
  if (node.nic) parts.add("nic", node.nic->row, node.nic_count, false, {}, node.nic->onboard ? "on the board" : nullptr);
  if (node.psu && node.platform && node.platform->psu) {
    parts.add("psu", node.psu->row, node.psu_count, false, {},
              node.platform->psu->included ? "with the platform" : nullptr);
  }
  return parts.take();
}

std::string summary(const Node& node, const units::Registry& units) {
  std::vector<std::string> pieces;
  const auto bytes = units.parse_unit("B").value->dimension;
  const auto rate = units.parse_unit("B/s").value->dimension;
  if (!node.existing.empty()) pieces.push_back(fmt::format("existing `{}`", node.existing));
  if (node.device && node.device_count > 0) pieces.push_back(fmt::format("{} × {}", node.device_count, node.device->row.name));
  if (node.cpu) pieces.push_back(node.cpu_count > 1 ? fmt::format("{} × {}", node.cpu_count, node.cpu->row.name) : node.cpu->row.name);
  if (node.memory_bytes > 0) pieces.push_back(units.format(node.memory_bytes, bytes, "GiB") + " RAM");
  if (node.disk) pieces.push_back(fmt::format("{} × {} NVMe", node.disk_count, units.format(node.disk->capacity_bytes, bytes)));
  if (node.nic) {
    pieces.push_back((node.nic->ports > 1 ? fmt::format("{} × ", node.nic->ports) : "") +
                     units.format(node.nic->speed_bytes_per_s, rate, "Gbit/s"));
  }
  return fmt::format("{}", fmt::join(pieces, " · "));
}

std::string identity(const Node& node) {
  if (!node.existing.empty()) return "existing-" + fold_name(node.existing);
  std::vector<std::string> pieces;
  if (node.device && node.device_count > 0) pieces.push_back(fmt::format("{}x{}", node.device_count, node.device->row.id));
  if (node.platform) pieces.push_back(node.platform->row.id);
  if (node.cpu) pieces.push_back(fmt::format("{}x{}", node.cpu_count, node.cpu->row.id));
  if (node.dimm) pieces.push_back(fmt::format("{}x{}", node.dimm_count, node.dimm->row.id));
  if (node.disk) pieces.push_back(fmt::format("{}x{}", node.disk_count, node.disk->row.id));
  if (node.nic) pieces.push_back(node.nic->row.id);
  return fmt::format("{}", fmt::join(pieces, "+"));
}

}  // namespace

MoneyPrinter::MoneyPrinter(const catalog::Catalog& catalog, std::string currency) : currency_(std::move(currency)) {
  for (const catalog::Rate& rate : catalog.rates) {
    if (rate.currency == currency_) rate_ = &rate;
  }
}

std::optional<Money> MoneyPrinter::from_usd(double usd) const {
  if (currency_ == "USD") return Money{fmt::format("{:.2f}", usd), "USD"};
  if (!rate_) return {};
  return Money{fmt::format("{:.2f}", usd * rate_->per_usd), currency_};
}

std::string MoneyPrinter::rate_note() const {
  if (currency_ == "USD") return {};
  if (!rate_) return fmt::format("no exchange rate for {}", currency_);
  return fmt::format("at {} {} per USD ({}{})", rate_->per_usd, currency_, rate_->date.empty() ? "undated, " : rate_->date + ", ",
                     to_string(rate_->source.confidence));
}

Configuration configuration(const search::Candidate& candidate, const catalog::Catalog& catalog,
                            const units::Registry& units, const MoneyPrinter& money) {
  Configuration result;
  result.id = identity(candidate.node);
  result.summary = summary(candidate.node, units);
  for (const search::Choice& choice : candidate.choices) result.facts.push_back({choice.key, choice.title, choice.value});
  result.parts = parts_of(candidate.node, catalog, money);
  if (candidate.node.price_usd) result.node_price = money.from_usd(*candidate.node.price_usd);
  result.unpriced = candidate.node.unpriced;
  const rules::Program& program = candidate.trace->program();
  const auto value = [&](const char* name) -> std::optional<double> {
    const auto slot = program.find(name);
    if (!slot || rules::is_not_applicable(candidate.trace->value(*slot))) return {};
    return candidate.trace->value(*slot);
  };
  result.power_w = value("node.power_wall");
  result.rack_units = value("node.rack_units");
  return result;
}

}  // namespace rackfit::report
