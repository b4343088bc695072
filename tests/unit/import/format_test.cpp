// Quantization as config.json files describe it, resolved to rows of the formats catalog.
#include "rackfit/import/config.hpp"
#include "support/catch.hpp"
#include "support/world.hpp"

using namespace rackfit;
using namespace rackfit::importer;

namespace {

const FindFormat formats = [](std::string_view id) {
  return test::built_in_catalog().quantizations.find(id);
};

ImportedModel with(const std::string& quantization, const std::string& second = "") {
  Diagnostics diagnostics;
  const std::string text =
      R"({"model_type": "llama", "hidden_size": 64, "num_hidden_layers": 2, "vocab_size": 100,
    "num_attention_heads": 2, "intermediate_size": 128, "torch_dtype": "bfloat16")" +
      quantization + "}";
  auto model = read_config(std::make_shared<SourceFile>("config.json", text), second, formats, diagnostics);
  INFO(render(diagnostics));
  REQUIRE(model);
  return *std::move(model);
}

ImportedModel method(const std::string& body) { return with(R"(, "quantization_config": {)" + body + "}"); }

double bits(const ImportedModel& model) {
  if (model.quantization) return model.quantization->bits_per_weight;
  const auto* row = test::built_in_catalog().quantizations.find(model.quantization_id);
  REQUIRE(row);
  return row->bits_per_weight;
}

}  // namespace

TEST_CASE("a plain model is at the width it says") {
  CHECK(with("").quantization_id == "bf16");
  CHECK_FALSE(with("").quantization);
  CHECK(with("").model.native_quantization.empty());
}

TEST_CASE("each quantization method finds its row") {
  CHECK(method(R"("quant_method": "fp8", "activation_scheme": "dynamic")").quantization_id == "fp8");
  CHECK(method(R"("quant_method": "fp8", "weight_block_size": [128, 128])").quantization_id == "fp8-block");
  CHECK(method(R"("quant_method": "gptq", "bits": 4, "group_size": 128)").quantization_id == "gptq-int4");
  CHECK(method(R"("quant_method": "gptq", "bits": 4, "group_size": 32)").quantization_id == "gptq-int4-g32");
  CHECK(method(R"("quant_method": "gptq", "bits": 8, "group_size": 128)").quantization_id == "gptq-int8");
  CHECK(method(R"("quant_method": "awq", "bits": 4, "group_size": 128)").quantization_id == "awq-int4");
  CHECK(method(R"("quant_method": "bitsandbytes", "load_in_4bit": true, "bnb_4bit_quant_type": "nf4",
                  "bnb_4bit_use_double_quant": true)")
            .quantization_id == "nf4-double");
  CHECK(method(R"("quant_method": "bitsandbytes", "load_in_8bit": true)").quantization_id ==
        "int8-weight-only");
  CHECK(
      method(R"("quant_method": "compressed-tensors", "config_groups": {"group_0": {"weights": {"num_bits": 8,
    "type": "float", "strategy": "channel"}, "input_activations": {"num_bits": 8}}})")
          .quantization_id == "fp8");
  CHECK(
      method(R"("quant_method": "compressed-tensors", "config_groups": {"group_0": {"weights": {"num_bits": 8,
    "type": "int", "strategy": "channel"}, "input_activations": {"num_bits": 8}}})")
          .quantization_id == "int8");
  CHECK(
      method(
          R"("quant_method": "compressed-tensors", "format": "nvfp4-pack-quantized", "config_groups": {"group_0":
    {"weights": {"num_bits": 4, "type": "float", "strategy": "tensor_group", "group_size": 16}}})")
          .quantization_id == "nvfp4");
  CHECK(method(R"("quant_method": "modelopt", "quant_algo": "NVFP4")").quantization_id == "nvfp4");
  CHECK(with(R"(, "quantization": {"group_size": 64, "bits": 4})").quantization_id == "mlx-4bit");
  const auto beside = with("", R"({"quantization": {"quant_algo": "FP8", "kv_cache_quant_algo": "FP8"}})");
  CHECK(beside.quantization_id == "fp8");
  CHECK(beside.kv_format == "fp8");
}

TEST_CASE("a group size that no row has keeps its own bits") {
  const auto model = method(R"("quant_method": "compressed-tensors", "config_groups": {"group_0": {"weights":
    {"num_bits": 4, "type": "int", "strategy": "group", "group_size": 32, "symmetric": true}}})");
  CHECK(model.quantization_id == "int4");
  CHECK(bits(model) == Approx(4.5));
}

TEST_CASE("a quant ignore list is respected: attention left out stays at 16 bit") {
  const auto model =
      method(R"("quant_method": "fp8", "ignored_layers": ["lm_head", "model.layers.0.self_attn.q_proj"])");
  REQUIRE(model.quantization);
  CHECK(model.quantization->coverage == catalog::Coverage::feed_forward);
  CHECK(model.unquantized.size() == 2);
  CHECK_FALSE(
      method(R"("quant_method": "fp8", "ignored_layers": ["lm_head", "model.vision_tower"])").quantization);
}

TEST_CASE("an unknown method is named, not guessed in silence") {
  const auto model = method(R"("quant_method": "quux", "bits": 3)");
  CHECK(model.quantization_id.empty());
  CHECK(bits(model) == Approx(3));
  REQUIRE_FALSE(model.notes.empty());
  CHECK_THAT(model.notes.back(), ContainsSubstring("`quux` is not known"));
}
