// Streams at somebody else's: units, zones, and prices by bandwidth.
#include "rackfit/cost/kafka.hpp"

#include "support/catch.hpp"
#include "unit/cost/example.hpp"

using namespace rackfit;
using namespace rackfit::cost;
using test::built_in_catalog;
using test::built_in_market;

namespace {

StreamWork stream(double megabytes_per_s) {
  StreamWork work;
  work.average_bytes_per_s = work.peak_bytes_per_s = megabytes_per_s * 1e6;
  work.retention_s = 86400;
  return work;
}

Option managed(const char* service, const StreamWork& work, const char* currency,
               std::optional<double> zone_price) {
  const Exchange exchange(built_in_catalog().rates, currency);
  ManagedCase managed;
  managed.terms = {12, 0, 0};
  managed.work = work;
  managed.service = built_in_market().kafka_services.find(service);
  REQUIRE(managed.service);
  managed.zone_price = zone_price;
  return settle(managed_course(managed, exchange), managed.terms);
}

}  // namespace

TEST_CASE(
    "traffic between zones: producers and consumers two times in three, and every replica where it is "
    "charged") {
  StreamWork work = stream(10);
  work.fan_out = 2;
  const double in = gb_in(work);
  CHECK(gb_between_zones(work, false) == Approx(in * (2 / 3.0 + 4 / 3.0)));
  CHECK(gb_between_zones(work, true) == Approx(in * (2 / 3.0 + 4 / 3.0 + 2)));
  work.fetch_from_follower = true;
  CHECK(gb_between_zones(work, false) == Approx(in * 2 / 3.0));
  work.zones = 1;
  CHECK(gb_between_zones(work, true) == 0);
}

TEST_CASE("brokers come in whole numbers a zone") {
  const auto& services = built_in_market().kafka_services;
  CHECK(*units_for(*services.find("msk-m7g-xlarge"), stream(1)) == 3);
  CHECK(*units_for(*services.find("msk-m7g-xlarge"), stream(80)) == 6);
  CHECK(*units_for(*services.find("confluent-enterprise"), stream(130)) == 3);
}

TEST_CASE("a price by bandwidth counts replicas, and has no disk in it") {
  StreamWork work = stream(20);  // 60 MB/s with three copies: one step above 40
  const Option option = managed("ckafka-pro", work, "CNY", {});
  CHECK(option.lines[0].months[1].text() == "2290.00");
  CHECK(option.missing == std::vector<std::string>{"price of storage"});
}

TEST_CASE("a cluster in several zones needs a price for what crosses them") {
  CHECK_FALSE(managed("msk-m7g-xlarge", stream(10), "USD", {}).complete());
  CHECK(managed("msk-m7g-xlarge", stream(10), "USD", 0.02).complete());
}

TEST_CASE("brokers on rented machines pay for three copies and for replication between zones") {
  const StreamWork work = stream(100);
  const RentCase rent = brokers_on_machines(work, 4, 0.5, 0.08, 0.02, {12, 0, 0});
  CHECK(rent.instances == 6);
  CHECK(rent.storage_gb == Approx(100e6 * 86400 * 3 / 1e9));
  CHECK(rent.cross_zone_gb > 2 * gb_in(work));
}

TEST_CASE("what both ends pay for counts twice") {
  const Exchange usd(built_in_catalog().rates, "USD");
  CHECK(*zone_traffic(built_in_market(), "aws", usd).price == Approx(0.02));
  CHECK_FALSE(zone_traffic(built_in_market(), "nobody", usd).price);
}
