#include <nlohmann/json.hpp>

#include "rackfit/report/estimate.hpp"
#include "rackfit/report/json_text.hpp"
#include "support/catch.hpp"

using namespace rackfit;
using namespace rackfit::report;

namespace {

estimate::Answer answer() {
  estimate::Answer a;
  a.fits = true;
  a.memory.weights = 15.25 * 1073741824.0;
  a.memory.usable = 71.271 * 1073741824.0;
  a.memory.device = 79.19 * 1073741824.0;
  a.kv_cache_tokens = 443967;
  a.max_concurrency = 54;
  a.ttft_s = estimate::Range{0.1234567, 0.1, 0.2};
  a.output_tokens_per_s = estimate::Range{1437.123456, 1000, 2000};
  a.bound = "compute";
  a.tier = catalog::Tier::calibrated;
  a.notes = {"a \"quoted\" note"};
  return a;
}

}  // namespace

TEST_CASE("an answer is one object with the documented keys in their order") {
  const std::string text = write_estimate_json("\"q\"", answer(), true);
  CHECK(text.find('\n') == text.size() - 1);
  const auto json = nlohmann::ordered_json::parse(text);
  std::vector<std::string> keys;
  for (const auto& [key, value] : json.items()) keys.push_back(key);
  CHECK(keys == std::vector<std::string>{"id", "ok", "fits", "memory_gib", "kv_cache_tokens",
                                         "max_concurrency", "ttft_ms", "tpot_ms", "prefill_tok_s",
                                         "decode_tok_s", "output_tok_s", "total_tok_s", "requests_per_s",
                                         "bound", "tier", "notes"});
  CHECK(json["id"] == "q");
  CHECK(json["ok"] == true);
  CHECK(json["memory_gib"]["weights"] == 15.25);
  CHECK(json["memory_gib"]["device_usable"] == 71.271);
  CHECK(json["ttft_ms"]["p50"] == 123.457);
  CHECK(json["output_tok_s"]["mid"] == 1437.12);
  CHECK(json["bound"] == "compute");
  CHECK(json["tier"] == "calibrated");
  CHECK(json["notes"][0] == "a \"quoted\" note");
}

TEST_CASE("what is unknown is null, never zero") {
  estimate::Answer a = answer();
  a.memory.device = a.memory.usable = 0;
  a.kv_cache_tokens = a.max_concurrency = std::numeric_limits<double>::infinity();
  const auto json = nlohmann::json::parse(write_estimate_json("null", a, true));
  CHECK(json["id"].is_null());
  CHECK(json["memory_gib"]["device_usable"].is_null());
  CHECK(json["tpot_ms"]["p50"].is_null());
  CHECK(json["decode_tok_s"].is_null());
  CHECK(json["kv_cache_tokens"].is_null());
  CHECK(json["max_concurrency"].is_null());
}

TEST_CASE("a problem has a code and a message, and echoes the id as written") {
  CHECK(write_problem_json("1.50", {"bad-value", "no \"x\""}, true) ==
        R"({"id":1.50,"ok":false,"error":{"code":"bad-value","message":"no \"x\""}})"
        "\n");
}

TEST_CASE("what a start-up log changed is listed beside its estimate") {
  const auto json = nlohmann::json::parse(write_estimate_json(
      "null", answer(), false,
      {{"weights", "B", 2147483648.0, 1073741824.0}, {"KV cache tokens", "token", 10, 20}}));
  CHECK(json["changed"][0]["unit"] == "GiB");
  CHECK(json["changed"][0]["estimated"] == 2);
  CHECK(json["changed"][0]["measured"] == 1);
  CHECK(json["changed"][1]["measured"] == 20);
}
