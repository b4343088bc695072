#include "rackfit/catalog/catalog.hpp"

#include <algorithm>

#include "loading.hpp"
#include "rackfit/base/did_you_mean.hpp"

namespace rackfit::catalog {

namespace {

void load_parts(Loader& loader, Catalog& catalog) {
  loader.files("hardware/parts/", parts_file(), [&](PartsFile& file) {
    loader.add(catalog.cpus, std::move(file.cpus), file.sources);
    loader.add(catalog.dimms, std::move(file.dimms), file.sources);
    loader.add(catalog.disks, std::move(file.ssds), file.sources);
    loader.add(catalog.disks, std::move(file.hdds), file.sources);
    loader.add(catalog.nics, std::move(file.nics), file.sources);
    loader.add(catalog.psus, std::move(file.psus), file.sources);
    loader.add(catalog.accessories, std::move(file.switches), file.sources);
    loader.add(catalog.accessories, std::move(file.racks), file.sources);
    loader.add(catalog.accessories, std::move(file.raid), file.sources);
  });
  loader.files("hardware/platforms", platforms_file(), [&](File<Platform>& file) {
    loader.add(catalog.platforms, std::move(file.rows), file.sources);
  });
  loader.files_in("prices/", prices_file(), [&](PriceFile& file) {
    for (Price& price : file.prices) {
      resolve(price.source_ref, file.sources, price.source, loader.diagnostics());
      catalog.prices.push_back(std::move(price));
    }
    for (Rate& rate : file.rates) {
      resolve(rate.source_ref, file.sources, rate.source, loader.diagnostics());
      catalog.rates.push_back(std::move(rate));
    }
  });
  loader.files("views/", view_file(), [&](View& view) { catalog.views.push_back(std::move(view)); });
  loader.files("curves", curves_file(), [&](File<Curve>& file) {
    loader.add(catalog.curves, std::move(file.rows), file.sources);
  });
  loader.files("composition", composition_file(),
               [&](CompositionFile& file) { catalog.composition = std::move(file.composition); });
}

using Releases = std::map<std::string, std::pair<Release, Provenance>, std::less<>>;

Releases load_releases(Loader& loader) {
  Releases all;
  loader.files("releases", releases_file(), [&](ReleaseFile& file) {
    for (auto& row : file.rows) {
      Provenance source;
      resolve(row.value.source_ref, file.sources, source, loader.diagnostics());
      all[row.name] = {std::move(row.value), std::move(source)};
    }
  });
  return all;
}

/// Fills in what the model's own row leaves open.
void add_release(const Releases& releases, const std::string& id, Model& model) {
  const auto found = releases.find(id);
  if (found == releases.end()) return;
  const auto& [release, source] = found->second;
  if (model.released.empty() && !release.released.empty()) {
    model.released = release.released;
    model.row.source_of.emplace_back("released", source);
  }
  if (!model.monthly_downloads && release.downloads) {
    model.monthly_downloads = release.downloads;
    model.row.source_of.emplace_back("monthly_downloads", source);
  }
}

void load_estimates(Loader& loader, Catalog& catalog) {
  loader.files("estimate", estimate_file(), [&](EstimateFile& file) {
    catalog.estimates = {std::move(file.usual), std::move(file.ranking), std::move(file.families)};
  });
  loader.files("hardware/shared-memory", lending_file(), [&](File<Lending>& file) {
    loader.add(catalog.lendings, std::move(file.rows), file.sources);
  });
}

void load_serving(Loader& loader, Catalog& catalog) {
  const Releases releases = load_releases(loader);
  loader.files("models/", models_file(), [&](File<Model>& file) {
    for (auto& row : file.rows) {
      if (!row.value.hf_id.empty()) row.value.row.aliases.push_back(row.value.hf_id);
      add_release(releases, row.name, row.value);
    }
    loader.add(catalog.models, std::move(file.rows), file.sources);
  });
  loader.files("hardware/accelerators/", devices_file(),
               [&](File<Device>& file) { loader.add(catalog.devices, std::move(file.rows), file.sources); });
  loader.files("quantization", quantization_file(), [&](QuantizationFile& file) {
    loader.add(catalog.quantizations, std::move(file.rows), file.sources);
    loader.add(catalog.kv_formats, std::move(file.kv_formats), file.sources);
  });
  loader.files("engines", engines_file(),
               [&](File<Engine>& file) { loader.add(catalog.engines, std::move(file.rows), file.sources); });
  loader.files("calibration", calibration_file(), [&](File<Calibration>& file) {
    loader.add(catalog.calibrations, std::move(file.rows), file.sources);
  });
  loader.files("serving", serving_file(), [&](ServingFile& file) {
    for (SourcedValue* each : coefficients(file.serving)) {
      resolve(each->source_ref, file.sources, each->source, loader.diagnostics());
    }
    catalog.serving = std::move(file.serving);
  });
}

}  // namespace

template class Table<Model>;
template class Table<Device>;
template class Table<Quantization>;
template class Table<KvFormat>;
template class Table<Engine>;
template class Table<Calibration>;
template class Table<Cpu>;
template class Table<Dimm>;
template class Table<Disk>;
template class Table<Nic>;
template class Table<Psu>;
template class Table<Platform>;
template class Table<Accessory>;
template class Table<Curve>;
template class Table<Lending>;

std::optional<Catalog> Catalog::load(const Library& library, const units::Registry& units,
                                     Diagnostics& diagnostics) {
  const std::size_t errors_before = diagnostics.error_count();
  Catalog catalog;
  Loader loader(library, units, diagnostics);
  load_serving(loader, catalog);
  load_parts(loader, catalog);
  load_estimates(loader, catalog);
  catalog.trees_ = loader.take_trees();
  for (std::size_t i = 0; i < catalog.prices.size(); ++i) {
    catalog.price_index_.emplace(fold_name(catalog.prices[i].item), i);
  }
  if (diagnostics.error_count() > errors_before) return {};
  return catalog;
}

const Calibration* Catalog::calibration_for(const Engine& engine, const Device& device) const {
  const auto selects = [](const auto& wanted, const auto& value) {
    return wanted.empty() || std::find(wanted.begin(), wanted.end(), value) != wanted.end();
  };
  const auto narrowness = [](const Calibration& row) {
    return (row.min_bandwidth_bytes_per_s > 0 ? 4 : 0) + (row.architectures.empty() ? 0 : 2) +
           (row.vendors.empty() ? 0 : 1);
  };
  const Calibration* best = nullptr;
  for (const Calibration& row : calibrations.rows()) {
    if (row.engine != engine.row.id || !selects(row.classes, device.device_class) ||
        !selects(row.vendors, device.vendor) || !selects(row.architectures, device.architecture) ||
        device.bandwidth_bytes_per_s.value_or(0) < row.min_bandwidth_bytes_per_s) {
      continue;
    }
    if (!best || narrowness(row) > narrowness(*best)) best = &row;
  }
  return best;
}

const Lending* Catalog::lending_for(const Device& device) const {
  const Lending* best = nullptr;
  for (const Lending& lending : lendings.rows()) {
    if (!lending.applies_to(device)) continue;
    if (!best || (best->devices.empty() && !lending.devices.empty())) best = &lending;
  }
  return best;
}

std::vector<const Price*> Catalog::prices_of(std::string_view item) const {
  std::vector<const Price*> found;
  const auto [first, last] = price_index_.equal_range(fold_name(item));
  for (auto it = first; it != last; ++it) found.push_back(&prices[it->second]);
  std::stable_sort(found.begin(), found.end(),
                   [](const Price* a, const Price* b) { return a->date > b->date; });
  const auto bundled =
      std::stable_partition(found.begin(), found.end(), [](const Price* price) { return price->quote; });
  if (bundled != found.begin()) found.erase(bundled, found.end());
  return found;
}

void Catalog::add_quotes(std::vector<Price> quotes) {
  for (Price& quote : quotes) {
    price_index_.emplace(fold_name(quote.item), prices.size());
    prices.push_back(std::move(quote));
  }
}

}  // namespace rackfit::catalog
