#include "names.hpp"

#include "asked.hpp"
#include "lookup.hpp"

using namespace rackfit;
using namespace rackfit::estimate;

namespace {

std::string model_id(const std::string& name) {
  Lookup lookup(test::built_in_catalog());
  const FoundModel& found = lookup.model(name);
  return found.row ? found.row->row.id : "(" + found.problem.code + ")";
}

std::string device_id(const std::string& name) {
  Lookup lookup(test::built_in_catalog());
  const FoundDevice& found = lookup.device(name);
  return found.row ? found.row->row.id : "(" + found.problem.code + ")";
}

std::string format_id(const std::string& name) {
  Lookup lookup(test::built_in_catalog());
  const auto& found = lookup.quantization(name);
  return found.row ? found.row->row.id : "(" + found.problem.code + ")";
}

}  // namespace

TEST_CASE("words of a name are lower-case and keep decimal points") {
  CHECK(joined(words_of("Llama-3.1-8B_Instruct (AWQ)"), " ") == "llama 3.1 8b instruct awq");
  CHECK(words_of("--//--").empty());
  CHECK(without_brackets("RTX 4090 (hybrid) [x]") == "RTX 4090");
}

TEST_CASE("sizes, memories and releases are told from other words") {
  CHECK(size_word("8b")->parameters == 8e9);
  CHECK(size_word("a3b")->active);
  CHECK(size_word("1t")->parameters == 1e12);
  CHECK_FALSE(size_word("4bit"));
  CHECK_FALSE(size_word("b"));
  CHECK(*memory_word("80gb") == 80 * 1073741824.0);
  CHECK_FALSE(memory_word("4090"));
  CHECK(release_word("2407"));
  CHECK(release_word("v0.3"));
  CHECK_FALSE(release_word("70b"));
}

TEST_CASE("a model is found by id, alias, Hugging Face id, in any case and spacing") {
  const std::string wanted = model_id("llama-3.1-70b");
  CHECK(wanted.front() != '(');
  for (const char* name :
       {"Llama-3.1-70B", "meta-llama/Llama-3.1-70B-Instruct", "LLAMA 3.1 70B", "llama3.1:70b",
        "Meta-Llama-3.1-70B-Instruct", "somebody/Llama-3.1-70B-Instruct-GGUF"}) {
    INFO(name);
    CHECK(model_id(name) == wanted);
  }
}

TEST_CASE("a format in a model's name is kept as its weights and said") {
  Lookup lookup(test::built_in_catalog());
  const FoundModel& found = lookup.model("hugging-quants/Meta-Llama-3.1-8B-Instruct-AWQ");
  REQUIRE(found.row);
  REQUIRE(found.format);
  CHECK(found.format->row.id == "awq-int4");
  CHECK(mentions(found.notes, "is taken as"));
}

TEST_CASE("a fine-tune that names what it was tuned from is estimated as that") {
  CHECK(model_id("shisa-v2-llama3.1-8b") == model_id("llama-3.1-8b"));
}

TEST_CASE("a size that contradicts the model is not passed over") {
  CHECK(model_id("DeepSeek-R1-671B") == model_id("DeepSeek-R1"));
  CHECK(model_id("gpt-oss-999b") == "(unknown-model)");
}

TEST_CASE("an unknown model comes with the nearest name") {
  Lookup lookup(test::built_in_catalog());
  const Problem& problem = lookup.model("lama-3.1-8b").problem;
  CHECK(problem.code == "unknown-model");
  CHECK_THAT(problem.message, ContainsSubstring("did you mean `Llama-3.1-8B`?"));
}

TEST_CASE("a very long name is refused quickly") {
  std::string name;
  for (int i = 0; i < 20000; ++i) name += "8b ";
  CHECK(model_id(name) == "(unknown-model)");
  CHECK(device_id(name) == "(unknown-device)");
}

TEST_CASE("a device is found as shops, drivers and tables write it") {
  const std::string h100 = device_id("h100-sxm");
  CHECK(h100.front() != '(');
  for (const char* name : {"H100-SXM-80GB", "NVIDIA H100 80GB HBM3", "H100", "h100 sxm5"}) {
    INFO(name);
    CHECK(device_id(name) == h100);
  }
  const std::string card = device_id("rtx-4090");
  for (const char* name :
       {"RTX 4090", "GeForce RTX 4090", "NVIDIA GeForce RTX 4090", "rtx4090", "RTX 4090 24GB"}) {
    INFO(name);
    CHECK(device_id(name) == card);
  }
}

TEST_CASE("a count in front of a device is a count") {
  Lookup lookup(test::built_in_catalog());
  CHECK(*lookup.device("2xrtx-4090").count == 2);
  CHECK(*lookup.device("8 x H100").count == 8);
  CHECK(*lookup.device("4×h200").count == 4);
  CHECK_FALSE(lookup.device("rtx-4090").count);
  CHECK(counted_name("99999999999999999999xh100") == std::nullopt);
  CHECK(counted_name("2x") == std::nullopt);
}

TEST_CASE("a memory that is not the device's own is taken over") {
  Lookup lookup(test::built_in_catalog());
  const FoundDevice& modded = lookup.device("RTX 3090 48GB");
  REQUIRE(modded.row);
  CHECK(*modded.memory_bytes == 48 * 1073741824.0);
  CHECK_FALSE(lookup.device("RTX 4090 24 GB").memory_bytes);
  const FoundDevice& mac = lookup.device("Mac Studio M2 Ultra 192GB");
  REQUIRE(mac.row);
  CHECK(mac.row->row.id == "m2-ultra");
}

TEST_CASE("formats are found in the spellings of their makers") {
  CHECK(format_id("Q4_K_M") == "q4-k-m");
  CHECK(format_id("Q4_K - Medium") == "q4-k-m");
  CHECK(format_id("i1-Q4_K_M") == "q4-k-m");
  CHECK(format_id("AWQ-int4 (GEMM)") == "awq-int4");
  CHECK(format_id("Q4 (type not stated)") == "q4-k-m");
  CHECK(format_id("fp8/moe=other") == "fp8");
  CHECK(format_id("no such thing") == "(unknown-quantization)");
}

TEST_CASE("an engine may carry its version") {
  Lookup lookup(test::built_in_catalog());
  CHECK(lookup.engine("vLLM 0.6.1").row->row.id == "vllm");
  CHECK(lookup.engine("vLLM 0.6.1").version == "0.6.1");
  CHECK(lookup.engine("llama.cpp b2824").row->row.id == "llama.cpp");
  CHECK(lookup.engine("llama.cpp").version.empty());
  CHECK(lookup.engine("nothing").problem.code == "unknown-engine");
}
