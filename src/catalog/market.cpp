#include "rackfit/catalog/market.hpp"

#include <algorithm>

#include "loading.hpp"

namespace rackfit::catalog {

template class Table<Provider>;
template class Table<Instance>;
template class Table<Volume>;
template class Table<Traffic>;
template class Table<KafkaService>;
template class Table<ApiPrice>;
template class Table<Energy>;
template class Table<Coefficient>;
template class Table<ShelfLife>;

namespace {

/// A region's price comes from its row's source unless it names its own.
void resolve_regions(std::vector<schema::Named<Instance>>& rows, const Sources& sources,
                     Diagnostics& diagnostics) {
  for (auto& row : rows) {
    for (RegionPrice& price : row.value.prices) {
      const bool own = price.source_ref.cited || !price.source_ref.id.empty();
      if (own) resolve(price.source_ref, sources, price.source, diagnostics);
    }
  }
}

void inherit_sources(std::vector<Instance>& rows) {
  for (Instance& row : rows) {
    for (RegionPrice& price : row.prices) {
      if (price.source.read.empty()) price.source = row.row.source;
    }
  }
}

template <class Row>
std::string newest(const Table<Row>& table, std::string date) {
  for (const Row& row : table.rows()) date = std::max(date, row.row.source.date);
  return date;
}

}  // namespace

std::optional<Market> Market::load(const Library& library, const units::Registry& units,
                                   Diagnostics& diagnostics) {
  const std::size_t errors_before = diagnostics.error_count();
  Market market;
  Loader loader(library, units, diagnostics);
  loader.files("prices/market/", market_file(), [&](MarketFile& file) {
    resolve_regions(file.instances, file.sources, diagnostics);
    std::vector<Instance> machines = finish(std::move(file.instances), file.sources, diagnostics);
    inherit_sources(machines);
    market.instances.add(std::move(machines), diagnostics);
    loader.add(market.providers, std::move(file.providers), file.sources);
    loader.add(market.volumes, std::move(file.volumes), file.sources);
    loader.add(market.traffic, std::move(file.traffic), file.sources);
    loader.add(market.kafka_services, std::move(file.kafka_services), file.sources);
    loader.add(market.apis, std::move(file.apis), file.sources);
    loader.add(market.energy, std::move(file.energy), file.sources);
    loader.add(market.coefficients, std::move(file.coefficients), file.sources);
    loader.add(market.shelf_lives, std::move(file.shelf_lives), file.sources);
  });
  market.trees_ = loader.take_trees();
  if (diagnostics.error_count() > errors_before) return {};
  return market;
}

std::optional<double> Market::shelf_life_days(std::string_view kind) const {
  for (const ShelfLife& life : shelf_lives.rows()) {
    if (std::find(life.kinds.begin(), life.kinds.end(), kind) != life.kinds.end()) return life.days;
  }
  return {};
}

const Energy* Market::energy_of(std::string_view country) const {
  const Energy* own = country.empty() ? nullptr : energy.find(country);
  return own ? own : energy.find("WORLD");
}

bool Market::set_electricity(std::string_view country, const Money& price, const Provenance& source) {
  const auto index = energy.index_of(country);
  if (!index) return false;
  energy.at(*index).price = price;
  energy.at(*index).row.source = source;
  return true;
}

bool Market::set_coefficient(std::string_view name, double value, const Provenance& source) {
  const auto index = coefficients.index_of(name);
  if (!index) return false;
  Coefficient& row = coefficients.at(*index);
  row.low = row.usual = row.high = value;
  row.row.source = source;
  return true;
}

std::string Market::newest_date() const {
  std::string date = newest(instances, newest(apis, newest(kafka_services, {})));
  return newest(volumes, newest(traffic, newest(energy, date)));
}

}  // namespace rackfit::catalog
