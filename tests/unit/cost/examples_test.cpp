// Worked examples with known answers: a node of eight H100 against five clouds, against tokens by the
// million, and Kafka on MSK against brokers of one's own. Prices come from the bundled profiles.
#include "rackfit/cost/compare.hpp"
#include "rackfit/cost/kafka.hpp"
#include "rackfit/cost/sensitivity.hpp"
#include "support/catch.hpp"
#include "unit/cost/example.hpp"

using namespace rackfit;
using namespace rackfit::cost;
using test::built_in_catalog;
using test::built_in_market;
using test::node_of_eight_h100;

namespace {

const double percent = 0.01;

Exchange usd() { return Exchange(built_in_catalog().rates, "USD"); }

Option rented(const std::string& name, double hourly, const Terms& terms) {
  RentCase rent;
  rent.name = name;
  rent.currency = "USD";
  rent.terms = terms;
  rent.hourly = hourly;
  return settle(rent_course(rent), terms);
}

/// What the bundled instances ask for eight H100 in one machine, or in eight of one.
double hourly_for_eight(const std::string& provider) {
  for (const double together : {8.0, 1.0}) {
    for (const RentalOffer& offer : rentals(built_in_market(), "h100-sxm-80gb", 8, together, usd())) {
      if (offer.instance->provider == provider && offer.term == RentTerm::on_demand)
        return offer.hourly * offer.instances;
    }
  }
  FAIL("nobody rents out eight H100 at " << provider);
  return 0;
}

StreamWork hundred_megabytes() {
  StreamWork work;
  work.average_bytes_per_s = 100e6;
  work.peak_bytes_per_s = 200e6;
  work.retention_s = 3 * 86400;
  work.replication = 3;
  work.fan_out = 2;
  work.storage_fill = 0.7;
  work.zones = 3;
  return work;
}

double monthly(const std::string& service, const StreamWork& work) {
  ManagedCase managed;
  managed.terms = {12, 0, 0};
  managed.work = work;
  managed.service = built_in_market().kafka_services.find(service);
  REQUIRE(managed.service);
  managed.zone_price = zone_traffic(built_in_market(), "aws", usd()).price;
  const Option option = settle(managed_course(managed, usd()), managed.terms);
  CHECK(option.complete());
  return option.yearly.amount() / 12;
}

}  // namespace

TEST_CASE("a node of eight H100 costs 2.90 USD a GPU-hour over five years") {
  const OwnCase own = node_of_eight_h100();
  const Option option = settle(own_course(own), own.terms);
  CHECK(option.capex.text() == "289224.00");
  CHECK(option.yearly.amount() == Approx(135287).epsilon(percent));
  CHECK(average_power_w(own) == Approx(5916).epsilon(percent));
  CHECK(option.npv == Approx(811692).epsilon(percent));
  CHECK(option.equivalent_yearly == Approx(203294).epsilon(percent));
  CHECK(cost_per_device_hour(own) == Approx(2.90).epsilon(percent));
  CHECK(option.kwh_per_year == Approx(5.916 * 1.4 * 8760).epsilon(percent));
  CHECK(*option.co2e_kg_per_year == Approx(option.kwh_per_year * 0.4));
}

TEST_CASE("whether it pays depends on the cloud it is compared with") {
  const OwnCase own = node_of_eight_h100();
  const Option bought = settle(own_course(own), own.terms);
  struct Row {
    const char* provider;
    double discount, hourly, npv, rule_months, use;
  };
  const std::vector<Row> rows = {{"aws", 0, 55.04, 1925087, 10.0, 0.42},
                                 {"aws", 0.45, 30.27, 1058798, 26.7, 0.77},
                                 {"lambda", 0, 31.92, 1116438, 24.0, 0.73},
                                 {"nebius", 0, 23.60, 825437, 48.6, 0.98},
                                 {"verda", 0, 18.32, 640763, 137.7, 1.27}};
  for (const Row& row : rows) {
    INFO(row.provider << " less " << row.discount);
    const double hourly = hourly_for_eight(row.provider) * (1 - row.discount);
    CHECK(hourly == Approx(row.hourly).epsilon(0.001));
    const Option option = rented(row.provider, hourly, own.terms);
    CHECK(option.npv == Approx(row.npv).epsilon(percent));
    const BreakEven even = break_even(bought, option, own.terms);
    REQUIRE(even.rule_months);
    CHECK(*even.rule_months == Approx(row.rule_months).epsilon(percent));
    CHECK(*even.use == Approx(row.use).epsilon(percent));
    if (row.rule_months > own.terms.months) {
      CHECK_FALSE(even.exact_month);
    } else {
      REQUIRE(even.exact_month);
      CHECK(*even.exact_month == static_cast<int>(std::ceil(*even.rule_months - 0.001)));
    }
  }
}

