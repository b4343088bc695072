#include "catalog_kinds.hpp"

#include <type_traits>

namespace rackfit::cli {
namespace {

using catalog::Catalog;
using catalog::Market;
using catalog::RowInfo;

template <auto Table>
const auto& table_of(const Shelves& shelves) {
  if constexpr (std::is_invocable_v<decltype(Table), const Catalog&>) {
    return shelves.catalog.*Table;
  } else {
    return shelves.market.*Table;
  }
}

template <auto Table>
std::vector<const RowInfo*> rows_of(const Shelves& shelves) {
  std::vector<const RowInfo*> rows;
  for (const auto& row : table_of<Table>(shelves).rows()) rows.push_back(&row.row);
  return rows;
}

template <auto Table>
const RowInfo* find_in(const Shelves& shelves, std::string_view name) {
  const auto* row = table_of<Table>(shelves).find(name);
  return row ? &row->row : nullptr;
}

template <auto Table>
CatalogKind kind(std::string_view name, std::string_view title, std::string_view folder,
                 std::vector<CatalogKind::Column> columns) {
  return {name, title, folder, std::move(columns), rows_of<Table>, find_in<Table>};
}

}  // namespace

const std::vector<CatalogKind>& catalog_kinds() {
  static const std::vector<CatalogKind> all = {
      kind<&Catalog::models>("models", "model architectures", "models/",
                             {{"kind", "kind"},
                              {"parameters", "parameters"},
                              {"active", "active_parameters"},
                              {"context", "context"}}),
      kind<&Catalog::devices>("devices", "accelerators, whole machines and CPUs that run models",
                              "hardware/accelerators/",
                              {{"class", "class"},
                               {"memory", "memory"},
                               {"bandwidth", "bandwidth"},
                               {"power", "power"},
                               {"sold", "availability"}}),
      kind<&Catalog::quantizations>("quantization", "formats of weights", "quantization.yaml",
                                    {{"family", "family"}, {"bits per weight", "bits_per_weight"}}),
      kind<&Catalog::kv_formats>("kv-formats", "formats of the KV cache", "quantization.yaml",
                                 {{"bytes", "bytes_per_element"}}),
      kind<&Catalog::engines>("engines", "serving software", "engines.yaml", {{"version", "version"}}),
      kind<&Catalog::calibrations>("calibration", "step-time parameters of engines on devices",
                                   "calibration.yaml", {{"engine", "engine"}, {"tier", "tier"}}),
      kind<&Catalog::cpus>("cpus", "server processors", "hardware/parts/",
                           {{"cores", "cores"}, {"socket", "socket"}, {"power", "power"}}),
      kind<&Catalog::dimms>("dimms", "memory modules", "hardware/parts/",
                            {{"capacity", "capacity"}, {"type", "type"}}),
      kind<&Catalog::disks>("disks", "SSDs and hard disks", "hardware/parts/",
                            {{"capacity", "capacity"},
                             {"interface", "interface"},
                             {"write", "write"},
                             {"DWPD", "endurance_dwpd"}}),
      kind<&Catalog::nics>("nics", "network cards", "hardware/parts/",
                           {{"ports", "ports"}, {"speed", "speed"}}),
      kind<&Catalog::psus>("psus", "power supplies", "hardware/parts/", {{"output", "output"}}),
      kind<&Catalog::platforms>(
          "platforms", "chassis and boards", "hardware/platforms.yaml",
          {{"form", "form"}, {"U", "rack_units"}, {"GPUs", "gpu.slots"}, {"sockets", "sockets"}}),
      kind<&Catalog::accessories>("accessories", "switches, racks, power distribution, RAID cards",
                                  "hardware/parts/", {{"kind", "kind"}}),
      kind<&Catalog::curves>("curves", "shapes of a day", "curves.yaml", {{"what", "notes"}}),
      kind<&Market::instances>("instances", "machines to rent, by region and term", "prices/market/",
                               {{"provider", "provider"},
                                {"device", "device"},
                                {"devices", "devices"},
                                {"vCPU", "vcpus"},
                                {"memory", "memory"}}),
      kind<&Market::apis>("apis", "models by the million tokens", "prices/market/",
                          {{"input", "input"}, {"cached", "cached_input"}, {"output", "output"}}),
      kind<&Market::kafka_services>("kafka-services", "Kafka that somebody else runs", "prices/market/",
                                    {{"unit", "unit"},
                                     {"per unit", "per_unit"},
                                     {"ingress", "ingress_per_unit"},
                                     {"storage", "storage"}}),
      kind<&Market::volumes>("volumes", "storage by the month", "prices/market/", {{"capacity", "capacity"}}),
      kind<&Market::traffic>("traffic", "data that leaves a zone, a region or a provider", "prices/market/",
                             {{"kind", "kind"}, {"region", "region"}}),
      kind<&Market::energy>("energy", "electricity by country", "prices/market/",
                            {{"price", "price"}, {"g CO2e/kWh", "carbon_g_per_kwh"}}),
      kind<&Market::providers>("providers", "who rents out", "prices/market/", {{"kind", "kind"}}),
      kind<&Market::coefficients>("coefficients", "what a site costs, with ranges", "prices/market/",
                                  {{"low", "low"}, {"usual", "usual"}, {"high", "high"}, {"unit", "unit"}}),
      kind<&Market::shelf_lives>("shelf-lives", "when prices are old", "prices/market/",
                                 {{"days", "days"}, {"kinds", "kinds"}}),
  };
  return all;
}

RowTexts::RowTexts(const catalog::Library& library, std::string_view folder, Diagnostics& diagnostics) {
  for (const std::string& path : library.paths(folder)) {
    auto tree = library.tree(path, diagnostics);
    if (!tree || !tree->root().is_map()) continue;
    const yaml::Node root = tree->root();
    for (std::size_t i = 0; i < root.size(); ++i) {
      const yaml::Node section = root[i];
      if (!section.is_map() || section.key() == "sources") continue;
      for (std::size_t j = 0; j < section.size(); ++j) {
        nodes_.emplace(std::make_pair(tree->file().path(), section[j].span().begin), section[j]);
      }
    }
    trees_.push_back(std::move(tree));
  }
}

yaml::Node RowTexts::find(const catalog::RowInfo& row) const {
  if (!row.span) return {};
  const auto found = nodes_.find({row.span.file->path(), row.span.begin});
  return found == nodes_.end() ? yaml::Node() : found->second;
}

std::string value_text(const yaml::Node& node) {
  if (!node || node.is_null()) return {};
  if (node.is_scalar()) return std::string(node.text());
  std::string out;
  for (std::size_t i = 0; i < node.size(); ++i) {
    if (i > 0) out += ", ";
    if (node.is_map()) out += std::string(node[i].key()) + " ";
    out += value_text(node[i]);
  }
  return out;
}

std::string field_text(const yaml::Node& row, std::string_view field) {
  yaml::Node node = row;
  for (std::size_t at = 0; at <= field.size() && node;) {
    const std::size_t end = std::min(field.find('.', at), field.size());
    node = node.is_map() ? node.find(field.substr(at, end - at)) : yaml::Node();
    at = end + 1;
  }
  return value_text(node);
}

}  // namespace rackfit::cli
