#include "rackfit/cost/bill.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "bill_figures.hpp"
#include "rackfit/base/did_you_mean.hpp"

namespace rackfit::cost {

namespace {

using search::Node;

std::string condition_text(catalog::PriceCondition condition) {
  switch (condition) {
    case catalog::PriceCondition::used:
      return "used";
    case catalog::PriceCondition::msrp:
      return "list price";
    case catalog::PriceCondition::new_:
      break;
  }
  return "new";
}

void add_once(std::vector<std::string>& all, const std::string& text) {
  if (std::find(all.begin(), all.end(), text) == all.end()) all.push_back(text);
}

class Accountant {
 public:
  explicit Accountant(const BillRequest& request)
      : request_(request),
        plan_(*request.plan),
        exchange_(plan_.catalog->rates, currency_for(request.currency, *plan_.workload, request.book)),
        prices_(*plan_.catalog) {
    bill_.currency = exchange_.currency();
    bill_.as_of = request.as_of.empty() ? request.market->newest_date() : request.as_of;
    bill_.rate_note = rate_text(exchange_);
    bill_.workload = plan_.workload->name;
    bill_.description = plan_.workload->description;
    if (!request.book) return;
    for (const catalog::OwnedGear& gear : request.book->owned) owned_[fold_name(gear.item)] += gear.count;
  }

  Bill settle() {
    const search::SiteParts site = search::site_parts(plan_);
    const ServedPlan served = served_by({&plan_, nullptr, request_.market, request_.book, &exchange_, bill_.as_of});
    for (const search::SiteNodes& nodes : site.nodes) bill_.nodes.push_back(node_bill(nodes, served));
    for (const search::SitePart& part : site.parts) bill_.site.push_back(site_line(part));
    for (const search::SitePart& part : site.options) bill_.options.push_back(site_line(part));
    add_mirrors(site);
    for (const NodeBill& nodes : bill_.nodes) bill_.nodes_sum.add(nodes.all);
    for (const BillLine& line : bill_.site) bill_.site_sum.add(line);
    bill_.total.add(bill_.nodes_sum);
    bill_.total.add(bill_.site_sum);
    bill_.notes = site.notes;
    add_power(site);
    add_racks(site);
    add_marks();
    return std::move(bill_);
  }

 private:
  /// Takes up to `most` of what the price book says is there.
  std::int64_t take_owned(const std::string& id, std::int64_t most) {
    const auto found = owned_.find(fold_name(id));
    if (found == owned_.end()) return 0;
    const std::int64_t taken = std::min(most, found->second);
    found->second -= taken;
    return taken;
  }

  void price(BillLine& line, bool used, const std::string& oldest) {
    const auto found = prices_.price(line.id, used, oldest);
    if (!found || !found->row) return;
    const catalog::Price& row = *found->row;
    line.date = row.date;
    line.condition = condition_text(row.condition);
    line.confidence = std::string(rackfit::to_string(row.source.confidence));
    line.source = row.source.document.empty() ? row.source.url : row.source.document;
    line.quote = row.quote;
    const auto amount = exchange_(row.money);
    if (!amount) return;
    if (request_.book && !row.quote)
      line.discount = 1 - catalog::factor_of(request_.book->discounts, line.id, row.kind, {});
    line.basis = PriceBasis::price;
    line.each = Cents::of(*amount * (1 - line.discount));
    line.freshness = catalog::freshness(*request_.market, row.kind, row.date, bill_.as_of);
  }

  static void add_up(BillLine& line) {
    if (line.each) line.total = *line.each * (line.quantity - line.owned);
    if (line.basis == PriceBasis::unknown && line.owned == line.quantity) line.basis = PriceBasis::there;
  }

  BillLine node_line(const char* kind, const catalog::RowInfo& row, std::int64_t per_node,
                     const NodeBill& nodes) {
    BillLine line;
    line.kind = kind;
    line.id = row.id;
    line.name = row.name;
    line.per_node = per_node;
    line.quantity = per_node * nodes.count;
    line.owned = per_node * nodes.owned;
    return line;
  }

