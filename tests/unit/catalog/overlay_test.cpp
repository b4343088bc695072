// A user's folder: files of a known name replace ours, all others add to them.
#include "support/catch.hpp"
#include "support/world.hpp"

using namespace rackfit;
using test::Overlaid;

namespace {

const std::string cited = "{document: mine, read: 2026-01-01, confidence: measured}";

std::string calibration_row(const std::string& id, const std::string& extra, const std::string& efficiency) {
  return "  " + id + ": {engine: vllm, classes: [consumer], " + extra +
         "bandwidth_efficiency: " + efficiency + ", prefill_mfu: 0.5, source: " + cited + "}\n";
}

}  // namespace

TEST_CASE("a model and a device dropped into the folder stand beside ours") {
  const Overlaid overlaid(
      {{"models/mine.yaml",
        "models:\n  my-7b:\n    {hf_id: me/My-7B, parameters: 7e9, layers: 32, hidden: 4096, vocab: 32000,\n"
        "     attention: {type: mha, heads: 32, kv_heads: 32, head_dim: 128}, ffn: {intermediate: 11008}, "
        "source: " +
            cited + "}\n"},
       {"hardware/accelerators/mine.yaml",
        "devices:\n  my-card: {name: My Card, vendor: me, class: consumer, form: pcie, memory: 48 GB, "
        "source: " +
            cited + "}\n"}});
  INFO(overlaid.problems());
  REQUIRE(overlaid.catalog);
  const auto* model = overlaid.catalog->models.find("ME/my-7b");
  REQUIRE(model);
  CHECK(model->row.id == "my-7b");
  CHECK(model->row.name == "my-7b");  // the id stands in for a name nobody gave
  CHECK(model->row.source.document == "mine");
  const auto* device = overlaid.catalog->devices.find("my card");
  REQUIRE(device);
  CHECK(device->memory_bytes == 48e9);
  CHECK_FALSE(device->bandwidth_bytes_per_s);  // unknown, not zero
  CHECK_FALSE(device->power_w);
  CHECK(overlaid.catalog->models.rows().size() == test::built_in_catalog().models.rows().size() + 1);
  CHECK(overlaid.catalog->devices.find("RTX 4090"));
  CHECK(overlaid.library.from_user("models/mine.yaml"));
  CHECK_FALSE(overlaid.library.from_user("models/llama.yaml"));
}

TEST_CASE("a file of a built-in file's name takes its place") {
  const Overlaid overlaid(test::Files{{"models/llama.yaml", "models: {}\n"}});
  INFO(overlaid.problems());
  REQUIRE(overlaid.catalog);
  CHECK_FALSE(overlaid.catalog->models.find("Llama-3.3-70B-Instruct"));
  CHECK(overlaid.catalog->models.find("Qwen2.5-7B"));
  CHECK(overlaid.library.text("models/llama.yaml") == "models: {}\n");
}

TEST_CASE("only YAML files count") {
  const Overlaid overlaid({{"models/README.md", "# not a model"}, {"models/mine.yaml.bak", "}{"}});
  CHECK(overlaid.catalog);
  CHECK(overlaid.problems() == "");
}

TEST_CASE("the calibration of a device's own vendor counts before one for all") {
  const std::string general = calibration_row("general", "", "0.5");
  const std::string own = calibration_row("own", "vendors: [nvidia], ", "0.9");
  const std::string other = calibration_row("other", "vendors: [amd], ", "0.1");
  for (const std::string& text : {general + other + own, own + other + general}) {
    const Overlaid overlaid(test::Files{{"calibration.yaml", "calibration:\n" + text}});
    INFO(overlaid.problems());
    REQUIRE(overlaid.catalog);
    const auto& catalog = *overlaid.catalog;
    const auto& vllm = *catalog.engines.find("vllm");
    CHECK(catalog.calibration_for(vllm, *catalog.devices.find("RTX 4090"))->row.id == "own");
    CHECK(catalog.calibration_for(vllm, *catalog.devices.find("Intel Arc B580"))->row.id == "general");
    CHECK(catalog.calibration_for(vllm, *catalog.devices.find("H100 80GB SXM")) == nullptr);  // another class
    CHECK(catalog.calibration_for(*catalog.engines.find("sglang"), *catalog.devices.find("RTX 4090")) ==
          nullptr);
  }
}
