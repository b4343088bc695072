// Field tables of the catalog files, for loading and for the JSON Schemas.
#pragma once

#include "rackfit/catalog/catalog.hpp"

namespace rackfit::catalog {

/// One file: citations and rows by id.
template <class Row>
struct File {
  std::vector<schema::Named<Provenance>> sources;
  std::vector<schema::Named<Row>> rows;
};

struct QuantizationFile {
  std::vector<schema::Named<Provenance>> sources;
  std::vector<schema::Named<Quantization>> rows;
  std::vector<schema::Named<KvFormat>> kv_formats;
};

/// profiles/hardware/parts/*.yaml: each file holds one or more kinds.
struct PartsFile {
  std::vector<schema::Named<Provenance>> sources;
  std::vector<schema::Named<Cpu>> cpus;
  std::vector<schema::Named<Dimm>> dimms;
  std::vector<schema::Named<Disk>> ssds, hdds;
  std::vector<schema::Named<Nic>> nics;
  std::vector<schema::Named<Psu>> psus;
  std::vector<schema::Named<Accessory>> switches, racks, raid;
};

struct PriceFile {
  std::vector<schema::Named<Provenance>> sources;
  std::vector<Price> prices;
  std::vector<Rate> rates;
};

struct CompositionFile {
  std::vector<schema::Named<Provenance>> sources;
  Composition composition;
};

struct EstimateFile {
  std::vector<schema::Named<Provenance>> sources;
  UsualQuestion usual;
  Ranking ranking;
  std::vector<schema::Named<Family>> families;
};

struct ReleaseFile {
  std::vector<schema::Named<Provenance>> sources;
  std::vector<schema::Named<Release>> rows;
};

struct ServingFile {
  std::vector<schema::Named<Provenance>> sources;
  ServingHabits serving;
};

const schema::Record<SourceRef>& source_table();
/// name, aliases, notes, source, source_of: embedded in every row's table.
const schema::Record<RowInfo>& row_table();
schema::Type<SourceRef> source_ref();

const schema::Record<Model>& model_table();
const schema::Record<Device>& device_table();
const schema::Record<Engine>& engine_table();

const schema::Record<File<Model>>& models_file();
const schema::Record<File<Device>>& devices_file();
const schema::Record<QuantizationFile>& quantization_file();
const schema::Record<File<Engine>>& engines_file();
const schema::Record<File<Calibration>>& calibration_file();
const schema::Record<PartsFile>& parts_file();
const schema::Record<File<Platform>>& platforms_file();
const schema::Record<PriceFile>& prices_file();
const schema::Record<CompositionFile>& composition_file();
const schema::Record<File<Curve>>& curves_file();
const schema::Record<EstimateFile>& estimate_file();
const schema::Record<File<Lending>>& lending_file();
const schema::Record<ReleaseFile>& releases_file();
const schema::Record<ServingFile>& serving_file();
/// Every coefficient of a serving file, in the file's order.
std::vector<SourcedValue*> coefficients(ServingHabits& habits);

/// Text to enum and back, shared by the tables, the workload and the reports.
const schema::Choices<DeviceClass>& device_classes();
const schema::Choices<DeviceForm>& device_forms();
const schema::Choices<Availability>& availabilities();
std::string_view to_string(DeviceClass device_class);
std::string_view to_string(DeviceForm form);
std::string_view to_string(Availability availability);
std::string_view to_string(AttentionType type);
std::string_view to_string(ModelKind kind);

/// Whether a unit's name is that of a currency: "CNY".
bool is_currency(const std::string& unit);

}  // namespace rackfit::catalog
