// What others ask for the same work: rented instances, volumes and traffic, managed Kafka, tokens by the
// million, and what a site costs to run (profiles/prices/market).
//
// Apart from Catalog because only a comparison of costs needs it: sizing a workload never waits for a
// thousand prices. Every amount is per the unit its field names, in the currency it was published in; a row's
// date is that of its source.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rackfit/catalog/catalog.hpp"

namespace rackfit::catalog {

/// Who rents out: a hyperscaler is several times dearer than a GPU cloud for the same card, so its class is
/// always shown.
struct Provider {
  RowInfo row;
  std::string kind;  // hyperscaler, gpu-cloud, marketplace, api
  std::string country;
};

/// What one region asks for an instance; all per hour.
struct RegionPrice {
  std::string region;
  std::optional<Money> on_demand, spot, reserved, committed_1y, committed_3y;
  SourceRef source_ref;  // empty: the row's
  Provenance source;
  std::string note;
};

struct Instance {
  RowInfo row;
  std::string provider, type;  // type: the provider's own name
  std::string device;          // catalog id; empty: no accelerator
  std::int64_t devices = 0;
  std::optional<double> vcpus, memory_bytes, network_bytes_per_s, disk_bytes, volume_bytes_per_s;
  std::vector<RegionPrice> prices;
};

/// Block or object storage.
struct Volume {
  RowInfo row;
  std::string provider, region;
  Money capacity;                         // per GB and month
  std::optional<Money> iops, throughput;  // above what is included: per IOPS, per MB/s, and month
  std::optional<double> included_iops, included_bytes_per_s;
};

enum class TrafficKind { egress, cross_zone, cross_region, nat };

struct TrafficTier {
  std::optional<double> up_to_bytes;  // in a month; empty: all the rest
  Money price;                        // per GB
};

struct Traffic {
  RowInfo row;
  std::string provider, region;  // region empty: all of them
  TrafficKind kind = TrafficKind::egress;
  bool each_way = false;        // both ends pay
  std::optional<Money> hourly;  // of a gateway
  std::vector<TrafficTier> tiers;
};

/// A monthly price that depends on the bandwidth bought.
struct BandwidthTier {
  double from_bytes_per_s = 0, up_to_bytes_per_s = 0, step_bytes_per_s = 0;
  Money base, step;  // per month: at `from`, and for each step above it
};

/// Kafka that somebody else runs.
struct KafkaService {
  RowInfo row;
  std::string provider, service, region;
  std::string unit;               // broker, eCKU, cluster …
  std::optional<Money> per_unit;  // per hour
  std::optional<double> ingress_per_unit_bytes_per_s, egress_per_unit_bytes_per_s;
  std::int64_t least_units = 1;
  std::optional<Money> storage;            // per GB and month
  std::int64_t stored_copies = 1;          // of each byte that are billed
  std::optional<Money> data_in, data_out;  // per GB
  std::optional<Money> partition;          // per hour
  bool replication_free = true;            // traffic between its brokers
  bool client_traffic_free = false;        // cross-zone traffic of producers and consumers
  bool counts_copies = false;              // bandwidth tiers are for all replicas together
  std::vector<BandwidthTier> tiers;
};

struct TokenPrice {
  Money input, output;  // per million tokens
  std::optional<Money> cached_input;
};

/// A price that holds for long prompts, or during some hours of a UTC day.
struct TokenTier {
  std::optional<double> input_above;  // tokens
  std::string from, until;            // "01:00"
  TokenPrice price;
};

struct ApiPrice {
  RowInfo row;
  std::string provider, model;
  bool open_weights = false;
  TokenPrice price;
  std::optional<double> context;
  std::vector<TokenTier> tiers;
};

struct Energy {
  RowInfo row;
  std::optional<Money> price;  // per kWh
  std::optional<double> carbon_g_per_kwh;
};

enum class Shape { triangular, choice, fixed };

/// A number that experts would argue about, with the range they would argue in.
struct Coefficient {
  RowInfo row;
  double low = 0, usual = 0, high = 0;
  std::string unit;
  Shape shape = Shape::triangular;
};

/// After how many days a price of some kinds counts as old.
struct ShelfLife {
  RowInfo row;
  std::vector<std::string> kinds;
  double days = 0;
};

class Market {
 public:
  static std::optional<Market> load(const Library& library, const units::Registry& units,
                                    Diagnostics& diagnostics);

  Table<Provider> providers;
  Table<Instance> instances;
  Table<Volume> volumes;
  Table<Traffic> traffic;
  Table<KafkaService> kafka_services;
  Table<ApiPrice> apis;
  Table<Energy> energy;
  Table<Coefficient> coefficients;
  Table<ShelfLife> shelf_lives;

  /// Days after which a price of this kind is old; nothing when no row says.
  std::optional<double> shelf_life_days(std::string_view kind) const;
  /// The electricity row of a country (ISO code or name), or the world's; nullptr without one.
  const Energy* energy_of(std::string_view country) const;
  /// A price book's own figures; false when there is no such row.
  bool set_electricity(std::string_view country, const Money& price, const Provenance& source);
  bool set_coefficient(std::string_view name, double value, const Provenance& source);
  /// The newest date that any of its sources carries.
  std::string newest_date() const;

 private:
  std::vector<std::shared_ptr<const yaml::Tree>> trees_;  // keep the rows' spans alive
};

/// profiles/prices/market/*.yaml: each file holds one or more sections.
struct MarketFile {
  std::vector<schema::Named<Provenance>> sources;
  std::vector<schema::Named<Provider>> providers;
  std::vector<schema::Named<Instance>> instances;
  std::vector<schema::Named<Volume>> volumes;
  std::vector<schema::Named<Traffic>> traffic;
  std::vector<schema::Named<KafkaService>> kafka_services;
  std::vector<schema::Named<ApiPrice>> apis;
  std::vector<schema::Named<Energy>> energy;
  std::vector<schema::Named<Coefficient>> coefficients;
  std::vector<schema::Named<ShelfLife>> shelf_lives;
};

const schema::Record<MarketFile>& market_file();

/// "55.04 USD/h" as an amount per `unit` ("h", "GB*month"; empty: the amount alone), in any currency.
schema::Type<Money> money_per(const std::string& unit);

}  // namespace rackfit::catalog
