#include "rackfit/schema/schema.hpp"

#include "command.hpp"
#include "plan_schema.hpp"
#include "rackfit/catalog/price_book.hpp"
#include "rackfit/catalog/tables.hpp"
#include "rackfit/report/layout.hpp"
#include "terminal.hpp"

namespace rackfit::cli {
namespace {

struct SchemaEntry {
  std::string_view name;
  std::string_view title;
  schema::TypeInfoPtr (*info)();         // none: hand-written, of what a command writes
  std::string_view (*text)() = nullptr;  // then this
};

template <class T>
schema::TypeInfoPtr of(const schema::Record<T>& record) {
  return record.info();
}

const std::vector<SchemaEntry>& entries() {
  using namespace catalog;
  static const std::vector<SchemaEntry> all = {
      {"workload", "a workload profile", [] { return of(workload::workload_schema()); }},
      {"models", "profiles/models: model architectures", [] { return of(models_file()); }},
      {"devices", "profiles/hardware/accelerators: accelerators and whole machines",
       [] { return of(devices_file()); }},
      {"quantization", "profiles/quantization.yaml: weight and KV-cache formats",
       [] { return of(quantization_file()); }},
      {"engines", "profiles/engines.yaml: serving software", [] { return of(engines_file()); }},
      {"calibration", "profiles/calibration.yaml: step-time parameters",
       [] { return of(calibration_file()); }},
      {"serving", "profiles/serving.yaml: speculation, adapters and separate pools where nobody says",
       [] { return of(serving_file()); }},
      {"parts", "profiles/hardware/parts: processors, memory, disks, network cards …",
       [] { return of(parts_file()); }},
      {"platforms", "profiles/hardware/platforms.yaml: chassis and boards",
       [] { return of(platforms_file()); }},
      {"prices", "profiles/prices: dated prices", [] { return of(prices_file()); }},
      {"market", "profiles/prices/market: rented machines, tokens, managed Kafka, electricity, coefficients",
       [] { return of(market_file()); }},
      {"price-book", "prices of your own, for --prices", [] { return of(price_book_file()); }},
      {"composition", "profiles/composition.yaml: how nodes are put together",
       [] { return of(composition_file()); }},
      {"curves", "profiles/curves.yaml: shapes of a day", [] { return of(curves_file()); }},
      {"estimate", "profiles/estimate.yaml: what estimates take for granted, and how `fits` ranks",
       [] { return of(estimate_file()); }},
      {"shared-memory", "profiles/hardware/shared-memory.yaml: memory that is lent to graphics",
       [] { return of(lending_file()); }},
      {"releases", "profiles/releases.yaml: release dates and downloads of models",
       [] { return of(releases_file()); }},
      {"view", "profiles/views: what the report shows of a role", [] { return of(view_file()); }},
      {"plan", "what `rackfit plan --format json` writes", nullptr, plan_schema},
      {"audit", "what `rackfit audit --format json` writes", nullptr, audit_schema},
      {"bom", "what `rackfit bom --format json` writes", nullptr, bom_schema},
      {"compare", "what `rackfit compare --format json` writes", nullptr, compare_schema},
  };
  return all;
}

std::string text_of(const SchemaEntry& entry, const units::Registry* units) {
  if (!entry.info) return std::string(entry.text());
  const std::string name(entry.name);
  return schema::json_schema(*entry.info(), name + ".schema.json", "rackfit: " + std::string(entry.title),
                             units);
}

}  // namespace

ExitCode run_schema(Invocation& call) {
  if (call.args.list || call.args.words.empty()) {
    report::Canvas canvas(text_options(call.args, call.io));
    report::Grid grid;
    grid.columns = {{"schema"}, {"of", false, true}};
    for (const SchemaEntry& entry : entries()) {
      grid.rows.push_back({{std::string(entry.name), report::Tone::strong}, {std::string(entry.title)}});
    }
    canvas.grid(grid);
    return deliver(call, canvas.take());
  }
  std::vector<std::string> names;
  for (const SchemaEntry& entry : entries()) {
    if (entry.name == call.args.words.front()) return deliver(call, text_of(entry, call.session.units()));
    names.emplace_back(entry.name);
  }
  return unknown_name(call, "schema", call.args.words.front(), names);
}

}  // namespace rackfit::cli