  /// Those that come with the platform, whichever make they are.
  static BillLine own_supplies(const catalog::PsuBays& bays, const search::SiteNodes& nodes,
                               const NodeBill& bill) {
    BillLine line;
    line.kind = "psu";
    line.name = fmt::format("{:g} W power supply", bays.unit_w);
    line.per_node = bays.bays;
    line.quantity = bays.bays * bill.count;
    line.owned = bays.bays * bill.owned;
    line.basis = nodes.existing ? PriceBasis::there : PriceBasis::included;
    return line;
  }

  NodeBill node_bill(const search::SiteNodes& nodes, const ServedPlan& served) {
    const Node& node = nodes.node();
    NodeBill result;
    result.role = nodes.role->problem.role;
    result.title = nodes.role->problem.title;
    for (const search::RolePlan* guest : nodes.guests) result.guests.push_back(guest->problem.role);
    result.existing = node.existing;
    result.count = nodes.count;
    if (node.platform) result.owned = take_owned(node.platform->row.id, nodes.count);
    result.figures = figures_of(nodes, plan_, *request_.market, served);
    const catalog::Composition& habits = plan_.catalog->composition;
    const auto add = [&](const char* kind, const auto* part, std::int64_t count, const std::string& oldest,
                         bool included) {
      if (!part || count <= 0) return;
      BillLine line = node_line(kind, part->row, count, result);
      if (included) line.basis = PriceBasis::included;
      if (nodes.existing) line.basis = PriceBasis::there;
      if (line.basis == PriceBasis::unknown) {
        const bool platform = std::string_view(kind) == "platform";
        if (!platform) line.owned += take_owned(line.id, line.quantity - line.owned);
        const bool used = node.device && &part->row == &node.device->row &&
                          node.device->availability == catalog::Availability::used;
        price(line, used, oldest);
      }
      add_up(line);
      result.lines.push_back(std::move(line));
    };
    const bool socket = node.device && node.device->form == catalog::DeviceForm::socket;
    add("platform", node.platform, 1, {}, false);
    if (!socket) add("device", node.device, node.device_count, {}, false);
    add("cpu", node.cpu, node.cpu_count, {}, false);
    add("memory", node.dimm, node.dimm_count, habits.oldest_memory_price, false);
    add("disk", node.disk, node.disk_count, habits.oldest_flash_price, false);
    add("nic", node.nic, node.nic_count, {}, node.nic && node.nic->onboard);
    const bool with_supplies = node.platform && node.platform->psu && node.platform->psu->included;
    if (node.platform && node.platform->psu && !with_supplies)
      add("psu", node.psu, node.psu_count, {}, false);
    if (with_supplies) result.lines.push_back(own_supplies(*node.platform->psu, nodes, result));
    for (const BillLine& line : result.lines) {
      result.all.add(line);
      BillLine one = line;
      if (one.each) one.total = *one.each * one.per_node;
      result.each.add(one);
    }
    return result;
  }

  BillLine site_line(const search::SitePart& part) {
    BillLine line;
    line.kind = part.kind;
    line.name = part.row ? part.row->name : part.name;
    line.quantity = part.count;
    line.because = part.because;
    if (part.row) {
      line.id = part.row->id;
      line.owned = take_owned(line.id, line.quantity);
      price(line, false, {});
    }
    add_up(line);
    return line;
  }

  /// A second disk for nodes that have one: no rule asks for it, many buyers do.
  void add_mirrors(const search::SiteParts& site) {
    for (const search::SiteNodes& nodes : site.nodes) {
      const Node& node = nodes.node();
      const bool single = !nodes.existing && node.disk && node.disk_count == 1 && node.platform;
      if (!single || nodes.role->problem.rule_role == "kafka-broker" || !nodes.guests.empty()) continue;
      if (search::disk_bays(*node.platform, node.disk->interface) < 2) continue;
      BillLine line;
      line.kind = "disk";
      line.id = node.disk->row.id;
      line.name = node.disk->row.name;
      line.per_node = 1;
      line.quantity = nodes.count;
      line.because = fmt::format("RAID 1 for {}: a failed disk stops no node", nodes.role->problem.role);
      price(line, false, plan_.catalog->composition.oldest_flash_price);
      add_up(line);
      bill_.options.push_back(std::move(line));
    }
  }

