// Putting nodes together: the cheapest chassis, processors, memory, disks and network card that meet a need.
//
// Prices here only choose between parts that all do the job; they are reference prices with a date, and a part without
// one is used only when no priced part will do. The habits (counts, lanes, supplies) are profiles/composition.yaml.
#pragma once

#include <functional>
#include <map>

#include "rackfit/search/node.hpp"

namespace rackfit::search {

/// The price that counts for a part: of its condition, newest first, in USD at the catalog's rates.
class PriceBook {
 public:
  explicit PriceBook(const catalog::Catalog& catalog);
  /// `oldest`: rows dated before it are ignored. Used devices take used prices first, others new ones.
  std::optional<PartPrice> price(const std::string& item, bool used = false, const std::string& oldest = {}) const;
  std::optional<double> to_usd(const catalog::Money& money) const;

 private:
  /// USD, or a currency whose rate somebody has read.
  bool rate_is_known(const std::string& currency) const;

  const catalog::Catalog& catalog_;
};

/// A part with its price and the figure it is chosen by.
template <class Part>
struct Offer {
  const Part* part = nullptr;
  int count = 1;
  double size = 0;      // cores, bytes, bytes per second: of `count` together
  double usd = 0;
};

class Composer {
 public:
  explicit Composer(const catalog::Catalog& catalog);

  /// The cheapest node around `count` of `device` (null: none) that meets the need; nothing when no platform takes them.
  std::optional<Node> compose(const catalog::Device* device, int count, const HostNeed& need) const;
  /// Broker-like nodes worth trying: cheapest for each combination of cores, memory, disks and network.
  std::vector<Node> storage_nodes() const;
  /// Sums cores, memory, power and price of the parts.
  void total(Node& node) const;
  const PriceBook& prices() const { return prices_; }

 private:
  std::optional<Node> on_platform(const catalog::Platform& platform, const catalog::Device* device, int count,
                                  const HostNeed& need) const;
  std::optional<Node> machine(const catalog::Device& device, int count) const;
  bool takes(const catalog::Platform& platform, const catalog::Device& device, int count) const;
  bool choose_cpu(Node& node, double cores) const;
  bool choose_memory(Node& node, double bytes) const;
  bool choose_disks(Node& node, double bytes, double write) const;
  bool choose_nic(Node& node, double bytes_per_s) const;
  bool choose_psu(Node& node) const;
  /// A card, or ports that this board has.
  bool has_nic(const catalog::Platform& platform, const catalog::Nic& nic) const;
  std::optional<double> usd(const catalog::RowInfo& row, bool used, const std::string& oldest) const;

  const catalog::Catalog& catalog_;
  PriceBook prices_;
  mutable std::map<const catalog::RowInfo*, std::optional<double>> usd_;  // looked up once; never iterated
  // by rising price, so that the first that fits is the cheapest
  std::map<std::string, std::vector<Offer<catalog::Cpu>>> cpus_by_socket_;
  std::map<std::string, std::vector<Offer<catalog::Dimm>>> dimms_by_type_;
  std::vector<Offer<catalog::Disk>> disks_;
  std::vector<Offer<catalog::Nic>> nics_;
  std::vector<Offer<catalog::Psu>> psus_;
};

/// Power of a node's components by kind, watts; empty where a part's draw is unknown.
struct NodePower {
  std::optional<double> cpu, dimm, disk, nic, base;
};
NodePower node_power(const Node& node);

}  // namespace rackfit::search
