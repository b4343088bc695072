// Field tables of profiles/prices/market.
#include <cmath>

#include "rackfit/catalog/market.hpp"
#include "shared_tables.hpp"

namespace rackfit::catalog {

using schema::boolean;
using schema::choice;
using schema::integer;
using schema::list;
using schema::named_map;
using schema::number;
using schema::quantity;
using schema::Record;
using schema::record;
using schema::text;

namespace {

/// Nothing when `text` is not an amount of a currency per `per`.
std::optional<Money> parse_money(std::string_view text, const units::Unit& per,
                                 const units::Registry& units) {
  const std::size_t length = units::number_length(text);
  const auto amount = units::parse_number(text.substr(0, length));
  std::size_t at = length;
  while (at < text.size() && text[at] == ' ') ++at;
  const auto unit = units.parse_unit(text.substr(at));
  if (!amount || !unit || !(*amount >= 0) || !std::isfinite(*amount)) return {};
  std::string currency = units.base_unit_text(unit.value->dimension * per.dimension);
  if (!is_currency(currency)) return {};
  // Units that cancel leave the amount as it was written, to the last digit.
  constexpr double same = 1e-12;
  const double scale = unit.value->factor * per.factor;
  return Money{std::abs(scale - 1) < same ? *amount : *amount * scale, std::move(currency)};
}

const Record<Provider>& provider_table() {
  static const Record<Provider> table =
      Record<Provider>("provider", "Who rents out")
          .embed(&Provider::row, row_table())
          .required("kind", &Provider::kind, text(), "hyperscaler, gpu-cloud, marketplace, api")
          .optional("country", &Provider::country, text(), "where it is at home, ISO code");
  return table;
}

const Record<RegionPrice>& region_price_table() {
  static const Record<RegionPrice> table =
      Record<RegionPrice>("region_price", "What one region asks for an instance")
          .required("region", &RegionPrice::region, text(), "the provider's name of it")
          .optional("on_demand", &RegionPrice::on_demand, money_per("h"), "by the hour, any time")
          .optional("spot", &RegionPrice::spot, money_per("h"), "may be taken away")
          .optional("reserved", &RegionPrice::reserved, money_per("h"), "booked ahead for days or weeks")
          .optional("committed_1y", &RegionPrice::committed_1y, money_per("h"), "for a year")
          .optional("committed_3y", &RegionPrice::committed_3y, money_per("h"), "for three years")
          .optional("source", &RegionPrice::source_ref, source_ref(), "when it is not the row's")
          .optional("note", &RegionPrice::note, text(), "remark");
  return table;
}

const Record<Instance>& instance_table() {
  static const Record<Instance> table =
      Record<Instance>("instance", "A rented machine")
          .embed(&Instance::row, row_table())
          .required("provider", &Instance::provider, text(), "id of the provider")
          .required("type", &Instance::type, text(), "the provider's own name")
          .optional("device", &Instance::device, text(), "accelerator, by catalog id")
          .optional("devices", &Instance::devices, integer(0), "accelerators")
          .optional("vcpus", &Instance::vcpus, number(0), "virtual processors")
          .optional("memory", &Instance::memory_bytes, quantity("B"), "memory")
          .optional("network", &Instance::network_bytes_per_s, quantity("B/s"), "sustained, each direction")
          .optional("disk", &Instance::disk_bytes, quantity("B"), "local flash")
          .optional("volume_speed", &Instance::volume_bytes_per_s, quantity("B/s"),
                    "sustained, to attached volumes")
          .required("prices", &Instance::prices, list(record(region_price_table())), "by region");
  return table;
}

const Record<Volume>& volume_table() {
  static const Record<Volume> table =
      Record<Volume>("volume", "Block or object storage")
          .embed(&Volume::row, row_table())
          .required("provider", &Volume::provider, text(), "id of the provider")
          .optional("region", &Volume::region, text(), "left out: all")
          .required("capacity", &Volume::capacity, money_per("GB*month"), "per GB and month")
          .optional("iops", &Volume::iops, money_per("month"), "for each IOPS above what is included")
          .optional("throughput", &Volume::throughput, money_per("month"),
                    "for each MB/s above what is included")
          .optional("included_iops", &Volume::included_iops, number(0), "without extra charge")
          .optional("included_throughput", &Volume::included_bytes_per_s, quantity("B/s"),
                    "without extra charge");
  return table;
}

const Record<TrafficTier>& traffic_tier_table() {
  static const Record<TrafficTier> table =
      Record<TrafficTier>("traffic_tier", "A price that holds up to an amount a month")
          .optional("up_to", &TrafficTier::up_to_bytes, quantity("B"), "in a month; left out: all the rest")
          .required("price", &TrafficTier::price, money_per("GB"), "per GB");
  return table;
}

const Record<Traffic>& traffic_table() {
  static const schema::Choices<TrafficKind> kinds = {{"egress", TrafficKind::egress},
                                                     {"cross-zone", TrafficKind::cross_zone},
                                                     {"cross-region", TrafficKind::cross_region},
                                                     {"nat", TrafficKind::nat}};
  static const Record<Traffic> table =
      Record<Traffic>("traffic", "Data that leaves a zone, a region or the provider")
          .embed(&Traffic::row, row_table())
          .required("provider", &Traffic::provider, text(), "id of the provider")
          .required("kind", &Traffic::kind, choice(kinds), "where it goes")
          .optional("region", &Traffic::region, text(), "left out: all")
          .optional("each_way", &Traffic::each_way, boolean(), "sender and receiver both pay")
          .optional("hourly", &Traffic::hourly, money_per("h"), "of a gateway")
          .required("tiers", &Traffic::tiers, list(record(traffic_tier_table())), "by amount, rising");
  return table;
}

const Record<BandwidthTier>& bandwidth_tier_table() {
  static const Record<BandwidthTier> table =
      Record<BandwidthTier>("bandwidth_tier", "A monthly price by the bandwidth bought")
          .required("from", &BandwidthTier::from_bytes_per_s, quantity("B/s"), "least bandwidth")
          .required("up_to", &BandwidthTier::up_to_bytes_per_s, quantity("B/s"), "most bandwidth")
          .required("base", &BandwidthTier::base, money_per("month"), "at the least bandwidth")
          .required("step", &BandwidthTier::step, money_per("month"), "for each step above it")
          .required("step_size", &BandwidthTier::step_bytes_per_s, quantity("B/s"), "size of a step");
  return table;
}

const Record<KafkaService>& kafka_service_table() {
  static const Record<KafkaService> table =
      Record<KafkaService>("kafka_service", "Kafka that somebody else runs")
          .embed(&KafkaService::row, row_table())
          .required("provider", &KafkaService::provider, text(), "id of the provider")
          .required("service", &KafkaService::service, text(), "its name there")
          .optional("region", &KafkaService::region, text(), "left out: all")
          .optional("unit", &KafkaService::unit, text(), "what is rented: broker, eCKU, cluster …")
          .optional("per_unit", &KafkaService::per_unit, money_per("h"), "of one unit")
          .optional("ingress_per_unit", &KafkaService::ingress_per_unit_bytes_per_s, quantity("B/s"),
                    "that one unit takes in, sustained")
          .optional("egress_per_unit", &KafkaService::egress_per_unit_bytes_per_s, quantity("B/s"),
                    "that one unit gives out, sustained")
          .optional("least_units", &KafkaService::least_units, integer(1), "fewest units sold")
          .optional("storage", &KafkaService::storage, money_per("GB*month"), "per GB and month")
          .optional("stored_copies", &KafkaService::stored_copies, integer(1),
                    "copies of each byte that are billed")
          .optional("data_in", &KafkaService::data_in, money_per("GB"), "written by producers")
          .optional("data_out", &KafkaService::data_out, money_per("GB"), "read by consumers")
          .optional("partition", &KafkaService::partition, money_per("h"), "of one partition")
          .optional("replication_free", &KafkaService::replication_free, boolean(),
                    "traffic between its brokers")
          .optional("client_traffic_free", &KafkaService::client_traffic_free, boolean(),
                    "cross-zone traffic of producers and consumers")
          .optional("counts_copies", &KafkaService::counts_copies, boolean(),
                    "bandwidth tiers are for all replicas together")
          .optional("tiers", &KafkaService::tiers, list(record(bandwidth_tier_table())), "by bandwidth");
  return table;
}

const Record<TokenPrice>& token_price_table() {
  static const Record<TokenPrice> table =
      Record<TokenPrice>("token_price", "Tokens by the million")
          .required("input", &TokenPrice::input, money_per("Mtoken"), "prompt tokens")
          .optional("cached_input", &TokenPrice::cached_input, money_per("Mtoken"),
                    "prompt tokens the provider has cached")
          .required("output", &TokenPrice::output, money_per("Mtoken"), "tokens of the answer");
  return table;
}

const Record<TokenTier>& token_tier_table() {
  static const Record<TokenTier> table =
      Record<TokenTier>("token_tier", "A price for long prompts, or for some hours of the UTC day")
          .optional("input_above", &TokenTier::input_above, number(0), "tokens in the prompt")
          .optional("from", &TokenTier::from, text(), "hour of the UTC day, `01:00`")
          .optional("until", &TokenTier::until, text(), "hour of the UTC day, `04:00`")
          .embed(&TokenTier::price, token_price_table());
  return table;
}

const Record<ApiPrice>& api_table() {
  static const Record<ApiPrice> table =
      Record<ApiPrice>("api", "What a provider asks for a model's tokens")
          .embed(&ApiPrice::row, row_table())
          .required("provider", &ApiPrice::provider, text(), "who serves it")
          .required("model", &ApiPrice::model, text(),
                    "catalog id when the catalog has it, else the provider's name")
          .optional("open_weights", &ApiPrice::open_weights, boolean(),
                    "could be served on hardware of one's own")
          .embed(&ApiPrice::price, token_price_table())
          .optional("context", &ApiPrice::context, number(0), "longest sequence")
          .optional("tiers", &ApiPrice::tiers, list(record(token_tier_table())), "other prices");
  return table;
}

const Record<Energy>& energy_table() {
  static const Record<Energy> table =
      Record<Energy>("energy", "Electricity of a country")
          .embed(&Energy::row, row_table())
          .optional("price", &Energy::price, money_per("kWh"), "for industry or business")
          .optional("carbon_g_per_kwh", &Energy::carbon_g_per_kwh, number(0),
                    "grams of CO2 equivalent per kWh");
  return table;
}

const Record<Coefficient>& coefficient_table() {
  static const schema::Choices<Shape> shapes = {
      {"triangular", Shape::triangular}, {"choice", Shape::choice}, {"fixed", Shape::fixed}};
  static const Record<Coefficient> table =
      Record<Coefficient>("coefficient", "A number with the range that experts would argue in")
          .embed(&Coefficient::row, row_table())
          .required("low", &Coefficient::low, number(), "low end")
          .required("usual", &Coefficient::usual, number(), "taken when nobody says")
          .required("high", &Coefficient::high, number(), "high end")
          .required("unit", &Coefficient::unit, text(), "of all three")
          .optional("shape", &Coefficient::shape, choice(shapes), "how it is drawn; left out: triangular")
          .check([](const Coefficient& value, const yaml::Node& node, schema::Context& context) {
            if (value.low <= value.usual && value.usual <= value.high) return;
            context.diagnostics.error("RF0407", schema::heading(node), "a range needs low <= usual <= high");
          });
  return table;
}

const Record<ShelfLife>& shelf_life_table() {
  static const Record<ShelfLife> table =
      Record<ShelfLife>("shelf_life", "When a price counts as old")
          .embed(&ShelfLife::row, row_table())
          .required("kinds", &ShelfLife::kinds, list(text()), "kinds of prices")
          .required("days", &ShelfLife::days, number(1), "after the price's date");
  return table;
}

}  // namespace

schema::Type<Money> money_per(const std::string& unit) {
  auto info = std::make_shared<schema::TypeInfo>();
  info->kind = schema::TypeInfo::Kind::quantity;
  info->unit = unit.empty() ? "USD" : "USD/" + unit;
  std::replace(info->unit.begin(), info->unit.end(), '*', '/');
  info->doc = "an amount with its currency, `2 " + info->unit + "`";
  return {info, [unit, example = info->unit](const yaml::Node& node, Money& out, schema::Context& context) {
            const auto per = context.units.parse_unit(unit.empty() ? "1" : unit);
            const auto money =
                node.is_scalar() && per ? parse_money(node.text(), *per.value, context.units) : std::nullopt;
            if (!money) {
              return schema::refuse(
                  node, context, "RF0403", schema::subject(node) + " is not an amount of money",
                  "expected an amount and a currency" + (unit.empty() ? "" : " per `" + unit + "`"),
                  "write it like `2 " + example + "`");
            }
            out = *money;
            return true;
          }};
}

const Record<MarketFile>& market_file() {
  static const Record<MarketFile> table =
      cited_file<MarketFile>("market", "What others ask for the same work, and what a site costs to run")
          .optional("providers", &MarketFile::providers, named_map(record(provider_table())), "who rents out")
          .optional("instances", &MarketFile::instances, named_map(record(instance_table())),
                    "rented machines")
          .optional("volumes", &MarketFile::volumes, named_map(record(volume_table())), "storage")
          .optional("traffic", &MarketFile::traffic, named_map(record(traffic_table())), "data that leaves")
          .optional("kafka_services", &MarketFile::kafka_services, named_map(record(kafka_service_table())),
                    "managed Kafka")
          .optional("apis", &MarketFile::apis, named_map(record(api_table())), "models by the token")
          .optional("energy", &MarketFile::energy, named_map(record(energy_table())),
                    "electricity by country")
          .optional("coefficients", &MarketFile::coefficients, named_map(record(coefficient_table())),
                    "ranges of what a site costs")
          .optional("shelf_lives", &MarketFile::shelf_lives, named_map(record(shelf_life_table())),
                    "when prices are old");
  return table;
}

}  // namespace rackfit::catalog
