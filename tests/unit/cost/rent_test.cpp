// Renting and tokens: what is charged, and what is not forgotten.
#include "rackfit/cost/rent.hpp"

#include "support/catch.hpp"
#include "unit/cost/example.hpp"

using namespace rackfit;
using namespace rackfit::cost;
using test::built_in_catalog;
using test::built_in_market;

namespace {

RentCase machine() {
  RentCase rent;
  rent.terms = {12, 0, 0};
  rent.hourly = 1;
  return rent;
}

double total(const RentCase& rent) { return settle(rent_course(rent), rent.terms).total.amount(); }

}  // namespace

TEST_CASE("a machine by the hour costs 8760 hours a year") { CHECK(total(machine()) == Approx(8760)); }

TEST_CASE("spot machines pay for the hours that interruptions waste") {
  RentCase rent = machine();
  rent.interruption_overhead = 0.1;
  CHECK(total(rent) == Approx(9636));
}

TEST_CASE("growth in the cloud has no steps") {
  RentCase rent = machine();
  rent.terms = {24, 0, 0.5};
  const Option option = settle(rent_course(rent), rent.terms);
  CHECK(option.lines[0].months[1].text() == "730.00");
  CHECK(option.lines[0].months[13].amount() == Approx(1095).margin(0.01));
}

TEST_CASE("egress is cheaper by the tier") {
  const std::vector<GbTier> tiers = {{10000.0, 0.09}, {50000.0, 0.085}, {std::nullopt, 0.07}};
  CHECK(tiered(tiers, 0) == 0);
  CHECK(tiered(tiers, 10000) == Approx(900));
  CHECK(tiered(tiers, 60000) == Approx(900 + 3400 + 700));
}

TEST_CASE("what has no price is missing, not free") {
  RentCase rent = machine();
  rent.hourly.reset();
  rent.egress_gb = 5;
  rent.storage_gb = 5;
  rent.cross_zone_gb = 5;
  CHECK(rent_course(rent).missing.size() == 4);
  ApiCase api;
  CHECK_FALSE(settle(api_course(api), api.terms).complete());
}

TEST_CASE("eight H100 are offered by several clouds, the cheapest first, each with its terms") {
  const Exchange usd(built_in_catalog().rates, "USD");
  const auto offers = rentals(built_in_market(), "h100-sxm-80gb", 8, 1, usd);
  std::vector<std::string> providers;
  for (const RentalOffer& offer : offers) providers.push_back(offer.instance->provider);
  for (const char* provider : {"aws", "gcp", "azure", "oci", "lambda", "nebius", "verda"}) {
    CHECK(std::count(providers.begin(), providers.end(), provider) >= 1);
  }
  for (std::size_t i = 1; i < offers.size(); ++i) {
    CHECK(offers[i - 1].hourly * offers[i - 1].instances <= offers[i].hourly * offers[i].instances);
  }
  for (const RentalOffer& offer : rentals(built_in_market(), "h100-sxm-80gb", 8, 8, usd))
    CHECK(offer.instance->devices >= 8);
}

TEST_CASE("a discount of a price book lowers one provider's price") {
  const Exchange usd(built_in_catalog().rates, "USD");
  catalog::Discount discount;
  discount.of = "aws";
  discount.share = 0.45;
  const auto hourly = [&](const std::vector<catalog::Discount>& discounts, std::string_view provider) {
    for (const RentalOffer& offer : rentals(built_in_market(), "h100-sxm-80gb", 8, 8, usd, discounts)) {
      if (offer.instance->provider == provider && offer.term == RentTerm::on_demand) return offer.hourly;
    }
    return 0.0;
  };
  CHECK(hourly({discount}, "aws") == Approx(55.04 * 0.55));
  CHECK(hourly({discount}, "gcp") == hourly({}, "gcp"));
}

TEST_CASE("tokens cost by prompt length and by hour of the day") {
  const Exchange usd(built_in_catalog().rates, "USD");
  const catalog::ApiPrice* pro = built_in_market().apis.find("deepseek/deepseek-v4-pro");
  REQUIRE(pro);
  // Seven of 24 hours cost double.
  CHECK(token_rates(*pro, 1000, usd)->input == Approx(0.66 * (1 + 7.0 / 24)));
  const catalog::ApiPrice* gemini = built_in_market().apis.find("google/gemini-3.1-pro-preview");
  REQUIRE(gemini);
  CHECK(token_rates(*gemini, 1000, usd)->output == 12);
  CHECK(token_rates(*gemini, 250000, usd)->output == 18);
  CHECK(token_rates(*gemini, 250000, usd)->cached_input ==
        Approx(0.4));  // the row's discount on cached input is kept
}

TEST_CASE("cached input is billed in full where the provider names no price for it") {
  const Exchange usd(built_in_catalog().rates, "USD");
  const catalog::ApiPrice* groq = built_in_market().apis.find("groq/llama-3.3-70b-instruct");
  REQUIRE(groq);
  const auto rates = token_rates(*groq, 1000, usd);
  REQUIRE(rates);
  CHECK(rates->cached_input == rates->input);
}
