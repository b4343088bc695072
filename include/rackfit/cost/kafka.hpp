// A stream of messages at somebody else's: brokers by the hour, storage by the month, and the traffic between
// zones that costs as much as both.
//
// The same three ways for one stream: brokers on rented machines, a managed service sold by broker or
// capacity unit, or one sold by bandwidth. Units are whole and, where there are zones, the same number in
// each.
#pragma once

#include "rackfit/cost/rent.hpp"

namespace rackfit::cost {

/// The stream, as its producers send it (after compression).
struct StreamWork {
  double average_bytes_per_s = 0, peak_bytes_per_s = 0;
  double retention_s = 0;
  double replication = 3;
  double fan_out = 1;       // times each byte is read
  double storage_fill = 1;  // share of a disk that may be full
  double zones = 3;
  bool fetch_from_follower = false;  // consumers read in their own zone
  double partitions = 0;
};

/// GB that producers send in a month.
double gb_in(const StreamWork& work);
/// GB of storage that holds `copies` of what is retained.
double gb_stored(const StreamWork& work, double copies);
/// GB a month that cross zones: producers and consumers whose leader is elsewhere, and replication when
/// `replicas` count.
double gb_between_zones(const StreamWork& work, bool replicas);

/// What traffic between zones costs, per GB; both ends where both pay.
struct ZoneTraffic {
  std::optional<double> price;
};
ZoneTraffic zone_traffic(const catalog::Market& market, std::string_view provider, const Exchange& exchange);

struct ManagedCase {
  std::string name, currency;
  Terms terms;
  StreamWork work;
  const catalog::KafkaService* service = nullptr;
  std::optional<double> zone_price;  // per GB between zones
  double support_fraction = 0;
  double factor = 1;  // what a price book's discount leaves
};

/// Units of the service that carry the peak and the reads, in whole zones.
std::optional<double> units_for(const catalog::KafkaService& service, const StreamWork& work);
Course managed_course(const ManagedCase& managed, const Exchange& exchange);

/// Brokers on rented machines, as a case of renting.
RentCase brokers_on_machines(const StreamWork& work, double brokers, std::optional<double> hourly,
                             std::optional<double> storage_price, std::optional<double> zone_price,
                             const Terms& terms);

}  // namespace rackfit::cost