  void add_power(const search::SiteParts& site) {
    double peak = site.switch_power_w, mean = site.switch_power_w, units = 0;
    bool peak_known = true, mean_known = true;
    for (const NodeBill& nodes : bill_.nodes) {
      const auto count = static_cast<double>(nodes.count);
      peak_known = peak_known && nodes.figures.peak_w;
      mean_known = mean_known && nodes.figures.mean_w;
      peak += nodes.figures.peak_w.value_or(0) * count;
      mean += nodes.figures.mean_w.value_or(0) * count;
    }
    for (const search::Rack& rack : site.racks) units += rack.used_units();
    if (peak_known) bill_.peak_w = peak;
    if (mean_known) bill_.mean_w = mean;
    if (peak_known) bill_.peak_btu_per_h = btu_per_hour(peak, *plan_.units);
    if (!site.racks.empty()) bill_.rack_units = units;
  }

  void add_racks(const search::SiteParts& site) {
    bill_.show_racks = !site.racks.empty() && (site.racks.size() > 1 || site.limits_given);
    for (const search::Rack& rack : site.racks) {
      RackBill shown;
      for (std::size_t i = 0; i < rack.nodes.size(); ++i) {
        if (rack.nodes[i] > 0) shown.nodes.emplace_back(site.nodes[i].role->problem.role, rack.nodes[i]);
      }
      shown.used_units = rack.used_units();
      shown.units = site.rack_units;
      shown.power_w = rack.power_w;
      shown.btu_per_h = btu_per_hour(rack.power_w, *plan_.units);
      bill_.racks.push_back(std::move(shown));
    }
  }

  void mark(const BillLine& line) {
    if (!line.priced()) add_once(bill_.missing, line.name);
    if (line.basis != PriceBasis::price || line.quantity == line.owned) return;
    if (line.freshness != catalog::Freshness::fresh) add_once(bill_.stale, line.dated());
    if (line.confidence == rackfit::to_string(Confidence::unverified))
      add_once(bill_.unverified, line.dated());
  }

  void add_marks() {
    for (const NodeBill& nodes : bill_.nodes) {
      for (const BillLine& line : nodes.lines) mark(line);
    }
    for (const BillLine& line : bill_.site) mark(line);
  }

  const BillRequest& request_;
  const search::Plan& plan_;
  Exchange exchange_;
  search::PriceBook prices_;
  std::map<std::string, std::int64_t> owned_;  // what is left of it
  Bill bill_;
};

}  // namespace

std::string_view to_string(PriceBasis basis) {
  switch (basis) {
    case PriceBasis::price:
      return "price";
    case PriceBasis::included:
      return "included";
    case PriceBasis::there:
      return "there";
    case PriceBasis::unknown:
      break;
  }
  return "unknown";
}

std::string BillLine::dated() const { return fmt::format("{} ({})", name, date.empty() ? "undated" : date); }

void Sum::add(const BillLine& line) {
  complete = complete && line.priced();
  if (line.total) known += *line.total;
}

void Sum::add(const Sum& other) {
  complete = complete && other.complete;
  known += other.known;
}

std::string currency_for(const std::string& asked, const workload::Workload& workload,
                         const catalog::PriceBookFile* book) {
  if (!asked.empty()) return asked;
  if (workload.site.currency) return *workload.site.currency;
  return book && !book->currency.empty() ? book->currency : "USD";
}

std::string rate_text(const Exchange& exchange) {
  if (exchange.currency() == "USD") return {};
  const catalog::Rate* rate = exchange.rate();
  if (!rate)
    return fmt::format("no exchange rate for {}: only prices in {} count", exchange.currency(),
                       exchange.currency());
  return fmt::format("{:g} {} per USD ({}, {})", rate->per_usd, rate->currency,
                     rate->date.empty() ? "undated" : rate->date, to_string(rate->source.confidence));
}

Bill bill_of(const BillRequest& request) { return Accountant(request).settle(); }

}  // namespace rackfit::cost
