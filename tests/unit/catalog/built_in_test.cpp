// What the bundled catalogs promise: they load cleanly, and the names people use find their rows.
#include <algorithm>
#include <fstream>

#include "support/catch.hpp"
#include "support/world.hpp"

using namespace rackfit;
using test::built_in_catalog;

TEST_CASE("every bundled file loads without a word") {
  Diagnostics diagnostics;
  const auto catalog = catalog::Catalog::load(catalog::Library::built_in(), test::registry(), diagnostics);
  CHECK(render(diagnostics) == "");
  REQUIRE(catalog);
  CHECK(catalog->models.rows().size() > 100);
  CHECK(catalog->devices.rows().size() > 100);
  CHECK_FALSE(catalog->engines.rows().empty());
  CHECK_FALSE(catalog->platforms.rows().empty());
  CHECK_FALSE(catalog->prices.empty());
}

TEST_CASE("every name of the list finds a row of its kind") {
  std::ifstream list(RACKFIT_SOURCE_DIR "/tests/data/catalog_names.txt");
  std::string kind, name;
  int names = 0;
  while (list >> kind && std::getline(list >> std::ws, name)) {
    if (kind == "#") continue;
    INFO(kind << " " << name);
    REQUIRE((kind == "model" || kind == "device"));
    CHECK((kind == "model" ? built_in_catalog().models.find(name) != nullptr
                           : built_in_catalog().devices.find(name) != nullptr));
    ++names;
  }
  CHECK(names > 300);
}

TEST_CASE("a Hugging Face id finds its model in any case, with or without its owner") {
  const auto& models = built_in_catalog().models;
  const auto* llama = models.find("meta-llama/Llama-3.3-70B-Instruct");
  REQUIRE(llama);
  CHECK(models.find("META-LLAMA/llama-3.3-70b-INSTRUCT") == llama);
  CHECK(models.find("Llama-3.3-70B-Instruct") == llama);
  CHECK(models.find("llama_3.3 70b instruct") == llama);
  CHECK(models.find("somebody-else/Llama-3.3-70B-Instruct") == llama);
  CHECK(models.find("meta-llama/Llama-3.3-71B-Instruct") == nullptr);
}

TEST_CASE("the short name of a device is not that of its sibling") {
  const auto& devices = built_in_catalog().devices;
  const auto* card = devices.find("RTX 4090");
  const auto* export_card = devices.find("RTX 4090 D");
  REQUIRE(card);
  REQUIRE(export_card);
  CHECK(card != export_card);
  CHECK(devices.find("rtx-4090") == card);
  CHECK(devices.find("4090 something") == nullptr);
}

TEST_CASE("every row cites a source with a date of reading and a confidence") {
  const auto& catalog = built_in_catalog();
  const auto check = [](const auto& table) {
    for (const auto& row : table.rows()) {
      INFO(row.row.id);
      CHECK((!row.row.source.document.empty() || !row.row.source.url.empty()));
      CHECK_FALSE(row.row.source.read.empty());
    }
  };
  check(catalog.models);
  check(catalog.devices);
  check(catalog.quantizations);
  check(catalog.engines);
  check(catalog.calibrations);
  check(catalog.cpus);
  check(catalog.dimms);
  check(catalog.disks);
  check(catalog.nics);
  check(catalog.platforms);
}

TEST_CASE("every price of a part is of something the catalog knows, in a currency with a rate") {
  const auto& catalog = built_in_catalog();
  const auto known = [&](const std::string& item) {
    return catalog.devices.find(item) || catalog.cpus.find(item) || catalog.dimms.find(item) ||
           catalog.disks.find(item) || catalog.nics.find(item) || catalog.psus.find(item) ||
           catalog.platforms.find(item) || catalog.accessories.find(item);
  };
  for (const catalog::Price& price : catalog.prices) {
    INFO(price.item);
    // Complete systems, bare boards and chassis are comparisons for readers, not parts of the search.
    if (price.kind != "system" && price.kind != "board" && price.kind != "chassis") CHECK(known(price.item));
    CHECK(price.money.amount > 0);
    const bool rated =
        price.money.currency == "USD" ||
        std::any_of(catalog.rates.begin(), catalog.rates.end(),
                    [&](const catalog::Rate& rate) { return rate.currency == price.money.currency; });
    CHECK(rated);
  }
}

