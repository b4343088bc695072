#include <filesystem>

#include "support/catch.hpp"
#include "support/json_schema.hpp"
#include "support/play.hpp"

namespace fs = std::filesystem;
using namespace rackfit;

namespace {

const char* const schemas[] = {"workload",    "models", "devices",   "quantization", "engines",
                               "calibration", "parts",  "platforms", "prices",       "plan"};

std::string committed(const std::string& name) {
  return RACKFIT_SOURCE_DIR "/docs/schema/" + name + ".schema.json";
}

}  // namespace

TEST_CASE("the committed schemas are the ones the program prints") {
  for (const char* name : schemas) {
    INFO("rackfit schema " << name << " > docs/schema/" << name << ".schema.json");
    CHECK(test::play({"schema", name}).out == test::read_text(committed(name)));
  }
}

TEST_CASE("every plan of a bundled workload is valid against the plan's schema") {
  const auto schema = nlohmann::json::parse(test::read_text(committed("plan")));
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator(RACKFIT_SOURCE_DIR "/profiles/workloads")) {
    INFO(entry.path().string());
    const test::Played played = test::play({"plan", entry.path().string(), "--format", "json"});
    INFO(played.err);
    REQUIRE(played.exit <= 1);
    CHECK(test::violations(schema, nlohmann::json::parse(played.out)) == std::vector<std::string>{});
    CHECK(test::play({"plan", entry.path().string(), "--format", "json"}).out == played.out);
    ++count;
  }
  CHECK(count >= 9);
}