TEST_CASE("the tokens a month at which the node costs as much as tokens by the million") {
  const OwnCase own = node_of_eight_h100();
  const double yearly = settle(own_course(own), own.terms).equivalent_yearly;
  struct Row {
    const char* api;
    bool peak;
    double blended, billions, tokens_per_s;
  };
  const std::vector<Row> rows = {{"deepseek/deepseek-v4-pro", false, 0.751, 22.6, 8587},
                                 {"deepseek/deepseek-v4-pro", true, 1.502, 11.3, 4293},
                                 {"deepseek/deepseek-v4-flash", false, 0.250, 67.7, 25773},
                                 {"fireworks/gpt-oss-120b", false, 0.212, 80.1, 30479},
                                 {"fireworks/glm-5.2", false, 1.678, 10.1, 3843},
                                 {"moonshotai/kimi-k3", false, 4.988, 3.4, 1293},
                                 {"groq/llama-3.3-70b-instruct", false, 0.640, 26.5, 10073}};
  const TokenWork work{75, 25, 0.5, 1000};
  std::vector<double> off_peak(24, 0.0), peak(24, 0.0);
  off_peak[20] = 1;
  peak[2] = 1;
  for (const Row& row : rows) {
    INFO(row.api);
    const catalog::ApiPrice* api = built_in_market().apis.find(row.api);
    REQUIRE(api);
    const auto rates = token_rates(*api, work.prompt_tokens, usd(), row.peak ? peak : off_peak);
    REQUIRE(rates);
    const double price = blended(*rates, work);
    CHECK(price == Approx(row.blended).epsilon(percent));
    const double tokens = break_even_tokens(yearly, price);
    CHECK(tokens / 1e9 == Approx(row.billions).epsilon(percent));
    CHECK(tokens / seconds_per_month == Approx(row.tokens_per_s).epsilon(percent));
  }
}

TEST_CASE("Kafka on MSK: brokers are the small part, storage and zones the large one") {
  StreamWork work = hundred_megabytes();
  CHECK(gb_in(work) == Approx(262800));
  CHECK(*units_for(*built_in_market().kafka_services.find("msk-m7g-xlarge"), work) == 9);
  CHECK(monthly("msk-m7g-xlarge", work) == Approx(24301).epsilon(percent));
  CHECK(monthly("msk-m7g-xlarge", work) / gb_in(work) == Approx(0.0925).epsilon(percent));
  CHECK(*units_for(*built_in_market().kafka_services.find("msk-express-large"), work) == 15);
  CHECK(monthly("msk-express-large", work) == Approx(21310).epsilon(percent));
  work.fetch_from_follower = true;
  CHECK(monthly("msk-m7g-xlarge", work) == Approx(17293).epsilon(percent));
  CHECK(monthly("msk-m7g-xlarge", work) / gb_in(work) == Approx(0.0658).epsilon(percent));
}

TEST_CASE("Kafka on four brokers of one's own costs a third of it, and half of that are people") {
  OwnCase own = node_of_eight_h100();
  Gear broker;
  broker.name = "broker";
  broker.price = 14500 + 4 * 3400;  // four 7.68 TB drives at their 2026 price
  broker.nodes = 4;
  broker.power_w = 900;
  broker.utilisation = 0.4;
  own.gear = {broker};
  own.staff_fte = 0.25;
  const double monthly_cost = settle(own_course(own), own.terms).equivalent_yearly / 12;
  CHECK(monthly_cost == Approx(7613).epsilon(percent));
  CHECK(monthly_cost / gb_in(hundred_megabytes()) == Approx(0.029).epsilon(0.01));
  own.staff_fte = 0;
  CHECK(settle(own_course(own), own.terms).equivalent_yearly / 12 == Approx(4280).epsilon(percent));
}
