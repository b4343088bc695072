// A plan as a bill of materials: every part of every node and of the site around them, priced line by line.
//
// Unit prices are rounded to the cent once, after exchange and discount; everything else is those cents times
// whole numbers, so that lines, nodes and the site add up exactly. What has no price is not counted: its line
// has none, and every sum it belongs to is a lower bound and says so. Price books overlay prices, take
// discounts off, and count what is there already.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rackfit/base/money.hpp"
#include "rackfit/cost/flow.hpp"
#include "rackfit/search/site_parts.hpp"

namespace rackfit::cost {

enum class PriceBasis {
  price,     // of a dated row, or a quote
  included,  // in another part's price
  there,     // nothing to pay: the machine exists
  unknown
};
std::string_view to_string(PriceBasis basis);

/// One part. Sums are of what is to be bought.
struct BillLine {
  std::string kind, id, name;
  std::int64_t per_node = 0;  // 0 for parts of the site
  std::int64_t quantity = 0;  // in all
  std::int64_t owned = 0;     // of them there already
  PriceBasis basis = PriceBasis::unknown;
  std::optional<Cents> each, total;
  std::string date, condition, confidence, source;
  bool quote = false;
  double discount = 0;  // share taken off
  catalog::Freshness freshness = catalog::Freshness::fresh;
  std::string because;  // of parts of the site: what the number rests on

  bool priced() const { return basis != PriceBasis::unknown; }
  /// "A part (2026-06)".
  std::string dated() const;
};

/// A sum, and whether every line of it has a price.
struct Sum {
  Cents known;
  bool complete = true;

  void add(const BillLine& line);
  void add(const Sum& other);
};

/// What a kind of node is, beyond its parts; unknown figures are empty.
struct NodeFigures {
  std::string chassis;  // "4U rack server"
  std::optional<double> rack_units;
  std::string raid;  // "none", "JBOD", "raid10"
  std::int64_t disks = 0;
  std::optional<double> disk_bytes, usable_bytes;
  std::optional<double> wear_per_day, rated_wear_per_day, disk_life_years;
  std::int64_t dimms = 0;
  std::optional<std::int64_t> channels, channels_filled;
  double memory_bytes = 0;
  bool even_memory = true;
  std::int64_t psus = 0, psu_redundant = 0;
  std::optional<double> psu_w, psu_efficiency;
  std::int64_t nic_ports = 0;
  std::optional<double> nic_bytes_per_s;
  std::optional<double> peak_w, load_w, mean_w, peak_btu_per_h, mean_btu_per_h;
};

/// Nodes of one kind.
struct NodeBill {
  std::string role, title;
  std::vector<std::string> guests;  // roles that run on the same nodes
  std::string existing;             // name in `site.existing`
  std::int64_t count = 0, owned = 0;
  NodeFigures figures;
  std::vector<BillLine> lines;
  Sum each, all;
};

struct RackBill {
  std::vector<std::pair<std::string, std::int64_t>> nodes;  // role, count
  double used_units = 0, units = 0, power_w = 0, btu_per_h = 0;
};

struct Bill {
  std::string workload, description, currency, as_of, rate_note;
  std::vector<NodeBill> nodes;
  std::vector<BillLine> site, options;  // options are not counted
  std::vector<RackBill> racks;
  bool show_racks = false;  // there is more than one, or the site sets limits
  Sum nodes_sum, site_sum, total;
  std::optional<double> peak_w, mean_w, peak_btu_per_h, rack_units;
  std::vector<std::string> missing, stale, unverified, notes;

  /// Every price is known and neither old nor undated.
  bool prices_hold() const { return total.complete && stale.empty(); }
};

struct BillRequest {
  const search::Plan* plan = nullptr;
  const catalog::Market* market = nullptr;
  const catalog::PriceBookFile* book = nullptr;
  std::string currency;  // empty: the site's, the price book's, USD
  std::string as_of;     // empty: the newest date of the market
};

Bill bill_of(const BillRequest& request);

/// What was asked for, or the workload's, or the price book's, or USD.
std::string currency_for(const std::string& asked, const workload::Workload& workload,
                         const catalog::PriceBookFile* book);
/// "7.1 CNY per USD (undated, unverified)"; empty for USD.
std::string rate_text(const Exchange& exchange);

}  // namespace rackfit::cost