TEST_CASE("references between rows lead somewhere") {
  const auto& catalog = built_in_catalog();
  for (const catalog::Platform& platform : catalog.platforms.rows()) {
    INFO(platform.row.id);
    if (platform.gpu && !platform.gpu->device.empty()) CHECK(catalog.devices.find(platform.gpu->device));
    if (!platform.onboard_nic.empty()) CHECK(catalog.nics.find(platform.onboard_nic));
  }
  for (const catalog::Quantization& format : catalog.quantizations.rows()) {
    INFO(format.row.id);
    for (const std::string& engine : format.engines) CHECK(catalog.engines.find(engine));
  }
  for (const catalog::Model& model : catalog.models.rows()) {
    INFO(model.row.id);
    if (!model.native_quantization.empty()) CHECK(catalog.quantizations.find(model.native_quantization));
  }
  for (const catalog::Calibration& row : catalog.calibrations.rows()) {
    INFO(row.row.id);
    CHECK(catalog.engines.find(row.engine));
  }
  CHECK(catalog.nics.find(catalog.composition.usual_onboard_nic));
}

TEST_CASE("models add up") {
  for (const catalog::Model& model : built_in_catalog().models.rows()) {
    INFO(model.row.id);
    if (model.active_parameters) CHECK(*model.active_parameters <= model.parameters);
    if (model.layer_kinds) {
      CHECK(model.layer_kinds->full + model.layer_kinds->sliding + model.layer_kinds->linear == model.layers);
      if (model.layer_kinds->sliding > 0) CHECK(model.layer_kinds->window > 0);
    }
    if (model.moe) CHECK(model.moe->active <= model.moe->experts);
    CHECK((model.ffn || model.moe));
  }
}

TEST_CASE("prices come newest first") {
  const auto& catalog = built_in_catalog();
  std::size_t items_with_several = 0;
  for (const catalog::Price& price : catalog.prices) {
    const auto rows = catalog.prices_of(price.item);
    REQUIRE_FALSE(rows.empty());
    items_with_several += rows.size() > 1 ? 1 : 0;
    for (std::size_t i = 1; i < rows.size(); ++i) CHECK(rows[i - 1]->date >= rows[i]->date);
  }
  CHECK(items_with_several > 0);
  CHECK(catalog.prices_of("no such part").empty());
}

TEST_CASE("release dates and downloads belong to models that exist, and most models have them") {
  const auto& catalog = test::built_in_catalog();
  std::size_t dated = 0;
  for (const auto& model : catalog.models.rows()) {
    if (!model.released.empty()) ++dated;
    if (!model.released.empty() && model.row.source_of.empty()) FAIL(model.row.id);
  }
  CHECK(dated * 4 > catalog.models.rows().size() * 3);
  CHECK(catalog.models.find("llama-3.3-70b")->released == "2024-11-26");
}

TEST_CASE("what systems lend of their memory goes by its size") {
  const auto& catalog = test::built_in_catalog();
  constexpr double gib = 1073741824;
  const auto* mac = catalog.lending_for(*catalog.devices.find("m2-ultra"));
  REQUIRE(mac);
  CHECK(mac->share_of(64 * gib) * 64 == 48);
  CHECK(mac->share_of(32 * gib) * 32 == Approx(21.33).epsilon(0.01));
  const auto* strix = catalog.lending_for(*catalog.devices.find("strix-halo"));
  REQUIRE(strix);
  CHECK(strix->share_of(128 * gib) == 0.5);
  CHECK(catalog.lending_for(*catalog.devices.find("rtx-4090")) == nullptr);
}

TEST_CASE("a model belongs to the family with the longest name that begins its id") {
  const auto& estimates = test::built_in_catalog().estimates;
  CHECK(estimates.family_of("qwen3.6-27b") == "qwen");
  CHECK(estimates.family_of("llama-3.3-nemotron-super-49b-v1") == "nemotron");
  CHECK(estimates.family_of("llama-3.3-70b-instruct") == "llama");
  CHECK(estimates.family_of("bloom-176b") == "bloom");
}
