// All catalogs, loaded and cross-checked: what models, devices, formats, engines and parts exist.
//
// Rows are found by id or alias, in any case, with space, `_` and `-` alike, and Hugging Face ids with or without
// their owner. A name that two rows claim is an error when the catalogs are loaded, not when somebody asks.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rackfit/catalog/curve.hpp"
#include "rackfit/catalog/estimates.hpp"
#include "rackfit/catalog/hardware.hpp"
#include "rackfit/catalog/library.hpp"
#include "rackfit/catalog/serving.hpp"
#include "rackfit/catalog/view.hpp"

namespace rackfit::catalog {

/// Rows of one kind, in order of id, with their names.
template <class Row>
class Table {
 public:
  const std::vector<Row>& rows() const { return rows_; }
  /// The row with this id or alias; nullptr when there is none.
  const Row* find(std::string_view name) const;
  /// Position in rows(), for interning.
  std::optional<std::size_t> index_of(std::string_view name) const;
  /// Ids and aliases, for suggestions.
  std::vector<std::string> names() const;
  /// The row to be changed, by position.
  Row& at(std::size_t index) { return rows_[index]; }
  /// Adds rows; names that are taken are reported (RF0401).
  void add(std::vector<Row> rows, Diagnostics& diagnostics);

 private:
  std::vector<Row> rows_;
  std::map<std::string, std::size_t, std::less<>> by_name_;  // folded name → row
};

class Catalog {
 public:
  static std::optional<Catalog> load(const Library& library, const units::Registry& units,
                                     Diagnostics& diagnostics);

  Table<Model> models;
  Table<Device> devices;
  Table<Quantization> quantizations;
  Table<KvFormat> kv_formats;
  Table<Engine> engines;
  Table<Calibration> calibrations;
  Table<Cpu> cpus;
  Table<Dimm> dimms;
  Table<Disk> disks;
  Table<Nic> nics;
  Table<Psu> psus;
  Table<Platform> platforms;
  Table<Accessory> accessories;
  Table<Curve> curves;
  std::vector<Price> prices;
  std::vector<Rate> rates;
  Composition composition;
  Estimates estimates;
  Table<Lending> lendings;
  ServingHabits serving;
  std::vector<View> views;

  /// The calibration that fits an engine and device best (vendor-specific before general), or nullptr.
  const Calibration* calibration_for(const Engine& engine, const Device& device) const;
  /// What the operating system lends of this device's memory; nullptr where all of it is the device's own.
  const Lending* lending_for(const Device& device) const;
  /// Dated prices of one part, newest first; only the quotes of a price book where there are any.
  std::vector<const Price*> prices_of(std::string_view item) const;
  /// Lays quotes over the prices.
  void add_quotes(std::vector<Price> quotes);

 private:
  std::multimap<std::string, std::size_t, std::less<>> price_index_;
  std::vector<std::shared_ptr<const yaml::Tree>> trees_;  // keep the rows' spans alive
};

}  // namespace rackfit::catalog
